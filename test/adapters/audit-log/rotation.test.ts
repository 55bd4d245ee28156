import { createPrivateKey } from 'node:crypto';
import { appendFile, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type AuditLog, type AuditLogOptions, createAuditLog } from '../../../src/adapters/audit-log/audit-log.ts';
import { signBatch, spelt } from '../../../src/adapters/audit-log/batch.ts';
import { type LogDisk, type LogFile, logDisk } from '../../../src/adapters/audit-log/file.ts';
import { MOST_KEYS } from '../../../src/adapters/audit-log/keys.ts';
import { journalPath } from '../../../src/adapters/audit-log/layout.ts';
import { EMPTY_TREE } from '../../../src/adapters/audit-log/merkle.ts';
import { verifyAuditLog, verifyAuditLogs } from '../../../src/adapters/audit-log/verify.ts';
import type { Secret } from '../../../src/core/ports.ts';
import { clock, decision, entriesOf, newFolder, newKey } from './support.ts';

type Key = ReturnType<typeof newKey>;

const secretOf = (...keys: readonly Key[]): Secret => {
  const accepted = keys.map(({ secret }) => secret.current);
  return { current: accepted[0] ?? '', accepted };
};
const opened = (
  folder: string,
  keys: readonly Key[],
  o: Partial<Pick<AuditLogOptions, 'origin' | 'disk' | 'closed'>> = {},
): Promise<AuditLog> =>
  createAuditLog({ folder, origin: 'one', signingKey: secretOf(...keys), clock, retryMs: 0, ...o });
/** A disk whose files are not what they seem. */
const withFile = (as: (file: LogFile, path: string) => LogFile): LogDisk => ({
  ...logDisk,
  open: async (at) => as(await logDisk.open(at), at.path),
});
const keysBeside = (folder: string): Promise<string> => readFile(join(folder, 'one', 'public-key.pem'), 'utf8');
const kinds = async (folder: string): Promise<readonly string[]> =>
  (await entriesOf(join(folder, 'one'))).map(({ entry }) => entry.kind);
const verified = (folder: string, ...keys: readonly Key[]) =>
  verifyAuditLog({ folder: join(folder, 'one'), publicKey: keys.map(({ publicPem }) => publicPem).join('') });

