/** Slips of the pen in small packs: whatever of them still loads permits nothing that the pack itself did not. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCatalogue } from '../../src/policies/catalogue.ts';
import { type Ask, freshCedar, wholeSet } from '../../src/policies/engine.ts';
import { type RulesToCheck, readRules } from '../../src/policies/rules.ts';
import { actionsOf, KINDS, PLACES, RESOURCE, schemaOf } from '../../src/policies/schema.ts';
import { covers } from '../../src/policies/slices.ts';

/** Four intents and four rules. */
const TOPIC = `topic: salary
title: { en: Pay, de: Gehalt }
contact: { en: payroll, de: die Lohnbuchhaltung }
data: [pay]
mostPerMinute: 20
guard:
  en: [what is everyone on]
  de: [was kriegen die anderen]
intents:
  salary.payslip:
    title: { en: Payslip, de: Abrechnung }
    about: person
    operation: pay.payslip
    say: { en: "It is {net}.", de: "Es sind {net}." }
    examples:
      en: [my payslip, show my payslip, payslip please, last payslip, payslip of may]
      de: [meine Abrechnung]
  salary.bonus:
    title: { en: Bonus, de: Bonus }
    about: person
    operation: pay.bonus
    say: { en: "It is {net}.", de: "Es sind {net}." }
    examples:
      en: [my bonus, show my bonus, bonus please, last bonus, bonus of may]
      de: [mein Bonus]
  salary.payday:
    title: { en: Pay day, de: Zahltag }
    about: nobody
    say: { en: On the 25th., de: Am 25. }
    examples:
      en: [pay day, when is pay day, pay day please, next pay day, pay day in may]
      de: [wann ist Zahltag]
  salary.bands:
    title: { en: Bands, de: Bänder }
    about: nobody
    say: { en: Ask payroll., de: Frag die Lohnbuchhaltung. }
    examples:
      en: [pay bands, which pay bands are there, pay bands please, list pay bands, pay bands here]
      de: [Gehaltsbänder]
`;
const GROUPS = '[night-shift, works-council]\n';
const RULES = `@id("own-pay")
@show("view")
@expires("120")
permit (principal in Group::"employee", action in [Action::"salary.payslip", Action::"salary.bonus", Action::"data:pay"], resource)
when { context.relation == Relation::"self" && context.place == Place::"direct" && context has signInAgeMinutes && context.signInAgeMinutes <= 15 };

@id("payday")
permit (principal, action == Action::"salary.payday", resource)
when { principal in [Group::"employee", Group::"contractor"] };

@id("no-outsiders")
@reply_en("Not for you.")
@priority("5")
forbid (principal, action in Action::"salary", resource)
when { principal in [Group::"guest", Group::"external"] }
unless { principal in Group::"works-council" && action == Action::"salary.payday" };

@id("council-bands")
permit (principal in Group::"works-council", action == Action::"salary.bands", resource)
unless { context.place == Place::"shared" || context.denials > 3 };
`;

interface Texts {
  readonly topic: string;
  readonly groups: string;
  readonly rules: string;
}
const ORIGINAL: Texts = { topic: TOPIC, groups: GROUPS, rules: RULES };

// ---- Slips ----------------------------------------------------------------------------------------------------

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** A word with one letter gone, doubled, changed, swapped with its neighbour, or in capitals. */
const misspelt = (word: string, { how, at, letter }: Slip): string => {
  const here = at % word.length;
  const [before, own, after] = [word.slice(0, here), word.charAt(here), word.slice(here + 1)];
  switch (how % 5) {
    case 0:
      return before + after;
    case 1:
      return before + own + own + after;
    case 2:
      return before + LETTERS.charAt(letter) + after;
    case 3:
      return before + after.charAt(0) + own + after.slice(1);
    default:
      return before + own.toUpperCase() + after;
  }
};

interface Slip {
  readonly how: number;
  readonly at: number;
  readonly letter: number;
  readonly which: number;
}
const slip: fc.Arbitrary<Slip> = fc.record({
  how: fc.nat(99),
  at: fc.nat(99),
  letter: fc.nat(25),
  which: fc.nat(9_999),
});

/** Replaces one of the matches by what is made of its first group. */
const atOne = (text: string, pattern: RegExp, which: number, make: (found: string) => string): string => {
  const found = [...text.matchAll(pattern)];
  const chosen = found[which % found.length];
  if (chosen === undefined) throw new Error('nothing to slip on');
  const [whole, inner = whole] = chosen;
  const at = chosen.index + whole.indexOf(inner);
  return text.slice(0, at) + make(inner) + text.slice(at + inner.length);
};

const WRONG = [
  '7',
  'true',
  'null',
  '[]',
  '{}',
  '[[x]]',
  '{ a: b }',
  '"*"',
  '~',
  '2026-01-01',
  '.inf',
  '!!set {}',
  '*any',
];
const UNKNOWN = [
  'permit: [salary]',
  'everyone: true',
  'public: yes',
  'groups: [guest]',
  '__proto__: {}',
  'extends: all',
  'show: message',
];
const deep = (inner: string, levels: number, open: string, close: string): string =>
  open.repeat(levels) + inner + close.repeat(levels);

