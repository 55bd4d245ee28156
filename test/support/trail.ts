/** The audit logs of a data folder as they lie on the disk. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEntry } from '../../src/core/audit.ts';

/** Every entry of every origin there, each log in its order. A last line that is not whole yet is left out. */
export const readTrail = (dataFolder: string): readonly AuditEntry[] => {
  const folder = join(dataFolder, 'audit');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      readFileSync(join(folder, name, 'audit.log'), 'utf8')
        .split('\n')
        .slice(0, -1)
        .flatMap((line) => {
          const [, text] = /^[0-9a-f]{64} (.*)$/.exec(line) ?? [];
          return text === undefined ? [] : [(JSON.parse(text) as { readonly entry: AuditEntry }).entry];
        }),
    );
};