describe('a signing key that rotates while the log is written', () => {
  it('signs from the next batch on, which says so, and verifies by the new key alone', async () => {
    const [a, b] = [newKey(), newKey()];
    const folder = await newFolder();
    const log = await opened(folder, [a]);
    await log.append(decision(0));
    await log.rotate(secretOf(b, a));
    expect(await log.append(decision(1))).toEqual({ origin: 'one', index: 2 });
    await log.close();
    expect(await kinds(folder)).toEqual(['decision', 'key', 'decision']);
    expect(await keysBeside(folder)).toBe(a.publicPem + b.publicPem);
    expect(await verified(folder, b)).toMatchObject({ ok: true, entries: 3, pruned: 0, firstBad: null });
    expect(await verified(folder, a)).toMatchObject({ ok: false });
  });

  it('is beside the log, durably, before anything is signed with it', async () => {
    const [a, b] = [newKey(), newKey()];
    const folder = await newFolder();
    const seen: boolean[] = [];
    const disk = withFile((file, path) => ({
      ...file,
      write: async (bytes, position) => {
        if (path.includes('journal')) seen.push((await keysBeside(folder)).includes(b.publicPem));
        return file.write(bytes, position);
      },
    }));
    const log = await opened(folder, [a], { disk });
    await log.append(decision(0));
    await log.rotate(secretOf(b, a));
    await log.append(decision(1));
    await log.close();
    expect(seen).toEqual([false, true, true]);
  });

  it('ends the log under the new one although nothing else is written, so that the old one is needed at no later start', async () => {
    const keys = Array.from({ length: 4 }, newKey) as [Key, Key, Key, Key];
    const folder = await newFolder();
    const log = await opened(folder, [keys[0]]);
    await log.append(decision(0));
    for (const n of [1, 2, 3] as const) await log.rotate(secretOf(keys[n], keys[n - 1] as Key));
    await log.close();
    const again = await opened(folder, [keys[3]]);
    await again.append(decision(1));
    await again.close();
    expect(await verified(folder, keys[3])).toMatchObject({ ok: true });
    // A key that nothing was signed with in between is named by no entry, and need not be.
    expect((await kinds(folder)).filter((kind) => kind === 'key').length).toBeGreaterThan(0);
  });

  it('changes nothing where the new one is none, or cannot be kept', async () => {
    const [a, b] = [newKey(), newKey()];
    const folder = await newFolder();
    const log = await opened(folder, [a]);
    await log.append(decision(0));
    for (const current of ['', 'nonsense', b.publicPem])
      await expect(log.rotate({ current, accepted: [current, a.secret.current] })).rejects.toMatchObject({
        code: 'settings',
      });
    await rename(join(folder, 'one', 'public-key.pem'), join(folder, 'kept.pem'));
    await mkdir(join(folder, 'one', 'public-key.pem'));
    await expect(log.rotate(secretOf(b, a))).rejects.toMatchObject({ code: 'audit-unavailable' });
    await log.append(decision(1));
    await log.close();
    expect(await kinds(folder)).toEqual(['decision', 'decision']);
    expect(await verified(folder, a)).toMatchObject({ ok: true });
  });

  it('is not kept back by an older value that is no key', async () => {
    const [a, b] = [newKey(), newKey()];
    const folder = await newFolder();
    const log = await opened(folder, [a]);
    await log.append(decision(0));
    await log.rotate({ current: b.secret.current, accepted: [b.secret.current, 'nonsense', a.secret.current] });
    await log.close();
    expect(await verified(folder, b)).toMatchObject({ ok: true });
  });

  it('is refused beyond as many as one log may have', async () => {
    const [a, b] = [newKey(), newKey()];
    const folder = await newFolder();
    const log = await opened(folder, [a]);
    await writeFile(join(folder, 'one', 'public-key.pem'), a.publicPem.repeat(MOST_KEYS));
    await expect(log.rotate(secretOf(b, a))).rejects.toThrow(/has had 4096 signing keys/);
    await log.append(decision(0));
    await log.close();
  });

  it('rotates a hundred times while entries are written, and every entry stands where it was said to', async () => {
    const keys = Array.from({ length: 101 }, newKey);
    const folder = await newFolder();
    const log = await opened(folder, keys.slice(0, 1));
    let writing = true;
    const receipts = new Map<number, string>();
    const write = async (name: string): Promise<void> => {
      for (let i = 0; writing; i++) {
        const question = `${name}${i}`;
        const { index } = await log.append({ kind: 'undeliverable', at: 1, question, code: 'gone' });
        if (index !== null) receipts.set(index, question);
      }
    };
    const writers = Promise.all(['a', 'b', 'c'].map(write));
    for (let n = 1; n < keys.length; n++) await log.rotate(secretOf(keys[n] as Key, keys[n - 1] as Key));
    writing = false;
    await writers;
    await log.close();
    const entries = await entriesOf(join(folder, 'one'));
    for (const [index, question] of receipts) expect(entries[index]).toMatchObject({ entry: { question }, seq: index });
    expect(receipts.size + entries.filter(({ entry }) => entry.kind === 'key').length).toBe(entries.length);
    expect(await verified(folder, keys.at(-1) as Key)).toMatchObject({ ok: true, entries: entries.length });
  }, 60_000);

  it('is found again after the disk failed meanwhile, whichever of the two signed last', async () => {
    const [a, b] = [newKey(), newKey()];
    const folder = await newFolder();
    let failing = false;
    const disk = withFile((file) => ({
      ...file,
      sync: async () => (failing ? Promise.reject(new Error('EIO')) : file.sync()),
    }));
    const log = await opened(folder, [a], { disk });
    await log.append(decision(0));
    failing = true;
    await expect(log.append(decision(1))).rejects.toMatchObject({ code: 'audit-unavailable' });
    // By now the vault holds the new one only.
    await expect(log.rotate(secretOf(b))).rejects.toMatchObject({ code: 'audit-unavailable' });
    failing = false;
    await log.rotate(secretOf(b));
    await log.append(decision(2));
    await log.close();
    expect(await verified(folder, b)).toMatchObject({ ok: true });
    expect((await kinds(folder)).filter((kind) => kind === 'key')).toHaveLength(1);
  });

  it.each(['write', 'sync'] as const)(
    'counts only once the disk has it (%s fails): then no start needs the old one',
    async (call) => {
      const [a, b] = [newKey(), newKey()];
      const folder = await newFolder();
      let failing = false;
      const fail = () => Promise.reject(Object.assign(new Error('no room'), { code: 'ENOSPC' }));
      const disk = withFile((file) => ({
        ...file,
        write: (bytes, position) => (failing && call === 'write' ? fail() : file.write(bytes, position)),
        sync: () => (failing && call === 'sync' ? fail() : file.sync()),
      }));
      const log = await opened(folder, [a], { disk });
      await log.append(decision(0));
      failing = true;
      await expect(log.rotate(secretOf(b, a))).rejects.toMatchObject({ code: 'audit-unavailable' });
      await expect(log.rotate(secretOf(b, a))).rejects.toMatchObject({ code: 'audit-unavailable' });
      failing = false;
      // Until it is in force the old one signs, so that whoever withdraws the new one is left with no log under it.
      await log.append(decision(1));
      await expect(verified(folder, a)).resolves.toMatchObject({ ok: true });
      await log.rotate(secretOf(b, a));
      expect(await verified(folder, b)).toMatchObject({ ok: true });
      await log.close();
      await expect(log.rotate(secretOf(a))).rejects.toMatchObject({ code: 'audit-unavailable' });
      await (await opened(folder, [b])).close();
    },
  );

  it('is named at the next start where it was replaced while nobody wrote', async () => {
    const [a, b] = [newKey(), newKey()];
    const folder = await newFolder();
    const log = await opened(folder, [a]);
    await log.append(decision(0));
    await log.close();
    await expect(opened(folder, [b])).rejects.toMatchObject({ code: 'audit-unavailable' });
    const again = await opened(folder, [b, a]);
    await again.append(decision(1));
    await again.close();
    expect(await kinds(folder)).toEqual(['decision', 'key', 'decision']);
  });
});

