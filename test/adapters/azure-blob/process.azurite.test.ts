/** The adapter as a process of its own runs it: plain node, its environment, its trust, and an address as Azure's are. */
import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CLIENT, TENANT } from '../../stand-ins/azure/stage.ts';
import { AZURITE_HOST, type Azurite, startAzurite } from '../../support/azurite.ts';

const source = (path: string): string =>
  JSON.stringify(pathToFileURL(new URL(`../../../src/${path}`, import.meta.url).pathname).href);

/** Writes a backup, reads it, and prints what became of it. Azure's name leads to this machine. */
const PROGRAM = `
  import dns from 'node:dns';
  const lookup = dns.lookup;
  dns.lookup = (host, ...rest) => lookup(host.endsWith('.blob.core.windows.net') ? '127.0.0.1' : host, ...rest);
  const { createAzureCredential } = await import(${source('adapters/azure/credential.ts')});
  const { createBlobPlace } = await import(${source('adapters/azure-blob/place.ts')});
  const { systemClock, systemRandom } = await import(${source('adapters/system/system.ts')});
  const { credential, url } = JSON.parse(process.argv[1]);
  try {
    const place = createBlobPlace({
      url, unsafeStandIn: false, auditLockMs: 0, credential: createAzureCredential(credential),
      clock: systemClock(), random: systemRandom(),
    });
    const o = { kind: 'audit', name: 'one', bytes: Buffer.from('hush-hush') };
    console.log(await place.write(o), await place.write(o), (await place.read({ ...o, mostBytes: 9 })).length);
  } catch (error) {
    console.log('refused', error.code, error.message);
  }
`;

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.close());

/** Everything that the process wrote, once it has ended by itself. */
const run = async (env: Readonly<Record<string, string>>, more: { readonly ca?: string } = {}): Promise<string> => {
  const { port, pathname } = new URL(await azurite.container());
  const credential = {
    kind: 'workload-identity',
    tenantId: TENANT,
    clientId: CLIENT,
    tokenFile: azurite.azure.tokenFile,
    unsafeAuthorityHost: azurite.azure.authority.url,
    ...more,
  };
  const o = JSON.stringify({ credential, url: `https://${AZURITE_HOST}:${port}/${pathname.split('/')[2]}` });
  const { NODE_EXTRA_CA_CERTS = '' } = azurite.azure.environment;
  const options = { env: { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS, ...env }, timeout: 60_000 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--input-type=module', '-e', PROGRAM, o], options, (error, stdout, stderr) =>
      error === null ? resolve(stdout + stderr) : reject(error),
    );
  });
};

it('a process writes and reads at an address of Azure’s, without an account in the path, and ends by itself', async () => {
  expect(await run({})).toBe('written exists 9\n');
});

it('a process trusts nobody whose certificate it does not know', async () => {
  const said = await run({ NODE_EXTRA_CA_CERTS: '' }, { ca: azurite.azure.certificate.cert });
  expect(said).toMatch(/^refused backup-unavailable .* cannot be reached \((?:DEPTH_ZERO_)?SELF_SIGNED_CERT/);
});

it('a process prints no token and nothing that it writes, however much Azure’s library is told to log', async () => {
  const said = await run({ AZURE_LOG_LEVEL: 'verbose', DEBUG: 'azure*' });
  expect(said).toContain('written exists 9');
  expect(said).not.toContain('hush-hush');
  expect(said).not.toMatch(/Bearer|eyJ/);
  const tokens = azurite.azure.authority.tokens();
  expect(tokens.length).toBeGreaterThan(0);
  for (const token of tokens) expect(said).not.toContain(token);
});
