/** Every single change of a log of 1,000 entries that somebody could make to its files, and what verifying says of it. */
import { createPublicKey } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { encodeEntries, spansOf } from '../../../src/adapters/audit-log/bundle.ts';
import { batchesOf, examineBatches, openingBy, tornBehind } from '../../../src/adapters/audit-log/examine-journals.ts';
import { type Bad, examineBundle } from '../../../src/adapters/audit-log/examine-tiles.ts';
import { batchAt, encodeBatch } from '../../../src/adapters/audit-log/journal.ts';
import { journalPath } from '../../../src/adapters/audit-log/layout.ts';
import { nothingLearnt } from '../../../src/adapters/audit-log/learnt.ts';
import { EMPTY_TREE, type Frontier, growTree, leafHash } from '../../../src/adapters/audit-log/merkle.ts';
import { bundlePath, tilePath, tilesAt } from '../../../src/adapters/audit-log/tiles.ts';
import { type Verified, verifyAuditLogs } from '../../../src/adapters/audit-log/verify.ts';
import { type HandMade, handMade, put, putJournal, putPublished, textsOf } from './lay-out.ts';
import { decision, newFolder, newKey } from './support.ts';

const { secret, publicPem } = newKey();
const SIZE = 1_000;
const PUBLISHED = 700;
const BATCH = 10;

const log: HandMade = handMade({
  origin: 'one',
  key: secret.current,
  texts: textsOf(Array.from({ length: SIZE }, (_, at) => decision(at))),
});

/** All of it published. */
let whole = '';
/** The last 300 in a journal. */
let split = '';
let journal: Buffer = Buffer.alloc(0);
/** The tree of what was published. */
let published: Frontier = EMPTY_TREE;

beforeAll(async () => {
  whole = join(await newFolder(), 'one');
  split = join(await newFolder(), 'one');
  putPublished(whole, log, SIZE);
  putPublished(split, log, PUBLISHED);
  const tree = growTree();
  for (const text of log.texts.slice(0, PUBLISHED)) tree.push(leafHash(Buffer.from(text)));
  published = tree.frontier();
  journal = putJournal(split, log, PUBLISHED, SIZE, BATCH);
  for (const folder of [whole, split]) put(join(folder, 'public-key.pem'), publicPem);
});

const verified = async (folder: string, atLeast = 0): Promise<Verified> => {
  // As the command does: a log of which neither checkpoint nor journal is left is missed.
  const [found, ...more] = await verifyAuditLogs({
    folder: dirname(folder),
    publicKey: publicPem,
    registered: atLeast === 0 ? [] : [{ origin: 'one', size: atLeast }],
  });
  if (found === undefined || more.length > 0) throw new Error('there is one log');
  return found;
};

/** What is found where the file holds something else (null: nothing), and was put back. */
const changed = async (folder: string, path: string, bytes: Buffer | null, atLeast = 0): Promise<Verified> => {
  const full = join(folder, path);
  const before = existsSync(full) ? readFileSync(full) : null;
  if (bytes === null) rmSync(full);
  else put(full, bytes);
  try {
    return await verified(folder, atLeast);
  } finally {
    if (before === null) rmSync(full);
    else writeFileSync(full, before);
  }
};

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1));

/** The byte `at`, with one bit of it turned; taken out; or with another one before it. */
const ways = (bytes: Buffer, at: number): readonly Buffer[] => {
  const flipped = Buffer.from(bytes);
  flipped[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
  const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)];
  return [
    flipped,
    Buffer.concat([before, behind.subarray(1)]),
    Buffer.concat([before, Buffer.of(((bytes[at] ?? 0) + 1) % 256), behind]),
  ];
};

/** How many changes are looked at at a time: what was cut short is waited for, up to two seconds, since somebody might be writing it. */
const LANES = 24;

