/** What sentences about restrictions are made of in every language. */

const CELLS = 10;

/** ▓▓▓▓░░░░░░ */
export const bar = (percent: number): string => {
  const full = Math.max(0, Math.min(CELLS, Math.floor((percent / 100) * CELLS)));
  return `${'▓'.repeat(full)}${'░'.repeat(CELLS - full)}`;
};

export const bullets = (lines: readonly string[]): readonly string[] => lines.map((line) => `• ${line}`);

/** What something is about, before what it means. */
export const titled = (title: string | null, sentence: string): string =>
  title === null ? sentence : `${title}: ${sentence}`;

/** Of a share from 0 to 1, whole. */
export const percentOf = (share: number): number => Math.round(share * 100);

/** So many at most; how many more there are is said, so that nobody takes a part for the whole. */
export const shortened = (all: readonly string[], most: number, more: (count: number) => string): readonly string[] =>
  all.length <= most ? all : [...all.slice(0, most), more(all.length - most)];
