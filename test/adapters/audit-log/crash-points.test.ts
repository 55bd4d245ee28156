/** A process that dies at any call to the disk, and one that dies after a call that had failed before: what it leaves is a log. */
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type AuditLog, createAuditLog } from '../../../src/adapters/audit-log/audit-log.ts';
import { type LogDisk, type LogFile, logDisk } from '../../../src/adapters/audit-log/file.ts';
import { bundlePath, tilePath } from '../../../src/adapters/audit-log/tiles.ts';
import { verifyAuditLog } from '../../../src/adapters/audit-log/verify.ts';
import { put } from './lay-out.ts';
import { createPower } from './power.ts';
import { clock, decision, entriesOf, newFolder, newKey } from './support.ts';

const { secret, publicPem } = newKey();
const later = newKey();

/** Counts calls; `failing` of them fails, and so does each from `dead` on, of which the first takes half of what it is given. */
const mortal = (o: { readonly failing: number; readonly dead: number }, under: LogDisk = logDisk) => {
  let calls = 0;
  const io = (): Error => Object.assign(new Error('the disk is gone'), { code: 'EIO' });
  const call = async <T>(work: () => Promise<T>, half?: () => Promise<unknown>): Promise<T> => {
    calls += 1;
    if (calls === o.dead) await half?.();
    if (calls === o.failing || calls >= o.dead) throw io();
    return work();
  };
  const file = (one: LogFile): LogFile => ({
    size: () => call(one.size),
    read: (into, position) => call(() => one.read(into, position)),
    write: (bytes, position) =>
      call(
        () => one.write(bytes, position),
        () => one.write(bytes.subarray(0, bytes.length >> 1), position),
      ),
    truncate: (size) => call(() => one.truncate(size)),
    sync: () => call(one.sync),
    close: one.close,
  });
  const disk: LogDisk = {
    open: async (at) => file(await call(() => under.open(at))),
    read: (path) => call(() => under.read(path)),
    list: (folder) => call(() => under.list(folder)),
    makeFolder: (path) => call(() => under.makeFolder(path)),
    rename: (from, to) => call(() => under.rename(from, to)),
    remove: (path) => call(() => under.remove(path)),
    syncFolder: (folder) => call(() => under.syncFolder(folder)),
  };
  return { disk, calls: () => calls };
};

/** Entries come and go: in one journal and in several, published twice, pruned once. Each step may fail; the next is tried all the same. */
const live = async (folder: string, disk: LogDisk): Promise<ReadonlyMap<number, string>> => {
  const acknowledged = new Map<number, string>();
  let at = 0;
  const some = (log: AuditLog, count: number): Promise<unknown> =>
    Promise.allSettled(
      Array.from({ length: count }, async () => {
        const entry = decision(at++);
        const { index } = await log.append(entry);
        acknowledged.set(index ?? -1, entry.question);
      }),
    );
  const log = await createAuditLog({ folder, origin: 'one', signingKey: secret, clock, retryMs: 0, disk }).catch(
    () => null,
  );
  if (log === null) return acknowledged;
  await some(log, 3);
  await log.publish().catch(() => undefined);
  await some(log, 270);
  await some(log, 2);
  await log.publish().catch(() => undefined);
  await log.publish().catch(() => undefined);
  await some(log, 1);
  await log.prune({ upTo: 256 }).catch(() => undefined);
  await log.close();
  return acknowledged;
};

/** What is wrong with what was left; null: nothing. */
const wrongAfter = async (o: { readonly failing: number; readonly dead: number }): Promise<string | null> => {
  const folder = await newFolder();
  return wrongIn(folder, await live(folder, mortal(o).disk));
};

const wrongIn = async (folder: string, acknowledged: ReadonlyMap<number, string>): Promise<string | null> => {
  const log = await createAuditLog({ folder, origin: 'one', signingKey: secret, clock }).catch((cause: Error) => cause);
  if (log instanceof Error) return log.message;
  const { index } = await log.append(decision(999));
  await log.close();
  const { ok, firstBad, pruned } = await verifyAuditLog({ folder: join(folder, 'one'), publicKey: publicPem });
  if (!ok) return JSON.stringify(firstBad);
  const there = new Map((await entriesOf(join(folder, 'one'))).map(({ entry, seq }) => [seq, entry]));
  for (const [at, question] of acknowledged) {
    const entry = there.get(at);
    if (at >= pruned && !(entry?.kind === 'decision' && entry.question === question)) return `entry ${at} is lost`;
  }
  const questions = [...there.values()].flatMap((entry) => (entry.kind === 'decision' ? [entry.question] : []));
  if (new Set(questions).size !== questions.length) return 'an entry is there twice';
  return there.has(index ?? -1) ? null : 'the next entry is lost';
};

const NEVER = Number.POSITIVE_INFINITY;

