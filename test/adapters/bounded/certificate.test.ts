import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { certificateEnd } from '../../../src/adapters/bounded/certificate.ts';
import { createCertificate, createClientCertificate } from '../../stand-ins/azure/certificate.ts';

it('is read with its end where it comes with its own RSA key, in whatever order, and with a chain behind it', async () => {
  const { file, cert } = await createClientCertificate();
  const tomorrow = Date.now() + 24 * 3_600_000;
  const [own = '', key = ''] = file.split(/(?=-----BEGIN PRIVATE)/);
  for (const pem of [file, `${key}${own}`, `${own}${(await createClientCertificate()).cert}\n${key}`, `bag\n${file}`])
    expect(Math.abs((certificateEnd(pem) ?? 0) - tomorrow)).toBeLessThan(60_000);
  for (const pem of ['', cert, key, own.replace('MII', 'MIJ') + key]) expect(certificateEnd(pem)).toBeNull();
});

it('is none with the key of another, one of another kind, or one that is encrypted', async () => {
  const { cert } = await createClientCertificate();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  expect(certificateEnd(`${cert}\n${rsa.export({ type: 'pkcs8', format: 'pem' }).toString()}`)).toBeNull();
  const elliptic = await createCertificate();
  expect(certificateEnd(`${elliptic.cert}\n${elliptic.key}`)).toBeNull();
  const locked = rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hunter2' });
  expect(certificateEnd(`${cert}\n${locked.toString()}`)).toBeNull();
});
