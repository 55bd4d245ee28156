import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createExpiring } from '../../../src/core/expire.ts';
import type { Order } from '../../../src/core/orders/types.ts';
import type { Changed, Posted } from '../../../src/core/ports.ts';
import { fillView } from '../../../src/core/view.ts';
import { createWork } from '../../../src/core/work.ts';
import { until } from '../../support/until.ts';
import { HOLD, IN_VIEW, PERMIT, pressOf, REFUSE } from '../../support/world.ts';
import { accountOf, openPeople, type People } from './people.ts';

let p: People;
beforeEach(async () => {
  p = await openPeople();
});
afterEach(() => p.close());

const RECALL: Order = { kind: 'recall', intent: null, topic: 'leave', since: null };
const BUSY = { ok: false, fault: 'later', code: 'ratelimited', afterMs: 30_000 } as const;

/** What stands in chats and tells days of leave. */
const answers = (): number => p.t.messages.filter(({ card }) => card.text.includes('You have')).length;
const reads = (): number => p.t.calls.filter((call) => call === 'backend leave.balance').length;

/** The loops of another process run for so long. */
const loops = async (ms: number): Promise<void> => {
  const work = createWork(p.world);
  const expiring = createExpiring(p.world);
  work.start();
  expiring.start();
  for (let past = 0; past < ms; past += 500) {
    await p.clock.advance(500);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  const stopped = Promise.all([work.stop({ graceMs: 0 }), expiring.stop({ graceMs: 0 })]);
  await p.clock.advance(1_000);
  await stopped;
};

describe('a recall of what is on its way', () => {
  it('keeps back an answer that was committed and could not be posted yet: it is judged and read anew', async () => {
    p.t.script.decide = () => HOLD;
    let posted: Posted | null = BUSY;
    p.t.script.post = () => posted;
    await p.ask('evan');
    expect(await p.order(RECALL)).toMatchObject({ ok: true });
    posted = null;
    p.t.script.decide = () => REFUSE;
    await loops(60_000);
    expect(p.t.messages.map(({ card }) => card.text)).toEqual([expect.stringContaining('leave desk')]);
    expect(reads()).toBe(1);
  });

  it('judges and reads anew also what could not be posted more often than a question may fail', async () => {
    p.t.script.decide = () => HOLD;
    let posted: Posted | null = { ok: false, fault: 'later', code: 'away', afterMs: 1 };
    p.t.script.post = () => posted;
    await p.ask('evan');
    await loops(90_000);
    const [waiting] = await p.world.store.inbox.claim({ now: p.clock.now() + 10 * 60_000, leaseMs: 1, limit: 1 });
    if (waiting === undefined) throw new Error('it was given up');
    expect(waiting.attempts).toBeGreaterThan(6);
    await p.order(RECALL);
    posted = null;
    p.t.script.decide = () => REFUSE;
    await loops(12 * 60_000);
    expect(p.t.messages.map(({ card }) => card.text)).toEqual([expect.stringContaining('leave desk')]);
  });

  it('lets the answer be shown that was read after it', async () => {
    p.t.script.decide = () => HOLD;
    let posted: Posted | null = BUSY;
    p.t.script.post = () => posted;
    await p.ask('evan');
    await p.order(RECALL);
    posted = null;
    await loops(60_000);
    expect([answers(), reads()]).toEqual([1, 2]);
    expect(await p.world.store.inbox.census({ now: p.clock.now() })).toMatchObject({ queued: 0, leased: 0 });
  });

  it('keeps back nothing of another topic', async () => {
    p.t.script.decide = () => HOLD;
    let posted: Posted | null = BUSY;
    p.t.script.post = () => posted;
    await p.ask('evan');
    await p.order({ ...RECALL, topic: 'salary' });
    posted = null;
    p.t.script.decide = () => REFUSE;
    await loops(60_000);
    expect([answers(), reads()]).toEqual([1, 1]);
  });

  it('takes the placeholder of an answer that stays, which waits for the platform, and never fills it', async () => {
    p.t.script.looksUp = false;
    p.t.script.decide = () => PERMIT;
    let changed: Changed | null = BUSY;
    p.t.script.update = () => changed;
    await p.ask('evan');
    await p.order(RECALL);
    changed = null;
    p.t.script.decide = () => REFUSE;
    await loops(90_000);
    expect(p.t.messages.map(({ card }) => card.text)).toEqual([expect.stringContaining('leave desk')]);
  });

  it('takes what was posted though the platform’s answer was lost', async () => {
    p.t.script.decide = () => PERMIT;
    const { platforms } = p.world;
    const slack = platforms.get('slack');
    if (slack === undefined) throw new Error('there is no Slack');
    const { find } = slack;
    let lost = true;
    Object.assign(slack, { find: async (o: Parameters<typeof find>[0]) => (lost ? BUSY : find(o)) });
    p.t.script.post = () => (lost ? { ok: false, fault: 'lost', code: 'timeout' } : null);
    await p.ask('evan');
    expect(answers()).toBe(1);
    // Not on record yet, so it is not found among what was shown.
    expect((await p.order(RECALL)).data).toMatchObject({ found: 0 });
    lost = false;
    p.t.script.decide = () => REFUSE;
    await loops(90_000);
    expect(p.t.messages.map(({ card }) => card.text)).toEqual([expect.stringContaining('leave desk')]);
  });

  it('keeps it in a chat where a legal hold covers it', async () => {
    p.t.script.decide = () => HOLD;
    let changed: Changed | null = BUSY;
    p.t.script.update = () => changed;
    await p.ask('evan');
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.order(RECALL);
    changed = null;
    p.t.script.decide = () => REFUSE;
    await loops(60_000);
    expect(p.t.messages).toHaveLength(2);
  });

  it('is heeded where it comes between the commit and the showing', async () => {
    p.t.script.decide = () => HOLD;
    let once = true;
    p.t.script.post = () => {
      if (once) p.t.script.standing = { ...p.t.script.standing, recalled: () => once };
      return null;
    };
    await p.ask('evan');
    expect(answers()).toBe(0);
    once = false;
    await loops(60_000);
    expect(answers()).toBe(1);
  });

  it('keeps back what a view that is being filled would have shown', async () => {
    p.t.script.decide = () => IN_VIEW;
    await p.ask('evan');
    const message = p.t.messages[0];
    const view = p.t.openView();
    let go: (() => void) | null = null;
    p.t.script.fetch = () =>
      new Promise((resolve) => {
        go = () => resolve({ ok: true, records: [] });
      });
    const press = pressOf(message?.card.buttons[0], message?.ref ?? null, { account: accountOf('evan') });
    const filled = fillView(p.world, press, view);
    await until(() => go !== null);
    expect(await p.order(RECALL)).toMatchObject({ ok: true });
    p.t.script.decide = () => REFUSE;
    (go as unknown as () => void)();
    await filled;
    await loops(5_000);
    expect(p.t.views[0]?.card?.text).toContain('leave desk');
  });

  it('blanks a view that was filled while its removal was already done', async () => {
    p.t.script.decide = () => IN_VIEW;
    await p.ask('evan');
    const message = p.t.messages[0];
    const view = p.t.openView();
    p.t.script.reveal = async () => {
      // The end of the view is on record, so the recall finds it, and it is blanked before it is filled.
      await p.order(RECALL);
      await loops(2_000);
      return null;
    };
    await fillView(
      p.world,
      pressOf(message?.card.buttons[0], message?.ref ?? null, { account: accountOf('evan') }),
      view,
    );
    await loops(2_000);
    expect(p.t.views[0]?.card?.text).toBe('blanked');
  });
});
