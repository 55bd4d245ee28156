/** At which of its calls a process dies, counted from 0, and on which side of it. */
export interface Fatal {
  readonly fatal: number;
  readonly when: 'before' | 'after';
}

/**
 * A process of its own over the same store and platform, call by call: at its fatal call, and from then on, nothing of it is heard again.
 * `o` null: it dies at none.
 */
export const dyingProcess = <Call extends string>(o: Fatal | null) => {
  const made: Call[] = [];
  let dead = false;
  let died = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    died = resolve;
  });
  const die = (): Promise<never> => {
    dead = true;
    died();
    return new Promise<never>(() => undefined);
  };
  /** `call`: null where it is none of those that are counted. */
  const step =
    <A extends readonly unknown[], T>(call: Call | null, act: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      if (dead) return die();
      const fatal = call !== null && made.push(call) - 1 === o?.fatal;
      if (fatal && o?.when === 'before') return die();
      const result = await act(...args);
      return fatal || dead ? die() : result;
    };
  return { made, over, step };
};
