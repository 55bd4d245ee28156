/** The second verifier, run as an auditor runs it, and many altered copies of one log beside each other for it. */
import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { childEnvironment } from '../support/child.ts';

export const VERIFIER = new URL('../../docs/verify/verify.mjs', import.meta.url).pathname;

export interface Told {
  readonly status: number | null;
  readonly lines: readonly string[];
  readonly err: string;
}

export const runVerifier = (args: readonly string[]): Told => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [VERIFIER, ...args], {
    encoding: 'utf8',
    env: childEnvironment({}),
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, lines: stdout.split('\n').filter((line) => line !== ''), err: stderr };
};

/** Every file of a log, by its path within. */
export const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

/** What becomes of a log's files, by their paths; null: it is gone. All others are as they were. */
export type Mutation = Readonly<Record<string, Buffer | null>>;

/** A copy with these changes; what is not changed is the same file. */
export const putCopy = (from: string, to: string, changes: Mutation): void => {
  for (const path of new Set([...filesOf(from), ...Object.keys(changes)])) {
    const bytes = changes[path];
    if (bytes === null) continue;
    mkdirSync(dirname(join(to, path)), { recursive: true });
    if (bytes === undefined) linkSync(join(from, path), join(to, path));
    else writeFileSync(join(to, path), bytes);
  }
};

/** Those mutations of a log that the verifier does not find, by their names. */
export const unfound = (o: {
  readonly log: string;
  /** Where the copies are put; it must not be there. */
  readonly folder: string;
  readonly key: string;
  readonly mutations: ReadonlyMap<string, Mutation>;
  readonly more?: readonly string[];
}): readonly string[] => {
  for (const [name, changes] of o.mutations) putCopy(o.log, join(o.folder, name), changes);
  const { lines } = runVerifier([o.folder, o.key, ...(o.more ?? [])]);
  rmSync(o.folder, { recursive: true });
  const bad = new Set(lines.filter((line) => line.startsWith('BAD ')).map((line) => line.slice(4).split(': ')[0]));
  return [...o.mutations.keys()].filter((name) => !bad.has(join(o.folder, name)));
};

/** Of every length that a part of a file can be read wrongly by, and a few more. */
export const cutsOf = (length: number): readonly number[] => [
  ...new Set([0, 1, 2, Math.floor(length / 2), length - 2, length - 1].filter((at) => at >= 0 && at < length)),
];

export const read = (folder: string, path: string): Buffer => readFileSync(join(folder, path));
