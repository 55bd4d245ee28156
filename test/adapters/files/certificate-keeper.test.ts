import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pair } from '../../../src/adapters/files/certificate.ts';
import { type CertificateKeeper, createCertificateKeeper } from '../../../src/adapters/files/certificate-keeper.ts';
import type { LogFields } from '../../../src/core/ports.ts';
import {
  type Authority,
  type CertificateFolder,
  createAuthority,
  createCertificateFolder,
  type Issued,
} from '../../support/certificates.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const LOOK_MS = 10_000;

let authority: Authority;
let first: Issued;
let second: Issued;
beforeAll(async () => {
  authority = await createAuthority();
  [first, second] = [await authority.issue(), await authority.issue()];
});

let files: CertificateFolder;
let clock: FakeClock;
let keeper: CertificateKeeper;
let logged: string[];
let seen: Pair[];
beforeEach(() => {
  files = createCertificateFolder();
  clock = createFakeClock(Date.now());
  logged = [];
  seen = [];
});
afterEach(async () => {
  await keeper.stop();
  files.end();
});

const note =
  (level: string) =>
  (event: string, { code, ms }: LogFields = {}): void => {
    const days = ms === undefined ? '' : ` ${Math.round(ms / DAY_MS)}d`;
    logged.push(`${level} ${event}${code === undefined ? days : ` ${code}`}`);
  };

const keep = async (issued: Pick<Issued, 'cert' | 'key'>): Promise<void> => {
  files.put(issued);
  keeper = await createCertificateKeeper({
    certFile: files.certFile,
    keyFile: files.keyFile,
    settings: ['SOTTO_TLS_CERT', 'SOTTO_TLS_KEY'],
    use: 'server',
    host: null,
    clock,
    log: { info: note('info'), warn: note('warn'), error: note('error') },
    warnMs: 30 * DAY_MS,
    everyMs: LOOK_MS,
  });
  keeper.onChange((pair) => seen.push(pair));
};

/** Reading the files takes real time: it is asleep again once it has looked. */
const looks = async (count: number, everyMs = LOOK_MS): Promise<void> => {
  for (let i = 0; i < count; i++) {
    await until(() => clock.sleeping() === 1);
    await clock.advance(everyMs);
  }
  await until(() => clock.sleeping() === 1);
};

describe('a certificate that is shown', () => {
  it('is followed by the one that takes its place, once', async () => {
    await keep(first);
    expect(keeper.current().cert).toBe(first.cert);
    await looks(2);
    files.put(second);
    await looks(3);
    expect(keeper.current()).toMatchObject({ cert: second.cert, key: second.key.trim() });
    expect(seen.map(({ cert }) => cert)).toEqual([second.cert]);
    expect(logged).toEqual(['info certificate.changed 90d']);
  });

  it('stays while its successor is half there, without an alarm where the other half follows', async () => {
    await keep(first);
    await looks(1);
    writeFileSync(files.certFile, second.cert);
    await looks(1);
    expect(keeper.current().cert).toBe(first.cert);
    writeFileSync(files.keyFile, second.key);
    await looks(1);
    expect(keeper.current().cert).toBe(second.cert);
    expect(logged).toEqual(['info certificate.changed 90d']);
  });

  it.each([
    ['a key that is another’s', (): void => writeFileSync(files.certFile, second.cert), 'mismatch'],
    ['a file that is gone', (): void => rmSync(files.keyFile), 'unreadable'],
    ['a file that was cut', (): void => writeFileSync(files.certFile, first.cert.slice(0, -40)), 'malformed'],
    ['a file that is empty', (): void => writeFileSync(files.certFile, ''), 'malformed'],
  ])('stays beside %s, with an alarm once a minute until that is mended', async (_, spoil, code) => {
    await keep(first);
    await looks(1);
    spoil();
    await looks(14);
    expect(keeper.current().cert).toBe(first.cert);
    expect(logged).toEqual(Array.from({ length: 3 }, () => `error certificate.refused ${code}`));
    files.put(second);
    await looks(1);
    expect(keeper.current().cert).toBe(second.cert);
    await looks(14);
    expect(logged).toHaveLength(4);
  });

  it('is not what it was the moment before it counts, and is as soon as it does, although no file changes', async () => {
    await keep(first);
    files.put(await authority.issue({ from: 10 * MINUTE_MS }));
    await looks(2);
    expect(keeper.current().cert).toBe(first.cert);
    await looks(3, 6 * MINUTE_MS);
    expect(seen).toHaveLength(1);
    expect(logged.at(-1)).toBe('info certificate.changed 90d');
  });

  it('is warned about once a day from thirty days before its end, and is an error when it has ended', async () => {
    await keep(await authority.issue({ until: 32.5 * DAY_MS }));
    await looks(2, DAY_MS);
    expect(logged).toEqual([]);
    await looks(40, DAY_MS / 8);
    expect(logged).toEqual([
      'warn certificate.ends-soon 30d',
      ...[29, 28, 27, 26].map((left) => `warn certificate.ends-soon ${left}d`),
    ]);
    await looks(27, DAY_MS);
    expect(logged.slice(-2)).toEqual(['error certificate.ended 1d', 'error certificate.ended 2d']);
  });

  it('does not start with one that will not do, and everything that is wrong is said', async () => {
    await keep(first);
    const start = keep({ cert: (await authority.issue({ from: -9 * DAY_MS, until: -DAY_MS })).cert, key: first.key });
    await expect(start).rejects.toMatchObject({
      code: 'settings',
      message: expect.stringMatching(/do not belong together[\s\S]*ended on/),
    });
  });
});
