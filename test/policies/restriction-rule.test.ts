import { describe, expect, it } from '@jest/globals';
import type { PolicyRequest, Restriction } from '../../src/core/types.ts';
import { freshCedar } from '../../src/policies/engine.ts';
import { ruleOf } from '../../src/policies/restriction-rule.ts';
import { fixturePolicy, NOON, person, request, restriction } from './support.ts';

describe("HR's rule", () => {
  const full = restriction({
    countries: ['DE', 'US'],
    until: '2026-12-31T00:00:00.000Z',
    words: { en: 'Closed "now"; }', de: 'Zu.' },
  });

  it('R28 forbids, whatever the form says, under an id that no pack can have', () => {
    const rule = ruleOf(full);
    expect([rule.id, rule.json.effect, rule.notes.effect]).toEqual(['hr:freeze', 'forbid', 'forbid']);
  });

  it('R25 keeps hostile text as one value: it comes back from Cedar as it went in', () => {
    const cedar = freshCedar();
    const hostile = 'x") ; permit(principal, action, resource); //';
    const { json } = ruleOf({
      ...full,
      forbids: [hostile],
      appliesTo: [hostile],
      exceptGroups: [hostile],
      countries: [hostile],
      words: { en: hostile },
      contact: { en: hostile },
      rights: { de: hostile },
    });
    const text = cedar.policyToText(json);
    expect(text.type).toBe('success');
    const back = cedar.policyToJson(text.type === 'success' ? text.text : '');
    expect(back.type === 'success' ? back.json : null).toMatchObject({
      effect: 'forbid',
      annotations: { reply_en: hostile, contact_en: hostile, rights_de: hostile },
      action: { op: 'in', entity: { type: 'Action', id: hostile } },
    });
    expect(JSON.stringify(back).split(JSON.stringify(hostile).slice(1, -1)).length - 1).toBe(7);
  });

  it('is nothing but values: every text of the form stands in it as it was given', () => {
    const { json } = ruleOf({
      ...full,
      appliesTo: ['manager'],
      places: ['direct'],
      from: '2026-12-01T00:00:00.000Z',
      suspendedUntil: '2026-12-01T04:00:00.000Z',
    });
    const kinds = json.conditions.map(({ kind, body }) => [kind, Object.keys(body)[0]]);
    expect(kinds).toEqual([
      ['when', 'in'],
      ['when', 'contains'],
      ['when', 'contains'],
      ['when', '>='],
      ['when', '<'],
      ['when', '>='],
      ['unless', 'in'],
    ]);
  });
});

describe('what HR narrow a restriction by', () => {
  const HOUR = 3_600_000;
  const iso = (at: number) => new Date(at).toISOString();
  /** Whether it forbids a payslip to whoever asks so. */
  const forbidding = async (changed: Partial<Restriction>) => {
    const policy = await fixturePolicy({ restrictions: [restriction({ exceptGroups: [], ...changed })] });
    return (asked: Partial<PolicyRequest>): boolean =>
      policy.decide(request({ action: 'salary.payslip', ...asked })).rules.includes('hr:freeze');
  };

  it('whom: it touches the groups that it names, kinds of people among them, and nobody else', async () => {
    const pilot = await forbidding({ appliesTo: ['night-shift', 'contractor'] });
    const by = (...groups: readonly string[]) => pilot({ person: person('employee', ...groups) });
    expect([by(), by('manager'), by('night-shift'), by('night-shift', 'payroll')]).toEqual([false, false, true, true]);
    expect(pilot({ person: person('contractor') })).toBe(true);
  });

  it('whom not: an exception outweighs a group that is named', async () => {
    const but = await forbidding({ appliesTo: ['employee'], exceptGroups: ['payroll'] });
    expect(but({ person: person('employee', 'payroll') })).toBe(false);
    expect(but({ person: person('employee') })).toBe(true);
    expect(but({ person: person('contractor') })).toBe(false);
  });

  it('where: it holds in the places that it names', async () => {
    const shared = await forbidding({ places: ['channel', 'shared'] });
    expect((['direct', 'group', 'channel', 'shared'] as const).map((place) => shared({ place }))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('when: from its beginning on, up to its end, to the millisecond', async () => {
    const window = await forbidding({ from: iso(NOON), until: iso(NOON + HOUR) });
    const at = [NOON - 1, NOON, NOON + HOUR - 1, NOON + HOUR];
    expect(at.map((now) => window({ now }))).toEqual([false, true, true, false]);
  });

  it('break-glass: it forbids nothing until the time is over, and again from then on by itself', async () => {
    const suspended = await forbidding({ suspendedUntil: iso(NOON + HOUR) });
    expect([NOON, NOON + HOUR - 1, NOON + HOUR].map((now) => suspended({ now }))).toEqual([false, false, true]);
  });

  it('the refusal carries its words, whom to ask and the right', async () => {
    const said = {
      words: { en: 'Closed.', de: 'Zu.' },
      contact: { en: 'the HR desk' },
      rights: { de: 'Du darfst das schriftlich verlangen.' },
    };
    const policy = await fixturePolicy({ restrictions: [restriction({ ...said, exceptGroups: [] })] });
    expect(policy.decide(request({ action: 'salary.payslip' }))).toMatchObject({ why: 'forbidden', ...said });
  });
});
