import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CLIENT } from '../../stand-ins/azure/stage.ts';
import type { VaultFault } from '../../stand-ins/azure/vault.ts';
import { until } from '../../support/until.ts';
import { openVaultStage, TTL_MS, type VaultStage } from './support.ts';

let stage: VaultStage;
beforeEach(async () => {
  stage = await openVaultStage();
  stage.azure.vault.put('signing', 'hush-hush');
});
afterEach(async () => {
  expect(stage.azure.vault.offences()).toEqual([]);
  await stage.azure.close();
});

const alarms = (): readonly string[] => stage.events.filter(({ level }) => level === 'error').map(({ event }) => event);

/** Short deadlines for what hangs: a look ends after a quarter of this. */
const HASTY_MS = 12_000;

const ALL = ['list', 'get'] as const;

const FAULTS: readonly (readonly [string, VaultFault, readonly ('list' | 'get')[]])[] = [
  ['refuses the token', { kind: 'status', status: 401 }, ALL],
  ['forbids it', { kind: 'status', status: 403 }, ALL],
  ['has too much to do', { kind: 'status', status: 429, retryAfterSeconds: 60 }, ALL],
  ['fails', { kind: 'status', status: 500 }, ALL],
  ['is unavailable', { kind: 'status', status: 503 }, ALL],
  ['hangs', { kind: 'hang' }, ['get']],
  ['drops the connection', { kind: 'reset' }, ALL],
  ['sends for a token for something else', { kind: 'challenge', resource: 'https://graph.microsoft.com' }, ALL],
];

describe('a vault that', () => {
  for (const [what, fault, where] of FAULTS) {
    for (const on of where) {
      it(`KV6 KV10 ${what} at the start (${on}) gives no secret and a clear sentence, and nothing of what was sent`, async () => {
        stage.azure.vault.fail({ ...fault, on });
        const error: unknown = await stage
          .make(fault.kind === 'hang' ? { ttlMs: HASTY_MS } : {})
          .get('signing')
          .catch((refusal: unknown) => refusal);
        expect(error).toMatchObject({
          code: 'secrets-unavailable',
          message: expect.stringMatching(/^The secret "signing" could not be read: .*(See |Give )/),
        });
        const said = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(stage.events);
        for (const token of stage.azure.authority.tokens()) expect(said).not.toContain(token);
        expect(said).not.toMatch(/hush|Bearer|eyJ|www-authenticate|federated-token-that/i);
      });

      it(`KV6 ${what} later (${on}) leaves the last good secret in use, with an alarm, until it is well again`, async () => {
        const { vault } = stage.azure;
        const secrets = stage.make(fault.kind === 'hang' ? { ttlMs: HASTY_MS } : {});
        await secrets.get('signing');
        await stage.clock.advance(1_000);
        vault.put('signing', 'renewed');
        vault.fail({ ...fault, on });
        for (let minute = 0; minute < 3; minute += 1) {
          await stage.clock.advance(TTL_MS);
          expect((await secrets.get('signing')).current).toBe('hush-hush');
          await secrets.get('signing');
        }
        expect(alarms()).toContain('secrets.outage');
        vault.heal();
        // Nobody waits in an outage; a look that a question starts ends it.
        await until(async () => {
          await stage.clock.advance(TTL_MS);
          await secrets.get('signing');
          return stage.events.some(({ event }) => event === 'secrets.recovered');
        });
        expect(await secrets.get('signing')).toEqual({ current: 'renewed', accepted: ['renewed', 'hush-hush'] });
      });
    }
  }
});

