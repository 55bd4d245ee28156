/** What a token that was found to be true says, as the core wants to know it. */
import type { Proved, SignInFault, SignInIdentity } from '../../core/sign-in-ports.ts';
import { type StrengthRules, strengthOf } from './strength.ts';

type Claims = Readonly<Record<string, unknown>>;

/** OpenID Connect 2: a subject has at most 255 characters. Other claims that name a person are held to the same. */
const LONGEST = 255;

/** How far our clock and the provider's may be apart, s. */
export const SKEW_SECONDS = 60;

export const provedBy = (
  claims: Claims,
  o: {
    readonly issuer: string;
    readonly personClaim: string;
    readonly strength: StrengthRules;
    /** s since the epoch. */
    readonly now: number;
  },
): Proved => {
  const identity = identityIn(claims, o);
  if (identity === null) return fault('no-subject');
  const { auth_time: signedIn, iat } = claims;
  if (typeof signedIn !== 'number' || !Number.isFinite(signedIn) || signedIn <= 0) return fault('no-time');
  // The library holds it against nothing: a token of tomorrow is one that somebody keeps for tomorrow.
  if (typeof iat !== 'number' || iat > o.now + SKEW_SECONDS) return fault('from-the-future');
  const strength = strengthOf(claims, o.strength);
  if (strength === null) return fault('not-strong');
  return {
    ok: true,
    proof: { identity, at: Math.floor(signedIn * 1_000), strength, session: textIn(claims, 'sid') },
  };
};

const identityIn = (
  claims: Claims,
  { issuer, personClaim }: { readonly issuer: string; readonly personClaim: string },
): SignInIdentity | null => {
  const subject = textIn(claims, personClaim);
  if (subject === null) return null;
  const email = claims['email_verified'] === true ? textIn(claims, 'email') : null;
  return { issuer, subject, tenant: textIn(claims, 'tid'), email };
};

const textIn = (claims: Claims, name: string): string | null => {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return typeof value === 'string' && value !== '' && value.length <= LONGEST ? value : null;
};

const fault = (why: SignInFault): Proved => ({ ok: false, why });
