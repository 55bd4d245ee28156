/** Whoever waits so long, ms, or longer measures nothing: it ends what hangs. */
const MEASURES_NOTHING_MS = 15_000;

/** So long is waited then at least, for the machine may have much else to do. ms. */
const PATIENCE_MS = 240_000;

/**
 * Waits for something that must become true: less than 15 s exactly, more as long as a busy machine may need. Looks every 10 ms, which what
 * is dear to look at may have less often.
 */
export const until = async (
  condition: () => boolean | Promise<boolean>,
  withinMs = MEASURES_NOTHING_MS,
  everyMs = 10,
): Promise<void> => {
  const longestMs = withinMs < MEASURES_NOTHING_MS ? withinMs : Math.max(withinMs, PATIENCE_MS);
  const end = Date.now() + longestMs;
  while (!(await condition())) {
    if (Date.now() > end)
      throw new Error(`it did not happen within ${longestMs} ms: ${condition.toString().slice(0, 200)}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
};
