/** What of an audit log is published, as it lies in its folder. */
import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Every file of a log that is published, by its path: a hash of what it holds. */
export const publishedIn = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one): [string, string] => {
        const path = join(one.parentPath, one.name);
        return [relative(folder, path), hash('sha256', readFileSync(path))];
      })
      .filter(([path]) => path.startsWith('tile/') || path === 'checkpoint')
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
