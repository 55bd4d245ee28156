/** What an authority answered, held against what was asked: a token of somebody else's, of too much, or whose time is over is not used. */
import { z } from 'zod';
import { safely } from '../../../core/safely.ts';
import { parsedJson } from '../../bounded/body.ts';
import type { Sent } from '../calling/types.ts';
import type { OAuth } from './asking.ts';
import { type Claims, claimsOf } from './claims.ts';
import type { SignInFault } from './types.ts';

/** Why a token is not used, for the log. */
export type TokenFault =
  | 'authority-unreachable'
  | 'client-refused'
  | 'person-refused'
  | 'request-refused'
  | 'malformed'
  | 'not-a-bearer'
  | 'wrong-audience'
  | 'expired'
  | 'not-yet'
  | 'scope-too-wide'
  | 'other-certificate';

export type Issued =
  /** `until`: ms since the epoch. */
  | { readonly ok: true; readonly token: string; readonly until: number }
  | { readonly ok: false; readonly fault: TokenFault };

/** What each comes to for whoever asks. */
export const FAULTS: Readonly<Record<TokenFault, SignInFault>> = {
  'authority-unreachable': 'unreachable',
  'client-refused': 'refused',
  'person-refused': 'sign-in',
  'request-refused': 'refused',
  malformed: 'refused',
  'not-a-bearer': 'refused',
  'wrong-audience': 'refused',
  expired: 'refused',
  'not-yet': 'refused',
  'scope-too-wide': 'refused',
  'other-certificate': 'refused',
};

/** Longer ones do not fit into the headers that servers take. */
const MOST_TOKEN = 8_192;

/** How far our clock and the authority's may be apart before a token counts as one of the future, ms. */
const SKEW_MS = 60_000;

const ACCESS = ['urn:ietf:params:oauth:token-type:access_token', 'urn:ietf:params:oauth:token-type:jwt'];

/** RFC 6749, 5.1; RFC 8693, 2.2.1. Entra's older endpoint writes its numbers as texts. */
const answer = z.object({
  access_token: z
    .string()
    .max(MOST_TOKEN)
    .regex(/^[\x21-\x7e]+$/),
  token_type: z.string().max(40),
  expires_in: z
    .union([z.number().finite(), z.string().regex(/^\d{1,10}$/)])
    .transform(Number)
    .optional(),
  scope: z.string().max(4_000).optional(),
  issued_token_type: z.string().max(200).optional(),
});

/** The authority says that the person must come by themselves: what they had is over, or they must prove or permit more. */
const OF_THE_PERSON = ['invalid_grant', 'interaction_required', 'login_required', 'consent_required'];

const refusal = z.object({ error: z.string().max(100) });

/** `askedAt`: by our clock, before it was asked. `thumbprint`: of the certificate that it was asked with, or null. */
export const issuedBy = (
  oauth: OAuth,
  sent: Sent,
  o: { readonly askedAt: number; readonly now: number; readonly thumbprint: string | null },
): Issued => {
  if (sent.how !== 'answered') return no('authority-unreachable');
  const body = sent.text === null ? undefined : parsedJson(sent.text);
  if (sent.status !== 200) return no(faultOf(oauth, sent.status, body));
  const parsed = safely(answer, body);
  if (!parsed.success) return no('malformed');
  const { access_token: token, token_type: type, expires_in: seconds, scope, issued_token_type: kind } = parsed.data;
  if (type.toLowerCase() !== 'bearer') return no('not-a-bearer');
  if (oauth.grant === 'token-exchange' && kind !== undefined && !ACCESS.includes(kind)) return no('not-a-bearer');
  const claims = claimsOf(token);
  if (claims === 'malformed') return no('malformed');
  if (isWider(oauth, scope?.split(' ') ?? null)) return no('scope-too-wide');
  const said = claims === 'opaque' ? null : claims;
  const fault = said === null ? null : faultIn(said, oauth, o);
  if (fault !== null) return no(fault);
  const ends = [
    o.askedAt + oauth.mostSeconds * 1_000,
    ...(seconds === undefined ? [] : [o.askedAt + seconds * 1_000]),
    ...(said === null || said.ends === null ? [] : [said.ends * 1_000]),
  ];
  const until = Math.min(...ends);
  return until <= o.now ? no('expired') : { ok: true, token, until };
};

const no = (fault: TokenFault): Issued => ({ ok: false, fault });

const faultIn = (
  claims: Claims,
  oauth: OAuth,
  { now, thumbprint }: { readonly now: number; readonly thumbprint: string | null },
): TokenFault | null => {
  if (!claims.audience.includes(oauth.audience)) return 'wrong-audience';
  if (claims.begins !== null && claims.begins * 1_000 > now + SKEW_MS) return 'not-yet';
  if (claims.thumbprint !== null && claims.thumbprint !== thumbprint) return 'other-certificate';
  return isWider(oauth, claims.scope) ? 'scope-too-wide' : null;
};

const faultOf = ({ grant }: OAuth, status: number, body: unknown): TokenFault => {
  const { data } = safely(refusal, body);
  if (status === 401 || data?.error === 'invalid_client') return 'client-refused';
  if (status === 429 || status < 400 || status >= 500) return 'authority-unreachable';
  return grant !== 'client-credentials' && data !== undefined && OF_THE_PERSON.includes(data.error)
    ? 'person-refused'
    : 'request-refused';
};

/** Entra's way of asking for all that was granted to the client beforehand: what it says then is names of the same resource. */
const ALL = '/.default';

/** Null: nothing is said, so that it is what was asked (RFC 6749, 5.1). Where nothing was asked, it is what the authority gives by itself. */
const isWider = ({ scope: asked }: OAuth, given: readonly string[] | null): boolean => {
  if (asked === undefined || given === null) return false;
  const names = asked.split(' ');
  const resources = names.filter((name) => name.endsWith(ALL)).map((name) => name.slice(0, -ALL.length));
  return given.some(
    (name) =>
      name !== '' &&
      !names.includes(name) &&
      !resources.some((resource) => name.startsWith(`${resource}/`) || !name.includes('/')),
  );
};
