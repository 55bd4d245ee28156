/**
 * What was accepted, until it has ended. The oldest question of a conversation is its head; only heads can be claimed,
 * so there is one claim a conversation, in order of acceptance. A lease that lapsed stays good until somebody else
 * takes it: then its holder hears `lost` and changes nothing any more.
 */
import type { DatabaseSync } from 'node:sqlite';
import { SottoError } from '../../core/errors.ts';
import type { Accepted, Census, Inbox } from '../../core/ports.ts';
import { keptCode, packRef, whole } from '../../core/stored.ts';
import type { ClaimRows } from './claims.ts';
import type { ConversationRows } from './conversations.ts';
import type { CounterRows } from './counters.ts';
import { createDeadRows } from './dead.ts';
import type { ExpiryRows } from './expiries.ts';
import { createKeptQuestions } from './kept-questions.ts';
import { createParkingRows } from './parking.ts';
import type { RestrictionRows } from './restrictions.ts';
import { numberOf, type Row, textOf, textOrNull } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';
import { createTurns, type Turns } from './turns.ts';

/** Repeats are known for a day after the end, and an hour more for clocks that differ. */
const REPEATS_MS = 25 * 60 * 60_000;

/** More are never claimed at once, whatever a caller asks for. */
const MOST_CLAIMED = 500;

/** Words shredded in one sweep: the loop is blocked meanwhile, and the next sweep goes on. */
const MOST_SWEPT = 5_000;

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
  /** Dead letters beyond which the next one's words are shredded. */
  readonly mostDead: number;
}

export interface SqliteInbox extends Inbox {
  /** Counts anew what waits, after a transaction was undone. */
  recount(): void;
}

export const createInbox = (o: InboxOptions): SqliteInbox => {
  const { db, transactions, claims } = o;
  const isKnown = createKnown(db);
  const enqueue = createEnqueue(db);
  const accept = createAccept(o);
  const turns = createTurns(db);
  const finish = createFinish({ ...o, turns });
  const parking = createParkingRows({ db, turns });
  const letters = createDeadRows({ db, turns, repeatsMs: REPEATS_MS, most: o.mostDead });
  const kept = createKeptQuestions({ db, turns, repeatsMs: REPEATS_MS });
  const countAll = db.prepare('SELECT count(*) AS n FROM inbox');
  const countClaimed = db.prepare('SELECT count(*) AS n FROM inbox WHERE lease IS NOT NULL');
  const countParked = db.prepare('SELECT count(*) AS n FROM inbox WHERE parked = 1 AND lease IS NULL');
  const save = db.prepare(
    `UPDATE inbox SET outbox_key = ?, reply = ?, placeholder = ?, expires_ms = ?, ref = ?, about = ?, again = ?,
     free_at = ? WHERE id = ? AND lease = ? RETURNING conversation, tenant, account`,
  );
  const owned = db.prepare('SELECT 1 AS yes FROM inbox WHERE id = ? AND lease = ?');
  const hold = db.prepare('UPDATE inbox SET ref = ? WHERE id = ? AND lease = ?');
  const release = db.prepare(
    `UPDATE inbox SET lease = NULL, free_at = ?, failure = coalesce(?, failure), attempts = max(attempts - ?, min(attempts, 1))
     WHERE id = ? AND lease = ?`,
  );
  const renew = db.prepare('UPDATE inbox SET free_at = ? WHERE id = ? AND lease = ?');

  /** How many are unsettled. Kept beside the table: counting it for every question would cost more each time. */
  let unsettled = numberOf(countAll.get() ?? {}, 'n');

  const count = (): Omit<Census, 'dead'> => {
    const leased = numberOf(countClaimed.get() ?? {}, 'n');
    const parked = numberOf(countParked.get() ?? {}, 'n');
    return { queued: unsettled - leased - parked, leased, parked };
  };

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
        const { key, reply, placeholder, about, again } = outbox;
        const row = save.get(key, reply, placeholder ? 1 : 0, expires, ref, about, again, until, id, lease);
        if (row === undefined) return 'lost';
        o.conversations.keep({
          conversation: textOf(row, 'conversation'),
          tenant: textOf(row, 'tenant'),
          account: textOf(row, 'account'),
          about: c.stateAbout,
          state: c.state,
          until: c.stateUntil,
        });
        return 'committed';
      }),
    hold: ({ id, lease, removeAt, ...leaving }) =>
      transactions.write('hold a placeholder', () => {
        if (hold.run(packRef(leaving.ref), id, lease).changes === 0) return 'lost';
        if (removeAt !== null) o.expiries.schedule({ ...leaving, removeAt });
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
    release: ({ id, lease, notBefore, code, paced = false }) =>
      transactions.write('release a question', () => {
        release.run(whole(notBefore), code === undefined ? null : keptCode(code), paced ? 1 : 0, id, lease);
      }),
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
        const { queued, leased } = count();
        return { waiting: queued, claimed: leased };
      }),
    census: () => transactions.read('count what there is', () => ({ ...count(), dead: letters.count() })),
    park: async (question) => {
      const parked = await transactions.write('park a question', () => parking.park(question));
      if (parked === 'parked') o.shredder.shredded();
      return parked;
    },
    unpark: (question) => transactions.write('un-park a question', () => parking.unpark(question)),
    waiting: (of) => transactions.read('find what waits for somebody', () => parking.waiting(of)),
    bury: async (question) => {
      const buried = await transactions.write('set a question aside', () => {
        const done = letters.bury(question);
        if (done !== 'lost') unsettled -= 1;
        return done;
      });
      if (buried !== 'lost') o.shredder.shredded();
      return buried;
    },
    dead: ({ limit }) => transactions.read('read what was set aside', () => letters.all(limit)),
    retry: ({ id, as, now }) =>
      transactions.write('ask a question once more', () => {
        const done = isKnown(as);
        if (done && letters.has(id)) return 'gone';
        const letter = done ? null : letters.take({ id, now });
        if (letter === null) return done ? 'queued' : 'gone';
        if (unsettled >= o.mostWaiting) throw full(o.mostWaiting);
        enqueue({ ...letter, id: as, at: whole(now) });
        unsettled += 1;
        return 'queued';
      }),
    scan: (page) => transactions.read('look through the questions', () => kept.scan(page)),
    keepUntil: (question) => transactions.write('keep a question for longer', () => kept.keepUntil(question)),
    drop: async (question) => {
      const dropped = await transactions.write('drop a question', () => kept.drop(question));
      if (dropped.unsettled) unsettled -= 1;
      if (dropped.outcome === 'dropped') o.shredder.shredded();
      return dropped.outcome;
    },
    sweep: async ({ now }) => {
      const swept = await transactions.write('be swept of words', () => {
        const blanked = parking.sweep({ now, limit: MOST_SWEPT });
        return { blanked, letters: letters.sweep({ now, limit: MOST_SWEPT }) };
      });
      if (swept.blanked > 0 || swept.letters.length > 0) o.shredder.shredded();
      return swept.letters;
    },
  };
};

