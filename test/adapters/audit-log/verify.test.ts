import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createAuditLog } from '../../../src/adapters/audit-log/audit-log.ts';
import { encodeEntries } from '../../../src/adapters/audit-log/bundle.ts';
import { encodeBatch } from '../../../src/adapters/audit-log/journal.ts';
import { journalPath } from '../../../src/adapters/audit-log/layout.ts';
import { newestNote } from '../../../src/adapters/audit-log/reader.ts';
import { bundlePath, tilePath } from '../../../src/adapters/audit-log/tiles.ts';
import { verifyAuditLog, verifyAuditLogs } from '../../../src/adapters/audit-log/verify.ts';
import { type HandMade, handMade, put, putJournal, putPublished, textsOf } from './lay-out.ts';
import { clock, decision, newFolder, newKey } from './support.ts';

const { secret, publicPem } = newKey();

const decisions = (count: number): readonly unknown[] => Array.from({ length: count }, (_, at) => decision(at));

const logOf = (entries: readonly unknown[], origin = 'one', key = secret.current): HandMade =>
  handMade({ origin, key, texts: textsOf(entries) });

const log = logOf(decisions(1_300));

const folderOf = async (origin = 'one'): Promise<string> => join(await newFolder(), origin);

const verified = (folder: string, more: Partial<Parameters<typeof verifyAuditLog>[0]> = {}) =>
  verifyAuditLog({ folder, publicKey: publicPem, ...more });

describe('a log as it was signed', () => {
  it('verifies, published or not, however long its batches are', async () => {
    for (const [published, size, batch] of [
      [0, 40, 1],
      [0, 40, 40],
      [256, 256, 1],
      [600, 900, 7],
      [1_300, 1_300, 1],
    ] as const) {
      const folder = await folderOf();
      if (published > 0) putPublished(folder, log, published);
      putJournal(folder, log, published, size, batch);
      expect(await verified(folder)).toMatchObject({ ok: true, entries: size, pruned: 0, firstBad: null });
      expect((await verified(folder)).checkpoint?.size).toBe(size);
    }
  });

  it('verifies where it was just begun', async () => {
    const folder = await folderOf();
    mkdirSync(join(folder, 'journal'), { recursive: true });
    const nothing = { ok: true, entries: 0, pruned: 0, checkpoint: null, firstBad: null };
    expect(await verified(folder)).toEqual(nothing);
    put(journalPath(folder, 0), '');
    expect(await verified(folder)).toEqual(nothing);
  });

  it('verifies as a real writer leaves it, open or closed', async () => {
    const all = await newFolder();
    const real = await createAuditLog({ folder: all, origin: 'one', signingKey: secret, clock });
    await Promise.all(Array.from({ length: 700 }, (_, i) => real.append(decision(i))));
    expect(await verified(join(all, 'one'))).toMatchObject({ ok: true, entries: 700 });
    await real.publish();
    await Promise.all(Array.from({ length: 300 }, (_, i) => real.append(decision(i))));
    expect(await verified(join(all, 'one'))).toMatchObject({ ok: true, entries: 1_000 });
    await real.close();
    expect(await verified(join(all, 'one'))).toMatchObject({ ok: true, entries: 1_000 });
  });

  it('does not verify under another key, nor as the log of another origin', async () => {
    const folder = await folderOf();
    putPublished(folder, log, 300);
    expect(await verified(folder, { publicKey: newKey().publicPem })).toMatchObject({
      ok: false,
      entries: 0,
      firstBad: { index: 0, file: 'checkpoint' },
    });
    expect(await verified(folder, { origin: 'two' })).toMatchObject({ ok: false, firstBad: { index: 0 } });
    expect(await verified(folder, { publicKey: createPublicKey(publicPem) })).toMatchObject({ ok: true });
  });

  it('is worth what the key of its last batch is worth, in whichever order keys signed before', async () => {
    const [former, present] = [newKey(), newKey()];
    const by = (key: ReturnType<typeof newKey>) => logOf(decisions(30), 'one', key.secret.current);
    const signed = (from: number, to: number, key: ReturnType<typeof newKey>) =>
      encodeBatch(log.texts.slice(from, to), by(key).note(to));
    const folder = await folderOf();
    put(join(folder, 'public-key.pem'), former.publicPem + present.publicPem);
    const lie = (...batches: readonly Buffer[]) => put(journalPath(folder, 0), Buffer.concat(batches));
    const trusting = (key: ReturnType<typeof newKey>) => verified(folder, { publicKey: key.publicPem });
    lie(signed(0, 10, former), signed(10, 20, present));
    expect(await trusting(present)).toMatchObject({ ok: true, entries: 20 });
    expect(await trusting(former)).toMatchObject({ ok: false, entries: 10 });
    // The former one leaked, and somebody went on with it.
    lie(signed(0, 10, former), signed(10, 20, present), signed(20, 30, former));
    expect(await trusting(present)).toMatchObject({ ok: false, entries: 20, firstBad: { index: 20 } });
    expect(await trusting(former)).toMatchObject({ ok: true, entries: 30 });
    // Nor is a log without entries sound for whoever signed that it has none.
    const empty = await folderOf();
    put(join(empty, 'checkpoint'), by(former).note(0));
    expect(await verified(empty, { publicKey: former.publicPem })).toMatchObject({ ok: true, entries: 0 });
    put(join(empty, 'public-key.pem'), former.publicPem);
    expect(await verified(empty, { publicKey: present.publicPem })).toMatchObject({ ok: false, entries: 0 });
  });

  it('is refused where it is not there, or the key is none', async () => {
    const folder = await newFolder();
    await expect(verified(folder)).rejects.toMatchObject({ code: 'audit-missing' });
    await expect(verified(folder, { publicKey: 'none' })).rejects.toMatchObject({ code: 'settings' });
  });
});

