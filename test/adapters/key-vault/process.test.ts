/** The adapters as a process of their own runs them: plain node, its environment, its trust. */
import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AzureStage, CLIENT, openAzureStage, TENANT } from '../../stand-ins/azure/stage.ts';

const NAME = 'acme-sotto.vault.azure.net';
const SECRET = 'hush-hush-and-nobody-may-see-it';

const source = (path: string): string =>
  JSON.stringify(pathToFileURL(new URL(`../../../src/${path}`, import.meta.url).pathname).href);

/** Asks for one secret and prints how long it is, or what it was refused with. Azure's name leads to this machine. */
const PROGRAM = `
  import dns from 'node:dns';
  const lookup = dns.lookup;
  dns.lookup = (host, ...rest) => lookup(host.endsWith('.vault.azure.net') ? 'localhost' : host, ...rest);
  const { createAzureCredential } = await import(${source('adapters/azure/credential.ts')});
  const { createKeyVaultSecrets } = await import(${source('adapters/key-vault/secrets.ts')});
  const { systemClock, systemRandom } = await import(${source('adapters/system/system.ts')});
  const { createLog } = await import(${source('adapters/log/log.ts')});
  const { createMetrics } = await import(${source('adapters/metrics/metrics.ts')});
  const { credential, vault } = JSON.parse(process.argv[1]);
  const secrets = createKeyVaultSecrets({
    ...vault,
    credential: createAzureCredential(credential),
    clock: systemClock(), random: systemRandom(), log: createLog({ level: 'info' }), metrics: createMetrics(),
  });
  secrets.start();
  try {
    console.log('length', (await secrets.get('signing')).current.length);
  } catch (error) {
    console.log('refused', error.code, error.message);
  }
  secrets.stop();
`;

let azure: AzureStage;
beforeAll(async () => {
  azure = await openAzureStage({ names: [NAME] });
  azure.vault.put('signing', SECRET);
});
afterAll(async () => {
  expect(azure.vault.offences()).toEqual([]);
  await azure.close();
});

/** Everything that the process wrote, once it has ended by itself. */
const run = (o: {
  readonly credential?: Readonly<Record<string, unknown>>;
  readonly vault?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<string> => {
  const workload = {
    kind: 'workload-identity',
    tenantId: TENANT,
    clientId: CLIENT,
    tokenFile: azure.tokenFile,
    unsafeAuthorityHost: azure.authority.url,
  };
  const options = {
    credential: o.credential ?? workload,
    vault: o.vault ?? { url: azure.vault.url, unsafeStandIn: true },
  };
  const { NODE_EXTRA_CA_CERTS = '' } = azure.environment;
  const env = { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS, ...o.env };
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['--input-type=module', '-e', PROGRAM, JSON.stringify(options)],
      { env, timeout: 60_000 },
      (error, stdout, stderr) => (error === null ? resolve(stdout + stderr) : reject(error)),
    );
  });
};

describe('a process with the adapters', () => {
  it('reads a secret over https with a certificate that it was started to trust, and ends by itself', async () => {
    expect(await run({})).toMatch(new RegExp(`length ${SECRET.length}$`, 'm'));
  });

  it('trusts nobody else', async () => {
    expect(await run({ env: { NODE_EXTRA_CA_CERTS: '' } })).toMatch(
      /refused secrets-unavailable The secret "signing" could not be read: .*CERT/,
    );
  });

  it('KV10 prints neither tokens nor secrets, however much the environment asks the vendor to', async () => {
    for (const env of [{ AZURE_LOG_LEVEL: 'verbose' }, { DEBUG: '*' }]) {
      const output = await run({ env });
      expect(output).toContain(`length ${SECRET.length}`);
      expect(output).not.toMatch(/azure:(?:identity|keyvault-secrets):/);
      for (const word of [
        SECRET,
        ...azure.authority.tokens(),
        'nobody-may-see',
        'WWW-Authenticate',
        'www-authenticate',
      ])
        expect(output).not.toContain(word);
    }
  });

  it('asks the authority that its options name, not the one in the environment', async () => {
    const output = await run({
      env: { AZURE_AUTHORITY_HOST: 'https://localhost:1', AZURE_TENANT_ID: 'other', AZURE_CLIENT_ID: 'other' },
    });
    expect(output).toContain(`length ${SECRET.length}`);
  });

  it('gets its token as a managed identity where the host offers one', async () => {
    const { endpoint, header } = azure.authority.managedIdentity;
    const env = { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header };
    const credential = { kind: 'managed-identity', clientId: CLIENT, unsafeAuthorityHost: null };
    expect(await run({ credential, env })).toContain(`length ${SECRET.length}`);
    expect(await run({ credential, env: { ...env, IDENTITY_HEADER: 'wrong' } })).toMatch(
      /refused secrets-unavailable .*by managed-identity.*See that this machine has that managed identity/,
    );
  });

  it('KV2 checks the challenge at Azure’s own host, and asks for no token for anything else', async () => {
    const { port } = new URL(azure.vault.url);
    const vault = { url: `https://${NAME}:${port}`, unsafeStandIn: false };
    expect(await run({ vault })).toContain(`length ${SECRET.length}`);
    for (const resource of [
      'https://graph.microsoft.com',
      'https://vault.azure.net.example.com',
      'https://azure.net.example',
    ]) {
      const given = azure.authority.counts().token;
      azure.vault.fail({ kind: 'challenge', resource });
      expect(await run({ vault })).toMatch(
        /refused secrets-unavailable .*asked for a token for something else, so it got none/,
      );
      expect(azure.authority.counts().token).toBe(given);
      azure.vault.heal();
    }
  });
});
