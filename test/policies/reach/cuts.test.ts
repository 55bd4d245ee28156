import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PolicyRequest } from '../../../src/core/types.ts';
import { COUNTRIES } from '../../../src/policies/countries.ts';
import { decideBy } from '../../../src/policies/decide.ts';
import { createEngine } from '../../../src/policies/engine.ts';
import { type Cells, cellsOf } from '../../../src/policies/reach/cells.ts';
import { standIn } from '../../../src/policies/reach/cuts.ts';
import { mentionsOf } from '../../../src/policies/reach/mentions.ts';
import { EVER } from '../../../src/policies/reach/time-cut.ts';
import { checkRequest } from '../../../src/policies/request.ts';
import { KINDS, PLACES, PLATFORMS, RELATIONS } from '../../../src/policies/schema.ts';
import { type Rule, slicesOf } from '../../../src/policies/slices.ts';
import { NOON, person, recordingLog, request } from '../support.ts';
import { actions, catalogue, known, read, rulesOf, schema } from './support.ts';

const ACTION = 'salary.payslip';

const cells = (rules: readonly Rule[]): Cells => cellsOf({ action: ACTION, topic: 'salary', rules, known, span: EVER });

/** The cells of one permit with this condition. */
const of = (condition: string): Cells =>
  cells(rulesOf(`@id("one") permit (principal, action in Action::"salary", resource) when { ${condition} };`));

const OPERATORS = ['==', '!=', '<', '<=', '>', '>='] as const;
const HOURS_SINCE = Array.from({ length: 400 }, (_, hour) => NOON + hour * 3_600_000 - 5_000_000);

const groups = fc.constantFrom('employee', 'manager', 'payroll', 'contractor', 'guest', 'night-shift');
const places = fc.constantFrom(...PLACES);
const count = fc.nat(8);
const operator = fc.constantFrom(...OPERATORS);
const moment = fc.constantFrom(
  'datetime("2026-11-12")',
  'datetime("2026-11-14T13:00:00Z")',
  'datetime("2026-11-14T13:00:00.500Z")',
  'datetime("2026-11-20T13:00:00+0100")',
);

/** Conditions in every form that Cedar has and this schema allows, some of which nothing can be cut by. */
const condition: fc.Arbitrary<string> = fc.letrec<{ it: string; atom: string }>((tie) => ({
  it: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('atom'),
    fc
      .tuple(tie('it'), fc.constantFrom('&&', '||'), tie('it'))
      .map(([left, how, right]) => `(${left} ${how} ${right})`),
    tie('it').map((it) => `!(${it})`),
    fc.tuple(tie('it'), tie('it'), tie('it')).map(([one, two, three]) => `(if ${one} then ${two} else ${three})`),
  ),
  atom: fc.oneof(
    groups.map((it) => `principal in Group::"${it}"`),
    fc.tuple(groups, groups).map(([left, right]) => `principal in [Group::"${left}", Group::"${right}"]`),
    groups.map((it) => `principal is User in Group::"${it}"`),
    fc.constantFrom('erin', 'carl').map((it) => `principal == User::"${it}"`),
    fc.constantFrom(...KINDS).map((it) => `principal.kind == Kind::"${it}"`),
    fc.constantFrom('DE', 'US', 'FR').map((it) => `principal.country == "${it}"`),
    fc.constantFrom('DE', 'US').map((it) => `["${it}", "AT"].contains(principal.country)`),
    fc.constantFrom('D*', '*E', 'US').map((it) => `principal.country like "${it}"`),
    fc.tuple(fc.constantFrom('==', '!='), places).map(([how, it]) => `context.place ${how} Place::"${it}"`),
    fc.tuple(places, places).map(([left, right]) => `[Place::"${left}", Place::"${right}"].contains(context.place)`),
    places.map((it) => `{ where: context.place }.where == Place::"${it}"`),
    fc
      .tuple(groups, places, places)
      .map(
        ([group, one, two]) =>
          `(if principal in Group::"${group}" then context.place else Place::"${one}") == Place::"${two}"`,
      ),
    places.map((it) => `context.place in Place::"${it}"`),
    fc.constantFrom(...PLATFORMS).map((it) => `context.platform != Platform::"${it}"`),
    fc.constantFrom(...RELATIONS).map((it) => `[context.relation].contains(Relation::"${it}")`),
    fc.constant('context has signInAgeMinutes'),
    fc
      .tuple(operator, count)
      .map(([how, it]) => `(context has signInAgeMinutes && context.signInAgeMinutes ${how} ${it})`),
    fc.tuple(operator, count).map(([how, it]) => `context.denials ${how} ${it}`),
    fc.tuple(count, operator).map(([it, how]) => `${it} ${how} context.denials`),
    fc.tuple(operator, count).map(([how, it]) => `context.denials * 2 - 1 ${how} ${it}`),
    fc.tuple(operator, count).map(([how, it]) => `-context.denials ${how} -${it}`),
    fc.constantFrom('==', '<').map((how) => `context.denials ${how} context.hour`),
    fc.tuple(operator, fc.nat(23)).map(([how, it]) => `context.hour ${how} ${it}`),
    fc.tuple(fc.nat(23), fc.nat(23)).map(([one, two]) => `[${one}, ${two}].contains(context.hour)`),
    fc.tuple(operator, moment).map(([how, it]) => `context.now ${how} ${it}`),
    fc.tuple(moment, operator).map(([it, how]) => `${it} ${how} context.now`),
    fc.tuple(operator, fc.nat(8)).map(([how, it]) => `context.weekday ${how} ${it}`),
    fc
      .tuple(fc.constantFrom('asked', 'refused'), fc.constantFrom('salary', 'leave'))
      .map(([set, it]) => `context.${set}.contains(Topic::"${it}")`),
    fc
      .tuple(fc.constantFrom('containsAny', 'containsAll'), fc.constantFrom('salary', 'help'))
      .map(([how, it]) => `context.asked.${how}([Topic::"${it}", Topic::"leave"])`),
    fc.constantFrom('salary', 'leave').map((it) => `[Topic::"${it}"].containsAll(context.asked)`),
    fc.constantFrom(
      'context.refused.isEmpty()',
      'context.asked == context.refused',
      'context.asked.containsAny(context.refused)',
    ),
    fc.constantFrom('8h', '13h30m').map((it) => `context.now.toTime() < duration("${it}")`),
    fc.constantFrom('salary', 'leave').map((it) => `action in Action::"${it}"`),
    fc.constant('resource == Person::"subject"'),
  ),
})).it;

