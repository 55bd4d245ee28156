/** The data key is rotated twice, so that the first one is gone, while all that lives longer than an overlap lies in a store. */
import { randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { aboutOf, matches, wantedOf } from '../../src/core/about.ts';
import { openBody, sealBody } from '../../src/core/orders/body.ts';
import { pagesOf } from '../../src/core/pages.ts';
import type { Clock, SealedValue, Store } from '../../src/core/ports.ts';
import { createResealing } from '../../src/core/resealing.ts';
import { contextOfKept, inboundContext, replyContext, stateContext } from '../../src/core/sealing.ts';
import { openHashKeys } from '../../src/main/hash-keys.ts';
import { sealedReferences } from '../../src/main/references.ts';
import { buryOf, claimed, commitOf, leavingOf, NOW, outboxOf, parkOf, questionOf, refOf } from '../contracts/making.ts';
import { until } from '../support/until.ts';

export const newKey = (): string => randomBytes(32).toString('base64');
export const accepted = (...keys: readonly string[]) => ({ current: keys[0] ?? '', accepted: keys });

const YEARS = NOW + 10 * 365 * 24 * 3_600_000;
const AT = 1_771_442_483_000;
const asked = { person: 'evan', conversation: 'c1', topic: 'salary', intent: 'salary.payslip', at: AT };
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const talk = (conversation: string, account = 'slack:U1') => ({ tenant: 'T1', account, conversation });

/** Time goes on for whoever waits, a hundred times as fast. */
const quick: Clock = {
  now: () => NOW + Math.floor(performance.now() * 100),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(20, ms / 100));
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

export const sealerOf = async (store: Store, ...keys: readonly string[]) => {
  const sealer = createSealer({ dataKey: accepted(...keys) });
  await openHashKeys({
    store,
    sealer,
    unread: 0,
    random: { id: () => randomBytes(8).toString('hex') },
    clock: quick,
    log: SILENT,
  });
  return sealer;
};

const BODY: Parameters<typeof sealBody>[2] = { order: { kind: 'pause' }, key: 'k', code: 'c' };

const fill = async (store: Store, key: string): Promise<void> => {
  const sealer = await sealerOf(store, key);
  const seal = sealer.seal;
  const words = (conversation: string, account?: string): string =>
    seal(inboundContext(talk(conversation, account)), 'what do I earn?');
  const dead = await claimed(store, questionOf('q-dead', { conversation: 'c1', inbound: words('c1') }));
  await store.inbox.bury(buryOf(dead, { until: YEARS, held: true }));
  const parked = await claimed(store, questionOf('q-parked', { conversation: 'c2', inbound: words('c2') }));
  await store.inbox.park(parkOf(parked, { until: YEARS }));
  const shown = await claimed(store, questionOf('q-shown', { conversation: 'c3', inbound: words('c3') }));
  const about = aboutOf(sealer, asked);
  await store.inbox.commit(
    commitOf(shown, {
      state: seal(stateContext(talk('c3')), 'what was asked'),
      stateUntil: YEARS,
      stateAbout: about,
      outbox: outboxOf({
        reply: seal(replyContext({ ...talk('c3'), id: 'q-shown' }), 'You earn 4711.'),
        about,
      }),
    }),
  );
  await store.inbox.release({ id: 'q-shown', lease: shown.lease, notBefore: NOW });
  const references = sealedReferences({ store, sealer, clock: { now: () => NOW } });
  await references.keep({ tenant: 'T1', key: 'chat', owner: 'u1', value: 'https://smba.trafficmanager.net/emea/' });
  await store.orders.place({
    id: 'o1',
    body: sealBody(sealer, 'o1', BODY),
    needed: 1,
    now: NOW,
    until: YEARS,
    keepUntil: YEARS,
  });
  await store.expiries.schedule(leavingOf(refOf('m1'), YEARS, { about }));
};

/** Runs until nothing is left under another key. */
export const rewrapped = async (store: Store, ...keys: readonly string[]): Promise<void> => {
  const resealing = createResealing({
    store,
    sealer: await sealerOf(store, ...keys),
    clock: quick,
    log: SILENT,
    metrics: { set: () => undefined },
    behindMs: 120_000,
  });
  resealing.start();
  await until(() => resealing.state().state === 'done', 30_000);
  await resealing.stop();
};

export const everySealed = async (store: Store): Promise<readonly SealedValue[]> => {
  const found: SealedValue[] = [];
  const pages = pagesOf(async (cursor) => {
    const { values, cursor: next } = await store.sealed.scan({ cursor, limit: 100 });
    return { items: values, cursor: next };
  });
  for await (const value of pages) found.push(value);
  return found;
};

/** How many of these open under this key alone. */
const opened = (values: readonly SealedValue[], key: string): number => {
  const sealer = createSealer({ dataKey: accepted(key) });
  return values.filter((value) => sealer.open(contextOfKept(value), value.value) !== null).length;
};

/** `copied` gives what a copy of the store holds that was taken when it was called. */
export const rotatedTwice = (o: {
  readonly open: () => Promise<{ readonly store: Store; copied(): Promise<() => Promise<readonly SealedValue[]>> }>;
}): void => {
  it('everything still opens, is found, and is under the newest key; a copy from before opens by it in no part', async () => {
    const { store, copied } = await o.open();
    const [first, second, third] = [newKey(), newKey(), newKey()];
    await fill(store, first);
    const before = await copied();
    await rewrapped(store, second, first);
    const between = await copied();
    await rewrapped(store, third, second);

    const now = await everySealed(store);
    expect(now.length).toBeGreaterThanOrEqual(8);
    expect([opened(now, third), opened(now, second), opened(now, first)]).toEqual([now.length, 0, 0]);
    const old = await before();
    expect(old).toHaveLength(now.length);
    expect([opened(old, first), opened(old, second), opened(old, third)]).toEqual([old.length, 0, 0]);
    const middle = await between();
    expect([opened(middle, first), opened(middle, second), opened(middle, third)]).toEqual([0, middle.length, 0]);

    // By the verbs of whoever needs it, under the third key alone.
    const sealer = await sealerOf(store, third);
    const { questions } = await store.inbox.scan({ dueBy: null, cursor: null, limit: 10 });
    const all = [...questions, ...(await restOf(store))];
    for (const id of ['q-dead', 'q-parked', 'q-shown']) {
      const kept = all.find((question) => question.id === id);
      expect(kept && sealer.open(inboundContext(kept), kept.inbound)).toBe('what do I earn?');
    }
    const state = await store.conversations.read({ tenant: 'T1', conversation: 'c3', now: NOW });
    expect(sealer.open(stateContext(talk('c3')), state ?? '')).toBe('what was asked');
    const references = sealedReferences({ store, sealer, clock: { now: () => NOW } });
    expect(await references.find({ tenant: 'T1', key: 'chat' })).toBe('https://smba.trafficmanager.net/emea/');
    const order = await store.orders.find({ id: 'o1', now: NOW });
    expect(order && openBody(sealer, order)).toMatchObject({ order: { kind: 'pause' } });
    const [claim] = await store.inbox.claim({ now: NOW, leaseMs: 1_000, limit: 1 });
    expect(sealer.open(replyContext({ ...talk('c3'), id: 'q-shown' }), claim?.outbox?.reply ?? '')).toBe(
      'You earn 4711.',
    );
    // A hold that is placed only now covers what was shown three keys ago.
    const { removals } = await store.expiries.scan({ cursor: null, limit: 10 });
    const wanted = wantedOf(sealer, { person: 'evan' });
    expect(removals.map(({ about }) => about !== null && matches(about, wanted))).toEqual([true]);
  }, 90_000);
};

const restOf = async (store: Store) => {
  const found: Awaited<ReturnType<Store['inbox']['scan']>>['questions'][number][] = [];
  const pages = pagesOf(async (cursor) => {
    const page = await store.inbox.scan({ dueBy: null, cursor, limit: 100 });
    return { items: page.questions, cursor: page.cursor };
  });
  for await (const question of pages) found.push(question);
  return found;
};
