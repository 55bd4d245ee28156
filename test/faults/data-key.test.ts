/** The data key of a running Sotto is rotated twice, wrapped by a key of Key Vault, while its secrets lie in a folder. */
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { askControl } from '../../src/adapters/control/client.ts';
import { type AzureStage, CLIENT, openAzureStage } from '../stand-ins/azure/stage.ts';
import { command } from '../support/command.ts';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { OWN_LEAVE } from '../support/reckoning.ts';
import { until } from '../support/until.ts';

const PEOPLE = makeCrowd({ count: 1 });
const state = z.object({
  keyId: z.string(),
  state: z.enum(['walking', 'left', 'done']),
  rewrapped: z.number(),
  left: z.number().nullable(),
  lost: z.number(),
});

describe('the data key of a running Sotto, wrapped by a key of Key Vault', () => {
  let azure: AzureStage;
  let fleet: Fleet;
  /** Whether the settings name the key. */
  let named = true;
  beforeEach(async () => {
    named = true;
    azure = await openAzureStage();
    azure.vault.keys.make('sotto');
    azure.vault.allow(CLIENT, ['getKey', 'wrapKey', 'unwrapKey']);
    fleet = await openFleet(1, {
      people: PEOPLE,
      settings: () => ({ ...settings(), SOTTO_VAULT: `files:${join(fleet.folder, 'secrets')}` }),
    });
  });
  afterEach(async () => {
    await fleet.end();
    await azure.close();
  });

  const settings = () => ({
    ...azure.environment,
    ...(named ? { SOTTO_DATA_KEY_WRAPPED_BY: `${azure.vault.url}/keys/sotto` } : {}),
  });
  const data = (): string => join(fleet.folder, 'data-0');
  const secret = (name: string): string => join(fleet.folder, 'secrets', name);
  const newKey = async (): Promise<string> => {
    const { status, out, err } = await command({ args: ['data-key', 'new'], data: data(), env: settings() }).ended();
    expect([status, err]).toEqual([0, '']);
    return out.trim();
  };
  const put = (name: string, value: string): void => {
    writeFileSync(secret(`${name}.new`), `${value}\n`, { mode: 0o600 });
    renameSync(secret(`${name}.new`), secret(name));
  };
  const told = async () => state.parse((await askControl({ folder: data(), method: 'GET', path: '/data-key' })).body);
  const ask = async (): Promise<string> => {
    const before = fleet.trail().length;
    for (const who of PEOPLE) await fleet.say({ on: 'slack', who, text: OWN_LEAVE });
    await until(() =>
      fleet
        .trail()
        .slice(before)
        .some(({ kind }) => kind === 'disclosure'),
    );
    const decided = fleet.trail().findLast((entry) => entry.kind === 'decision');
    return decided?.kind === 'decision' ? decided.person : '';
  };

  it('keeps what is remembered open, people recognisable, and is never in a file, an output or an environment', async () => {
    const plain = fleet.secret('data-key');
    const [one] = fleet.processes;
    // A plain one is refused where it is said to be wrapped.
    await expect(one?.start()).rejects.toThrow('says that it is wrapped');
    const keys = [await newKey()];
    for (const key of keys)
      expect(key).toMatch(/^wrapped\.v1\.https:\/\/localhost:\d+\/keys\/sotto\/[0-9a-f]{32}\.[\w-]+$/);
    copyFileSync(secret('data-key'), secret('data-key.previous'));
    put('data-key', keys[0] ?? '');
    await one?.start();
    const person = await ask();
    const first = await told();

    for (let rotation = 0; rotation < 2; rotation++) {
      const key = await newKey();
      keys.push(key);
      copyFileSync(secret('data-key'), secret('data-key.previous'));
      const before = await told();
      put('data-key', key);
      await until(async () => (await told()).keyId !== before.keyId, 30_000);
      await until(async () => (await told()).left === 0, 30_000);
      const after = await told();
      expect(after).toMatchObject({ lost: 0 });
      // A transcript, and the key of hashes.
      expect(after.rewrapped).toBeGreaterThanOrEqual(2);
      expect(await ask()).toBe(person);
    }
    expect((await told()).keyId).not.toBe(first.keyId);
    const metrics = await (await fetch(`${one?.opsUrl()}/metrics`)).text();
    expect(metrics).toMatch(/^sotto_rewrap\{state="left"\} 0$/m);
    expect(metrics).toMatch(/^sotto_rewrap\{state="lost"\} 0$/m);

    // And after a restart with the newest alone.
    await one?.stop();
    writeFileSync(secret('data-key.previous'), readFileSync(secret('data-key')), { mode: 0o600 });
    await one?.start();
    expect(await ask()).toBe(person);
    expect(one?.output()).not.toContain('hash-key.lost');
    expect(one?.output()).not.toContain('data-key.lost');
    for (const hidden of [plain, ...keys.map((key) => key.slice(-60))]) expect(one?.output()).not.toContain(hidden);
    expect(azure.vault.offences()).toEqual([]);
  }, 180_000);

  it('refuses to start with a sentence where the vault does not unwrap it, and where nothing says by what it was wrapped', async () => {
    put('data-key', await newKey());
    azure.vault.allow(CLIENT, []);
    const [one] = fleet.processes;
    await expect(one?.start()).rejects.toThrow('"unwrapKey" with it (Forbidden)');
    expect(await one?.ended()).toBe(2);
    named = false;
    await expect(one?.start()).rejects.toThrow('SOTTO_DATA_KEY_WRAPPED_BY does not say which');
    expect(await one?.ended()).toBe(2);
  }, 60_000);
});
