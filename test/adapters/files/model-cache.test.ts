import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createModelCache } from '../../../src/adapters/files/model-cache.ts';
import { modelCacheContract } from '../../contracts/model-cache.ts';

const folders: string[] = [];
const fresh = (): string => {
  const folder = join(mkdtempSync(join(tmpdir(), 'sotto-models-')), 'recogniser');
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(join(folder, '..'), { recursive: true, force: true });
});

modelCacheContract('a folder', async () => {
  const folder = fresh();
  return { cache: createModelCache({ folder }), again: () => createModelCache({ folder }) };
});

const keyOf = (digit: string): string => digit.repeat(64);
const fileOf = (folder: string, digit: string): string => join(folder, `${keyOf(digit)}.model`);

describe('a folder of models', () => {
  it('is closed to others, and so is each file in it', async () => {
    const folder = fresh();
    await createModelCache({ folder }).write(keyOf('a'), Uint8Array.of(1));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(fileOf(folder, 'a')).mode & 0o777).toBe(0o600);
  });

  it('keeps three, and of those that nobody used for longest it lets go', async () => {
    const folder = fresh();
    const cache = createModelCache({ folder });
    for (const [at, digit] of ['a', 'b', 'c'].entries()) {
      await cache.write(keyOf(digit), Uint8Array.of(at));
      utimesSync(fileOf(folder, digit), 1_000 + at, 1_000 + at);
    }
    expect(await cache.read(keyOf('a'))).not.toBeNull();
    await cache.write(keyOf('d'), Uint8Array.of(9));
    const left = readdirSync(folder).map((name) => name[0]);
    expect(new Set(left)).toEqual(new Set(['a', 'c', 'd']));
    expect(left).toHaveLength(3);
  });

  it('sweeps up what a crash left half written an hour ago, and nothing that is none of its own', async () => {
    const folder = fresh();
    const cache = createModelCache({ folder });
    await cache.write(keyOf('a'), Uint8Array.of(1));
    for (const name of ['.draft-old', '.draft-new', 'notes.txt']) writeFileSync(join(folder, name), 'x');
    utimesSync(join(folder, '.draft-old'), 1_000, 1_000);
    utimesSync(join(folder, 'notes.txt'), 1_000, 1_000);
    await cache.write(keyOf('b'), Uint8Array.of(1));
    expect(existsSync(join(folder, '.draft-old'))).toBe(false);
    expect(existsSync(join(folder, '.draft-new'))).toBe(true);
    expect(existsSync(join(folder, 'notes.txt'))).toBe(true);
  });

  it('leaves nothing behind where it cannot write', async () => {
    const folder = fresh();
    const cache = createModelCache({ folder, mostBytes: 4 });
    await expect(cache.write(keyOf('a'), new Uint8Array(5))).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(existsSync(fileOf(folder, 'a'))).toBe(false);
    writeFileSync(join(folder, '..', 'file'), '');
    const inFile = createModelCache({ folder: join(folder, '..', 'file', 'inside') });
    await expect(inFile.write(keyOf('a'), Uint8Array.of(1))).rejects.toThrow();
    await expect(inFile.read(keyOf('a'))).rejects.toThrow();
  });

  it('reads no file that is too large, no link and no pipe', async () => {
    const folder = fresh();
    const cache = createModelCache({ folder, mostBytes: 1_000 });
    await cache.write(keyOf('a'), new Uint8Array(1_000));
    expect((await cache.read(keyOf('a')))?.length).toBe(1_000);
    truncateSync(fileOf(folder, 'a'), 1_001);
    await expect(cache.read(keyOf('a'))).rejects.toMatchObject({ code: 'store-unavailable' });
    writeFileSync(join(folder, 'elsewhere'), 'x');
    symlinkSync(join(folder, 'elsewhere'), fileOf(folder, 'b'));
    await expect(cache.read(keyOf('b'))).rejects.toMatchObject({ code: 'ELOOP' });
    execFileSync('mkfifo', [fileOf(folder, 'c')]);
    await expect(cache.read(keyOf('c'))).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it.each(['', '..', '../../etc/passwd', 'A'.repeat(64), 'a'.repeat(63), `${'a'.repeat(63)}/`])(
    'takes "%s" for no key',
    async (key) => {
      const cache = createModelCache({ folder: fresh() });
      await expect(cache.read(key)).rejects.toMatchObject({ code: 'store-unavailable' });
      await expect(cache.write(key, Uint8Array.of(1))).rejects.toMatchObject({ code: 'store-unavailable' });
    },
  );
});
