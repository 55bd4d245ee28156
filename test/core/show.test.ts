import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createExpiring } from '../../src/core/expire.ts';
import { standingView } from '../../src/core/standing.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import { until } from '../support/until.ts';
import { createTestWorld, HOLD, PERMIT, question, type TestWorld } from '../support/world.ts';

const PAUSED = standingView({ paused: { since: 1, by: 'f00d' }, holds: [] }, () => () => false);

describe('showing an answer on a bad day', () => {
  let t: TestWorld;
  let work: Work;
  beforeEach(() => {
    t = createTestWorld();
    work = createWork({ ...t.world, random: { ...t.world.random, fraction: () => 0 } });
    work.start();
  });
  afterEach(async () => {
    await work.stop({ graceMs: 2_000 });
    await t.close();
  });

  const settled = (): Promise<void> => until(() => t.calls.some((call) => call.startsWith('settle')));
  const texts = (): readonly string[] => t.messages.map(({ card }) => card.text);

  it('does not post again when the reply to a post was lost but the message stands', async () => {
    t.script.post = () => ({ ok: false, fault: 'lost', code: 'timeout' });
    await work.accept(question());
    await settled();
    expect(texts()).toEqual(['You have 12 days.']);
    expect(t.calls.filter((call) => call === 'find')).toHaveLength(1);
  });

  it('looks again before it posts again when a lost post cannot be found at once', async () => {
    let looks = 0;
    const platform = t.world.platforms.get('slack');
    if (platform === undefined) throw new Error('no platform');
    const blind = {
      ...platform,
      find: async (o: Parameters<typeof platform.find>[0]) =>
        ++looks === 1 ? { ok: false as const, fault: 'gone' as const, code: 'x' } : platform.find(o),
    };
    t.script.post = () => ({ ok: false, fault: 'lost', code: 'timeout' });
    await work.stop({ graceMs: 0 });
    work = createWork({ ...t.world, platforms: new Map([['slack', blind]]) });
    work.start();
    await work.accept(question());
    await settled();
    expect(texts()).toEqual(['You have 12 days.']);
    expect(looks).toBeGreaterThanOrEqual(2);
  });

  it('tries again later when the platform is busy, and shows one answer', async () => {
    let busy = 2;
    t.script.post = () => (busy-- > 0 ? { ok: false, fault: 'later', code: 'ratelimited', afterMs: 20 } : null);
    await work.accept(question());
    await settled();
    expect(texts()).toEqual(['You have 12 days.']);
  });

  it('gives up what the platform refuses for good, and that is on record', async () => {
    t.script.post = () => ({ ok: false, fault: 'never', code: 'channel_not_found' });
    await work.accept(question());
    await settled();
    expect(t.calls).toContain('settle undeliverable');
    expect(t.entries.at(-1)).toMatchObject({ kind: 'undeliverable', code: 'channel_not_found' });
  });

  it('starts with a placeholder wherever a lost post could not be looked up', async () => {
    t.script.looksUp = false;
    await work.accept(question());
    await settled();
    expect(t.calls.slice(t.calls.indexOf('commit'), t.calls.indexOf('update') + 1)).toEqual([
      'commit',
      'post One moment. I am about t',
      'hold',
      'update',
    ]);
  });

  it('replaces a placeholder that somebody removed, once, and reveals in the new one', async () => {
    t.script.decide = () => HOLD;
    let removed = false;
    t.script.update = (ref) => {
      if (removed) return null;
      removed = true;
      t.messages.splice(
        t.messages.findIndex((message) => message.ref.id === ref.id),
        1,
      );
      return null;
    };
    await work.accept(question());
    await settled();
    expect(texts()).toEqual(['You have 12 days.']);
    expect(t.calls.filter((call) => call === 'hold')).toHaveLength(2);
  });

  it('goes on from the placeholder after a crash between holding and revealing', async () => {
    t.script.decide = () => HOLD;
    t.script.update = () => {
      throw new Error('the process died here');
    };
    await work.accept(question());
    await until(() => t.calls.includes('update'));
    t.script.update = () => null;
    await settled();
    expect(texts()).toEqual(['You have 12 days.']);
    expect(t.entries.filter(({ kind }) => kind === 'decision')).toHaveLength(1);
    expect(t.calls.filter((call) => call.startsWith('backend'))).toHaveLength(1);
  });

  it('leaves a deadline alone that was moved between revealing and settling: called off, or put off', async () => {
    t.script.decide = () => HOLD;
    const moved: (number | null)[] = [];
    const { audit, store } = t.world;
    const meddling = {
      ...t.world,
      audit: {
        append: async (entry: Parameters<typeof audit.append>[0]) => {
          if (entry.kind === 'disclosure') {
            const { ref } = t.messages[0] ?? {};
            if (ref === undefined) throw new Error('nothing stands');
            moved.push(await store.expiries.sooner({ ref, removeAt: Date.now() + 1_000 }));
          }
          return audit.append(entry);
        },
      },
    };
    await work.stop({ graceMs: 0 });
    work = createWork(meddling);
    await work.accept(question());
    await settled();
    await until(async () => (await t.store.inbox.backlog()).claimed === 0);
    expect(await t.store.expiries.next()).toBe(moved[0]);
  });

  it('takes a placeholder away that can never be filled in', async () => {
    t.script.looksUp = false;
    t.script.update = () => ({ ok: false, fault: 'never', code: 'cant_update_message' });
    await work.accept(question());
    await settled();
    expect(t.calls).toContain('settle undeliverable');
    expect(t.messages.map(({ card }) => card.text)).toEqual([
      'One moment. I am about to show a confidential answer here.',
    ]);
    const expiring = createExpiring(t.world);
    expiring.start();
    await until(() => t.messages.length === 0);
    await expiring.stop({ graceMs: 2_000 });
  });

  it('shows the answer although the disclosure could not be noted, since the decision is on record', async () => {
    t.script.auditFails = ({ kind }) => kind === 'disclosure';
    await work.accept(question());
    await settled();
    expect(texts()).toEqual(['You have 12 days.']);
  });

  it('answers the questions of one conversation in the order in which they came', async () => {
    t.script.fetch = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return {
        ok: true,
        records: [{ subject: 'evan', fields: { days: { type: 'number', value: t.messages.length } } }],
      };
    };
    for (let i = 0; i < 5; i++) await work.accept(question());
    await until(() => t.messages.length === 5);
    expect(texts()).toEqual([0, 1, 2, 3, 4].map((days) => `You have ${days} days.`));
  });
});

