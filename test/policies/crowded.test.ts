import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PolicyRequest } from '../../src/core/types.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { crowdedOf } from '../../src/policies/crowded.ts';
import { createEngine, freshCedar, wholeSet } from '../../src/policies/engine.ts';
import { cedarRequest, checkRequest } from '../../src/policies/request.ts';
import { ruleOf } from '../../src/policies/restriction-rule.ts';
import { readRules } from '../../src/policies/rules.ts';
import { actionsOf, KINDS, knownOf, PLACES, RELATIONS, schemaOf } from '../../src/policies/schema.ts';
import { slicesOf } from '../../src/policies/slices.ts';
import { FIXTURE, fixturePolicy, NOON, person, recordingLog, request, restriction } from './support.ts';

const catalogue = loadCatalogue({ folders: [FIXTURE] });
const actions = actionsOf(catalogue);
const known = knownOf(catalogue);
const schema = schemaOf(catalogue);

const SCOPES = [
  'principal',
  'principal is User',
  'principal == User::"someone"',
  'principal is User in Group::"hr"',
  ...['employee', 'contractor', 'guest', 'manager', 'hr', 'payroll', 'night-shift'].map(
    (group) => `principal in Group::"${group}"`,
  ),
];
const ACTIONS = [
  'action',
  'action in Action::"leave"',
  'action == Action::"leave.balance"',
  'action in Action::"salary"',
  'action in [Action::"leave.balance", Action::"salary.payslip", Action::"data:pay"]',
];
const CONDITIONS = [
  '',
  'when { context.place == Place::"direct" }',
  'when { context.relation == Relation::"self" }',
  'unless { principal in Group::"payroll" }',
  'when { context has signInAgeMinutes && context.signInAgeMinutes <= 15 }',
  'when { context.asked.contains(Topic::"salary") }',
  // Fails where it is evaluated at all: it must fail in the same cases.
  'when { context.denials + 9223372036854775807 > 0 }',
];

/** Enough rules for an action to be crowded, of every form; those that fail are for few, or nothing would ever be decided. */
const textOf = (seed: number): string =>
  Array.from({ length: 150 }, (_, n) => {
    const at = (n * 7 + seed) % 1_009;
    const failing = n % 37 === 5;
    const scope = failing ? 'principal in Group::"night-shift"' : SCOPES[at % SCOPES.length];
    const when = failing ? CONDITIONS.at(-1) : CONDITIONS[(at >> 2) % (CONDITIONS.length - 1)];
    const effect = n % 31 === 3 ? 'forbid' : 'permit';
    const action = ACTIONS[(at >> 1) % ACTIONS.length];
    return `@id("r${n}") ${effect === 'permit' ? '@show("view")' : '@priority("3")'} ${effect} (${scope}, ${action}, resource) ${when};`;
  }).join('\n');

const requests: fc.Arbitrary<PolicyRequest> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    groups: fc.subarray(['manager', 'hr', 'payroll', 'night-shift', 'employee', 'Team One']),
    id: fc.constantFrom('someone', 'else'),
    action: fc.constantFrom(...actions.keys()),
    about: fc.constantFrom(...RELATIONS),
    place: fc.constantFrom(...PLACES),
    signInAgeMinutes: fc.option(fc.nat(20)),
    denials: fc.nat(1),
    asked: fc.subarray(['salary', 'leave']),
  })
  .map(({ kind, groups, id, ...rest }) => request({ ...rest, person: { ...person(kind, ...groups), id } }));

describe('an action with very many rules', () => {
  it('R21 is answered for the commonest sorts of people from fewer, with the same answer and the same reasons', () => {
    const cedar = freshCedar();
    const seen = new Map<string, number>();
    for (const seed of [1, 2, 3]) {
      const { rules, findings } = readRules(cedar, {
        schema,
        actions: [...actions],
        files: [{ file: 'many', text: textOf(seed) }],
        restrictions: [ruleOf(restriction({ exceptGroups: ['hr'] }))],
      });
      expect(findings).toEqual([]);
      const restricting = rules.filter(({ id }) => id.startsWith('hr:'));
      const own = rules.filter(({ id }) => !id.startsWith('hr:'));
      const crowded = crowdedOf(own, actions);
      const whole = slicesOf(rules, actions);
      const hr = slicesOf(restricting, actions);
      expect(crowded.sets.size).toBeGreaterThan(4);
      const engine = createEngine({ schema, log: recordingLog().log, setFor: crowded.setFor });
      const further = [...crowded.sets].flatMap(([action, sets]) =>
        [...sets].map(([name, set]) => [name, { ...set, ...hr.get(action) }] as const),
      );
      engine.load({ slices: new Map([...whole, ...further]), verify: () => {} });
      const all = wholeSet(cedar, schema, Object.fromEntries(rules.map(({ id, source }) => [id, source])));
      fc.assert(
        fc.property(requests, (asked) => {
          const checked = checkRequest(asked, known);
          if (checked === null) throw new Error('A request of the test is none.');
          const posed = cedarRequest(checked);
          const answer = engine.ask(asked.action, posed);
          expect({ asked, answer }).toEqual({ asked, answer: all(asked.action, posed) });
          const from = crowded.setFor(asked.action, posed) === asked.action ? 'whole' : 'fewer';
          for (const key of [answer.kind, from]) seen.set(key, (seen.get(key) ?? 0) + 1);
        }),
        { numRuns: 300 },
      );
    }
    for (const key of ['permit', 'refuse', 'rule-error', 'whole', 'fewer']) {
      expect(seen.get(key) ?? 0).toBeGreaterThan(10);
    }
  }, 60_000);

  it('R6 is prepared under a bounded number of names, and R12 those that stand for fewer are smaller', async () => {
    const policy = await fixturePolicy({ rules: textOf(1) });
    const { crowded, slices } = policy.pack;
    for (const [action, sets] of crowded.sets) {
      expect(sets.size).toBeLessThanOrEqual(12);
      const whole = Object.keys(slices.get(action) ?? {}).length;
      for (const set of sets.values()) expect(Object.keys(set).length).toBeLessThan(whole);
    }
  });

  it('R23 takes a restriction and gives it back for every sort of people at once', async () => {
    const rules = Array.from(
      { length: 60 },
      (_, n) =>
        `@id("r${n}") permit (principal in Group::"${['employee', 'hr', 'manager'][n % 3]}", action in Action::"leave", resource) when { context.denials < ${n + 5} };`,
    ).join('\n');
    const policy = await fixturePolicy({ rules });
    const sorts = [[], ['hr'], ['manager'], ['hr', 'manager'], ['payroll', 'hr', 'manager']];
    const effects = () =>
      sorts.map((groups) => policy.decide(request({ person: person('employee', ...groups), now: NOON })).effect);
    const before = effects();
    expect(before).toEqual(sorts.map(() => 'permit'));
    const closed = [restriction({ forbids: ['leave'], exceptGroups: [] })];
    await policy.apply({ restrictions: closed, version: 2, hash: (await policy.check(closed)).hash });
    expect(effects()).toEqual(sorts.map(() => 'refuse'));
    await policy.apply({ restrictions: [], version: 3, hash: null });
    expect(effects()).toEqual(before);
  });
});
