/** The pack that ships, hurried. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_PACK } from '../../src/policies/pack.ts';

/** Writes a pack of its rules with another time after which answers leave (null: theirs); returns the folder. */
export const packFor = (o: { readonly folder: string; readonly expiresSeconds: number | null }): string => {
  mkdirSync(o.folder);
  const rules = readFileSync(join(DEFAULT_PACK, 'rules.cedar'), 'utf8');
  const timed =
    o.expiresSeconds === null ? rules : rules.replace(/@expires\("\d+"\)/g, `@expires("${o.expiresSeconds}")`);
  writeFileSync(join(o.folder, 'rules.cedar'), timed);
  return o.folder;
};
