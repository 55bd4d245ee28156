/** Words that receipts share. English: they are read in a terminal by whoever runs Sotto. */

/** `1 answer`, `2 answers`. */
export const count = (n: number, what: string, many = `${what}s`): string => `${n} ${n === 1 ? what : many}`;

export const heldLines = (held: ReadonlyMap<string, number>): readonly string[] =>
  [...held].map(([hold, n]) => `${count(n, 'message')} kept by the legal hold ${hold}, and left as they are.`);

export const heldData = (held: ReadonlyMap<string, number>): { readonly hold: string; readonly answers: number }[] =>
  [...held].map(([hold, answers]) => ({ hold, answers }));
