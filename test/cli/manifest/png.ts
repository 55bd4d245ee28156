/** Writes any PNG that the decoder reads, by any of the five filters: the product's own writer knows one of each. */
import { crc32, deflateSync } from 'node:zlib';

const BYTES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };

const paeth = (left: number, above: number, corner: number): number => {
  const guess = left + above - corner;
  const distances = [left, above, corner].map((value) => Math.abs(guess - value));
  return [left, above, corner][distances.indexOf(Math.min(...distances))] ?? 0;
};

export const chunk = (type: string, data: Uint8Array): Buffer => {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
};

export interface PngOptions {
  readonly width: number;
  readonly height: number;
  /** 0 grey, 2 colour, 4 grey with opacity, 6 colour with opacity; 3 a palette, which is not read. */
  readonly colour: number;
  readonly depth?: number;
  readonly interlaced?: number;
  /** Of each row; 0 where none is given. */
  readonly filters?: readonly number[];
  /** How it says that it is compressed and filtered; 0 is the only way that there is. */
  readonly compression?: number;
  readonly filtering?: number;
  /** Chunks between the header and the rows. */
  readonly between?: readonly Uint8Array[];
  /** In the end, which holds nothing. */
  readonly last?: Uint8Array;
  /** Into so many parts the compressed rows are cut. */
  readonly parts?: number;
}

/** `raw`: the pixels' bytes, row by row. */
export const encodePng = (o: PngOptions, raw: Uint8Array): Buffer => {
  const size = BYTES[o.colour] ?? 1;
  const stride = o.width * size;
  const rows: number[] = [];
  for (let y = 0; y < o.height; y++) {
    const filter = o.filters?.[y] ?? 0;
    rows.push(filter);
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < size ? 0 : (raw[at - size] ?? 0);
      const above = y === 0 ? 0 : (raw[at - stride] ?? 0);
      const corner = x < size || y === 0 ? 0 : (raw[at - stride - size] ?? 0);
      const foreseen = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter] ?? 0;
      rows.push(((raw[at] ?? 0) - foreseen) & 0xff);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(o.width, 0);
  header.writeUInt32BE(o.height, 4);
  header.set([o.depth ?? 8, o.colour, o.compression ?? 0, o.filtering ?? 0, o.interlaced ?? 0], 8);
  const packed = deflateSync(Buffer.from(rows));
  const cut = Math.ceil(packed.length / (o.parts ?? 1));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from('Comment\0none', 'latin1')),
    ...(o.between ?? []),
    ...Array.from({ length: o.parts ?? 1 }, (_, part) => chunk('IDAT', packed.subarray(part * cut, (part + 1) * cut))),
    chunk('IEND', o.last ?? new Uint8Array()),
  ]);
};