describe('what a crash leaves', () => {
  it('verifies: a journal beside what was published of it, parts of an earlier checkpoint, tiles of a later one', async () => {
    const folder = await folderOf();
    putPublished(folder, log, 300);
    putJournal(folder, log, 300, 520);
    putJournal(folder, log, 520, 700);
    // Tiles and bundles up to 700, of which only a part has a checkpoint.
    putPublished(folder, log, 700);
    for (const size of [300, 520, 700]) {
      put(join(folder, 'checkpoint'), log.note(size));
      if (size === 520) putPublished(folder, log, 520);
      expect(await verified(folder)).toMatchObject({ ok: true, entries: 700 });
    }
  });

  it('does not where such a journal or such a part says otherwise', async () => {
    const forged = logOf(decisions(1_300).map((entry, at) => (at === 400 ? { ...(entry as object), at: 1 } : entry)));
    const folder = await folderOf();
    putPublished(folder, log, 600);
    putJournal(folder, forged, 300, 520);
    expect(await verified(folder)).toMatchObject({ ok: false, firstBad: { index: 300, file: journalPath('', 300) } });
    putJournal(folder, log, 300, 520);
    expect(await verified(folder)).toMatchObject({ ok: true });
    put(join(folder, tilePath(0, 1, 200)), forged.tile(0, 1, 200));
    expect(await verified(folder)).toMatchObject({ ok: false, firstBad: { index: 256, file: tilePath(0, 1, 200) } });
    put(join(folder, tilePath(0, 1, 200)), log.tile(0, 1, 200));
    put(join(folder, bundlePath(1, 200)), encodeEntries(forged.texts.slice(256, 456)));
    expect(await verified(folder)).toMatchObject({ ok: false, firstBad: { index: 256, file: bundlePath(1, 200) } });
    put(join(folder, bundlePath(1, 200)), encodeEntries(log.texts.slice(256, 456)));
    expect(await verified(folder)).toMatchObject({ ok: true });
  });

  it('does not where a batch was torn and nobody is writing it', async () => {
    const folder = await folderOf();
    putJournal(folder, log, 0, 14);
    appendFileSync(journalPath(folder, 0), encodeBatch(log.texts.slice(14, 20), log.note(20)).subarray(0, -3));
    expect(await verified(folder)).toMatchObject({ ok: false, entries: 14, firstBad: { index: 14 } });
  });
});

