/** The certificate that the connection carries (mutual TLS), made of what the vault holds at that moment. */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import type { Clock, Secret } from '../../../core/ports.ts';
import type { ClientCertificate } from '../calling/types.ts';

const BLOCKS = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,16384}-----END CERTIFICATE-----/g;

/** What stands between a certificate and its root is a few; a bundle of authorities is some more. */
const MOST_BLOCKS = 20;

/** Longer than any chain of that length. */
const MOST_PEM = 200_000;

/** An identity of ours for connections. */
export interface OwnCertificate extends ClientCertificate {
  /** SHA-256 of the certificate, base64url (RFC 8705, 3.1): tokens that are bound to it name it so. */
  readonly thumbprint: string;
}

/**
 * Every certificate with the key that it belongs to, the current ones first: through a rotation the two secrets change one after the
 * other. Empty: none is good at this moment. `ca`: null where the description names none, and undefined where its secret is no certificate.
 */
export const certificatesOf = (o: {
  readonly certificate: Secret;
  readonly key: Secret;
  readonly ca: Secret | null;
  readonly clock: Pick<Clock, 'now'>;
}): readonly OwnCertificate[] => {
  const ca = o.ca === null ? null : bundleIn(o.ca.accepted);
  if (ca === undefined) return [];
  const keys = o.key.accepted.filter(isKey);
  return o.certificate.accepted.flatMap((text) => {
    const chain = blocksIn(text);
    const leaf = chain === null ? null : parsed(chain[0] ?? '');
    if (chain === null || leaf === null || !isNow(leaf, o.clock.now())) return [];
    const key = keys.find((one) => leaf.checkPrivateKey(createPrivateKey(one)));
    if (key === undefined) return [];
    const certificate = chain.join('\n');
    const id = createHash('sha256')
      .update(JSON.stringify([certificate, key, ca]))
      .digest('base64url');
    const thumbprint = createHash('sha256').update(leaf.raw).digest('base64url');
    return [{ id, certificate, key, ca, thumbprint }];
  });
};

/** All that is accepted: while the system's authority changes, both are trusted. */
const bundleIn = (texts: readonly string[]): string | undefined => {
  const blocks = texts.map(blocksIn);
  return blocks.some((one) => one === null) ? undefined : blocks.flatMap((one) => one ?? []).join('\n');
};

/** Null: there is none, one of them is no certificate, or they are too many. */
const blocksIn = (text: string): readonly string[] | null => {
  if (text.length > MOST_PEM) return null;
  const blocks = text.match(BLOCKS) ?? [];
  return blocks.length === 0 || blocks.length > MOST_BLOCKS || blocks.some((one) => parsed(one) === null)
    ? null
    : blocks;
};

const parsed = (pem: string): X509Certificate | null => {
  try {
    return new X509Certificate(pem);
  } catch {
    return null; // What a parser says may quote what it read.
  }
};

const isKey = (pem: string): boolean => {
  try {
    return pem.length <= MOST_PEM && createPrivateKey(pem).type === 'private';
  } catch {
    return false;
  }
};

const isNow = ({ validFromDate, validToDate }: X509Certificate, now: number): boolean =>
  validFromDate.getTime() <= now && now < validToDate.getTime();
