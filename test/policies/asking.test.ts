import { describe, expect, it } from '@jest/globals';
import type { PolicyRequest } from '../../src/core/types.ts';
import { fixturePolicy, request, thrownBy } from './support.ts';

const PAYSLIP = { action: 'salary.payslip' } as const;

// Each loads rules of its own, which under jest is the same instance of Cedar anew: one policy at a time.
describe('what a rule may ask and say', () => {
  it('lets a rule read what was asked and refused before in the conversation, by topic', async () => {
    const rules = [
      '@id("help") permit (principal, action, resource);',
      '@id("after-pay") forbid (principal, action in Action::"leave", resource) when { context.refused.contains(Topic::"salary") };',
      '@id("not-both") forbid (principal, action in Action::"salary", resource) when { context.asked.containsAny([Topic::"leave", Topic::"help"]) };',
    ].join('\n');
    const stateful = await fixturePolicy({ rules });
    const by = (changed: Partial<PolicyRequest>) => stateful.decide(request(changed)).rules;
    expect(by({ refused: ['salary'] })).toEqual(['after-pay']);
    expect(by({ refused: ['leave'], asked: ['salary'] })).not.toContain('after-pay');
    expect(by({ ...PAYSLIP, asked: ['leave', 'salary', 'leave'] })).toContain('not-both');
    expect(by({ ...PAYSLIP, refused: ['leave'] })).not.toContain('not-both');
    // A topic that the pack has no longer may still be remembered; no rule can name it.
    expect(by({ refused: ['gone', '\ud800', '__proto__'] })).not.toContain('after-pay');
    expect(by({ refused: ['gone', 'salary'] })).toEqual(['after-pay']);
    expect(stateful.decide({ ...request(), asked: undefined } as unknown as PolicyRequest)).toMatchObject({
      why: 'request',
    });
  });

  it('R18 takes a topic that is misspelt in a rule for a fault', async () => {
    const rules = '@id("x") forbid (principal, action, resource) when { context.asked.contains(Topic::"sallary") };';
    expect(String(await thrownBy(() => fixturePolicy({ rules })))).toContain('sallary');
  });

  it('lets a rule read the day of the week, Monday 1 to Sunday 7, in UTC', async () => {
    const rules =
      '@id("help") permit (principal, action, resource);\n@id("weekend") forbid (principal, action, resource) when { context.weekday >= 6 };';
    const weekly = await fixturePolicy({ rules });
    const monday = Date.UTC(2026, 10, 9, 0);
    const days = Array.from({ length: 7 }, (_, n) => monday + n * 86_400_000);
    const closed = (now: number) => weekly.decide(request({ now })).rules.includes('weekend');
    expect(days.map(closed)).toEqual([false, false, false, false, false, true, true]);
    expect([closed(monday - 1), closed(monday)]).toEqual([true, false]);
  });

  it('R37 says words, whom to ask and the right of one rule, the weightiest that says anything', async () => {
    const rules = [
      '@id("light") @reply_en("Light.") @contact_en("the light desk") @priority("1") forbid (principal, action, resource);',
      '@id("heavy") @contact_en("the heavy desk") @rights_de("Du darfst.") @priority("9") forbid (principal, action, resource);',
      '@id("silent") @priority("99") forbid (principal, action, resource);',
    ].join('\n');
    const speaking = await fixturePolicy({ rules });
    expect(speaking.decide(request())).toMatchObject({
      words: {},
      contact: { en: 'the heavy desk' },
      rights: { de: 'Du darfst.' },
    });
  });
});
