/** What is put on record of a message when it is shown. */
import type { Leaving, Outbox } from './ports.ts';
import type { MessageRef } from './types.ts';

/** An answer that stays can be taken back for a week (a backend's mistake, somebody who is to be forgotten); then it is forgotten here. */
const RECALLABLE_MS = 7 * 24 * 60 * 60_000;

/** Its time runs from `now`. Null: it stays, and tells nothing that could ever be taken back. */
export const leavingFrom = (
  outbox: Pick<Outbox, 'about' | 'again' | 'expiresMs'>,
  { ref, now }: { readonly ref: MessageRef; readonly now: number },
): Leaving | null => {
  const { about, again, expiresMs } = outbox;
  if (expiresMs !== null) return { ref, removeAt: now + expiresMs, about, then: 'remove', again };
  return about === null ? null : { ref, removeAt: now + RECALLABLE_MS, about, then: 'forget', again: null };
};

/** When it leaves the chat; null: it stays. */
export const leavesAt = (leaving: Leaving | null): number | null =>
  leaving?.then === 'remove' ? leaving.removeAt : null;
