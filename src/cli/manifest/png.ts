/** Decodes a PNG, so that an icon is what it is taken for, and not only called so by its header. */
import { crc32, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** An icon is 192 pixels wide at most; past this nothing is unpacked. */
const WIDEST = 1_024;

/** Bytes of a pixel by the kind of colour: grey, colour, grey with opacity, colour with opacity. */
const BYTES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [4, 2],
  [6, 4],
]);

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Whether the file says how opaque a pixel is. */
  readonly opacity: boolean;
  /** Four bytes a pixel, row by row from the top: red, green, blue, opacity. */
  readonly rgba: Uint8Array;
}

/** What ends a sentence that begins with the file's name. */
export type Decoded = { readonly pixels: Pixels } | { readonly fault: string };

const BROKEN = { fault: 'is cut short or damaged. Save it anew' } as const;

/** Eight bits a channel and no interlacing, of any kind of colour but a palette: which is what Teams' own examples are. */
export const decodePng = (bytes: Uint8Array): Decoded => {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!png.subarray(0, SIGNATURE.length).equals(SIGNATURE))
    return { fault: 'is not a PNG, and Teams takes nothing else. Save it as one' };
  const chunks = chunksOf(png);
  const [header] = chunks ?? [];
  if (chunks === null || !inOrder(chunks) || header?.data.length !== 13) return BROKEN;
  const [width, height] = [header.data.readUInt32BE(0), header.data.readUInt32BE(4)];
  const [depth, colour = -1, compression, filtering, interlaced] = header.data.subarray(8);
  if (compression !== 0 || filtering !== 0) return BROKEN;
  if (width === 0 || height === 0 || width > WIDEST || height > WIDEST)
    return { fault: `is ${width} by ${height} pixels, which no icon is. Draw it smaller` };
  const size = BYTES.get(colour);
  if (depth !== 8 || interlaced !== 0 || size === undefined)
    return { fault: 'has a palette, is interlaced or has not 8 bits a channel. Save it as plain 8-bit RGBA' };
  const rows = unpacked(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)), {
    stride: width * size,
    height,
    size,
  });
  if (rows === null) return BROKEN;
  return { pixels: { width, height, opacity: size % 2 === 0, rgba: coloured(rows, size) } };
};

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** Null: one is longer than the file, or not what its check says, or the last is not the end. */
const chunksOf = (png: Buffer): readonly Chunk[] | null => {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > png.length) return null;
    if (crc32(png.subarray(at + 4, end - 4)) !== png.readUInt32BE(end - 4)) return null;
    const type = png.toString('latin1', at + 4, at + 8);
    chunks.push({ type, data: png.subarray(at + 8, end - 4) });
    if (type === 'IEND') return end === png.length ? chunks : null;
    at = end;
  }
  return null;
};

/** Chunks that must be understood; a palette beside colours is a suggestion, so it is passed over. */
const UNDERSTOOD: readonly string[] = ['IHDR', 'PLTE', 'IDAT', 'IEND'];

/** The header is first and once, the rows are in one place, the end is empty, and what must be understood is (its name begins with a capital). */
const inOrder = (chunks: readonly Chunk[]): boolean => {
  const types = chunks.map(({ type }) => type);
  const rows = types.filter((type) => type === 'IDAT').length;
  return (
    types.lastIndexOf('IHDR') === 0 &&
    rows > 0 &&
    types.lastIndexOf('IDAT') - types.indexOf('IDAT') + 1 === rows &&
    chunks.at(-1)?.data.length === 0 &&
    types.every((type) => UNDERSTOOD.includes(type) || /^[a-z][A-Za-z]{3}$/.test(type))
  );
};

/** Each row is told from what stands left of it and above it (its filter), byte by byte. Null: not as many rows as there should be. */
const unpacked = (
  packed: Buffer,
  { stride, height, size }: { readonly stride: number; readonly height: number; readonly size: number },
): Uint8Array | null => {
  let raw: Buffer;
  try {
    raw = inflateSync(packed, { maxOutputLength: height * (stride + 1) + 1 });
  } catch {
    return null;
  }
  if (raw.length !== height * (stride + 1)) return null;
  const rows = new Uint8Array(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? -1;
    if (filter > 4) return null;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < size ? 0 : (rows[at - size] ?? 0);
      const above = y === 0 ? 0 : (rows[at - stride] ?? 0);
      const corner = x < size || y === 0 ? 0 : (rows[at - stride - size] ?? 0);
      rows[at] = (raw[at + y + 1] ?? 0) + foreseen(filter, left, above, corner);
    }
  }
  return rows;
};

const foreseen = (filter: number, left: number, above: number, corner: number): number => {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return Math.floor((left + above) / 2);
  const [toLeft, toAbove, toCorner] = [above - corner, left - corner, left + above - 2 * corner].map(Math.abs) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
};

const coloured = (rows: Uint8Array, size: number): Uint8Array => {
  const rgba = new Uint8Array((rows.length / size) * 4);
  for (let from = 0, to = 0; from < rows.length; from += size, to += 4) {
    const [first = 0, second = 0, third = 0, fourth = 0] = rows.subarray(from, from + size);
    rgba.set(
      size < 3 ? [first, first, first, size === 2 ? second : 255] : [first, second, third, size === 4 ? fourth : 255],
      to,
    );
  }
  return rgba;
};