describe('an outage', () => {
  it('KV6 is told of at once and then every minute: how long it has been, and how long the last good value will last', async () => {
    const { vault } = stage.azure;
    vault.put('ending', 'value', { expiresOn: stage.clock.now() + 20 * TTL_MS });
    const secrets = stage.make();
    await secrets.get('ending');
    vault.fail({ kind: 'status', status: 503 });
    const failed = async (): Promise<number> =>
      Number(/secrets_outage_ms_count (\d+)/.exec(await stage.metrics())?.[1] ?? 0);
    for (let looks = 1; looks <= 8; looks += 1) {
      await stage.clock.advance(TTL_MS * 0.6);
      await secrets.get('ending');
      await until(async () => (await failed()) === looks);
    }
    const outages = stage.events.filter(({ event }) => event === 'secrets.outage');
    expect(outages[0]).toMatchObject({ name: 'ending', code: 'unreachable', ms: 0 });
    for (const [index, { ms = 0 }] of outages.entries())
      if (index > 0) expect(ms - (outages[index - 1]?.ms ?? 0)).toBeGreaterThanOrEqual(TTL_MS);
    expect(outages.length).toBeGreaterThanOrEqual(3);
    // Each alarm names what is left from then on: what has passed and what is left are the same twenty minutes.
    for (const { ms = 0, leftMs = 0 } of outages)
      expect(ms + leftMs).toBe(20 * TTL_MS - (outages[0]?.ms ?? 0) - TTL_MS * 0.6);
    const text = await stage.metrics();
    expect(text).toMatch(/sotto_secrets_last_good_total [1-9]/);
    expect(text).toContain('sotto_secrets_looks_total{outcome="unreachable"}');
  });

  it('of a secret that has no end names none', async () => {
    const secrets = stage.make();
    await secrets.get('signing');
    stage.azure.vault.fail({ kind: 'status', status: 503 });
    await stage.clock.advance(TTL_MS);
    await secrets.get('signing');
    const [outage] = stage.events.filter(({ event }) => event === 'secrets.outage');
    expect(outage).toMatchObject({ name: 'signing' });
    expect(outage).not.toHaveProperty('leftMs');
  });

  it('KV7 does not keep a secret beyond its end', async () => {
    const { vault } = stage.azure;
    vault.put('ending', 'value', { expiresOn: stage.clock.now() + 2 * TTL_MS });
    const secrets = stage.make();
    await secrets.get('ending');
    vault.fail({ kind: 'status', status: 503 });
    await stage.clock.advance(TTL_MS);
    expect((await secrets.get('ending')).current).toBe('value');
    await stage.clock.advance(TTL_MS - 1);
    expect((await secrets.get('ending')).current).toBe('value');
    await stage.clock.advance(1);
    await expect(secrets.get('ending')).rejects.toMatchObject({ code: 'secrets-unavailable' });
    await stage.clock.advance(TTL_MS);
    await expect(secrets.get('ending')).rejects.toMatchObject({ code: 'secrets-unavailable' });
    expect(alarms()).toContain('secrets.ended');
  });

  it('of Entra is one of the vault: no token, no secret', async () => {
    const { authority } = stage.azure;
    authority.mode('500');
    await expect(stage.make().get('signing')).rejects.toMatchObject({
      code: 'secrets-unavailable',
      message: expect.stringMatching(/could not be read: Azure gave no token for https:\/\/vault\.azure\.net/),
    });
  });

  it('KV7 does not keep a secret that the vault says is gone or disabled', async () => {
    const { vault } = stage.azure;
    const secrets = stage.make();
    const [version] = vault.versions.of('signing');
    await secrets.get('signing');
    vault.change('signing', version?.id ?? '', { enabled: false });
    await stage.clock.advance(TTL_MS);
    await expect(secrets.get('signing')).rejects.toMatchObject({ code: 'secret-missing' });
    vault.fail({ kind: 'status', status: 503 });
    await stage.clock.advance(TTL_MS);
    await expect(secrets.get('signing')).rejects.toMatchObject({ code: 'secrets-unavailable' });
    expect(alarms()).toContain('secrets.gone');
  });

  for (const fault of [{ kind: 'status', status: 503 }, { kind: 'hang' }] as const) {
    it(`KV7 does not keep a secret that is disabled while its successor cannot be read (${fault.kind})`, async () => {
      const { vault } = stage.azure;
      const secrets = stage.make({ ttlMs: HASTY_MS });
      const [version] = vault.versions.of('signing');
      await secrets.get('signing');
      await stage.clock.advance(1_000);
      vault.put('signing', 'renewed');
      vault.change('signing', version?.id ?? '', { enabled: false });
      vault.fail({ ...fault, on: 'get' });
      await stage.clock.advance(HASTY_MS);
      await expect(secrets.get('signing')).rejects.toMatchObject({ code: 'secrets-unavailable' });
      vault.heal();
      await until(async () => {
        await stage.clock.advance(HASTY_MS);
        return secrets.get('signing').then(
          ({ current, accepted }) => current === 'renewed' && accepted.length === 1,
          () => false,
        );
      });
    });
  }

  it('of one attempt is not one: it is tried again, but not where that helps nobody', async () => {
    const { vault } = stage.azure;
    for (const on of ['list', 'get'] as const) {
      vault.fail({ kind: 'status', status: 503, on, times: 2 });
      expect((await stage.make().get('signing')).current).toBe('hush-hush');
    }
    vault.fail({ kind: 'status', status: 429, retryAfterSeconds: 1, on: 'get', times: 1 });
    expect((await stage.make().get('signing')).current).toBe('hush-hush');
    const before = vault.counts().list;
    vault.fail({ kind: 'status', status: 403, on: 'list' });
    const calls = vault.calls().length;
    await expect(stage.make().get('signing')).rejects.toMatchObject({ code: 'secrets-unavailable' });
    // The challenge is skipped by the fault, so that this is the one attempt.
    expect(vault.calls().length - calls).toBeLessThanOrEqual(2);
    expect(vault.counts().list).toBe(before);
  });

  it('after a long pause that the vault asks for is not made worse by asking', async () => {
    const { vault } = stage.azure;
    const secrets = stage.make();
    await secrets.get('signing');
    vault.fail({ kind: 'status', status: 429, retryAfterSeconds: 100 });
    await stage.clock.advance(TTL_MS);
    await secrets.get('signing');
    await stage.clock.advance(99_000);
    for (let i = 0; i < 20; i += 1) await secrets.get('signing');
    // Another adapter's look, which began later, has ended: had there been one, it would have been counted.
    await expect(stage.make().get('signing')).rejects.toMatchObject({ code: 'secrets-unavailable' });
    expect(await stage.metrics()).toContain('sotto_secrets_looks_total{outcome="busy"} 2');
  });

  it('makes nobody wait once it is known as one', async () => {
    const { vault } = stage.azure;
    const secrets = stage.make();
    await secrets.get('signing');
    vault.fail({ kind: 'status', status: 503, times: 3 });
    await stage.clock.advance(TTL_MS);
    await secrets.get('signing');
    expect(alarms()).toEqual(['secrets.outage']);
    vault.fail({ kind: 'hang' });
    await stage.clock.advance(10 * TTL_MS);
    let answers = 0;
    for (let i = 0; i < 10; i += 1) {
      void secrets.get('signing').then(() => {
        answers += 1;
      });
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(answers).toBe(10);
  });

  it('of a page in the middle ends by its deadline too', async () => {
    const { vault } = stage.azure;
    vault.put('other', 'value');
    const secrets = stage.make({ ttlMs: HASTY_MS });
    await secrets.get('other');
    vault.fail({ kind: 'hang', on: 'list', skip: 1 });
    await expect(secrets.get('signing')).rejects.toMatchObject({
      code: 'secrets-unavailable',
      message: expect.stringMatching(/did not answer in time/),
    });
  });
});

describe('a right that is lacking', () => {
  it('is named: list', async () => {
    stage.azure.vault.allow(CLIENT, ['get']);
    await expect(stage.make().get('signing')).rejects.toMatchObject({
      code: 'secrets-unavailable',
      message: expect.stringMatching(
        /does not let Sotto's identity "list" secrets.*Key Vault Secrets User.*get and list/,
      ),
    });
  });

  it('is named: get', async () => {
    stage.azure.vault.allow(CLIENT, ['list']);
    await expect(stage.make().get('signing')).rejects.toMatchObject({
      code: 'secrets-unavailable',
      message: expect.stringMatching(/does not let Sotto's identity "get" secrets/),
    });
  });
});

describe('tokens of the vault', () => {
  it('that have ended are replaced without anybody noticing, and where they cannot be, the last good secret serves', async () => {
    const own = await openVaultStage({ tokenSeconds: 1 });
    const { authority, vault } = own.azure;
    const allEnded = (): Promise<void> =>
      until(() => authority.tokens().every((token) => authority.issued(token) === null));
    vault.put('signing', 'hush-hush');
    const secrets = own.make();
    await secrets.get('signing');
    await allEnded();
    const given = authority.counts().token;
    await own.clock.advance(TTL_MS);
    expect((await secrets.get('signing')).current).toBe('hush-hush');
    expect(authority.counts().token).toBeGreaterThan(given);
    expect(own.events).toEqual([]);

    await allEnded();
    authority.mode('500');
    await own.clock.advance(TTL_MS);
    expect((await secrets.get('signing')).current).toBe('hush-hush');
    expect(own.events).toMatchObject([{ event: 'secrets.outage', code: 'no-token' }]);
    await own.azure.close();
  });
});
