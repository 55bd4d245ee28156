/** A PNG of eight-bit RGBA, written with nothing but zlib. */
import { crc32, deflateSync } from 'node:zlib';

/** Four bytes a pixel, row by row from the top: red, green, blue, opacity. */
export interface Picture {
  readonly size: number;
  readonly pixels: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Eight bits a channel, colour with opacity, and the only compression, filtering and no interlacing that there are. */
const EIGHT_BIT_RGBA = [8, 6, 0, 0, 0];

const chunk = (type: string, data: Uint8Array): Buffer => {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
};

/** The rows as they are compressed: each begins with 0, "not filtered". */
export const rowsOf = ({ size, pixels }: Picture): Buffer => {
  const stride = size * 4;
  const rows = Buffer.alloc(size * (stride + 1));
  for (let y = 0; y < size; y++) rows.set(pixels.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  return rows;
};

export const pngOf = (picture: Picture): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(picture.size, 0);
  header.writeUInt32BE(picture.size, 4);
  header.set(EIGHT_BIT_RGBA, 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rowsOf(picture), { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ]);
};