/** Looks at all of these, each in a folder of its own that is like this one as long as each is put back. */
const besideEachOther = async <T>(
  folder: string,
  all: readonly T[],
  look: (copy: string, one: T) => Promise<void>,
): Promise<void> => {
  const left = all.values();
  const lane = async (): Promise<void> => {
    const copy = join(await newFolder(), 'one');
    cpSync(folder, copy, { recursive: true });
    for (const one of left) await look(copy, one);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  expect(left.next().done).toBe(true);
};

it('is sound as it was signed', async () => {
  expect(await verified(whole, SIZE)).toMatchObject({ ok: true, entries: SIZE, pruned: 0, checkpoint: { size: SIZE } });
  expect(await verified(split, SIZE)).toMatchObject({ ok: true, entries: SIZE, pruned: 0, checkpoint: { size: SIZE } });
});

describe('a changed byte', () => {
  /** What is wrong with a bundle, looked at from the entry `from` on. */
  const inBundle = (index: number, bundle: Buffer, from: number): number | null => {
    const { whole: wholes, rest } = tilesAt(0, SIZE);
    const width = index < wholes ? 256 : rest;
    const found = examineBundle({
      at: from,
      index,
      width,
      tile: log.tile(0, index, width),
      bundle,
      grow: () => undefined,
    });
    return 'why' in found ? found.index : null;
  };

  it('is found wherever it is in a bundle, and named by its entry', () => {
    let looked = 0;
    for (const index of [0, 1, 2, 3]) {
      const bundle = readFileSync(join(whole, bundlePath(index, index < 3 ? 256 : SIZE % 256)));
      const first = index * 256;
      expect(inBundle(index, bundle, first)).toBeNull();
      for (const [at, { start, end }] of (spansOf(bundle) ?? []).entries())
        for (let byte = start - 2; byte < end; byte++) {
          const was = bundle[byte] ?? 0;
          bundle[byte] = was ^ (1 << (byte % 8));
          const found = inBundle(index, bundle, first + at);
          bundle[byte] = was;
          if (found !== first + at) throw new Error(`byte ${byte} of entry ${first + at}: found at ${found}`);
          looked++;
          if (byte % 61 !== 0) continue;
          for (const other of ways(bundle, byte).slice(1))
            if (inBundle(index, other, first) !== first + at) throw new Error(`byte ${byte}, taken out or put in`);
        }
    }
    expect(looked).toBeGreaterThan(SIZE * 350);
  }, 240_000);

  it('is found wherever it is in a journal, and named by the batch that it is in', () => {
    const open = openingBy('one', [createPublicKey(publicPem)]);
    /** Where each batch begins, in bytes and in entries, and the tree there. */
    const batches: { from: number; to: number; tree: Frontier }[] = [];
    const tree = growTree(published);
    for (let batch = batchAt(journal, 0); typeof batch !== 'string'; batch = batchAt(journal, batch.to)) {
      batches.push({ from: batch.from, to: batch.to, tree: tree.frontier() });
      for (const { start, end } of batch.spans) tree.push(leafHash(journal.subarray(start, end)));
    }
    const inJournal = (bytes: Buffer, from: Frontier): Bad | null => {
      const read = batchesOf(bytes);
      const tree = growTree(from);
      const bad = examineBatches({
        first: PUBLISHED,
        read,
        tree,
        open,
        learnt: nothingLearnt(),
        behind: () => null,
        signed: () => undefined,
      });
      return bad ?? (read.torn ? tornBehind(PUBLISHED, tree.size()) : null);
    };
    let looked = 0;
    for (const { from, to, tree: before } of batches) {
      // The next one is cut in the middle, so that whatever is found behind this one was missed in it.
      const bytes = Buffer.from(journal.subarray(from, to + 5_000));
      for (let byte = 0; byte < to - from; byte++) {
        const was = bytes[byte] ?? 0;
        bytes[byte] = was ^ (1 << (byte % 8));
        const found = inJournal(bytes, before);
        bytes[byte] = was;
        const index = found?.index ?? -1;
        if (index < before.size || index >= before.size + BATCH)
          throw new Error(`byte ${byte} of the batch from ${before.size} on: found at ${index}`);
        looked++;
        if (byte % 61 !== 0) continue;
        for (const other of ways(bytes, byte).slice(1))
          if (inJournal(other, before) === null) throw new Error(`byte ${byte}, taken out or put in`);
      }
    }
    expect(looked).toBe(journal.length);
  }, 240_000);

  it('is found in every file of a folder: in each byte of the small ones, and here and there in the large ones', async () => {
    for (const folder of [whole, split]) {
      const changes = filesOf(folder).flatMap((path) => {
        const bytes = readFileSync(join(folder, path));
        const step = bytes.length < 200 ? 1 : Math.ceil(bytes.length / 12);
        return Array.from({ length: Math.ceil(bytes.length / step) }, (_, n) => ({ path, bytes, step, at: n * step }));
      });
      await besideEachOther(folder, changes, async (copy, { path, bytes, step, at }) => {
        // Of the small files every byte is turned, and every fourth taken out and doubled.
        for (const other of step > 1 || at % 4 === 0 ? ways(bytes, at) : ways(bytes, at).slice(0, 1)) {
          const { ok, firstBad } = await changed(copy, path, other);
          if (ok || firstBad === null) throw new Error(`byte ${at} of ${path} is not missed`);
        }
      });
    }
  }, 240_000);

  it('of a tile is not blamed on the entry, and the first entry below it is named', async () => {
    const leaves = log.tile(0, 1, 256);
    leaves[5 * 32] = (leaves[5 * 32] ?? 0) ^ 1;
    expect(await changed(whole, tilePath(0, 1), leaves)).toMatchObject({
      ok: false,
      entries: 256 + 5,
      firstBad: { index: 256 + 5, file: tilePath(0, 1) },
    });
    const upper = log.tile(1, 0, 3);
    upper[2 * 32] = (upper[2 * 32] ?? 0) ^ 1;
    expect(await changed(whole, tilePath(1, 0, 3), upper)).toMatchObject({
      ok: false,
      firstBad: { index: 512, file: tilePath(1, 0, 3) },
    });
  });
});

describe('an entry that is dropped, moved or repeated', () => {
  /** How, what becomes of the entries, and which of them is bad then. */
  const three: readonly (readonly [string, (texts: readonly string[], at: number) => readonly string[], number])[] = [
    ['dropped', (texts, at) => texts.toSpliced(at, 1), 0],
    ['repeated', (texts, at) => texts.toSpliced(at, 0, texts[at] ?? ''), 1],
    ['changed places with the next', (texts, at) => texts.toSpliced(at, 2, texts[at + 1] ?? '', texts[at] ?? ''), 0],
  ];

  it.each(three)('is found in a bundle: %s', (_, change, behind) => {
    for (let at = 0; at < SIZE - 1; at++) {
      const texts = change(log.texts, at);
      const bad = at + behind;
      // Whoever does that has all bundles behind it written anew; the first of them tells.
      const index = Math.floor(bad / 256);
      const width = Math.min(256, SIZE - index * 256);
      const found = examineBundle({
        at: index * 256,
        index,
        width,
        tile: log.tile(0, index, width),
        bundle: encodeEntries(texts.slice(index * 256, index * 256 + width)),
        grow: () => undefined,
      });
      if (!('why' in found) || found.index !== bad) throw new Error(`entry ${at} is not missed`);
    }
  });

  it.each(three)(
    'is found in a folder, however the bundles are written anew: %s',
    async (_, change) => {
      for (let at = 0; at < SIZE - 1; at += 37) {
        const texts = change(log.texts, at);
        const folder = join(await newFolder(), 'one');
        // All of it made anew, but for what only the key can sign.
        const forged = handMade({ origin: 'one', key: newKey().secret.current, texts });
        putPublished(folder, { ...log, texts: forged.texts }, SIZE - 1);
        put(join(folder, 'checkpoint'), log.note(SIZE));
        expect(await verified(folder)).toMatchObject({ ok: false });
        putPublished(folder, { ...forged, note: log.note }, SIZE - 1);
        expect(await verified(folder)).toMatchObject({ ok: false });
        putPublished(folder, { ...forged, note: log.note }, texts.length);
        expect(await verified(folder)).toMatchObject({ ok: false });
      }
    },
    240_000,
  );

  it.each(three)(
    'is found in a journal: %s',
    async (_, change, behind) => {
      for (let at = PUBLISHED; at < SIZE - 1; at += 7) {
        const texts = change(log.texts, at);
        const batches: Buffer[] = [];
        for (let from = PUBLISHED; from < texts.length; from += BATCH)
          batches.push(encodeBatch(texts.slice(from, from + BATCH), log.note(Math.min(SIZE, from + BATCH))));
        const { ok, firstBad } = await changed(split, journalPath('', PUBLISHED), Buffer.concat(batches));
        expect({ ok, index: firstBad?.index }).toEqual({ ok: false, index: at + behind });
      }
    },
    240_000,
  );

  it('is found where whole batches were dropped, repeated or changed places', async () => {
    const batches: Buffer[] = [];
    for (let batch = batchAt(journal, 0); typeof batch !== 'string'; batch = batchAt(journal, batch.to))
      batches.push(journal.subarray(batch.from, batch.to));
    for (let at = 0; at + 1 < batches.length; at++)
      for (const other of [
        batches.toSpliced(at, 1),
        batches.toSpliced(at, 0, batches[at] as Buffer),
        batches.toSpliced(at, 2, batches[at + 1] as Buffer, batches[at] as Buffer),
      ]) {
        const { ok, firstBad } = await changed(split, journalPath('', PUBLISHED), Buffer.concat(other));
        const first = PUBLISHED + at * BATCH;
        expect(ok).toBe(false);
        expect([first, first + BATCH]).toContain(firstBad?.index);
      }
  });
});

describe('a log that was cut', () => {
  it('shows it at every entry, unless that is just behind a checkpoint, which only the size on record tells', async () => {
    const ends: number[] = [0];
    for (let batch = batchAt(journal, 0); typeof batch !== 'string'; batch = batchAt(journal, batch.to)) {
      for (const { end } of batch.spans) ends.push(end);
      ends.push(batch.to);
    }
    const whole = new Set([0]);
    for (let batch = batchAt(journal, 0); typeof batch !== 'string'; batch = batchAt(journal, batch.to))
      whole.add(batch.to);
    const open = openingBy('one', [createPublicKey(publicPem)]);
    for (const end of ends) {
      const tree = growTree(published);
      const part = batchesOf(journal.subarray(0, end));
      const found = examineBatches({
        first: PUBLISHED,
        read: part,
        tree,
        open,
        learnt: nothingLearnt(),
        behind: () => null,
        signed: () => undefined,
      });
      expect(found === null && !part.torn).toBe(whole.has(end));
    }
    for (const end of whole)
      if (end < journal.length) {
        const cut = journal.subarray(0, end);
        expect(await changed(split, journalPath('', PUBLISHED), cut)).toMatchObject({ ok: true });
        expect(await changed(split, journalPath('', PUBLISHED), cut, SIZE)).toMatchObject({
          ok: false,
          firstBad: { why: expect.stringMatching(/1000 entries are on record/) },
        });
      }
    // In the middle of a batch one waits, since it may just be written.
    expect(await changed(split, journalPath('', PUBLISHED), journal.subarray(0, -1))).toMatchObject({
      ok: false,
      firstBad: { index: 990 },
    });
  }, 240_000);

  it('shows it where any file of it is missing', async () => {
    for (const folder of [whole, split])
      for (const path of filesOf(folder)) {
        const isKey = path === 'public-key.pem';
        const { ok } = await changed(folder, path, null, SIZE);
        expect(`${path}: ${ok}`).toBe(`${path}: ${isKey}`);
      }
  });

  it('shows it where it was put back to what was published earlier', async () => {
    const folder = join(await newFolder(), 'one');
    for (const size of [256, 511, PUBLISHED]) {
      rmSync(folder, { recursive: true, force: true });
      putPublished(folder, log, size);
      expect(await verified(folder)).toMatchObject({ ok: true, entries: size });
      expect(await verified(folder, SIZE)).toMatchObject({ ok: false, firstBad: { index: size } });
    }
  });
});
