import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { open } from '../../../src/adapters/sqlite/open.ts';
import { applicationId, migrations } from '../../../src/adapters/sqlite/schema.ts';
import { createSqliteStore } from '../../../src/adapters/sqlite/store.ts';
import { packRef } from '../../../src/core/stored.ts';
import { questionOf, refOf } from '../../contracts/making.ts';
import { PLAIN_RESTRICTION } from '../../support/restricting.ts';

/** SHA-256 of every released step. A step is only ever added: an edited one would leave old files different from new ones. */
const RELEASED = [
  '8d48c4ab3f06c75f1084a99425cd42a21a76fbd9ec727cb57d64404a99932637',
  '9ae4ae82aabb0fa48a6714f1d147191605e4b7f213f72637b308e44c58276ddf',
];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-migrations-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the schema', () => {
  it('has not changed a step that was released', () => {
    const hashes = migrations.map((sql) => createHash('sha256').update(sql).digest('hex'));
    expect(hashes.slice(0, RELEASED.length)).toEqual(RELEASED);
  });

  it('is brought to its newest version once, one step at a time', () => {
    for (let time = 0; time < 2; time++) {
      const opened = open(join(folder, 'a.db'));
      const { db } = opened;
      expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: migrations.length });
      opened.close();
    }
  });

  it('keeps the audit logs that were on record before they had homes: the first home that leases takes them over', async () => {
    const path = join(folder, 'a.db');
    const [first = ''] = migrations;
    const old = new DatabaseSync(path);
    old.exec(first);
    old.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 1`);
    old.exec("INSERT INTO origins (origin, size) VALUES ('slot-0', 41)");
    old.close();
    const store = createSqliteStore({ path });
    expect(await store.origins.all()).toEqual([{ origin: 'slot-0', size: 41, home: '', leasedUntil: 0 }]);
    const lease = (holder: string) => store.origins.lease({ home: 'h1', holder, now: 1_000, leaseMs: 500 });
    expect(await lease('p1')).toEqual({ origin: 'slot-0', size: 41, home: 'h1', leasedUntil: 1_500 });
    expect(await lease('p2')).toMatchObject({ origin: 'slot-1', size: 0 });
    await store.close();
  });

  it('keeps what the first version had accepted and not ended, what it was to remove, and what it had ended', async () => {
    const path = join(folder, 'a.db');
    const [first = ''] = migrations;
    const old = new DatabaseSync(path);
    old.exec(first);
    old.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 1`);
    const put = old.prepare(
      `INSERT INTO inbox (id, conversation, tenant, account, inbound, accepted_at, counts, attempts, head, free_at, lease, outbox_key, reply, placeholder, expires_ms, ref)
       VALUES (:id, :talk, 'T1', 'slack:U1', :inbound, 1, '{}', :tries, :head, 1, :lease, :key, :reply, :placeholder, :ms, :ref)`,
    );
    const held = refOf('m1');
    const none = { tries: 0, lease: null, key: null, reply: null, placeholder: null, ms: null, ref: null };
    const committed = { tries: 1, lease: 'dead', key: 'k', reply: 'sealed-reply', placeholder: 1, ms: 5_000 };
    put.run({ ...none, id: 'queued', talk: 'a', head: 1, inbound: 'sealed-queued' });
    put.run({ ...none, id: 'behind', talk: 'a', head: 0, inbound: 'sealed-behind' });
    put.run({ ...none, id: 'leased', talk: 'b', head: 1, inbound: 'sealed-leased', tries: 1, lease: 'dead' });
    put.run({ ...committed, id: 'held', talk: 'c', head: 1, inbound: 'sealed-held', ref: packRef(held) });
    old.prepare('INSERT INTO expiries (member, score, remove_at, leased) VALUES (?, 9, 9, 1)').run(packRef(held));
    old.prepare("INSERT INTO ended (id, end, at, until) VALUES ('over', 'shown', 1, 9999999999999)").run();
    old.close();

    const store = createSqliteStore({ path });
    const claims = await store.inbox.claim({ now: 10, leaseMs: 1_000, limit: 10 });
    expect(new Map(claims.map(({ id, inbound }) => [id, inbound]))).toEqual(
      new Map([
        ['held', 'sealed-held'],
        ['leased', 'sealed-leased'],
        ['queued', 'sealed-queued'],
      ]),
    );
    expect(claims.find(({ id }) => id === 'held')?.outbox).toMatchObject({
      key: 'k',
      reply: 'sealed-reply',
      placeholder: true,
      expiresMs: 5_000,
      ref: held,
    });
    expect(await store.inbox.backlog()).toEqual({ waiting: 1, claimed: 3 });
    expect(await store.expiries.claim({ now: 10, leaseMs: 1_000, limit: 10 })).toMatchObject([
      { ref: held, removeAt: 9, attempts: 0 },
    ]);
    expect(await store.inbox.accept(questionOf('over'))).toEqual({ status: 'repeat' });
    await store.close();
  });

  it('keeps what waited in a file of the version before, in its order, each question as never parked', async () => {
    const path = join(folder, 'a.db');
    const [first = '', second = ''] = migrations;
    const old = new DatabaseSync(path);
    old.exec(first);
    old.exec(second);
    old.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 2`);
    const insert = old.prepare(
      `INSERT INTO inbox (id, conversation, tenant, account, inbound, accepted_at, counts, attempts, head, free_at)
       VALUES (?, 'c1', 'T1', 'slack:U1', 'sealed', ?, '{}', 0, ?, ?)`,
    );
    for (const at of [1, 2, 3]) insert.run(`q${at}`, at, at === 1 ? 1 : 0, at);
    old.close();
    const store = createSqliteStore({ path });
    expect(await store.inbox.census({ now: 10 })).toEqual({ queued: 3, leased: 0, parked: 0, dead: 0 });
    const order: string[] = [];
    for (;;) {
      const [claim] = await store.inbox.claim({ now: 10, leaseMs: 500, limit: 5 });
      if (claim === undefined) break;
      expect(claim).toMatchObject({ parked: null, overdue: false, failure: null });
      order.push(claim.id);
      await store.inbox.settle({ ...claim, end: 'shown', expiry: null, now: 10 });
    }
    expect(order).toEqual(['q1', 'q2', 'q3']);
    await store.close();
  });

  it('keeps what HR restricts in a file of the version before, which says nothing of what came since', async () => {
    const path = join(folder, 'a.db');
    const old = new DatabaseSync(path);
    const before = migrations.slice(0, 5);
    for (const step of before) old.exec(step);
    old.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${before.length}`);
    const bodies = [
      '{"id":"bonus","title":"B","forbids":["salary.bonus"],"exceptGroups":[],"countries":[],"until":null,"words":{}}',
      '{"id":"salary","title":"S","forbids":["salary"],"exceptGroups":["payroll"],"countries":["DE"],"until":"2030-01-01T00:00:00.000Z","words":{"en":"No."}}',
    ];
    for (const body of bodies)
      old.prepare('INSERT INTO restrictions (id, body) VALUES (?, ?)').run(JSON.parse(body).id, body);
    old.exec('UPDATE restrictions_version SET version = 7');
    old.close();
    for (let time = 0; time < 2; time++) {
      const store = createSqliteStore({ path });
      expect(await store.restrictions.current()).toEqual({
        version: 7,
        hash: null,
        restrictions: bodies.map((body) => ({ ...PLAIN_RESTRICTION, ...JSON.parse(body) })),
      });
      expect(await store.restrictions.changes({ before: null, limit: 10 })).toEqual([]);
      expect(await store.pins.current()).toBeNull();
      expect(await store.proposals.all({ now: 0 })).toEqual([]);
      await store.close();
    }
    const store = createSqliteStore({ path });
    const lifted = { expected: 7, put: [], remove: ['bonus'], hash: 'h', record: null, settles: null };
    expect(await store.restrictions.change(lifted)).toEqual({ ok: true, version: 8 });
    expect((await store.restrictions.current()).restrictions).toMatchObject([{ id: 'salary' }]);
    await store.close();
  });

  it('of durable settings: write-ahead log, synced before a commit returns, deleted content overwritten', () => {
    const opened = open(join(folder, 'a.db'));
    const { db } = opened;
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(db.prepare('PRAGMA secure_delete').get()).toEqual({ secure_delete: 1 });
    opened.close();
  });
});
