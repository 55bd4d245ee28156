/**
 * Waits for something that must become true, a minute at most, for the machine may have much else to do; looks every 10 ms, which what is dear
 * to look at may have less often.
 */
export const until = async (
  condition: () => boolean | Promise<boolean>,
  withinMs = 60_000,
  everyMs = 10,
): Promise<void> => {
  const end = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > end)
      throw new Error(`it did not happen within ${withinMs} ms: ${condition.toString().slice(0, 200)}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
};
