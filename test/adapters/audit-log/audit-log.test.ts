import { appendFile, cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createAuditLog } from '../../../src/adapters/audit-log/audit-log.ts';
import { batchAt } from '../../../src/adapters/audit-log/journal.ts';
import { journalPath } from '../../../src/adapters/audit-log/layout.ts';
import { missedOf } from '../../../src/adapters/audit-log/missed.ts';
import { begunLogs } from '../../../src/adapters/audit-log/origins.ts';
import { verifyAuditLog } from '../../../src/adapters/audit-log/verify.ts';
import { auditContract } from '../../contracts/audit.ts';
import { clock, decision, entriesOf, newFolder, newKey, proved } from './support.ts';

const { secret, publicPem } = newKey();

auditContract('the log in a folder', async () => {
  const folder = await newFolder();
  const audit = await createAuditLog({ folder, origin: 'one', signingKey: secret, clock });
  return {
    audit,
    kept: async () => (await entriesOf(join(folder, 'one'))).map(({ entry }) => entry),
    close: audit.close,
  };
});

/** A log with as many entries, five to a batch; `crashed`: as a process leaves it that is killed, all of it in the journal. */
const written = async (entries: number, crashed = false) => {
  const folder = await newFolder();
  const log = await createAuditLog({ folder, origin: 'one', signingKey: secret, clock });
  for (let i = 0; i < entries; i += 5)
    await Promise.all(Array.from({ length: Math.min(5, entries - i) }, (_, j) => log.append(decision(i + j))));
  const left = await newFolder();
  if (crashed) await cp(folder, left, { recursive: true });
  await log.close();
  const at = crashed ? left : folder;
  const own = join(at, 'one');
  return { folder: at, own, journal: journalPath(own, 0) };
};
const reopened = (folder: string) => createAuditLog({ folder, origin: 'one', signingKey: secret, clock });

/** Where the batches of a journal end. */
const endsOf = (bytes: Buffer): readonly number[] => {
  const ends: number[] = [];
  for (let batch = batchAt(bytes, 0); typeof batch !== 'string'; batch = batchAt(bytes, batch.to)) ends.push(batch.to);
  return ends;
};

