/** An order that another process sealed by a data key of which this one has not heard. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createOrdering, type Ordering } from '../../../src/core/orders/ordering.ts';
import { orderState, placeOrder } from '../../../src/core/orders/place.ts';
import type { Person } from '../../../src/core/types.ts';
import { createWork, type Work } from '../../../src/core/work.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { createTestWorld, EVAN, question, type TestWorld } from '../../support/world.ts';

const HANA: Person = { ...EVAN, id: 'hana', name: 'Hana Okafor', groups: ['operators'] };
const [OLD, NEW] = [7, 8].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];

describe('an order that does not open here', () => {
  let clock: FakeClock;
  let t: TestWorld;
  let work: Work;
  let ordering: Ordering;
  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    t.script.find = async () => ({ ok: true, person: HANA });
    work = createWork(t.world);
    ordering = createOrdering(t.world);
  });
  afterEach(async () => {
    const stopped = Promise.all([ordering.stop({ graceMs: 2_000 }), work.stop({ graceMs: 2_000 })]);
    await clock.advance(3_000);
    await stopped;
    await t.close();
  });

  const heard = (): void => t.rotate({ current: NEW, accepted: [NEW, OLD] });
  const notHeard = (): void => t.rotate({ current: OLD, accepted: [OLD] });
  const placed = async () => {
    heard();
    const order = await placeOrder(t.world, { kind: 'pause' });
    if (!order.ok) throw new Error(order.says);
    return order;
  };
  const says = async (text: string): Promise<string> => {
    const settled = () => t.calls.filter((call) => call.startsWith('settle')).length;
    const before = settled();
    await work.accept(question({ text, place: { kind: 'direct', channel: 'D1', thread: null } }));
    await until(() => settled() > before);
    return t.messages.at(-1)?.card.text ?? '';
  };
  const decided = () => t.entries.findLast((entry) => entry.kind === 'decision');
  const noted = () => t.entries.flatMap((entry) => (entry.kind === 'order' ? [[entry.change, entry.what]] : []));
  const passes = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 1_000) await clock.advance(1_000);
  };

  it('is left to others when it was confirmed, and done where the key is known', async () => {
    const { id, code } = await placed();
    expect(await says(code)).toContain('Confirmed.');
    notHeard();
    ordering.start();
    // As long as a process may take to hear of a key.
    await passes(180_000);
    expect((await t.store.orders.find({ id, now: clock.now() }))?.state).toBe('confirmed');
    heard();
    await passes(61_000);
    expect(await orderState(t.world, id)).toMatchObject({ state: 'done', receipt: { ok: true } });
    expect(noted().at(-1)).toEqual(['done', 'pause']);
  });

  it('is given up after minutes where nobody knows it, on record and with a receipt', async () => {
    const { id, code } = await placed();
    await says(code);
    notHeard();
    ordering.start();
    await passes(10 * 60_000);
    expect(await orderState(t.world, id)).toMatchObject({ state: 'done', receipt: { ok: false } });
    expect(noted().slice(-1)).toEqual([['failed', null]]);
    expect((await t.store.standing.current()).paused).toBeNull();
  });

  it('has a code that is no wrong one, however often it is sent, and counts once the order opens', async () => {
    const { code } = await placed();
    notHeard();
    for (let times = 0; times < 6; times++) {
      expect(await says(code)).toContain('I cannot read an order that waits just now');
      expect(decided()).toMatchObject({ verdict: 'refuse', reasons: ['order-unread'] });
    }
    heard();
    expect(await says(code)).toContain('Confirmed.');
  });

  it('makes no code wrong or right once its own time is over', async () => {
    const { until: ends } = await placed();
    notHeard();
    await clock.advance(ends - clock.now());
    expect(await says('2222-2222')).toContain('That is not the code of an order that waits');
  });
});
