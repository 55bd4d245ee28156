/** A certificate and its key, read with suspicion and judged together: what is wrong is said before anybody is shown it. */
import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { basename, dirname } from 'node:path';
import { createSecureContext } from 'node:tls';
import { SottoError } from '../../core/errors.ts';
import { SERVER_TLS } from '../bounded/suites.ts';
import { certificatesIn, readPublicFile } from './pem.ts';
import { readSecretFile } from './secret-file.ts';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** What the two files are called in sentences: the settings that name them. */
  readonly settings: readonly [cert: string, key: string];
  /** By whom it is shown. */
  readonly use: 'server' | 'client';
  /** The name by which the server is called, which the certificate must be good for; null: it is not known. */
  readonly host: string | null;
}

export interface Pair {
  /** PEM: the certificate, then those that vouch for it. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** When the first of its certificates ends, ms since the epoch. */
  readonly end: number;
}

/** `code` is for the log; `finding` for people. */
export interface PairFault {
  readonly code:
    | 'unreadable'
    | 'malformed'
    | 'mismatch'
    | 'chain'
    | 'weak'
    | 'expired'
    | 'not-yet'
    | 'wrong-use'
    | 'wrong-host';
  readonly finding: string;
}

export type PairRead =
  | { readonly ok: true; readonly pair: Pair }
  | { readonly ok: false; readonly faults: readonly PairFault[] };

const SMALLEST_RSA_BITS = 2_048;
const CURVES: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1'];

const OLD_HASHES = /sha-?1(?![0-9])|md[245]/i;

const USES = { server: ['1.3.6.1.5.5.7.3.1', 'servers'], client: ['1.3.6.1.5.5.7.3.2', 'clients'] } as const;
const ANY_USE = '2.5.29.37.0';

/** Reads both files and judges them at `now`. Never throws; every fault at once. */
export const readPair = async (o: CertificateFiles & { readonly now: number }): Promise<PairRead> => {
  const faults: PairFault[] = [];
  const say = (code: PairFault['code'], finding: string): null => {
    faults.push({ code, finding });
    return null;
  };
  const unread = (error: unknown): null => say('unreadable', error instanceof Error ? error.message : String(error));
  const [certName, keyName] = o.settings;
  const cert = await readPublicFile({ path: o.certFile, trusted: false }).catch(unread);
  const keyText = await readKeyFile(o.keyFile).catch(unread);
  const chain = cert === null ? null : certificatesIn(cert);
  if (cert !== null && chain === null)
    say(
      'malformed',
      `${certName} (${o.certFile}) is no certificate that can be read, or one that is cut off. Put the certificate there, then those of its authorities (PEM).`,
    );
  const key = keyText === null ? null : keyOf(keyText);
  if (typeof key === 'string')
    say(
      'malformed',
      `${keyName} (${o.keyFile}) ${key}. Write it without a passphrase, as PEM: openssl pkey -in KEY -out ${o.keyFile}`,
    );
  const [leaf] = chain ?? [];
  if (chain !== null && leaf !== undefined)
    for (const fault of judge({ ...o, chain, leaf, key: typeof key === 'string' ? null : key })) faults.push(fault);
  if (faults.length > 0 || cert === null || keyText === null || chain === null) return { ok: false, faults };
  try {
    createSecureContext({ ...SERVER_TLS, cert, key: keyText });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    say(
      'weak',
      `${certName} (${o.certFile}) is not taken by OpenSSL (${code}): its key or a signature in its chain is too weak. Have a new one issued (RSA of 2048 bits or EC, SHA-256).`,
    );
    return { ok: false, faults };
  }
  return { ok: true, pair: { cert, key: keyText, end: Math.min(...chain.map(({ validTo }) => Date.parse(validTo))) } };
};

/** With the eyes of the folder of secrets: one's own, and nobody else may open it. */
const readKeyFile = async (path: string): Promise<string> => {
  const read = await readSecretFile({ folder: dirname(path), file: basename(path), name: basename(path) });
  if (read !== null) return read.text;
  throw new SottoError('settings', `${path} is not there. Put the key of the certificate there (PEM), with mode 0600.`);
};

