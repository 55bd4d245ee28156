/** Reads the assertion by which an application proves itself with a certificate, as strictly as Entra does. */
import { constants, verify, X509Certificate } from 'node:crypto';

/** Entra takes none that is good for longer. Seconds. */
const LONGEST_S = 24 * 3_600;

const PADDING: Readonly<Record<string, number>> = {
  PS256: constants.RSA_PKCS1_PSS_PADDING,
  RS256: constants.RSA_PKCS1_PADDING,
};

/** Null: it is right. Otherwise Entra's code. One assertion may be used again until it ends: Microsoft's own library does so. */
export const assertionFault = (
  assertion: string,
  o: {
    readonly client: string;
    /** The address of the token endpoint. */
    readonly audience: string;
    /** Those that stand in the app registration; PEM, public halves. */
    readonly certificates: readonly string[];
    readonly now: number;
  },
): number | null => {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const header = parsed(head);
  const claims = parsed(body);
  if (header === null || claims === null) return 50_027;
  const certificate = o.certificates
    .map((pem) => new X509Certificate(pem))
    .find(({ fingerprint256 }) => base64url(fingerprint256) === header['x5t#S256']);
  // Not (or no longer) in the app registration.
  if (certificate === undefined) return 700_027;
  const padding = PADDING[String(header['alg'])];
  if (padding === undefined) return 5_002_738;
  const signed = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    { key: certificate.publicKey, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
    Buffer.from(signature, 'base64url'),
  );
  if (!signed) return 700_027;
  const { iss, sub, aud, exp, nbf, jti } = claims;
  if (iss !== o.client || sub !== o.client || aud !== o.audience) return 700_023;
  const seconds = o.now / 1_000;
  if (typeof exp !== 'number' || exp <= seconds || exp > seconds + LONGEST_S) return 700_024;
  if (typeof nbf !== 'number' || nbf > seconds + 300) return 700_024;
  if (certificate.validToDate.getTime() <= o.now) return 700_027;
  return typeof jti === 'string' && jti !== '' ? null : 700_027;
};

const base64url = (fingerprint: string): string =>
  Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url');

const parsed = (part: string): Readonly<Record<string, unknown>> | null => {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
};
