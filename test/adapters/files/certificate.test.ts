import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CertificateFiles, type PairRead, readPair } from '../../../src/adapters/files/certificate.ts';
import { readTrusted } from '../../../src/adapters/files/pem.ts';
import {
  type Authority,
  type CertificateFolder,
  createAuthority,
  createCertificateFolder,
  type Issued,
  type Wanted,
} from '../../support/certificates.ts';

/** Certificates of throw-away keys that nobody has any more. */
const ED25519 = `-----BEGIN CERTIFICATE-----
MIIBLjCB4aADAgECAhQZRnjZH/8SFKe+RFMH5e1Tvbo8yzAFBgMrZXAwDDEKMAgG
A1UEAwwBeDAgFw0yNjExMjYwNzAwMjZaGA8yMTI2MTEwMjA3MDAyNlowDDEKMAgG
A1UEAwwBeDAqMAUGAytlcAMhAHdgX/oG3a8+R7XDZYX94p3vc4yPx0lDCrbixMfT
4G4Wo1MwUTAdBgNVHQ4EFgQUWXyuJ61PiFtdN/0UqcIrHyBURC4wHwYDVR0jBBgw
FoAUWXyuJ61PiFtdN/0UqcIrHyBURC4wDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXAD
QQBSrEIv62ivxuXtci3eBVFROCHf7gP06TEXvIv4zh0NeBC3XV9q8UQ4Z5q5yzX0
OlwNSUS5/SzZYwXEdH0FX1AL
-----END CERTIFICATE-----
`;
const SECP256K1 = `-----BEGIN CERTIFICATE-----
MIIBbTCCARKgAwIBAgIUC7gSmeH9veWsLpumK2Q9bJScSbUwCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBeDAgFw0yNjExMjYwNzAwMjZaGA8yMTI2MTEwMjA3MDAyNlow
DDEKMAgGA1UEAwwBeDBWMBAGByqGSM49AgEGBSuBBAAKA0IABNVNN08fABBwPM0s
fP4I06o9lNEpwGMWcj07x3zw41mJSc3vmis98tgSQPVD7VveTLeVPtzPWXn0B8c/
2ZNKnBajUzBRMB0GA1UdDgQWBBTouscQFMW98A+SOeocQT6HzojrDTAfBgNVHSME
GDAWgBTouscQFMW98A+SOeocQT6HzojrDTAPBgNVHRMBAf8EBTADAQH/MAoGCCqG
SM49BAMCA0kAMEYCIQC/bj1ATL2aVmXgF6VfYgOkprFJwcxKeANz7/WOWKhq5wIh
AIjHejtbPY6IcIOlRlURdMAhFJ6sxmrr5zW3bfKMPBXW
-----END CERTIFICATE-----
`;
const SHA_1 = `-----BEGIN CERTIFICATE-----
MIIBEjCBuwIUVD7guvvsNFh23blN9DcC33ZeCakwCQYHKoZIzj0EATANMQswCQYD
VQQDDAJjYTAgFw0yNjExMjYwNzAwMjVaGA8yMTI2MTEwMjA3MDAyNVowDDEKMAgG
A1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGOPe8W7QT0KELA9EKfU
vlSYqG2GM7A2zFbulhDN72hvMEomR6/ggtntGE/isK+b8/hwMmx/1r5fcDNbX5Bw
00owCQYHKoZIzj0EAQNHADBEAiBkPqjdmcZPVtCq53uAvZF/Q0BJr+usS4dSZ8A0
JmH7BgIgEmoep5Sx2qbFurvgs25hab3+paff3RU0Y4sna6UGDTA=
-----END CERTIFICATE-----
`;

const DAY_MS = 24 * 60 * 60_000;

let authority: Authority;
let rsa: Authority;
let good: Issued;
let files: CertificateFolder;
beforeAll(async () => {
  authority = await createAuthority();
  rsa = await createAuthority({ kind: 'rsa' });
  good = await authority.issue();
});
beforeEach(() => {
  files = createCertificateFolder();
  files.put(good);
});
afterEach(() => files.end());

const issuing = (wanted: Wanted): Authority => (wanted.rsaBits === undefined ? authority : rsa);

const read = (over: Partial<CertificateFiles> = {}): Promise<PairRead> =>
  readPair({
    certFile: files.certFile,
    keyFile: files.keyFile,
    settings: ['SOTTO_TLS_CERT', 'SOTTO_TLS_KEY'],
    use: 'server',
    host: null,
    now: Date.now(),
    ...over,
  });

const codes = async (over: Partial<CertificateFiles> = {}): Promise<readonly string[]> => {
  const found = await read(over);
  return found.ok ? [] : found.faults.map(({ code }) => code);
};

const sentences = async (): Promise<string> => {
  const found = await read();
  return found.ok ? '' : found.faults.map(({ finding }) => finding).join('\n');
};

