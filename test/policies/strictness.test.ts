import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PolicyRequest, Restriction } from '../../src/core/types.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { freshCedar, wholeSet } from '../../src/policies/engine.ts';
import { cedarRequest, checkRequest } from '../../src/policies/request.ts';
import { ruleOf } from '../../src/policies/restriction-rule.ts';
import { actionsOf, KINDS, knownOf, PLACES, schemaOf } from '../../src/policies/schema.ts';
import { compareRestrictions } from '../../src/policies/strictness.ts';
import { FIXTURE, NOON, person, request, restriction } from './support.ts';

const catalogue = loadCatalogue({ folders: [FIXTURE] });
const actions = actionsOf(catalogue);
const HOUR = 3_600_000;
const at = (hours: number): string => new Date(NOON + hours * HOUR).toISOString();

const compare = (before: readonly Restriction[], after: readonly Restriction[], now = NOON) =>
  compareRestrictions({ before, after, now, actions });

/** One restriction that becomes another. */
const changed = (before: Partial<Restriction>, after: Partial<Restriction>): string =>
  compare([restriction({ exceptGroups: [], ...before })], [restriction({ exceptGroups: [], ...after })]);

describe('a change of restrictions', () => {
  it.each<[string, Partial<Restriction>, Partial<Restriction>]>([
    ['an intent becomes its topic', { forbids: ['salary.payslip'] }, { forbids: ['salary'] }],
    ['a topic is added', { forbids: ['salary'] }, { forbids: ['salary', 'leave'] }],
    ['a group of those it touches is added', { appliesTo: ['hr'] }, { appliesTo: ['hr', 'manager'] }],
    ['everybody is touched instead of a pilot group', { appliesTo: ['hr'] }, {}],
    ['an exception goes', { exceptGroups: ['payroll', 'hr'] }, { exceptGroups: ['payroll'] }],
    ['a place is added', { places: ['channel'] }, { places: ['channel', 'shared'] }],
    ['it holds everywhere', { places: ['channel'] }, {}],
    ['a country is added', { countries: ['DE'] }, { countries: ['DE', 'FR'] }],
    ['it begins sooner', { from: at(5) }, { from: at(3) }],
    ['it ends later', { until: at(5) }, { until: at(6) }],
    ['it never ends', { until: at(5) }, {}],
    ['a suspension ends sooner', { suspendedUntil: at(3) }, { suspendedUntil: at(2) }],
  ])('R29 is stricter, and the other way round weaker, where %s', (_, before, after) => {
    expect([changed(before, after), changed(after, before)]).toEqual(['stricter', 'weaker']);
  });

  it.each<[string, Partial<Restriction>, Partial<Restriction>]>([
    ['it is renamed', { id: 'freeze', title: 'Freeze' }, { id: 'frost', title: 'Frost' }],
    ['its words change', { words: { en: 'Closed.' } }, { words: { de: 'Zu.' }, contact: { en: 'HR' } }],
    [
      'an intent of a topic that it names is named as well',
      { forbids: ['salary'] },
      { forbids: ['salary', 'salary.payday'] },
    ],
    ['every place is named instead of none', {}, { places: PLACES }],
    ['every kind of people is named instead of nobody', {}, { appliesTo: KINDS }],
    ['it began long ago, and nothing of that is left to say', { from: at(-5) }, { from: null }],
    ['a suspension is over', { suspendedUntil: at(-1) }, {}],
  ])('R29 is the same where %s', (_, before, after) => {
    expect([changed(before, after), changed(after, before)]).toEqual(['same', 'same']);
  });

  it('R29 is the same where one is split by topic or by place, and weaker where a part is left out', () => {
    const whole = [restriction({ forbids: ['leave', 'salary'], places: ['direct', 'channel'] })];
    const part = (id: string, ...forbids: readonly string[]) =>
      restriction({ id, forbids, places: ['direct', 'channel'] });
    expect(compare(whole, [part('a', 'leave'), part('b', 'salary')])).toBe('same');
    expect(compare(whole, [part('a', 'leave'), part('b', 'salary.payslip', 'salary.payday')])).toBe('weaker');
    expect(
      compare(whole, [
        { ...part('a', 'leave', 'salary'), places: ['direct'] },
        { ...part('b', 'leave', 'salary'), places: ['channel'] },
      ]),
    ).toBe('same');
  });

  it('R29 is nothing where what goes forbids nobody anything any more', () => {
    for (const nothing of [
      { until: at(0) },
      { until: at(-9) },
      { exceptGroups: KINDS },
      { appliesTo: ['hr'], exceptGroups: ['hr'] },
      { suspendedUntil: at(4), until: at(3) },
    ]) {
      expect(compare([restriction(nothing)], [])).toBe('same');
    }
    expect(compare([restriction({ until: at(0.001) })], [])).toBe('weaker');
    expect(compare([restriction()], [])).toBe('weaker');
    expect(compare([], [restriction()])).toBe('stricter');
  });

  it('R29 that is called the same or stricter permits nothing that was refused, by Cedar itself', () => {
    const hours = [-2, -1, 1, 2, 3];
    const time = fc.option(fc.constantFrom(...hours).map(at), { freq: 2 });
    const some = <T>(...values: readonly T[]) => fc.subarray([...values]);
    const any = fc.record({
      forbids: fc.subarray(['salary', 'salary.payslip', 'salary.payday', 'leave', 'leave.balance'], { minLength: 1 }),
      appliesTo: some('employee', 'contractor', 'guest', 'external', 'payroll', 'hr'),
      exceptGroups: fc.oneof(fc.constant([]), some('employee', 'contractor', 'payroll', 'hr')),
      places: some(...PLACES),
      countries: some('DE', 'US'),
      from: time,
      until: time,
      suspendedUntil: time,
    });
    const restrictions = fc
      .array(any, { maxLength: 3 })
      .map((list) => list.map((it, n) => restriction({ ...it, id: `r${n}` })));
    /** Mostly near to each other, or nothing would ever be stricter. */
    const pairs = fc.oneof(
      fc.tuple(restrictions, restrictions),
      fc
        .tuple(
          restrictions,
          fc.constantFrom<keyof Restriction>(
            'appliesTo',
            'exceptGroups',
            'places',
            'countries',
            'from',
            'until',
            'suspendedUntil',
            'forbids',
          ),
          any,
        )
        .map(
          ([list, field, other]) =>
            [list, list.map((it) => ({ ...it, [field]: other[field as keyof typeof other] }))] as const,
        ),
      fc
        .tuple(restrictions, restrictions)
        .map(([list, more]) => [list, [...list, ...more.map((it) => ({ ...it, id: `m${it.id}` }))]] as const),
    );
    const requests: fc.Arbitrary<PolicyRequest> = fc
      .record({
        kind: fc.constantFrom(...KINDS),
        groups: some('payroll', 'hr'),
        country: fc.constantFrom('DE', 'US', 'FR'),
        action: fc.constantFrom(...actions.keys()),
        place: fc.constantFrom(...PLACES),
        hours: fc.constantFrom(0, 0.5, 1, 1.5, 2, 2.5, 3, 99),
      })
      .map(({ kind, groups, country, action, place, hours: after }) =>
        request({ action, place, now: NOON + after * HOUR, person: { ...person(kind, ...groups), country } }),
      );
    const cedar = freshCedar();
    const permitted = (list: readonly Restriction[], asked: readonly PolicyRequest[]): readonly boolean[] => {
      const rules = list.map(ruleOf).map(({ id, json }) => [id, json] as const);
      const all = { all: 'permit (principal, action, resource);', ...Object.fromEntries(rules) };
      const ask = wholeSet(cedar, schemaOf(catalogue), all);
      return asked.map((it) => {
        const checked = checkRequest(it, knownOf(catalogue));
        if (checked === null) throw new Error('A request of the test is none.');
        return ask(it.action, cedarRequest(checked)).kind === 'permit';
      });
    };
    const seen = { same: 0, stricter: 0, weaker: 0 };
    fc.assert(
      fc.property(pairs, fc.array(requests, { minLength: 30, maxLength: 30 }), ([before, after], asked) => {
        const found = compare(before, after);
        seen[found] += 1;
        if (found === 'weaker') return;
        const [was, is] = [permitted(before, asked), permitted(after, asked)];
        for (const [n, now] of is.entries()) {
          if (now) expect({ before, after, asked: asked[n], was: was[n] }).toMatchObject({ was: true });
          if (found === 'same') expect(now).toBe(was[n]);
        }
      }),
      { numRuns: 400 },
    );
    expect(seen.same).toBeGreaterThan(20);
    expect(seen.stricter).toBeGreaterThan(40);
    expect(seen.weaker).toBeGreaterThan(40);
  });
});
