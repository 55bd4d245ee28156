/** Waits for Ctrl-C or SIGTERM, then stops once. A second signal changes nothing: the stop is bounded in time anyway. */
export const untilStopped = async (stop: () => Promise<void>): Promise<void> => {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  await stop();
};
