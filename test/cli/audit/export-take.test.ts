import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { passing, readCursor, writeCursor } from '../../../src/cli/audit/export-cursor.ts';
import { linesToFile, linesToStream } from '../../../src/cli/audit/export-out.ts';
import { learnFrom, nextOf, takeOnce } from '../../../src/cli/audit/export-take.ts';
import { createSelection, type Wanted } from '../../../src/core/audit-selection.ts';
import { handMade, putJournal, putPublished, textsOf } from '../../adapters/audit-log/lay-out.ts';
import { newKey } from '../../adapters/audit-log/support.ts';

const ALL: Wanted = { fingerprints: null, topic: null, kinds: [], since: null, until: null };
const KEY = newKey().secret.current;
const MOST = 700;

/** Entries that only their index tells apart, made once: each origin's log is a beginning of it. */
const logOf = (origin: string) =>
  handMade({
    origin,
    key: KEY,
    texts: textsOf(Array.from({ length: MOST }, (_, at) => ({ kind: 'stop', at, origin }))),
  });
const LOGS = { a: logOf('a'), b: logOf('b') };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-export-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;

describe('what is taken out of logs', () => {
  it('comes at least once, in the order of each log, whatever is appended and whenever the command dies', async () => {
    const origin = fc.constantFrom('a' as const, 'b' as const);
    const step = fc.oneof(
      fc.record({ do: fc.constant('append' as const), origin, count: fc.integer({ min: 1, max: 150 }) }),
      fc.record({ do: fc.constant('publish' as const), origin }),
      // Dies at so many lines, at that many cursors, or in the middle of writing one.
      fc.record({
        do: fc.constant('export' as const),
        lines: fc.option(fc.integer({ min: 0, max: 300 }), { nil: null }),
        cursors: fc.option(fc.integer({ min: 0, max: 1 }), { nil: null }),
        out: fc.boolean(),
        beside: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const home = mkdtempSync(join(folder, 'run-'));
        const [logs, cursor] = [join(home, 'audit'), join(home, 'cursor')];
        const size = { a: 0, b: 0 };
        const published = { a: 0, b: 0 };
        const given: { a: number[]; b: number[] } = { a: [], b: [] };
        const layOut = (name: 'a' | 'b') => {
          const log = LOGS[name];
          const home = join(logs, name);
          if (published[name] > 0) putPublished(home, log, published[name]);
          rmSync(join(home, 'journal'), { recursive: true, force: true });
          if (size[name] > published[name]) putJournal(home, log, published[name], size[name]);
        };
        const run = async (o: { lines: number | null; cursors: number | null; out: boolean; beside: boolean }) => {
          const before = readCursor({ path: cursor, of: 'x' });
          let [lines, cursors] = [o.lines ?? Number.POSITIVE_INFINITY, o.cursors ?? Number.POSITIVE_INFINITY];
          // What was handed over and not flushed is lost with the process.
          let waiting: { origin: 'a' | 'b'; index: number }[] = [];
          const flush = () => {
            for (const { origin: name, index } of waiting) given[name].push(index);
            waiting = [];
          };
          const onRecord = (['a', 'b'] as const).flatMap((of) =>
            size[of] > 0 ? [{ origin: of, size: size[of] }] : [],
          );
          if (onRecord.length === 0) return;
          await takeOnce({
            folder: logs,
            onRecord,
            origin: null,
            next: new Map(Object.entries(before?.next ?? {})),
            selection: createSelection(ALL),
            signal: never,
            out: {
              give: async ({ origin: name, index }) => {
                if (lines-- <= 0) throw new Error('died');
                waiting.push({ origin: name as 'a' | 'b', index });
                if (waiting.length >= 40) flush();
              },
              passed: passing({
                lines: {
                  flush: async () => {
                    const dies = cursors-- <= 0;
                    // Before its lines are out, or between them and the cursor.
                    if (!dies || o.out) flush();
                    if (!dies) return;
                    if (o.beside) writeFileSync(`${cursor}.new`, '{"half');
                    throw new Error('died');
                  },
                },
                kept: { path: cursor, of: 'x' },
                ticket: null,
              }),
            },
          }).catch((error: unknown) => expect(error).toMatchObject({ message: 'died' }));
        };
        for (const each of steps) {
          if (each.do === 'export') await run(each);
          else {
            if (each.do === 'append') size[each.origin] = Math.min(MOST, size[each.origin] + each.count);
            else published[each.origin] = size[each.origin];
            layOut(each.origin);
          }
        }
        await run({ lines: null, cursors: null, out: true, beside: false });
        for (const name of ['a', 'b'] as const) {
          const seen = new Set<number>();
          for (const index of given[name]) {
            // Nothing is passed over: what comes is the next one, or comes again.
            expect(index).toBeLessThanOrEqual(seen.size);
            seen.add(index);
          }
          expect(seen.size).toBe(size[name]);
        }
        rmSync(home, { recursive: true });
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  const layOut = (origin: string, entries: readonly unknown[]) => {
    const log = handMade({ origin, key: KEY, texts: textsOf(entries) });
    putJournal(join(folder, origin), log, 0, entries.length);
    return { origin, size: entries.length };
  };
  const taken = async (o: {
    readonly wanted: Partial<Wanted>;
    readonly onRecord: readonly { readonly origin: string; readonly size: number }[];
    readonly origin?: string;
    readonly next?: ReadonlyMap<string, number>;
  }) => {
    const selection = createSelection({ ...ALL, ...o.wanted });
    const names: string[] = [];
    await learnFrom({ folder, onRecord: o.onRecord, selection });
    const result = await takeOnce({
      folder,
      onRecord: o.onRecord,
      origin: o.origin ?? null,
      next: o.next ?? new Map(),
      selection,
      signal: never,
      out: {
        give: async ({ origin, index }) => void names.push(`${origin}/${index}`),
        passed: async () => undefined,
      },
    });
    return { names, ...result };
  };

  it('about a person are the entries that name them and what follows from their questions, whichever process wrote it', async () => {
    const onRecord = [
      layOut('a', [
        { kind: 'removal', channel: 'C', message: 'm1', at: 9 },
        { kind: 'disclosure', question: 'q1', channel: 'C', message: 'm1', at: 5 },
        { kind: 'disclosure', question: 'q2', channel: 'C', message: 'm2', at: 5 },
        { kind: 'removal', channel: 'D', message: 'm1', at: 9 },
      ]),
      layOut('b', [
        { kind: 'decision', question: 'q1', person: 'evan', topics: ['leave'], at: 1 },
        { kind: 'decision', question: 'q2', person: 'mona', topics: ['salary'], at: 2 },
        { kind: 'decision', question: 'q3', person: 'mona', subject: 'old-evan', topics: [], at: 3 },
        { kind: 'pack', by: ['hana', 'evan'], at: 4 },
        { kind: 'dead-letter', question: 'q1', as: 'q9', at: 6 },
        { kind: 'undeliverable', question: 'q9', at: 7 },
      ]),
    ];
    const about = async (wanted: Partial<Wanted>) => (await taken({ wanted, onRecord })).names;
    const evan = ['evan', 'old-evan'];
    expect(await about({ fingerprints: evan })).toEqual(['a/0', 'a/1', 'b/0', 'b/2', 'b/3', 'b/4', 'b/5']);
    expect(await about({ fingerprints: ['nobody'] })).toEqual([]);
    expect(await about({ topic: 'salary' })).toEqual(['a/2', 'b/1']);
    expect(await about({ topic: 'leave', fingerprints: ['mona'] })).toEqual([]);
    expect(await about({ fingerprints: evan, kinds: ['decision'] })).toEqual(['b/0', 'b/2']);
    // From a time on, and before another.
    expect(await about({ since: 5, until: 7 })).toEqual(['a/1', 'a/2', 'b/4']);
    expect(await about({ fingerprints: evan, since: 9 })).toEqual(['a/0']);
    expect((await taken({ wanted: {}, onRecord, origin: 'b' })).names).toHaveLength(6);
  });

  it('are not what an order’s own message led to, and it is said where there were too many questions to know all that followed', () => {
    const about = () => createSelection({ ...ALL, fingerprints: ['evan'] });
    const of = about();
    expect(of.takes({ kind: 'order', order: 'o', by: 'evan', question: 'q5' })).toBe(true);
    expect(of.takes({ kind: 'disclosure', question: 'q5' })).toBe(false);
    const many = about();
    for (let n = 0; n < 500_000; n++) many.learn({ kind: 'decision', person: 'evan', question: `q${n}` });
    expect([many.forgets(), many.takes({ kind: 'disclosure', question: 'q0' })]).toEqual([false, true]);
    many.learn({ kind: 'decision', person: 'evan', question: 'one more' });
    expect([many.forgets(), many.takes({ kind: 'disclosure', question: 'q0' })]).toEqual([true, false]);
  });

  it('stops at what is on stable storage, and names a log that is on no record or shorter than it was', async () => {
    layOut('a', [{ at: 1 }, { at: 2 }, { at: 3 }]);
    layOut('stray', [{ at: 1 }]);
    const onRecord = [{ origin: 'a', size: 2 }];
    expect(await taken({ wanted: {}, onRecord })).toMatchObject({ names: ['a/0', 'a/1'], leftOut: ['stray'] });
    const shorter = await taken({ wanted: {}, onRecord, origin: 'a', next: new Map([['a', 3]]) });
    expect(shorter).toMatchObject({ names: [], leftOut: ['a'], entries: 0 });
    expect(nextOf(shorter, new Map([['a', 3]]))).toEqual(new Map([['a', 3]]));
  });

  it('counts what is not there any more, and goes on behind it', async () => {
    const log = handMade({ origin: 'a', key: KEY, texts: LOGS.a.texts.slice(0, 600) });
    putPublished(join(folder, 'a'), log, 600);
    rmSync(join(folder, 'a', 'tile/entries/000'));
    const found = await taken({ wanted: {}, onRecord: [{ origin: 'a', size: 600 }] });
    expect([found.missing, found.entries, found.names[0]]).toEqual([256, 344, 'a/256']);
    expect(found.ranges.get('a')).toEqual({ from: 0, to: 600 });
  });
});

describe('a cursor', () => {
  it('is a file of the operator’s alone, taken for no other export’s, and for no other file', async () => {
    const path = join(folder, 'cursor');
    expect(readCursor({ path, of: 'x' })).toBeNull();
    await writeCursor({ path, of: 'x', ticket: 't', next: { a: 3 } });
    await writeCursor({ path, of: 'x', ticket: 't', next: { a: 4 } });
    expect(readCursor({ path, of: 'x' })).toEqual({ ticket: 't', next: { a: 4 } });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(() => readCursor({ path, of: 'y' })).toThrow('another format or other filters');
    writeFileSync(path, '{}');
    expect(() => readCursor({ path, of: 'x' })).toThrow('is no cursor');
  });
});

describe('a cursor that somebody else had their hands on', () => {
  const written = async (): Promise<string> => {
    const path = join(folder, 'cursor');
    await writeCursor({ path, of: 'x', ticket: 't', next: { a: 3 } });
    return path;
  };

  it('is not believed where others can write it, for it could pass over entries', async () => {
    for (const mode of [0o620, 0o602, 0o666]) {
      const path = await written();
      chmodSync(path, mode);
      expect(() => readCursor({ path, of: 'x' })).toThrow('can be written by others than you');
    }
    const path = await written();
    const own = process as { getuid(): number };
    const somebodyElse = jest.spyOn(own, 'getuid').mockReturnValue(own.getuid() + 1);
    try {
      expect(() => readCursor({ path, of: 'x' })).toThrow('can be written by others than you');
    } finally {
      somebodyElse.mockRestore();
    }
  });

  it('is none where it is no file, or has no end, and is not waited for', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const endless = join(folder, 'endless');
    writeFileSync(endless, ' '.repeat((1 << 20) + 1), { mode: 0o600 });
    for (const path of [pipe, endless, folder]) expect(() => readCursor({ path, of: 'x' })).toThrow('is no cursor');
  });

  it('is replaced where it is a link, and what that leads to stays as it is', async () => {
    const elsewhere = join(folder, 'elsewhere');
    writeFileSync(elsewhere, 'mine');
    const path = join(folder, 'cursor');
    for (const link of [path, `${path}.new`]) symlinkSync(elsewhere, link);
    await written();
    expect(readFileSync(elsewhere, 'utf8')).toBe('mine');
    expect(lstatSync(path).isSymbolicLink()).toBe(false);
  });
});

describe('a stream of lines', () => {
  it('that leads into a file is on stable storage once it is flushed, and one that cannot be is no failure', async () => {
    const stream = (fd: number) =>
      Object.assign(new Writable({ write: (_chunk, _encoding, taken) => taken() }), { fd });
    const nowhere = openSync('/dev/null', 'w');
    const lines = linesToStream(stream(nowhere));
    await lines.write('one');
    await lines.flush();
    closeSync(nowhere);
    // A file that cannot be synced any more: the cursor must not speak of what was written there.
    const gone = linesToStream(stream(1 << 30));
    await gone.write('one');
    await expect(gone.flush()).rejects.toMatchObject({ code: 'EBADF' });
  });
});

describe('a file of lines', () => {
  it('is the operator’s alone, never overwritten, and not left empty', async () => {
    const path = join(folder, 'out');
    linesToFile(path).close();
    expect(() => statSync(path)).toThrow();
    const lines = linesToFile(path);
    await lines.write('one');
    await lines.flush();
    lines.close();
    expect([statSync(path).mode & 0o777, statSync(path).size]).toEqual([0o600, 4]);
    expect(() => linesToFile(path)).toThrow('is not overwritten');
    expect(() => linesToFile(join(folder, 'no', 'where'))).toThrow('cannot be written');
  });
});
