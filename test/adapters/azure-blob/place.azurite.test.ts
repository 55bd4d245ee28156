/** Against the real azurite, over https, with tokens. It knows no immutability: `locks.test.ts` has that. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BlobPlaceOptions, createBlobPlace } from '../../../src/adapters/azure-blob/place.ts';
import type { BackupPlace } from '../../../src/core/backup-ports.ts';
import { backupPlaceContract } from '../../contracts/backup-place.ts';
import { type Azurite, startAzurite } from '../../support/azurite.ts';

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.close());

const placeAt = (url: string, over: Partial<BlobPlaceOptions> = {}): BackupPlace =>
  createBlobPlace({
    url,
    unsafeStandIn: true,
    credential: azurite.credential,
    auditLockMs: 0,
    clock: { now: () => Date.now(), sleep: async () => undefined },
    random: { id: () => 'id', fraction: () => 0.5 },
    ca: azurite.azure.certificate.cert,
    ...over,
  });

backupPlaceContract('azurite', async () => {
  const url = await azurite.container();
  return { place: placeAt(url), again: async () => placeAt(url) };
});

describe('a container', () => {
  it('is listed page by page, all of it and nothing that is no backup', async () => {
    const url = await azurite.container();
    const place = placeAt(url, { pageSize: 3 });
    const names = Array.from({ length: 8 }, (_, n) => `of-${n}`);
    for (const name of names) await place.write({ kind: 'state', name, bytes: Buffer.from(name) });
    for (const foreign of ['state/UPPER', 'state/inner/one', 'statement', 'other/of-1'])
      await azurite.client(url).getBlockBlobClient(foreign).upload('x', 1);
    expect((await place.list('state')).map(({ name }) => name)).toEqual(names);
  });

  it('takes and gives what is larger than one packet by far', async () => {
    const place = placeAt(await azurite.container());
    const bytes = randomBytes(24 * 1024 * 1024);
    expect(await place.write({ kind: 'state', name: 'large', bytes })).toBe('written');
    const read = await place.read({ kind: 'state', name: 'large', mostBytes: bytes.length });
    expect(read?.equals(bytes)).toBe(true);
  });

  it('that is not there is not made: the sentence has the command', async () => {
    const url = (await azurite.container()).replace(/[^/]+$/, 'never-made');
    const place = placeAt(url);
    for (const verb of [
      () => place.list('state'),
      () => place.read({ kind: 'state', name: 'one', mostBytes: 1 }),
      () => place.write({ kind: 'state', name: 'one', bytes: Buffer.from('1') }),
      () => place.remove('one'),
    ])
      await expect(verb()).rejects.toMatchObject({
        code: 'backup-unavailable',
        message: expect.stringContaining(
          'az storage container create --auth-mode login --account-name devstoreaccount1 --name never-made',
        ),
      });
    expect(await azurite.client(url).exists()).toBe(false);
  });

  it('that cannot lock gets no audit stretch that should be locked, and is not written to', async () => {
    const url = await azurite.container();
    const place = placeAt(url, { auditLockMs: 60_000 });
    await expect(place.write({ kind: 'audit', name: 'one', bytes: Buffer.from('1') })).rejects.toMatchObject({
      code: 'backup-unavailable',
      message: expect.stringContaining('no version-level immutability'),
    });
    expect(await azurite.client(url).getBlobClient('audit/one').exists()).toBe(false);
    expect(await place.write({ kind: 'state', name: 'one', bytes: Buffer.from('1') })).toBe('written');
  });

  it('refuses a token for something else, and says that it is the token', async () => {
    const place = placeAt(await azurite.container(), {
      credential: {
        getToken: async () => ({
          token: `${Buffer.from('{}').toString('base64url')}.${Buffer.from('{"aud":"https://vault.azure.net"}').toString('base64url')}.x`,
          expiresOnTimestamp: Date.now() + 60_000,
        }),
      },
    });
    await expect(place.list('state')).rejects.toMatchObject({
      code: 'backup-unavailable',
      message: expect.stringContaining("does not accept Sotto's token"),
    });
  });

  it('is written to by nobody without a token: the sentence says what Entra said', async () => {
    const url = await azurite.container();
    azurite.azure.authority.setSecret('66666666-7777-8888-9999-000000000000', null);
    const { createAzureCredential } = await import('../../../src/adapters/azure/credential.ts');
    const credential = createAzureCredential({
      kind: 'client-secret',
      tenantId: '11111111-2222-3333-4444-555555555555',
      clientId: '66666666-7777-8888-9999-000000000000',
      secret: 'wrong',
      unsafeAuthorityHost: azurite.azure.authority.url,
      ca: azurite.azure.certificate.cert,
    });
    await expect(placeAt(url, { credential }).list('state')).rejects.toMatchObject({
      code: 'backup-unavailable',
      message: expect.stringMatching(/Azure gave no token .*AADSTS7000215/),
    });
  });

  it('that goes away is said to be away, and serves again once it is back', async () => {
    const url = await azurite.container();
    const place = placeAt(url);
    await place.write({ kind: 'state', name: 'one', bytes: Buffer.from('1') });
    await azurite.kill();
    await expect(place.list('state')).rejects.toMatchObject({
      code: 'backup-unavailable',
      message: expect.stringContaining('cannot be reached (ECONNREFUSED)'),
    });
    await azurite.start();
    await azurite.client(url).create();
    expect(await place.list('state')).toEqual([]);
    expect(await place.write({ kind: 'state', name: 'one', bytes: Buffer.from('1') })).toBe('written');
  });
});
