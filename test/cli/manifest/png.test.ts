import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodePng } from '../../../src/cli/manifest/png.ts';
import { chunk, encodePng, type PngOptions } from './png.ts';

const COLOURS = [
  { colour: 0, bytes: 1, opacity: false },
  { colour: 2, bytes: 3, opacity: false },
  { colour: 4, bytes: 2, opacity: true },
  { colour: 6, bytes: 4, opacity: true },
];

/** The pixels' bytes as red, green, blue and opacity. */
const rgbaOf = (raw: Uint8Array, bytes: number): readonly number[] =>
  Array.from({ length: raw.length / bytes }, (_, at) => [...raw.subarray(at * bytes, (at + 1) * bytes)]).flatMap(
    ([first = 0, second = 0, third = 0, fourth = 0]) => {
      if (bytes === 1) return [first, first, first, 255];
      if (bytes === 2) return [first, first, first, second];
      return [first, second, third, bytes === 3 ? 255 : fourth];
    },
  );

const SMALL: PngOptions = { width: 3, height: 2, colour: 6 };
const RAW = Uint8Array.from({ length: 24 }, (_, at) => at * 10);
const NOTHING = new Uint8Array();
/** Rows that hold nothing, and a note that ends them. */
const [ROWS, NOTE] = [chunk('IDAT', NOTHING), chunk('tEXt', NOTHING)];

describe('the decoder of PNGs', () => {
  it('gives back the pixels that were written, of every kind of colour and by every filter', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...COLOURS),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 9, maxLength: 9 }),
        fc.integer({ min: 1, max: 3 }),
        fc.uint8Array({ minLength: 324, maxLength: 324 }),
        ({ colour, bytes, opacity }, width, height, filters, parts, bytesDrawn) => {
          const raw = bytesDrawn.subarray(0, width * height * bytes);
          const decoded = decodePng(encodePng({ width, height, colour, filters, parts }, raw));
          expect(decoded).toEqual({
            pixels: { width, height, opacity, rgba: Uint8Array.from(rgbaOf(raw, bytes)) },
          });
        },
      ),
    );
  });

  it.each([
    ['what is no PNG', Buffer.from('<svg/>'), 'is not a PNG'],
    ['nothing', Buffer.alloc(0), 'is not a PNG'],
    ['a palette', encodePng({ ...SMALL, colour: 3 }, RAW), 'palette'],
    ['16 bits', encodePng({ ...SMALL, depth: 16 }, RAW), '8 bits'],
    ['interlacing', encodePng({ ...SMALL, interlaced: 1 }, RAW), 'interlaced'],
    ['no pixel', encodePng({ ...SMALL, width: 0 }, RAW), 'no icon is'],
    ['more pixels than any icon', encodePng({ ...SMALL, width: 1_025, height: 1 }, RAW), 'no icon is'],
    ['a filter that is none', encodePng({ ...SMALL, filters: [5] }, RAW), 'damaged'],
    ['a way to compress that is none', encodePng({ ...SMALL, compression: 1 }, RAW), 'damaged'],
    ['a way to filter that is none', encodePng({ ...SMALL, filtering: 1 }, RAW), 'damaged'],
    ['two headers', encodePng({ ...SMALL, between: [encodePng(SMALL, RAW).subarray(8, 33)] }, RAW), 'damaged'],
    ['rows in two places', encodePng({ ...SMALL, between: [ROWS, NOTE] }, RAW), 'damaged'],
    ['what must be understood and is not', encodePng({ ...SMALL, between: [chunk('ABCD', NOTHING)] }, RAW), 'damaged'],
    ['a kind that is none', encodePng({ ...SMALL, between: [chunk('t3Xt', NOTHING)] }, RAW), 'damaged'],
    ['something in the end', encodePng({ ...SMALL, last: Uint8Array.of(1) }, RAW), 'damaged'],
    ['something behind the end', Buffer.concat([encodePng(SMALL, RAW), Buffer.from('x')]), 'damaged'],
  ])('refuses %s', (_, bytes, said) => {
    expect(decodePng(bytes)).toEqual({ fault: expect.stringContaining(said) });
  });

  it('takes colours that are only suggested, and what need not be understood', () => {
    const between = [chunk('PLTE', Uint8Array.of(1, 2, 3)), chunk('abCd', NOTHING)];
    expect(decodePng(encodePng({ ...SMALL, between }, RAW))).toHaveProperty('pixels');
  });

  it('refuses one that is cut short anywhere, and one of which any byte differs', () => {
    const png = encodePng(SMALL, RAW);
    for (let at = 0; at < png.length; at++) {
      expect(decodePng(png.subarray(0, at))).toHaveProperty('fault');
      const changed = Buffer.from(png);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect([at, decodePng(changed)]).toEqual([at, { fault: expect.any(String) }]);
    }
  });

  it('unpacks no more than the header announces', () => {
    const bomb = encodePng({ width: 300, height: 300, colour: 0 }, new Uint8Array(90_000));
    const header = encodePng({ width: 2, height: 2, colour: 0 }, new Uint8Array(4)).subarray(0, 33);
    expect(decodePng(Buffer.concat([header, bomb.subarray(33)]))).toEqual({
      fault: expect.stringContaining('damaged'),
    });
  });
});
