import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFirstUse } from '../../../src/core/first-use.ts';
import { createOrdering } from '../../../src/core/orders/ordering.ts';
import type { World } from '../../../src/core/world.ts';
import { until } from '../../support/until.ts';
import { EVAN } from '../../support/world.ts';
import { type AtHome, buttonOf, openAtHome } from './at-home.ts';

const MINUTE = 60_000;

let s: AtHome;
beforeEach(async () => {
  s = await openAtHome();
});
afterEach(() => s.end());

describe('to be forgotten on one’s own word', () => {
  /** Orders are done while the clock moves on. */
  const carriedOut = async (
    o: World = s.world,
    over = async () => (await s.world.store.orders.all({ now: s.p.clock.now() })).some(({ state }) => state === 'done'),
  ): Promise<void> => {
    const ordering = createOrdering(o);
    ordering.start();
    await until(async () => {
      if (s.p.clock.sleeping() > 0) await s.p.clock.advance(1_000);
      return (await over()) && s.pages.length > 0;
    });
    const stopped = ordering.stop({ graceMs: 1 });
    await s.p.clock.advance(1_000);
    await stopped;
  };
  const formOf = async (who: 'evan' | 'mona' = 'evan') =>
    (await s.inView(buttonOf(await s.page(who), 'Forget me'), who))?.form;

  it('is asked in a form that says what is lost and what stays, and nothing happens before it is sent', async () => {
    await s.p.ask('evan');
    const form = await formOf();
    for (const part of ['cannot be undone', 'seven days', 'your own messages', 'receipt', 'law obliges'])
      expect(form?.text.toLowerCase()).toContain(part.toLowerCase());
    expect(form?.submit).toBe('Forget me');
    expect(await s.world.store.orders.all({ now: s.p.clock.now() })).toEqual([]);
    expect(await s.p.transcripts()).toHaveLength(1);
  });

  it('is done to its end, told by a receipt with a number that the audit log has, and shown on the page', async () => {
    await s.p.ask('evan');
    await s.p.ask('mona');
    await s.p.queue('evan');
    await s.world.store.marks.begin({
      owners: s.world.sealer.fingerprints('evan'),
      now: s.p.clock.now(),
      until: s.p.clock.now() + 1,
    });
    const form = await formOf();
    expect((await s.send(form?.state ?? ''))?.card?.text).toContain('I am forgetting you now');
    s.pages.length = 0;
    await carriedOut();
    const receipt = s.p.t.messages.map(({ card }) => card.text).find((text) => text.startsWith('Receipt'));
    const entry = s.p.t.entries.find((each) => each.kind === 'receipt');
    const by = s.world.sealer.fingerprint('evan');
    expect(entry).toMatchObject({
      target: by,
      by,
      removed: 1,
      questions: 1,
      transcripts: 1,
      marks: 1,
      held: 0,
      left: 0,
    });
    expect(receipt).toContain(`Receipt ${entry?.kind === 'receipt' ? entry.order : ''}`);
    for (const part of [
      'Removed through Slack: 1 message',
      'Shredded here: 1 question',
      'Still held: Nothing of mine',
      'Never mine to remove',
    ])
      expect(receipt).toContain(part);
    expect(await s.p.transcripts()).toMatchObject([{ conversation: 'slack:T1:D-mona' }]);
    expect(await s.world.store.marks.find({ owners: s.world.sealer.fingerprints('evan') })).toBeNull();
    expect(s.p.t.entries.filter((each) => each.kind === 'order')).toMatchObject([
      { change: 'placed', by, what: 'forget' },
      { change: 'confirmed', by },
      { change: 'begun', by },
      { change: 'done', by },
    ]);
    const again = buttonOf(s.pages.at(-1)?.last ?? [], 'My receipt');
    expect((await s.inView(again))?.card?.text).toBe(receipt);
    const inViews = s.p.t.entries.filter((each) => each.kind === 'disclosure' && each.channel === 'view');
    expect(inViews).toMatchObject([{ verdict: 'answer', removeAt: null }]);
  });

  it('leaves what a legal hold keeps, and the receipt says that it stays and why, not which hold', async () => {
    await s.p.ask('evan');
    await s.p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'hold-1');
    await s.p.refresh();
    await s.send((await formOf())?.state ?? '');
    s.pages.length = 0;
    await carriedOut();
    const receipt = s.p.t.messages.map(({ card }) => card.text).find((text) => text.startsWith('Receipt'));
    expect(receipt).toContain('1 message, what one talk remembers');
    expect(receipt).toContain('the law obliges your company to keep that for now');
    expect(receipt).not.toContain('hold-1');
    expect(s.p.t.entries.find((each) => each.kind === 'receipt')).toMatchObject({ removed: 0, held: 2 });
    expect(await s.p.transcripts()).toHaveLength(1);
  });

  it('cannot be sent for somebody else, twice at once, or once its time is over', async () => {
    const state = (await formOf())?.state ?? '';
    expect((await s.send(state, 'mona'))?.card?.text).not.toContain('forgetting you now');
    await s.send(state);
    expect((await s.send(state))?.card?.text).toContain('under way already');
    expect(await s.world.store.orders.all({ now: s.p.clock.now() })).toHaveLength(1);
    await s.p.clock.advance(61 * MINUTE);
    expect((await s.send(state))?.card?.text).toContain('expired');
  });

  it('leaves operators their places, however many ask at once', async () => {
    const many = Array.from({ length: 40 }, (_, n) => ({ ...EVAN, id: `p${n}` }));
    let busy = 0;
    for (const person of many) {
      s.p.t.script.find = async () => ({ ok: true, person });
      const state = (await formOf())?.state ?? '';
      if ((await s.send(state))?.card?.text.includes('cannot do that just now') === true) busy += 1;
      await s.p.clock.advance(5_000);
    }
    expect(busy).toBe(8);
    const kept = await s.world.store.orders.all({ now: s.p.clock.now() });
    expect(kept).toHaveLength(32);
  });

  it('leaves others theirs, however often one person asks for it', async () => {
    const own: string[] = [];
    const allDone = async (): Promise<boolean> =>
      (await s.world.store.orders.all({ now: s.p.clock.now() })).every(({ state }) => state === 'done');
    for (let n = 0; n < 5; n++) {
      own.push((await s.send((await formOf())?.state ?? ''))?.card?.text ?? '');
      s.pages.length = 0;
      if (!(await allDone())) await carriedOut(s.world, allDone);
    }
    expect(own.map((text) => text.includes('I am forgetting you now'))).toEqual([true, true, true, false, false]);
    expect((await s.send((await formOf('mona'))?.state ?? '', 'mona'))?.card?.text).toContain(
      'I am forgetting you now',
    );
  });

  it('takes with it that their account was told how it works before anybody knew whose it is', async () => {
    const { account, place } = s.openedBy('evan');
    const firstUse = createFirstUse({ ...s.world, metrics: { count: () => undefined } });
    await firstUse.tell({ account, place, found: { ok: false, why: 'unknown' } });
    const told = s.p.t.messages.filter(({ card }) => card.text.includes('a machine'));
    expect(told).toHaveLength(1);
    const window = await s.inView(buttonOf(await s.page(), 'Show me all of it'));
    expect(window?.card?.text).toContain('Told once how I work: 17:13.');
    await s.send((await formOf())?.state ?? '');
    s.pages.length = 0;
    await carriedOut();
    expect(s.p.t.entries.find((each) => each.kind === 'receipt')).toMatchObject({ marks: 1 });
    const again = createFirstUse({ ...s.world, metrics: { count: () => undefined } });
    await again.tell({ account, place, found: { ok: false, why: 'unknown' } });
    expect(s.p.t.messages.filter(({ card }) => card.text.includes('a machine'))).toHaveLength(2);
  });

  it('is not begun where it cannot be recorded', async () => {
    const state = (await formOf())?.state ?? '';
    s.p.t.script.auditFails = ({ kind }) => kind === 'order';
    await expect(s.send(state)).rejects.toThrow();
    expect(await s.world.store.orders.all({ now: s.p.clock.now() })).toEqual([]);
  });

  it('is done by another process where the first dies, and told once', async () => {
    await s.p.ask('evan');
    await s.send((await formOf())?.state ?? '');
    const dying: World = {
      ...s.world,
      store: { ...s.world.store, grants: { ...s.world.store.grants, end: () => Promise.reject(new Error('killed')) } },
    };
    const first = createOrdering(dying);
    first.start();
    await until(async () => {
      if (s.p.clock.sleeping() > 0) await s.p.clock.advance(1_000);
      return s.p.t.entries.some((each) => each.kind === 'order' && each.change === 'begun');
    });
    const stopped = first.stop({ graceMs: 1 });
    await s.p.clock.advance(1_000);
    await stopped;
    s.pages.length = 0;
    await carriedOut();
    expect(s.p.t.messages.filter(({ card }) => card.text.startsWith('Receipt'))).toHaveLength(1);
  });
});
