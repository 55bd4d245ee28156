import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createAuditLog } from '../../../src/adapters/audit-log/audit-log.ts';
import { checkOrigins } from '../../../src/adapters/audit-log/origins.ts';
import { verifyAuditLog } from '../../../src/adapters/audit-log/verify.ts';
import { auditContract } from '../../contracts/audit.ts';
import { clock, decision, entriesOf, newFolder, newKey } from './support.ts';

const { secret, publicPem } = newKey();

auditContract('the file log', async () => {
  const folder = await newFolder();
  const audit = await createAuditLog({ folder, origin: 'one', signingKey: secret, clock });
  return {
    audit,
    kept: async () => (await entriesOf(join(folder, 'one', 'audit.log'))).map(({ entry }) => entry),
    close: audit.close,
  };
});

/** A log with as many entries, five to a batch, closed again. */
const written = async (entries: number, signingKey = secret) => {
  const folder = await newFolder();
  const log = await createAuditLog({ folder, origin: 'one', signingKey, clock });
  for (let i = 0; i < entries; i += 5)
    await Promise.all(Array.from({ length: Math.min(5, entries - i) }, (_, j) => log.append(decision(i + j))));
  await log.close();
  return { folder, path: join(folder, 'one', 'audit.log'), own: join(folder, 'one') };
};
const reopened = (folder: string) => createAuditLog({ folder, origin: 'one', signingKey: secret, clock });

describe('the file', () => {
  it('is readable for its owner only, and its folder too', async () => {
    const { own, path } = await written(1);
    expect((await stat(own)).mode & 0o777).toBe(0o700);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(own, 'public-key.pem'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(own, 'public-key.pem'), 'utf8')).toBe(publicPem);
  });

  it('ends every batch in one checkpoint, and puts what is appended together into one batch', async () => {
    const { path } = await written(20);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('checkpoint one ')).length).toBe(4);
    expect(lines.length).toBe(24);
  });

  it('holds entries in canonical spelling, with a sequence number and no hash of the entry before', async () => {
    const { path } = await written(2);
    const line = (await readFile(path, 'utf8')).split('\n')[1]?.slice(65) ?? '';
    expect(line.startsWith('{"entry":{"about":"self","at":1800000000001,"attempt":1,')).toBe(true);
    expect(line.endsWith('},"seq":1}')).toBe(true);
    expect(line).not.toMatch(/[0-9a-f]{64}/);
  });

  it('goes on behind what is there when it is opened again', async () => {
    const { folder, own } = await written(7);
    const log = await reopened(folder);
    expect(log.size()).toBe(7);
    expect(await log.append(decision(7))).toEqual({ origin: 'one', index: 7 });
    expect(log.size()).toBe(8);
    await log.close();
    expect(await verifyAuditLog({ folder: own, publicKey: publicPem })).toMatchObject({
      ok: true,
      entries: 8,
      checkpoints: 3,
    });
  });

  it('writes what waits before it closes, and takes nothing afterwards', async () => {
    const { folder } = await written(1);
    const log = await reopened(folder);
    const last = log.append(decision(1));
    await log.close();
    expect(await last).toEqual({ origin: 'one', index: 1 });
    await expect(log.append(decision(2))).rejects.toMatchObject({ code: 'audit-unavailable' });
  });

  it('has one writer in a process', async () => {
    const { folder } = await written(1);
    const log = await reopened(folder);
    await expect(reopened(folder)).rejects.toMatchObject({ code: 'audit-unavailable' });
    await log.close();
    await (await reopened(folder)).close();
  });

  it('refuses an origin that could leave its folder, and a key of another kind', async () => {
    const folder = await newFolder();
    for (const origin of ['../up', '', 'A', '.hidden', 'a/b', 'x'.repeat(64)])
      await expect(createAuditLog({ folder, origin, signingKey: secret, clock })).rejects.toMatchObject({
        code: 'settings',
      });
    for (const current of ['', 'not a key', publicPem])
      await expect(
        createAuditLog({ folder, origin: 'one', signingKey: { current, accepted: [] }, clock }),
      ).rejects.toMatchObject({ code: 'settings' });
  });

  it('refuses an entry that is too long for a tile, and entries beyond the queue', async () => {
    const folder = await newFolder();
    const log = await createAuditLog({ folder, origin: 'one', signingKey: secret, clock, queueLimit: 3 });
    const long = { ...decision(0), policy: 'x'.repeat(65_535) };
    await expect(log.append(long)).rejects.toMatchObject({ code: 'audit-unavailable' });
    const results = await Promise.allSettled([0, 1, 2, 3].map((i) => log.append(decision(i))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    await log.close();
  });

  it('verifies through a rotation of its key, with the old key and the new one', async () => {
    const { folder, own } = await written(3);
    const next = newKey();
    const signingKey = { current: next.secret.current, accepted: [next.secret.current, secret.current] };
    const log = await createAuditLog({ folder, origin: 'one', signingKey, clock });
    await log.append(decision(3));
    await log.close();
    const both = await readFile(join(own, 'public-key.pem'), 'utf8');
    expect(both).toBe(publicPem + next.publicPem);
    expect(await verifyAuditLog({ folder: own, publicKey: both })).toMatchObject({ ok: true, entries: 5 });
    expect(await verifyAuditLog({ folder: own, publicKey: publicPem })).toMatchObject({
      ok: false,
      firstBad: { index: 3 },
    });
  });
});

