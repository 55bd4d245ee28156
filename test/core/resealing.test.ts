import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import type { Store } from '../../src/core/ports.ts';
import { createResealing } from '../../src/core/resealing.ts';
import { changeContext, decisionContext, proposalContext, referenceContext } from '../../src/core/sealing.ts';
import { claimed, commitOf, NOW, outboxOf, questionOf } from '../contracts/making.ts';
import { createPlainStore } from '../simulation/store/store.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const newKey = (): string => randomBytes(32).toString('base64');
const accepted = (...keys: readonly string[]) => ({ current: keys[0] ?? '', accepted: keys });
const MINUTE = 60_000;
const UNTIL = NOW + 1_000 * 24 * 60 * MINUTE;

/** For so long others may seal under an older key. */
const BEHIND_MS = 2 * MINUTE;

const stage = () => {
  const clock = createFakeClock(NOW);
  const store = createPlainStore();
  const logged: { event: string; count?: number | undefined }[] = [];
  const shown: Readonly<Record<string, number>>[] = [];
  const log = (event: string, fields: { readonly count?: number } = {}): void =>
    void logged.push({ event, count: fields.count });
  /** A process with these data keys. */
  const start = (keys: readonly string[], over: Partial<Store> = {}) => {
    const sealer = createSealer({ dataKey: accepted(...keys) });
    const resealing = createResealing({
      store: { ...store, ...over },
      sealer,
      clock,
      log: { info: log, warn: log, error: log },
      behindMs: BEHIND_MS,
      metrics: { set: (name, values) => void (name === 'rewrap' && shown.push(values)) },
    });
    resealing.start();
    return { sealer, ...resealing };
  };
  const context = (key: string) => referenceContext({ tenant: 'T1', key });
  const keep = async (by: ReturnType<typeof createSealer>, keys: number, from = 0): Promise<void> => {
    for (let at = from; at < from + keys; at++) {
      const key = `k${at}`;
      await store.references.keep({
        tenant: 'T1',
        key,
        owner: '',
        value: by.seal(context(key), `words ${key}`),
        until: UNTIL,
      });
    }
  };
  /** How many of these references these keys open. */
  const opens = async (keys: readonly string[], count: number): Promise<number> => {
    const sealer = createSealer({ dataKey: accepted(...keys) });
    let open = 0;
    for (let at = 0; at < count; at++) {
      const value = await store.references.find({ tenant: 'T1', key: `k${at}`, now: NOW });
      if (value !== null && sealer.open(context(`k${at}`), value) === `words k${at}`) open += 1;
    }
    return open;
  };
  return { clock, store, logged, shown, start, keep, opens };
};

