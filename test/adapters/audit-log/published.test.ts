import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeEntries, spansOf } from '../../../src/adapters/audit-log/bundle.ts';
import { openCheckpoint, signCheckpoint } from '../../../src/adapters/audit-log/checkpoint.ts';
import { EMPTY_TREE, type Frontier, growTree, leafHash, rootOf } from '../../../src/adapters/audit-log/merkle.ts';
import {
  type PrunedRun,
  partialsOf,
  type Run,
  readBundle,
  readFrontier,
  tileReader,
  writePublished,
} from '../../../src/adapters/audit-log/published.ts';
import { bundlePath } from '../../../src/adapters/audit-log/tiles.ts';
import { newFolder, newKey } from './support.ts';

const { secret } = newKey();
const key = createPrivateKey(secret.current);

const textOf = (index: number): string => `{"entry":{"at":${index}},"seq":${index}}`;
const leavesOf = (from: number, to: number): readonly Buffer[] =>
  Array.from({ length: to - from }, (_, at) => leafHash(Buffer.from(textOf(from + at))));

const runOf = (first: number, to: number): Run => {
  const bytes = encodeEntries(Array.from({ length: to - first }, (_, at) => textOf(first + at)));
  return { first, bytes, spans: spansOf(bytes) ?? [] };
};

const prunedOf = (first: number, to: number): PrunedRun => ({ first, hashes: Buffer.concat(leavesOf(first, to)) });

const treeOf = (size: number): Frontier => {
  const tree = growTree();
  for (const leaf of leavesOf(0, size)) tree.push(leaf);
  return tree.frontier();
};

const noteOf = (size: number): string => signCheckpoint({ origin: 'one', size, root: rootOf(treeOf(size)) }, key);

const publish = async (folder: string, from: Frontier, to: number, step = 97): Promise<Frontier> => {
  const runs: Run[] = [];
  for (let at = from.size; at < to; at += step) runs.push(runOf(at, Math.min(to, at + step)));
  return writePublished({ folder, from, runs, note: noteOf(to) });
};

