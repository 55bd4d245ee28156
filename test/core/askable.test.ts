import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { circumstances, mayAsk, permittedIntents } from '../../src/core/askable.ts';
import { freshState, parseState, turnOf, withTurn } from '../../src/core/state.ts';
import type { Decision, PolicyRequest } from '../../src/core/types.ts';
import { createTestWorld, EVAN, PERMIT, REFUSE, type TestWorld } from '../support/world.ts';

describe('what somebody may ask', () => {
  let t: TestWorld;
  beforeEach(() => {
    t = createTestWorld();
  });
  afterEach(() => t.close());

  const here = (state = freshState(0), now = 1_000) =>
    circumstances({
      person: EVAN,
      platform: 'slack',
      place: 'channel',
      state,
      catalogue: t.world.catalogue,
      now,
    });
  const ids = (request = here()) => permittedIntents(t.world, request).map(({ id }) => id);

  it('is what would be answered, and what one more sign-in or a private chat would have answered', () => {
    const decisions: Readonly<Record<string, Decision>> = {
      'leave.balance': PERMIT,
      'salary.payslip': { ...REFUSE, effect: 'refuse', helps: 'sign-in' } as Decision,
      'leave.policy': REFUSE,
    };
    t.script.decide = ({ action }) => decisions[action] ?? REFUSE;
    expect(ids()).toEqual(['leave.balance', 'salary.payslip']);
  });

  it('costs one decision an intent, however often one question asks for it', () => {
    const request = here();
    ids(request);
    ids(request);
    const [intent] = t.world.catalogue.intents.values();
    if (intent === undefined) throw new Error('The catalogue is empty.');
    mayAsk(t.world.policy, request, intent);
    expect(t.calls.filter((call) => call.startsWith('decide'))).toHaveLength(t.world.catalogue.intents.size);
    ids(here());
    expect(t.calls.filter((call) => call.startsWith('decide'))).toHaveLength(2 * t.world.catalogue.intents.size);
  });

  it('is asked with the place, the platform and what came before in the conversation', () => {
    const seen: PolicyRequest[] = [];
    t.script.decide = (request) => {
      seen.push(request);
      return PERMIT;
    };
    const refused = turnOf({
      at: 900,
      verdict: 'refuse',
      judgement: { intent: null, topics: ['salary', 'leave'], about: null, refusedTopic: 'salary', onSuspicion: false },
    });
    ids(here(withTurn(freshState(0), refused)));
    expect(seen[0]).toMatchObject({
      place: 'channel',
      platform: 'slack',
      denials: 1,
      asked: ['salary', 'leave'],
      refused: ['salary'],
    });
  });

  it('is asked as if everything had been asked and refused before, where the conversation cannot be read', () => {
    expect(here(parseState('?', 0))).toMatchObject({
      denials: 1_000,
      asked: ['leave', 'salary'],
      refused: ['leave', 'salary'],
    });
  });
});
