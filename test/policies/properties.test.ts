import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PolicyRequest } from '../../src/core/types.ts';
import type { RulesInForce } from '../../src/policies/authorise.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { createEngine, freshCedar } from '../../src/policies/engine.ts';
import { cedarRequest, checkRequest } from '../../src/policies/request.ts';
import { restrictionFromForm } from '../../src/policies/restriction-form.ts';
import { ruleOf } from '../../src/policies/restriction-rule.ts';
import { splitRules } from '../../src/policies/rule-text.ts';
import { type CheckedRules, readRules } from '../../src/policies/rules.ts';
import { actionsOf, KINDS, knownOf, PLACES, PLATFORMS, RELATIONS, schemaOf } from '../../src/policies/schema.ts';
import { slicesOf } from '../../src/policies/slices.ts';
import { FIXTURE, fixturePolicy, NOON, recordingLog } from './support.ts';

const catalogue = loadCatalogue({ folders: [FIXTURE] });
const schema = schemaOf(catalogue);
const actions = actionsOf(catalogue);
const known = knownOf(catalogue);
const text = readFileSync(join(FIXTURE, 'rules.cedar'), 'utf8');
const cedar = freshCedar();

const check = (rules: string): CheckedRules =>
  readRules(cedar, { schema, actions: [...actions], files: [{ file: 'rules', text: rules }], restrictions: [] });

const requests: fc.Arbitrary<PolicyRequest> = fc.record({
  person: fc.record({
    id: fc.stringMatching(/^[a-z0-9._:-]{1,20}$/),
    kind: fc.constantFrom(...KINDS),
    groups: fc.subarray(['payroll', 'manager', 'hr', 'night-shift', 'employee', 'guest', 'Team One']),
    country: fc.constantFrom('DE', 'US', 'FR'),
    fresh: fc.boolean(),
  }),
  action: fc.constantFrom(...actions.keys()),
  about: fc.constantFrom(...RELATIONS),
  platform: fc.constantFrom(...PLATFORMS),
  place: fc.constantFrom(...PLACES),
  signInAgeMinutes: fc.option(fc.nat(30)),
  denials: fc.nat(7),
  asked: fc.subarray(['salary', 'leave']),
  refused: fc.subarray(['salary', 'leave']),
  now: fc.integer({ min: 0, max: 23 }).map((hour) => NOON + hour * 3_600_000),
});

/** Each takes something away from whoever asks; none may open what was closed. */
const weakenings: readonly ((request: PolicyRequest) => PolicyRequest)[] = [
  (request) => ({ ...request, signInAgeMinutes: null }),
  (request) => ({ ...request, signInAgeMinutes: (request.signInAgeMinutes ?? 0) + 1_000 }),
  (request) => ({ ...request, place: 'shared' }),
  (request) => ({ ...request, about: 'other' }),
  (request) => ({ ...request, denials: request.denials + 5 }),
  (request) => ({ ...request, person: { ...request.person, groups: [] } }),
  (request) => ({
    ...request,
    person: { ...request.person, groups: [...request.person.groups, 'employee', 'Team Two', '\ud800'] },
  }),
  (request) => ({ ...request, person: { ...request.person, kind: 'guest' } }),
  (request) => ({ ...request, person: { ...request.person, kind: 'external' } }),
  (request) => ({ ...request, person: { ...request.person, id: `${request.person.id}"` } }),
  (request) => ({ ...request, action: `${request.action} ` }),
  (request) => ({ ...request, person: { ...request.person, country: 'ZZ' } }),
  (request) => ({ ...request, person: { ...request.person, fresh: false } }),
];

