import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createExpiring } from '../../src/core/expire.ts';
import { type Reached, STEPS, type Step, telling } from '../../src/core/reached.ts';
import { createWork } from '../../src/core/work.ts';
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
  afterAll(() => expect(everywhere).toEqual(new Set(STEPS)));

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
});
