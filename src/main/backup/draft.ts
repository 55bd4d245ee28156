/** Where a dry run puts logs together. They lie there in clear, so whatever ends the run takes them away, and a later one what could not be. */
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'sotto-restore-';

/** One that is older was left behind by a run that was killed, ms. */
const LEFT_MS = 24 * 60 * 60_000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Draft {
  readonly folder: string;
  remove(): void;
}

export const openDraft = (o: { readonly now: number; readonly within?: string }): Draft => {
  const within = o.within ?? tmpdir();
  for (const name of readdirSync(within)) if (name.startsWith(PREFIX)) sweep(join(within, name), o.now);
  const folder = mkdtempSync(join(within, PREFIX));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const ended = (signal: NodeJS.Signals): void => {
    remove();
    for (const one of SIGNALS) process.off(one, ended);
    // As it would have ended without us.
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, ended);
  process.on('exit', remove);
  return {
    folder,
    remove: () => {
      for (const signal of SIGNALS) process.off(signal, ended);
      process.off('exit', remove);
      remove();
    },
  };
};

/** Ours alone: others may have named one so. */
const sweep = (path: string, now: number): void => {
  const seen = lstatSync(path, { throwIfNoEntry: false });
  if (seen?.isDirectory() !== true || seen.uid !== process.geteuid?.() || now - seen.mtimeMs < LEFT_MS) return;
  rmSync(path, { recursive: true, force: true });
};
