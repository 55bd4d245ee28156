/**
 * What this process has queued behind something, so that the end of a claim makes it look for more only where there may be
 * more: looking costs a question to every part of the store. What other processes queued is found by looking now and then.
 */

/** Conversations that are remembered; what waits in others is found a little later. */
const MOST_KNOWN = 10_000;

/** What waits may be freed by another process, ms: for so long after it was queued it pays to look often. */
const HURRY_FOR_MS = 3_000;

export interface Behind {
  queued(o: { readonly conversation: string; readonly now: number }): void;
  /** A claim of this conversation has ended: whether something that was queued here may follow it. */
  ended(conversation: string): boolean;
  /** Whether something was queued lately. */
  hurry(now: number): boolean;
}

export const createBehind = (): Behind => {
  const waiting = new Map<string, number>();
  let hurryUntil = Number.NEGATIVE_INFINITY;
  return {
    queued: ({ conversation, now }) => {
      hurryUntil = now + HURRY_FOR_MS;
      const known = waiting.get(conversation) ?? 0;
      if (known > 0 || waiting.size < MOST_KNOWN) waiting.set(conversation, known + 1);
    },
    ended: (conversation) => {
      const left = waiting.get(conversation);
      if (left === undefined) return false;
      if (left > 1) waiting.set(conversation, left - 1);
      else waiting.delete(conversation);
      return true;
    },
    hurry: (now) => now < hurryUntil,
  };
};
