import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { claimForServing, homeOf } from '../../../src/adapters/files/data-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'sotto-claim-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let made = 0;
const folderWith = (fill: (folder: string) => void): string => {
  made += 1;
  const folder = join(root, String(made));
  mkdirSync(folder);
  fill(folder);
  chmodSync(folder, 0o755);
  return folder;
};
const mode = (folder: string): number => statSync(folder).mode & 0o777;

describe('a data folder that is to be served from', () => {
  it('is made for us alone', () => {
    const folder = join(root, 'new', 'deep');
    claimForServing(folder, null);
    expect(mode(folder)).toBe(0o700);
  });

  it('is closed to others where it is empty, or ours from before', () => {
    const empty = folderWith(() => undefined);
    const ours = folderWith((folder) => {
      homeOf({ folder, newId: () => 'a'.repeat(22) }).keep();
      writeFileSync(join(folder, 'sotto.db'), '');
    });
    for (const folder of [empty, ours]) {
      claimForServing(folder, null);
      expect(mode(folder)).toBe(0o700);
    }
  });

  it('is refused where it belongs to root, as the folder of a volume does, and a folder in it is made for us alone', () => {
    const us = jest.spyOn(process, 'geteuid').mockReturnValue(4_242);
    try {
      expect(() => claimForServing('/', null)).toThrow(/SOTTO_DATA \(\/\) belongs to root.*such as \/sotto/);
    } finally {
      us.mockRestore();
    }
    const volume = folderWith(() => undefined);
    chmodSync(volume, 0o2775);
    claimForServing(join(volume, 'sotto'), null);
    expect(mode(join(volume, 'sotto'))).toBe(0o700);
    expect(mode(volume)).toBe(0o775);
  });

  it('is left as it is where it holds what is not ours, and refused where others can change that', () => {
    const letter = (it: string): void => writeFileSync(join(it, 'letter.txt'), 'to somebody');
    const read = folderWith(letter);
    claimForServing(read, null);
    expect(mode(read)).toBe(0o755);
    const changed = folderWith(letter);
    chmodSync(changed, 0o775);
    expect(() => claimForServing(changed, null)).toThrow(/Others may write to SOTTO_DATA .*chmod 700/);
    expect(mode(changed)).toBe(0o775);
  });
});
