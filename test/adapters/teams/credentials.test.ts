/** Who the bot is to Microsoft: a managed identity, a certificate or a client secret from the vault; and that it does not start as nobody. */
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TeamsCredential } from '../../../src/config.ts';
import { SottoError } from '../../../src/core/errors.ts';
import type { Secret } from '../../../src/core/ports.ts';
import { createAzure } from '../../../src/main/azure.ts';
import { missingSecrets, neededSecrets } from '../../../src/main/secrets.ts';
import { type AuthorityStandIn, createAuthorityStandIn } from '../../stand-ins/azure/authority.ts';
import { createCertificate, createClientCertificate } from '../../stand-ins/azure/certificate.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { APP, TENANT } from './outward.ts';

const SCOPE = 'https://api.botframework.com/.default';
const VAULT = '0b6f1d7e-3c52-4b8a-8f0e-6d2a9c4e1b70';
const SECRET = 'client-secret-of-the-bot';

const ofTeams = (teams: TeamsCredential): readonly string[] =>
  neededSecrets({ slack: null, teams }).filter((name) => name.startsWith('teams-'));
const findings = (teams: TeamsCredential, held: string | null): Promise<readonly string[]> =>
  missingSecrets(
    {
      get: async (name) => {
        if (held === null) throw new SottoError('secrets-unavailable', `The secret ${name} is not in the vault.`);
        return { current: held, accepted: [held] };
      },
    },
    ofTeams(teams),
  );

describe('R1 the credential of the bot', () => {
  it.each([
    ['password', null],
    ['password', ''],
    ['password', 'short'],
    ['certificate', null],
    ['certificate', ''],
    ['certificate', '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----'],
  ] as const)('R1 does not start with the %s %j', async (teams, held) => {
    const found = await findings(teams, held);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`teams-app-${teams}`);
  });

  it('R1 starts with a real one, and as a managed identity without any', async () => {
    const { file } = await createClientCertificate();
    expect(await findings('certificate', file)).toEqual([]);
    expect(await findings('password', 'a-client-secret-of-entra')).toEqual([]);
    expect(ofTeams('managed-identity')).toEqual([]);
  });
});

describe('the token by which the bot speaks to Teams', () => {
  let authority: AuthorityStandIn;
  let trusted: readonly string[];
  let proof: Awaited<ReturnType<typeof createClientCertificate>>;
  beforeAll(async () => {
    const certificate = await createCertificate();
    proof = await createClientCertificate();
    trusted = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...trusted, certificate.cert]);
    const other = { secret: null, assertion: null };
    authority = await createAuthorityStandIn({
      certificate,
      tenant: TENANT,
      clients: [
        { ...other, id: VAULT, managed: true, scopes: ['https://vault.azure.net/.default'] },
        { ...other, id: APP, managed: true, scopes: [SCOPE], secret: SECRET, certificates: [proof.cert] },
      ],
    });
    process.env['IDENTITY_ENDPOINT'] = authority.managedIdentity.endpoint;
    process.env['IDENTITY_HEADER'] = authority.managedIdentity.header;
  });
  afterAll(async () => {
    delete process.env['IDENTITY_ENDPOINT'];
    delete process.env['IDENTITY_HEADER'];
    tls.setDefaultCACertificates([...trusted]);
    await authority.close();
  });
  const azure = () =>
    createAzure({
      config: {
        identity: { kind: 'managed-identity', clientId: VAULT },
        unsafeAuthorityHost: authority.url,
        cloud: 'public',
      },
      clock: createFakeClock(),
      random: { id: () => 'x', fraction: () => 0 },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      metrics: { count: () => undefined, observe: () => undefined },
    });

  it('is the bot’s own as a managed identity, though another one opens the vault', async () => {
    const bearer = await azure().bearerAs({ clientId: APP, scope: SCOPE });
    expect(authority.issued(await bearer())).toMatchObject({ client: APP, scope: SCOPE });
    // The one that opens the vault may not speak to Teams, and is not asked to.
    await expect((await azure().bearer(SCOPE))()).rejects.toMatchObject({ code: 'secrets-unavailable' });
  });

  it.each([
    ['client-secret', (): string => SECRET],
    ['client-certificate', (): string => proof.file],
  ] as const)('is given for a %s of the vault', async (by, held) => {
    const secret = async (): Promise<Secret> => ({ current: held(), accepted: [held()] });
    const bearer = await azure().bearerOf({ tenantId: TENANT, clientId: APP, by, name: 'proof', secret, scope: SCOPE });
    expect(authority.issued(await bearer())).toMatchObject({ client: APP, tenant: TENANT, scope: SCOPE });
  });
});
