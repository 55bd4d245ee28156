/** What `sotto check` says of the restrictions that are in force, asked of a Sotto that runs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Control, createControl } from '../../src/adapters/control/server.ts';
import type { Restriction } from '../../src/core/types.ts';
import { restriction } from '../policies/support.ts';
import { command } from '../support/command.ts';

let data: string;
let control: Control | null = null;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'sotto-in-force-'));
});
afterEach(async () => {
  await control?.close();
  control = null;
  rmSync(data, { recursive: true, force: true });
});

/** A Sotto that runs there and in which these are in force. */
const running = async (...restrictions: readonly Restriction[]): Promise<void> => {
  const inForce = restrictions.map((it) => ({ restriction: it, sentence: 'Nobody can ask.' }));
  const body = { now: 0, version: 3, closed: null, inForce, waiting: [], templates: [] };
  const route = { method: 'GET', path: '/restrict', handle: async () => ({ status: 200, body }) } as const;
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  control = createControl({ folder: data, routes: [route], log });
  expect(await control.keep()).toBe('held');
};
const checked = async (env: Readonly<Record<string, string>> = {}) =>
  (await command({ args: ['check'], data, env }).ended()).out;

describe('sotto check, of the restrictions in force', () => {
  it('reminds of one about pay whose words name nobody to ask, and of no other', async () => {
    await running(
      restriction({ id: 'freeze', words: { en: 'Closed.', de: 'Zu.' } }),
      restriction({ id: 'told', words: { en: 'Closed.' }, contact: { en: 'pay@example.com' } }),
      restriction({ id: 'away', forbids: ['leave'], words: { en: 'Closed.' } }),
    );
    const out = await checked();
    expect(out).toContain('"freeze" is about pay, and its words name nobody to ask in English and German');
    expect(out).not.toMatch(/"told"|"away"|not looked at/);
  });

  it('says that it did not look where a Sotto should run and none does, and nothing where none should', async () => {
    expect(await checked()).not.toContain('not looked at');
    expect(await checked({ SOTTO_VAULT: `files:${data}/secrets`, SLACK_APP_ID: 'A0SOTTO000' })).toContain(
      'What HR restrict now was not looked at, only what the pack holds ready. No Sotto runs on the folder',
    );
  });
});
