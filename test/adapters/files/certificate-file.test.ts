import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createCertificateFile } from '../../../src/adapters/files/certificate-file.ts';
import type { Secret } from '../../../src/core/ports.ts';
import { createClientCertificate } from '../../stand-ins/azure/certificate.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

let one = '';
let two = '';
let path = '';
let folder = '';
let clock: FakeClock;
let logged: string[];
let read: () => Promise<Secret>;
beforeAll(async () => {
  [one, two] = (await Promise.all([createClientCertificate(), createClientCertificate()])).map(({ file }) =>
    file.trimEnd(),
  ) as [string, string];
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-certificate-'));
  path = join(folder, 'sotto.pem');
  clock = createFakeClock();
  logged = [];
  const note = (event: string, fields?: object): void => {
    logged.push(JSON.stringify({ event, ...fields }));
  };
  read = createCertificateFile({ path, clock, log: { info: note, warn: note, error: note } });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (text: string, mode = 0o600): void => {
  writeFileSync(`${path}.new`, text, { mode });
  chmodSync(`${path}.new`, mode);
  renameSync(`${path}.new`, path);
};

describe('the file with the certificate', () => {
  it('is read at each use, and the certificate that was there before counts beside the new one', async () => {
    put(`${one}\n`);
    expect(await read()).toEqual({ current: one, accepted: [one] });
    put(two);
    expect(await read()).toEqual({ current: two, accepted: [two, one] });
    expect(await read()).toEqual({ current: two, accepted: [two, one] });
    put(one);
    expect(await read()).toEqual({ current: one, accepted: [one, two] });
    expect(logged).toEqual([]);
  });

  it.each([
    ['is not there', () => rmSync(path, { force: true }), 'secrets-unavailable', /no file .*sotto\.pem/],
    ['holds none', () => put('nonsense'), 'settings', /does not hold a certificate/],
    ['holds no key', () => put(one.split('-----BEGIN PRIVATE')[0] ?? ''), 'settings', /does not hold a certificate/],
    ['may be read by others', () => put(two, 0o640), 'settings', /Others may open .*chmod 600/],
  ] as const)(
    'is refused at first where it %s, and leaves the last good one in use later',
    async (_, spoil, code, message) => {
      spoil();
      await expect(read()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
      put(one);
      await read();
      spoil();
      for (let n = 0; n < 3; n++) expect((await read()).current).toBe(one);
      expect(logged).toEqual([`{"event":"certificate.unusable","name":"sotto.pem","code":"${code}"}`]);
      await clock.advance(60_000);
      await read();
      expect(logged).toHaveLength(2);
      put(two);
      expect((await read()).current).toBe(two);
    },
  );

  it('is refused where others may put another one in its place', async () => {
    put(one);
    chmodSync(folder, 0o770);
    await expect(read()).rejects.toMatchObject({ code: 'settings' });
    chmodSync(folder, 0o700);
  });
});
