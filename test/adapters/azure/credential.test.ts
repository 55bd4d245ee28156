import { writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AzureCredentialOptions,
  type AzureIdentity,
  createAzureCredential,
  type TokenCredential,
} from '../../../src/adapters/azure/credential.ts';
import { type AzureStage, CLIENT, CLIENT_SECRET, openAzureStage, TENANT } from '../../stand-ins/azure/stage.ts';
import { until } from '../../support/until.ts';

const SCOPE = 'https://vault.azure.net/.default';
const GRAPH = 'https://graph.microsoft.com/.default';

let azure: AzureStage;
beforeEach(async () => {
  azure = await openAzureStage({ scopes: [GRAPH] });
});
afterEach(() => azure.close());

const bySecret = (secret = CLIENT_SECRET): AzureIdentity => ({
  kind: 'client-secret',
  tenantId: TENANT,
  clientId: CLIENT,
  secret,
});
const byFile = (): AzureIdentity => ({
  kind: 'workload-identity',
  tenantId: TENANT,
  clientId: CLIENT,
  tokenFile: azure.tokenFile,
});
const make = (identity: AzureIdentity, over: { readonly deadlineMs?: number } = {}): TokenCredential =>
  createAzureCredential({ ...identity, unsafeAuthorityHost: azure.authority.url, ca: azure.certificate.cert, ...over });

const tokenOf = async (credential: TokenCredential, scope = SCOPE): Promise<string> => {
  const given = await credential.getToken(scope);
  if (given === null) throw new Error('There is no token.');
  return given.token;
};

describe('the credential for Azure', () => {
  it('gets a token by a client secret and by a federated token, each for the scope that was asked for', async () => {
    for (const identity of [bySecret(), byFile()]) {
      for (const scope of [SCOPE, GRAPH]) {
        const token = await tokenOf(make(identity), scope);
        expect(azure.authority.issued(token)).toEqual({ client: CLIENT, tenant: TENANT, scope });
      }
    }
  });

  it('asks Entra once for a scope while its token is good, however many ask', async () => {
    const credential = make(byFile());
    const tokens = await Promise.all(Array.from({ length: 30 }, () => tokenOf(credential)));
    tokens.push(await tokenOf(credential));
    expect(new Set(tokens).size).toBe(1);
    expect(azure.authority.counts()).toMatchObject({ token: 1, instance: 0, refused: 0 });
    await tokenOf(credential, GRAPH);
    expect(azure.authority.counts().token).toBe(2);
  });

  it('says what Entra refuses, by its codes, and nothing of what was sent', async () => {
    const wrong = `${CLIENT_SECRET}-no-more`;
    writeFileSync(azure.tokenFile, 'somebody-elses-token');
    const refused: readonly (readonly [TokenCredential, string, RegExp])[] = [
      [make(bySecret(wrong)), SCOPE, /invalid_client, AADSTS7000215.*client secret is right and not expired/],
      [make(byFile()), SCOPE, /invalid_client, AADSTS700213.*federated-token can be read/],
      [make(bySecret()), 'https://management.azure.com/.default', /invalid_scope, AADSTS70011/],
      [make({ ...bySecret(), clientId: 'somebody-else' } as AzureIdentity), SCOPE, /unauthorized_client, AADSTS700016/],
      [make({ ...bySecret(), tenantId: 'elsewhere' } as AzureIdentity), SCOPE, /Azure gave no token/],
    ];
    for (const [credential, scope, message] of refused) {
      const error: unknown = await credential.getToken(scope).catch((refusal: unknown) => refusal);
      expect(error).toMatchObject({ code: 'secrets-unavailable', message: expect.stringMatching(message) });
      expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/nobody-may-see|somebody-elses-token/);
    }
    for (const token of azure.authority.tokens()) expect(token).toHaveLength(43);
  });

  it('gives a token for no other tenant than its own, whatever a challenge names', async () => {
    await make(byFile()).getToken(SCOPE, { tenantId: TENANT });
    const given = azure.authority.counts();
    await expect(
      make(byFile()).getToken(SCOPE, { tenantId: '99999999-0000-0000-0000-000000000000' }),
    ).rejects.toMatchObject({
      code: 'secrets-unavailable',
    });
    expect(azure.authority.counts()).toEqual(given);
  });

  it('says so when the file with the federated token is not there', async () => {
    const credential = make({ ...byFile(), tokenFile: '/nowhere/token' } as AzureIdentity);
    await expect(credential.getToken(SCOPE)).rejects.toMatchObject({
      code: 'secrets-unavailable',
      message: expect.stringMatching(/ENOENT.*\/nowhere\/token can be read/),
    });
  });

  it('waits for an authority that hangs no longer than its deadline, and not at all where the caller gives up', async () => {
    azure.authority.mode('hang');
    await expect(make(byFile(), { deadlineMs: 300 }).getToken(SCOPE)).rejects.toMatchObject({
      code: 'secrets-unavailable',
      message: expect.stringMatching(/it did not answer in time/),
    });
    const giving = new AbortController();
    const asked = make(byFile(), { deadlineMs: 60_000 }).getToken(SCOPE, { abortSignal: giving.signal });
    giving.abort();
    await expect(asked).rejects.toMatchObject({ code: 'secrets-unavailable' });
  });

  it('is well again when the authority is', async () => {
    const credential = make(byFile());
    azure.authority.mode('500');
    await expect(credential.getToken(SCOPE)).rejects.toMatchObject({ code: 'secrets-unavailable' });
    azure.authority.mode('ok');
    expect(azure.authority.issued(await tokenOf(credential))).not.toBeNull();
  });

  it('takes the federated token as it stands in its file now', async () => {
    const good = 'header.federated-token-that-nobody-may-see.signature';
    writeFileSync(azure.tokenFile, 'too-early');
    await expect(make(byFile()).getToken(SCOPE)).rejects.toMatchObject({ code: 'secrets-unavailable' });
    writeFileSync(azure.tokenFile, good);
    await until(async () => azure.authority.issued(await tokenOf(make(byFile()))) !== null);
  });
});

