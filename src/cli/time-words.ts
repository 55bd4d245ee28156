/** A stretch of time as people say it: `850 ms`, `12 s`, `5 min`, `3 h`, `2 days`. */
export const ago = (ms: number): string => {
  const steps = [
    ['ms', 1],
    ['s', 1_000],
    ['min', 60_000],
    ['h', 3_600_000],
    ['days', 86_400_000],
  ] as const;
  const [unit, size] = steps.findLast(([, least]) => ms >= 2 * least) ?? steps[0];
  return `${Math.round(Math.max(0, ms) / size)} ${unit}`;
};
