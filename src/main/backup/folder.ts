/** The data folder while a backup is put back into it. Each step can be done again after a crash; the last one takes the marker away. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { homeOf, RESTORING } from '../../adapters/files/data-folder.ts';
import { SottoError } from '../../core/errors.ts';

const PLAN = 'plan.json';

const shape = z.strictObject({ archive: z.string(), home: z.string() });

/** What is being restored. */
export type Plan = z.infer<typeof shape>;

/** Comes with a disk of its own, and is nobody's. */
const NOTHING = ['lost+found', RESTORING];

/** What an attempt leaves that died between opening the store and its plan. Whether it is empty, the store says. */
const OPENED = /^sotto\.db/;

export interface RestoringFolder {
  /** Where logs are put together. */
  readonly audit: string;
  /** Of a restore that was cut short; null: none was. */
  readonly before: Plan | null;
  /** On record, before the store is touched. */
  plan(plan: Plan): void;
  /** Puts the logs and the folder's id in their places. */
  place(plan: Plan): void;
  /** The last step. */
  done(): void;
  /** As it was found, where nothing was restored. */
  undo(): void;
}

/** Makes the names in a folder durable. */
const settle = (folder: string): void => {
  if (process.platform === 'win32') return; // Folders cannot be opened there.
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** Refuses with `usage` a folder that is not empty, and is none in which a restore was cut short. */
export const openRestoring = (folder: string): RestoringFolder => {
  const marker = join(folder, RESTORING);
  const audit = join(marker, 'audit');
  const was = existsSync(folder);
  const path = join(marker, PLAN);
  // Without a plan the store was not touched: whatever stands beside the marker is somebody's.
  const began = existsSync(path);
  const isMarked = existsSync(marker);
  const isStrange = (name: string): boolean => !NOTHING.includes(name) && !(isMarked && OPENED.test(name));
  const strangers = was && !began ? readdirSync(folder).filter(isStrange) : [];
  if (!began) rmSync(marker, { recursive: true, force: true });
  if (strangers.length > 0)
    throw new SottoError(
      'usage',
      `SOTTO_DATA (${folder}) is not empty (${strangers.slice(0, 3).join(', ')}), and a restore would mix with what is there. Nothing was changed. Name an empty folder.`,
    );
  mkdirSync(marker, { recursive: true, mode: 0o700 });
  rmSync(audit, { recursive: true, force: true });
  const before = began ? shape.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
  return {
    audit,
    before,
    plan: (plan) => {
      writeFileSync(`${path}.new`, JSON.stringify(plan), { mode: 0o600, flush: true });
      renameSync(`${path}.new`, path);
      for (const one of [marker, folder, dirname(folder)]) settle(one);
    },
    place: ({ home }) => {
      // Whatever stands there came from a restore that was cut short: the folder was empty before.
      rmSync(join(folder, 'audit'), { recursive: true, force: true });
      if (existsSync(audit)) {
        settle(audit);
        renameSync(audit, join(folder, 'audit'));
      }
      homeOf({ folder, newId: () => home }).keep();
      // Before the store is told that all is there.
      settle(folder);
    },
    done: () => {
      // At once: a marker that lost its plan while it was taken away would stand for an attempt that never began.
      const gone = `${marker}.done`;
      rmSync(gone, { recursive: true, force: true });
      renameSync(marker, gone);
      settle(folder);
      rmSync(gone, { recursive: true, force: true });
    },
    undo: () => {
      rmSync(audit, { recursive: true, force: true });
      // What another attempt must go on with is left to it.
      const others = readdirSync(folder).filter((name) => !NOTHING.includes(name));
      if (before !== null || others.length > 0) return;
      rmSync(marker, { recursive: true, force: true });
      if (!was) rmdirSync(folder);
    },
  };
};
