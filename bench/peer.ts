/** Packages that are only compared with: they stand in `bench/package.json`, out of the product's own tree. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** Null: it is not here and could not be installed. `T` writes down as much of it as is used: its types are not in this tree. */
export const loadPeer = <T>(name: string): T | null => {
  const there = (): boolean => existsSync(`${FOLDER}node_modules/${name}/package.json`);
  if (!there()) {
    spawnSync('npm', ['ci', '--prefix', FOLDER, '--no-audit', '--no-fund', '--ignore-scripts'], {
      stdio: 'ignore',
      timeout: 120_000,
    });
  }
  return there() ? (createRequire(`${FOLDER}package.json`)(name) as T) : null;
};
