/** The audit logs of a data folder as they lie on the disk, read at once. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spansOf } from '../../src/adapters/audit-log/bundle.ts';
import { readCheckpoint } from '../../src/adapters/audit-log/checkpoint.ts';
import { batchAt } from '../../src/adapters/audit-log/journal.ts';
import { CHECKPOINT_FILE, JOURNAL_FOLDER, journalFirst, journalPath } from '../../src/adapters/audit-log/layout.ts';
import { bundlePath, TILE_WIDTH } from '../../src/adapters/audit-log/tiles.ts';
import type { AuditEntry } from '../../src/core/audit.ts';

/** A process may publish a journal while it is read. */
const MOST_LOOKS = 20;

/** Every entry of every origin there, each log in its order. A last batch that is not whole yet is left out. */
export const readTrail = (dataFolder: string): readonly AuditEntry[] => {
  const folder = join(dataFolder, 'audit');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readLog(join(folder, name)));
};

const readLog = (folder: string): readonly AuditEntry[] => {
  for (let looks = 1; ; looks++)
    try {
      return [...textsOf(folder)].map((text) => (JSON.parse(text) as { readonly entry: AuditEntry }).entry);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || looks === MOST_LOOKS) throw error;
    }
};

const textsOf = function* (folder: string): Generator<string> {
  const journals = existsSync(join(folder, JOURNAL_FOLDER)) ? readdirSync(join(folder, JOURNAL_FOLDER)).toSorted() : [];
  const path = join(folder, CHECKPOINT_FILE);
  const size = existsSync(path) ? (readCheckpoint(readFileSync(path, 'utf8'))?.size ?? 0) : 0;
  for (let first = 0; first < size; first += TILE_WIDTH) {
    const bytes = readFileSync(join(folder, bundlePath(first / TILE_WIDTH, Math.min(TILE_WIDTH, size - first))));
    for (const { start, end } of spansOf(bytes) ?? []) yield bytes.toString('utf8', start, end);
  }
  for (const name of journals) {
    let index = journalFirst(name) ?? 0;
    const bytes = readFileSync(journalPath(folder, index));
    for (let batch = batchAt(bytes, 0); typeof batch !== 'string'; batch = batchAt(bytes, batch.to))
      for (const { start, end } of batch.spans) if (index++ >= size) yield bytes.toString('utf8', start, end);
  }
};
