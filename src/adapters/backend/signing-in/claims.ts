/**
 * What a token says of itself, where it is a JWT. Its signature is not looked at: it came from the authority over TLS, and the system that it
 * is for looks. These are checks that it is the token that was asked for, and nothing that would let anybody in.
 */
import { type Fields, fieldsIn, isFields } from '../../bounded/fields.ts';

export interface Claims {
  /** Empty: it names none. */
  readonly audience: readonly string[];
  /** s since the epoch; null: it does not say. */
  readonly ends: number | null;
  readonly begins: number | null;
  /** Null: it does not say. */
  readonly scope: readonly string[] | null;
  /** Of the only certificate that it is good with (RFC 8705, 3.1); null: any. */
  readonly thumbprint: string | null;
}

const PART = /^[A-Za-z0-9_-]+$/;

/** `opaque`: it is no JWT. `malformed`: it is one that contradicts RFC 7519, and is not used. */
export const claimsOf = (token: string): Claims | 'opaque' | 'malformed' => {
  const [header = '', payload = '', signature = '', ...more] = token.split('.');
  if (more.length > 0 || ![header, payload, signature].every((part) => PART.test(part))) return 'opaque';
  const head = decoded(header);
  if (head === null || typeof head['alg'] !== 'string') return 'opaque';
  const claims = decoded(payload);
  return claims === null ? 'malformed' : read(claims);
};

const decoded = (part: string): Fields | null => fieldsIn(Buffer.from(part, 'base64url').toString('utf8'));

const read = (claims: Fields): Claims | 'malformed' => {
  const audience = textsIn(claims['aud']);
  const ends = timeIn(claims['exp']);
  const begins = timeIn(claims['nbf']);
  // Entra says `scp`, everybody else `scope` (RFC 9068, 2.2.3). Where both stand there, the system may go by either.
  const [scope, scp] = [scopeIn(claims['scope']), scopeIn(claims['scp'])];
  if (audience === undefined || ends === undefined || begins === undefined) return 'malformed';
  if (scope === undefined || scp === undefined) return 'malformed';
  const bound = claims['cnf'];
  const thumbprint = isFields(bound) ? bound['x5t#S256'] : undefined;
  return {
    audience: audience ?? [],
    ends,
    begins,
    scope: scope === null && scp === null ? null : [...(scope ?? []), ...(scp ?? [])],
    thumbprint: typeof thumbprint === 'string' ? thumbprint : null,
  };
};

const textsIn = (value: unknown): readonly string[] | null | undefined => {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
};

const scopeIn = (value: unknown): readonly string[] | null | undefined => {
  const texts = textsIn(value);
  return texts?.flatMap((one) => one.split(' ').filter((name) => name !== '')) ?? texts;
};

const timeIn = (value: unknown): number | null | undefined => {
  if (value === undefined || value === null) return null;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};
