/** Questions at a steady rate, and waiting until nothing is left to come of them. */

/** What is asked. A question of the second kind is answered by a placeholder that is filled in, and leaves. */
export const STAYS = 'how many days of leave have I left?';
export const LEAVES = 'how many sick days have I had this year';

/** A process that has just started is slow for some seconds: it is asked a little first, which is reckoned up like the rest. */
export const WARM_PER_SECOND = 30;
export const warmOf = (events: number): number => Math.min(240, events / 5);

const TICK_MS = 10;
const LOOK_EVERY_MS = 1_000;

export interface Asked {
  /** As the audit log names it. */
  readonly question: string;
  readonly leaves: boolean;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Begins the n-th when its time has come, whatever became of those before; resolves once all have come back, with how long beginning took, ms. */
export const atRate = async <T>(o: {
  readonly count: number;
  readonly perSecond: number;
  readonly one: (n: number) => Promise<T>;
}): Promise<{ readonly all: readonly T[]; readonly ms: number }> => {
  const pending: Promise<T>[] = [];
  const begun = performance.now();
  while (pending.length < o.count) {
    const due = Math.min(o.count, Math.floor(((performance.now() - begun) / 1_000) * o.perSecond));
    while (pending.length < due) pending.push(o.one(pending.length));
    await sleep(TICK_MS);
  }
  const ms = performance.now() - begun;
  return { all: await Promise.all(pending), ms };
};

/** Waits until it is done, `mostMs` at most; then once more, so that whatever would come a second time has time to. */
export const drained = async (o: { readonly mostMs: number; readonly isDone: () => boolean }): Promise<void> => {
  const end = Date.now() + o.mostMs;
  while (Date.now() < end && !o.isDone()) await sleep(LOOK_EVERY_MS);
  await sleep(5 * LOOK_EVERY_MS);
};
