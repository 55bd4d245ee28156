/** Runs questions through a store as fast as it can, and says on stdout what was acknowledged, until it is killed. */
import { writeSync } from 'node:fs';
import { createRedisStore } from '../../src/adapters/redis/store.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import { commitOf, leavingOf, outboxOf, questionOf, refOf, settleOf } from '../contracts/making.ts';

/** A file, or the address of a Redis. */
const [where = '', round = ''] = process.argv.slice(2);
const store = where.startsWith('redis:') ? await createRedisStore({ url: where }) : createSqliteStore({ path: where });
const say = (what: string, id: string): void => {
  writeSync(1, `${what} ${id}\n`);
};

/** Every third question is left after its placeholder, every third after it was accepted. */
const writer = async (name: string): Promise<never> => {
  for (let count = 0; ; count++) {
    const id = `${round}-${name}-${count}`;
    const now = Date.now();
    const accepted = await store.inbox.accept(questionOf(id, { conversation: id, now, inbound: `sealed-${id}` }));
    say('accepted', id);
    if (accepted.status !== 'claimed') throw new Error(`unexpected ${accepted.status}`);
    const { claim } = accepted;
    if (count % 3 === 1) continue;
    await store.inbox.commit(commitOf(claim, { now, stateUntil: now + 60_000, outbox: outboxOf({ key: id }) }));
    say('committed', id);
    await store.inbox.hold({ ...claim, ...leavingOf(refOf(id), now) });
    say('held', id);
    if (count % 3 === 2) continue;
    await store.inbox.settle(settleOf(claim, { expiry: leavingOf(refOf(id), now), now }));
    say('settled', id);
  }
};

say('ready', round);
await Promise.all(['a', 'b', 'c', 'd'].map(writer));
