import { describe, expect, it } from '@jest/globals';
import type { OAuth } from '../../../../src/adapters/backend/signing-in/asking.ts';
import { issuedBy } from '../../../../src/adapters/backend/signing-in/issued.ts';

const NOW = 1_800_000_000_000;
const S = NOW / 1_000;
const ASKED: OAuth = {
  grant: 'client-credentials',
  tokenUrl: 'https://login.example.com/token',
  clientId: 'sotto',
  secret: 'hr-client',
  audience: 'https://hr.example.com',
  scope: 'leave.read',
  mostSeconds: 900,
};
const jwt = (claims: object): string =>
  `${[{ alg: 'RS256' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.sig`;
const issued = (
  body: object,
  o: { readonly oauth?: Partial<OAuth>; readonly status?: number; readonly now?: number } = {},
) =>
  issuedBy(
    { ...ASKED, ...o.oauth },
    {
      how: 'answered',
      status: o.status ?? 200,
      type: 'application/json',
      afterMs: null,
      text: JSON.stringify({ access_token: 'opaque', token_type: 'Bearer', ...body }),
    },
    { askedAt: NOW, now: o.now ?? NOW, thumbprint: null },
  );
const fault = (...args: Parameters<typeof issued>) => {
  const got = issued(...args);
  return got.ok ? null : got.fault;
};
const until = (...args: Parameters<typeof issued>) => {
  const got = issued(...args);
  return got.ok ? got.until - NOW : null;
};

describe('a token that an authority gave', () => {
  it('is as long as a header holds, and not one character more', () => {
    expect(fault({ access_token: 'a'.repeat(8_192) })).toBeNull();
    expect(fault({ access_token: 'a'.repeat(8_193) })).toBe('malformed');
    expect(fault({ access_token: '' })).toBe('malformed');
  });

  it('ends by the soonest of what the authority, the token and the description say, counted from when it was asked for', () => {
    const aud = ASKED.audience;
    expect(until({})).toBe(900_000);
    expect(until({ expires_in: 60 })).toBe(60_000);
    expect(until({ expires_in: '60' })).toBe(60_000);
    expect(until({ expires_in: 9_000 })).toBe(900_000);
    expect(until({ expires_in: 60, access_token: jwt({ aud, exp: S + 30 }) })).toBe(30_000);
    expect(until({ expires_in: 60, access_token: jwt({ aud, exp: S + 90 }) })).toBe(60_000);
    // The way here took a while.
    expect(until({ expires_in: 60 }, { now: NOW + 59_999 })).toBe(60_000);
    expect(fault({ expires_in: 60 }, { now: NOW + 60_000 })).toBe('expired');
    expect(fault({ expires_in: -1 })).toBe('expired');
  });

  it('may be a minute ahead of our clock, and no more', () => {
    const of = (nbf: number) => ({ access_token: jwt({ aud: ASKED.audience, nbf }) });
    expect(fault(of(S + 60))).toBeNull();
    expect(fault(of(S + 61))).toBe('not-yet');
  });

  it('is for us where it names us among others, and not where it names nobody', () => {
    expect(fault({ access_token: jwt({ aud: ['https://other.example', ASKED.audience] }) })).toBeNull();
    expect(fault({ access_token: jwt({ aud: [] }) })).toBe('wrong-audience');
    expect(fault({ access_token: jwt({ aud: `${ASKED.audience}/` }) })).toBe('wrong-audience');
  });

  it('is of the kind that was asked for', () => {
    const exchange = { grant: 'token-exchange' as const };
    const kind = (name: string) => ({ issued_token_type: `urn:ietf:params:oauth:token-type:${name}` });
    expect(fault(kind('access_token'), { oauth: exchange })).toBeNull();
    expect(fault(kind('jwt'), { oauth: exchange })).toBeNull();
    expect(fault(kind('refresh_token'), { oauth: exchange })).toBe('not-a-bearer');
    expect(fault(kind('saml2'), { oauth: exchange })).toBe('not-a-bearer');
    expect(fault({ token_type: 'bearer' })).toBeNull();
    expect(fault({ token_type: 'Bearer2' })).toBe('not-a-bearer');
  });

  it('is good for no more than was asked, which Entra’s way of asking for all names by its resource', () => {
    const all = { oauth: { scope: 'api://hr/.default' } };
    expect(fault({ scope: 'api://hr/Leave.Read Leave.Read' }, all)).toBeNull();
    expect(fault({ scope: 'api://hrx/Leave.Read' }, all)).toBe('scope-too-wide');
    expect(fault({ scope: 'api://pay/Pay.Read' }, all)).toBe('scope-too-wide');
    expect(fault({ scope: 'leave.read ' })).toBeNull();
    expect(fault({ scope: 'leave.readwrite' })).toBe('scope-too-wide');
    // Whichever of the two names the system goes by.
    const said = (claims: object) => fault({ access_token: jwt({ aud: ASKED.audience, ...claims }) });
    expect(said({ scope: 'leave.read', scp: 'leave.read' })).toBeNull();
    expect(said({ scope: 'leave.read', scp: 'pay.read' })).toBe('scope-too-wide');
    expect(said({ scope: 'pay.read', scp: ['leave.read'] })).toBe('scope-too-wide');
    expect(said({ scope: 'leave.read', scp: 7 })).toBe('malformed');
  });

  it.each([
    [400, 'invalid_grant', 'client-credentials', 'request-refused'],
    [400, 'invalid_grant', 'token-exchange', 'person-refused'],
    [400, 'interaction_required', 'on-behalf-of', 'person-refused'],
    [400, 'invalid_client', 'token-exchange', 'client-refused'],
    [401, 'invalid_grant', 'token-exchange', 'client-refused'],
    [400, 'invalid_scope', 'token-exchange', 'request-refused'],
    [429, 'invalid_grant', 'token-exchange', 'authority-unreachable'],
    [302, 'invalid_grant', 'token-exchange', 'authority-unreachable'],
    [500, 'invalid_grant', 'token-exchange', 'authority-unreachable'],
    [499, 'x', 'client-credentials', 'request-refused'],
    [201, 'x', 'client-credentials', 'authority-unreachable'],
  ] as const)('refused with %s and %s (%s) is %s', (status, error, grant, why) => {
    expect(fault({ error }, { status, oauth: { grant } })).toBe(why);
  });
});
