import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSqliteStore, type SqliteStoreOptions } from '../../../src/adapters/sqlite/store.ts';
import type { Store } from '../../../src/core/ports.ts';
import { boundedDecisionsContract } from '../../contracts/decisions.ts';
import { boundedLettersContract } from '../../contracts/inbox-bounded.ts';
import {
  claimed,
  commitOf,
  LEASE,
  leavingOf,
  NOW,
  onlyClaim,
  outboxOf,
  questionOf,
  refOf,
  schedule,
  settleOf,
} from '../../contracts/making.ts';
import { boundedSignInsContract } from '../../contracts/sign-ins.ts';

let folder = '';
let stores: Store[] = [];
const path = (): string => join(folder, 'data', 'sotto.db');

const open = (o: Partial<SqliteStoreOptions> = {}): Store => {
  const store = createSqliteStore({ path: path(), ...o });
  stores.push(store);
  return store;
};

const raw = <T>(use: (db: DatabaseSync) => T): T => {
  const db = new DatabaseSync(path());
  try {
    return use(db);
  } finally {
    db.close();
  }
};

const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-sqlite-'));
});

afterEach(async () => {
  for (const store of stores) await store.close();
  stores = [];
  rmSync(folder, { recursive: true, force: true });
});

describe('the sqlite store opens', () => {
  it('in a folder and in files that nobody else may read', async () => {
    const store = open();
    await store.inbox.accept(questionOf('q1'));
    expect(mode(join(folder, 'data'))).toBe('700');
    for (const suffix of ['', '-wal', '-shm', '.lock'])
      expect([suffix, mode(path() + suffix)]).toEqual([suffix, '600']);
  });

  it('files that others could read only after closing them to others', async () => {
    await open().close();
    chmodSync(path(), 0o644);
    open();
    expect(mode(path())).toBe('600');
  });

  it('for one process at a time, and says how to mend it', async () => {
    const first = open();
    const second = (): Store => open();
    expect(second).toThrow(expect.objectContaining({ code: 'folder-in-use' }));
    expect(second).toThrow(/sotto\.db is in use.*SOTTO_DATA/s);
    expect(await first.inbox.accept(questionOf('q1'))).toMatchObject({ status: 'claimed' });
    await first.close();
    expect(await second().inbox.accept(questionOf('q1'))).toEqual({ status: 'repeat' });
  });

  it('no file of a newer program, and leaves it as it was', async () => {
    await open().close();
    raw((db) => db.exec('PRAGMA user_version = 99; CREATE TABLE future (x)'));
    expect(() => open()).toThrow(expect.objectContaining({ code: 'store-newer' }));
    expect(() => open()).toThrow(/version 99.*newer version of Sotto/s);
    raw((db) => {
      expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
      expect(db.prepare('SELECT count(*) AS n FROM future').get()).toEqual({ n: 0 });
    });
  });

  it('no database of somebody else, and leaves it as it was', async () => {
    await open().close();
    rmSync(path());
    raw((db) => db.exec('CREATE TABLE theirs (x)'));
    expect(() => open()).toThrow(expect.objectContaining({ code: 'store-unavailable' }));
    raw((db) => expect(db.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'theirs' }]));
  });

  it('nothing that is not a database, with the cause', async () => {
    await open().close();
    writeFileSync(path(), 'this is not a database, whatever its name says'.repeat(100));
    expect(() => open()).toThrow(
      expect.objectContaining({ code: 'store-unavailable', cause: expect.objectContaining({ errcode: 26 }) }),
    );
  });

  it('again after a start that failed', () => {
    writeFileSync(join(folder, 'data'), 'a file in the way');
    expect(() => open()).toThrow(expect.objectContaining({ code: 'store-unavailable' }));
    rmSync(join(folder, 'data'));
    expect(() => open()).not.toThrow();
  });
});

describe('the sqlite store, opened again,', () => {
  it('frees what the last process had claimed, and keeps what it had done', async () => {
    const before = open();
    const claim = await claimed(before, questionOf('q1'));
    await before.inbox.commit(commitOf(claim));
    await before.inbox.hold({ ...claim, ...leavingOf(refOf('1'), NOW) });
    await before.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 1 });
    await before.close();

    const after = open();
    expect(await after.inbox.backlog()).toEqual({ waiting: 1, claimed: 0 });
    expect(await after.inbox.settle(settleOf(claim))).toBe('lost');
    expect(await onlyClaim(after, NOW)).toMatchObject({ attempts: 2, outbox: outboxOf({ ref: refOf('1') }) });
    expect(await after.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 1 })).toHaveLength(1);
  });

  it('frees the audit logs that the last process wrote, whatever their leases say', async () => {
    const before = open();
    const lease = (store: Store, holder: string) =>
      store.origins.lease({ home: 'h1', holder, now: NOW, leaseMs: LEASE });
    expect(await lease(before, 'p1')).toMatchObject({ origin: 'slot-0' });
    await before.close();
    const after = open();
    expect(await after.origins.renew({ origin: 'slot-0', holder: 'p1', now: NOW, leaseMs: LEASE })).toBe('lost');
    expect(await lease(after, 'p2')).toMatchObject({ origin: 'slot-0' });
    expect(await lease(after, 'p3')).toMatchObject({ origin: 'slot-1' });
  });

  it('still waits for what had been put off', async () => {
    const before = open();
    const claim = await claimed(before, questionOf('q1'));
    await before.inbox.release({ ...claim, notBefore: NOW + 5_000 });
    await schedule(before, refOf('1'), NOW);
    const [removal] = await before.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 1 });
    if (removal === undefined) throw new Error('nothing was due');
    await before.expiries.fail({ removal, retryAt: NOW + 7_000, code: 'busy' });
    await before.close();
    const after = open();
    expect(await after.inbox.next({ now: NOW })).toBe(NOW + 5_000);
    expect(await after.expiries.next()).toBe(NOW + 7_000);
  });
});

