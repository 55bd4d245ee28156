/** A data key wrapped by a key of the stand-in's vault, over https. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createAzureCredential } from '../../../src/adapters/azure/credential.ts';
import { isWrapped } from '../../../src/adapters/key-vault/key-address.ts';
import { createKeyWrapping } from '../../../src/adapters/key-vault/wrapping.ts';
import { type AzureStage, CLIENT, openAzureStage, TENANT } from '../../stand-ins/azure/stage.ts';

let azure: AzureStage;
let version = '';
beforeAll(async () => {
  azure = await openAzureStage();
  version = azure.vault.keys.make('sotto');
});
beforeEach(() => {
  azure.vault.heal();
  azure.vault.allow(CLIENT, ['getKey', 'wrapKey', 'unwrapKey']);
});
afterAll(async () => {
  expect(azure.vault.offences()).toEqual([]);
  await azure.close();
});

const make = (over: { readonly keyUrl?: string; readonly unsafeStandIn?: boolean; readonly callMs?: number } = {}) =>
  createKeyWrapping({
    keyUrl: `${azure.vault.url}/keys/sotto`,
    unsafeStandIn: true,
    ca: azure.certificate.cert,
    credential: createAzureCredential({
      kind: 'workload-identity',
      tenantId: TENANT,
      clientId: CLIENT,
      tokenFile: azure.tokenFile,
      unsafeAuthorityHost: azure.authority.url,
      ca: azure.certificate.cert,
    }),
    ...over,
  });

const newKey = (): string => randomBytes(32).toString('base64');

describe('a data key wrapped by a key of Key Vault', () => {
  it('says which version wrapped it, holds nothing of it, and is unwrapped by the vault', async () => {
    const wrapping = make();
    const dataKey = newKey();
    const wrapped = await wrapping.wrap(dataKey);
    expect(wrapped.startsWith(`wrapped.v1.${azure.vault.url}/keys/sotto/${version}.`)).toBe(true);
    expect(isWrapped(wrapped)).toBe(true);
    expect(isWrapped(dataKey)).toBe(false);
    expect(wrapped).not.toContain(dataKey.slice(0, 20));
    expect(await wrapping.unwrap(wrapped)).toBe(dataKey);
    expect(await make().unwrap(wrapped)).toBe(dataKey);
    expect(await wrapping.wrap(dataKey)).not.toBe(wrapped);
  });

  it('is unwrapped by the right to do so alone: the key itself is never asked for', async () => {
    const wrapped = await make().wrap(newKey());
    azure.vault.allow(CLIENT, ['unwrapKey']);
    await expect(make().unwrap(wrapped)).resolves.toHaveLength(44);
    await expect(make().wrap(newKey())).rejects.toThrow('"get" with it');
  });

  it('is unwrapped by the version that wrapped it once the key was rotated', async () => {
    const wrapping = make();
    const [first, dataKey] = [version, newKey()];
    const old = await wrapping.wrap(dataKey);
    version = azure.vault.keys.make('sotto');
    const fresh = await wrapping.wrap(dataKey);
    expect([old.includes(first), fresh.includes(version)]).toEqual([true, true]);
    expect(await wrapping.unwrap(old)).toBe(dataKey);
    expect(await wrapping.unwrap(fresh)).toBe(dataKey);
    azure.vault.keys.disable('sotto', first);
    await expect(wrapping.unwrap(old)).rejects.toThrow('that version of it is disabled');
    expect(await wrapping.unwrap(fresh)).toBe(dataKey);
    azure.vault.keys.disable('sotto', first, false);
  });

  it.each([
    {
      how: 'forbidden',
      fault: { kind: 'status', status: 403 },
      code: 'secrets-unavailable',
      says: 'Crypto Service Encryption User',
    },
    {
      how: 'busy',
      fault: { kind: 'status', status: 429, retryAfterSeconds: 1 },
      code: 'secrets-unavailable',
      says: 'too much to do',
    },
    { how: 'down', fault: { kind: 'status', status: 503 }, code: 'secrets-unavailable', says: 'cannot be reached' },
    { how: 'cut off', fault: { kind: 'reset' }, code: 'secrets-unavailable', says: 'cannot be reached' },
    { how: 'silent', fault: { kind: 'hang' }, code: 'secrets-unavailable', says: 'did not answer in time' },
  ] as const)(
    'is refused with a sentence of its own where the vault is $how, and repeats nothing of it',
    async ({ fault, code, says }) => {
      const wrapped = await make().wrap(newKey());
      const wrapping = make({ callMs: 1_500 });
      azure.vault.fail({ on: 'key', ...fault });
      const refusal: unknown = await wrapping.unwrap(wrapped).then(
        () => null,
        (error: unknown) => error,
      );
      expect(refusal).toMatchObject({ code });
      const text = JSON.stringify(refusal, Object.getOwnPropertyNames(refusal ?? {})) + String(refusal);
      expect(text).toContain(says);
      expect(text).not.toContain(wrapped.slice(-40));
      for (const token of azure.authority.tokens()) expect(text).not.toContain(token);
    },
  );

  it('is refused where the key is gone, was another one, or what was wrapped is no data key', async () => {
    const wrapping = make();
    const wrapped = await wrapping.wrap(newKey());
    await expect(make({ keyUrl: `${azure.vault.url}/keys/other` }).unwrap(wrapped)).rejects.toMatchObject({
      code: 'settings',
      message: expect.stringContaining('wrapped by another key'),
    });
    const elsewhere = wrapped.replace(version, 'f'.repeat(32));
    await expect(wrapping.unwrap(elsewhere)).rejects.toThrow('no such key, or not this version');
    const short = await wrapping.wrap(Buffer.alloc(16, 1).toString('base64'));
    await expect(wrapping.unwrap(short)).rejects.toMatchObject({ code: 'settings' });
    await expect(wrapping.unwrap(short)).rejects.toThrow('not 32 bytes');
  });

  it('is refused where any part of it was changed, and only what is whole is sent', async () => {
    const wrapping = make();
    const wrapped = await wrapping.wrap(newKey());
    const dot = wrapped.lastIndexOf('.');
    const sent = azure.vault.calls().length;
    for (const wrong of [
      wrapped.slice(0, dot),
      `${wrapped.slice(0, dot)}.`,
      `${wrapped}=`,
      wrapped.replace('wrapped.v1.', 'wrapped.v2.'),
      wrapped.replace(version, version.slice(1)),
      wrapped.replace('/keys/sotto', '/keys/sotto/../x'),
      wrapped.replace(azure.vault.url, 'https://evil.example.com'),
      wrapped.replace(azure.vault.url, `${azure.vault.url.replace('https://', 'https://x@')}`),
      `wrapped.v1.${'A'.repeat(2_000)}`,
    ]) {
      await expect(wrapping.unwrap(wrong)).rejects.toMatchObject({ code: 'settings' });
    }
    expect(azure.vault.calls()).toHaveLength(sent);
    const flipped = `${wrapped.slice(0, dot + 5)}${wrapped[dot + 5] === 'A' ? 'B' : 'A'}${wrapped.slice(dot + 6)}`;
    await expect(wrapping.unwrap(flipped)).rejects.toMatchObject({ code: 'settings' });
  });

  it('is wrapped and unwrapped by Key Vault alone', () => {
    for (const keyUrl of [
      'http://localhost/keys/sotto',
      'https://evil.example.com/keys/sotto',
      `${azure.vault.url}/keys/sotto/${version}`,
      `${azure.vault.url}/secrets/sotto`,
      `${azure.vault.url}/keys/`,
      `${azure.vault.url}/keys/a?x=1`,
      azure.vault.url.replace('https://', 'https://user:word@').concat('/keys/sotto'),
      'no address',
    ])
      expect(() => make({ keyUrl })).toThrow(expect.objectContaining({ code: 'settings' }));
    expect(() => make({ unsafeStandIn: false })).toThrow(expect.objectContaining({ code: 'settings' }));
    expect(() => make({ keyUrl: 'https://acme.vault.azure.net/keys/sotto', unsafeStandIn: false })).not.toThrow();
    expect(() => make({ keyUrl: 'https://acme.vault.azure.net.evil.com/keys/sotto', unsafeStandIn: false })).toThrow(
      expect.objectContaining({ code: 'settings' }),
    );
  });
});
