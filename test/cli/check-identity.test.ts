import { describe, expect, it } from '@jest/globals';
import { signInFaults, signInNotes, strengthInWords } from '../../src/cli/check-identity.ts';
import type { Config, SignInConfig } from '../../src/config.ts';

const ENTRA = 'https://login.microsoftonline.com/5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01/v2.0';

const signInOf = (
  over: Partial<Omit<SignInConfig, 'strength'>> & Partial<SignInConfig['strength']> = {},
): SignInConfig => {
  const { acr = [], authContext = null, amr = [], ...more } = over;
  return {
    issuer: 'https://id.example.com',
    clientId: 'sotto',
    personClaim: 'sub',
    ...more,
    strength: { acr, authContext, amr },
  };
};

describe('what sotto check finds in the settings of signing in', () => {
  it.each([
    ['a provider that says amr', {}],
    ['Entra with a context', { issuer: ENTRA, personClaim: 'oid', authContext: 'c1' }],
    ['Entra with values of acr', { issuer: ENTRA, personClaim: 'oid', acr: ['possessionorinherence'] }],
    ['a claim of the company’s own', { personClaim: 'https://example.com/person' }],
  ])('is nothing in %s', (_, over) => {
    expect(signInFaults(signInOf(over))).toEqual([]);
  });

  it.each([
    ['an address for a person', { personClaim: 'email' }, /given to somebody else/],
    ['a user name for a person', { personClaim: 'preferred_username' }, /given to somebody else/],
    ['a context of Entra at another provider', { authContext: 'c1' }, /is not Entra/],
    [
      'a host that only looks like Entra’s',
      { issuer: 'https://login.microsoftonline.com.example/t/v2.0', authContext: 'c1' },
      /is not Entra/,
    ],
    ['Entra by amr alone', { issuer: ENTRA, amr: ['mfa'] }, /amr alone/],
    ['Entra by nothing', { issuer: ENTRA }, /amr alone/],
    ['Google', { issuer: 'https://accounts.google.com' }, /Google does not say/],
  ])('is %s, with why and how to mend it', (_, over, what) => {
    const faults = signInFaults(signInOf(over));
    expect(faults).toHaveLength(1);
    expect(faults[0]?.what).toMatch(what);
    for (const part of [faults[0]?.why ?? '', faults[0]?.mend ?? '']) expect(part.length).toBeGreaterThan(30);
  });
});

describe('what sotto check says that signing in rests on', () => {
  const file = { kind: 'file', path: '/people.yaml' } as const;
  const entra = { kind: 'entra', tenantId: 't', unsafeGraphUrl: null, groups: new Map<string, string>() } as const;
  const slack = { kind: 'slack-groups' } as unknown as Config['directory'];
  const notes = (signIn: SignInConfig | null, directory: Config['directory'] = entra): string =>
    signInNotes({ directory, signIn }).join('\n');

  it('is that nobody can, where there is no provider, and nothing before there are settings', () => {
    expect(notes(null)).toContain('OIDC_ISSUER is not set');
    expect(signInNotes(null)).toEqual([]);
  });

  it('is the provider, what counts as strong, and what cannot be seen from here', () => {
    expect(notes(signInOf())).toContain('rests on https://id.example.com');
    expect(notes(signInOf())).toContain('(amr mfa)');
    expect(notes(signInOf())).not.toMatch(/Conditional Access|people file/);
    expect(notes(signInOf({ issuer: ENTRA, authContext: 'c7' }))).toMatch(/gives c7 to whoever asks/);
    expect(notes(signInOf(), file)).toContain('accounts.oidc');
    expect(notes(signInOf(), slack)).toContain('e-mail address that the provider and Slack both confirm');
  });

  it('names all that must come back', () => {
    expect(strengthInWords(signInOf({ acr: ['phr', 'phrh'], amr: ['hwk'] }))).toBe('acr phr or phrh, and amr hwk');
  });
});
