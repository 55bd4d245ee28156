import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { wantedOf } from '../../../src/core/about.ts';
import { createExpiring } from '../../../src/core/expire.ts';
import { standingNow } from '../../../src/core/held.ts';
import { execute } from '../../../src/core/orders/execute.ts';
import { placeOrder } from '../../../src/core/orders/place.ts';
import { takeBack } from '../../../src/core/orders/take-back.ts';
import type { Order } from '../../../src/core/orders/types.ts';
import { until } from '../../support/until.ts';
import { HOLD, IN_VIEW, PERMIT, REFUSE, recognised } from '../../support/world.ts';
import { openPeople, type People } from './people.ts';

const MINUTE = 60_000;

let p: People;
beforeEach(async () => {
  p = await openPeople();
  p.t.script.decide = () => HOLD;
});
afterEach(() => p.close());

const recall = (o: Partial<Extract<Order, { kind: 'recall' }>> = {}): Order => ({
  kind: 'recall',
  intent: null,
  topic: null,
  since: null,
  ...o,
});

const STAYS = Number.POSITIVE_INFINITY;

/** When each answer in a chat leaves, counted from now; `STAYS` where it is only known for a while. */
const leaving = async (): Promise<readonly number[]> => {
  const { removals } = await p.world.store.expiries.scan({ cursor: null, limit: 500 });
  return removals.map(({ then, removeAt }) => (then === 'forget' ? STAYS : removeAt - p.clock.now()));
};

