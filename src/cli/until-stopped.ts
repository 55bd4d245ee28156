/** Waits for Ctrl-C or SIGTERM, then stops once. A second signal changes nothing: the stop is bounded in time anyway. */
export const untilStopped = async (stop: () => Promise<void>): Promise<void> => {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  await stop();
  // Whatever was cut off is on its way still, and must not outlive the lock that was just given back.
  process.exit(0);
};
