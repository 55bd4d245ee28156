/** The bytes of the last checkpoints, without reading what comes before. */
const WINDOW = 1 << 20;
/** More than the queue lets into one batch, twice. */
const FURTHEST = 96 << 20;
const MARK = Buffer.from('\ncheckpoint ');

export interface Tail {
  /** The last complete checkpoint line and the one before it, without line feeds; null: there is none. */
  readonly last: string | null;
  readonly before: string | null;
  /** Where the batch of `last` begins: behind `before`, or 0. */
  readonly from: number;
}

/** Looks backwards for the last two complete checkpoint lines. Null: none within what two batches can take, so the file is none of ours. */
export const readTail = async (
  read: (into: Buffer, position: number) => Promise<number>,
  size: number,
): Promise<Tail | null> => {
  for (let window = WINDOW; ; window *= 4) {
    const start = Math.max(0, size - Math.min(window, FURTHEST));
    const bytes = await readAll(read, start, size);
    const found = completeCheckpoints(bytes);
    const [last, before] = found;
    if (before !== undefined || start === 0)
      return {
        last: last?.line ?? null,
        before: before?.line ?? null,
        from: before === undefined ? 0 : start + before.end,
      };
    if (window >= FURTHEST) return null;
  }
};

/** At most two, the last first. */
const completeCheckpoints = (bytes: Buffer): readonly { readonly line: string; readonly end: number }[] => {
  const found: { line: string; end: number }[] = [];
  for (let at = bytes.lastIndexOf(MARK); at !== -1 && found.length < 2; ) {
    const end = bytes.indexOf(0x0a, at + 1);
    if (end !== -1) found.push({ line: bytes.toString('latin1', at + 1, end), end: end + 1 });
    at = at === 0 ? -1 : bytes.lastIndexOf(MARK, at - 1);
  }
  return found;
};

const readAll = async (
  read: (into: Buffer, position: number) => Promise<number>,
  start: number,
  end: number,
): Promise<Buffer> => {
  const bytes = Buffer.alloc(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const got = await read(bytes.subarray(filled), start + filled);
    if (got === 0) break;
    filled += got;
  }
  return bytes.subarray(0, filled);
};
