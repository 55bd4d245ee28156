/** Proof by a token that the other side signed (RFC 7519), which vouches for the body by its digest. */
import { createHash, createPublicKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Clock, Secret } from '../../../core/ports.ts';
import type { HookShape } from '../describing/hook.ts';
import type { KeySet } from './key-set.ts';
import { type HookFault, type Prove, unproved } from './types.ts';

type Jwt = Extract<HookShape['proof'], { readonly jwt: unknown }>['jwt'];

/** By a private key alone: neither `none` nor a secret that whoever checks has as well (RFC 8725, 3.1 and 3.2). */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

const LONGEST_TOKEN = 8_000;
const LONGEST_ID = 200;

/** Clocks of two machines. */
const SKEW_SECONDS = 60;

export const byJwt =
  (o: {
    readonly jwt: Jwt;
    readonly keys: { readonly set: KeySet } | { readonly secret: () => Promise<Secret> };
    readonly clock: Pick<Clock, 'now'>;
  }): Prove =>
  async ({ headers, body }) => {
    const token = tokenIn(headers[o.jwt.header], o.jwt.header);
    if (token === null) return unproved('proof-missing');
    if (token.length > LONGEST_TOKEN) return unproved('proof-malformed');
    const { issuer, audience } = o.jwt;
    const options: JWTVerifyOptions = {
      issuer,
      audience,
      algorithms: [...ALGORITHMS],
      currentDate: new Date(o.clock.now()),
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ['exp', 'iat'],
    };
    const payload = 'set' in o.keys ? await bySet(token, o.keys.set, options) : await byKeys(token, o.keys, options);
    if (typeof payload === 'string') return unproved(payload);
    if (!vouchesFor(payload[o.jwt.digest], body)) return unproved('proof-digest');
    // The signature of one algorithm can be written in two ways; what it signs cannot.
    const proof = createHash('sha256')
      .update(token.slice(0, token.lastIndexOf('.')))
      .digest('hex');
    const { jti, iat = 0 } = payload;
    const id = typeof jti === 'string' && jti !== '' && jti.length <= LONGEST_ID ? jti : proof;
    return { ok: true, at: iat * 1_000, id, proof };
  };

const tokenIn = (value: string | undefined, header: string): string | null => {
  if (value === undefined || value === '') return null;
  if (header !== 'authorization') return value;
  return /^Bearer /i.test(value) ? value.slice('Bearer '.length) : null;
};

type Verified = JWTPayload | HookFault;

/** One more look at the keys where none of them is meant: they may have been changed there. */
const bySet = async (token: string, set: KeySet, options: JWTVerifyOptions): Promise<Verified> => {
  const { keys, again } = await set.get();
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSNoMatchingKey) || !again) return faultIn(error);
  }
  try {
    return (await jwtVerify(token, (await set.get({ anew: true })).keys, options)).payload;
  } catch (error) {
    return faultIn(error);
  }
};

/** Of several keys, while one is changed, any. */
const byKeys = async (
  token: string,
  { secret }: { readonly secret: () => Promise<Secret> },
  options: JWTVerifyOptions,
): Promise<Verified> => {
  let fault: HookFault = 'proof-mismatch';
  for (const pem of (await secret()).accepted) {
    const key = publicKey(pem);
    if (key === null) continue;
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      const found = faultIn(error);
      if (found !== 'proof-mismatch') fault = found;
    }
  }
  return fault;
};

const PUBLIC = /^\s*-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]{1,8192}-----END PUBLIC KEY-----\s*$/;

/** Null: it is none. A private key is none: whoever checks has no use for it, and should not have it. */
export const publicKey = (pem: string): KeyObject | null => {
  try {
    return PUBLIC.test(pem) ? createPublicKey(pem) : null;
  } catch {
    return null;
  }
};

const vouchesFor = (claim: unknown, body: Buffer): boolean => {
  if (typeof claim !== 'string') return false;
  const due = createHash('sha256').update(body).digest();
  const encoding = claim.length === 2 * due.length ? 'hex' : 'base64url';
  const given = Buffer.from(claim, encoding);
  const written = encoding === 'hex' ? claim.toLowerCase() : claim;
  return given.length === due.length && given.toString(encoding) === written && timingSafeEqual(given, due);
};

const faultIn = (error: unknown): HookFault => {
  if (error instanceof errors.JWTExpired) return 'proof-ended';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return 'proof-issuer';
    return error.claim === 'aud' ? 'proof-audience' : 'proof-ended';
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey)
    return 'proof-mismatch';
  return 'proof-malformed';
};
