/** testssl.sh against the server as it runs: what it found is printed, and whatever is not on the list below fails. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { openScanned, report, run, type Scanned } from './support.ts';

const SECONDS = 150;

/** What may be found beside "OK" and "INFO", and why. Everything else fails. */
const ALLOWED: Readonly<Record<string, string>> = {
  engine_problem: 'about the scanner’s own OpenSSL: it has no GOST engine',
  sessionresumption_ticket: 'the scanner’s OpenSSL could not try it by itself',
  cert_revocation: 'of the throw-away certificate, whose authority publishes no list',
};

/** Each was looked for and must have been found so. A check that did not run is missing here, and fails as well. */
const EXPECTED: Readonly<Record<string, RegExp>> = {
  SSLv2: /^not offered/,
  SSLv3: /^not offered/,
  TLS1: /^not offered/,
  TLS1_1: /^not offered/,
  TLS1_2: /^offered/,
  TLS1_3: /^offered/,
  ALPN: /^http\/1\.1$/,
  cipherlist_NULL: /^not offered/,
  cipherlist_aNULL: /^not offered/,
  cipherlist_EXPORT: /^not offered/,
  cipherlist_LOW: /^not offered/,
  cipherlist_3DES_IDEA: /^not offered/,
  // CBC and everything without forward secrecy are in this one.
  cipherlist_AVERAGE: /^not offered/,
  cipherlist_STRONG: /^offered/,
  PFS: /^offered/,
  cipher_order: /^server/,
  cipherorder_TLSv1_2: /^(?:ECDHE-ECDSA-(?:AES(?:128|256)-GCM-SHA(?:256|384)|CHACHA20-POLY1305) ?)+$/,
  cipherorder_TLSv1_3: /^(?:TLS_(?:AES_(?:128|256)_GCM|CHACHA20_POLY1305)_SHA(?:256|384) ?)+$/,
  TLS_session_ticket: /^valid for 3600 seconds/,
  cert_chain_of_trust: /^passed/,
  cert_trust: /^Ok via SAN/,
  HSTS_time: /^730 days/,
  HSTS_subdomains: /^includes subdomains/,
  banner_server: /^No Server banner/,
  heartbleed: /^not vulnerable/,
  CCS: /^not vulnerable/,
  ticketbleed: /^not vulnerable/,
  ROBOT: /^not vulnerable/,
  secure_renego: /^supported/,
  secure_client_renego: /^not vulnerable/,
  CRIME_TLS: /^not vulnerable/,
  BREACH: /^not vulnerable/,
  POODLE_SSL: /^not vulnerable/,
  SWEET32: /^not vulnerable/,
  FREAK: /^not vulnerable/,
  DROWN: /^not vulnerable/,
  LOGJAM: /^not vulnerable/,
  BEAST: /^not vulnerable/,
  LUCKY13: /^not vulnerable/,
  RC4: /^not vulnerable/,
};

const findingsOf = z.array(z.object({ id: z.string(), severity: z.string(), finding: z.string() }));

let scanned: Scanned;
let found: z.infer<typeof findingsOf>;
beforeAll(async () => {
  scanned = await openScanned('ec');
  // Protocols, suites, their order, forward secrecy, certificate, headers, all vulnerabilities; no word to anybody else. It waits more
  // than it works, so that two go side by side.
  const halves = [
    ['-p', '-s', '-f', '-P'],
    ['-S', '-h', '-U'],
  ];
  const quiet = ['--warnings', 'off', '--nodns', 'none', '--color', '0', '--quiet'];
  const limits = ['--connect-timeout', '20', '--openssl-timeout', '20'];
  const scanning = halves.map(async (checks, half) => {
    const file = join(scanned.folder, `testssl-${half}.json`);
    const url = `https://${scanned.host}/health/live`;
    await run('/usr/bin/testssl', [
      ...checks,
      ...quiet,
      ...limits,
      '--add-ca',
      scanned.caFile,
      '--jsonfile',
      file,
      url,
    ]);
    return findingsOf.parse(JSON.parse(readFileSync(file, 'utf8')));
  });
  // What both tell of themselves stands there once.
  const byId = new Map((await Promise.all(scanning)).flat().map((one) => [one.id, one]));
  found = [...byId.values()];
}, SECONDS * 1_000);
afterAll(() => scanned.end());

describe('testssl.sh', () => {
  it('finds nothing that is not on the list', () => {
    const notable = found.filter(({ severity }) => !['OK', 'INFO'].includes(severity));
    const count = (severity: string): number => found.filter((one) => one.severity === severity).length;
    report(
      `testssl.sh looked at ${found.length} things: ${count('OK')} OK, ${count('INFO')} for information; beside them:`,
      notable.map(({ id, severity, finding }) => `${severity} ${id}: ${finding} (${ALLOWED[id] ?? 'NOT ALLOWED'})`),
    );
    expect(notable.filter(({ id }) => ALLOWED[id] === undefined)).toEqual([]);
  });

  it('finds what docs/tls.md says', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/tls.md'), 'utf8');
    for (const id of Object.keys(ALLOWED)) expect(page).toContain(`\`${id}\``);
  });

  it.each(Object.entries(EXPECTED))('finds of %s what it should', (id, finding) => {
    expect(found.filter((one) => one.id === id)).toEqual([
      expect.objectContaining({ id, finding: expect.stringMatching(finding) }),
    ]);
  });
});