describe('the options of the credential', () => {
  const refused = (over: Readonly<Record<string, string | null>> | AzureIdentity): (() => TokenCredential) => {
    const options = { ...byFile(), unsafeAuthorityHost: null, ...over } as AzureCredentialOptions;
    return () => createAzureCredential(options);
  };

  it('name an authority of their own only at https on this machine', () => {
    for (const unsafeAuthorityHost of [
      'http://localhost:1234',
      'http://127.0.0.1',
      'https://login.microsoftonline.com',
      'https://localhost.example.com',
      'https://me@localhost',
      'https://10.0.0.1',
      'localhost',
      '',
    ])
      expect(refused({ unsafeAuthorityHost })).toThrow(/not https on this machine/);
    expect(refused({ unsafeAuthorityHost: null })).not.toThrow();
    expect(refused({ unsafeAuthorityHost: 'https://127.0.0.1:1' })).not.toThrow();
  });

  it('hold ids, a file and a secret that can be right, and no error holds the secret', () => {
    for (const over of [
      { tenantId: '' },
      { tenantId: 'a/b' },
      { clientId: '' },
      { clientId: 'a b' },
      { tokenFile: '' },
    ])
      expect(refused(over)).toThrow(expect.objectContaining({ code: 'settings' }));
    expect(refused({ ...bySecret('') })).toThrow(/client secret for Azure is empty/);
    expect(refused({ kind: 'managed-identity', clientId: '?' })).toThrow(/no id/);
    expect(refused({ kind: 'managed-identity' })).not.toThrow();
    try {
      refused({ ...bySecret(), tenantId: '?' })();
    } catch (error) {
      expect(inspect(error)).not.toContain(CLIENT_SECRET);
    }
  });
});
