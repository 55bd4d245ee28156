/** Changes of what HR restricts that were ordered at the command line: who may confirm them, what they see, and what is found out anew when it is done. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execute } from '../../../src/core/orders/execute.ts';
import { createOrdering, type Ordering } from '../../../src/core/orders/ordering.ts';
import { confirmOnPage, readOrder, type SignedIn } from '../../../src/core/orders/page.ts';
import { orderState, type Placed, placeOrder } from '../../../src/core/orders/place.ts';
import type { OrderOf, Receipt } from '../../../src/core/orders/types.ts';
import type { Change } from '../../../src/core/restricting/changing.ts';
import { createDraft } from '../../../src/core/restricting/create.ts';
import { createHrStage, HANA, type HrStage } from '../../support/hr-stage.ts';
import { PLAIN_RESTRICTION, publishIn } from '../../support/restricting.ts';
import { until } from '../../support/until.ts';

const PAY = { ...PLAIN_RESTRICTION, id: 'pay', title: 'Pay freeze', forbids: ['salary'], exceptGroups: ['payroll'] };

describe('an order about restrictions', () => {
  let stage: HrStage;
  let ordering: Ordering;
  beforeEach(async () => {
    stage = createHrStage();
    await publishIn(stage.t.store.restrictions, { restriction: PAY });
    ordering = createOrdering(stage.t.world);
  });
  afterEach(async () => {
    await ordering.stop({ graceMs: 2_000 });
    await stage.close();
  });

  type Ordered = Extract<Placed, { ok: true }> & { readonly order: OrderOf<'restrict'> };
  const ordered = async (change: Change, o: Partial<OrderOf<'restrict'>> = {}): Promise<Ordered> => {
    const made = await createDraft(stage.t.world, { change, why: 'because', by: null });
    if (!made.ok) throw new Error(JSON.stringify(made.findings));
    const order = {
      kind: 'restrict',
      proposal: made.id,
      hash: made.hash,
      confirmed: made.weaker ? 'two-of-hr' : 'one',
      says: made.sentence,
      ...o,
    } as const;
    const placed = await placeOrder(stage.t.world, order);
    if (!placed.ok) throw new Error(placed.says);
    return { ...placed, order };
  };
  const says = async (who: string, text: string): Promise<string> => (await stage.say(who, text)).text;
  const done = async (id: string): Promise<Receipt> => {
    ordering.start();
    await until(async () => (await orderState(stage.t.world, id))?.state === 'done');
    const receipt = (await orderState(stage.t.world, id))?.receipt;
    if (receipt === undefined || receipt === null) throw new Error('there is no receipt');
    return receipt;
  };
  const inForce = async (): Promise<readonly string[]> =>
    (await stage.t.store.restrictions.current()).restrictions.map(({ id }) => id);
  const reason = () => {
    const entry = stage.t.entries.findLast(({ kind }) => kind === 'decision');
    return entry?.kind === 'decision' ? entry.reasons : [];
  };

  const STRICTER: Change = { kind: 'put', input: { id: 'leave', title: 'Leave', forbids: ['leave'] } };
  const LIFT: Change = { kind: 'lift', id: 'pay' };

  it.each(['hugo', 'otto'])(
    'R29 that permits nobody anything more is confirmed by one of HR or an operator (%s)',
    async (who) => {
      const { id, code, needed } = await ordered(STRICTER);
      expect(needed).toBe(1);
      // To anybody else it is a text like any other.
      await says('evan', code);
      expect(reason().filter((each) => each.startsWith('order'))).toEqual([]);
      expect(await says(who, code)).toContain('Confirmed.');
      expect(await done(id)).toMatchObject({ ok: true, data: { version: 2 } });
      expect(await inForce()).toEqual(['leave', 'pay']);
      const [change] = await stage.t.store.restrictions.changes({ before: null, limit: 1 });
      expect(change).toMatchObject({ version: 2, change: 'published', id: 'leave' });
      expect(stage.t.entries).toContainEqual(
        expect.objectContaining({ kind: 'restriction', by: stage.t.world.sealer.fingerprint(who), approvedBy: null }),
      );
    },
  );

  it('R29 that weakens takes two of HR, each of whom was shown the difference first', async () => {
    const { id, code, needed } = await ordered(LIFT);
    expect(needed).toBe(2);
    expect(await says('otto', code)).toContain('Only HR can confirm that order');
    const shown = await says('hugo', code);
    expect(shown).toMatch(
      /Lifted: Pay freeze\n[\s\S]*Send me the same code once more to approve exactly this \([0-9a-f]{12}\)/,
    );
    expect(reason()).toEqual(['order-shown']);
    expect(await says('hugo', code)).toContain('It needs another person of HR');
    expect(await says('hugo', code)).toContain('It needs another person of HR');
    expect((await orderState(stage.t.world, id))?.confirmations).toBe(1);
    expect(await says('hana', code)).toContain('Lifted: Pay freeze');
    expect((await orderState(stage.t.world, id))?.confirmations).toBe(1);
    expect(await says('hana', code)).toContain('Confirmed.');
    expect(await done(id)).toMatchObject({ ok: true });
    expect(await inForce()).toEqual([]);
    const by = stage.t.world.sealer.fingerprint;
    expect(stage.t.entries).toContainEqual(
      expect.objectContaining({ kind: 'restriction', change: 'lifted', by: by('hugo'), approvedBy: by('hana') }),
    );
  });

  it('R29 is confirmed on a page by whoever read there what it permits, and not where that is gone by then', async () => {
    const { id, code, order } = await ordered(LIFT);
    const session = (who: string): SignedIn => {
      const asked = stage.people.get(who) ?? HANA;
      const { name, locale } = asked;
      return { id: `session-of-${who}`, person: who, name, locale, until: Number.MAX_SAFE_INTEGER, key: 'k', asked };
    };
    const world = stage.t.world;
    const read = await readOrder(world, session('hugo'), code);
    if (!read.ok || read.shown.look === null) throw new Error('there was nothing to look at');
    expect(read.shown.look.difference).toContain('Lifted: Pay freeze');
    expect(read.shown.look.hash).toMatch(/^[0-9a-f]{12}$/);
    expect(await readOrder(world, session('otto'), code)).toMatchObject({
      told: { done: false, says: expect.stringContaining('Only HR') },
    });
    // It is there, and reads otherwise than what they saw.
    expect(await confirmOnPage(world, { ...session('hugo'), locale: 'de' }, read.shown.seen)).toMatchObject({
      done: false,
      says: expect.stringContaining('hat sich inzwischen geändert'),
    });
    await stage.t.store.proposals.drop({ id: order.proposal });
    expect(await confirmOnPage(world, session('hugo'), read.shown.seen)).toMatchObject({
      done: false,
      says: expect.stringContaining('has changed or ended'),
    });
    expect((await orderState(world, id))?.confirmations).toBe(0);

    const anew = await ordered(LIFT);
    for (const who of ['hugo', 'hana']) {
      const shown = await readOrder(world, session(who), anew.code);
      if (!shown.ok) throw new Error(shown.told.says);
      expect(await confirmOnPage(world, session(who), shown.shown.seen)).toMatchObject({ done: true });
    }
    expect((await orderState(world, anew.id))?.state).toBe('confirmed');
  });

  it('R30 does nothing once somebody who confirmed it is not of HR any more', async () => {
    const { id, code } = await ordered(LIFT);
    for (const who of ['hugo', 'hugo', 'hana', 'hana']) await says(who, code);
    stage.people.set('hana', { ...HANA, groups: ['employee'] });
    expect(await done(id)).toMatchObject({ ok: false, says: [expect.stringContaining('has not that role any more')] });
    expect(await inForce()).toEqual(['pay']);
  });

  it.each(['hugo', 'hana'])('R30 asks for %s past the roll, which is minutes old, when it is done', async (left) => {
    const roll = await stage.t.world.directory.members();
    stage.t.script.members = async () => roll;
    const { id, code } = await ordered(LIFT);
    for (const who of ['hugo', 'hugo', 'hana', 'hana']) await says(who, code);
    const person = stage.people.get(left);
    if (person !== undefined) stage.people.set(left, { ...person, groups: ['employee'] });
    expect(await done(id)).toMatchObject({ ok: false, says: [expect.stringContaining('has not that role any more')] });
    expect(await inForce()).toEqual(['pay']);
  });

  it('R30 does nothing once something else has changed, and is not shown as if it could', async () => {
    const { id, code } = await ordered(LIFT);
    for (const who of ['hugo', 'hugo', 'hana', 'hana']) await says(who, code);
    await publishIn(stage.t.store.restrictions, { restriction: { ...PAY, id: 'other' } });
    expect(await done(id)).toMatchObject({ ok: false, says: [expect.stringContaining('has changed since')] });
    expect(await inForce()).toEqual(['other', 'pay']);
    // Its draft leads nowhere, and is gone with it.
    expect(await stage.t.store.proposals.all({ now: Date.now() })).toEqual([]);
    const gone = await ordered({ kind: 'lift', id: 'other' });
    await stage.t.store.proposals.drop({ id: gone.order.proposal });
    expect(await says('hugo', gone.code)).toContain('does not count any more');
    expect(reason()).toEqual(['order-changed']);
  });

  it('R29 waits for a second person where it says that one is enough, and one is not', async () => {
    const { id, code, order } = await ordered(LIFT, { confirmed: 'one' });
    expect(await says('hugo', code)).toContain('Confirmed.');
    expect(await done(id)).toMatchObject({
      ok: false,
      says: [expect.stringContaining('waits for a second person'), expect.anything()],
    });
    expect(await inForce()).toEqual(['pay']);
    await until(() => stage.read('hana').includes('asks for a second person'));
    expect((await stage.t.store.proposals.find({ id: order.proposal, now: Date.now() }))?.state).toBe('waiting');
  });

  it('is the same when it is done twice', async () => {
    const { order } = await ordered(STRICTER);
    const by = stage.t.world.sealer.fingerprint('hugo');
    const how = { id: 'o1', by, confirmed: [by], at: Date.now(), turn: 1 };
    const first = await execute(stage.t.world, order, how);
    expect(first).toMatchObject({ ok: true, data: { version: 2 } });
    expect(await execute(stage.t.world, order, how)).toEqual(first);
    expect((await stage.t.store.restrictions.current()).version).toBe(2);
  });

  it('is none of HR’s where it is about something else', async () => {
    const placed = await placeOrder(stage.t.world, { kind: 'pause' });
    if (!placed.ok) throw new Error(placed.says);
    expect(await says('hugo', placed.code)).toContain('Only operators can confirm that order');
    expect(reason()).toEqual(['order-not-theirs']);
    expect((await orderState(stage.t.world, placed.id))?.confirmations).toBe(0);
    expect(await says('otto', placed.code)).toContain('Confirmed.');
  });
});

describe('where Sotto is closed', () => {
  let stage: HrStage;
  beforeEach(() => {
    stage = createHrStage();
    stage.t.script.closed = true;
  });
  afterEach(() => stage.close());

  it('everybody who asks is told so on record, and nothing is recognised, decided or read', async () => {
    expect((await stage.say('evan', 'how many days of leave have I left?')).text).toBe(
      'Sotto is paused until its rules have been approved. Please ask again later.',
    );
    expect(stage.t.entries.find(({ kind }) => kind === 'decision')).toMatchObject({
      verdict: 'refuse',
      reasons: ['closed'],
      intent: null,
    });
    expect(stage.t.calls.filter((call) => /^(recognise|decide|backend)/.test(call))).toEqual([]);
  });

  it('HR’s talk and orders go on', async () => {
    expect((await stage.say('hugo', 'restrictions')).text).toContain('Sotto is closed');
    expect((await stage.say('hugo', 'how many days of leave have I left?')).text).toContain('until its rules');
    const placed = await placeOrder(stage.t.world, { kind: 'pause' });
    if (!placed.ok) throw new Error(placed.says);
    expect((await stage.say('otto', placed.code)).text).toContain('Confirmed.');
  });
});
