/** `sotto data-key` as admins use it; that it wraps is tested where there is a vault, in `faults/data-key.test.ts`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { command } from '../support/command.ts';

const data = mkdtempSync(join(tmpdir(), 'sotto-data-key-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

const dataKey = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  command({ args: ['data-key', ...args], data, env }).ended();

describe('sotto data-key', () => {
  it('prints a key that seals, another one each time, and nothing else', async () => {
    const [one, two] = await Promise.all([dataKey(['new']), dataKey(['new'])]);
    for (const { status, out, err } of [one, two]) {
      expect([status, err]).toEqual([0, '']);
      const key = out.trim();
      expect(out).toBe(`${key}\n`);
      expect(createSealer({ dataKey: { current: key, accepted: [key] } }).keyId()).toHaveLength(8);
    }
    expect(one.out).not.toBe(two.out);
  }, 30_000);

  it('says how it is used, and prints no key where it should be wrapped and cannot be', async () => {
    for (const args of [[], ['old'], ['new', 'more']]) {
      const { status, out, err } = await dataKey(args);
      expect([status, out]).toEqual([2, '']);
      expect(err).toContain('sotto data-key new');
    }
    const evil = 'https://evil.example.com/keys/k';
    for (const [args, env, said] of [
      [['new'], { SOTTO_DATA_KEY_WRAPPED_BY: evil }, `SOTTO_DATA_KEY_WRAPPED_BY is "${evil}"`],
      [['new', '--wrap', evil], {}, `--wrap is "${evil}"`],
      [['new', '--wrap', evil], { SOTTO_DATA_KEY_WRAPPED_BY: 'https://acme.vault.azure.net/keys/k' }, '--wrap is'],
      // As a shell makes of a variable that is not set: never a plain key for that.
      [['new', '--wrap', ''], {}, '--wrap is ""'],
    ] as const) {
      const { status, out, err } = await dataKey(args, env);
      expect([status, out]).toEqual([2, '']);
      expect(err).toContain(said);
    }
  }, 60_000);
});