type Enqueue = (
  question: Pick<Parameters<Inbox['accept']>[0], 'id' | 'conversation' | 'tenant' | 'account' | 'inbound'> & {
    readonly at: number;
    /** Sliding counts, as JSON. */
    readonly counts: string;
  },
) => { readonly seq: number; readonly idle: boolean };

const createKnown = (db: DatabaseSync): ((id: string) => boolean) => {
  const known = db.prepare(
    'SELECT 1 FROM inbox WHERE id = :id UNION ALL SELECT 1 FROM ended WHERE id = :id UNION ALL SELECT 1 FROM dead WHERE id = :id',
  );
  return (id) => known.get({ id }) !== undefined;
};

/** Behind all that wait; the head of its conversation where that is idle. */
const createEnqueue = (db: DatabaseSync): Enqueue => {
  const busy = db.prepare('SELECT 1 FROM inbox WHERE conversation = ? AND parked = 0 LIMIT 1');
  const insert = db.prepare(
    `INSERT INTO inbox (id, conversation, tenant, account, inbound, accepted_at, counts, attempts, head, free_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?) RETURNING seq`,
  );
  return ({ id, conversation, tenant, account, inbound, at, counts }) => {
    const idle = busy.get(conversation) === undefined;
    const row = insert.get(id, conversation, tenant, account, inbound, at, counts, idle ? 1 : 0, at);
    return { seq: numberOf(row ?? {}, 'seq'), idle };
  };
};

/** Step 2. A repeat is told apart before it is counted; a full inbox still knows its repeats. */
const createAccept = (o: InboxOptions): ((question: Parameters<Inbox['accept']>[0], unsettled: number) => Accepted) => {
  // All that has to be known of it, in one statement: each costs more than what it does.
  const look = o.db.prepare(
    `SELECT EXISTS (SELECT 1 FROM inbox WHERE id = ?1) OR EXISTS (SELECT 1 FROM ended WHERE id = ?1)
              OR EXISTS (SELECT 1 FROM dead WHERE id = ?1) AS known,
            EXISTS (SELECT 1 FROM inbox WHERE conversation = ?2 AND parked = 0) AS busy,
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
    const fresh = { attempts: 1, outbox: null, parked: null, overdue: false, failure: null };
    return { status: 'claimed', claim: { ...known, ...fresh, lease, state: textOrNull(seen, 'state') } };
  };
};

/** The end: words gone, id kept, removal scheduled, and the conversation's next one becomes its head. */
const createFinish = (
  o: InboxOptions & { readonly turns: Turns },
): ((end: Parameters<Inbox['settle']>[0]) => 'settled' | 'lost') => {
  const remove = o.db.prepare('DELETE FROM inbox WHERE id = ? AND lease = ? RETURNING conversation, parked');
  const keep = o.db.prepare('INSERT INTO ended (id, end, at, until) VALUES (?, ?, ?, ?)');
  return ({ id, lease, end, expiry, now }) => {
    const row = remove.get(id, lease);
    if (row === undefined) return 'lost';
    o.turns.left(row);
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