describe('a certificate and its key', () => {
  it('are taken where they belong together, and it is known when they end', async () => {
    const found = await read({ host: 'localhost' });
    expect(found).toMatchObject({ ok: true, pair: { cert: good.cert } });
    expect(found.ok && found.pair.end - Date.now()).toBeGreaterThan(89 * DAY_MS);
    expect(found.ok && found.pair.end - Date.now()).toBeLessThan(91 * DAY_MS);
  });

  it.each([
    ['an EC key on P-384', { curve: 'P-384' }],
    ['an RSA key of 2048 bits', { rsaBits: 2_048 }],
    ['no word about its use', { use: null }],
  ] as const)('are taken with %s', async (_, wanted) => {
    files.put(await issuing(wanted).issue(wanted));
    expect(await codes()).toEqual([]);
  });

  it('are taken through links, as whoever renews them lays them', async () => {
    const [certFile, keyFile] = [`${files.certFile}.link`, `${files.keyFile}.link`];
    symlinkSync(files.certFile, certFile);
    symlinkSync(files.keyFile, keyFile);
    expect(await codes({ certFile, keyFile })).toEqual([]);
  });

  it.each([
    ['expired', { from: -10 * DAY_MS, until: -DAY_MS }, 'ended on'],
    ['not-yet', { from: DAY_MS, until: 9 * DAY_MS }, 'only counts from'],
    ['weak', { rsaBits: 1_024 }, 'RSA key of 1024 bits'],
    ['wrong-use', { use: 'client' }, 'not meant for servers'],
  ] as const)('are refused as %s', async (code, wanted, said) => {
    files.put(await issuing(wanted).issue(wanted));
    expect(await codes()).toEqual([code]);
    expect(await sentences()).toContain(said);
  });

  it('are refused where they do not belong together, or the certificate is not the first in its file', async () => {
    const other = await authority.issue();
    files.put({ cert: good.cert, key: other.key });
    expect(await codes()).toEqual(['mismatch']);
    files.put({ cert: `${authority.cert}\n${good.leaf}`, key: good.key });
    expect(await codes()).toEqual(expect.arrayContaining(['mismatch', 'chain']));
  });

  it('are refused where one in the chain did not issue the one before it', async () => {
    const strange = await createAuthority({ name: 'Another authority' });
    files.put({ cert: `${good.leaf}${strange.cert}`, key: good.key });
    expect(await codes()).toEqual(['chain']);
    expect(await sentences()).toContain('certificate 2 in the file');
  });

  it('are refused where they are not for the host that people see', async () => {
    expect(await codes({ host: 'sotto.example.com' })).toEqual(['wrong-host']);
    expect(await codes({ host: '10.0.0.1' })).toEqual(['wrong-host']);
    expect(await codes({ host: '127.0.0.1' })).toEqual([]);
    files.put(await authority.issue({ names: ['*.example.com'] }));
    expect(await codes({ host: 'sotto.example.com' })).toEqual([]);
    // A name that stands in the subject alone is a name for nobody.
    files.put(await authority.issue({ names: [] }));
    expect(await codes({ host: 'nobody' })).toEqual(['wrong-host']);
  });

  it.each([
    ['its key is of a kind that few speak', ED25519, 'many clients do not speak'],
    ['its curve is unusual', SECP256K1, 'unusual curve'],
    ['it is signed by way of SHA-1', SHA_1, 'can be forged'],
  ])('are refused as weak where %s', async (_, cert, said) => {
    files.put({ cert, key: good.key });
    expect(await codes()).toEqual(['mismatch', 'weak']);
    expect(await sentences()).toContain(said);
  });

  it('say everything that is wrong at once', async () => {
    const old = await authority.issue({ from: -10 * DAY_MS, until: -DAY_MS, use: 'client' });
    files.put({ cert: old.cert, key: good.key });
    expect(await codes({ host: 'other.example.com' })).toEqual(['mismatch', 'expired', 'wrong-use', 'wrong-host']);
  });

  it.each([
    ['nothing', ''],
    ['words', 'hello'],
    ['half of one', '-----BEGIN CERTIFICATE-----\nMIIB'],
    ['garbage in its frame', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
  ])('are refused where the file of the certificate holds %s', async (_, cert) => {
    files.put({ cert, key: good.key });
    expect(await codes()).toEqual(['malformed']);
  });

  it('are refused where the second certificate is cut off', async () => {
    files.put({ cert: good.cert.slice(0, -40), key: good.key });
    expect(await codes()).toEqual(['malformed']);
  });

  it('are refused where the key is no key, or needs a passphrase that nobody could type', async () => {
    files.put({ cert: good.cert, key: 'hello' });
    expect(await codes()).toEqual(['malformed']);
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hunter2' },
    });
    files.put({ cert: good.cert, key: privateKey });
    expect(await codes()).toEqual(['malformed']);
    expect(await sentences()).toContain('encrypted');
  });

  it('are refused where others may open the key, and it is said how to mend it', async () => {
    chmodSync(files.keyFile, 0o640);
    expect(await codes()).toEqual(['unreadable']);
    expect(await sentences()).toContain(`chmod 600 ${files.keyFile}`);
  });

  it('are refused where they are not there, are no files, or are far too large', async () => {
    rmSync(files.keyFile);
    rmSync(files.certFile);
    expect(await codes()).toEqual(['unreadable', 'unreadable']);
    mkdirSync(files.certFile);
    files.end();
    files = createCertificateFolder();
    files.put({ cert: good.cert + '\n'.repeat(1024 * 1024), key: good.key });
    expect(await codes()).toEqual(['unreadable']);
  });

  it('never stand in a sentence themselves', async () => {
    files.put({ cert: good.key, key: good.cert });
    expect(await sentences()).not.toMatch(/BEGIN (?!CERT)|MIG|MII/);
  });
});

describe('what is trusted', () => {
  it('is a file of certificates that nobody else may write', async () => {
    const path = files.certFile;
    writeFileSync(path, authority.cert);
    const setting = 'SOTTO_REDIS_CA';
    expect(await readTrusted({ path, setting })).toBe(authority.cert);
    chmodSync(path, 0o664);
    await expect(readTrusted({ path, setting })).rejects.toMatchObject({
      code: 'settings',
      message: expect.stringContaining('trust anybody'),
    });
    chmodSync(path, 0o644);
    writeFileSync(path, 'hello');
    await expect(readTrusted({ path, setting })).rejects.toMatchObject({ message: expect.stringContaining(setting) });
    await expect(readTrusted({ path: `${path}.none`, setting })).rejects.toMatchObject({ code: 'settings' });
  });
});
