import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFileSecrets, ensureFileSecrets } from '../../../src/adapters/files/secrets.ts';
import { secretsContract } from '../../contracts/secrets.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Written beside and moved in, as an editor or a deployment does it. */
const put = (name: string, value: string | Buffer, mode = 0o600): void => {
  writeFileSync(join(folder, '.new'), value, { mode });
  chmodSync(join(folder, '.new'), mode);
  renameSync(join(folder, '.new'), join(folder, name));
};

secretsContract('the secrets folder', async () => {
  const clock = createFakeClock();
  return {
    secrets: createFileSecrets({ folder, clock }),
    put: async (name, value) => put(name, `${value}\n`),
    rotate: async (name, value) => {
      put(`${name}.previous`, readFileSync(join(folder, name)));
      put(name, value);
    },
    retire: async (name) => rmSync(join(folder, `${name}.previous`)),
    takeAway: async (name) => rmSync(join(folder, name)),
    goAway: async () => rmSync(folder, { recursive: true }),
    pass: () => clock.advance(1_000),
  };
});

describe('the secrets folder reads', () => {
  const get = async (name: string): Promise<string> => (await createFileSecrets({ folder }).get(name)).current;

  it('one newline at the end as no part of the secret, and everything else as it is', async () => {
    for (const [written, read] of [
      ['a', 'a'],
      ['a\n', 'a'],
      ['a\r\n', 'a'],
      ['a\n\n', 'a\n'],
      [' a \n', ' a '],
    ] as const) {
      put('key', written);
      expect(await get('key')).toBe(read);
    }
  });

  it('a changed file within a second, and the file no more than once a second', async () => {
    const clock = createFakeClock();
    const secrets = createFileSecrets({ folder, clock });
    put('key', 'one');
    expect((await secrets.get('key')).current).toBe('one');
    put('key', 'two');
    await clock.advance(999);
    expect((await secrets.get('key')).current).toBe('one');
    await clock.advance(1);
    expect((await secrets.get('key')).current).toBe('two');
  });

  it('a file that was rewritten in place with as many bytes', async () => {
    const clock = createFakeClock();
    const secrets = createFileSecrets({ folder, clock });
    put('key', 'one');
    await secrets.get('key');
    await new Promise((resolve) => setTimeout(resolve, 20)); // File times are as fine as the kernel's tick.
    writeFileSync(join(folder, 'key'), 'two');
    await clock.advance(1_000);
    expect((await secrets.get('key')).current).toBe('two');
  });

  it('the same value before and after a rotation as one value', async () => {
    put('key', 'same');
    put('key.previous', 'same\n');
    expect((await createFileSecrets({ folder }).get('key')).accepted).toEqual(['same']);
  });

  it('no secret that others may open, and says what to run', async () => {
    for (const mode of [0o640, 0o604, 0o660, 0o610]) {
      put('key', 'value', mode);
      await expect(get('key')).rejects.toMatchObject({
        code: 'settings',
        message: expect.stringContaining(`chmod 600 ${join(folder, 'key')}`),
      });
    }
    put('key', 'value', 0o400);
    expect(await get('key')).toBe('value');
  });

  it('no predecessor that others may open', async () => {
    put('key', 'value');
    put('key.previous', 'old', 0o644);
    await expect(get('key')).rejects.toMatchObject({ code: 'settings' });
  });

  it('nothing from a folder that others may write to', async () => {
    put('key', 'value');
    chmodSync(folder, 0o777);
    await expect(get('key')).rejects.toMatchObject({
      code: 'settings',
      message: expect.stringContaining(`chmod 700 ${folder}`),
    });
  });

  it('no name that could lead out of the folder', async () => {
    mkdirSync(join(folder, 'in'), { mode: 0o700 });
    put('outside', 'value');
    const secrets = createFileSecrets({ folder: join(folder, 'in') });
    for (const name of [
      '../outside',
      '/etc/hostname',
      'a/b',
      '.',
      '..',
      '',
      'a\0b',
      'a.previous',
      '-a',
      'a'.repeat(200),
    ]) {
      await expect(secrets.get(name)).rejects.toMatchObject({ code: 'settings' });
    }
  });

  it('nothing that is empty, too large, no text or no file, and never waits for a pipe', async () => {
    put('empty', '\n');
    put('large', 'x'.repeat(64 * 1024 + 1));
    put('binary', Buffer.of(0xff, 0xfe, 0x00));
    mkdirSync(join(folder, 'folder'));
    execFileSync('/usr/bin/env', ['mkfifo', '-m', '600', join(folder, 'pipe')]);
    for (const name of ['empty', 'large', 'binary', 'folder', 'pipe']) {
      await expect(get(name)).rejects.toMatchObject({ code: 'settings', message: expect.stringContaining(name) });
    }
    put('largest', 'x'.repeat(64 * 1024));
    expect(await get('largest')).toHaveLength(64 * 1024);
  });

  it('no value into an error', async () => {
    put('key', 'hush-hush', 0o644);
    await expect(get('key')).rejects.toMatchObject({ message: expect.not.stringContaining('hush') });
  });
});

describe('making secrets', () => {
  const wanted = {
    'data-key': 'random-32-bytes',
    'audit-signing-key': 'ed25519-key',
    'slack-signing-secret': 'token',
    'slack-bot-token': 'slack-bot-token',
  } as const;

  it('gives each its shape, readable by us alone, in a folder of our own', async () => {
    const fresh = join(folder, 'made', 'secrets');
    expect(await ensureFileSecrets({ folder: fresh, wanted })).toEqual(Object.keys(wanted));
    const secrets = createFileSecrets({ folder: fresh });
    const get = async (name: string): Promise<string> => (await secrets.get(name)).current;
    expect(Buffer.from(await get('data-key'), 'base64')).toHaveLength(32);
    expect(createPrivateKey(await get('audit-signing-key')).asymmetricKeyType).toBe('ed25519');
    expect(await get('slack-signing-secret')).toMatch(/^[\w-]{43}$/);
    expect(await get('slack-bot-token')).toMatch(/^xoxb-[0-9a-f]{64}$/);
    expect(statSync(fresh).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(fresh)) expect(statSync(join(fresh, name)).mode & 0o777).toBe(0o600);
  });

  it('keeps what is there and leaves no drafts', async () => {
    put('data-key', 'mine');
    expect(await ensureFileSecrets({ folder, wanted })).not.toContain('data-key');
    expect(await ensureFileSecrets({ folder, wanted })).toEqual([]);
    expect(readFileSync(join(folder, 'data-key'), 'utf8')).toBe('mine');
    expect(readdirSync(folder).toSorted()).toEqual(Object.keys(wanted).toSorted());
  });

  it('makes one secret where many make it at the same time', async () => {
    await Promise.all(Array.from({ length: 10 }, () => ensureFileSecrets({ folder, wanted })));
    const first = readFileSync(join(folder, 'data-key'), 'utf8');
    await ensureFileSecrets({ folder, wanted });
    expect(readFileSync(join(folder, 'data-key'), 'utf8')).toBe(first);
    expect(readdirSync(folder)).toHaveLength(4);
  });

  it('says so where it cannot write', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(ensureFileSecrets({ folder: join(folder, 'file', 'below'), wanted })).rejects.toMatchObject({
      code: 'secrets-unavailable',
    });
  });
});
