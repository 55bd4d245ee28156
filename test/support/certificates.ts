/** A throw-away authority and what it issues: good certificates, and bad ones of every kind. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate, type SubjectAltNameEntry } from 'selfsigned';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

export interface Issued {
  /** PEM: the certificate, then the authority's. */
  readonly cert: string;
  /** The certificate alone. */
  readonly leaf: string;
  readonly key: string;
}

export interface Wanted {
  /** Names and addresses of digits that it is good for; localhost and 127.0.0.1 unless told. */
  readonly names?: readonly string[];
  /** From now, ms. */
  readonly from?: number;
  readonly until?: number;
  readonly rsaBits?: number;
  readonly curve?: 'P-256' | 'P-384';
  readonly use?: 'server' | 'client' | null;
}

export interface Authority {
  /** PEM. */
  readonly cert: string;
  issue(wanted?: Wanted): Promise<Issued>;
}

const isAddress = (name: string): boolean => /^[0-9.]+$|:/.test(name);

const nameOf = (name: string): SubjectAltNameEntry =>
  isAddress(name) ? { type: 7, ip: name } : { type: 2, value: name };

const uses = {
  server: { name: 'extKeyUsage', serverAuth: true },
  client: { name: 'extKeyUsage', clientAuth: true },
} as const;

/** `kind`: of its own keys and of those that it issues for. */
export const createAuthority = async (
  o: { readonly name?: string; readonly kind?: 'ec' | 'rsa' } = {},
): Promise<Authority> => {
  const { name = 'Throw-away authority', kind = 'ec' } = o;
  const own = await generate([{ name: 'commonName', value: name }], {
    ...(kind === 'ec' ? { keyType: kind, curve: 'P-256' } : { keyType: kind, keySize: 2_048 }),
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 400 * DAY_MS),
    notAfterDate: new Date(Date.now() + 400 * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    cert: own.cert,
    issue: async (wanted = {}) => {
      const names = wanted.names ?? ['localhost', '127.0.0.1'];
      const use = wanted.use === undefined ? 'server' : wanted.use;
      const made = await generate([{ name: 'commonName', value: names[0] ?? 'nobody' }], {
        ...(kind === 'ec'
          ? { keyType: kind, curve: wanted.curve ?? 'P-256' }
          : { keyType: kind, keySize: wanted.rsaBits ?? 2_048 }),
        algorithm: 'sha256',
        notBeforeDate: new Date(Date.now() + (wanted.from ?? -HOUR_MS)),
        notAfterDate: new Date(Date.now() + (wanted.until ?? 90 * DAY_MS)),
        ca: { key: own.private, cert: own.cert },
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          ...(use === null ? [] : [uses[use]]),
          ...(names.length === 0 ? [] : [{ name: 'subjectAltName' as const, altNames: names.map(nameOf) }]),
        ],
      });
      const leaf = `${made.cert.trim()}\n`;
      return { leaf, cert: `${leaf}${own.cert.trim()}\n`, key: `${made.private.trim()}\n` };
    },
  };
};

export interface CertificateFolder {
  readonly certFile: string;
  readonly keyFile: string;
  /** Puts both in their places, each at once, as a tool that renews them does. */
  put(issued: Pick<Issued, 'cert' | 'key'>): void;
  end(): void;
}

/** Two files, the key 0600. */
export const createCertificateFolder = (): CertificateFolder => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-tls-'));
  const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const replace = (path: string, text: string, mode: number): void => {
    writeFileSync(`${path}.new`, text, { mode });
    renameSync(`${path}.new`, path);
  };
  return {
    certFile,
    keyFile,
    put: ({ cert, key }) => {
      replace(certFile, cert, 0o644);
      replace(keyFile, key, 0o600);
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
};
