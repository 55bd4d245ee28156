/** A log that a test lays down by itself, batch by batch, published and pruned when it says so. */

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../../src/adapters/audit-log/canonical.ts';
import { signCheckpoint } from '../../../src/adapters/audit-log/checkpoint.ts';
import { encodeBatch } from '../../../src/adapters/audit-log/journal.ts';
import { JOURNAL_FOLDER, journalPath } from '../../../src/adapters/audit-log/layout.ts';
import { EMPTY_TREE, type Frontier, growTree, leafHash } from '../../../src/adapters/audit-log/merkle.ts';
import { partialsOf, writePublished } from '../../../src/adapters/audit-log/published.ts';
import { readEntries } from '../../../src/adapters/audit-log/reader.ts';
import { bundlePath, TILE_WIDTH } from '../../../src/adapters/audit-log/tiles.ts';
import { decision, newFolder } from './support.ts';

export interface LaidLog {
  readonly folder: string;
  /** The signed checkpoint of each size that a batch ended with. */
  readonly notes: ReadonlyMap<number, string>;
  size(): number;
  /** The root after so many entries, hex. */
  rootAt(size: number): string;
  /** One batch. */
  append(entries: number | readonly object[]): void;
  /** One batch of leaves that no log need write so. */
  appendTexts(texts: readonly string[]): void;
  /** With another key from now on. */
  sign(key: string): void;
  publish(): Promise<void>;
  /** Says so, publishes, and takes the bundles away. */
  prune(upTo: number): Promise<void>;
  /** Written behind the last whole batch of the newest journal. */
  tear(bytes: Buffer): void;
}

export const layLog = async (o: {
  /** PKCS#8, PEM. */
  readonly key: string;
  readonly origin?: string;
  /** Written in the place of the usual entries, from this one on: another history. */
  readonly forkAt?: number;
}): Promise<LaidLog> => {
  const origin = o.origin ?? 'one';
  const folder = join(await newFolder(), origin);
  let key: KeyObject = createPrivateKey(o.key);
  const tree = growTree();
  const roots = [tree.root().toString('hex')];
  const notes = new Map<number, string>();
  let published: Frontier = EMPTY_TREE;
  let journal: number | null = null;
  mkdirSync(join(folder, JOURNAL_FOLDER), { recursive: true });

  const write = (bytes: Buffer): void => {
    journal ??= tree.size();
    const file = openSync(journalPath(folder, journal), 'a');
    writeSync(file, bytes);
    fsyncSync(file);
    closeSync(file);
  };
  const append = (given: number | readonly object[]): void => {
    const from = tree.size();
    const entries =
      typeof given !== 'number'
        ? given
        : Array.from({ length: given }, (_, at) => {
            const index = from + at;
            return { ...decision(index), ...(index >= (o.forkAt ?? Infinity) ? { intent: 'leave.forged' } : {}) };
          });
    appendTexts(entries.map((entry, at) => canonicalJson({ entry, seq: from + at })));
  };
  const appendTexts = (texts: readonly string[]): void => {
    journal ??= tree.size();
    for (const text of texts) {
      tree.push(leafHash(Buffer.from(text)));
      roots.push(tree.root().toString('hex'));
    }
    const note = signCheckpoint({ origin, size: tree.size(), root: tree.root() }, key);
    notes.set(tree.size(), note);
    write(encodeBatch(texts, note));
  };
  const publish = async (): Promise<void> => {
    const note = notes.get(tree.size());
    if (note === undefined || journal === null) return;
    const before = partialsOf(published.size);
    const runs = readEntries({ folder, from: published.size });
    published = await writePublished({ folder, from: published, runs, note });
    rmSync(join(folder, JOURNAL_FOLDER), { recursive: true });
    mkdirSync(join(folder, JOURNAL_FOLDER));
    const now = partialsOf(published.size);
    for (const path of before) if (!now.includes(path)) rmSync(join(folder, path), { force: true });
    journal = null;
  };
  return {
    folder,
    notes,
    size: tree.size,
    rootAt: (size) => roots[size] ?? '',
    append,
    appendTexts,
    sign: (pem) => {
      key = createPrivateKey(pem);
    },
    publish,
    prune: async (upTo) => {
      append([{ kind: 'pruned', at: 1, upTo }]);
      await publish();
      for (let index = 0; (index + 1) * TILE_WIDTH <= upTo; index++)
        rmSync(join(folder, bundlePath(index)), { force: true });
    },
    tear: write,
  };
};