describe('wrapping anew in the background', () => {
  it('brings everything under the new key, says how far it is, and that it is done once every process has heard of the key', async () => {
    const { clock, logged, shown, start, keep, opens } = stage();
    const [one, two] = [newKey(), newKey()];
    const process = start([one]);
    await keep(process.sealer, 3_000);
    await clock.advance(5 * MINUTE);
    // Nothing to do, and nothing said.
    expect(process.state()).toMatchObject({ state: 'done', rewrapped: 0, left: 0, lost: 0 });
    expect(logged).toEqual([]);

    process.sealer.rotate(accepted(two, one));
    process.rotated();
    await clock.advance(100);
    expect(process.state()).toMatchObject({
      keyId: process.sealer.keyId(),
      state: 'walking',
      left: null,
      doneAt: null,
    });
    expect(process.state().rewrapped).toBeGreaterThan(0);
    await clock.advance(MINUTE);
    expect(process.state()).toMatchObject({ state: 'left', rewrapped: 3_000, left: 0, total: 3_000, doneAt: null });
    expect(await opens([two], 3_000)).toBe(3_000);
    expect(shown.at(-1)).toEqual({ done: 3_000, left: 0, lost: 0 });
    expect(logged).toEqual([]);
    await clock.advance(2 * MINUTE);
    expect(process.state()).toMatchObject({ state: 'done', rewrapped: 3_000, left: 0 });
    expect(logged).toEqual([{ event: 'data-key.rewrapped', count: 3_000 }]);
    // Said once, however long it goes on.
    await clock.advance(300 * MINUTE);
    expect(logged).toHaveLength(1);
    await process.stop();
  });

  it('knows what proposals, changes of restrictions and decisions were sealed under', async () => {
    const { clock, store, start } = stage();
    const [one, two] = [newKey(), newKey()];
    const before = createSealer({ dataKey: accepted(one) });
    const record = { at: NOW, id: 'salary', change: 'published' } as const;
    const decided = { owner: 'keyed|hash', id: 'Q1' };
    const body = before.seal(proposalContext('p1'), 'a draft');
    await store.proposals.put({ id: 'p1', state: 'draft', body, until: UNTIL, now: NOW });
    const detail = before.seal(changeContext(record), 'by hana');
    const change = { expected: null, put: [], remove: [], hash: null, settles: null };
    await store.restrictions.change({ ...change, record: { ...record, detail } });
    await store.decisions.add({
      decisions: [{ ...decided, at: NOW, value: before.seal(decisionContext(decided), 'asked') }],
    });
    const process = start([two, one]);
    await clock.advance(5 * MINUTE);
    expect(process.state()).toMatchObject({ state: 'done', rewrapped: 3, left: 0, lost: 0 });
    await process.stop();
    const after = createSealer({ dataKey: accepted(two) });
    const proposal = await store.proposals.find({ id: 'p1', now: NOW });
    expect(after.open(proposalContext('p1'), proposal?.body ?? '')).toBe('a draft');
    const [kept] = await store.restrictions.changes({ before: null, limit: 1 });
    expect(after.open(changeContext(record), kept?.detail ?? '')).toBe('by hana');
    // Bound to what stands beside it in plain.
    for (const other of [{ change: 'lifted' }, { at: NOW + 1 }, { id: 'leave' }, { id: null }] as const)
      expect(after.open(changeContext({ ...record, ...other }), kept?.detail ?? '')).toBeNull();
    const { decisions } = await store.decisions.scan({ since: 0, cursor: null, limit: 1 });
    expect(after.open(decisionContext(decided), decisions[0]?.value ?? '')).toBe('asked');
  });

  it('finds what another process, which had not heard of the key, sealed under the old one meanwhile', async () => {
    const { clock, start, keep, opens } = stage();
    const [one, two] = [newKey(), newKey()];
    const process = start([two, one]);
    await clock.advance(MINUTE);
    await keep(createSealer({ dataKey: accepted(one) }), 10);
    await clock.advance(3 * MINUTE);
    expect(process.state()).toMatchObject({ state: 'done', rewrapped: 10 });
    // Even one that was cut off for long.
    await keep(createSealer({ dataKey: accepted(one) }), 5, 10);
    await clock.advance(61 * MINUTE);
    expect(process.state()).toMatchObject({ state: 'done', rewrapped: 15 });
    expect(await opens([two], 15)).toBe(15);
    await process.stop();
  });

  it('is not done while another process may still seal under the old key, and finds what that one left', async () => {
    const { clock, start, keep, opens } = stage();
    const [one, two] = [newKey(), newKey()];
    const process = start([two, one]);
    const late = createSealer({ dataKey: accepted(one) });
    while (clock.now() - NOW < BEHIND_MS) {
      expect(process.state().state).not.toBe('done');
      await keep(late, 1);
      await clock.advance(1_000);
    }
    late.rotate(accepted(two, one));
    await clock.advance(MINUTE);
    expect(process.state()).toMatchObject({ state: 'done', left: 0 });
    expect(await opens([two], 1)).toBe(1);
    await process.stop();
  });

  it('is not done after walks that found something, although they left nothing', async () => {
    const { clock, store, start, keep } = stage();
    const [one, two] = [newKey(), newKey()];
    const old = createSealer({ dataKey: accepted(one) });
    let cutOff = true;
    const scan: Store['sealed']['scan'] = async (page) => {
      if (cutOff) await keep(old, 1);
      return store.sealed.scan(page);
    };
    const process = start([two, one], { sealed: { ...store.sealed, scan } });
    await clock.advance(10 * MINUTE);
    expect(process.state()).toMatchObject({ state: 'left', left: 0, doneAt: null });
    expect(process.state().rewrapped).toBeGreaterThan(50);
    cutOff = false;
    await clock.advance(MINUTE);
    expect(process.state().state).toBe('done');
    await process.stop();
  });

  it('leaves what somebody works on, and is not done before that was let go of', async () => {
    const { clock, store, start } = stage();
    const [one, two] = [newKey(), newKey()];
    const old = createSealer({ dataKey: accepted(one) });
    const context = { tenant: 'T1', person: 'slack:U1', purpose: 'inbound', record: 'c1' } as const;
    const claim = await claimed(store, questionOf('q1', { inbound: old.seal(context, 'words') }));
    const process = start([two, one]);
    await clock.advance(5 * MINUTE);
    expect(process.state()).toMatchObject({ state: 'left', left: 1, rewrapped: 0 });
    await store.inbox.release({ id: 'q1', lease: claim.lease, notBefore: NOW });
    await clock.advance(MINUTE);
    expect(process.state()).toMatchObject({ state: 'done', left: 0, rewrapped: 1 });
    const [again] = await store.inbox.claim({ now: clock.now(), leaseMs: MINUTE, limit: 1 });
    expect(createSealer({ dataKey: accepted(two) }).open(context, again?.inbound ?? '')).toBe('words');
    await process.stop();
  });

  it('begins anew under a key that comes while it walks, and ends under the newest', async () => {
    const { clock, logged, start, keep, opens } = stage();
    const [one, two, three] = [newKey(), newKey(), newKey()];
    const process = start([one]);
    await keep(process.sealer, 600);
    process.sealer.rotate(accepted(two, one));
    process.rotated();
    // In the middle of it.
    await clock.advance(1_001);
    process.sealer.rotate(accepted(three, two, one));
    process.rotated();
    await clock.advance(0);
    await clock.advance(5 * MINUTE);
    expect(process.state()).toMatchObject({ keyId: process.sealer.keyId(), state: 'done', rewrapped: 600 });
    expect(await opens([three], 600)).toBe(600);
    expect(logged).toEqual([{ event: 'data-key.rewrapped', count: 600 }]);
    await process.stop();
  });

  it('goes on where a process died: what was done is passed over', async () => {
    const { clock, start, keep, opens } = stage();
    const [one, two] = [newKey(), newKey()];
    await keep(createSealer({ dataKey: accepted(one) }), 3_000);
    const first = start([two, one]);
    while (first.state().rewrapped < 400) await clock.advance(10);
    await first.stop();
    const done = first.state().rewrapped;
    expect(done).toBeLessThan(3_000);
    const second = start([two, one]);
    await clock.advance(5 * MINUTE);
    expect(second.state()).toMatchObject({ state: 'done', rewrapped: 3_000 - done });
    expect(await opens([two], 3_000)).toBe(3_000);
    await second.stop();
  });

  it('does each value once where several processes do it at once, and no more pages a minute than one would', async () => {
    const { clock, store, start, keep, opens } = stage();
    const [one, two] = [newKey(), newKey()];
    await keep(createSealer({ dataKey: accepted(one) }), 1_000);
    let pages = 0;
    const scan: Store['sealed']['scan'] = (page) => {
      pages += 1;
      return store.sealed.scan(page);
    };
    const all = [0, 1, 2].map(() => start([two, one], { sealed: { ...store.sealed, scan } }));
    await clock.advance(2_000);
    expect(pages).toBeLessThanOrEqual(5 + 20);
    await clock.advance(5 * MINUTE);
    const sum = all.reduce((rewrapped, process) => rewrapped + process.state().rewrapped, 0);
    expect(sum).toBe(1_000);
    for (const process of all) expect(process.state()).toMatchObject({ state: 'done', left: 0 });
    expect(await opens([two], 1_000)).toBe(1_000);
    await Promise.all(all.map((process) => process.stop()));
  });

  it('goes on once a store that was away answers, and says why it stopped', async () => {
    const { clock, store, logged, start, keep, opens } = stage();
    const [one, two] = [newKey(), newKey()];
    await keep(createSealer({ dataKey: accepted(one) }), 300);
    let calls = 0;
    const swap: Store['sealed']['swap'] = async (o) => {
      calls += 1;
      if (calls === 2) throw Object.assign(new Error('away'), { code: 'store-unavailable' });
      return store.sealed.swap(o);
    };
    const process = start([two, one], { sealed: { ...store.sealed, swap } });
    await clock.advance(5 * MINUTE);
    expect(logged[0]?.event).toBe('data-key.rewrap-failed');
    expect(process.state()).toMatchObject({ state: 'done', rewrapped: 300 });
    expect(await opens([two], 300)).toBe(300);
    await process.stop();
  });

  it('counts what no key opens, says so once, and is done with the rest', async () => {
    const { clock, logged, shown, start, keep } = stage();
    await keep(createSealer({ dataKey: accepted(newKey()) }), 7);
    const process = start([newKey()]);
    await clock.advance(200 * MINUTE);
    expect(process.state()).toMatchObject({ state: 'done', lost: 7, left: 0, rewrapped: 0 });
    expect(logged).toEqual([{ event: 'data-key.lost', count: 7 }]);
    expect(shown.at(-1)).toEqual({ done: 0, left: 0, lost: 7 });
    await process.stop();
  });

  it('overwrites nothing that changed while it wrapped, and brings back nothing that was shredded', async () => {
    const { clock, store, start, keep } = stage();
    const [one, two] = [newKey(), newKey()];
    const old = createSealer({ dataKey: accepted(one) });
    await keep(old, 2);
    const claim = await claimed(store, questionOf('q1', { conversation: 'c1' }));
    await store.inbox.commit(commitOf(claim, { outbox: outboxOf() }));
    const swap: Store['sealed']['swap'] = async (o) => {
      // Between reading and writing.
      await store.references.keep({ tenant: 'T1', key: 'k0', owner: '', value: 'newer', until: UNTIL });
      await store.references.forget({ tenant: 'T1', key: 'k1' });
      return store.sealed.swap(o);
    };
    const process = start([two, one], { sealed: { ...store.sealed, swap } });
    await clock.advance(MINUTE);
    expect(await store.references.find({ tenant: 'T1', key: 'k0', now: NOW })).toBe('newer');
    expect(await store.references.find({ tenant: 'T1', key: 'k1', now: NOW })).toBeNull();
    expect(process.state().rewrapped).toBe(0);
    await process.stop();
  });
});
