/** A disk of which a power cut leaves only what was synced: contents by their file, names by their folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type LogDisk, type LogFile, logDisk } from '../../../src/adapters/audit-log/file.ts';

type Thing = { readonly bytes: Buffer } | 'folder';

/**
 * `root`: is there, and durably so; everything under it must come by this disk. `failing`: the sync of a file, counted from 1, that fails, and
 * behind which the system takes for kept what is not: a later sync keeps only what was written since.
 */
export const createPower = (root: string, failing = 0) => {
  let syncs = 0;
  const written = new Map<{ kept: Thing }, { readonly bytes: Buffer; readonly position: number }[]>();
  /** What a name stands for now, and would stand for after a cut. A file is the same under another name. */
  const now = new Map<string, { kept: Thing }>();
  const kept = new Map<string, { kept: Thing }>();

  const file = (one: LogFile, path: string): LogFile => {
    const known = now.get(path) ?? { kept: { bytes: Buffer.alloc(0) } };
    now.set(path, known);
    return {
      ...one,
      write: (bytes, position) => {
        written.set(known, [...(written.get(known) ?? []), { bytes: Buffer.from(bytes), position }]);
        return one.write(bytes, position);
      },
      sync: async () => {
        await one.sync();
        syncs += 1;
        const since = written.get(known) ?? [];
        written.delete(known);
        if (syncs === failing) throw Object.assign(new Error('the disk failed'), { code: 'EIO' });
        const bytes = Buffer.alloc(await one.size());
        if (known.kept !== 'folder') known.kept.bytes.copy(bytes);
        for (const part of since) part.bytes.copy(bytes, part.position);
        known.kept = { bytes };
      },
    };
  };
  const move = (from: string, to: string | null): void => {
    for (const [path, thing] of now) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      now.delete(path);
      if (to !== null) now.set(to + path.slice(from.length), thing);
    }
  };
  const disk: LogDisk = {
    ...logDisk,
    open: async (at) => file(await logDisk.open(at), at.path),
    makeFolder: async (path) => {
      const made = await logDisk.makeFolder(path);
      for (let one = path; one !== root; one = dirname(one)) if (!now.has(one)) now.set(one, { kept: 'folder' });
      return made;
    },
    rename: async (from, to) => {
      await logDisk.rename(from, to);
      now.delete(to);
      move(from, to);
    },
    remove: async (path) => {
      await logDisk.remove(path);
      move(path, null);
    },
    syncFolder: async (folder) => {
      for (const path of kept.keys()) if (dirname(path) === folder) kept.delete(path);
      for (const [path, thing] of now) if (dirname(path) === folder) kept.set(path, thing);
    },
  };

  const isThere = (path: string): boolean => path === root || (kept.has(path) && isThere(dirname(path)));

  /** Puts what a cut leaves into another folder. */
  const cut = (to: string): void => {
    for (const [path, thing] of [...kept].sort(([one], [other]) => one.length - other.length)) {
      if (!isThere(path)) continue;
      const target = join(to, relative(root, path));
      if (thing.kept === 'folder') mkdirSync(target, { mode: 0o700 });
      else writeFileSync(target, thing.kept.bytes, { mode: 0o600 });
    }
  };
  return { disk, cut, syncs: () => syncs };
};