/** Mostly some hundreds; one in ten thousands, where a reader without a limit would fall over. Each costs its square. */
const listsDeep = (how: number): number => 1 + how * (how % 10 === 9 ? 40 : 4);

/** Each kind of slip, by name. */
const SLIPS: Readonly<Record<string, (slip: Slip) => Texts>> = {
  'a key of the topic is misspelt': (s) => ({
    ...ORIGINAL,
    topic: atOne(TOPIC, /^ *([\w.]+):/gm, s.which, (key) => misspelt(key, s)),
  }),
  'a key is there that nobody knows': (s) => ({
    ...ORIGINAL,
    topic: atOne(
      TOPIC,
      /^( *)[\w.]+:/gm,
      s.which,
      (indent) => `${indent}${UNKNOWN[s.how % UNKNOWN.length]}\n${indent}`,
    ),
  }),
  'a value is of the wrong type': (s) => ({
    ...ORIGINAL,
    topic: atOne(TOPIC, /: (.+)$/gm, s.which, () => WRONG[s.how % WRONG.length] ?? ''),
  }),
  'a list of groups is of the wrong type': (s) => ({ ...ORIGINAL, groups: `${WRONG[s.how % WRONG.length]}\n` }),
  'a group of the pack is misspelt': (s) => ({
    ...ORIGINAL,
    groups: atOne(GROUPS, /([a-z-]+)/g, s.which, (word) => misspelt(word, s)),
  }),
  'a group in a rule is misspelt': (s) => ({
    ...ORIGINAL,
    rules: atOne(RULES, /Group::"([a-z-]+)"/g, s.which, (word) => misspelt(word, s)),
  }),
  'an annotation is misspelt': (s) => ({
    ...ORIGINAL,
    rules: atOne(RULES, /@(\w+)/g, s.which, (word) => misspelt(word, s)),
  }),
  "an annotation's value is misspelt": (s) => ({
    ...ORIGINAL,
    rules: atOne(RULES, /@\w+\("([^"]+)"\)/g, s.which, (word) => misspelt(word, s)),
  }),
  'a name in a rule is misspelt': (s) => ({
    ...ORIGINAL,
    rules: atOne(RULES, /\b([A-Za-z]{3,})\b/g, s.which, (word) => misspelt(word, s)),
  }),
  'a value in a rule is of another type': (s) => ({
    ...ORIGINAL,
    rules: atOne(
      RULES,
      /(\w+::"[^"]+")/g,
      s.which,
      () => ['7', 'true', '"employee"', '[]', 'null', 'principal'][s.how % 6] ?? '',
    ),
  }),
  'a condition stands in many brackets': (s) => ({
    ...ORIGINAL,
    rules: atOne(RULES, /\{ (.+) \}/g, s.which, (inner) => deep(inner, 1 + s.how * 3, '(', ')')),
  }),
  'a value of the topic stands in many lists': (s) => ({
    ...ORIGINAL,
    topic: atOne(TOPIC, /: (.+)$/gm, s.which, (inner) => deep(inner, listsDeep(s.how), '[', ']')),
  }),
  'a value of the topic stands in many maps': (s) => ({
    ...ORIGINAL,
    topic: atOne(TOPIC, /: (.+)$/gm, s.which, (inner) => deep(inner, 1 + s.how, '{ a: ', ' }')),
  }),
};

// ---- What of it loads, and what that permits ----------------------------------------------------------------------

