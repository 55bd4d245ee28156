/** Plain words as lines, for cards. */

/** At most so many characters, and no half of a pair at the end. */
export const cut = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const end = text.charCodeAt(most - 1);
  return text.slice(0, end >= 0xd800 && end <= 0xdbff ? most - 1 : most);
};

/** The same, with a sign that something is missing. */
export const shortened = (text: string, most: number): string =>
  text.length <= most ? text : `${cut(text, most - 1)}…`;

export interface Line {
  readonly text: string;
  /** An empty line stood before it. */
  readonly apart: boolean;
}

/**
 * The lines that a person would see, without the empty ones. No control characters, and nothing that a card would turn
 * into something else: `{{DATE(…)}}` is a date to it, so the braces are kept apart by a sign that nobody sees.
 */
export const linesOf = (text: string): readonly Line[] => {
  const lines: Line[] = [];
  let apart = false;
  for (const part of harmless(text).split('\n')) {
    const line = part.trimEnd();
    if (line === '') apart = lines.length > 0;
    else {
      lines.push({ text: line, apart });
      apart = false;
    }
  }
  return lines;
};

/** All on one line. */
export const oneLine = (text: string): string => harmless(text).replace(/\s+/g, ' ').trim();

const harmless = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    .replace(/[^\P{Cc}\n]/gu, '')
    .replace(/\{\{(?=DATE|TIME)/g, '{\u200b{');