describe('whatever happens to a request', () => {
  let policy: RulesInForce;
  beforeAll(async () => {
    policy = await fixturePolicy();
  });

  it('takes nothing away and gives a permit', () => {
    let permits = 0;
    fc.assert(
      fc.property(requests, fc.constantFrom(...weakenings), (request, weaken) => {
        if (policy.decide(weaken(request)).effect !== 'permit') return;
        permits += 1;
        expect(policy.decide(request).effect).toBe('permit');
      }),
      { numRuns: 1_000 },
    );
    expect(permits).toBeGreaterThan(20);
  });

  it('and who asks is known from before only: it permits nothing more, and of the permitted only what is not sensitive', () => {
    const counts = { kept: 0, stale: 0 };
    fc.assert(
      fc.property(requests, (request) => {
        const from = (fresh: boolean) => policy.decide({ ...request, person: { ...request.person, fresh } });
        const [known, before] = [from(true), from(false)];
        if (before.effect === 'permit') {
          counts.kept += 1;
          expect(before).toEqual(known);
          expect(before.obligations).toMatchObject({ show: 'message', expiresSeconds: null });
        } else if (known.effect === 'permit') {
          counts.stale += 1;
          expect(before).toEqual({
            effect: 'refuse',
            why: 'stale',
            rules: [],
            helps: null,
            words: {},
            contact: {},
            rights: {},
          });
        } else if (before.why !== 'stale') {
          expect(before).toEqual({ ...known, helps: before.helps });
        } else {
          expect(known.helps).not.toBeNull();
        }
      }),
      { numRuns: 1_000 },
    );
    expect(counts.kept).toBeGreaterThan(20);
    expect(counts.stale).toBeGreaterThan(5);
  });

  it('is refused without a throw where any part of it is replaced by anything', () => {
    const parts = ['action', 'about', 'platform', 'place', 'denials', 'now', 'person'] as const;
    const personParts = ['id', 'kind', 'country', 'groups', 'fresh'] as const;
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\ud800', 'a\udc00b', '__proto__', 'constructor', ''),
      fc.double(),
      fc.bigInt(),
      fc.constant(null),
      fc.constant(undefined),
      fc.constant({}),
      fc.constant(Symbol('any')),
    );
    fc.assert(
      fc.property(
        requests,
        anything,
        fc.constantFrom(...parts),
        fc.constantFrom(...personParts),
        (request, value, part, own) => {
          const changed =
            part === 'person'
              ? { ...request, person: { ...request.person, [own]: value } }
              : { ...request, [part]: value };
          const decision = policy.decide(changed as PolicyRequest);
          if (decision.effect === 'permit') {
            // Only a value that fits its place may still be permitted.
            expect(checkRequest(changed as PolicyRequest, known)).not.toBeNull();
          } else expect(decision.why).not.toBe('engine');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('offers help only where the change that it names makes it a permit', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const decision = policy.decide(request);
        if (decision.effect !== 'refuse' || decision.helps === null) return;
        const changed: PolicyRequest = {
          ...request,
          ...(decision.helps.includes('sign-in') ? { signInAgeMinutes: 0 } : {}),
          ...(decision.helps.includes('private') ? { place: 'direct' } : {}),
        };
        expect(policy.decide(changed).effect).toBe('permit');
      }),
      { numRuns: 500 },
    );
  });
});

