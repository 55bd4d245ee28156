import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeBatch } from '../../../src/adapters/audit-log/journal.ts';
import { journalPath } from '../../../src/adapters/audit-log/layout.ts';
import { entriesIn, newestNote, type Run, readBackwards, readEntries } from '../../../src/adapters/audit-log/reader.ts';
import { bundlePath } from '../../../src/adapters/audit-log/tiles.ts';
import { dropPartial, type HandMade, handMade, put, putJournal, putPublished, textsOf } from './lay-out.ts';
import { decision, newFolder, newKey } from './support.ts';

const { secret } = newKey();

/** 1,300 entries: five whole bundles and a part. */
const log: HandMade = handMade({
  origin: 'one',
  key: secret.current,
  texts: textsOf(Array.from({ length: 1_300 }, (_, at) => decision(at))),
});

const indices = (run: Run): readonly number[] => run.spans.map((_, at) => run.first + at);

/** Which entries are given, in the order of the runs; each must be what it was. */
const read = async (runs: AsyncIterable<Run>): Promise<readonly (readonly number[])[]> => {
  const found: (readonly number[])[] = [];
  for await (const run of runs) {
    for (const [at, { start, end }] of run.spans.entries())
      expect(run.bytes.toString('utf8', start, end)).toBe(log.texts[run.first + at]);
    found.push(indices(run));
  }
  return found;
};

const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, at) => from + at);

/** Reads both ways, which must give the same. */
const all = async (folder: string): Promise<readonly number[]> => {
  const forwards = (await read(readEntries({ folder }))).flat();
  const backwards = (await read(readBackwards({ folder }))).toReversed().flat();
  expect(backwards).toEqual(forwards);
  return forwards;
};

