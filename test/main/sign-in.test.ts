import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMetrics } from '../../src/adapters/metrics/metrics.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/system.ts';
import type { Config } from '../../src/config.ts';
import { SottoError } from '../../src/core/errors.ts';
import { openSessionProver } from '../../src/main/quiet-sign-in.ts';
import { openSignIn } from '../../src/main/sign-in.ts';
import { type Entra, openEntra } from '../support/entra.ts';

const FILE = { kind: 'file', path: '/people.yaml' } as const;
const SLACK: Config['directory'] = { kind: 'slack-groups', groups: new Map(), country: 'DE', adminsOnly: false };

describe('the provider of the settings', () => {
  let entra: Entra;
  beforeAll(async () => {
    entra = await openEntra();
  });
  afterAll(() => entra.close());

  const silent = (): void => undefined;
  const tools = {
    clock: systemClock(),
    random: systemRandom(),
    log: { info: silent, warn: silent, error: silent },
    metrics: createMetrics(),
  };
  const secrets = {
    get: async () => Promise.reject(new SottoError('secret-missing', 'There is none.')),
  } as unknown as Parameters<typeof openSignIn>[0]['secrets'];
  const signIn = (): NonNullable<Config['signIn']> => ({
    issuer: entra.issuer,
    clientId: 'sotto',
    personClaim: 'sub',
    strength: { acr: [], authContext: null, amr: [] },
  });
  const asked = async (directory: Config['directory']): Promise<URLSearchParams> => {
    const offer = openSignIn({
      config: { signIn: signIn(), publicUrl: 'https://sotto.example.com', directory },
      secrets,
      tools,
    });
    const address = await offer?.provider.begin({
      state: 's.x',
      nonce: 'n',
      codeVerifier: 'v'.repeat(43),
      maxAgeSeconds: 900,
      afresh: false,
      locale: 'en',
    });
    return new URL(address ?? '').searchParams;
  };

  it('is asked for an address only where the directory knows people by it', async () => {
    expect((await asked(FILE)).get('scope')).toBe('openid');
    expect((await asked(SLACK)).get('scope')).toBe('openid email');
  });

  it('sends people back to one address, which the settings make', async () => {
    expect((await asked(FILE)).get('redirect_uri')).toBe('https://sotto.example.com/auth/callback');
  });

  it('is none without settings or an address to come back to', () => {
    const config = { signIn: null, publicUrl: 'https://sotto.example.com', directory: FILE };
    expect(openSignIn({ config, secrets, tools })).toBeNull();
    expect(openSignIn({ config: { ...config, signIn: signIn(), publicUrl: null }, secrets, tools })).toBeNull();
  });

  it('has Teams show sign-ins only where it is Entra’s, and a connection is set', () => {
    const teams = { appId: 'bot', oauthConnection: 'sso' } as NonNullable<Config['teams']>;
    const config = { signIn: { ...signIn(), personClaim: 'oid' }, teams, publicUrl: 'https://sotto.example.com' };
    expect(openSessionProver({ config, tools })).not.toBeNull();
    for (const less of [
      { signIn: null },
      { signIn: signIn() },
      { teams: null },
      { teams: { ...teams, oauthConnection: null } },
      { publicUrl: null },
    ])
      expect(openSessionProver({ config: { ...config, ...less }, tools })).toBeNull();
  });
});