describe('a recall', () => {
  it('takes back what was answered of an intent, whether it was to leave or to stay, and nothing else', async () => {
    await p.ask('evan');
    p.t.script.decide = () => PERMIT;
    await p.ask('mona');
    p.t.script.recognition = recognised('leave.policy');
    await p.ask('mona');
    await p.clock.advance(MINUTE);
    expect((await leaving()).toSorted((a, b) => a - b)).toEqual([MINUTE, STAYS, STAYS]);
    const receipt = await p.order(recall({ intent: 'leave.balance' }));
    expect(receipt).toMatchObject({ ok: true, data: { found: 2, alreadyLeaving: 0, leaving: 2, held: [] } });
    const [first = 0, second = 0, third] = (await leaving()).toSorted((a, b) => a - b);
    expect([Number(first) <= 0, Number(second) <= 0, third]).toEqual([true, true, STAYS]);
  });

  it('of a topic, or of everything, takes back that', async () => {
    await p.ask('evan');
    p.t.script.recognition = recognised('salary.payslip');
    await p.ask('evan');
    expect((await p.order(recall({ topic: 'salary' }))).data).toMatchObject({ found: 1 });
    expect((await p.order(recall({ topic: 'weather' }))).data).toMatchObject({ found: 0 });
    expect((await p.order(recall())).data).toMatchObject({ found: 2, alreadyLeaving: 1 });
  });

  it('leaves alone what is no answer: a refusal, and a view’s button', async () => {
    p.t.script.decide = () => REFUSE;
    await p.ask('evan');
    p.t.script.decide = () => IN_VIEW;
    await p.ask('evan');
    expect((await p.order(recall())).data).toMatchObject({ found: 0 });
    expect((await leaving()).filter((left) => left > 0)).toHaveLength(2);
  });

  it('since a time takes back what was asked then or later', async () => {
    await p.ask('evan');
    await p.clock.advance(MINUTE);
    const since = p.clock.now();
    await p.ask('mona');
    expect((await p.order(recall({ since }))).data).toMatchObject({ found: 1 });
    expect((await p.order(recall({ since: since - MINUTE }))).data).toMatchObject({ found: 2 });
  });

  it('leaves alone what was asked after it was confirmed: that had a new answer', async () => {
    await p.ask('evan');
    const { world } = p;
    const find = world.store.inbox.scan;
    // Asked while the recall looks through what is in flight.
    await p.clock.advance(10_000);
    let asked = false;
    Object.assign(world.store.inbox, {
      scan: async (...page: Parameters<typeof find>) => {
        if (!asked) {
          asked = true;
          await p.clock.advance(5_000);
          await p.ask('mona');
        }
        return find(...page);
      },
    });
    expect((await p.order(recall())).data).toMatchObject({ found: 1 });
  });

  it('does not wait for what was asked after it was confirmed', async () => {
    const confirmed = p.clock.now();
    await p.clock.advance(10);
    const { answer } = await p.askSlowly('evan');
    const receipt = await execute(p.world, recall(), {
      id: 'r1',
      by: 'f00d',
      confirmed: ['f00d'],
      at: confirmed,
      turn: 1,
    });
    expect(receipt !== 'another' && receipt.ok).toBe(true);
    await answer();
  });

  it('leaves to another process what that one is removing already, though its clock is ahead', async () => {
    await p.ask('evan');
    const { expiries } = p.world.store;
    const removals = await expiries.claim({ now: p.clock.now() + 3 * MINUTE, leaseMs: MINUTE, limit: 9 });
    expect(removals).toHaveLength(1);
    expect((await p.order(recall())).data).toMatchObject({ found: 1, alreadyLeaving: 1 });
    await expiries.ack({ removals });
    // What it has removed is not due once more.
    expect((await expiries.scan({ cursor: null, limit: 9 })).removals).toEqual([]);
  });

  it('of an intent or a topic that the pack does not have is told which there are', async () => {
    const intent = await placeOrder(p.world, recall({ intent: 'nope' }));
    const topic = await placeOrder(p.world, recall({ topic: 'nope' }));
    expect([intent, topic]).toEqual([
      { ok: false, says: 'There is no intent "nope". There are: leave.balance, salary.payslip, leave.policy.' },
      { ok: false, says: 'There is no topic "nope". There are: leave, salary.' },
    ]);
  });

  it('waits for what is being answered, and takes that back as well', async () => {
    const { answer } = await p.askSlowly('evan');
    // The lease is kept by one that sleeps; the other one is the recall, which waits.
    const answered = until(() => p.clock.sleeping() > 1).then(answer);
    const receipt = await p.order(recall());
    await answered;
    expect(receipt).toMatchObject({ ok: true, data: { found: 1 } });
  });

  it('says that it is not done where what is being answered does not end', async () => {
    const { answer } = await p.askSlowly('evan');
    const receipt = await p.order(recall());
    expect(receipt.ok).toBe(false);
    expect(receipt.says.join('\n')).toContain('Order the recall again in a minute');
    await answer();
  });

  it('does not touch what is held, and says by which hold', async () => {
    await p.ask('evan');
    await p.ask('mona');
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    const receipt = await p.order(recall());
    expect(receipt.data).toMatchObject({ found: 1, held: [{ hold: 'h1', answers: 1 }] });
    expect(receipt.says.join('\n')).toContain('kept by the legal hold h1');
    expect((await leaving()).filter((left) => Number(left) > 0)).toHaveLength(1);
  });

  it('does not touch what is held by a hold that is placed while this goes on', async () => {
    const { answer } = await p.askSlowly('evan');
    const held = until(() => p.clock.sleeping() > 1).then(async () => {
      const hold = { id: 'h1', on: 'person', what: 'evan', placedAt: p.clock.now(), by: 'f00d' } as const;
      await p.world.store.standing.placeHold(hold);
      await p.refresh();
      await answer();
    });
    const receipt = await p.order(recall());
    await held;
    expect(receipt.data).toMatchObject({ found: 0, held: [{ hold: 'h1', answers: 1 }] });
  });

  it('asks anew what is held with every page of what is pending', async () => {
    for (let page = 0; page < 3; page++)
      for (let at = 0; at < 250; at++)
        await p.world.store.expiries.schedule({
          ref: { platform: 'slack', tenant: 'T1', channel: 'D1', id: `${page}.${at}` },
          removeAt: p.clock.now() + MINUTE,
          about: null,
          then: 'remove',
          again: null,
        });
    let asked = 0;
    const stands = async () => {
      asked += 1;
      return standingNow(p.world);
    };
    await takeBack(p.world, wantedOf(p.world.sealer, {}), stands, 'answers');
    expect(asked).toBe(2);
  });

  it('is over when the messages are gone, and posts none in their place', async () => {
    await p.ask('evan');
    await p.ask('mona');
    const expiring = createExpiring(p.world);
    expiring.start();
    const { length } = p.t.calls.filter((call) => call.startsWith('post'));
    const receipt = await p.order(recall());
    expect(receipt.data).toMatchObject({ found: 2, gone: 2, leaving: 0 });
    expect(p.t.messages).toEqual([]);
    expect(p.t.calls.filter((call) => call.startsWith('post'))).toHaveLength(length);
    await expiring.stop({ graceMs: 0 });
  });

  it('is on record before it is done, with what it is of', async () => {
    await p.ask('evan');
    await p.order(recall({ intent: 'leave.balance' }));
    await p.order(recall({ topic: 'leave' }));
    await p.order(recall());
    const deeds = p.t.entries.flatMap((entry) => (entry.kind === 'deed' ? [[entry.on, entry.target]] : []));
    expect(deeds).toEqual([
      ['intent', 'leave.balance'],
      ['topic', 'leave'],
      ['all', null],
    ]);
    p.t.script.auditFails = ({ kind }) => kind === 'deed';
    await p.ask('mona');
    await expect(p.order(recall())).rejects.toMatchObject({ code: 'audit-unavailable' });
    expect((await leaving()).filter((left) => Number(left) > 0)).toHaveLength(1);
  });
});
