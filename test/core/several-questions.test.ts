import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type JudgePorts, judge } from '../../src/core/judge.ts';
import { freshState } from '../../src/core/state.ts';
import type { Decision, PolicyRequest, Recognition } from '../../src/core/types.ts';
import { judgePorts } from '../../src/core/world.ts';
import { talkCatalogue } from '../support/talk-intents.ts';
import { createTestWorld, EVAN, PERMIT, REFUSE, recognised, type TestWorld } from '../support/world.ts';

const NOON = Date.parse('2026-11-26T12:00:00Z');

describe('Several questions in one message', () => {
  let t: TestWorld;
  beforeEach(() => {
    t = createTestWorld();
  });
  afterEach(() => t.close());

  const judged = (o: { recognition: Recognition; decide: (request: PolicyRequest) => Decision }) => {
    const ports: JudgePorts = {
      ...judgePorts(t.world),
      catalogue: talkCatalogue(t.world.catalogue),
      recogniser: { recognise: () => o.recognition, knows: () => true },
      policy: { ...t.world.policy, decide: o.decide },
    };
    return judge({
      ports,
      asked: { kind: 'text', text: 'how much leave do I have, and my payslip of October 2025' },
      person: EVAN,
      platform: 'slack',
      place: 'direct',
      state: freshState(NOON),
    });
  };
  const both = (...also: readonly string[]): Recognition => ({ ...recognised('leave.balance'), also });
  const helping = (helps: 'sign-in' | 'private' | null): Decision => ({
    ...(REFUSE as Extract<Decision, { effect: 'refuse' }>),
    helps,
  });

  it('are answered by the first, with the others to choose, where all are permitted', async () => {
    const { verdict, intent, also } = await judged({ recognition: both('salary.payslip'), decide: () => PERMIT });
    expect([verdict, intent?.id]).toEqual(['answer', 'leave.balance']);
    expect(also.map((it) => [it.intent.id, it.about.subject?.id, it.slots.values])).toEqual([
      ['salary.payslip', 'evan', { month: '2025-10' }],
    ]);
  });

  it('are judged by the strictest, in whatever order they stand', async () => {
    for (const [helps, verdict] of [
      [null, 'refuse'],
      ['private', 'private-only'],
      ['sign-in', 'step-up'],
    ] as const) {
      const decide = ({ action }: PolicyRequest): Decision => (action === 'salary.payslip' ? helping(helps) : PERMIT);
      const recognitions = [both('salary.payslip'), { ...recognised('salary.payslip'), also: ['leave.balance'] }];
      for (const recognition of recognitions) {
        const { verdict: is, intent, topics, also } = await judged({ recognition, decide });
        expect([is, intent?.id, [...topics].sort(), also]).toEqual([
          verdict,
          'salary.payslip',
          ['leave', 'salary'],
          [],
        ]);
      }
    }
  });

  it('are refused by the one that is forbidden where another only needs a sign-in', async () => {
    const decide = ({ action }: PolicyRequest): Decision =>
      action === 'leave.balance' ? helping('sign-in') : action === 'salary.payslip' ? helping(null) : PERMIT;
    expect(await judged({ recognition: both('leave.policy', 'salary.payslip'), decide })).toMatchObject({
      verdict: 'refuse',
      refusedTopic: 'salary',
    });
  });

  it('are refused in the words of the topic that may not even be suspected, where all are refused alike', async () => {
    const decide = ({ action }: PolicyRequest): Decision =>
      action.endsWith('.suspected') && action !== 'salary.suspected' ? PERMIT : REFUSE;
    expect(await judged({ recognition: both('salary.payslip'), decide })).toMatchObject({
      verdict: 'refuse',
      intent: { id: 'salary.payslip' },
      refusedTopic: 'salary',
    });
  });

  it('are no more than five, whatever a recogniser names, each once and in the pack', async () => {
    const also = [
      'leave.balance',
      'salary.payslip',
      'salary.payslip',
      'no.such',
      'leave.policy',
      'salary.all',
      'salary.statement',
      'leave.request',
    ];
    const judgement = await judged({ recognition: both(...also), decide: () => PERMIT });
    const asked = ['salary.payslip', 'leave.policy', 'salary.all', 'salary.statement'];
    expect(judgement.also.map((it) => it.intent.id)).toEqual(asked);
  });

  it('are asked by the others where the likeliest was none', async () => {
    const recognition = { ...recognised(null), also: ['salary.payslip'] };
    expect(await judged({ recognition, decide: () => PERMIT })).toMatchObject({
      verdict: 'answer',
      intent: { id: 'salary.payslip' },
      slots: { month: '2025-10' },
    });
  });

  it('cover what a guard suspects of their own topics, and of no other', async () => {
    const decide = ({ action }: PolicyRequest): Decision => (action.endsWith('.suspected') ? REFUSE : PERMIT);
    const suspected = { ...both('salary.payslip'), topics: ['salary'] };
    expect((await judged({ recognition: suspected, decide })).verdict).toBe('answer');
    expect((await judged({ recognition: { ...both(), topics: ['salary'] }, decide })).verdict).toBe('refuse');
  });
});
