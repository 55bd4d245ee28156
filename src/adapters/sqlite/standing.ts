/** Standing orders of the operators: whether Sotto is paused, and what is under hold. Every change raises the restrictions' version. */
import type { DatabaseSync } from 'node:sqlite';
import type { Hold, Pause, Recall, Standing } from '../../core/ports.ts';
import { MOST_HOLDS, MOST_LIFTED, MOST_RECALLS, moreHashes, whole } from '../../core/stored.ts';
import type { RestrictionRows } from './restrictions.ts';
import { numberOf, numberOrNull, oneOf, type Row, textOf, textOrNull } from './rows.ts';
import type { Transactions } from './transactions.ts';

const pauseOf = (row: Row): Pause => ({ since: numberOf(row, 'since'), by: textOf(row, 'by') });

/** As one text. Hashes have no spaces. */
const hashesOf = (row: Row): readonly string[] => textOf(row, 'hashes').split(' ').filter(Boolean);

const holdOf = (row: Row): Hold => ({
  id: textOf(row, 'id'),
  on: oneOf(row, 'kind', ['person', 'conversation', 'topic']),
  what: textOf(row, 'what'),
  placedAt: numberOf(row, 'placed_at'),
  by: textOf(row, 'by'),
  ...(textOf(row, 'hashes') === '' ? {} : { hashes: hashesOf(row) }),
});

const recallOf = (row: Row): Recall => ({
  id: textOf(row, 'id'),
  intent: textOrNull(row, 'intent'),
  topic: textOrNull(row, 'topic'),
  since: numberOrNull(row, 'since'),
  version: numberOf(row, 'version'),
});

export const createStanding = (o: {
  readonly db: DatabaseSync;
  readonly restrictions: RestrictionRows;
  readonly transactions: Transactions;
}): Standing => {
  const { db, restrictions, transactions } = o;
  const paused = db.prepare('SELECT since, by FROM paused');
  const takes = db.prepare('UPDATE turns SET switched = :turn WHERE switched < :turn');
  const pause = db.prepare('INSERT INTO paused (one, since, by) VALUES (1, ?, ?) ON CONFLICT (one) DO NOTHING');
  const resume = db.prepare('DELETE FROM paused');
  const holds = db.prepare('SELECT id, kind, what, placed_at, by, hashes FROM holds ORDER BY placed_at, id');
  const known = db.prepare('SELECT 1 AS yes FROM holds WHERE id = ?');
  const count = db.prepare('SELECT count(*) AS n FROM holds');
  const place = db.prepare('INSERT INTO holds (id, kind, what, placed_at, by, hashes) VALUES (?, ?, ?, ?, ?, ?)');
  const hashed = db.prepare('SELECT hashes FROM holds WHERE id = ?');
  const hash = db.prepare('UPDATE holds SET hashes = ? WHERE id = ?');
  const lift = db.prepare('DELETE FROM holds WHERE id = ?');
  const recalls = db.prepare('SELECT id, intent, topic, since, version FROM recalls ORDER BY version');
  const recall = db.prepare(
    'INSERT INTO recalls (id, intent, topic, since, version) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
  );
  const forgetRecalls = db.prepare(
    'DELETE FROM recalls WHERE id NOT IN (SELECT id FROM recalls ORDER BY version DESC LIMIT ?)',
  );
  const lifted = db.prepare('SELECT 1 AS yes FROM lifted WHERE id = ?');
  const remember = db.prepare('INSERT INTO lifted (id) VALUES (?) RETURNING seq');
  const forget = db.prepare('DELETE FROM lifted WHERE seq <= ?');
  const standing = (): Pause | null => {
    const row = paused.get();
    return row === undefined ? null : pauseOf(row);
  };
  return {
    current: () =>
      transactions.read('read the standing orders', () => ({
        version: restrictions.version(),
        paused: standing(),
        holds: holds.all().map(holdOf),
        recalls: recalls.all().map(recallOf),
      })),
    pause: ({ since, by, turn }) =>
      transactions.write('pause', () => {
        const taken = takes.run({ turn }).changes !== 0;
        if (taken && pause.run(whole(since), by).changes !== 0) restrictions.rise();
        return { paused: standing() };
      }),
    resume: ({ turn }) =>
      transactions.write('end the pause', () => {
        const taken = takes.run({ turn }).changes !== 0;
        if (taken && resume.run().changes !== 0) restrictions.rise();
        return { paused: standing() };
      }),
    placeHold: ({ id, on, what, placedAt, by, hashes = [] }) =>
      transactions.write('place a hold', () => {
        if (known.get(id) !== undefined) return 'placed';
        if (lifted.get(id) !== undefined) return 'lifted';
        if (numberOf(count.get() ?? {}, 'n') >= MOST_HOLDS) return 'full';
        place.run(id, on, what, whole(placedAt), by, hashes.join(' '));
        restrictions.rise();
        return 'placed';
      }),
    hashHold: ({ id, hashes }) =>
      transactions.write('keep hashes of a hold', () => {
        const row = hashed.get(id);
        const more = row === undefined ? null : moreHashes(hashesOf(row), hashes);
        if (more === null) return;
        hash.run(more.join(' '), id);
        restrictions.rise();
      }),
    liftHold: ({ id }) =>
      transactions.write('lift a hold', () => {
        if (lift.run(id).changes === 0) return 'unknown';
        forget.run(numberOf(remember.get(id) ?? {}, 'seq') - MOST_LIFTED);
        restrictions.rise();
        return 'lifted';
      }),
    placeRecall: ({ id, intent, topic, since }) =>
      transactions.write('place a recall', () => {
        const version = restrictions.version() + 1;
        if (recall.run(id, intent, topic, since === null ? null : whole(since), version).changes === 0) return;
        restrictions.rise();
        forgetRecalls.run(MOST_RECALLS);
      }),
  };
};
