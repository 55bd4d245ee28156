/** How Slack sends an event again that was not answered: at once, after a minute, after five; the same event each time. */
import type { Clock } from '../../src/core/ports.ts';
import { RETRY_AFTER_MS } from './rules.ts';

/** Why Slack sends it again, in its own words; `timeout` is that of a socket. */
export type RetryReason = 'http_timeout' | 'http_error' | 'connection_failed' | 'too_many_redirects' | 'timeout';

/** How one try ended. */
export interface Tried {
  /** HTTP status, 200 for an acknowledgement; 0: none came. */
  readonly status: number;
  readonly reason: RetryReason;
  /** The app asked not to be sent it again. */
  readonly noRetry: boolean;
}

/** Which try it is; null: the first. */
export type Again = { readonly num: number; readonly reason: RetryReason } | null;

export interface Retries {
  /** The first try, and where that failed the second, awaited; what follows goes on in the background. Resolves to the last status so far. */
  run(o: {
    readonly attempt: (again: Again) => Promise<Tried>;
    /** The first try never arrives anywhere. */
    readonly lost?: boolean;
  }): Promise<number>;
  /** No further try begins. */
  close(): Promise<void>;
}

const LOST: Tried = { status: 0, reason: 'connection_failed', noRetry: false };

/** Answered, or asked not to send it again: which is not heard where no answer came. */
const isDone = ({ status, noRetry }: Tried): boolean => (status >= 200 && status < 300) || (status > 0 && noRetry);

export const createRetries = (o: { readonly clock: Pick<Clock, 'sleep'>; readonly closing: AbortSignal }): Retries => {
  const running = new Set<Promise<unknown>>();

  /** From this one of the waits on, until one try is done. */
  const goOn = async (attempt: (again: Again) => Promise<Tried>, from: number, failed: Tried): Promise<Tried> => {
    let last = failed;
    for (const [index, wait] of RETRY_AFTER_MS.entries()) {
      if (index < from) continue;
      if (wait > 0) await o.clock.sleep(wait, o.closing);
      if (o.closing.aborted) return last;
      last = await attempt({ num: index + 1, reason: last.reason });
      if (isDone(last) || index === 0) return last;
    }
    return last;
  };

  return {
    run: async ({ attempt, lost = false }) => {
      const first = lost ? LOST : await attempt(null);
      if (isDone(first)) return first.status;
      const second = await goOn(attempt, 0, first);
      if (isDone(second) || o.closing.aborted) return second.status;
      const rest = goOn(attempt, 1, second);
      running.add(rest);
      void rest.finally(() => running.delete(rest));
      return second.status;
    },
    close: async () => {
      await Promise.allSettled(running);
    },
  };
};
