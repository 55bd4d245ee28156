/** `sotto policy matrix`: the table of a pack, for whoever reviews a change of it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { command, type Ended } from '../support/command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-matrix-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const matrix = (...args: readonly string[]): Promise<Ended> =>
  command({ args: ['policy', 'matrix', ...args], data: join(folder, 'data') }).ended();

describe('sotto policy matrix', () => {
  it('writes the table, finds it the same, and says in lines what a change of the pack changes', async () => {
    const file = join(folder, 'matrix.md');
    expect(await matrix('--out', file)).toMatchObject({ status: 0, out: '' });
    expect(readFileSync(file, 'utf8')).toContain('| salary.payday | employee, contractor |');
    expect(await matrix('--check', file)).toMatchObject({ status: 0, out: '' });

    mkdirSync(join(folder, 'pack'));
    writeFileSync(
      join(folder, 'pack', 'rules.cedar'),
      '@id("payday-for-staff") permit (principal in Group::"employee", action == Action::"salary.payday", resource);',
    );
    const { status, out } = await matrix('--policies', join(folder, 'pack'), '--check', file);
    expect(status).toBe(1);
    expect(out.split('\n').filter((line) => /^[-+]/.test(line))).toEqual([
      '- | salary.payday | employee, contractor | any | any | any | any |  | answer: message, ephemeral where asked | payday-for-staff |',
      '+ | salary.payday | employee | any | any | any | any |  | answer: message | payday-for-staff |',
      '+ | salary.payday | contractor | any | any | any | any |  | refused | (not-permitted) |',
    ]);
  }, 60_000);

  it('says what is wrong with how it is used', async () => {
    const missing = join(folder, 'missing.md');
    expect(await matrix('--check', missing)).toMatchObject({
      status: 2,
      err: expect.stringContaining('cannot be read'),
    });
    expect(await matrix('--out', missing, '--check', missing)).toMatchObject({ status: 2 });
    expect(await matrix('--policies', join(folder, 'nothing'))).toMatchObject({
      status: 2,
      err: expect.stringContaining('The folder is missing'),
    });
  }, 60_000);
});
