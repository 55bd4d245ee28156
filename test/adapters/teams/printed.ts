/** Everything that reached the console while something ran; nothing of it is shown. */
export const printedDuring = async (run: () => Promise<void>): Promise<readonly unknown[]> => {
  const methods = ['log', 'warn', 'error', 'info', 'debug', 'trace'] as const;
  const before = methods.map((name) => console[name]);
  const printed: unknown[] = [];
  for (const name of methods) console[name] = (...args: unknown[]) => void printed.push(...args.map(worded));
  try {
    await run();
  } finally {
    for (const [index, name] of methods.entries()) console[name] = before[index] ?? console[name];
  }
  return printed;
};

const worded = (value: unknown): unknown => (value instanceof Error ? `${value.stack}` : value);
