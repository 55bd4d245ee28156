import { inspect } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TokenCredential } from '../../../src/adapters/azure/credential.ts';
import { createRotatingCredential } from '../../../src/adapters/azure/rotating.ts';
import { createMetrics } from '../../../src/adapters/metrics/metrics.ts';
import { createClientCertificate } from '../../stand-ins/azure/certificate.ts';
import { type AzureStage, CLIENT, CLIENT_SECRET, openAzureStage, TENANT } from '../../stand-ins/azure/stage.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

const SCOPE = 'https://vault.azure.net/.default';

type Made = Awaited<ReturnType<typeof createClientCertificate>>;
let [one, two, three] = [] as unknown as [Made, Made, Made];
let azure: AzureStage;
let clock: FakeClock;
let logged: string[];
let accepted: readonly string[];
beforeAll(async () => {
  [one, two, three] = await Promise.all([
    createClientCertificate(),
    createClientCertificate(),
    createClientCertificate(),
  ]);
});
beforeEach(async () => {
  azure = await openAzureStage();
  clock = createFakeClock();
  logged = [];
});
afterEach(() => azure.close());

const make = (by: 'client-secret' | 'client-certificate'): TokenCredential => {
  const note = (event: string, fields?: object): void => {
    logged.push(JSON.stringify({ event, ...fields }));
  };
  return createRotatingCredential({
    by,
    tenantId: TENANT,
    clientId: CLIENT,
    name: 'proof',
    secret: async () => ({ current: accepted[0] ?? '', accepted }),
    unsafeAuthorityHost: azure.authority.url,
    ca: azure.certificate.cert,
    clock,
    log: { info: note, warn: note, error: note },
    metrics: createMetrics(),
  });
};
const tokenOf = async (credential: TokenCredential): Promise<unknown> =>
  azure.authority.issued((await credential.getToken(SCOPE))?.token ?? '');
const ISSUED = { client: CLIENT, tenant: TENANT, scope: SCOPE };
const refusals = (): number => azure.authority.counts().refused;

describe('a credential by a certificate', () => {
  it('gets a token by the certificate that stands in the app registration, and by no other', async () => {
    azure.authority.setCertificates(CLIENT, [one.cert]);
    accepted = [one.file];
    expect(await tokenOf(make('client-certificate'))).toEqual(ISSUED);
    accepted = [two.file];
    const error: unknown = await make('client-certificate')
      .getToken(SCOPE)
      .catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({
      code: 'secrets-unavailable',
      message: expect.stringMatching(/invalid_client, AADSTS700027.*app registration/),
    });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/PRIVATE|BEGIN/);
  });

  it('goes over to a renewed one while it runs, and needs the old one no more', async () => {
    azure.authority.setCertificates(CLIENT, [one.cert, two.cert]);
    accepted = [one.file];
    const credential = make('client-certificate');
    expect(await tokenOf(credential)).toEqual(ISSUED);
    accepted = [two.file, one.file];
    azure.authority.setCertificates(CLIENT, [two.cert]);
    expect(await tokenOf(credential)).toEqual(ISSUED);
    expect([refusals(), logged]).toEqual([0, []]);
  });

  it('falls back to the former one while Entra does not know the renewed one, says so once a minute, and holds no key in it', async () => {
    azure.authority.setCertificates(CLIENT, [one.cert]);
    accepted = [two.file, one.file];
    for (let n = 0; n < 3; n++) {
      // Tried anew, with nothing remembered: as after the end of a token.
      const credential = make('client-certificate');
      expect(await tokenOf(credential)).toEqual(ISSUED);
      // The refused one is tried last for a while.
      const before = refusals();
      expect(await tokenOf(credential)).toEqual(ISSUED);
      expect(refusals()).toBe(before);
    }
    expect(logged).toEqual(Array(3).fill('{"event":"credential.refused","name":"proof"}'));
  });

  it('takes the former one where the new one is none, and refuses with a sentence where there is no other', async () => {
    azure.authority.setCertificates(CLIENT, [one.cert]);
    const [certificate = ''] = three.file.split('-----BEGIN PRIVATE');
    const strange = one.file.slice(one.file.indexOf('-----BEGIN PRIVATE'));
    for (const broken of ['', 'nonsense', certificate, `${certificate}${strange}`]) {
      accepted = [broken, one.file];
      expect(await tokenOf(make('client-certificate'))).toEqual(ISSUED);
      accepted = [broken];
      await expect(make('client-certificate').getToken(SCOPE)).rejects.toMatchObject({
        code: 'settings',
        message: expect.stringMatching(/^The certificate "proof" is not one/),
      });
    }
  });
});

describe('a credential by a client secret', () => {
  it('tries the other accepted one where Entra refuses, and nothing else where Entra does not answer', async () => {
    accepted = ['the-next-secret', CLIENT_SECRET];
    expect(await tokenOf(make('client-secret'))).toEqual(ISSUED);
    expect(refusals()).toBe(1);
    azure.authority.setSecret(CLIENT, 'the-next-secret');
    accepted = [CLIENT_SECRET, 'the-next-secret'];
    expect(await tokenOf(make('client-secret'))).toEqual(ISSUED);
    accepted = ['one', 'two'];
    await expect(make('client-secret').getToken(SCOPE)).rejects.toMatchObject({ code: 'secrets-unavailable' });
    const before = azure.authority.counts().token;
    azure.authority.mode('500');
    await expect(make('client-secret').getToken(SCOPE)).rejects.toMatchObject({ code: 'secrets-unavailable' });
    azure.authority.mode('ok');
    expect(azure.authority.counts().token).toBe(before);
    expect(logged.join()).not.toMatch(/secret-that-nobody|the-next-secret/);
  });
});