describe('the entries of a log', () => {
  it('are those of bundles, whole and in part, and then those of journals', async () => {
    const folder = await newFolder();
    putPublished(folder, log, 600);
    expect(await all(folder)).toEqual(range(0, 600));
    putJournal(folder, log, 600, 900);
    putJournal(folder, log, 900, 901);
    expect(await all(folder)).toEqual(range(0, 901));
    expect((await read(readEntries({ folder }))).map((run) => run.length)).toEqual([256, 256, 88, 300, 1]);
  });

  it('are none where a log was just begun, and cannot be told where there is none', async () => {
    const folder = await newFolder();
    await expect(all(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(read(readBackwards({ folder }))).rejects.toMatchObject({ code: 'ENOENT' });
    mkdirSync(join(folder, 'journal'));
    expect(await all(folder)).toEqual([]);
    expect(await newestNote(folder)).toBeNull();
    put(journalPath(folder, 0), '');
    expect(await all(folder)).toEqual([]);
  });

  it('are given from where one asks, to where one asks', async () => {
    const folder = await newFolder();
    putPublished(folder, log, 700);
    putJournal(folder, log, 700, 1_000);
    await fc.assert(
      fc.asyncProperty(fc.nat(1_100), fc.nat(1_100), async (from, to) => {
        const found = (await read(readEntries({ folder, from, to }))).flat();
        expect(found).toEqual(from < to ? range(Math.min(from, 1_000), Math.min(to, 1_000)) : []);
      }),
    );
  });

  it('come once where a crash left a journal beside what was published of it', async () => {
    const folder = await newFolder();
    putJournal(folder, log, 0, 300);
    putJournal(folder, log, 300, 520);
    putPublished(folder, log, 520);
    expect(await all(folder)).toEqual(range(0, 520));
    putJournal(folder, log, 520, 523);
    expect(await all(folder)).toEqual(range(0, 523));
    // Published tiles of which the checkpoint knows nothing yet.
    put(join(folder, 'checkpoint'), log.note(300));
    put(join(folder, bundlePath(1, 44)), Buffer.from('none'));
    await expect(all(folder)).rejects.toMatchObject({ code: 'audit-unavailable' });
    dropPartial(folder, 300);
    expect(await all(folder)).toEqual(range(0, 523));
  });

  it('leave out what was pruned', async () => {
    const folder = await newFolder();
    putPublished(folder, log, 1_000);
    for (const index of [0, 1]) rmSync(join(folder, bundlePath(index)));
    expect(await all(folder)).toEqual(range(512, 1_000));
    expect((await read(readEntries({ folder, from: 100 }))).flat()).toEqual(range(512, 1_000));
    expect((await read(readEntries({ folder, to: 300 }))).flat()).toEqual([]);
  });

  it('are read beyond what is missing between journals', async () => {
    const folder = await newFolder();
    putPublished(folder, log, 300);
    putJournal(folder, log, 310, 320);
    putJournal(folder, log, 400, 410);
    expect(await all(folder)).toEqual([...range(0, 300), ...range(310, 320), ...range(400, 410)]);
  });

  it('end with the last whole batch, whatever lies behind it', async () => {
    const folder = await newFolder();
    const torn = encodeBatch(log.texts.slice(14, 20), log.note(20));
    for (const rest of [torn.subarray(0, 9), torn.subarray(0, -1), Buffer.alloc(4_096), Buffer.of(0)]) {
      putJournal(folder, log, 0, 14);
      appendFileSync(journalPath(folder, 0), rest);
      expect(await all(folder)).toEqual(range(0, 14));
      expect(await newestNote(folder)).toBe(log.note(14));
    }
    appendFileSync(journalPath(folder, 0), 'x');
    putJournal(folder, log, 14, 14);
    expect(await all(folder)).toEqual(range(0, 14));
    expect(await newestNote(folder)).toBe(log.note(14));
  });

  it('cannot be told from bundles or a checkpoint that are none', async () => {
    const folder = await newFolder();
    putPublished(folder, log, 300);
    writeFileSync(join(folder, bundlePath(0)), Buffer.from('none'));
    await expect(all(folder)).rejects.toMatchObject({ code: 'audit-unavailable' });
    putPublished(folder, log, 300);
    writeFileSync(join(folder, 'checkpoint'), 'none');
    await expect(all(folder)).rejects.toMatchObject({ code: 'audit-unavailable' });
  });
});

describe('a log that is written while one reads', () => {
  /** What a writer does, step by step, from 600 published entries and a journal behind them on. */
  const steps = (folder: string): readonly (() => void)[] => [
    () => putJournal(folder, log, 900, 950),
    () => putPublished(folder, log, 900),
    () => rmSync(journalPath(folder, 600)),
    () => dropPartial(folder, 600),
    () => putJournal(folder, log, 950, 1_200),
    () => putPublished(folder, log, 950),
    () => rmSync(journalPath(folder, 900)),
    () => dropPartial(folder, 900),
    () => putPublished(folder, log, 1_200),
    () => rmSync(journalPath(folder, 950)),
    () => dropPartial(folder, 950),
  ];

  it('gives each entry once, in order, whenever its journals are published and go', async () => {
    for (const way of [readEntries, readBackwards])
      for (let before = 0; before < 6; before++)
        for (let at = 0; at < 6; at++) {
          const folder = await newFolder();
          putPublished(folder, log, 600);
          putJournal(folder, log, 600, 900);
          const todo = [...steps(folder)];
          for (const step of todo.splice(0, before)) step();
          const there = before === 0 ? 900 : before < 5 ? 950 : 1_200;
          const found: (readonly number[])[] = [];
          for await (const run of way({ folder })) {
            found.push(indices(run));
            if (found.length > at) for (const step of todo.splice(0, found.length * 2)) step();
          }
          const ordered = way === readEntries ? found : found.reverse();
          expect(ordered.flat()).toEqual(range(0, there));
        }
  });

  it('gives what was there, while a busy writer publishes one journal after the other', async () => {
    const folder = await newFolder();
    putJournal(folder, log, 0, 10);
    let size = 10;
    let writing = true;
    const writer = (async () => {
      while (size < 1_250) {
        const next = Math.min(1_250, size + 40);
        putJournal(folder, log, size, next);
        putPublished(folder, log, size);
        for (const first of range(0, size)) rmSync(journalPath(folder, first), { force: true });
        size = next;
        await new Promise(setImmediate);
      }
      writing = false;
    })();
    let reads = 0;
    while (writing) {
      const least = size;
      expect(await newestNote(folder)).not.toBeNull();
      const found = await all2(folder);
      expect(found.length).toBeGreaterThanOrEqual(least);
      expect(found).toEqual(range(0, found.length));
      reads++;
    }
    await writer;
    expect(reads).toBeGreaterThan(0);
  });

  const all2 = async (folder: string): Promise<readonly number[]> => (await read(readEntries({ folder }))).flat();
});

describe('the newest checkpoint', () => {
  it('is the one behind the last batch, or the published one where that is newer', async () => {
    const folder = await newFolder();
    expect(await newestNote(folder)).toBeNull();
    putJournal(folder, log, 0, 10);
    expect(await newestNote(folder)).toBe(log.note(10));
    putPublished(folder, log, 10);
    expect(await newestNote(folder)).toBe(log.note(10));
    putJournal(folder, log, 10, 12);
    expect(await newestNote(folder)).toBe(log.note(12));
    putPublished(folder, log, 500);
    expect(await newestNote(folder)).toBe(log.note(500));
  });
});

it('says what the entries of a run are, and leaves out what is none', async () => {
  const folder = await newFolder();
  const odd = handMade({
    origin: 'one',
    key: secret.current,
    texts: ['{"entry":{"kind":"a"},"seq":0}', 'none', '[]', '{"entry":3,"seq":3}', '{"entry":{"kind":"b"},"seq":4}'],
  });
  putJournal(folder, odd, 0, 5);
  const found: unknown[] = [];
  for await (const run of readEntries({ folder })) found.push(...entriesIn(run));
  expect(found).toEqual([
    { index: 0, entry: { kind: 'a' } },
    { index: 4, entry: { kind: 'b' } },
  ]);
});
