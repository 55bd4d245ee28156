/** The pack that ships, hurried. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** Writes a pack whose topics may be asked about as often as many talks of one person in one minute need; returns the folder. */
export const roomyPack = (folder: string): string => {
  const from = join(DEFAULT_PACK, 'intents');
  const into = join(folder, 'intents');
  mkdirSync(into, { recursive: true });
  for (const name of readdirSync(from)) {
    const text = readFileSync(join(from, name), 'utf8').replace(/^mostPerMinute: .*\n/m, '');
    writeFileSync(join(into, name), text.replace(/^topic: .*$/m, '$&\nmostPerMinute: 1000'));
  }
  return folder;
};
