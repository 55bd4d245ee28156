/** What was written elsewhere, made fit to stand in a description. */

/** In double quotes, as YAML and JSON both read it. */
export const quoted = (text: string): string =>
  JSON.stringify(text.toWellFormed()).replace(/[\p{C}\u2028\u2029]/gu, (sign) =>
    [...sign]
      .flatMap((one) => Array.from({ length: one.length }, (_, n) => one.charCodeAt(n)))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** For a comment: one line, without what a screen would obey. */
export const comment = (text: string, most: number): string => {
  const line = text
    .slice(0, 4 * most)
    .toWellFormed()
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return line.length > most ? `${line.slice(0, most - 1).toWellFormed()}…` : line;
};

/** Lower-case words with dashes between; empty: nothing of it can be written so. */
export const dashed = (text: string, most = 64): string =>
  text
    .slice(0, 500)
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+/, '')
    .slice(0, most)
    .replace(/-+$/, '');

/** A plain name of letters and digits, from the steps that lead there. */
export const plainNameOf = (steps: readonly string[]): string => {
  const words = steps.flatMap((step) => step.match(/[A-Za-z0-9]+/g) ?? []);
  const joined = words
    .map((word, at) => (at === 0 ? word : `${word.charAt(0).toUpperCase()}${word.slice(1)}`))
    .join('');
  const named = joined.replace(/^[0-9]+/, '').slice(0, 60);
  return named === '' ? 'field' : named;
};
