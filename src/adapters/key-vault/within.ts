import { SottoError } from '../../core/errors.ts';

/**
 * What `work` brings, or a refusal with code `deadline` after `ms` of real time or when `outer` aborts; `work`'s own signal
 * then aborts too. Work that does not heed its signal is left to itself.
 */
export const within = <T>(
  o: { readonly ms: number; readonly outer?: AbortSignal | undefined },
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
    o.outer?.addEventListener('abort', over, { once: true });
    if (o.outer?.aborted === true) return over();
    work(controller.signal).then(resolve, reject).finally(settled);
  });
