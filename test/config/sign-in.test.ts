/** Settings of signing in: what is read, and which set-ups would let the wrong people in, or nobody. */
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config.ts';

const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';
const BASE = {
  SOTTO_VAULT: 'files:/vault',
  SOTTO_DIRECTORY: 'file:/people.yaml',
  SOTTO_BACKENDS: '/backends',
  SLACK_APP_ID: 'A0SOTTO000',
  SLACK_TEAM_IDS: 'T0SOTTO000',
  SOTTO_PUBLIC_URL: 'https://sotto.example.com',
};
const SIGN_IN = { OIDC_ISSUER: 'https://id.example.com/realms/company', OIDC_CLIENT_ID: 'sotto' };
const ENTRA = { OIDC_ISSUER: `https://login.microsoftonline.com/${TENANT}/v2.0`, OIDC_CLIENT_ID: 'sotto' };

type Settings = Readonly<Record<string, string>>;

const read = (env: Settings) => {
  const config = readConfig({ ...BASE, ...env });
  if (!config.ok) throw new Error(config.findings.join('\n'));
  return config.config.signIn;
};
const findings = (env: Settings): string => {
  const config = readConfig({ ...BASE, ...env });
  return config.ok ? '' : config.findings.join('\n');
};

describe('the settings of signing in', () => {
  it('are none where nobody set any, and then nobody can sign in', () => {
    expect(read({})).toBe(null);
  });

  it('name the provider, the client, the claim, and what shows strength', () => {
    expect(read(SIGN_IN)).toEqual({
      issuer: 'https://id.example.com/realms/company',
      clientId: 'sotto',
      personClaim: 'sub',
      strength: { acr: [], authContext: null, amr: [] },
    });
    expect(
      read({ ...SIGN_IN, OIDC_PERSON_CLAIM: 'oid', OIDC_ACR_VALUES: 'strong, urn:x:y', OIDC_AMR: 'mfa,hwk' }),
    ).toMatchObject({
      personClaim: 'oid',
      strength: { acr: ['strong', 'urn:x:y'], authContext: null, amr: ['mfa', 'hwk'] },
    });
    expect(read({ ...SIGN_IN, OIDC_TOKEN_SCOPE: 'api://sotto/access_as_user' })).toMatchObject({
      tokenScope: 'api://sotto/access_as_user',
    });
    expect(read({ ...ENTRA, OIDC_AUTH_CONTEXT: 'c12' })).toMatchObject({
      personClaim: 'oid',
      strength: { authContext: 'c12' },
    });
  });

  it('may be a provider by plain http on this machine alone', () => {
    expect(read({ ...SIGN_IN, OIDC_ISSUER: 'http://localhost:4000' })).toMatchObject({
      issuer: 'http://localhost:4000',
    });
    for (const wrong of [
      'http://id.example.com',
      'http://localhost.example.com',
      'http://user@localhost',
      'id.example.com',
      'ftp://localhost',
    ])
      expect([wrong, findings({ ...SIGN_IN, OIDC_ISSUER: wrong })]).toEqual([
        wrong,
        expect.stringContaining('OIDC_ISSUER is'),
      ]);
  });

  it.each([
    ['a question mark', 'https://id.example.com/?tenant=x'],
    ['a password', 'https://user:hunter2@id.example.com'],
    ['the address of its document', 'https://id.example.com/.well-known/openid-configuration'],
    ['no one tenant of Entra', 'https://login.microsoftonline.com/common/v2.0'],
    ['anybody’s tenant of Entra', 'https://login.microsoftonline.com/organizations/v2.0'],
    ['a tenant’s name', 'https://login.microsoftonline.com/example.com/v2.0'],
    ['Entra’s older kind', `https://sts.windows.net/${TENANT}/`],
  ])('are refused with %s in the issuer', (_, issuer) => {
    const said = findings({ ...SIGN_IN, OIDC_ISSUER: issuer });
    expect(said).toContain('OIDC_ISSUER is');
    expect(said).not.toContain('hunter2');
  });

  it.each([
    ['without the address that people see', { ...SIGN_IN, SOTTO_PUBLIC_URL: '' }, 'without SOTTO_PUBLIC_URL'],
    ['without a client', { OIDC_ISSUER: SIGN_IN.OIDC_ISSUER }, 'OIDC_CLIENT_ID is missing'],
    [
      'without a provider',
      { OIDC_CLIENT_ID: 'x', OIDC_AMR: 'mfa' },
      'OIDC_CLIENT_ID, OIDC_AMR are set without OIDC_ISSUER',
    ],
    ['with a client that is none', { ...SIGN_IN, OIDC_CLIENT_ID: 'a b' }, 'OIDC_CLIENT_ID holds'],
    ['with a claim that is none', { ...SIGN_IN, OIDC_PERSON_CLAIM: '{"a":1}' }, 'OIDC_PERSON_CLAIM is'],
    ['with a context that is none', { ...ENTRA, OIDC_AUTH_CONTEXT: 'c0' }, 'OIDC_AUTH_CONTEXT is'],
    ['with a context of three figures', { ...ENTRA, OIDC_AUTH_CONTEXT: 'c100' }, 'OIDC_AUTH_CONTEXT is'],
    ['with an empty list, which would ask for nothing', { ...SIGN_IN, OIDC_AMR: ',' }, 'OIDC_AMR names nothing'],
    ['with a scope that is none', { ...SIGN_IN, OIDC_TOKEN_SCOPE: 'a  b' }, 'OIDC_TOKEN_SCOPE is no scope'],
    [
      'with a scope that would renew itself for ever',
      { ...SIGN_IN, OIDC_TOKEN_SCOPE: 'api://sotto/a offline_access' },
      'never offline_access',
    ],
    ['with a list by blanks', { ...SIGN_IN, OIDC_ACR_VALUES: 'a b' }, 'OIDC_ACR_VALUES is no list'],
    [
      'with the secret beside it',
      { ...SIGN_IN, OIDC_CLIENT_SECRET: 'hunter2' },
      'OIDC_CLIENT_SECRET is in the environment',
    ],
    ['with a name that is mistyped', { ...SIGN_IN, OIDC_ACR_VALUE: 'x' }, 'OIDC_ACR_VALUE is not a setting'],
    [
      'where nobody would be known in Entra’s directory',
      { ...SIGN_IN, SOTTO_DIRECTORY: `entra:${TENANT}` },
      'nobody who signs in would be known',
    ],
    [
      'of another tenant than the directory’s',
      { ...ENTRA, SOTTO_DIRECTORY: 'entra:11111111-2222-4333-8444-555555555555' },
      'name two tenants',
    ],
  ] satisfies readonly (readonly [string, Settings, string])[])('are refused %s', (_, env, said) => {
    expect(findings(env)).toContain(said);
    expect(findings(env)).not.toContain('hunter2');
  });
});