describe('whatever happens to the text of rules', () => {
  /** Words that rules and schema know; to misspell one of them must be noticed. Numbers and what people are told are not names. */
  const names = [
    ...text.matchAll(
      /Group|Action|Relation|Place|principal|action|resource|context|permit|forbid|when|unless|employee|payroll|guest|external|signInAgeMinutes|denials|hour|night-shift|salary\.payslip|data:pay|hold-reveal|self|direct|expires|redact|show|priority/g,
    ),
  ]
    .filter(
      (match) =>
        !text.slice(0, match.index).split('\n').at(-1)?.startsWith('@id') &&
        !text.slice(0, match.index).split('\n').at(-1)?.startsWith('//'),
    )
    .map((match) => ({ at: match.index, word: match[0] }));

  it('a misspelt name stops the load', () => {
    expect(names.length).toBeGreaterThan(60);
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat(),
        fc.constantFrom('q', 'z', 'j'),
        ({ at, word }, place, letter) => {
          const spot = at + (place % word.length);
          const misspelt = text.slice(0, spot) + letter + text.slice(spot + 1);
          expect({ misspelt, findings: check(misspelt).findings.length > 0 }).toEqual({ misspelt, findings: true });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('a letter that is lost stops the load or permits nothing more', () => {
    const samples = fc
      .sample(requests, { numRuns: 150, seed: 7 })
      .flatMap((request) => checkRequest(request, known) ?? []);
    /** By what decides, which is all of a rule but what it says and carries: most letters are of words and comments. */
    const asked = new Map<string, readonly boolean[]>();
    const permitted = (checked: CheckedRules): readonly boolean[] => {
      const decides = JSON.stringify(checked.rules.map(({ json }) => ({ ...json, annotations: null })));
      const before = asked.get(decides);
      if (before !== undefined) return before;
      const engine = createEngine({ schema, log: recordingLog().log, load: () => cedar });
      engine.load({ slices: slicesOf(checked.rules, actions), verify: () => {} });
      const permits = samples.map((request) => engine.ask(request.action, cedarRequest(request)).kind === 'permit');
      asked.set(decides, permits);
      return permits;
    };
    const original = permitted(check(text));
    expect(original.filter(Boolean).length).toBeGreaterThan(10);
    // A digit fewer, or >= that becomes >, makes a limit wider or narrower: that is another rule, not a broken one.
    const letters = Array.from(text.matchAll(/(?<![<>])=|[^0-9\s=]/g), (match) => match.index);
    const wider = letters.filter((at) => {
      const checked = check(text.slice(0, at) + text.slice(at + 1));
      return checked.findings.length === 0 && permitted(checked).some((it, index) => it && !original[index]);
    });
    expect(wider).toEqual([]);
  });

  it('cut off within a rule, it does not load', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), (length) => {
        const cut = text.slice(0, length);
        const rest = cut
          .slice(cut.lastIndexOf(';') + 1)
          .replace(/\/\/[^\n]*/g, '')
          .trim();
        expect(splitRules(cut).ok).toBe(rest === '');
      }),
      { numRuns: 500 },
    );
  });

  it('anything at all is split or refused, never thrown at', () => {
    const pieces = fc.array(
      fc.constantFrom('permit', '(', ')', '{', '}', '[', ']', '"', '\\', ';', '//', '\n', 'if ', '&&', '\ud800', 'é'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((it) => it.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (anything) => {
          const split = splitRules(anything);
          if (split.ok) for (const rule of split.rules) expect(anything).toContain(rule.text);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("whatever HR's form holds", () => {
  it('ends in findings or in a forbid that Cedar reads back unchanged', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'salary',
        'leave.balance',
        'payroll',
        'DE',
        'US',
        'x") ; permit(principal, action, resource); //',
      ),
      fc.string({ unit: 'binary' }),
    );
    const form = fc.record(
      {
        title: word,
        forbids: fc.array(word, { maxLength: 4 }),
        exceptGroups: fc.array(word, { maxLength: 3 }),
        countries: fc.array(word, { maxLength: 3 }),
        until: fc.oneof(fc.constant(null), fc.constant('2026-12-31T00:00:00.000Z'), word),
        words: fc.record({ en: word, de: word }, { requiredKeys: [] }),
        effect: fc.constant('permit'),
      },
      { requiredKeys: ['title', 'forbids'] },
    );
    const fitting = fc.record({
      title: fc.constant('Freeze'),
      forbids: fc.subarray(['salary', 'leave.balance', 'leave'], { minLength: 1 }),
      exceptGroups: fc.subarray(['payroll', 'hr', 'night-shift']),
      countries: fc.subarray(['DE', 'US']),
      words: fc.record({ en: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }) }),
    });
    let fine = 0;
    fc.assert(
      fc.property(fc.oneof(form, fitting), (input) => {
        const read = restrictionFromForm(input, catalogue);
        if (!read.ok) {
          expect(read.findings.length).toBeGreaterThan(0);
          return;
        }
        fine += 1;
        const { json } = ruleOf(read.restriction);
        const written = cedar.policyToText(json);
        const back = cedar.policyToJson(written.type === 'success' ? written.text : '');
        expect(back.type === 'success' ? back.json.effect : null).toBe('forbid');
        expect(back.type === 'success' ? back.json.annotations : null).toEqual(json.annotations);
      }),
      { numRuns: 400 },
    );
    expect(fine).toBeGreaterThan(50);
  });

  it('that it lets pass is a rule without a fault, whatever it says: so nobody who receives it need check it again', () => {
    const time = fc.option(
      fc
        .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
        .map((it) => it.toISOString()),
    );
    const said = fc.record(
      {
        en: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
        de: fc.constantFrom('Zu.', 'Для Ανna 中 "} ]);'),
      },
      { requiredKeys: [] },
    );
    const form = fc.record({
      title: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
      forbids: fc.subarray([...catalogue.topics.keys(), ...catalogue.intents.keys()], { minLength: 1 }),
      appliesTo: fc.subarray([...known.groups]),
      exceptGroups: fc.subarray([...known.groups]),
      places: fc.subarray([...PLACES]),
      countries: fc.subarray(['DE', 'US', 'FR', 'XK']),
      from: time,
      until: time,
      suspendedUntil: time,
      words: said,
      contact: said,
      rights: said,
    });
    let fine = 0;
    fc.assert(
      fc.property(form, (input) => {
        const read = restrictionFromForm(input, catalogue);
        if (!read.ok) return;
        fine += 1;
        const rules = readRules(cedar, {
          schema,
          actions: [...actions],
          files: [],
          restrictions: [ruleOf(read.restriction)],
        });
        expect({ input, findings: rules.findings }).toEqual({ input, findings: [] });
      }),
      { numRuns: 120 },
    );
    expect(fine).toBeGreaterThan(30);
  });
});