describe('what is published', () => {
  it('is the tree of RFC 6962 in tiles, whichever way it grew', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 700 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 300 }),
        async (steps, step) => {
          const folder = await newFolder();
          let tree = EMPTY_TREE;
          for (const more of steps) {
            const size = tree.size + more;
            tree = await publish(folder, tree, size, step);
            expect(tree).toEqual(treeOf(size));
            expect(await readFrontier({ folder, size })).toEqual(tree);
            const opened = openCheckpoint(await readFile(join(folder, 'checkpoint'), 'utf8'), [createPublicKey(key)]);
            expect(opened).toMatchObject({ origin: 'one', size });
            for (let first = 0; first < size; first += 256) {
              const width = Math.min(256, size - first);
              const run = await readBundle({ folder, index: first / 256, width });
              expect(run.spans.map(({ start, end }) => run.bytes.toString('utf8', start, end))).toEqual(
                Array.from({ length: width }, (_, at) => textOf(first + at)),
              );
            }
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it('crosses from one level of tiles to the next', async () => {
    const folder = await newFolder();
    let tree = EMPTY_TREE;
    for (const size of [65_535, 65_536, 65_537, 66_048]) {
      tree = await publish(folder, tree, size, 4_096);
      expect(tree).toEqual(treeOf(size));
      expect(await readFrontier({ folder, size })).toEqual(tree);
    }
    expect((await readdir(join(folder, 'tile'))).sort()).toEqual(['0', '1', '2', 'entries']);
  });

  it('holds only hashes of what was pruned, and goes on behind it', async () => {
    const folder = await newFolder();
    const runs = [prunedOf(0, 300), prunedOf(300, 512), runOf(500, 600)];
    const tree = await writePublished({ folder, from: EMPTY_TREE, runs: runs.slice(0, 2), note: () => noteOf(512) });
    expect(tree).toEqual(treeOf(512));
    expect(await writePublished({ folder, from: tree, runs: [runOf(512, 600)], note: noteOf(600) })).toEqual(
      treeOf(600),
    );
    await expect(readBundle({ folder, index: 0, width: 256 })).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await readBundle({ folder, index: 2, width: 88 })).spans.length).toBe(88);
    const ragged = [prunedOf(0, 300), runOf(300, 600)];
    const other = await newFolder();
    await expect(
      writePublished({ folder: other, from: EMPTY_TREE, runs: ragged, note: noteOf(600) }),
    ).rejects.toBeInstanceOf(RangeError);
  });

  it('is left as it was where entries do not lead to the root that is signed, or some are missing', async () => {
    const folder = await newFolder();
    const tree = await publish(folder, EMPTY_TREE, 300);
    const before = await readFile(join(folder, 'checkpoint'), 'utf8');
    const changed = runOf(300, 400);
    changed.bytes.write('X', changed.spans[50]?.start ?? 0);
    const unlike: readonly (readonly Run[])[] = [
      [changed],
      [runOf(300, 399)],
      [runOf(301, 400)],
      [runOf(300, 350), runOf(351, 400)],
      [runOf(300, 401)],
      [],
    ];
    for (const runs of unlike)
      await expect(writePublished({ folder, from: tree, runs, note: noteOf(400) })).rejects.toBeInstanceOf(RangeError);
    const shifted = { ...runOf(300, 400), spans: runOf(300, 400).spans.map((s) => ({ ...s, start: s.start + 1 })) };
    await expect(writePublished({ folder, from: tree, runs: [shifted], note: noteOf(400) })).rejects.toBeInstanceOf(
      RangeError,
    );
    expect(await readFile(join(folder, 'checkpoint'), 'utf8')).toBe(before);
    expect(await readFrontier({ folder, size: 300 })).toEqual(tree);
    expect(await publish(folder, tree, 400)).toEqual(treeOf(400));
  });

  it('is not put back by whoever began before somebody else had published more', async () => {
    const folder = await newFolder();
    const before = await publish(folder, EMPTY_TREE, 100);
    await publish(folder, before, 300);
    await expect(publish(folder, before, 200)).rejects.toThrow('somebody else has published the log meanwhile');
    expect(await readFile(join(folder, 'checkpoint'), 'utf8')).toBe(noteOf(300));
    expect(await readFrontier({ folder, size: 300 })).toEqual(treeOf(300));
    // The same once more is no harm: as after a failure behind the last step.
    await publish(folder, before, 300);
  });

  it('is not written behind tiles of another tree', async () => {
    const folder = await newFolder();
    await publish(folder, EMPTY_TREE, 300);
    const from = { size: 300, peaks: [...treeOf(300).peaks].reverse() };
    await expect(publish(folder, from, 400)).rejects.toBeInstanceOf(RangeError);
  });

  it('is found where a partial tile was replaced by a wider or a whole one', async () => {
    const folder = await newFolder();
    await publish(folder, EMPTY_TREE, 200);
    const read = tileReader(folder);
    const hashes = Buffer.concat(leavesOf(0, 256));
    expect(await read(0, 0, 100)).toEqual(hashes.subarray(0, 3_200));
    expect((await readBundle({ folder, index: 0, width: 3 })).spans.length).toBe(3);
    await expect(read(0, 0, 201)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(read(0, 1, 1)).rejects.toMatchObject({ code: 'ENOENT' });
    await publish(folder, treeOf(200), 256);
    expect(await read(0, 0, 201)).toEqual(hashes.subarray(0, 6_432));
  });

  it('is readable for its owner only', async () => {
    const folder = await newFolder();
    await publish(folder, EMPTY_TREE, 300);
    for (const path of ['checkpoint', bundlePath(0), ...partialsOf(300)])
      expect((await stat(join(folder, path))).mode & 0o777).toBe(0o600);
    for (const path of ['tile', 'tile/0', 'tile/entries', 'tile/0/001.p'])
      expect((await stat(join(folder, path))).mode & 0o777).toBe(0o700);
  });
});