describe('files that belong to no log', () => {
  it('are found under tile and journal, by their names or by holding more than there is', async () => {
    for (const path of [
      'tile/entries/002',
      'tile/0/002',
      'tile/2/000',
      'tile/0/001.p/250',
      'tile/0/x001/000',
      'tile/0/1',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/1/2',
      'tile/x',
      'tile/entries/000.new',
      'journal/x',
      'journal/17',
    ]) {
      const folder = await folderOf();
      putPublished(folder, log, 300);
      putJournal(folder, log, 300, 320);
      put(join(folder, path), 'x');
      const { ok, firstBad } = await verified(folder);
      expect({ path, ok, file: firstBad?.file }).toEqual({ path, ok: false, file: path });
    }
  });

  it('are journals that do not go on from what there is', async () => {
    for (const first of [321, 900]) {
      const folder = await folderOf();
      putPublished(folder, log, 300);
      putJournal(folder, log, 300, 320);
      putJournal(folder, log, first, first + 5);
      expect(await verified(folder)).toMatchObject({
        ok: false,
        entries: 320,
        firstBad: { index: 320, file: journalPath('', first) },
      });
    }
    const folder = await folderOf();
    putJournal(folder, log, 0, 20);
    putJournal(folder, log, 7, 30);
    expect(await verified(folder)).toMatchObject({ ok: false, firstBad: { index: 7 } });
  });

  it('are no keys beside the log that are spoilt, or lack who signed; that there are none is no harm', async () => {
    const folder = await folderOf();
    putPublished(folder, log, 20);
    const key = (pem: string): void => put(join(folder, 'public-key.pem'), pem);
    key(publicPem + newKey().publicPem);
    expect(await verified(folder)).toMatchObject({ ok: true });
    for (const pem of ['', 'none', `${publicPem}\n`, newKey().publicPem]) {
      key(pem);
      expect(await verified(folder)).toMatchObject({ ok: false, entries: 20, firstBad: { file: 'public-key.pem' } });
    }
    rmSync(join(folder, 'public-key.pem'));
    expect(await verified(folder)).toMatchObject({ ok: true });
  });
});

describe('what is no file', () => {
  it('is not waited for where keys, a checkpoint, a tile, a bundle or a journal should be', async () => {
    const places = ['public-key.pem', 'checkpoint', tilePath(0, 0), bundlePath(0), journalPath('', 300)];
    for (const path of places) {
      const folder = await folderOf();
      putPublished(folder, log, 300);
      putJournal(folder, log, 300, 320);
      rmSync(join(folder, path), { force: true });
      execFileSync('mkfifo', [join(folder, path)]);
      // The key is given: whatever lies there for it is not needed.
      expect(await verified(folder)).toMatchObject({ ok: path === 'public-key.pem' });
    }
  });
});

describe('entries that were pruned', () => {
  const prunedAt = (upTo: number, ...entries: readonly object[]): HandMade =>
    logOf([...decisions(1_030), { kind: 'pruned', at: 1, upTo }, ...entries]);
  const drop = (folder: string, ...indices: readonly number[]): void => {
    for (const index of indices) rmSync(join(folder, bundlePath(index)));
  };

  it('still verify by their hashes, as far as an entry says that they were to go', async () => {
    const folder = await folderOf();
    const one = prunedAt(768);
    putPublished(folder, one, 1_031);
    drop(folder, 0, 2);
    expect(await verified(folder)).toMatchObject({ ok: true, entries: 1_031, pruned: 512 });
    drop(folder, 3);
    expect(await verified(folder)).toMatchObject({
      ok: false,
      entries: 768,
      firstBad: { index: 768, file: bundlePath(3) },
    });
    expect(await verified(folder, { pruned: 1_024 })).toMatchObject({ ok: true });
    const spoilt = one.tile(0, 0, 256);
    spoilt[0] = (spoilt[0] ?? 0) ^ 1;
    put(join(folder, tilePath(0, 0)), spoilt);
    expect(await verified(folder, { pruned: 1_024 })).toMatchObject({ ok: false, firstBad: { index: 0 } });
  });

  it('are none that a log said might go before they were there', async () => {
    const folder = await folderOf();
    const early = [...decisions(300), { kind: 'pruned', at: 1, upTo: 512 }, ...decisions(400)];
    putPublished(folder, logOf(early), 701);
    drop(folder, 0);
    expect(await verified(folder)).toMatchObject({ ok: false, firstBad: { index: 0, file: bundlePath(0) } });
  });

  it('are missed where no entry says so, or it is in a journal that is not theirs', async () => {
    const folder = await folderOf();
    putPublished(folder, log, 1_024);
    drop(folder, 1);
    expect(await verified(folder)).toMatchObject({ ok: false, entries: 256, firstBad: { index: 256 } });
    const other = await folderOf();
    const one = prunedAt(512);
    putPublished(other, one, 1_024);
    putJournal(other, one, 1_024, 1_031);
    drop(other, 0, 1);
    expect(await verified(other)).toMatchObject({ ok: true, pruned: 512 });
  });

  it('of a closed log are on record in a log that is trusted', async () => {
    const all = await newFolder();
    const closed = logOf(decisions(600), 'closed');
    putPublished(join(all, 'closed'), closed, 600);
    drop(join(all, 'closed'), 0, 1);
    const say = (upTo: number, key = secret.current): void => {
      rmSync(join(all, 'one'), { recursive: true, force: true });
      const living = logOf([decision(0), { kind: 'pruned', at: 1, upTo, origin: 'closed' }], 'one', key);
      putPublished(join(all, 'one'), living, 2);
    };
    const soundness = async () =>
      (await verifyAuditLogs({ folder: all, publicKey: publicPem })).map(({ ok, pruned }) => [ok, pruned]);
    say(512);
    expect(await soundness()).toEqual([
      [true, 512],
      [true, 0],
    ]);
    say(256);
    expect(await soundness()).toEqual([
      [false, 512],
      [true, 0],
    ]);
    say(512, newKey().secret.current);
    expect(await soundness()).toEqual([
      [false, 512],
      [false, 0],
    ]);
  });
});

