import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { headerOf, openArchive, sealArchive } from '../../../src/adapters/archive/archive.ts';
import { FORMAT } from '../../../src/adapters/archive/header.ts';
import { readLines, writeLines } from '../../../src/adapters/archive/lines.ts';
import type { Secret } from '../../../src/core/ports.ts';

const key = (): string => randomBytes(32).toString('base64');
const secretOf = (current: string, ...previous: readonly string[]): Secret => ({
  current,
  accepted: [current, ...previous],
});
const DATA_KEY = secretOf(key());

const header = {
  kind: 'audit',
  version: '0.3.0',
  madeAt: 1_700_000_000_000,
  lineage: 'a1b2c3d4e5f6',
  origin: 'slot-0',
  from: 0,
  to: 5,
  root: 'b'.repeat(64),
  holds: 'entries',
  noted: true,
  publicKeys: '',
} as const;

const stateWith = (logs: number) => ({
  kind: 'state' as const,
  version: '0.3.0',
  madeAt: 1,
  lineage: 'a1b2c3d4e5f6',
  restrictions: { version: 1, hash: 'ab', count: 0 },
  policy: '',
  sections: {},
  stretchKeys: [],
  logs: Array.from({ length: logs }, () => ({ origin: 'slot-0'.padEnd(60, '0'), entries: 1, root: 'a'.repeat(64) })),
});

const sealed = (body: Buffer, dataKey: Secret = DATA_KEY): Promise<Buffer> =>
  sealArchive({ dataKey, body: [body], header: () => header });

const read = async (bytes: Buffer, dataKey: Secret = DATA_KEY): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of (await openArchive({ name: 'it', bytes, dataKey })).body()) pieces.push(piece);
  return Buffer.concat(pieces);
};

const refused = async (bytes: Buffer, dataKey: Secret = DATA_KEY): Promise<string> => {
  const caught: unknown = await read(bytes, dataKey).catch((error: unknown) => error);
  expect(caught).toMatchObject({ name: 'SottoError', code: 'backup-invalid' });
  return (caught as Error).message;
};

/** Does not compress, so that so many bytes are so many chunks. */
const noise = (bytes: number): Buffer => randomBytes(bytes);

const CHUNK = 65_536 + 16;

