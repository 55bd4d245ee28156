/**
 * What was accepted, until it has ended. The oldest question of a conversation is its head; only heads can be claimed,
 * so there is one claim a conversation, in order of acceptance. A lease that lapsed stays good until somebody else
 * takes it: then its holder hears `lost` and changes nothing any more.
 */
import type { DatabaseSync } from 'node:sqlite';
import { SottoError } from '../../core/errors.ts';
import type { Accepted, Inbox } from '../../core/ports.ts';
import { packRef, whole } from '../../core/stored.ts';
import type { ClaimRows } from './claims.ts';
import type { ConversationRows } from './conversations.ts';
import type { CounterRows } from './counters.ts';
import type { ExpiryRows } from './expiries.ts';
import type { RestrictionRows } from './restrictions.ts';
import { numberOf, type Row, textOf, textOrNull } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

/** Repeats are known for a day after the end, and an hour more for clocks that differ. */
const REPEATS_MS = 25 * 60 * 60_000;

/** More are never claimed at once, whatever a caller asks for. */
const MOST_CLAIMED = 500;

export interface InboxOptions {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
  readonly claims: ClaimRows;
  readonly conversations: ConversationRows;
  readonly counters: CounterRows;
  readonly expiries: ExpiryRows;
  readonly restrictions: RestrictionRows;
  readonly shredder: Shredder;
  /** Unsettled questions beyond which none is accepted. */
  readonly mostWaiting: number;
}

export interface SqliteInbox extends Inbox {
  /** Counts anew what waits, after a transaction was undone. */
  recount(): void;
}

export const createInbox = (o: InboxOptions): SqliteInbox => {
  const { db, transactions, claims } = o;
  const accept = createAccept(o);
  const finish = createFinish(o);
  const countAll = db.prepare('SELECT count(*) AS n FROM inbox');
  const countClaimed = db.prepare('SELECT count(*) AS n FROM inbox WHERE lease IS NOT NULL');
  const save = db.prepare(
    `UPDATE inbox SET outbox_key = ?, reply = ?, placeholder = ?, expires_ms = ?, ref = ?, free_at = ?
     WHERE id = ? AND lease = ? RETURNING conversation`,
  );
  const owned = db.prepare('SELECT 1 AS yes FROM inbox WHERE id = ? AND lease = ?');
  const hold = db.prepare('UPDATE inbox SET ref = ? WHERE id = ? AND lease = ?');
  const release = db.prepare('UPDATE inbox SET lease = NULL, free_at = ? WHERE id = ? AND lease = ?');
  const renew = db.prepare('UPDATE inbox SET free_at = ? WHERE id = ? AND lease = ?');

  /** How many are unsettled. Kept beside the table: counting it for every question would cost more each time. */
  let unsettled = numberOf(countAll.get() ?? {}, 'n');

  return {
    recount: () => {
      try {
        unsettled = numberOf(countAll.get() ?? {}, 'n');
      } catch {
        // The file cannot be read: accepting fails as well until it can.
      }
    },
    accept: (question) =>
      transactions.write('accept a question', () => {
        const accepted = accept(question, unsettled);
        if (accepted.status !== 'repeat') unsettled += 1;
        return accepted;
      }),
    claim: ({ now, leaseMs, limit }) =>
      transactions.write('claim questions', () =>
        claims
          .claimable({ now, limit: Math.max(0, Math.min(MOST_CLAIMED, Math.floor(limit))) })
          .map((seq) => claims.claim(seq, { now, leaseMs })),
      ),
    commit: ({ id, lease, outbox, ...c }) =>
      transactions.write('commit an outcome', () => {
        if (o.restrictions.version() > c.restrictionsVersion)
          return owned.get(id, lease) === undefined ? 'lost' : 'superseded';
        const ref = outbox.ref === null ? null : packRef(outbox.ref);
        const expires = outbox.expiresMs === null ? null : whole(outbox.expiresMs);
        const until = whole(c.now + c.leaseMs);
        const row = save.get(outbox.key, outbox.reply, outbox.placeholder ? 1 : 0, expires, ref, until, id, lease);
        if (row === undefined) return 'lost';
        const conversation = textOf(row, 'conversation');
        o.conversations.keep({ conversation, state: c.state, until: c.stateUntil });
        return 'committed';
      }),
    hold: ({ id, lease, ref, removeAt }) =>
      transactions.write('hold a placeholder', () => {
        if (hold.run(packRef(ref), id, lease).changes === 0) return 'lost';
        if (removeAt !== null) o.expiries.schedule({ ref, removeAt });
        return 'held';
      }),
    settle: async (end) => {
      const settled = await transactions.write('settle a question', () => {
        const done = finish(end);
        if (done === 'settled') unsettled -= 1;
        return done;
      });
      if (settled === 'settled') o.shredder.shredded();
      return settled;
    },
    release: ({ id, lease, notBefore }) =>
      transactions.write('release a question', () => void release.run(whole(notBefore), id, lease)),
    renew: ({ id, lease, until }) =>
      transactions.write('keep a question', () =>
        renew.run(whole(until), id, lease).changes === 0 ? 'lost' : 'renewed',
      ),
    next: ({ now }) =>
      transactions.read('find the next question', () => {
        const at = claims.first();
        return at === null ? null : Math.max(now, at);
      }),
    backlog: () =>
      transactions.read('count what waits', () => {
        const claimed = numberOf(countClaimed.get() ?? {}, 'n');
        return { waiting: unsettled - claimed, claimed };
      }),
  };
};

