/** Words where an Adaptive Card has no `TextRun`, and some clients read markdown. */

/**
 * Labels, what is chosen from, and what is read out. Markdown's signs give way to others that look alike; what could be a link is kept
 * apart by a sign that nobody sees.
 */
export const unmarked = (line: string): string =>
  line
    .replaceAll('](', ']\u200b(')
    .replaceAll('*', '∗')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, 'ˍ')
    .replaceAll('<', '‹')
    .replaceAll('>', '›');

/** The same for a line that stands alone: no list begins with it, and no address in it leads anywhere. */
export const flat = (line: string): string =>
  unmarked(line)
    .replaceAll('://', ':\u200b//')
    .replaceAll('_', 'ˍ')
    .replace(/^[-+](?= )/, '–')
    .trim();

/** Words in which nothing could be read as markdown, HTML, an entity, an address or a macro. */
export const isUnmarked = (line: string): boolean => /^\p{L}[\p{L}\p{M}\p{N} ,;!?'’„“”()–-]*$/u.test(line);
