import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { judge } from '../../src/core/judge.ts';
import type { Judgement } from '../../src/core/judgement.ts';
import { freshState } from '../../src/core/state.ts';
import type { Decision, PolicyRequest } from '../../src/core/types.ts';
import { judgePorts } from '../../src/core/world.ts';
import { talkCatalogue } from '../support/talk-intents.ts';
import { createTestWorld, EVAN, PERMIT, REFUSE, recognised, type TestWorld } from '../support/world.ts';

const NOON = Date.parse('2026-11-26T12:00:00Z');

describe('What is near', () => {
  let t: TestWorld;
  beforeEach(() => {
    t = createTestWorld();
  });
  afterEach(() => t.close());

  it('is said to be near only where some of it is offered, and counted as near either way', async () => {
    const close = {
      ...recognised(null),
      best: 'salary.all',
      confidence: 0.4,
      ranking: ['salary.all', 'leave.balance'],
    };
    const asked = async (decide: (request: PolicyRequest) => Decision): Promise<Judgement> =>
      judge({
        ports: {
          ...judgePorts(t.world),
          catalogue: talkCatalogue(t.world.catalogue),
          recogniser: { recognise: () => close, knows: () => true },
          policy: { ...t.world.policy, decide },
        },
        asked: { kind: 'text', text: 'some words' },
        person: EVAN,
        platform: 'slack',
        place: 'direct',
        state: freshState(NOON),
      });
    const ids = ({ suggestions }: Judgement) => suggestions.map(({ id }) => id);
    const all = await asked(() => PERMIT);
    expect([ids(all), all.heard, all.nearest]).toEqual([['salary.all', 'leave.balance'], 'near', 'salary']);
    const some = await asked(({ action }) => (action === 'salary.all' ? REFUSE : PERMIT));
    expect([ids(some), some.heard, some.nearest]).toEqual([['leave.balance'], 'far', 'salary']);
  });
});
