import { existsSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Assembled, beginAssembly, type StretchToPlace } from '../../../src/adapters/audit-log/assemble.ts';
import { JOURNAL_FOLDER, journalPath } from '../../../src/adapters/audit-log/layout.ts';
import { endOfLog, rootAfter } from '../../../src/adapters/audit-log/past.ts';
import { dropPruned } from '../../../src/adapters/audit-log/pruned.ts';
import { readStretchBody } from '../../../src/adapters/audit-log/stretch-body.ts';
import { publicKeysOf, readStretch, type Stretch } from '../../../src/adapters/audit-log/stretches.ts';
import { bundlePath } from '../../../src/adapters/audit-log/tiles.ts';
import { publishedIn } from '../../support/published.ts';
import { layLog } from './laid.ts';
import { newFolder, newKey } from './support.ts';

const key = newKey().secret.current;

const bytesOf = ({ body }: Stretch): Buffer => Buffer.concat([...body]);

const placed = (stretch: Stretch, over: Partial<StretchToPlace> = {}): StretchToPlace => ({
  ...stretch,
  name: `${stretch.from}-${stretch.to}`,
  body: async function* () {
    const bytes = bytesOf(stretch);
    yield* [bytes.subarray(0, 7), bytes.subarray(7)];
  },
  ...over,
});

interface Put extends Assembled {
  readonly folder: string;
  readonly said: readonly (string | null)[];
}

const assembled = async (stretches: readonly StretchToPlace[]): Promise<Put> => {
  const folder = join(await newFolder(), 'one');
  const log = await beginAssembly(folder);
  const said: (string | null)[] = [];
  for (const stretch of stretches) said.push(await log.add(stretch));
  const { steps, pruned } = await log.finish('a key');
  return { folder, said, steps, pruned };
};

/** All that is new behind `from`. */
const taken = async (folder: string, from: number, aboutBytes?: number): Promise<readonly Stretch[]> => {
  const all: Stretch[] = [];
  for (let at = from; ; at = all.at(-1)?.to ?? at) {
    const before = all.at(-1)?.root;
    const next = await readStretch({
      folder,
      from: at,
      ...(before === undefined ? {} : { had: before }),
      ...(aboutBytes === undefined ? {} : { aboutBytes }),
    });
    if (next === null) return all;
    all.push(next);
  }
};

const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 200, max: 600 }));

