import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../support/until.ts';
import { openVaultStage, TTL_MS, type VaultStage } from './support.ts';

/** What runs without waiting for anything outside has run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Key Vault’s adapter', () => {
  let stage: VaultStage;
  beforeAll(async () => {
    stage = await openVaultStage();
  });
  afterAll(async () => {
    expect(stage.azure.vault.offences()).toEqual([]);
    await stage.azure.close();
  });

  /** How often the vault has answered about a secret since: pages of lists, and values. */
  const counting = (name: string): (() => { readonly list: number; readonly get: number }) => {
    const seen = stage.azure.vault.calls().length;
    return () => {
      const calls = stage.azure.vault.calls().slice(seen);
      const about = calls.filter(({ path, status }) => status === 200 && path.startsWith(`/secrets/${name}/`));
      const list = about.filter(({ path }) => path.endsWith('/versions')).length;
      return { list, get: about.length - list };
    };
  };

  it('KV5 asks the vault once, however many ask at the same time, and answers from memory afterwards', async () => {
    stage.azure.vault.put('once', 'value');
    const secrets = stage.make();
    const asked = counting('once');
    await Promise.all(Array.from({ length: 50 }, () => secrets.get('once')));
    await stage.clock.advance(TTL_MS / 2 - 1);
    await Promise.all(Array.from({ length: 50 }, () => secrets.get('once')));
    expect(asked()).toEqual({ list: 2, get: 1 });
  });

  it('asks anew before the TTL is over, and makes nobody wait for it: a slow vault delays no request', async () => {
    const { vault } = stage.azure;
    vault.put('slow', 'value');
    const secrets = stage.make();
    await secrets.get('slow');
    await stage.clock.advance(TTL_MS * 0.7);
    vault.fail({ kind: 'hang' });
    const seen = vault.counts().list;
    let answers = 0;
    for (let i = 0; i < 10; i += 1) {
      void secrets.get('slow').then(({ current }) => {
        answers += current === 'value' ? 1 : 0;
      });
    }
    await settled();
    expect(answers).toBe(10);
    vault.heal();
    await until(() => vault.counts().list > seen);
  });

  it('fetches no value twice: a version never changes', async () => {
    stage.azure.vault.put('unchanged', 'value');
    const secrets = stage.make();
    const asked = counting('unchanged');
    for (let round = 0; round < 5; round += 1) {
      await secrets.get('unchanged');
      await stage.clock.advance(TTL_MS);
    }
    expect(asked()).toEqual({ list: 10, get: 1 });
  });

  it('KV5 picks up each of a hundred rotations within the TTL, old and new accepted meanwhile', async () => {
    const { vault } = stage.azure;
    vault.put('rotating', 'v0');
    const secrets = stage.make();
    expect((await secrets.get('rotating')).accepted).toEqual(['v0']);
    for (let rotation = 1; rotation <= 100; rotation += 1) {
      await stage.clock.advance(1_000 + (rotation % 7) * 1_000);
      vault.put('rotating', `v${rotation}`);
      await stage.clock.advance(TTL_MS);
      expect(await secrets.get('rotating')).toEqual({
        current: `v${rotation}`,
        accepted: [`v${rotation}`, `v${rotation - 1}`],
      });
    }
  });

  it('KV3 finds the newest on whichever page it stands', async () => {
    for (let version = 1; version <= 70; version += 1) {
      await stage.clock.advance(1_000);
      stage.azure.vault.put('many', `v${version}`);
    }
    expect(await stage.make().get('many')).toEqual({ current: 'v70', accepted: ['v70', 'v69'] });
  });

  it('accepts as many versions as it is told, by name', async () => {
    for (const value of ['a', 'b', 'c', 'd']) {
      await stage.clock.advance(1_000);
      stage.azure.vault.put('kept', value);
    }
    expect((await stage.make({ keep: { kept: 3 } }).get('kept')).accepted).toEqual(['d', 'c', 'b']);
    expect((await stage.make({ keep: { kept: 1 } }).get('kept')).accepted).toEqual(['d']);
    for (const count of [0, 9, 1.5]) expect(() => stage.make({ keep: { kept: count } })).toThrow(/1 to 8/);
  });

  it('KV3 does not use a version before its time, and uses it as soon as that has come', async () => {
    const { vault } = stage.azure;
    vault.put('coming', 'now');
    await stage.clock.advance(1_000);
    const begins = stage.clock.now() + 20_000;
    vault.put('coming', 'later', { notBefore: begins });
    const secrets = stage.make();
    expect(await secrets.get('coming')).toEqual({ current: 'now', accepted: ['now'] });
    await stage.clock.advance(19_999);
    expect((await secrets.get('coming')).accepted).toEqual(['now']);
    await stage.clock.advance(1);
    await secrets.get('coming');
    await until(async () => (await secrets.get('coming')).current === 'later');
    expect((await secrets.get('coming')).accepted).toEqual(['later', 'now']);
  });

  it('KV4 refuses the old one once it has expired or is disabled, and goes on with the new one', async () => {
    const { vault } = stage.azure;
    const expiring = vault.put('ending', 'old', { expiresOn: stage.clock.now() + 5_000 });
    await stage.clock.advance(1_000);
    vault.put('ending', 'new');
    const secrets = stage.make();
    expect((await secrets.get('ending')).accepted).toEqual(['new', 'old']);
    await stage.clock.advance(4_000);
    expect((await secrets.get('ending')).accepted).toEqual(['new']);
    vault.change('ending', expiring, { expiresOn: null });
    await stage.clock.advance(TTL_MS);
    expect((await secrets.get('ending')).accepted).toEqual(['new', 'old']);
    vault.change('ending', expiring, { enabled: false });
    await stage.clock.advance(TTL_MS);
    expect((await secrets.get('ending')).accepted).toEqual(['new']);
  });

  /** As the vault keeps times. */
  const wholeSecond = (): number => Math.ceil(stage.clock.now() / 1_000) * 1_000;

  it('KV7 opens by an older key past its end, where another begins the moment it ends, until it is disabled', async () => {
    const { vault } = stage.azure;
    const turn = wholeSecond() + 2 * TTL_MS;
    const old = vault.put('sealing', 'one', { expiresOn: turn });
    await stage.clock.advance(1_000);
    vault.put('sealing', 'two', { notBefore: turn });
    const secrets = stage.make({ untilDisabled: ['sealing'], expiryLeadMs: 0 });
    expect(await secrets.get('sealing')).toEqual({ current: 'one', accepted: ['one'] });
    await stage.clock.advance(turn - stage.clock.now());
    await until(async () => (await secrets.get('sealing')).current === 'two');
    for (const wait of [0, TTL_MS, 1_000 * TTL_MS]) {
      await stage.clock.advance(wait);
      expect((await secrets.get('sealing')).accepted).toEqual(['two', 'one']);
      // So does a process that has only just begun.
      expect((await stage.make({ untilDisabled: ['sealing'] }).get('sealing')).accepted).toEqual(['two', 'one']);
    }
    vault.fail({ kind: 'status', status: 503 });
    await stage.clock.advance(TTL_MS);
    expect((await secrets.get('sealing')).accepted).toEqual(['two', 'one']);
    vault.heal();
    vault.change('sealing', old, { enabled: false });
    await stage.clock.advance(TTL_MS);
    await until(async () => (await secrets.get('sealing')).accepted.join() === 'two');
  });

  it('KV7 seals by no key past its end, and opens by none where nothing follows; what follows later opens with it again', async () => {
    const { vault } = stage.azure;
    const end = wholeSecond() + TTL_MS;
    const first = vault.put('ending-key', 'one', { expiresOn: end });
    const secrets = stage.make({ untilDisabled: ['ending-key'], expiryLeadMs: 0 });
    expect((await secrets.get('ending-key')).until).toBe(end);
    await stage.clock.advance(TTL_MS);
    await expect(secrets.get('ending-key')).rejects.toMatchObject({ code: 'secret-missing' });
    vault.put('ending-key', 'two', { expiresOn: wholeSecond() + 5 * TTL_MS });
    await stage.clock.advance(TTL_MS);
    expect((await secrets.get('ending-key')).accepted).toEqual(['two', 'one']);
    // The newest ends before an older one does: what it sealed meanwhile still opens.
    vault.change('ending-key', first, { expiresOn: null });
    await stage.clock.advance(5 * TTL_MS);
    await until(async () => (await secrets.get('ending-key')).current === 'one');
    expect((await secrets.get('ending-key')).accepted).toEqual(['one', 'two']);
  });

  it('goes back to the version before, when the newest is disabled', async () => {
    const { vault } = stage.azure;
    vault.put('back', 'good');
    await stage.clock.advance(1_000);
    const bad = vault.put('back', 'bad');
    const secrets = stage.make();
    expect((await secrets.get('back')).current).toBe('bad');
    vault.change('back', bad, { enabled: false });
    await stage.clock.advance(TTL_MS);
    expect(await secrets.get('back')).toEqual({ current: 'good', accepted: ['good'] });
  });

  it('KV9 says of each state what it is and how to mend it, with a sentence of its own', async () => {
    const { vault } = stage.azure;
    vault.put('is-disabled', 'v', { enabled: false });
    vault.put('has-expired', 'v', { expiresOn: stage.clock.now() - 1_000 });
    vault.put('not-yet', 'v', { notBefore: stage.clock.now() + 1_000_000 });
    const secrets = stage.make();
    for (const [name, sentence] of [
      ['missing', /"missing" is missing: localhost:\d+ holds none of that name\. Put it there: az keyvault secret set/],
      ['is-disabled', /"is-disabled" is disabled in localhost.*Enable a version/],
      ['has-expired', /"has-expired" has expired in localhost.*Put a new version there/],
      ['not-yet', /"not-yet" in localhost:\d+ is not valid yet.*Wait for its "not before"/],
    ] as const)
      await expect(secrets.get(name)).rejects.toMatchObject({
        code: 'secret-missing',
        message: expect.stringMatching(sentence),
      });
    vault.listMissingAs404(true);
    await expect(stage.make().get('missing')).rejects.toMatchObject({ code: 'secret-missing' });
    vault.listMissingAs404(false);
  });

  it('asks again for what was missing only after a while', async () => {
    const secrets = stage.make();
    const asked = counting('nothing');
    for (let i = 0; i < 20; i += 1)
      await expect(secrets.get('nothing')).rejects.toMatchObject({ code: 'secret-missing' });
    expect(asked().list).toBe(1);
    stage.azure.vault.put('nothing', 'something');
    await stage.clock.advance(5_000);
    expect((await secrets.get('nothing')).current).toBe('something');
  });

  it('takes one newline at the end for no part of a secret, and refuses one that is empty or too large', async () => {
    const { vault } = stage.azure;
    vault.put('newline', 'value\n');
    vault.put('empty', '\n');
    vault.put('large', 'x'.repeat(64 * 1024 + 1));
    const secrets = stage.make();
    expect((await secrets.get('newline')).current).toBe('value');
    await expect(secrets.get('empty')).rejects.toMatchObject({
      code: 'settings',
      message: expect.stringMatching(/is empty/),
    });
    await expect(secrets.get('large')).rejects.toMatchObject({
      code: 'settings',
      message: expect.stringMatching(/larger/),
    });
  });

  it('goes on with what it has when somebody puts an empty version there, and raises the alarm', async () => {
    const { vault } = stage.azure;
    vault.put('spoilt', 'good');
    const secrets = stage.make();
    await secrets.get('spoilt');
    await stage.clock.advance(1_000);
    vault.put('spoilt', '');
    await stage.clock.advance(TTL_MS);
    expect((await secrets.get('spoilt')).current).toBe('good');
    expect(stage.events).toContainEqual(
      expect.objectContaining({ event: 'secrets.outage', name: 'spoilt', code: 'settings' }),
    );
  });

  it('looks again when the clock was set back', async () => {
    const { vault } = stage.azure;
    vault.put('clock', 'old');
    let shift = 0;
    const secrets = stage.make({ clock: { now: () => stage.clock.now() + shift, sleep: async () => undefined } });
    await secrets.get('clock');
    await stage.clock.advance(1_000);
    vault.put('clock', 'new');
    shift = -3_600_000;
    expect((await secrets.get('clock')).current).toBe('new');
  });

  it('looks after what it knows while nobody asks, until it is stopped', async () => {
    const { vault } = stage.azure;
    vault.put('unasked', 'old');
    const secrets = stage.make({ clock: stage.clock });
    await secrets.get('unasked');
    secrets.start();
    secrets.start();
    await stage.clock.advance(1_000);
    vault.put('unasked', 'new');
    const asked = counting('unasked');
    await stage.clock.advance(TTL_MS * 0.7);
    await until(() => asked().get === 1);
    // Nobody has to wait for it now.
    let answer = '';
    await until(async () => (await secrets.get('unasked')).current === 'new');
    void secrets.get('unasked').then(({ current }) => {
      answer = current;
    });
    await settled();
    expect(answer).toBe('new');
    secrets.stop();
    await settled();
    expect(stage.clock.sleeping()).toBe(0);
    const after = counting('unasked');
    await stage.clock.advance(10 * TTL_MS);
    expect(after()).toEqual({ list: 0, get: 0 });
  });

  it('KV8 warns thirty days ahead, once in six hours, of a secret that will end with nothing to replace it', async () => {
    const { vault } = stage.azure;
    const day = 24 * 3_600_000;
    const now = stage.clock.now();
    vault.put('expiring', 'v', { expiresOn: now + 29 * day });
    vault.put('replaced', 'v', { expiresOn: now + 10 * day });
    vault.put('shortly', 'v', { expiresOn: now + 10 * day });
    vault.put('lasting', 'v', { expiresOn: now + 31 * day });
    await stage.clock.advance(1_000);
    vault.put('replaced', 'w', { notBefore: now + 5 * day });
    vault.put('shortly', 'w', { expiresOn: now + 12 * day });
    const names = ['expiring', 'replaced', 'shortly', 'lasting'] as const;
    const secrets = stage.make();
    const ends = [];
    for (let round = 0; round < 3; round += 1) {
      for (const name of names) {
        const { until: end = null } = await secrets.get(name);
        ends.push(end === null ? null : Math.round((end - now) / day));
      }
      await stage.clock.advance(TTL_MS);
    }
    expect(ends.slice(0, 4)).toEqual([29, null, 12, 31]);
    const warned = () =>
      stage.events.filter(({ event }) => event === 'secrets.expiring').map(({ name, leftMs = 0 }) => [name, leftMs]);
    expect(warned().map(([name]) => name)).toEqual(['expiring', 'shortly']);
    expect(Number(warned()[0]?.[1]) / day).toBeCloseTo(29, 2);
    expect(await stage.metrics()).toContain('sotto_secrets_expiring_total 2');

    await stage.clock.advance(6 * 3_600_000);
    await secrets.get('expiring');
    await until(() => warned().length === 3);
    expect(warned()[2]?.[0]).toBe('expiring');
    // The lead is the operator's to choose.
    await stage.make({ expiryLeadMs: 40 * day }).get('lasting');
    expect(warned().at(-1)?.[0]).toBe('lasting');
  });
});