describe('opening what was left behind', () => {
  it('moves a torn batch aside, wherever it was cut, and says how many bytes there were', async () => {
    const { path: source } = await written(10);
    const whole = await readFile(source);
    const second = whole.indexOf('\ncheckpoint ') + 1;
    const start = whole.indexOf('\n', second) + 1;
    for (let cut = start + 1; cut < whole.length; cut += 97) {
      const { folder, path, own } = await written(0);
      await writeFile(path, whole.subarray(0, cut));
      const log = await reopened(folder);
      expect(log.size()).toBe(6);
      await log.close();
      const last = (await entriesOf(path)).at(-1);
      expect(last).toEqual({ entry: { kind: 'recovered', at: clock.now(), droppedBytes: cut - start }, seq: 5 });
      const torn = (await readdir(own)).filter((name) => name.startsWith('torn-'));
      expect(await readFile(join(own, torn[0] ?? ''))).toEqual(whole.subarray(start, cut));
      expect(await verifyAuditLog({ folder: own, publicKey: publicPem })).toMatchObject({ ok: true, entries: 6 });
    }
  });

  it('takes a last batch that a power cut left full of zeros for torn', async () => {
    const { folder, path } = await written(10);
    const bytes = await readFile(path);
    bytes.fill(0, bytes.length - 1_500, bytes.length - 900);
    await writeFile(path, bytes);
    const log = await reopened(folder);
    expect(log.size()).toBe(6);
    await log.close();
  });

  it('refuses a signed part that was changed, wherever in its last two batches', async () => {
    const { folder, path } = await written(10);
    const whole = await readFile(path);
    const firstEnd = whole.indexOf('\n', whole.indexOf('\ncheckpoint ') + 1);
    const from = whole.indexOf('\ncheckpoint ') + 1;
    for (let at = from; at < whole.length - 1; at += 13) {
      if (at === firstEnd) continue;
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await writeFile(path, changed);
      await expect(reopened(folder)).rejects.toMatchObject({ code: 'audit-unavailable' });
    }
    await writeFile(path, whole);
    await (await reopened(folder)).close();
  });

  it('does not begin a log anew where one was', async () => {
    const { folder, path } = await written(3);
    await rm(path);
    await expect(reopened(folder)).rejects.toMatchObject({ code: 'audit-missing' });
    expect(await readdir(join(folder, 'one'))).toEqual(['public-key.pem']);
  });

  it('refuses a log of another origin, and one under another key', async () => {
    const { folder, path } = await written(3);
    await mkdir(join(folder, 'two'));
    await writeFile(join(folder, 'two', 'audit.log'), await readFile(path));
    await expect(createAuditLog({ folder, origin: 'two', signingKey: secret, clock })).rejects.toMatchObject({
      code: 'audit-unavailable',
    });
    await expect(createAuditLog({ folder, origin: 'one', signingKey: newKey().secret, clock })).rejects.toMatchObject({
      code: 'audit-unavailable',
    });
  });

  it('finds its end in a log that is longer than it reads at once', async () => {
    const folder = await newFolder();
    const log = await createAuditLog({ folder, origin: 'one', signingKey: secret, clock });
    await Promise.all(Array.from({ length: 7_000 }, (_, i) => log.append(decision(i))));
    await log.close();
    expect((await stat(join(folder, 'one', 'audit.log'))).size).toBeGreaterThan(2 << 20);
    const again = await reopened(folder);
    expect(await again.append(decision(7_000))).toMatchObject({ index: 7_000 });
    await again.close();
    const verified = await verifyAuditLog({ folder: join(folder, 'one'), publicKey: publicPem });
    expect(verified).toMatchObject({ ok: true, entries: 7_001 });
  });
});

describe('the logs on record', () => {
  it('finds nothing wrong with logs that are as long as they must be, or longer', async () => {
    const { folder } = await written(7);
    expect(await checkOrigins({ folder, registered: [{ origin: 'one', size: 7 }] })).toEqual([]);
    expect(await checkOrigins({ folder, registered: [{ origin: 'one', size: 3 }] })).toEqual([]);
  });

  it('notices a log that is gone, and one that was cut behind a valid checkpoint', async () => {
    const { folder, path } = await written(10);
    const bytes = await readFile(path);
    await truncate(path, bytes.indexOf('\n', bytes.indexOf('\ncheckpoint ') + 1) + 1);
    const registered = [
      { origin: 'one', size: 10 },
      { origin: 'two', size: 1 },
    ];
    const [cut, gone, ...rest] = await checkOrigins({ folder, registered });
    expect(cut).toContain('one holds 5 entries, but at least 10');
    expect(gone).toContain('two is on record');
    expect(rest).toEqual([]);
    const verified = await verifyAuditLog({ folder: join(folder, 'one'), publicKey: publicPem, expectAtLeast: 10 });
    expect(verified).toMatchObject({ ok: false, entries: 5, firstBad: { index: 5, line: 7 } });
  });
});
