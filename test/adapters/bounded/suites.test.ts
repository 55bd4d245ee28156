import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CLIENT_TLS, SERVER_TLS } from '../../../src/adapters/bounded/suites.ts';
import {
  type Authority,
  type CertificateFolder,
  createAuthority,
  createCertificateFolder,
  type Issued,
} from '../../support/certificates.ts';

const SUITES = join(import.meta.dirname, '../../../src/adapters/bounded/suites.ts');

let authority: Authority;
let own: Issued;
let files: CertificateFolder;
beforeAll(async () => {
  authority = await createAuthority();
  own = await authority.issue();
  files = createCertificateFolder();
  writeFileSync(files.certFile, authority.cert);
});
afterAll(() => files.end());

/** What a fetch comes to in a process of its own that trusts the authority: its status, or the code of its failure. */
const fetched = async (url: string, o: { readonly hardened: boolean }): Promise<string> => {
  const script = `
    ${o.hardened ? `(await import(${JSON.stringify(SUITES)})).hardenOutbound();` : ''}
    console.log(await fetch(${JSON.stringify(url)}).then((r) => r.status, (e) => e.cause?.code ?? 'failed'));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: files.certFile },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  return said.trim();
};

const serving = async <T>(o: SecureContextOptions, work: (url: string) => Promise<T>): Promise<T> => {
  const server = createServer({ ...o, cert: own.cert, key: own.key }, (_, response) => response.end('x'));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
};

describe('what TLS is spoken with', () => {
  it('is authenticated encryption with forward secrecy alone', () => {
    for (const suite of CLIENT_TLS.ciphers.split(':'))
      expect(suite).toMatch(
        /^(?:TLS_|ECDHE-(?:ECDSA|RSA)-)(?:[A-Z0-9-]+-|)(?:AES_?(?:128|256)[_-]GCM|CHACHA20[_-]POLY1305)/,
      );
    expect([CLIENT_TLS.minVersion, SERVER_TLS.minVersion]).toEqual(['TLSv1.2', 'TLSv1.2']);
  });

  it.each([
    ['TLS 1.3', { minVersion: 'TLSv1.3' }, '200'],
    ['TLS 1.2 and GCM', { maxVersion: 'TLSv1.2' }, '200'],
    ['TLS 1.2 and CBC', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-SHA384' }, 'refused'],
    ['TLS 1.1', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }, 'refused'],
  ] as const)('whoever calls a server of %s comes to: %s', async (_, o, expected) => {
    const outcome = await serving(o, (url) => fetched(url, { hardened: true }));
    expect(outcome).toMatch(expected === '200' ? /^200$/ : /^(?:ERR_SSL|ECONNRESET|UND_ERR|EPROTO)/);
  });

  it('is what this process speaks by itself, so that no client is forgotten: without it, CBC is spoken', async () => {
    const o = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-SHA384' } as const;
    expect(await serving(o, (url) => fetched(url, { hardened: false }))).toBe('200');
  });
});