describe('a log whose writer dies', () => {
  it('at any call to the disk is a log, with all that was acknowledged and nothing twice', async () => {
    const whole = mortal({ failing: NEVER, dead: NEVER });
    const folder = await newFolder();
    expect((await live(folder, whole.disk)).size).toBe(276);
    expect((await verifyAuditLog({ folder: join(folder, 'one'), publicKey: publicPem })).pruned).toBe(256);
    const wrong: string[] = [];
    for (let dead = 1; dead <= whole.calls(); dead++) {
      const why = await wrongAfter({ failing: NEVER, dead });
      if (why !== null) wrong.push(`dead at ${dead}: ${why}`);
    }
    expect(wrong).toEqual([]);
  }, 240_000);

  it('after a call that failed, wherever either was, is a log as well', async () => {
    const whole = mortal({ failing: NEVER, dead: NEVER });
    await live(await newFolder(), whole.disk);
    const wrong: string[] = [];
    // Each call fails once; death comes a few calls later, somewhere in what is tried again.
    for (let failing = 1; failing <= whole.calls(); failing++) {
      const dead = failing + 1 + ((failing * 7) % 41);
      const why = await wrongAfter({ failing, dead });
      if (why !== null) wrong.push(`failing at ${failing}, dead at ${dead}: ${why}`);
    }
    expect(wrong).toEqual([]);
  }, 240_000);

  it('in what is written once more, since a checkpoint that lay there already was not known to be durable, is a log as well', async () => {
    const whole = mortal({ failing: NEVER, dead: NEVER });
    const renamed: number[] = [];
    const disk: LogDisk = {
      ...whole.disk,
      rename: (from, to) => {
        if (to.endsWith('/checkpoint')) renamed.push(whole.calls() + 1);
        return whole.disk.rename(from, to);
      },
    };
    await live(await newFolder(), disk);
    const wrong: string[] = [];
    for (const at of renamed.slice(0, 2))
      for (let dead = at + 2; dead < at + 45; dead++) {
        // The sync of the folder behind the rename.
        const why = await wrongAfter({ failing: at + 1, dead });
        if (why !== null) wrong.push(`failing at ${at + 1}, dead at ${dead}: ${why}`);
      }
    expect(renamed.length).toBeGreaterThan(2);
    expect(wrong).toEqual([]);
  }, 240_000);

  it('by a power cut, which leaves nothing that was not synced, is one too', async () => {
    const whole = mortal({ failing: NEVER, dead: NEVER });
    await live(await newFolder(), whole.disk);
    const wrong: string[] = [];
    for (let dead = 1; dead <= whole.calls(); dead++) {
      const [folder, after] = [await newFolder(), await newFolder()];
      const power = createPower(folder);
      const acknowledged = await live(folder, mortal({ failing: NEVER, dead }, power.disk).disk);
      power.cut(after);
      const why = await wrongIn(after, acknowledged);
      if (why !== null) wrong.push(`dead at ${dead}: ${why}`);
    }
    expect(wrong).toEqual([]);
  }, 240_000);

  it('and is followed by another one, is kept from a power cut by that one at once', async () => {
    const whole = mortal({ failing: NEVER, dead: NEVER });
    await live(await newFolder(), whole.disk);
    const wrong: string[] = [];
    for (let dead = 1; dead <= whole.calls(); dead++) {
      const [folder, after] = [await newFolder(), await newFolder()];
      const power = createPower(folder);
      const acknowledged = await live(folder, mortal({ failing: NEVER, dead }, power.disk).disk);
      const next = await createAuditLog({ folder, origin: 'one', signingKey: secret, clock, disk: power.disk });
      const { index } = await next.append(decision(900));
      power.cut(after);
      await next.close();
      const why = await wrongIn(after, new Map([...acknowledged, [index ?? -1, decision(900).question]]));
      if (why !== null) wrong.push(`dead at ${dead}: ${why}`);
    }
    expect(wrong).toEqual([]);
  }, 240_000);

  it('by a power cut after a sync that failed once, behind which the next one was told a lie, is one too', async () => {
    const wrong: string[] = [];
    for (let failing = 1; failing <= 8; failing++) {
      const [folder, after] = [await newFolder(), await newFolder()];
      const power = createPower(folder, failing);
      const acknowledged = new Map<number, string>();
      const open = () =>
        createAuditLog({ folder, origin: 'one', signingKey: secret, clock, retryMs: 0, disk: power.disk });
      // The first syncs are those of the keys; a start that fails is tried again.
      const log = await open().catch(open);
      for (let at = 0; at < 6; at++)
        await log.append(decision(at)).then(
          ({ index }) => acknowledged.set(index ?? -1, decision(at).question),
          () => undefined,
        );
      power.cut(after);
      await log.close();
      const why = await wrongIn(after, acknowledged);
      if (why !== null || acknowledged.size < 5) wrong.push(`sync ${failing}: ${why}`);
    }
    expect(wrong).toEqual([]);
  }, 240_000);

  it('and left files that hold more than they were to, is written over', async () => {
    const folder = await newFolder();
    const own = join(folder, 'one');
    const open = () => createAuditLog({ folder, origin: 'one', signingKey: secret, clock });
    const log = await open();
    for (let at = 0; at < 3; at++) await log.append(decision(at));
    const longer = Buffer.alloc(100_000, 'x');
    for (const path of ['checkpoint.new', 'public-key.pem.new', bundlePath(0, 4), tilePath(0, 0, 4)])
      put(join(own, path), longer);
    await log.rotate({ current: later.secret.current, accepted: [later.secret.current, secret.current] });
    await log.close();
    expect(await verifyAuditLog({ folder: own, publicKey: later.publicPem })).toMatchObject({ ok: true, entries: 4 });
  });
});