describe('an archive', () => {
  it('gives back what was put in, of whatever size, and says what it is without the key', async () => {
    for (const size of [0, 1, 65_000, 65_536, 200_000, 3_000_000]) {
      const body = noise(size);
      const bytes = await sealed(body);
      expect((await read(bytes)).equals(body)).toBe(true);
      expect(headerOf({ name: 'it', bytes })).toMatchObject(header);
    }
  });

  it('holds any bytes as they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), async (bytes) => {
        const body = Buffer.from(bytes);
        expect((await read(await sealed(body))).equals(body)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('is refused where any one of its bytes is another, wherever it stands', async () => {
    const bytes = await sealed(Buffer.from('what stands'));
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [0x01, 0x80]) {
        const altered = Buffer.from(bytes);
        altered[at] = (altered[at] ?? 0) ^ bit;
        await refused(altered);
      }
    }
  });

  it('is refused wherever it is cut, and where anything is added', async () => {
    const bytes = await sealed(Buffer.from('what stands'));
    for (let length = 0; length < bytes.length; length++) await refused(bytes.subarray(0, length));
    await refused(Buffer.concat([bytes, Buffer.of(0)]));
    await refused(Buffer.concat([bytes, bytes]));
  });

  it('is refused where chunks are cut off, exchanged, repeated or taken from another archive', async () => {
    const [bytes, other] = [await sealed(noise(300_000)), await sealed(noise(300_000))];
    const head = bytes.length - 5 * 16 - (await zipped(bytes));
    const chunk = (of: Buffer, n: number): Buffer =>
      of.subarray(head + n * CHUNK, Math.min(of.length, head + (n + 1) * CHUNK));
    const with_ = (...chunks: readonly Buffer[]): Buffer => Buffer.concat([bytes.subarray(0, head), ...chunks]);
    const [a, b, c, d, e] = [0, 1, 2, 3, 4].map((n) => chunk(bytes, n)) as [Buffer, Buffer, Buffer, Buffer, Buffer];
    expect(with_(a, b, c, d, e).equals(bytes)).toBe(true);
    await refused(with_(a, b, c, d));
    await refused(with_(a));
    await refused(with_());
    await refused(with_(b, a, c, d, e));
    await refused(with_(a, b, b, d, e));
    await refused(with_(a, b, c, d, d, e));
    await refused(with_(a, chunk(other, 1), c, d, e));
  });

  it('does not open under the header of another one', async () => {
    const [one, two] = [await sealed(Buffer.from('one')), await sealed(Buffer.from('two'))];
    const body = (of: Buffer): Buffer => of.subarray(of.indexOf('"}}') + 3);
    const headOf = (of: Buffer): Buffer => of.subarray(0, of.indexOf('"}}') + 3);
    expect((await read(Buffer.concat([headOf(one), body(one)]))).toString()).toBe('one');
    await refused(Buffer.concat([headOf(one), body(two)]));
    const told = Buffer.from(one.toString('latin1').replace('slot-0', 'slot-1'), 'latin1');
    expect(await refused(told)).toContain('altered or cut');
  });

  it('opens with every data key that is accepted, and names the key that is missing', async () => {
    const [first, second, third] = [key(), key(), key()];
    const bytes = await sealed(Buffer.from('it'), secretOf(first));
    expect((await read(bytes, secretOf(second, first))).toString()).toBe('it');
    expect((await read(bytes, secretOf(third, second, first))).toString()).toBe('it');
    expect((await read(bytes, secretOf(second, 'no key', first))).toString()).toBe('it');
    const message = await refused(bytes, secretOf(second, third));
    expect(message).toContain('the newest archive of what stands does not hold');
    const stands = await sealArchive({ dataKey: secretOf(first), body: [], header: () => stateWith(0) });
    expect(await refused(stands, secretOf(second, third))).toContain('another data key');
    expect(message).toContain(headerOf({ name: 'it', bytes }).key.id);
  });

  it('is refused where it speaks of audit logs as they were once, and says so; of what stands alone it is read', async () => {
    const parts = (bytes: Buffer) => {
      const end = 18 + bytes.readUInt32BE(14);
      return { said: JSON.parse(bytes.toString('utf8', 18, end)), rest: bytes.subarray(end) };
    };
    const of = (format: number, bytes: Buffer, change: (said: Record<string, unknown>) => unknown): Buffer => {
      const { said, rest } = parts(bytes);
      const json = Buffer.from(JSON.stringify(change(said)));
      const head = Buffer.from(bytes.subarray(0, 18));
      head.writeUInt16BE(format, 12);
      head.writeUInt32BE(json.length, 14);
      return Buffer.concat([head, json, rest]);
    };
    const log = { origin: 'slot-0', bytes: 90, entries: 2, chain: 'a'.repeat(64) };
    const state = await sealArchive({ dataKey: DATA_KEY, body: [], header: () => stateWith(0) });
    const stretch = await sealed(Buffer.from('entries'));
    for (const format of [1, 2]) {
      for (const bytes of [
        of(format, state, (said) => ({ ...said, logs: [log] })),
        of(format, stretch, (said) => ({ ...said, root: undefined, holds: undefined, noted: undefined, entries: 2 })),
      ])
        expect(await refused(bytes)).toContain('as they were before Sotto 0.10');
      expect(headerOf({ name: 'it', bytes: of(format, state, (said) => said) })).toMatchObject({ kind: 'state' });
    }
    const now = of(FORMAT, state, (said) => ({ ...said, logs: [log] }));
    expect(await refused(now)).toContain('altered or cut');
  });

  it('is not made with a header that could not be read', async () => {
    const made = (logs: number) => sealArchive({ dataKey: DATA_KEY, body: [], header: () => stateWith(logs) });
    expect(headerOf({ name: 'it', bytes: await made(5_000) }).kind).toBe('state');
    for (const logs of [9_000, 10_001]) await expect(made(logs)).rejects.toMatchObject({ code: 'backup-invalid' });
  });

  it('of a newer format is refused by its number', async () => {
    const bytes = Buffer.from(await sealed(Buffer.from('it')));
    bytes.writeUInt16BE(FORMAT + 1, 'sotto-backup'.length);
    expect(await refused(bytes)).toContain(
      `is of format ${FORMAT + 1}, and this version of Sotto knows formats up to ${FORMAT}`,
    );
  });

  it('never has the same key or bytes twice, and its key stands in no clear', async () => {
    const [one, two] = [await sealed(Buffer.from('same')), await sealed(Buffer.from('same'))];
    expect(one.equals(two)).toBe(false);
    const [a, b] = [headerOf({ name: 'a', bytes: one }), headerOf({ name: 'b', bytes: two })];
    expect(a.key.id).toBe(b.key.id);
    expect(a.key.salt).not.toBe(b.key.salt);
    expect(one.includes('same')).toBe(false);
  });

  it('is what it is for whatever bytes: no archive, or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, begins) => {
        await refused(begins ? Buffer.concat([Buffer.from('sotto-backup'), bytes]) : Buffer.from(bytes));
      }),
      { numRuns: 200 },
    );
  });
});