describe('what the keys of a log prove', () => {
  /** A log of three entries by `a`, then three by `b`. */
  const twoKeys = async () => {
    const [a, b] = [newKey(), newKey()];
    const folder = await newFolder();
    const log = await opened(folder, [a]);
    for (const i of [0, 1, 2]) await log.append(decision(i));
    const before = join(await newFolder(), 'one');
    await cp(join(folder, 'one'), before, { recursive: true });
    await log.rotate(secretOf(b, a));
    for (const i of [3, 4, 5]) await log.append(decision(i));
    await log.close();
    return { folder, before, a, b };
  };

  it('a log that was cut back to what a dead key signed is not sound', async () => {
    const { folder, before, b } = await twoKeys();
    await cp(join(folder, 'one', 'public-key.pem'), join(before, 'public-key.pem'));
    await rm(join(folder, 'one'), { recursive: true });
    await cp(before, join(folder, 'one'), { recursive: true });
    expect(await verified(folder, b)).toMatchObject({ ok: false, firstBad: { index: 0 } });
  });

  it('a key that somebody put beside the log proves nothing: neither a log of its own, nor what was added to another', async () => {
    const { folder, b } = await twoKeys();
    const forger = newKey();
    const beside = join(folder, 'one', 'public-key.pem');
    await appendFile(beside, forger.publicPem);
    expect(await verified(folder, b)).toMatchObject({ ok: true });
    const log = await opened(folder, [forger, b]);
    await log.append(decision(6));
    await log.close();
    expect(await verified(folder, b)).toMatchObject({ ok: false, firstBad: { index: 0 } });

    const own = await newFolder();
    const forged = await opened(own, [forger]);
    await forged.append(decision(0));
    await forged.close();
    expect(await verified(own, b)).toMatchObject({ ok: false, firstBad: { index: 0 } });
  });

  it('needs no file beside the log where its last checkpoint is signed by a key that is given; a spoilt one is found', async () => {
    const { folder, a, b } = await twoKeys();
    await rm(join(folder, 'one', 'public-key.pem'));
    expect(await verified(folder, b, a)).toMatchObject({ ok: true });
    expect(await verified(folder, b)).toMatchObject({ ok: true });
    await writeFile(join(folder, 'one', 'public-key.pem'), 'spoilt');
    expect(await verified(folder, b)).toMatchObject({ ok: false });
  });

  describe('a log that nobody writes any more', () => {
    /** `closed` by `a`; `one`, which lives, by `a`, then `b`, then `c`, and knows from the start that `closed` has at least so many entries. */
    const closedAndLiving = async (size = 2) => {
      const [a, b, c] = [newKey(), newKey(), newKey()];
      const folder = await newFolder();
      const closed = await opened(folder, [a], { origin: 'closed' });
      await closed.append(decision(0));
      const shorter = join(await newFolder(), 'closed');
      await cp(join(folder, 'closed'), shorter, { recursive: true });
      await closed.append(decision(1));
      await closed.close();
      const living = await opened(folder, [a], { closed: async () => [{ origin: 'closed', size }] });
      await living.append(decision(0));
      for (const [next, last] of [
        [b, a],
        [c, b],
      ] as const) {
        await living.rotate(secretOf(next, last));
        await living.append(decision(1));
      }
      await living.close();
      return { folder, a, b, c, path: join(folder, 'closed'), shorter, all: { folder, publicKey: c.publicPem } };
    };
    const soundness = async (all: Parameters<typeof verifyAuditLogs>[0]) =>
      (await verifyAuditLogs(all)).map(({ origin, ok }) => `${origin}: ${ok}`);

    it('stays sound by what another log says of its end', async () => {
      const { all, folder, b } = await closedAndLiving();
      expect(await verifyAuditLogs(all)).toMatchObject([
        { origin: 'closed', ok: true, entries: 2 },
        { origin: 'one', ok: true },
      ]);
      // Whoever trusts a former key only trusts nothing that ends under a later one.
      expect(await soundness({ folder, publicKey: b.publicPem })).toEqual(['closed: false', 'one: false']);
    });

    it('is not sound where the key that signed it cut it back, went on with it or wrote it anew', async () => {
      const { all, folder, a, path, shorter } = await closedAndLiving();
      const whole = join(await newFolder(), 'closed');
      await rename(path, whole);
      await cp(shorter, path, { recursive: true });
      expect(await verifyAuditLogs(all)).toMatchObject([
        { ok: false, firstBad: { index: 1, why: expect.stringMatching(/2 entries are on record/) } },
        { ok: true },
      ]);
      await rm(path, { recursive: true });
      await mkdir(path);
      expect((await soundness(all)).toSorted()).toEqual(['closed: false', 'one: true']);
      await rm(path, { recursive: true });
      await cp(whole, path, { recursive: true });
      const longer = await opened(folder, [a], { origin: 'closed' });
      await longer.append(decision(9));
      await longer.close();
      expect(await soundness(all)).toEqual(['closed: false', 'one: true']);
      await rm(join(folder, 'closed'), { recursive: true });
      const anew = await opened(folder, [a], { origin: 'closed' });
      for (const i of [8, 9]) await anew.append(decision(i));
      await anew.close();
      expect(await soundness(all)).toEqual(['closed: false', 'one: true']);
    });

    it('is not sound under a replaced key where nobody names it, whatever its name is', async () => {
      const { all, folder, a } = await closedAndLiving();
      const planted = await opened(folder, [a], { origin: 'planted' });
      await planted.append(decision(0));
      await planted.close();
      expect(await soundness(all)).toEqual(['closed: true', 'one: true', 'planted: false']);
    });

    it('is not vouched for where it was shorter than it had to be, or was signed by nobody that was accepted', async () => {
      const short = await closedAndLiving(3);
      expect(await soundness(short.all)).toEqual(['closed: false', 'one: true']);
      const forger = newKey();
      const { folder } = short;
      await rm(join(folder, 'closed'), { recursive: true });
      const strange = await opened(folder, [forger], { origin: 'closed' });
      for (const i of [0, 1, 2]) await strange.append(decision(i));
      await strange.close();
      const d = newKey();
      const living = await opened(folder, [short.c], { closed: async () => [{ origin: 'closed', size: 1 }] });
      await living.rotate(secretOf(d, short.c));
      await living.close();
      expect(await soundness({ folder, publicKey: d.publicPem })).toEqual(['closed: false', 'one: true']);
    });

    it('is named later where it was still written when the key changed, once', async () => {
      const [a, b] = [newKey(), newKey()];
      const folder = await newFolder();
      const dying = await opened(folder, [a], { origin: 'dying' });
      await dying.append(decision(0));
      const closed: { readonly origin: string; readonly size: number }[] = [];
      const living = await opened(folder, [a], { closed: async () => closed });
      await living.append(decision(0));
      await living.rotate(secretOf(b, a));
      await living.vouch();
      await dying.append(decision(1));
      await dying.close();
      // The vault has forgotten its key meanwhile; whoever lives has not.
      await living.rotate(secretOf(b));
      expect(await soundness({ folder, publicKey: b.publicPem })).toEqual(['dying: false', 'one: true']);
      closed.push({ origin: 'dying', size: 2 });
      for (let times = 0; times < 3; times++) await living.vouch();
      await living.close();
      expect(await soundness({ folder, publicKey: b.publicPem })).toEqual(['dying: true', 'one: true']);
      expect((await kinds(folder)).filter((kind) => kind === 'key')).toHaveLength(2);
    });

    it('keeps the key from changing where it cannot be read, so that it is not lost when the old key is', async () => {
      const [a, b] = [newKey(), newKey()];
      const folder = await newFolder();
      const closed: { readonly origin: string; readonly size: number }[] = [];
      const living = await opened(folder, [a], { closed: async () => closed });
      await living.append(decision(0));
      closed.push({ origin: 'gone', size: 1 });
      await expect(living.rotate(secretOf(b, a))).rejects.toMatchObject({ code: 'audit-unavailable' });
      await living.append(decision(1));
      await living.close();
      expect(await verified(folder, a)).toMatchObject({ ok: true, entries: 2 });
    });

    it('vouches itself for others that it names, and many fit', async () => {
      const [a, b, c] = [newKey(), newKey(), newKey()];
      const folder = await newFolder();
      const origins = Array.from({ length: 450 }, (_, i) => `old-${i}`);
      const first = await opened(folder, [a], { origin: 'old-0' });
      await first.append(decision(0));
      await first.close();
      for (const origin of origins.slice(1)) {
        await mkdir(join(folder, origin));
        await cp(join(folder, 'old-0', 'public-key.pem'), join(folder, origin, 'public-key.pem'));
        const key = createPrivateKey(a.secret.current);
        const batch = signBatch({ origin, key, from: EMPTY_TREE, entries: [spelt('{}')] });
        await mkdir(join(folder, origin, 'journal'));
        await writeFile(journalPath(join(folder, origin), 0), batch.bytes);
      }
      const second = await opened(folder, [a], {
        origin: 'second',
        closed: async () => origins.map((origin) => ({ origin, size: 1 })),
      });
      await second.append(decision(0));
      await second.rotate(secretOf(b, a));
      await second.close();
      const third = await opened(folder, [b], { origin: 'third', closed: async () => [{ origin: 'second', size: 1 }] });
      await third.append(decision(0));
      await third.rotate(secretOf(c, b));
      await third.close();
      const results = await verifyAuditLogs({ folder, publicKey: c.publicPem });
      expect(results.filter(({ ok }) => !ok)).toEqual([]);
      expect(results).toHaveLength(452);
    });

    it('is missed where it is on record and gone, or shorter than it is there', async () => {
      const { all, folder, a } = await closedAndLiving();
      const registered = [
        { origin: 'closed', size: 2 },
        { origin: 'one', size: 100 },
        { origin: 'stolen', size: 7 },
      ];
      expect(await verifyAuditLogs({ ...all, registered })).toMatchObject([
        { origin: 'closed', ok: true },
        { origin: 'one', ok: false },
        { origin: 'stolen', ok: false, entries: 0, firstBad: { index: 0 } },
      ]);
      expect(await soundness({ folder, publicKey: a.publicPem })).toEqual(['closed: true', 'one: false']);
    });
  });

  it('a log that claims to end others is believed only where it is sound itself', async () => {
    const { folder, b } = await twoKeys();
    const forger = newKey();
    const victim = await opened(folder, [forger], { origin: 'victim' });
    await victim.append(decision(0));
    await victim.close();
    const strange = await opened(folder, [forger], {
      origin: 'strange',
      closed: async () => [{ origin: 'victim', size: 1 }],
    });
    await strange.append(decision(0));
    await strange.rotate(secretOf(newKey(), forger));
    await strange.close();
    const found = await verifyAuditLogs({ folder, publicKey: b.publicPem });
    expect(found.map(({ origin, ok }) => `${origin}: ${ok}`)).toEqual(['one: true', 'strange: false', 'victim: false']);
  });
});
