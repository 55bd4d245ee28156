/** Certificates as whoever signs in by one has them: certificate and private key together, in PEM. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,16384}-----END CERTIFICATE-----/;
const KEY = /-----BEGIN (?:RSA )?PRIVATE KEY-----[A-Za-z0-9+/=\s]{1,16384}-----END (?:RSA )?PRIVATE KEY-----/;

/**
 * When the certificate ends, ms since the epoch. Null: the text does not hold a certificate first and its own private key, RSA and
 * not encrypted, which is what Entra takes.
 */
export const certificateEnd = (pem: string): number | null => {
  try {
    const [certificate = ''] = CERTIFICATE.exec(pem) ?? [];
    const [key = ''] = KEY.exec(pem) ?? [];
    const leaf = new X509Certificate(certificate);
    const own: KeyObject = createPrivateKey(key);
    return own.asymmetricKeyType === 'rsa' && leaf.checkPrivateKey(own) ? leaf.validToDate.getTime() : null;
  } catch {
    return null; // What a parser says may quote what it read.
  }
};
