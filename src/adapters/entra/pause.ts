/** One that says hours is asked again before. */
const MOST_PAUSE_MS = 5 * 60_000;
const UNREADABLE_PAUSE_MS = 10_000;

/** ms that Graph wants to be left alone (`Retry-After`); null: it does not say. One that cannot be read means a while. */
export const pauseOf = (response: Response): number | null => {
  const said = response.headers.get('retry-after');
  if (said === null) return null;
  return /^\d{1,9}$/.test(said) ? Math.min(Number(said) * 1_000, MOST_PAUSE_MS) : UNREADABLE_PAUSE_MS;
};