describe('a log since a checkpoint', () => {
  it('must go on from it, and only what came after it is read', async () => {
    const folder = await folderOf();
    putPublished(folder, log, 900);
    putJournal(folder, log, 900, 1_000);
    for (const size of [1, 255, 256, 300, 899, 900, 905, 1_000])
      expect(await verified(folder, { since: log.note(size) })).toMatchObject({ ok: true, entries: 1_000 });
    // What lies before it was looked at when it was kept.
    rmSync(join(folder, bundlePath(0)));
    expect(await verified(folder)).toMatchObject({ ok: false });
    expect(await verified(folder, { since: log.note(300) })).toMatchObject({ ok: true });
    // What lies behind it is found.
    const { length } = log.texts[700] ?? '';
    const texts = log.texts.with(700, `${log.texts[700]?.slice(0, length - 12)}9${log.texts[700]?.slice(length - 11)}`);
    put(join(folder, bundlePath(2)), encodeEntries(texts.slice(512, 768)));
    expect(await verified(folder, { since: log.note(300) })).toMatchObject({ ok: false, firstBad: { index: 700 } });
    expect(await verified(folder, { since: log.note(800) })).toMatchObject({ ok: true });
  });

  it('shows that it was put back, or goes on from another history', async () => {
    const folder = await folderOf();
    putPublished(folder, log, 600);
    expect(await verified(folder, { since: log.note(700) })).toMatchObject({
      ok: false,
      entries: 600,
      firstBad: { index: 600, why: expect.stringMatching(/covers 700 entries/) },
    });
    // The same key, the same origin, another history: each is sound by itself.
    const fork = logOf([...decisions(500), ...decisions(700)]);
    const forked = await folderOf();
    putPublished(forked, fork, 1_000);
    putJournal(forked, fork, 1_000, 1_200);
    expect(await verified(forked)).toMatchObject({ ok: true });
    expect(await verified(forked, { since: fork.note(700) })).toMatchObject({ ok: true });
    expect(await verified(forked, { since: log.note(500) })).toMatchObject({ ok: true });
    for (const size of [501, 700, 1_000, 1_100])
      expect(await verified(forked, { since: log.note(size) })).toMatchObject({
        ok: false,
        firstBad: { index: 0, why: expect.stringMatching(/does not go on from the checkpoint given/) },
      });
  });

  it('is refused where what is given is none of it, and bad where nobody known signed it', async () => {
    const folder = await folderOf();
    putPublished(folder, log, 300);
    const other = logOf(decisions(300), 'two');
    await expect(verified(folder, { since: other.note(200) })).rejects.toMatchObject({ code: 'usage' });
    await expect(verified(folder, { since: 'none' })).rejects.toMatchObject({ code: 'usage' });
    const strange = logOf(decisions(300), 'one', newKey().secret.current);
    expect(await verified(folder, { since: strange.note(200) })).toMatchObject({ ok: false, firstBad: { index: 0 } });
  });

  it('is believed where it still ends so, whoever signed it, and missed where it is gone', async () => {
    const all = await newFolder();
    const former = newKey();
    const closed = logOf(decisions(300), 'closed', former.secret.current);
    putPublished(join(all, 'closed'), closed, 300);
    put(join(all, 'closed', 'public-key.pem'), former.publicPem);
    putPublished(join(all, 'one'), log, 300);
    const looked = (since: readonly string[]) => verifyAuditLogs({ folder: all, publicKey: publicPem, since });
    expect(await looked([])).toMatchObject([{ ok: false }, { ok: true }]);
    expect(await looked([closed.note(300)])).toMatchObject([{ ok: true }, { ok: true }]);
    expect(await looked([closed.note(299)])).toMatchObject([{ ok: false }, { ok: true }]);
    rmSync(join(all, 'closed'), { recursive: true });
    expect(await looked([closed.note(300)])).toMatchObject([
      { origin: 'one', ok: true },
      { origin: 'closed', ok: false },
    ]);
    await expect(looked(['none'])).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('all logs of a folder', () => {
  it('are missed where they are on record and gone, or of which only something is left', async () => {
    const all = await newFolder();
    putPublished(join(all, 'one'), log, 300);
    mkdirSync(join(all, 'empty'));
    writeFileSync(join(all, 'file'), '');
    const looked = (registered: { origin: string; size: number }[] = []) =>
      verifyAuditLogs({ folder: all, publicKey: publicPem, registered });
    expect(await looked()).toMatchObject([{ origin: 'one', ok: true }]);
    expect(await looked([{ origin: 'two', size: 5 }])).toMatchObject([
      { origin: 'one', ok: true },
      { origin: 'two', ok: false, entries: 0 },
    ]);
    put(join(all, 'begun', 'public-key.pem'), publicPem);
    expect(await looked([{ origin: 'one', size: 301 }])).toMatchObject([
      { origin: 'one', ok: false, firstBad: { index: 300 } },
      { origin: 'begun', ok: false },
    ]);
  });
});

describe('a log that is written while it is verified', () => {
  it('is never bad, however often its journals are published meanwhile', async () => {
    const all = await newFolder();
    const real = await createAuditLog({ folder: all, origin: 'one', signingKey: secret, clock });
    const folder = join(all, 'one');
    let [writing, looks] = [true, 0];
    const writer = (async () => {
      for (let round = 0; round < 40; round++) {
        await Promise.all(Array.from({ length: 50 }, (_, i) => real.append(decision(i))));
        await real.publish();
        await Promise.all(Array.from({ length: 20 }, (_, i) => real.append(decision(i))));
      }
      writing = false;
    })();
    let since: string | null = null;
    for (; writing; looks++) {
      const least: number = real.size();
      const { ok, entries, firstBad } = await verified(folder, since === null ? {} : { since });
      expect({ ok, firstBad }).toEqual({ ok: true, firstBad: null });
      expect(entries).toBeGreaterThanOrEqual(least);
      since = looks % 2 === 0 ? await newestNote(folder) : null;
    }
    await writer;
    await real.close();
    expect(await verified(folder)).toMatchObject({ ok: true, entries: 2_800 });
    expect(looks).toBeGreaterThan(1);
  }, 120_000);

  it('is not bad where a batch is only half there, if it becomes whole', async () => {
    const folder = await folderOf();
    const bytes = putJournal(folder, log, 0, 14);
    const half = encodeBatch(log.texts.slice(14, 20), log.note(20));
    writeFileSync(journalPath(folder, 0), Buffer.concat([bytes, half.subarray(0, 99)]));
    const looked = verified(folder);
    setTimeout(() => writeFileSync(journalPath(folder, 0), Buffer.concat([bytes, half])), 300);
    expect(await looked).toMatchObject({ ok: true, entries: 14 });
  });
});