const folder = mkdtempSync(join(tmpdir(), 'sotto-mutated-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'intents'));
writeFileSync(join(folder, 'background.yaml'), 'en: [what a day]\nde: [was für ein Tag]\n');

const cedar = freshCedar();

/** A pack that would start: whom to ask, and by action what decides on it. */
interface Loaded {
  /** Made when it is asked: what decides as something before is not. */
  readonly ask: () => Ask;
  readonly decides: ReadonlyMap<string, string>;
}

/** What the same input makes is the same: it is made once. */
const once = <Of, Made>(make: (of: Of) => Made): ((of: Of) => Made) => {
  const made = new Map<string, Made>();
  return (of) => {
    const key = JSON.stringify(of);
    const before = made.get(key);
    if (before !== undefined) return before;
    const now = make(of);
    made.set(key, now);
    return now;
  };
};

/** As a new file: some file systems go to the disk for one that is emptied and filled, and wait for it. */
const writeAnew = (path: string, text: string): void => {
  rmSync(path, { force: true });
  writeFileSync(path, text);
};

const readPack = once(({ topic, groups }: Omit<Texts, 'rules'>) => {
  writeAnew(join(folder, 'intents', 'salary.yaml'), topic);
  writeAnew(join(folder, 'groups.yaml'), groups);
  return readCatalogue({ folders: [folder] });
});

const readOnce = once((o: RulesToCheck) => readRules(cedar, o));

/** Null: it would not start. */
const loaded = ({ topic, groups, rules }: Texts): Loaded | null => {
  const { catalogue: pack } = readPack({ topic, groups });
  if (pack === null) return null;
  const schema = schemaOf(pack);
  const files = [{ file: 'rules.cedar', text: rules }];
  const checked = readOnce({ schema, actions: [...actionsOf(pack)], files, restrictions: [] });
  if (checked.findings.length > 0) return null;
  const decides = [...actionsOf(pack)].map(([action, of]): [string, string] => {
    const slice = checked.rules.filter(({ json }) => covers(json, action, of));
    return [action, JSON.stringify(slice.map(({ json }) => ({ ...json, annotations: null })))];
  });
  const sources = Object.fromEntries(checked.rules.map(({ id, source }) => [id, source]));
  return { ask: () => wholeSet(cedar, schema, sources), decides: new Map(decides) };
};

const ACTIONS = ['salary.payslip', 'salary.bonus', 'salary.payday', 'salary.bands', 'salary.suspected', 'data:pay'];

/** Everybody whom the rules tell apart, everywhere: small enough to ask all of it. */
const CELLS = KINDS.flatMap((kind) =>
  [[], ['works-council'], ['night-shift', 'payroll', 'hr', 'manager']].flatMap((groups) =>
    PLACES.flatMap((place) =>
      (['self', 'other'] as const).flatMap((relation) =>
        [null, 15, 16].map((age) => ({ kind, groups, place, relation, age })),
      ),
    ),
  ),
);

const entity = (type: string, id: string) => ({ __entity: { type, id } });

/** What is permitted for an action, by the index of the cell; of those alone that are asked. */
const permitted = (ask: Ask, action: string, cells: readonly number[]): readonly number[] =>
  cells.filter((at) => {
    const cell = CELLS[at];
    if (cell === undefined) return false;
    const { kind, groups, place, relation, age } = cell;
    const principal = { type: 'User', id: 'someone' };
    const answer = ask(action, {
      principal,
      resource: RESOURCE,
      context: {
        platform: entity('Platform', 'slack'),
        place: entity('Place', place),
        relation: entity('Relation', relation),
        ...(age === null ? {} : { signInAgeMinutes: age }),
        ...CONTEXT,
      },
      entities: [
        {
          uid: principal,
          attrs: { country: 'DE', kind: entity('Kind', kind) },
          parents: [kind, ...groups].map((id) => ({ type: 'Group', id })),
        },
      ],
    });
    return answer.kind === 'permit';
  });

/** What no rule here reads, beside what the cells vary. */
const CONTEXT = {
  hour: 12,
  weekday: 4,
  denials: 0,
  asked: [],
  refused: [],
  now: { __extn: { fn: 'datetime', arg: '2026-11-12T12:00:00.000Z' } },
};

const original = loaded(ORIGINAL);
if (original === null) throw new Error('the pack itself does not load');
const ALL = CELLS.map((_, at) => at);
const originalAsk = original.ask();
const refusedBefore = new Map(
  ACTIONS.map((action) => {
    const before = new Set(permitted(originalAsk, action, ALL));
    return [action, ALL.filter((at) => !before.has(at))];
  }),
);

/** What a pack permits that the original does not. Where the same rules decide on an action, it is not asked again. */
const newlyPermitted = ({ ask, decides }: Loaded): readonly string[] => {
  const differing = ACTIONS.filter((action) => decides.get(action) !== original.decides.get(action));
  if (differing.length === 0) return [];
  const asking = ask();
  return differing.flatMap((action) =>
    permitted(asking, action, refusedBefore.get(action) ?? ALL).map((at) => JSON.stringify([action, CELLS[at]])),
  );
};

/** So many slips in all; they are drawn anew at each run by hand. */
const RUNS = 10_000;

describe('a small pack with a slip of the pen', () => {
  it('permits some of it itself, and refuses most', () => {
    const refused = [...refusedBefore.values()].flat().length;
    expect(refused).toBeLessThan(CELLS.length * ACTIONS.length - 50);
    expect(refused).toBeGreaterThan((CELLS.length * ACTIONS.length) / 2);
  });

  it.each(Object.entries(SLIPS))(
    'permits nothing that it did not permit before: %s',
    (_, made) => {
      /** By what decides: the same slip twice need not be asked twice. */
      const asked = new Set<string>();
      let refused = 0;
      fc.assert(
        fc.property(slip, (drawn) => {
          const texts = made(drawn);
          const found = loaded(texts);
          if (found === null) {
            refused += 1;
            return;
          }
          const key = JSON.stringify([...found.decides]);
          if (asked.has(key)) return;
          expect(newlyPermitted(found)).toEqual([]);
          asked.add(key);
        }),
        { numRuns: Math.ceil(RUNS / Object.keys(SLIPS).length) },
      );
      expect(refused).toBeGreaterThan(0);
    },
    300_000,
  );
});