describe('the sqlite store is bounded:', () => {
  it('beyond its bound it takes no more questions, still knows repeats, and goes on when one has ended', async () => {
    const store = open({ mostWaiting: 2 });
    const claim = await claimed(store, questionOf('q1'));
    await store.inbox.accept(questionOf('q2'));
    const third = (): Promise<unknown> =>
      store.inbox.accept(questionOf('q3', { counts: [{ name: 'p', key: 'p', windowMs: 1_000 }] }));
    await expect(third()).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await store.counters.read({ key: 'p', windowMs: 1_000, now: NOW })).toBe(0);
    expect(await store.inbox.accept(questionOf('q2'))).toEqual({ status: 'repeat' });
    await store.inbox.settle(settleOf(claim));
    expect(await third()).toEqual({ status: 'queued' });
  });

  boundedLettersContract(async () => open({ mostWaiting: 2, mostDead: 1 }));
  boundedDecisionsContract(async () => open({ mostDecisions: 10 }));
  boundedSignInsContract(async () => open({ mostSignIns: 10 }));

  it('ended ids, counts and sign-ins are forgotten when they are over', async () => {
    const store = open();
    const claim = await claimed(store, questionOf('q1', { counts: [{ name: 'p', key: 'p', windowMs: 1_000 }] }));
    await store.inbox.settle(settleOf(claim));
    const signIn = { value: 'sealed', now: NOW, until: NOW + 1_000 };
    await store.grants.put({ owners: ['evan'], seen: null, ...signIn });
    await store.signIns.keep({ key: 'k', owner: 'evan', ...signIn });
    await store.conversations.sweep({ now: NOW + 26 * 60 * 60_000 });
    await store.close();
    raw((db) => {
      for (const table of ['inbox', 'ended', 'counters', 'sealed_grants', 'sign_ins']) {
        expect([table, db.prepare(`SELECT count(*) AS n FROM ${table}`).get()]).toEqual([table, { n: 0 }]);
      }
    });
  });
});

describe('the sqlite store fails', () => {
  it('one call alone, wholly, where several share a transaction', async () => {
    const store = open();
    const claim = await claimed(store, questionOf('q1'));
    await store.inbox.commit(commitOf(claim));
    const [held, accepted, added] = await Promise.allSettled([
      store.inbox.hold({ ...claim, ...leavingOf(refOf('1'), Number.NaN) }),
      store.inbox.accept(questionOf('q2')),
      store.counters.add({ key: 'k', windowMs: 1_000, now: NOW }),
    ]);
    expect(held).toMatchObject({ status: 'rejected', reason: { code: 'store-unavailable' } });
    expect(accepted).toMatchObject({ status: 'fulfilled', value: { status: 'queued' } });
    expect(added).toMatchObject({ status: 'fulfilled', value: 1 });
    expect((await onlyClaim(store, NOW + LEASE)).outbox?.ref).toBeNull();
  });

  it('with a code and a cause while the file cannot be written, and goes on when it can', async () => {
    const store = open();
    await store.inbox.accept(questionOf('q1'));
    const other = new DatabaseSync(path());
    other.exec('BEGIN IMMEDIATE');
    const refused = Promise.allSettled([store.inbox.accept(questionOf('q2')), store.inbox.accept(questionOf('q3'))]);
    for (const outcome of await refused) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'store-unavailable', cause: expect.objectContaining({ errcode: 5 }) },
      });
    }
    other.exec('ROLLBACK');
    other.close();
    expect(await store.inbox.accept(questionOf('q2'))).toEqual({ status: 'queued' });
    expect(await store.inbox.backlog()).toEqual({ waiting: 1, claimed: 1 });
  });

  it('where a restriction cannot be read, rather than restrict less', async () => {
    await open().close();
    raw((db) => db.exec(`INSERT INTO restrictions VALUES ('a', '{"id":"a"}')`));
    await expect(open().restrictions.current()).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('after it was closed, but does what it was told before', async () => {
    const store = open();
    const last = store.inbox.accept(questionOf('q1'));
    await store.close();
    await store.close();
    expect(await last).toMatchObject({ status: 'claimed' });
    await expect(store.inbox.accept(questionOf('q2'))).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(store.expiries.next()).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(existsSync(`${path()}-wal`)).toBe(false);
  });
});
