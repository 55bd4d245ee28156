/** Runs the worker that judges: two at a time in a process, each with a deadline and a limit of memory, ended by a signal. */
import { Worker } from 'node:worker_threads';
import { SottoError } from '../../core/errors.ts';
import { createPlaces } from '../places.ts';
import type { FromWorker, JudgingData, ToWorker } from './messages.ts';

const DEADLINE_MS = 60_000;
const MOST_AT_A_TIME = 2;
const MOST_WAITING = 8;
const MOST_MEMORY_MB = 512;

const WORKER = new URL('./judging-worker.ts', import.meta.url);

type Answer = Exclude<FromWorker, { readonly kind: 'progress' }>;
export type Call = (message: ToWorker) => Promise<Answer>;

export interface Running {
  readonly signal: AbortSignal;
  readonly progress: (o: { readonly done: number; readonly total: number }) => void;
  /** For tests. */
  readonly worker?: URL | undefined;
  readonly deadlineMs?: number | undefined;
}

const places = createPlaces({ most: MOST_AT_A_TIME, mostWaiting: MOST_WAITING });

/** Ends by the deadline or the signal, whichever comes first; never resolves. */
const endOf = ({ signal, deadlineMs = DEADLINE_MS }: Pick<Running, 'signal' | 'deadlineMs'>) => {
  let done = (): void => undefined;
  const ended = new Promise<never>((_, reject) => {
    const stop = (): void =>
      reject(new SottoError('deadline', 'It was ended before it was through.', { cause: signal.reason }));
    const timer = setTimeout(
      () =>
        reject(
          new SottoError(
            'deadline',
            `The rules could not be tried out within ${deadlineMs / 1_000} s. Restrict fewer topics at once, or make the rules name fewer groups and times.`,
          ),
        ),
      deadlineMs,
    );
    done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  ended.catch(() => undefined);
  return { ended, done };
};

/**
 * Starts a worker with these rules, lets `act` call it, and ends it. A call waits for its answer. Refuses with `deadline` beyond the
 * time or where the signal ends it, and with `policy-invalid` where the worker dies, of memory or of Cedar.
 */
export const withJudges = async <T>(
  o: Running & { readonly data: JudgingData },
  act: (call: Call, ended: Promise<never>) => Promise<T>,
): Promise<T> => {
  const { ended, done } = endOf(o);
  try {
    const free = await places.take(ended);
    try {
      return await judging(o, ended, act);
    } finally {
      free();
    }
  } finally {
    done();
  }
};

const judging = async <T>(
  o: Running & { readonly data: JudgingData },
  ended: Promise<never>,
  act: (call: Call, ended: Promise<never>) => Promise<T>,
): Promise<T> => {
  if (o.signal.aborted) await ended;
  const worker = new Worker(o.worker ?? WORKER, {
    workerData: o.data,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
  });
  try {
    const died = new Promise<never>((_, reject) => {
      const fail = (cause?: unknown): void =>
        reject(
          new SottoError(
            'policy-invalid',
            'The rules could not be tried out: what judges by them ended without an answer.',
            { cause },
          ),
        );
      worker.once('error', fail);
      worker.once('exit', () => fail());
    });
    died.catch(() => undefined);
    let answered: (answer: Answer) => void = () => undefined;
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'progress') o.progress({ done: message.done, total: message.total });
      else answered(message);
    });
    const call: Call = (message) => {
      const answer = new Promise<Answer>((resolve) => {
        answered = resolve;
      });
      worker.postMessage(message);
      return Promise.race([answer, died, ended]);
    };
    return await Promise.race([act(call, ended), ended]);
  } finally {
    await worker.terminate();
  }
};