describe('the address of a vault', () => {
  it('KV1 is https at one of Azure’s hosts, or a stand-in’s on this machine, and nothing else', async () => {
    const stage = await openVaultStage();
    const make = (url: string, unsafeStandIn: boolean) => () => stage.make({ url, unsafeStandIn });
    for (const url of [
      'https://acme-sotto.vault.azure.net',
      'https://acme-sotto.vault.azure.net/',
      'https://acme.vault.usgovcloudapi.net',
      'https://acme.vault.azure.cn',
    ]) {
      expect(make(url, false)).not.toThrow();
      expect(make(url, true)).toThrow(/not at https on this machine/);
    }
    for (const url of [
      'http://acme.vault.azure.net',
      'https://vault.azure.net',
      'https://acme.vault.azure.net.example.com',
      'https://example.com/acme.vault.azure.net',
      'https://acme.vault.azure.net/secrets',
      'https://acme.vault.azure.net/?a=b',
      'https://acme.vault.azure.net/#a',
      'https://me:pass@acme.vault.azure.net',
      'https://a.b.vault.azure.net',
      'https://xvault.azure.net',
      'acme.vault.azure.net',
      '',
      'https://localhost:1234',
      'https://127.0.0.1:1234',
    ])
      expect(make(url, false)).toThrow(/not one of Azure Key Vault/);
    for (const url of [
      'http://localhost:1234',
      'http://127.0.0.1:1',
      'https://localhost.example.com',
      'https://10.0.0.1',
    ])
      expect(make(url, true)).toThrow(/not at https on this machine/);
    await stage.azure.close();
  });
});
