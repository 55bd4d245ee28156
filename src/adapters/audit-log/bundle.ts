/** Entries as a bundle holds them (C2SP tlog-tiles): each behind its length, two bytes, the higher one first. */

/** What the length can say. */
export const MAX_ENTRY_BYTES = 65_535;

/** Bytes before an entry. */
export const LENGTH_BYTES = 2;

/** Where an entry stands in the bytes of a bundle, without its length. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The bytes of these entries, each 1 to 65,535 bytes long. */
export const encodeEntries = (texts: readonly string[]): Buffer => {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + LENGTH_BYTES + length, 0));
  let at = 0;
  for (const [index, text] of texts.entries()) {
    const length = lengths[index] ?? 0;
    if (length === 0 || length > MAX_ENTRY_BYTES) throw new RangeError('an entry has 1 to 65,535 bytes');
    at = bytes.writeUInt16BE(length, at);
    at += bytes.write(text, at);
  }
  return bytes;
};

/** Where each entry stands, in order; null: the bytes are no whole bundle. */
export const spansOf = (bytes: Buffer): readonly Span[] | null => spansUntil(bytes, (at) => at === bytes.length);

/** Where each of the first so many entries stands, whatever is behind them; null: the bytes do not begin with so many. */
export const firstSpans = (bytes: Buffer, most: number): readonly Span[] | null =>
  spansUntil(bytes, (_, count) => count === most);

const spansUntil = (bytes: Buffer, done: (at: number, count: number) => boolean): readonly Span[] | null => {
  const spans: Span[] = [];
  for (let at = 0; !done(at, spans.length); ) {
    if (at + LENGTH_BYTES > bytes.length) return null;
    const start = at + LENGTH_BYTES;
    const end = start + bytes.readUInt16BE(at);
    if (end === start || end > bytes.length) return null;
    spans.push({ start, end });
    at = end;
  }
  return spans;
};