describe('stretches of an audit log', () => {
  it('give back the same tree, however the log was cut into them, in whatever order places took theirs, published or not', async () => {
    const turn = fc.record({
      append: size,
      publish: fc.boolean(),
      /** Which of three places is backed up to now, and in how large pieces. */
      take: fc.array(fc.record({ place: fc.nat(2), aboutBytes: fc.integer({ min: 1, max: 200_000 }) }), {
        maxLength: 2,
      }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(turn, { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        async (turns, chance) => {
          const log = await layLog({ key });
          const places: Stretch[][] = [[], [], []];
          const take = async (at: number, aboutBytes?: number): Promise<void> => {
            const place = places[at] ?? [];
            place.push(...(await taken(log.folder, place.at(-1)?.to ?? 0, aboutBytes)));
          };
          for (const { append, publish, take: takes } of turns) {
            log.append(append);
            if (publish) await log.publish();
            for (const { place, aboutBytes } of takes) await take(place, Math.max(aboutBytes, append * 40));
          }
          await take(0);
          const all = places
            .flat()
            .map((stretch) => ({ stretch, order: chance.next().value }))
            .toSorted((a, b) => a.stretch.from - b.stretch.from || Number(a.order) - Number(b.order))
            .map(({ stretch }) => placed(stretch));
          for (const { noted, to, root } of places.flat()) {
            expect(root).toBe(log.rootAt(to));
            expect(noted).toBe(noted && log.notes.has(to));
          }
          const { folder, said, steps } = await assembled(all);
          expect(said.every((why) => why === null)).toBe(true);
          expect(steps.at(-1)).toEqual({ size: log.size(), note: log.notes.get(log.size()) });
          for (const step of steps) expect(step.note).toBe(log.notes.get(step.size));
          await log.publish();
          expect(publishedIn(folder)).toEqual(publishedIn(log.folder));
          expect(await rootAfter({ folder, entries: turns[0]?.append ?? 0 })).toBe(log.rootAt(turns[0]?.append ?? 0));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('leave out what was not finished, and say nothing of a log that has nothing', async () => {
    const log = await layLog({ key });
    const { folder } = log;
    expect(await readStretch({ folder, from: 0 })).toBeNull();
    expect(await endOfLog(folder)).toBeNull();
    log.append(3);
    const end = { entries: 3, root: log.rootAt(3) };
    expect(await endOfLog(folder)).toEqual(end);
    const batch = readFileSync(journalPath(folder, 0));
    for (const torn of [batch.subarray(0, 1), batch.subarray(0, batch.length - 1), Buffer.alloc(4_096)]) {
      log.tear(torn);
      expect(await readStretch({ folder, from: 0 })).toMatchObject({ to: 3, noted: true, root: end.root });
      expect(await endOfLog(folder)).toEqual(end);
      expect(await readStretch({ folder, from: 3, had: end.root })).toBeNull();
      truncateSync(journalPath(folder, 0), batch.length);
    }
    expect(await rootAfter({ folder, entries: 2 })).toBe(log.rootAt(2));
    expect(await rootAfter({ folder, entries: 4 })).toBeNull();
    expect(await publicKeysOf(await newFolder())).toBe('');
  });

  it('go no further than its writer knows to be on stable storage, but for what was published', async () => {
    const log = await layLog({ key });
    const { folder } = log;
    for (const size of [4, 3, 2]) log.append(size);
    for (const [within, to] of [
      [9, 9],
      [8, 7],
      [7, 7],
      [4, 4],
    ] as const)
      expect(await readStretch({ folder, from: 0, within })).toMatchObject({ to, noted: true, root: log.rootAt(to) });
    expect(await readStretch({ folder, from: 0, within: 3 })).toBeNull();
    // What was backed up while nobody wrote it is no sign of a log that was cut.
    expect(await readStretch({ folder, from: 9, within: 4, had: log.rootAt(9) })).toBeNull();
    await expect(readStretch({ folder, from: 10, within: 4 })).rejects.toMatchObject({ code: 'audit-missing' });
    await log.publish();
    log.append(1);
    expect(await readStretch({ folder, from: 0, within: 3 })).toMatchObject({ to: 9, noted: true });
  });

  it('are refused where the log has become shorter than what was taken of it, or has another history', async () => {
    const [log, other] = [await layLog({ key }), await layLog({ key, forkAt: 1 })];
    for (const one of [log, other]) {
      one.append(3);
      await one.publish();
      one.append(300);
    }
    const refused = (folder: string, from: number, had: string) =>
      expect(readStretch({ folder, from, had })).rejects.toMatchObject({ code: 'audit-missing' });
    await refused(log.folder, 304, log.rootAt(303));
    for (const at of [3, 200, 303]) {
      await refused(other.folder, at, log.rootAt(at));
      expect(await readStretch({ folder: log.folder, from: at, had: log.rootAt(at) })).toEqual(
        at === 303 ? null : expect.objectContaining({ from: at, to: 303 }),
      );
    }
    rmSync(join(log.folder, JOURNAL_FOLDER), { recursive: true });
    await refused(log.folder, 303, log.rootAt(303));
  });

  it('are refused where the log is not what was signed, or lacks entries that nothing says were pruned', async () => {
    const log = await layLog({ key });
    log.append(600);
    await log.publish();
    rmSync(join(log.folder, bundlePath(1)));
    expect(await readStretch({ folder: log.folder, from: 0 })).toMatchObject({ to: 256, noted: false });
    await expect(readStretch({ folder: log.folder, from: 256 })).rejects.toMatchObject({
      code: 'audit-missing',
      message: expect.stringContaining('no entry 256'),
    });
    rmSync(join(log.folder, 'tile', '0', '000'));
    await expect(readStretch({ folder: log.folder, from: 256 })).rejects.toMatchObject({ code: 'audit-missing' });
  });

  it('hold the hashes of what was pruned before they were taken, and what was pruned does not come back from anywhere', async () => {
    const log = await layLog({ key });
    const { folder } = log;
    log.append(300);
    const early = await taken(folder, 0);
    log.append(1_000);
    await log.publish();
    const other = await taken(folder, 0, 30_000);
    await log.prune(1_024);
    log.append(10);
    for (const from of [0, 300]) {
      const late = await taken(folder, from, 20_000);
      expect(late.filter(({ to }) => to <= 1_024).every(({ holds }) => holds === 'hashes')).toBe(true);
      expect(late.find(({ holds }) => holds === 'entries')).toMatchObject({ from: 1_024 });
      const stretches = [...(from === 0 ? [] : early), ...late].map((one) => placed(one));
      const back = await assembled(stretches);
      expect(back.said.every((why) => why === null)).toBe(true);
      expect(back.steps.at(-1)).toEqual({ size: 1_311, note: log.notes.get(1_311) });
      expect(existsSync(join(back.folder, bundlePath(3)))).toBe(false);
      expect(existsSync(join(back.folder, bundlePath(4)))).toBe(true);
    }
    // Where another place has the entries still.
    const rest = await taken(folder, other.at(-1)?.to ?? 0);
    const both = await assembled([...other, ...rest].map((one) => placed(one)));
    await log.publish();
    for (const { origin, upTo } of both.pruned) {
      expect([origin, upTo]).toEqual([null, 1_024]);
      await dropPruned({ folder: both.folder, upTo });
    }
    expect(publishedIn(both.folder)).toEqual(publishedIn(folder));
  });

  it('are taken while the log is published under their hands, again and again', async () => {
    const log = await layLog({ key });
    log.append(10);
    let running = true;
    const publishing = (async () => {
      for (let turn = 0; turn < 25; turn++) {
        log.append(90);
        await log.publish();
      }
      running = false;
    })();
    const all: Stretch[] = [];
    for (let last = false; !last; ) {
      last = !running;
      all.push(...(await taken(log.folder, all.at(-1)?.to ?? 0, 60_000)));
    }
    await publishing;
    expect(all.at(-1)?.to).toBe(log.size());
    const { folder, steps } = await assembled(all.map((one) => placed(one)));
    expect(steps.length).toBeGreaterThan(1);
    expect(publishedIn(folder)).toEqual(publishedIn(log.folder));
  });
});

describe('a stretch is not placed, and what was before it stays,', () => {
  const scene = async () => {
    const log = await layLog({ key });
    const stretches: Stretch[] = [];
    for (let turn = 0; turn < 3; turn++) {
      log.append(5);
      stretches.push(...(await taken(log.folder, turn * 5)));
    }
    return { log, stretches };
  };

  it('where any one of its bytes is another', async () => {
    const { log, stretches } = await scene();
    const [one, two, three] = stretches as [Stretch, Stretch, Stretch];
    const good = bytesOf(two);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Buffer.from(good);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const body = async function* () {
          yield bytes;
        };
        const { said, steps } = await assembled([placed(one), placed(two, { body }), placed(two), placed(three)]);
        const inNote = at >= good.length - (log.notes.get(10)?.length ?? 0);
        // Of a signature whoever verifies it says that it is none.
        if (said[1] === null) expect(inNote).toBe(true);
        else {
          expect(said).toEqual([null, expect.stringContaining('audit log one'), null, null]);
          expect(steps.map((step) => step.size)).toEqual([5, 10, 15]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('where one before it is missing, it names another root, or was signed for another log or size', async () => {
    const { stretches } = await scene();
    const [one, two, three] = stretches as [Stretch, Stretch, Stretch];
    const other = await layLog({ key, origin: 'two' });
    other.append(5);
    const [strange] = await taken(other.folder, 0);
    expect(strange?.root).toBe(one.root);
    for (const bad of [
      placed(two, { from: 5, to: 11 }),
      placed(two, { from: 5, to: 9 }),
      placed(two, { root: one.root }),
      placed(three),
      placed(two, { holds: 'hashes' }),
    ]) {
      const { said, steps } = await assembled([placed(one), bad]);
      expect(said).toEqual([null, expect.stringContaining('audit log one')]);
      expect(steps.map((step) => step.size)).toEqual([5]);
    }
    const { said, steps, folder } = await assembled([placed(strange as Stretch)]);
    expect(said).toEqual([expect.stringContaining('entry 0')]);
    expect(steps).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('where it tells what another told otherwise: two histories do not pass for one', async () => {
    const { stretches } = await scene();
    const forked = await layLog({ key, forkAt: 7 });
    forked.append(15);
    const [whole] = await taken(forked.folder, 0);
    const [again, longer] = [placed(whole as Stretch), stretches.map((one) => placed(one))];
    const { said, steps } = await assembled([...longer, again]);
    expect(said).toEqual([null, null, null, expect.stringMatching(/entry 7: .*two histories/)]);
    expect(steps.map((step) => step.size)).toEqual([5, 10, 15]);
    const other = await assembled([again, ...longer]);
    expect(other.said).toEqual([null, null, expect.stringContaining('entry 7'), expect.stringContaining('entry 10')]);
  });

  it('and pieces behind the last signed one are left out, for nobody signed where they end', async () => {
    const log = await layLog({ key });
    log.append(5);
    const [signed] = await taken(log.folder, 0);
    log.append(300);
    const pieces = await taken(log.folder, 5, 5_000);
    expect(pieces.length).toBeGreaterThan(2);
    const { folder, said, steps } = await assembled(
      [signed as Stretch, ...pieces.slice(0, -1)].map((one) => placed(one)),
    );
    expect(said.every((why) => why === null)).toBe(true);
    expect(steps).toEqual([{ size: 5, note: log.notes.get(5) }]);
    expect(await endOfLog(folder)).toEqual({ entries: 5, root: log.rootAt(5) });
  });
});

describe('the body of a stretch', () => {
  it('is read whole or not at all, however it was cut', async () => {
    const log = await layLog({ key });
    log.append(4);
    const [stretch] = await taken(log.folder, 0);
    const bytes = bytesOf(stretch as Stretch);
    const note = log.notes.get(4) ?? '';
    fc.assert(
      fc.property(fc.nat(bytes.length), fc.nat(6), (cut, leaves) => {
        const read = readStretchBody(bytes.subarray(0, cut), { holds: 'entries', leaves });
        const end = bytes.length - note.length - 4;
        if (leaves === 4 && (cut === bytes.length || cut === end))
          expect(read).toMatchObject({ note: cut === end ? null : note, spans: { length: 4 } });
        else if (read !== null) expect(read).toMatchObject({ note: null, spans: { length: leaves } });
      }),
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(5),
        fc.constantFrom('entries', 'hashes'),
        (some, leaves, holds) => {
          const read = readStretchBody(Buffer.from(some), { holds, leaves });
          if (read !== null && holds === 'hashes') expect(read.hashes?.length).toBe(leaves * 32);
          if (read !== null && holds === 'entries') expect(read.spans).toHaveLength(leaves);
        },
      ),
    );
  });
});
