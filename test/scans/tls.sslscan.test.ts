/** sslscan against the server as it runs, under a certificate of each kind: what it found is printed, and anything but what it should fails. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openScanned, report, run, type Scanned } from './support.ts';

const TLS_1_3 = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'];
const tls12 = (kind: string): readonly string[] => [
  `ECDHE-${kind}-AES256-GCM-SHA384`,
  `ECDHE-${kind}-CHACHA20-POLY1305`,
  `ECDHE-${kind}-AES128-GCM-SHA256`,
];

type Attributes = Readonly<Record<string, string>>;

/** The attributes of every element of this name; sslscan's own are flat and escape nothing that we look at. */
const elements = (xml: string, name: string): readonly Attributes[] =>
  [...xml.matchAll(new RegExp(`<${name} ([^>]*?)/?>`, 'g'))].map(([, attributes = '']) =>
    Object.fromEntries(
      [...attributes.matchAll(/([a-z_]+)="([^"]*)"/gi)].map(([, key = '', value = '']) => [key, value]),
    ),
  );

describe.each([
  ['ec', 'ECDSA'],
  ['rsa', 'RSA'],
] as const)('sslscan, under a certificate of the kind %s', (kind, suites) => {
  let scanned: Scanned;
  let xml: string;
  beforeAll(async () => {
    scanned = await openScanned(kind);
    const file = join(scanned.folder, 'sslscan.xml');
    await run('/usr/bin/sslscan', ['--no-colour', `--xml=${file}`, scanned.host]);
    xml = readFileSync(file, 'utf8');
    report(`sslscan (${kind}) found:`, [
      ...elements(xml, 'protocol').map(
        ({ type, version, enabled }) => `${type} ${version}: ${enabled === '1' ? 'yes' : 'no'}`,
      ),
      ...elements(xml, 'cipher').map(({ sslversion, cipher, curve }) => `${sslversion} ${cipher} (${curve})`),
    ]);
  }, 120_000);
  afterAll(() => scanned.end());

  it('finds TLS 1.2 and 1.3 and nothing older', () => {
    const spoken = elements(xml, 'protocol').map(({ type, version, enabled }) => `${type} ${version} ${enabled}`);
    expect(spoken).toEqual(['ssl 2 0', 'ssl 3 0', 'tls 1.0 0', 'tls 1.1 0', 'tls 1.2 1', 'tls 1.3 1']);
  });

  it('finds these suites and no other, in this order', () => {
    const found = elements(xml, 'cipher');
    const of = (version: string): readonly (string | undefined)[] =>
      found.filter(({ sslversion }) => sslversion === version).map(({ cipher }) => cipher);
    expect(of('TLSv1.3')).toEqual(TLS_1_3);
    expect(of('TLSv1.2')).toEqual(tls12(suites));
    expect(found).toHaveLength(6);
    for (const { ecdhebits } of found) expect(Number(ecdhebits)).toBeGreaterThanOrEqual(253);
  });

  it('finds what docs/tls.md says', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/tls.md'), 'utf8');
    const rows = page.split('\n').filter((line) => line.startsWith('| suites of 1.3') || line.startsWith('| of 1.2'));
    const said = rows.flatMap((row) => row.match(/[A-Z0-9_-]{16,}/g) ?? []);
    expect(said).toEqual([...TLS_1_3, ...tls12('ECDSA'), ...tls12('RSA')]);
    expect(said).toEqual(expect.arrayContaining(elements(xml, 'cipher').map(({ cipher }) => cipher)));
  });

  it('finds no renegotiation, no compression and no heartbleed', () => {
    expect(elements(xml, 'renegotiation')).toEqual([{ supported: '0', secure: '0' }]);
    expect(elements(xml, 'compression').filter(({ supported }) => supported !== '0')).toEqual([]);
    const hearts = elements(xml, 'heartbleed');
    expect(hearts.map(({ vulnerable }) => vulnerable)).toEqual(['0', '0']);
  });

  it('finds a key that is long enough and a signature that holds', () => {
    expect(elements(xml, 'pk').filter(({ type }) => type !== undefined)).toContainEqual(
      expect.objectContaining(kind === 'ec' ? { type: 'EC', curve_name: 'prime256v1' } : { type: 'RSA', bits: '2048' }),
    );
    expect(xml).toMatch(/sha256/i);
    expect(xml).not.toMatch(/sha1|md5/i);
  });
});