describe('an answer that was committed before a pause', () => {
  let t: TestWorld;
  let work: Work;
  beforeEach(() => {
    t = createTestWorld();
    work = createWork({ ...t.world, random: { ...t.world.random, fraction: () => 0 } });
    work.start();
  });
  afterEach(async () => {
    await work.stop({ graceMs: 2_000 });
    await t.close();
  });

  const settled = (): Promise<void> => until(() => t.calls.some((call) => call.startsWith('settle')));
  const texts = (): readonly string[] => t.messages.map(({ card }) => card.text);
  const shown = () => t.entries.flatMap((entry) => (entry.kind === 'disclosure' ? [entry.verdict] : []));
  const PAUSED_SAYS = 'Sotto is paused by its operators. Please ask again later.';

  it.each([
    { name: 'posted as it is', decide: PERMIT, looksUp: true, tries: 'post' },
    { name: 'revealed in a placeholder that leaves', decide: HOLD, looksUp: true, tries: 'update' },
    { name: 'revealed in a placeholder that stays', decide: PERMIT, looksUp: false, tries: 'update' },
  ] as const)('is not shown while it lasts, where it would be $name: whoever asked is told so', async (o) => {
    t.script.decide = () => o.decide;
    t.script.looksUp = o.looksUp;
    t.script[o.tries] = () => {
      const paused = t.script.standing.paused !== null;
      t.script.standing = PAUSED;
      return paused ? null : { ok: false, fault: 'later', code: 'ratelimited', afterMs: 20 };
    };
    await work.accept(question());
    await settled();
    expect(texts()).toEqual([PAUSED_SAYS]);
    expect(t.messages[0]?.card.buttons).toEqual([]);
    expect(shown()).toEqual(['refuse']);
  });

  it('is not shown where this process was started closed since', async () => {
    t.script.post = () => {
      const before = t.script.closed;
      t.script.closed = true;
      return before ? null : { ok: false, fault: 'later', code: 'ratelimited', afterMs: 20 };
    };
    await work.accept(question());
    await settled();
    expect(texts()).toEqual(['Sotto is paused until its rules have been approved. Please ask again later.']);
    expect(shown()).toEqual(['refuse']);
  });

  it('is not shown where the pause came while it was looked for', async () => {
    const platform = t.world.platforms.get('slack');
    if (platform === undefined) throw new Error('no platform');
    const find: typeof platform.find = (asked) => {
      t.script.standing = PAUSED;
      return platform.find(asked);
    };
    await work.stop({ graceMs: 0 });
    work = createWork({ ...t.world, platforms: new Map([['slack', { ...platform, find }]]) });
    work.start();
    let busy = 1;
    t.script.post = () => (busy-- > 0 ? { ok: false, fault: 'later', code: 'ratelimited', afterMs: 20 } : null);
    await work.accept(question());
    await settled();
    expect(texts()).toEqual([PAUSED_SAYS]);
  });

  it('leaves its place to the sentence also where it may have been revealed already', async () => {
    t.script.decide = () => HOLD;
    let died = false;
    t.script.update = (ref, card) => {
      if (died) return null;
      died = true;
      const message = t.messages.find((each) => each.ref.id === ref.id);
      if (message !== undefined) message.card = card;
      t.script.standing = PAUSED;
      throw new Error('the process died here');
    };
    await work.accept(question());
    await settled();
    expect(texts()).toEqual([PAUSED_SAYS]);
    expect((await t.store.expiries.scan({ cursor: null, limit: 9 })).removals).toHaveLength(1);
  });
});