/** Or what is wrong with it, to be said after its name. */
const keyOf = (text: string): KeyObject | string => {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text))
    return 'is encrypted, and nobody is there to type its passphrase';
  try {
    return createPrivateKey(text);
  } catch {
    return 'is no private key that can be read';
  }
};

interface Judged extends CertificateFiles {
  readonly now: number;
  readonly chain: readonly X509Certificate[];
  readonly leaf: X509Certificate;
  readonly key: KeyObject | null;
}

const judge = (o: Judged): readonly PairFault[] => {
  const { leaf, chain, key, now, host } = o;
  const [certName, keyName] = o.settings;
  const named = `${certName} (${o.certFile})`;
  const faults: PairFault[] = [];
  const say = (code: PairFault['code'], finding: string): void => void faults.push({ code, finding });
  if (key !== null && !leaf.checkPrivateKey(key))
    say(
      'mismatch',
      `${named} and ${keyName} (${o.keyFile}) do not belong together. Put the key that the certificate was issued for beside it, and the certificate itself first in its file.`,
    );
  const weak = weaknessOf(leaf.publicKey);
  if (weak !== null)
    say('weak', `${named} has ${weak}. Have one issued for RSA of 2048 bits or more, or for EC (P-256).`);
  // Nobody looks at the signature of a root, which is its own.
  const old = chain.find((one) => !one.checkIssued(one) && OLD_HASHES.test(one.signatureAlgorithm ?? ''));
  if (old !== undefined)
    say(
      'weak',
      `${named} is signed by way of ${old.signatureAlgorithm}, which can be forged. Have a new one issued (SHA-256).`,
    );
  const [outOfOrder] = chain.flatMap((one, i) => {
    const next = chain[i + 1];
    return next === undefined || one.checkIssued(next) ? [] : [i + 2];
  });
  if (outOfOrder !== undefined)
    say(
      'chain',
      `${named} is out of order: certificate ${outOfOrder} in the file did not issue the one before it. Put the certificate first, then the one that issued it, and so on.`,
    );
  for (const { validFrom, validTo } of chain) {
    if (now >= Date.parse(validTo)) {
      say(
        'expired',
        `${named} ended on ${dayOf(validTo)}, so nobody would believe it. Put a renewed one in its place.`,
      );
      break;
    }
    if (now < Date.parse(validFrom)) {
      say('not-yet', `${named} only counts from ${dayOf(validFrom)}. Look at this machine's clock, or wait.`);
      break;
    }
  }
  const [use, whose] = USES[o.use];
  const uses = leaf.keyUsage as readonly string[] | undefined;
  if (uses !== undefined && !uses.includes(use) && !uses.includes(ANY_USE))
    say('wrong-use', `${named} is not meant for ${whose}. Have one issued with that extended key usage.`);
  if (host !== null && !isFor(leaf, host))
    say(
      'wrong-host',
      `${named} is not good for "${host}", which is where people and platforms find Sotto (SOTTO_PUBLIC_URL). Have one issued for that name.`,
    );
  return faults;
};

/** By its alternative names alone: what stands in the subject counts nowhere any more. */
const isFor = (leaf: X509Certificate, host: string): boolean =>
  (isIP(host) === 0 ? leaf.checkHost(host, { subject: 'never' }) : leaf.checkIP(host)) !== undefined;

const dayOf = (time: string): string => new Date(time).toISOString().slice(0, 10);

const weaknessOf = ({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string | null => {
  const bits = details?.modulusLength ?? 0;
  if (type === 'rsa') return bits >= SMALLEST_RSA_BITS ? null : `an RSA key of ${bits} bits, which can be broken`;
  if (type === 'ec') return CURVES.includes(details?.namedCurve ?? '') ? null : 'an EC key on an unusual curve';
  return `a key (${type ?? 'unknown'}) that many clients do not speak`;
};
