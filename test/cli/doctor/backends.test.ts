import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lookAtBackends } from '../../../src/cli/doctor/backends.ts';
import type { SignInConfig } from '../../../src/config.ts';
import { SottoError } from '../../../src/core/errors.ts';
import { AUDIENCE, type SignedSystem, startSignedSystem } from '../../support/signed-system.ts';

const SIGN_IN: SignInConfig = {
  issuer: 'https://id.example.com',
  clientId: 'sotto',
  personClaim: 'sub',
  strength: { acr: [], authContext: null, amr: [] },
};

describe('doctor, of signing in to systems', () => {
  let system: SignedSystem;
  afterEach(() => system.close());
  const start = async (grant: string): Promise<void> => {
    system = await startSignedSystem({ oauth: `grant: ${grant}, secret: hr-client, scope: leave.read` });
  };
  const look = async (signIn: SignInConfig | null = null): Promise<readonly string[]> => {
    const lines = await lookAtBackends({
      config: { backendsFolder: system.folder, signIn, warnMs: 0 },
      secrets: {
        get: async (name) => {
          const secret = system.vault.get(name);
          if (secret === undefined) throw new SottoError('secret-missing', 'none');
          return secret;
        },
      },
      clock: Date,
    });
    for (const line of lines) if (line.state !== 'ok') expect([line.why, line.mend]).not.toContain('');
    return lines.map(({ state, what }) => `${state} ${what}`);
  };

  describe('as Sotto', () => {
    beforeEach(() => start('client-credentials'));

    it('has a token made, and asks the system itself nothing', async () => {
      expect(await look()).toEqual([
        'ok What the system hr is signed in to with is there, and its authority gives a token.',
      ]);
      expect(system.authority.asked()).toHaveLength(1);
      expect(system.statuses()).toEqual([]);
    });

    it.each<[string, string, () => void]>([
      ['whose secret is not taken', 'client-refused', () => system.authority.setSecrets(['another'])],
      ['whose secret is not in the vault', 'client-refused', () => system.vault.delete('hr-client')],
      ['whose token is for somebody else', 'wrong-audience', () => system.authority.claim({ aud: `${AUDIENCE}/x` })],
      ['whose authority is broken', 'authority-unreachable', () => system.authority.answer({ status: 500 })],
    ])('finds one %s', async (_, code, break_) => {
      break_();
      expect(await look()).toEqual([`finding The system hr could not be signed in to (${code}).`]);
    });
  });

  describe('as the person', () => {
    it('finds that nobody could, where nobody can sign in here', async () => {
      await start('token-exchange');
      expect(await look()).toEqual(['finding The system hr is asked as the person, and nobody can sign in here.']);
      expect(await look(SIGN_IN)).toEqual([
        'ok The system hr is asked as the person: a token is made for whoever has signed in.',
      ]);
    });

    it('warns where an ID token would be handed over on behalf of somebody', async () => {
      await start('on-behalf-of');
      expect((await look(SIGN_IN))[0]).toContain('warning The system hr is asked on behalf of the person');
      expect(await look({ ...SIGN_IN, tokenScope: 'api://sotto/a' })).toHaveLength(1);
    });
  });
});
