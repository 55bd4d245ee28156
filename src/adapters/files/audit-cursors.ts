/** How far the audit logs were sent to a second copy or a stream: a small file for each log and use of it, in the data folder. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cursors } from '../../core/audit-copy-ports.ts';

const FOLDER = 'audit-sent';

/** The content of a cursor is far shorter. */
const MOST_CHARACTERS = 1_000;

/**
 * `SOTTO_DATA/audit-sent/ROLE-ORIGIN`, replaced as a whole and synced. One that is for another place, or cannot be read, counts as none: then all is
 * sent, for twice is better than not at all.
 */
export const createAuditCursors = (o: { readonly dataFolder: string; readonly role: 'copy' | 'stream' }): Cursors => {
  const folder = join(o.dataFolder, FOLDER);
  const pathOf = (origin: string): string => join(folder, `${o.role}-${origin}`);
  return {
    load: async ({ origin, to }) => {
      const text = await readFile(pathOf(origin), 'utf8').catch(() => '');
      return nextIn(text, to);
    },
    save: async ({ origin, to, next }) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = pathOf(origin);
      const file = await open(`${path}.new`, 'w', 0o600);
      try {
        await file.writeFile(`${JSON.stringify({ to, next })}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(`${path}.new`, path);
    },
  };
};

const nextIn = (text: string, to: string): number => {
  if (text.length > MOST_CHARACTERS) return 0;
  try {
    const found = JSON.parse(text) as { readonly to?: unknown; readonly next?: unknown };
    const { next } = found;
    return found.to === to && typeof next === 'number' && Number.isSafeInteger(next) && next >= 0 ? next : 0;
  } catch {
    return 0;
  }
};
