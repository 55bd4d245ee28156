/** A throw-away certificate for stand-ins that must speak https. Its key lives in memory; only the public half is written down. */
import { writeFileSync } from 'node:fs';
import { generate } from 'selfsigned';

export interface Certificate {
  /** PEM. */
  readonly key: string;
  /** PEM; who trusts this one trusts the stand-ins. */
  readonly cert: string;
}

const HOUR_MS = 60 * 60_000;

/** Made afresh for every run, for localhost, 127.0.0.1 and further `names`, good for a day. */
export const createCertificate = async (names: readonly string[] = []): Promise<Certificate> => {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // A little in the past: clocks of containers differ.
    notBeforeDate: new Date(Date.now() - HOUR_MS),
    notAfterDate: new Date(Date.now() + 24 * HOUR_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          ...names.map((value) => ({ type: 2, value }) as const),
        ],
      },
    ],
  });
  return { key: made.private, cert: made.cert };
};

/** By which an application signs in: as it stands in its file, both halves, and what stands in its app registration. */
export const createClientCertificate = async (): Promise<{ readonly file: string; readonly cert: string }> => {
  const made = await generate([{ name: 'commonName', value: 'sotto' }], {
    keyType: 'rsa',
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - HOUR_MS),
    notAfterDate: new Date(Date.now() + 24 * HOUR_MS),
  });
  return { file: `${made.cert.trim()}\n${made.private.trim()}\n`, cert: made.cert };
};

/**
 * Node takes a further certificate for a whole process only at its start: write it to `path` and start the process with
 * the returned environment. Inside one process the adapters' `ca` option does the same.
 */
export const trusting = (certificate: Certificate, path: string): { readonly NODE_EXTRA_CA_CERTS: string } => {
  writeFileSync(path, certificate.cert);
  return { NODE_EXTRA_CA_CERTS: path };
};
