import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeBatch } from '../../../src/adapters/audit-log/journal.ts';
import { journalPath } from '../../../src/adapters/audit-log/layout.ts';
import { newestOf } from '../../../src/adapters/audit-log/newest.ts';
import { bundlePath } from '../../../src/adapters/audit-log/tiles.ts';
import { type HandMade, handMade, putJournal, putPublished, textsOf } from './lay-out.ts';
import { decision, newFolder, newKey } from './support.ts';

const { secret } = newKey();

const logOf = (entries: readonly unknown[]): HandMade =>
  handMade({ origin: 'one', key: secret.current, texts: textsOf(entries) });

const numberOf = (entry: unknown): number | null => {
  const { n } = entry as { readonly n?: number };
  return n ?? null;
};

describe('the newest entry of a log', () => {
  it('is found from the end, of the kinds that are asked for, and where something is made of it', async () => {
    const folder = await newFolder();
    const entries = [
      { kind: 'stop', at: 1 },
      { kind: 'recovered', at: 2, droppedBytes: 7 },
      ...Array.from({ length: 600 }, (_, i) => decision(i)),
    ];
    const log = logOf(entries);
    putPublished(folder, log, 590);
    putJournal(folder, log, 590, 602);
    const find = (kinds: readonly string[], take: (entry: unknown) => unknown = (entry) => entry) =>
      newestOf({ folder, kinds, take });
    expect(await find(['stop', 'recovered'])).toMatchObject({ kind: 'recovered', at: 2 });
    expect(await find(['stop'])).toMatchObject({ kind: 'stop', at: 1 });
    expect(await find(['decision'])).toMatchObject(decision(599));
    expect(await find(['grant'])).toBeNull();
    expect(await find(['stop', 'recovered'], (entry) => ((entry as { at: number }).at === 1 ? 'first' : null))).toBe(
      'first',
    );
  });

  it('is the same however far from the end it stands, and however much of the log is published', async () => {
    const text = fc.record({ wanted: fc.boolean(), length: fc.integer({ min: 0, max: 20_000 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 60 }), fc.nat(), async (lines, cut) => {
        const folder = await newFolder();
        const log = logOf(
          lines.map(({ wanted, length }, n) => ({ kind: wanted ? 'wanted' : 'other', n, text: 'ä'.repeat(length) })),
        );
        const published = cut % (lines.length + 1);
        putPublished(folder, log, published);
        putJournal(folder, log, published, lines.length);
        const last = lines.findLastIndex(({ wanted }) => wanted);
        expect(await newestOf({ folder, kinds: ['wanted'], take: numberOf })).toBe(last === -1 ? null : last);
      }),
      { numRuns: 40 },
    );
  });

  it('is none that was torn, nor words or a field within that look like one', async () => {
    const folder = await newFolder();
    const log = logOf([
      { kind: 'wanted', n: 1 },
      { kind: 'other', n: 2, text: '"kind":"wanted"' },
      { kind: 'other', n: 3, of: { kind: 'wanted' } },
      { kind: 'wanted', n: 4 },
    ]);
    putJournal(folder, log, 0, 3);
    const find = () => newestOf({ folder, kinds: ['wanted'], take: numberOf });
    expect(await find()).toBe(1);
    appendFileSync(journalPath(folder, 0), encodeBatch(log.texts.slice(3), log.note(4)).subarray(0, -1));
    expect(await find()).toBe(1);
  });

  it('cannot be told where there is no log, or one that is spoilt', async () => {
    const find = (folder: string) => newestOf({ folder, kinds: ['wanted'], take: numberOf });
    await expect(find(await newFolder())).rejects.toMatchObject({ code: 'ENOENT' });
    const folder = await newFolder();
    putPublished(folder, logOf([{ kind: 'other' }]), 1);
    writeFileSync(join(folder, bundlePath(0, 1)), 'x'.repeat(3 << 20));
    await expect(find(folder)).rejects.toMatchObject({ code: 'audit-unavailable' });
  });
});
