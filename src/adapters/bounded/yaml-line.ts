/** As the library for YAML has them; nothing else of it is needed. */
interface Document {
  getIn(path: readonly PropertyKey[], keepScalar: true): unknown;
}
interface Lines {
  linePos(offset: number): { readonly line: number };
}

const startOf = (node: unknown): number | undefined => {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  const [start]: readonly unknown[] = node.range;
  return typeof start === 'number' ? start : undefined;
};

/** `line 12, `, of the nearest thing that exists around a place: what is missing has no line of its own. Empty: there is none. */
export const lineOf = (document: Document, lines: Lines, path: readonly PropertyKey[]): string => {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const start = startOf(document.getIn(path.slice(0, depth), true));
    if (start !== undefined) return `line ${lines.linePos(start).line}, `;
  }
  return '';
};