/** Step 2. A repeat is told apart before it is counted; a full inbox still knows its repeats. */
const createAccept = (o: InboxOptions): ((question: Parameters<Inbox['accept']>[0], unsettled: number) => Accepted) => {
  // All that has to be known of it, in one statement: each costs more than what it does.
  const look = o.db.prepare(
    `SELECT EXISTS (SELECT 1 FROM inbox WHERE id = ?1) OR EXISTS (SELECT 1 FROM ended WHERE id = ?1) AS known,
            EXISTS (SELECT 1 FROM inbox WHERE conversation = ?2) AS busy,
            (SELECT state FROM conversations WHERE id = ?2 AND until > ?3) AS state`,
  );
  const insert = o.db.prepare(
    `INSERT INTO inbox (id, conversation, tenant, account, inbound, accepted_at, counts, attempts, head, free_at, lease)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return ({ id, conversation, tenant, account, inbound, counts, now, leaseMs, claim }, unsettled) => {
    const at = whole(now);
    const seen: Row = look.get(id, conversation, at) ?? {};
    if (numberOf(seen, 'known') === 1) return { status: 'repeat' };
    if (unsettled >= o.mostWaiting) throw full(o.mostWaiting);
    const idle = numberOf(seen, 'busy') === 0;
    const lease = idle && claim ? o.claims.newLease() : null;
    const free = lease === null ? at : whole(now + leaseMs);
    const counted = Object.fromEntries(counts.map(({ name, ...count }) => [name, o.counters.add({ ...count, now })]));
    const question = [id, conversation, tenant, account, inbound, at, JSON.stringify(counted)] as const;
    insert.run(...question, lease === null ? 0 : 1, idle ? 1 : 0, free, lease);
    if (lease === null) return { status: 'queued' };
    const known = { id, conversation, tenant, account, inbound, acceptedAt: at, counts: counted };
    const state = textOrNull(seen, 'state');
    return { status: 'claimed', claim: { ...known, attempts: 1, lease, state, outbox: null } };
  };
};

/** The end: words gone, id kept, removal scheduled, and the conversation's next one becomes its head. */
const createFinish = (o: InboxOptions): ((end: Parameters<Inbox['settle']>[0]) => 'settled' | 'lost') => {
  const remove = o.db.prepare('DELETE FROM inbox WHERE id = ? AND lease = ? RETURNING conversation');
  const keep = o.db.prepare('INSERT INTO ended (id, end, at, until) VALUES (?, ?, ?, ?)');
  const promote = o.db.prepare(
    'UPDATE inbox SET head = 1 WHERE seq = (SELECT min(seq) FROM inbox WHERE conversation = ?)',
  );
  return ({ id, lease, end, expiry, now }) => {
    const row = remove.get(id, lease);
    if (row === undefined) return 'lost';
    promote.run(textOf(row, 'conversation'));
    keep.run(id, end, whole(now), whole(now + REPEATS_MS));
    if (expiry !== null) o.expiries.schedule(expiry);
    return 'settled';
  };
};

const full = (most: number): SottoError =>
  new SottoError(
    'store-unavailable',
    `${most} questions wait already, so no more are taken. See why none is answered: the backend, the platform or the directory may be away.`,
  );
