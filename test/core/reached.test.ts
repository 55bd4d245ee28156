import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createExpiring } from '../../src/core/expire.ts';
import { ASIDE_STEPS, type Reached, STEPS, type Step, telling } from '../../src/core/reached.ts';
import { signedIn } from '../../src/core/signed-in.ts';
import { createWork } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { createTestWorld, PERMIT, question, REFUSE, type TestWorld } from '../support/world.ts';

describe('the named steps of a question', () => {
  const everywhere = new Set<Step>();
  let t: TestWorld;
  let steps: Step[];
  beforeEach(() => {
    t = createTestWorld();
    steps = [];
  });
  afterEach(() => t.close());
  afterAll(() => expect(everywhere).toEqual(new Set([...STEPS, ...ASIDE_STEPS])));

  const note: Reached = (step) => {
    steps.push(step);
    everywhere.add(step);
  };
  /** One question from its acceptance until this step. */
  const through = async (last: Step): Promise<readonly Step[]> => {
    const world = telling(t.world, note);
    const [work, expiring] = [createWork(world), createExpiring(world)];
    work.start();
    expiring.start();
    await work.accept(question());
    await until(() => steps.includes(last));
    await Promise.all([work.stop({ graceMs: 2_000 }), expiring.stop({ graceMs: 2_000 })]);
    return steps;
  };
  const deedOf = (step: Step): string => step.slice(step.indexOf(' ') + 1);
  const without = (...deeds: readonly string[]): readonly Step[] =>
    STEPS.filter((step) => !deeds.includes(deedOf(step)));
  const only = (...deeds: readonly string[]): readonly Step[] => STEPS.filter((step) => deeds.includes(deedOf(step)));
  const LEAVING = ['due', 'remove', 'note', 'acknowledge'] as const;

  it('are reached in the order of the list by an answer that stays', async () => {
    expect(await through('after settle')).toEqual(without('claim', 'find', 'hold', 'reveal', ...LEAVING));
  });

  it('and by one that is held, revealed and removed', async () => {
    const hurried = { show: 'hold-reveal', expiresSeconds: 0.2, redact: [], moreTime: 0 } as const;
    t.script.decide = () => ({ effect: 'permit', rules: ['a-permit'], obligations: hurried });
    expect(await through('after acknowledge')).toEqual(without('claim', 'find'));
  });

  it('and by a refusal, which reads nothing', async () => {
    t.script.decide = () => REFUSE;
    expect(await through('after settle')).toEqual(without('claim', 'read', 'find', 'hold', 'reveal', ...LEAVING));
  });

  it('and by one that was left when its outcome was on record: it is claimed, looked up and shown', async () => {
    t.script.decide = () => PERMIT;
    const fails: Reached = (step) => {
      if (step === 'before post') throw new Error('left');
    };
    const before = createWork(telling({ ...t.world, leaseMs: 100 }, fails));
    await before.accept(question());
    await until(() => t.calls.includes('commit'));
    await before.stop({ graceMs: 1_000 });
    const work = createWork(telling({ ...t.world, leaseMs: 100 }, note));
    work.start();
    await until(() => steps.includes('after settle'));
    await work.stop({ graceMs: 2_000 });
    expect(steps).toEqual(only('claim', 'find', 'post', 'disclose', 'settle'));
  });

  describe('beside the way of an answer', () => {
    let clock: FakeClock;
    beforeEach(() => {
      clock = createFakeClock();
      const other = t;
      t = createTestWorld({ clock });
      return other.close();
    });
    const passing = (so: () => boolean | Promise<boolean>): Promise<void> =>
      until(async () => {
        await clock.advance(1_000);
        return so();
      });
    /** One question is asked of a process that is lost at this step, once; what it led to is looked at in the end. */
    const lostAt = async (at: Step, o: { readonly ends: () => boolean | Promise<boolean>; readonly world?: World }) => {
      const lost: Reached = (step) => {
        note(step);
        if (step === at && steps.filter((each) => each === at).length === 1) throw new Error('lost');
      };
      const world = telling(o.world ?? t.world, lost);
      const [work, expiring] = [createWork(world), createExpiring(world)];
      work.start();
      expiring.start();
      await work.accept(question());
      await passing(async () => steps.includes(at) && (await o.ends()));
      return {
        end: async () => {
          const stopped = Promise.all([work.stop({ graceMs: 0 }), expiring.stop({ graceMs: 0 })]);
          await clock.advance(1_000);
          await stopped;
        },
      };
    };
    const census = () => t.store.inbox.census({ now: clock.now() });
    const texts = (): readonly string[] => t.messages.map(({ card }) => card.text);

    it.each(['before park', 'after park'] as const)(
      'a question that waits for a sign-in and is lost %s says so once, waits, and is answered once',
      async (at) => {
        const helps = {
          effect: 'refuse',
          why: 'not-permitted',
          rules: ['r'],
          helps: 'sign-in',
          words: {},
          contact: {},
          rights: {},
        } as const;
        t.script.decide = ({ signInAgeMinutes }) => (signInAgeMinutes === null ? helps : PERMIT);
        const one = await lostAt(at, { ends: async () => (await census()).parked === 1 });
        expect(texts()).toEqual([expect.stringContaining('sign in within 10 minutes')]);
        await signedIn(t.world, { person: 'evan', at: clock.now(), until: clock.now() + 900_000, by: 'test' });
        await passing(() => texts().length === 2);
        expect(texts()[1]).toBe('You have 12 days.');
        await one.end();
      },
    );

    it.each(['before bury', 'after bury'] as const)(
      'a question that is set aside and is lost %s has one apology and is one letter',
      async (at) => {
        const { inbox } = t.world.store;
        const commit: typeof inbox.commit = async (o) => {
          // Whoever reads the question dies of it; an apology rests on no rule.
          if (o.restrictionsVersion !== Number.MAX_SAFE_INTEGER) throw new Error('poison');
          return inbox.commit(o);
        };
        const world: World = { ...t.world, store: { ...t.world.store, inbox: { ...inbox, commit } } };
        const one = await lostAt(at, { world, ends: async () => (await census()).dead === 1 });
        expect(texts()).toEqual([expect.stringContaining('Something went wrong')]);
        expect(await t.store.inbox.dead({ limit: 9 })).toHaveLength(1);
        await one.end();
      },
    );

    it.each(['before put', 'after put'] as const)(
      'an answer that leaves a line behind and is lost %s leaves one, which has an end',
      async (at) => {
        const hurried = { show: 'hold-reveal', expiresSeconds: 20, redact: [], moreTime: 1 } as const;
        t.script.decide = () => ({ effect: 'permit', rules: ['a-permit'], obligations: hurried });
        const left = () => texts().length === 1 && texts()[0]?.includes('12 days') === false;
        const put = async () => (await t.store.expiries.scan({ cursor: null, limit: 9 })).removals[0]?.about === null;
        const one = await lostAt(at, { ends: async () => left() && (await put()) });
        const { removals } = await t.store.expiries.scan({ cursor: null, limit: 9 });
        expect(removals).toMatchObject([{ ref: t.messages[0]?.ref, about: null, again: null, then: 'remove' }]);
        expect(removals[0]?.removeAt).toBeGreaterThan(clock.now());
        await one.end();
      },
    );
  });
});
