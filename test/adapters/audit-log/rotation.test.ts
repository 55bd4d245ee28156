import { appendFile, cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type AuditLog, createAuditLog } from '../../../src/adapters/audit-log/audit-log.ts';
import { type OpenFile, openFile } from '../../../src/adapters/audit-log/file.ts';
import { MOST_KEYS } from '../../../src/adapters/audit-log/keys.ts';
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
  o: { origin?: string; open?: OpenFile } = {},
): Promise<AuditLog> =>
  createAuditLog({ folder, origin: 'one', signingKey: secretOf(...keys), clock, retryMs: 0, ...o });
const keysBeside = (folder: string): Promise<string> => readFile(join(folder, 'one', 'public-key.pem'), 'utf8');
const kinds = async (folder: string): Promise<readonly string[]> =>
  (await entriesOf(join(folder, 'one', 'audit.log'))).map(({ entry }) => entry.kind);
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
    expect(await verified(folder, b)).toEqual({ ok: true, entries: 3, checkpoints: 3, firstBad: null });
    expect(await verified(folder, a)).toMatchObject({ ok: false, firstBad: { index: 1, line: 3 } });
  });

  it('is beside the log, durably, before anything is signed with it', async () => {
    const [a, b] = [newKey(), newKey()];
    const folder = await newFolder();
    const seen: boolean[] = [];
    const watched: OpenFile = async (at) => {
      const file = await openFile(at);
      return {
        ...file,
        write: async (bytes, position) => {
          seen.push((await keysBeside(folder)).includes(b.publicPem));
          return file.write(bytes, position);
        },
      };
    };
    const log = await opened(folder, [a], { open: watched });
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
        receipts.set(index, question);
      }
    };
    const writers = Promise.all(['a', 'b', 'c'].map(write));
    for (let n = 1; n < keys.length; n++) await log.rotate(secretOf(keys[n] as Key, keys[n - 1] as Key));
    writing = false;
    await writers;
    await log.close();
    const entries = await entriesOf(join(folder, 'one', 'audit.log'));
    for (const [index, question] of receipts) expect(entries[index]).toMatchObject({ entry: { question }, seq: index });
    expect(receipts.size + entries.filter(({ entry }) => entry.kind === 'key').length).toBe(entries.length);
    expect(await verified(folder, keys.at(-1) as Key)).toMatchObject({ ok: true, entries: entries.length });
  }, 60_000);

  it('is found again after the disk failed meanwhile, whichever of the two signed last', async () => {
    const [a, b] = [newKey(), newKey()];
    const folder = await newFolder();
    let failing = false;
    const shaky: OpenFile = async (at) => {
      const file = await openFile(at);
      return { ...file, sync: async () => (failing ? Promise.reject(new Error('EIO')) : file.sync()) };
    };
    const log = await opened(folder, [a], { open: shaky });
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
      const shaky: OpenFile = async (at) => {
        const file = await openFile(at);
        return {
          ...file,
          write: (bytes, position) => (failing && call === 'write' ? fail() : file.write(bytes, position)),
          sync: () => (failing && call === 'sync' ? fail() : file.sync()),
        };
      };
      const log = await opened(folder, [a], { open: shaky });
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
    await log.rotate(secretOf(b, a));
    for (const i of [3, 4, 5]) await log.append(decision(i));
    await log.close();
    return { folder, a, b };
  };

  it('a log that was cut back to what a dead key signed is not sound', async () => {
    const { folder, b } = await twoKeys();
    const path = join(folder, 'one', 'audit.log');
    const lines = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, `${lines.slice(0, 6).join('\n')}\n`);
    expect(await verified(folder, b)).toMatchObject({ ok: false, entries: 3, firstBad: { index: 0, line: 1 } });
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
    expect(await verified(folder, b)).toMatchObject({ ok: false, firstBad: { index: 7 } });

    const own = await newFolder();
    const forged = await opened(own, [forger]);
    await forged.append(decision(0));
    await forged.close();
    expect(await verified(own, b)).toMatchObject({ ok: false, firstBad: { index: 0, line: 1 } });
  });

  it('needs no file beside the log where all keys are given, and is not led astray by a spoilt one', async () => {
    const { folder, a, b } = await twoKeys();
    await writeFile(join(folder, 'one', 'public-key.pem'), 'spoilt');
    expect(await verified(folder, b, a)).toMatchObject({ ok: true });
    expect(await verified(folder, b)).toMatchObject({ ok: false });
  });

  it('a log that nobody writes any more stays sound by what another log says of its key', async () => {
    const [a, b, c] = [newKey(), newKey(), newKey()];
    const folder = await newFolder();
    const closed = await opened(folder, [a], { origin: 'closed' });
    await closed.append(decision(0));
    await closed.close();
    const living = await opened(folder, [a]);
    await living.append(decision(0));
    for (const [next, last] of [
      [b, a],
      [c, b],
    ] as const) {
      await living.rotate(secretOf(next, last));
      await living.append(decision(1));
    }
    await living.close();
    const all = { folder, publicKey: c.publicPem };
    expect(await verifyAuditLogs(all)).toMatchObject([
      { origin: 'closed', ok: true, entries: 1 },
      { origin: 'one', ok: true },
    ]);

    // Somebody else's log, with its key beside it, and a log of theirs that claims to have replaced it.
    const forger = newKey();
    const strange = await opened(folder, [forger], { origin: 'strange' });
    await strange.append({ kind: 'key', at: 1, key: 'f'.repeat(64), replaces: 'e'.repeat(64) });
    await strange.close();
    expect(await verifyAuditLogs(all)).toMatchObject([{ ok: true }, { ok: true }, { origin: 'strange', ok: false }]);
    // Whoever writes no longer, and whose key nobody names.
    await cp(join(folder, 'strange'), join(folder, 'closed'), { recursive: true, force: true });
    expect((await verifyAuditLogs({ folder, publicKey: b.publicPem })).map(({ ok }) => ok)).toEqual([
      false,
      false,
      false,
    ]);
  });
});
