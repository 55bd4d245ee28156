/** One measured figure. `direction` says which way is good: `max`: at most the target; `min`: at least. */
export interface Figure {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  /** Null: measured, without a target. */
  readonly target: number | null;
  readonly direction: 'max' | 'min';
  /** True where the target is met or there is none. */
  readonly ok: boolean;
}

/** Takes about `seconds` per measured thing; one second is a short round that shows that it works. */
export type Bench = (o: { readonly seconds: number }) => Promise<readonly Figure[]>;

export const figure = (o: Omit<Figure, 'ok'>): Figure => ({
  ...o,
  ok: o.target === null || (o.direction === 'max' ? o.value <= o.target : o.value >= o.target),
});

/** The middle one; of an even number, the lower of the two. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;

/** Interleaved rounds that a figure is the middle of; a short round only shows that it works. */
export const roundsIn = (seconds: number, most: number): number => (seconds < 2 ? 1 : most);
