import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exposed } from '../../../src/adapters/files/exposed.ts';

const SAID = { setting: 'SOTTO_BACKENDS', what: 'say where data comes from' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-exposed-'));
  mkdirSync(join(folder, 'in'));
  writeFileSync(join(folder, 'in', 'hr.yaml'), '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What the system says of writing: there, and below. */
const saying = (code: string, to: string) => (path: string) => {
  if (path.startsWith(to)) throw Object.assign(new Error(code), { code });
};

describe('settings in files', () => {
  it('are exposed where anybody may write to one, or to a folder, also one with the sticky bit: what is added there is read', () => {
    expect(exposed({ path: folder, ...SAID })).toBeNull();
    for (const [path, mode] of [
      [join(folder, 'in', 'hr.yaml'), 0o646],
      [join(folder, 'in'), 0o1777],
      [folder, 0o777],
    ] as const) {
      chmodSync(path, mode);
      expect(exposed({ path: folder, ...SAID })).toContain(`may write to ${path} (SOTTO_BACKENDS)`);
    }
  });

  it('are not where they lie on what can only be read, whatever its mode is: Kubernetes mounts a ConfigMap so', () => {
    chmodSync(folder, 0o777);
    chmodSync(join(folder, 'in'), 0o777);
    expect(exposed({ path: folder, ...SAID, canWrite: saying('EROFS', folder) })).toBeNull();
    expect(exposed({ path: folder, ...SAID, canWrite: saying('EROFS', join(folder, 'in')) })).toContain(
      `to ${folder} (`,
    );
    // That we may not does not say that nobody may.
    expect(exposed({ path: folder, ...SAID, canWrite: saying('EACCES', folder) })).toContain(`to ${folder} (`);
  });
});