describe('a log in its folder', () => {
  it('is readable for its owner only, journal, tiles, checkpoint and keys', async () => {
    const { own } = await written(1);
    for (const name of ['', 'journal', 'tile', 'tile/0', 'tile/entries'])
      expect((await stat(join(own, name))).mode & 0o777).toBe(0o700);
    for (const name of ['checkpoint', 'public-key.pem', 'tile/0/000.p/1', 'tile/entries/000.p/1'])
      expect((await stat(join(own, name))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(own, 'public-key.pem'), 'utf8')).toBe(publicPem);
    const crashed = await written(1, true);
    expect((await stat(crashed.journal)).mode & 0o777).toBe(0o600);
  });

  it('ends every batch in one checkpoint, and puts what is appended together into one batch', async () => {
    const { journal } = await written(20, true);
    const bytes = await readFile(journal);
    const ends = endsOf(bytes);
    expect(ends.length).toBe(4);
    expect(ends.at(-1)).toBe(bytes.length);
    expect(
      bytes
        .toString('latin1')
        .split('one\n')
        .slice(1)
        .map((note) => note.slice(0, note.indexOf('\n'))),
    ).toEqual(['5', '10', '15', '20']);
  });

  it('holds entries in canonical spelling, with a sequence number and no hash of the entry before', async () => {
    const { own } = await written(2);
    const bundle = await readFile(join(own, 'tile/entries/000.p/2'));
    const first = 2 + bundle.readUInt16BE(0);
    const text = bundle.toString('utf8', first + 2);
    expect(text.startsWith('{"entry":{"about":"self","at":1800000000001,"attempt":1,')).toBe(true);
    expect(text.endsWith('},"seq":1}')).toBe(true);
    expect(text).not.toMatch(/[0-9a-f]{64}/);
  });

  it('goes on behind what is there when it is opened again', async () => {
    for (const crashed of [false, true]) {
      const { folder, own } = await written(7, crashed);
      const log = await reopened(folder);
      expect(log.size()).toBe(7);
      expect(await log.append(decision(7))).toEqual({ origin: 'one', index: 7 });
      expect(log.size()).toBe(8);
      expect(log.frontier().size).toBe(8);
      await log.close();
      expect(await verifyAuditLog({ folder: own, publicKey: publicPem })).toMatchObject({ ok: true, entries: 8 });
    }
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

  it('refuses an entry that is too long for a bundle, and entries beyond the queue', async () => {
    const folder = await newFolder();
    const log = await createAuditLog({ folder, origin: 'one', signingKey: secret, clock, queueLimit: 3 });
    const long = { ...decision(0), policy: 'x'.repeat(65_535) };
    await expect(log.append(long)).rejects.toMatchObject({ code: 'audit-unavailable' });
    const results = await Promise.allSettled([0, 1, 2, 3].map((i) => log.append(decision(i))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    await log.close();
  });

  it('takes the longest entry that it lets in, in every spelling', async () => {
    const folder = await newFolder();
    const log = await createAuditLog({ folder, origin: 'one', signingKey: secret, clock });
    const room = 65_535 - 31 - JSON.stringify(decision(0)).length;
    for (const word of ['x', 'é'])
      for (let cut = 0; cut < 8; cut++) {
        const policy = word.repeat(Math.floor((room - cut) / Buffer.byteLength(word)));
        await log.append({ ...decision(0), policy }).catch(() => undefined);
      }
    expect(log.size()).toBeGreaterThan(4);
    await log.close();
    expect(await proved(join(folder, 'one'), publicPem)).toBe(log.size());
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
    expect(await verifyAuditLog({ folder: own, publicKey: publicPem })).toMatchObject({ ok: false });
  });
});

describe('opening what was left behind', () => {
  it('moves a torn batch aside, wherever it was cut, and says how many bytes there were', async () => {
    const source = await written(10, true);
    const whole = await readFile(source.journal);
    const start = endsOf(whole)[0] ?? 0;
    for (let cut = start + 1; cut < whole.length; cut += cut < whole.length - 300 ? 97 : 7) {
      const { folder, own, journal } = await written(0);
      await writeFile(journal, whole.subarray(0, cut));
      const log = await reopened(folder);
      expect(log.size()).toBe(6);
      await log.close();
      const last = (await entriesOf(own)).at(-1);
      expect(last).toEqual({ entry: { kind: 'recovered', at: clock.now(), droppedBytes: cut - start }, seq: 5 });
      expect(await readdir(join(own, 'torn'))).toEqual([`5-${clock.now()}`]);
      expect(await readFile(join(own, 'torn', `5-${clock.now()}`))).toEqual(whole.subarray(start, cut));
      expect(await proved(own, publicPem)).toBe(6);
    }
  });

  it('takes a last batch that a power cut left full of zeros for torn, wherever they stand', async () => {
    const source = await written(10, true);
    const whole = await readFile(source.journal);
    const start = endsOf(whole)[0] ?? 0;
    for (let at = start; at < whole.length - 4; at += 101) {
      const { folder, journal } = await written(0);
      const bytes = Buffer.from(whole);
      bytes.fill(0, at, Math.min(at + 512, bytes.length));
      await writeFile(journal, bytes);
      const log = await reopened(folder);
      expect(log.size()).toBe(6);
      await log.close();
    }
    const { folder, own } = await written(10, true);
    await appendFile(journalPath(own, 0), Buffer.alloc(4_096));
    const log = await reopened(folder);
    expect(log.size()).toBe(11);
    await log.close();
  });

  it('refuses a journal in which any byte was changed', async () => {
    const { folder, journal } = await written(10, true);
    const whole = await readFile(journal);
    for (let at = 0; at < whole.length; at += 7) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await writeFile(journal, changed);
      await expect(reopened(folder)).rejects.toMatchObject({ code: 'audit-unavailable' });
    }
    await writeFile(journal, whole);
    await (await reopened(folder)).close();
  });

  it('refuses a checkpoint, or a tile at the right edge, in which a byte was changed, and tiles that are gone', async () => {
    const { folder, own } = await written(300);
    for (const name of ['checkpoint', 'tile/0/001.p/44', 'tile/1/000.p/1']) {
      const path = join(own, name);
      const whole = await readFile(path);
      for (let at = 0; at < whole.length; at += 11) {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ 1;
        await writeFile(path, changed);
        await expect(reopened(folder)).rejects.toMatchObject({ code: 'audit-unavailable' });
      }
      await writeFile(path, whole);
    }
    await rm(join(own, 'tile/1/000.p'), { recursive: true });
    await expect(reopened(folder)).rejects.toMatchObject({ code: 'audit-unavailable' });
  });

  it('refuses journals between which entries are missing, or that hold the same', async () => {
    const { folder, own, journal } = await written(10, true);
    const bytes = await readFile(journal);
    await cp(journal, journalPath(own, 11));
    await expect(reopened(folder)).rejects.toMatchObject({ code: 'audit-unavailable' });
    await rm(journalPath(own, 11));
    await writeFile(journalPath(own, 5), bytes.subarray(endsOf(bytes)[0]));
    await expect(reopened(folder)).rejects.toMatchObject({ code: 'audit-unavailable' });
    await writeFile(journal, bytes.subarray(0, endsOf(bytes)[0]));
    const log = await reopened(folder);
    expect(log.size()).toBe(10);
    await log.close();
    expect(await proved(own, publicPem)).toBe(10);
  });

  it('does not begin a log anew where one was', async () => {
    const crashed = await written(3, true);
    await rm(crashed.journal);
    await expect(reopened(crashed.folder)).rejects.toMatchObject({ code: 'audit-missing' });
    expect((await readdir(crashed.own)).sort()).toEqual(['journal', 'public-key.pem']);
    const closed = await written(3);
    await rm(join(closed.own, 'checkpoint'));
    await expect(reopened(closed.folder)).rejects.toMatchObject({ code: 'audit-missing' });
    await rm(join(closed.own, 'public-key.pem'));
    await expect(reopened(closed.folder)).rejects.toMatchObject({ code: 'audit-missing' });
  });

  it('refuses a log of the format before, and says so', async () => {
    const folder = await newFolder();
    await mkdir(join(folder, 'one'));
    await writeFile(join(folder, 'one', 'audit.log'), 'a line\n');
    await expect(reopened(folder)).rejects.toThrow(/is one file, audit\.log, in a format .* not read any more/);
    expect(await readdir(join(folder, 'one'))).toEqual(['audit.log']);
  });

  it('refuses a log of another origin, and one under another key', async () => {
    for (const crashed of [false, true]) {
      const { folder, own } = await written(3, crashed);
      await cp(own, join(folder, 'two'), { recursive: true });
      await expect(createAuditLog({ folder, origin: 'two', signingKey: secret, clock })).rejects.toMatchObject({
        code: 'audit-unavailable',
      });
      await expect(createAuditLog({ folder, origin: 'one', signingKey: newKey().secret, clock })).rejects.toMatchObject(
        { code: 'audit-unavailable' },
      );
    }
  });

  it('goes on where journals are full, also where they were not published yet', async () => {
    const folder = await newFolder();
    const log = await createAuditLog({ folder, origin: 'one', signingKey: secret, clock });
    for (let i = 0; i < 3; i++)
      await Promise.all(Array.from({ length: 6_000 }, (_, at) => log.append(decision(i * 6_000 + at))));
    await log.close();
    const own = join(folder, 'one');
    expect(await readdir(join(own, 'journal'))).toEqual([]);
    const again = await reopened(folder);
    expect(await again.append(decision(18_000))).toMatchObject({ index: 18_000 });
    await again.close();
    expect(await proved(own, publicPem)).toBe(18_001);
    expect((await entriesOf(own)).map(({ seq }) => seq)).toEqual(Array.from({ length: 18_001 }, (_, at) => at));
  });
});

describe('the logs on record', () => {
  it('finds nothing wrong with logs that are as long as they must be, or longer', async () => {
    for (const crashed of [false, true]) {
      const { folder } = await written(7, crashed);
      expect(await missedOf({ folder, origin: 'one', size: 7 })).toBeNull();
      expect(await missedOf({ folder, origin: 'one', size: 3 })).toBeNull();
      expect(await begunLogs(folder)).toEqual(['one']);
    }
    expect(await begunLogs((await written(0)).folder)).toEqual([]);
  });

  it('notices a log that is gone, and one that was cut behind a valid checkpoint', async () => {
    const { folder, own, journal } = await written(10, true);
    await truncate(journal, endsOf(await readFile(journal))[0]);
    expect(await missedOf({ folder, origin: 'one', size: 10 })).toEqual({ found: 'cut', entries: 5 });
    expect(await missedOf({ folder, origin: 'two', size: 1 })).toEqual({ found: 'gone', entries: 0 });
    const verified = await verifyAuditLog({ folder: own, publicKey: publicPem, expectAtLeast: 10 });
    expect(verified).toMatchObject({ ok: false, entries: 5, firstBad: { index: 5 } });
  });
});