const ruleTexts = fc
  .array(
    fc.record({
      effect: fc.constantFrom('permit', 'permit', 'forbid'),
      who: fc.oneof(
        fc.constant('principal'),
        groups.map((it) => `principal in Group::"${it}"`),
        groups.map((it) => `principal is User in Group::"${it}"`),
        fc.constant('principal == User::"erin"'),
      ),
      when: condition,
      unless: fc.option(condition, { freq: 3 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((rules) =>
    rules
      .map(
        ({ effect, who, when, unless }, at) =>
          `@id("r-${at}") ${effect} (${who}, action in Action::"salary", resource) when { ${when} }${unless === null ? '' : ` unless { ${unless} }`};`,
      )
      .join('\n'),
  );

const requests: fc.Arbitrary<PolicyRequest> = fc.record({
  person: fc.record({
    id: fc.constantFrom('erin', 'carl', 'mona'),
    kind: fc.constantFrom(...KINDS),
    groups: fc.subarray(['payroll', 'manager', 'hr', 'night-shift', 'guest', 'Team One']),
    country: fc.constantFrom('DE', 'US', 'FR', 'AT', 'ZW', 'ZZ'),
    fresh: fc.constant(true),
  }),
  action: fc.constant(ACTION),
  about: fc.constantFrom(...RELATIONS),
  platform: fc.constantFrom(...PLATFORMS),
  place: fc.constantFrom(...PLACES),
  signInAgeMinutes: fc.oneof(fc.constant(null), fc.nat(10), fc.constantFrom(-1, 2.5, 1e12)),
  denials: fc.nat(10),
  asked: fc.subarray(['salary', 'leave', 'help', 'weather']),
  refused: fc.subarray(['salary', 'leave', 'help']),
  now: fc.constantFrom(...HOURS_SINCE),
});

describe('the cuts', () => {
  it('leave every decision as it is: the request that stands for another is decided like it, and is one of the cells', () => {
    const counts = { read: 0, permits: 0, replaced: 0, listed: 0 };
    fc.assert(
      fc.property(ruleTexts, fc.array(requests, { minLength: 25, maxLength: 25 }), (text, asked) => {
        const { rules, findings } = read(text);
        // The validator refuses what can never hold; the rest is what may come into force.
        if (findings.length > 0) return;
        counts.read += 1;
        const { cuts, count: number, request: cell } = cells(rules);
        const engine = createEngine({ schema, log: recordingLog().log });
        engine.load({ slices: slicesOf(rules, actions), verify: () => {} });
        const notes = new Map(rules.map((rule) => [rule.id, rule.notes]));
        const decide = (it: PolicyRequest) => {
          const checked = checkRequest(it, known);
          return checked === null ? null : decideBy({ ask: engine.ask, notes, request: checked });
        };
        const listed =
          number === null || number > 3_000
            ? null
            : new Set(Array.from({ length: number }, (_, at) => JSON.stringify(standIn(cell(at), cuts))));
        for (const original of asked) {
          const standing = standIn(original, cuts);
          const decision = decide(original);
          expect({ text, original, decision: decide(standing) }).toEqual({ text, original, decision });
          if (decision?.effect === 'permit') counts.permits += 1;
          if (JSON.stringify(standing) !== JSON.stringify(original)) counts.replaced += 1;
          if (listed === null || decision === null) continue;
          counts.listed += 1;
          expect(listed).toContain(JSON.stringify(standing));
        }
      }),
      { numRuns: 250 },
    );
    expect(counts.read).toBeGreaterThan(60);
    expect(counts.permits).toBeGreaterThan(200);
    expect(counts.replaced).toBeGreaterThan(1_000);
    expect(counts.listed).toBeGreaterThan(200);
  }, 120_000);

  it('leave two requests where the rules read nothing: outsiders are never told what would help', () => {
    const { count, request: cell } = of('true');
    expect(count).toBe(2);
    expect([cell(0), cell(1)].map((it) => it.person.kind)).toEqual(['employee', 'guest']);
  });

  it.each([
    ['groups', 'principal in [Group::"payroll", Group::"manager"]', 4],
    ['a kind that is named as a group', 'principal in Group::"employee"', 1.5],
    ['kinds', '[Kind::"guest", Kind::"external"].contains(principal.kind)', 1.5],
    ['a place, and the other three together', 'context.place == Place::"direct"', 2],
    ['a relation', 'context.relation != Relation::"self"', 2],
    ['a country and any other', 'principal.country == "DE"', 2],
    ['a person by name and anybody else', 'principal == User::"erin"', 2],
    [
      'a sign-in: missing, up to the limit, above it',
      'context has signInAgeMinutes && context.signInAgeMinutes <= 15',
      3,
    ],
    ['a sign-in that only must exist', 'context has signInAgeMinutes', 2],
    ['a number below, at and above a constant', 'context.denials == 5', 3],
    ['a limit', '5 > context.denials', 2],
    ['hours that are listed', '[8, 9].contains(context.hour)', 4],
    ['days of the week', 'context.weekday >= 6', 2],
    ['a topic that was asked about', 'context.asked.contains(Topic::"salary")', 2],
    [
      'topics that were asked about and refused, all those named of either',
      'context.asked.containsAny([Topic::"salary"]) || context.refused.contains(Topic::"leave")',
      16,
    ],
    ['all topics, where it is read how many they are', 'context.refused.isEmpty()', 2 ** catalogue.topics.size],
    ['a moment', 'context.now < datetime("2026-12-31")', 2],
    [
      'moments, hours and places multiplied',
      'context.now < datetime("2026-12-31") && context.hour > 5 && context.place == Place::"direct"',
      8,
    ],
  ])('tell apart %s', (_, condition, expected) => {
    // Twice as many: for insiders and outsiders.
    expect(of(condition).count).toBe(2 * expected);
  });

  it('list no hour that a stretch of time does not have', () => {
    // Of the two hours between the moments only the first is below 13.
    const { count } = of(
      'context.now >= datetime("2026-11-12T12:00:00Z") && context.now < datetime("2026-11-12T12:30:00Z") && context.hour < 13',
    );
    expect(count).toBe(2 * 5);
  });

  it.each([
    ['a sum', 'context.denials + 1 > 5'],
    ['two numbers beside each other', 'context.denials < context.hour'],
    ['a time of day', 'context.now.toTime() < duration("8h")'],
  ])('have no end where rules read %s', (_, condition) => {
    expect(of(condition).count).toBeNull();
  });

  it('keep every country where a pattern is read', () => {
    expect(of('principal.country like "D*"').count).toBe(2 * COUNTRIES.size);
  });

  it('read an expression that nobody knows as if it could tell everything apart that stands in it', () => {
    const later = (expression: unknown) =>
      mentionsOf([
        {
          effect: 'permit',
          principal: { op: 'All' },
          action: { op: 'All' },
          resource: { op: 'All' },
          conditions: [{ kind: 'when', body: expression as never }],
        },
      ]);
    const country = { '.': { left: { Var: 'principal' }, attr: 'country' } };
    const hour = { '.': { left: { Var: 'context' }, attr: 'hour' } };
    expect(later({ matches: { left: country, like: [{ Value: 'DE' }] } }).reads.get('country')).toBe('whole');
    expect(later({ modulo: [hour, { Value: 2 }] }).reads.get('hour')).toBe('whole');
    expect(later({ anyOf: { of: { Var: 'principal' }, tag: 'x' } }).everything).toBe(true);
    expect(later({ '.': { left: { Var: 'context' }, attr: 'moonPhase' } }).everything).toBe(true);
    expect(later({ '==': { left: { Var: 'context' }, right: { Record: {} } } }).everything).toBe(true);
    expect(later({ fresh: { name: 'place' } }).reads.get('place')).toBe('whole');
  });

  it('leave a request that is none as it is, so that it is refused as before', () => {
    const { cuts } = of('principal.country == "DE" && context.denials < 5');
    for (const odd of [
      request({ person: { ...person('employee'), country: 'ZZ' } }),
      request({ denials: Number.NaN }),
      request({ denials: 1.5 }),
      request({ denials: -1 }),
      request({ signInAgeMinutes: Number.NaN }),
      request({ now: Number.NaN }),
    ])
      expect(checkRequest(standIn(odd, cuts), known)).toBeNull();
  });
});
