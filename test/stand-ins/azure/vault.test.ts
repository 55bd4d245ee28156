/** The stand-in is held to the vendor's own client, and to what a client must not do. */
import { request } from 'node:https';
import { SecretClient, type SecretClientOptions } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAzureCredential } from '../../../src/adapters/azure/credential.ts';
import { type AzureStage, CLIENT, CLIENT_SECRET, openAzureStage, TENANT } from './stage.ts';

let azure: AzureStage;
let client: SecretClient;
let make: (over?: SecretClientOptions) => SecretClient;
beforeAll(async () => {
  azure = await openAzureStage();
  azure.vault.allow(CLIENT, ['get', 'list', 'set']);
  const ca = azure.certificate.cert;
  const credential = createAzureCredential({
    kind: 'client-secret',
    tenantId: TENANT,
    clientId: CLIENT,
    secret: CLIENT_SECRET,
    unsafeAuthorityHost: azure.authority.url,
    ca,
  });
  make = (over = {}) =>
    new SecretClient(azure.vault.url, credential, {
      disableChallengeResourceVerification: true,
      tlsOptions: { ca },
      retryOptions: { maxRetries: 0 },
      ...over,
    });
  client = make();
});
afterAll(() => azure.close());

/** A request as no client sends it. */
const raw = (method: string, path: string, body?: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(`${azure.vault.url}${path}`, { method, headers, ca: azure.certificate.cert }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(body);
  });

describe('the stand-in for Key Vault', () => {
  it('takes versions, gives the newest whatever its state, and one by its id', async () => {
    const later = new Date(Date.now() + 3_600_000);
    const first = await client.setSecret('key', 'one');
    await client.setSecret('key', 'two', { notBefore: later });
    // The vault enforces no "not before": its newest is its newest.
    const newest = await client.getSecret('key');
    expect(newest.value).toBe('two');
    expect(newest.properties.notBefore?.getTime()).toBe(Math.floor(later.getTime() / 1_000) * 1_000);
    const { version = '' } = first.properties;
    expect((await client.getSecret('key', { version })).value).toBe('one');
    await client.setSecret('key', 'three', { enabled: false }).catch(() => undefined);
    await expect(client.getSecret('key')).rejects.toMatchObject({ statusCode: 403, code: 'Forbidden' });
    await expect(client.getSecret('nothing')).rejects.toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
  });

  it('lists secrets and versions without their values, over pages', async () => {
    for (let version = 0; version < 60; version += 1) await client.setSecret('many', `value-${version}`);
    const pages: number[] = [];
    for await (const page of client.listPropertiesOfSecretVersions('many').byPage()) {
      pages.push(page.length);
      expect(JSON.stringify(page)).not.toContain('value-');
    }
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.reduce((sum, page) => sum + page, 0)).toBe(60);
    const names: string[] = [];
    for await (const { name } of client.listPropertiesOfSecrets()) names.push(name);
    expect(names.toSorted()).toEqual(['key', 'many']);
    expect(azure.vault.offences()).toEqual([]);
  });

  it('records a body before the token, an unknown path and an unknown api-version', async () => {
    expect(await raw('PUT', '/secrets/key?api-version=2026-04-01', '{"value":"x"}')).toBe(401);
    expect(await raw('GET', '/keys/key?api-version=2026-04-01')).toBe(404);
    expect(azure.vault.offences()).toEqual(['a body before the token', 'GET /keys/key']);
    const ca = azure.certificate.cert;
    await expect(make({ serviceVersion: '7.0' }).getSecret('key')).rejects.toMatchObject({ statusCode: 400 });
    expect(azure.vault.offences().at(-1)).toBe('api-version 7.0');
    const strange = new SecretClient(azure.vault.url, { getToken: async () => null }, { tlsOptions: { ca } });
    // With its check of the challenge on, the vendor's client gives this host no token at all.
    await expect(strange.getSecret('key')).rejects.toThrow(/does not match the requested domain/);
  });
});
