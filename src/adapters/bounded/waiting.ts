/** Waiting that ends. Three ways, by what the end is told by: real time, the house's clock, or a signal that is there already. */
import { SottoError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';

/**
 * What `work` brings, or a refusal with code `deadline` after `ms` of real time or when `outer` aborts; `work`'s own signal
 * then aborts too. Work that does not heed its signal is left to itself.
 */
export const within = <T>(
  o: {
    readonly ms: number;
    readonly outer?: AbortSignal | undefined;
    /** False where the wait alone must not keep the process. Default: true. */
    readonly keepsProcess?: boolean;
  },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const controller = new AbortController();
    const over = (): void => {
      controller.abort();
      reject(new SottoError('deadline', `There was no answer within ${o.ms} ms.`));
      settled();
    };
    const settled = (): void => {
      clearTimeout(timer);
      o.outer?.removeEventListener('abort', over);
    };
    const timer = setTimeout(over, o.ms);
    if (o.keepsProcess === false) timer.unref();
    o.outer?.addEventListener('abort', over, { once: true });
    if (o.outer?.aborted === true) return over();
    // Async, so that work that throws at once fails like any other.
    const begun = async (): Promise<T> => work(controller.signal);
    begun().then(resolve, reject).finally(settled);
  });

const SETTLED = 'settled';

/**
 * What the work gives, or `late` where it takes longer than `ms` of this clock. Late work goes on, but nobody waits for it
 * any more, and its failure is nobody's either. A failure in time is thrown.
 */
export const inTime = async <T>(clock: Pick<Clock, 'sleep'>, ms: number, work: Promise<T>): Promise<T | 'late'> => {
  const done = new AbortController();
  work.catch(() => undefined);
  try {
    return await Promise.race([work, clock.sleep(ms, done.signal).then(() => 'late' as const)]);
  } finally {
    // Without a reason one is made, with a stack, for nobody.
    done.abort(SETTLED);
  }
};

/** What the work gives, unless `signal` aborts sooner: then its reason is thrown, and the work's failure is nobody's. */
export const sooner = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  work.catch(() => undefined);
  signal.throwIfAborted();
  let giveUp = (): void => undefined;
  const gone = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([work, gone]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
};