/** How many bytes the body has that are no tags. */
const zipped = async (bytes: Buffer): Promise<number> => {
  const json = bytes.readUInt32BE('sotto-backup'.length + 2);
  return bytes.length - ('sotto-backup'.length + 6 + json) - 5 * 16;
};

describe('lines', () => {
  async function* from<T>(rows: readonly T[]): AsyncGenerator<T> {
    yield* rows;
  }
  const collect = async (lines: AsyncIterable<unknown>): Promise<readonly unknown[]> => {
    const rows: unknown[] = [];
    for await (const row of lines) rows.push(row);
    return rows;
  };

  it('come back also where one is as long as what stands can be; a longer one is not written, for it could not be read', async () => {
    const all = async (rows: readonly unknown[]): Promise<readonly unknown[]> => {
      const back: unknown[] = [];
      const pieces = async function* (): AsyncGenerator<Buffer> {
        for await (const piece of writeLines(from(rows)))
          for (let at = 0; at < piece.length; at += 16_384) yield piece.subarray(at, at + 16_384);
      };
      for await (const row of readLines('it', pieces())) back.push(row);
      return back;
    };
    const holds = Array.from({ length: 1_000 }, (_, n) => Array.from({ length: 64 }, () => `${n}`.padEnd(100, 'h')));
    expect(await all([1, { holds }, 2])).toEqual([1, { holds }, 2]);
    await expect(all([1, 'x'.repeat(33 << 20)])).rejects.toMatchObject({ code: 'backup-invalid' });
  });

  it('come back as they went, however they are cut into pieces', async () => {
    const row = fc.tuple(fc.string({ unit: 'grapheme' }), fc.integer(), fc.constantFrom(null, 'ü\n', '€'));
    await fc.assert(
      fc.asyncProperty(fc.array(row), fc.integer({ min: 1, max: 7 }), async (rows, cut) => {
        const pieces: Buffer[] = [];
        for await (const piece of writeLines(from(rows)))
          for (let at = 0; at < piece.length; at += cut) pieces.push(piece.subarray(at, at + cut));
        expect(await collect(readLines('it', from(pieces)))).toEqual(JSON.parse(JSON.stringify(rows)));
      }),
      { numRuns: 100 },
    );
  });

  it.each([['{"a":'], ['{"a":1}'], ['no json\n'], ['\xff\n']])('are refused as %j', async (text) => {
    await expect(collect(readLines('it', from([Buffer.from(text, 'latin1')])))).rejects.toMatchObject({
      code: 'backup-invalid',
    });
  });
});
