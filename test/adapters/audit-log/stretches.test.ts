import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assembleLog, ordersAfter } from '../../../src/adapters/audit-log/assemble.ts';
import { type AuditLog, createAuditLog } from '../../../src/adapters/audit-log/audit-log.ts';
import { endOfLog, publicKeysOf, readStretch, type Stretch } from '../../../src/adapters/audit-log/stretches.ts';
import { verifyAuditLog } from '../../../src/adapters/audit-log/verify.ts';
import type { AuditEntry } from '../../../src/core/audit.ts';
import { clock, decision, newFolder, newKey } from './support.ts';

const { secret, publicPem } = newKey();

const begun = async (): Promise<{ readonly log: AuditLog; readonly folder: string; readonly file: string }> => {
  const all = await newFolder();
  const log = await createAuditLog({ folder: all, origin: 'one', signingKey: secret, clock });
  const folder = join(all, 'one');
  return { log, folder, file: join(folder, 'audit.log') };
};

const append = (log: AuditLog, count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, (_, i) => log.append(decision(i))));

const bodyOf = (stretch: Stretch) => ({
  from: stretch.from,
  to: stretch.to,
  body: async function* () {
    yield* [stretch.bytes.subarray(0, 7), stretch.bytes.subarray(7)];
  },
});

async function* from<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all;
}

const assembled = async (stretches: readonly Stretch[], publicKeys = ''): Promise<string> => {
  const folder = join(await newFolder(), 'one');
  await assembleLog({ folder, stretches: from(stretches.map(bodyOf)), publicKeys: () => publicKeys });
  return folder;
};

describe('stretches of an audit log', () => {
  it('are whole batches, and together the log, byte for byte, however they were taken', async () => {
    const turn = fc.record({
      append: fc.integer({ min: 1, max: 20 }),
      aboutBytes: fc.integer({ min: 1, max: 20_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 6 }), async (turns) => {
        const { log, folder, file } = await begun();
        const stretches: Stretch[] = [];
        let end = 0;
        for (const { append: count, aboutBytes } of turns) {
          await append(log, count);
          for (let next = await readStretch({ folder, from: end, aboutBytes }); next !== null; ) {
            expect(next.from).toBe(end);
            stretches.push(next);
            end = next.to;
            const part = await assembled(stretches, publicPem);
            expect(await verifyAuditLog({ folder: part, publicKey: publicPem })).toMatchObject({
              ok: true,
              entries: next.entries,
            });
            next = await readStretch({ folder, from: end, aboutBytes });
          }
        }
        await log.close();
        expect(readFileSync(join(await assembled(stretches), 'audit.log')).equals(readFileSync(file))).toBe(true);
        expect(await endOfLog({ folder })).toMatchObject({ bytes: end, entries: stretches.at(-1)?.entries });
        // As far as an earlier stretch went, too.
        const [first] = stretches;
        expect(await endOfLog({ folder, within: first?.to ?? 0 })).toMatchObject({
          bytes: first?.to,
          entries: first?.entries,
        });
      }),
      { numRuns: 12 },
    );
  });

  it('leave out what was not finished, and say nothing of a log that has nothing', async () => {
    const { log, folder, file } = await begun();
    expect(await readStretch({ folder, from: 0 })).toBeNull();
    expect(await endOfLog({ folder })).toBeNull();
    await append(log, 3);
    await log.close();
    const whole = readFileSync(file).length;
    appendFileSync(file, `${'0'.repeat(64)} {"entry":{"kind":"st`);
    expect(await readStretch({ folder, from: 0 })).toMatchObject({ to: whole, entries: 3 });
    expect(await endOfLog({ folder })).toMatchObject({ bytes: whole, entries: 3 });
    expect(await readStretch({ folder, from: whole })).toBeNull();
    expect(await publicKeysOf(folder)).toContain(publicPem.trim());
    expect(await publicKeysOf(await newFolder())).toBe('');
  });

  it('are refused where the log has become shorter than what was taken of it', async () => {
    const { log, folder, file } = await begun();
    await append(log, 3);
    await log.close();
    const { length } = readFileSync(file);
    truncateSync(file, 40);
    await expect(readStretch({ folder, from: length })).rejects.toMatchObject({ code: 'audit-missing' });
  });

  it('are put together where they overlap, and refused where one is missing or not as long as it says', async () => {
    const { log, folder, file } = await begun();
    const take = async (at: number): Promise<Stretch> => {
      const stretch = await readStretch({ folder, from: at });
      if (stretch === null) throw new Error('there is one');
      return stretch;
    };
    await append(log, 2);
    const one = await take(0);
    await append(log, 2);
    const [both, two] = [await take(0), await take(one.to)];
    await append(log, 2);
    const [rest, three] = [await take(one.to), await take(two.to)];
    await log.close();
    for (const some of [
      [both, rest],
      [one, two, three],
      [one, both, rest],
      [both, three],
    ])
      expect(readFileSync(join(await assembled(some), 'audit.log')).equals(readFileSync(file))).toBe(true);
    for (const some of [[two], [one, three], [{ ...one, to: one.to + 1 }], [{ ...one, to: one.to - 1 }]])
      await expect(assembled(some)).rejects.toMatchObject({ code: 'backup-invalid' });
  });

  it('tell which orders came after a state, and only those that change what stands', async () => {
    const { log, folder, file } = await begun();
    const order = { kind: 'order', order: 'o', by: null, question: null, attempt: 1 } as const;
    const entries: readonly AuditEntry[] = [
      decision(1),
      {
        kind: 'restriction',
        at: 1,
        restriction: 'a',
        change: 'published',
        version: 5,
        by: 'x',
        approvedBy: null,
        policy: null,
      },
      {
        kind: 'restriction',
        at: 1,
        restriction: 'a',
        change: 'lifted',
        version: 6,
        by: 'x',
        approvedBy: null,
        policy: null,
      },
      { ...order, at: 10, what: 'hold', change: 'done' },
      { ...order, at: 11, what: 'hold', change: 'placed' },
      { ...order, at: 12, what: 'export', change: 'done' },
      { ...order, at: 13, what: 'resume', change: 'begun' },
      { ...order, at: 14, what: 'forget', change: 'done' },
    ];
    for (const entry of entries) await log.append(entry);
    await log.close();
    expect(await ordersAfter({ folder, version: 5, from: null, at: 10 })).toEqual([
      { what: 'restriction', at: 1, version: 6 },
      { what: 'resume', at: 13, version: null },
      { what: 'forget', at: 14, version: null },
    ]);
    expect(await ordersAfter({ folder, version: 6, from: null, at: 14 })).toEqual([]);
    // Whatever a clock said: behind a byte is later.
    const bytes = readFileSync(file);
    const from = bytes.indexOf('\n', bytes.indexOf('"what":"resume"')) + 1;
    expect(await ordersAfter({ folder, version: 6, from, at: 99 })).toEqual([
      { what: 'forget', at: 14, version: null },
    ]);
    expect(await ordersAfter({ folder, version: 6, from: bytes.length, at: 0 })).toEqual([]);
    writeFileSync(file, 'no log at all\n');
    expect(await ordersAfter({ folder, version: 0, from: null, at: 0 })).toEqual([]);
  });
});
