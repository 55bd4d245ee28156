/** How late the last removals were: by our own doing, and by the platform's. */

/** So many are remembered. */
const REMEMBERED = 1_000;

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

export interface Lateness {
  /** Of so many removals of this process, the latest ones. */
  readonly count: number;
  /** ms; from when it was due and the platform's budget allowed it, until the call began. */
  readonly engine: Spread;
  /** ms; the budget, calls in vain and their pauses, and the call itself. */
  readonly platform: Spread;
}

const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), most: sorted.at(-1) ?? 0 };
};

export const createLateness = (): {
  add(o: { readonly engineMs: number; readonly platformMs: number }): void;
  read(): Lateness;
} => {
  const engine: number[] = [];
  const platform: number[] = [];
  let next = 0;
  return {
    add: ({ engineMs, platformMs }) => {
      engine[next] = engineMs;
      platform[next] = platformMs;
      next = (next + 1) % REMEMBERED;
    },
    read: () => ({ count: engine.length, engine: spreadOf(engine), platform: spreadOf(platform) }),
  };
};
