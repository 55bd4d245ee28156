import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { strictest } from '../../src/policies/annotations.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { decideBy } from '../../src/policies/decide.ts';
import { freshCedar, wholeSet } from '../../src/policies/engine.ts';
import { packFolders } from '../../src/policies/pack.ts';
import { comparePacks, pinOf } from '../../src/policies/pin.ts';
import { checkRequest } from '../../src/policies/request.ts';
import { type CheckedRules, readRules } from '../../src/policies/rules.ts';
import { actionsOf, KINDS, knownOf, PLACES, RELATIONS, schemaOf } from '../../src/policies/schema.ts';
import { copyOfPack, FIXTURE, person, request } from './support.ts';

const cedar = freshCedar();
const RULES = readFileSync(join(FIXTURE, 'rules.cedar'), 'utf8');
const catalogue = loadCatalogue({ folders: [FIXTURE] });

const read = (text: string, of = catalogue): CheckedRules =>
  readRules(cedar, {
    schema: schemaOf(of),
    actions: [...actionsOf(of)],
    files: [{ file: 'r', text }],
    restrictions: [],
  });
const bodyOf = (text: string, of = catalogue): string => {
  const { rules, findings } = read(text, of);
  expect(findings).toEqual([]);
  return pinOf({ catalogue: of, rules }).body;
};
const PINNED = bodyOf(RULES);
const become = (from: string | RegExp, to: string): string => {
  const text = RULES.replace(from, to);
  expect(text).not.toBe(RULES);
  return comparePacks({ pinned: PINNED, now: bodyOf(text) });
};

/** The fixture with one text of one of its files replaced. */
const changedPack = (file: string, from: string, to: string) => {
  const folder = copyOfPack();
  const path = join(folder, file);
  const before = readFileSync(path, 'utf8');
  expect(before).toContain(from);
  writeFileSync(path, before.replace(from, to));
  const pack = loadCatalogue({ folders: [folder] });
  return comparePacks({ pinned: PINNED, now: bodyOf(RULES, pack) });
};

describe('what is pinned of a pack', () => {
  it('has one name wherever it is loaded, and another as soon as anything that it decides by differs', () => {
    const { rules } = read(RULES);
    const pin = pinOf({ catalogue, rules });
    expect(pin.pack).toMatch(/^[0-9a-f]{64}$/);
    expect(pinOf({ catalogue: loadCatalogue({ folders: [copyOfPack()] }), rules })).toEqual(pin);
    expect(pinOf({ catalogue, rules: rules.slice(1) }).pack).not.toBe(pin.pack);
    expect(comparePacks({ pinned: pin.body, now: pin.body })).toBe('same');
  });

  it('says of an intent that it is the description which says it, so that neither becomes the other unapproved', () => {
    const say = '    say: { en: "{remaining} of {total} days.", de: "{remaining} von {total} Tagen." }\n';
    expect(changedPack('intents/leave.yaml', say, '')).toBe('unproved');
    const folder = copyOfPack();
    const path = join(folder, 'intents/leave.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace(say, ''));
    const described = bodyOf(RULES, loadCatalogue({ folders: [folder] }));
    expect(comparePacks({ pinned: described, now: described })).toBe('same');
    expect(comparePacks({ pinned: described, now: PINNED })).toBe('unproved');
  });

  it('holds no sentence of the training data and none that people are told', () => {
    for (const words of [
      'Days left',
      'what a lovely day',
      'how rich are they',
      'On the 25th',
      'Please wait a little',
    ]) {
      expect(PINNED).not.toContain(words);
    }
  });

  it('of the pack that ships is far below what a store keeps of it', () => {
    const shipped = loadCatalogue({ folders: packFolders(null) });
    const text = readFileSync(join(packFolders(null)[0] ?? '', 'rules.cedar'), 'utf8');
    expect(bodyOf(text, shipped).length).toBeLessThan(64 * 1024);
  });
});

describe('a pack that differs from the one that was pinned', () => {
  it.each([
    [
      'a forbid is added',
      /$/,
      '@id("more") forbid (principal, action in Action::"leave", resource) when { context.weekday == 7 };',
    ],
    ['the words of a forbid change', 'Pay is answered by day.', 'Ask by day.'],
    ['a rule is called otherwise', '@id("help")', '@id("help-for-all")'],
    ['a permit that asks for no care goes', /@id\("own-leave"\)[\s\S]*?;/, ''],
    ['an answer is shown more carefully', '@show("hold-reveal")', '@show("view")'],
    ['an answer leaves sooner', '@expires("120")', '@expires("60")'],
    ['an answer that stayed leaves', '@id("own-leave")', '@id("own-leave") @expires("60")'],
    ['more is redacted', '@redact("iban")', '@redact("iban, bank")'],
  ])('R30 is proved to permit no more where %s', (_, from, to) => {
    expect(become(from, to)).toBe('stricter');
  });

  it.each([
    ['a permit is added', /$/, '@id("more") permit (principal, action in Action::"leave", resource);'],
    ['a forbid goes', /@id\("pay-by-day"\)[\s\S]*?;/, ''],
    ['a forbid is narrowed', 'context.denials >= 5', 'context.denials >= 6'],
    ['a forbid is widened, which is not looked into', 'context.denials >= 5', 'context.denials >= 4'],
    [
      'a forbid becomes a permit',
      'forbid (principal, action in Action::"salary"',
      'permit (principal, action in Action::"salary"',
    ],
    ['a condition of a permit goes', 'context.place == Place::"direct" &&', ''],
    ['an answer is shown with less care', '@show("view")', '@show("hold-reveal")'],
    ['an answer stays longer', '@expires("120")', '@expires("121")'],
    ['an answer stays', '@expires("120")\n', ''],
    ['its time may be taken again', '@expires("120")', '@expires("120") @more_time("1")'],
    ['an answer may stand where it was asked', '@id("own-leave")', '@id("own-leave") @in_place("ephemeral")'],
    ['less is redacted', '@redact("iban, tax")', '@redact("iban")'],
    ['a permit that asks for care goes, beside which others were careful', /@id\("payslip-payroll"\)[\s\S]*?;/, ''],
  ])('R30 is not proved where %s', (_, from, to) => {
    if (to.startsWith('permit (')) {
      const text = RULES.replace('@reply_en("Pay is answered by day.")\n@priority("5")\n', '').replace(from, to);
      expect(comparePacks({ pinned: PINNED, now: bodyOf(text) })).toBe('unproved');
    } else expect(become(from, to)).toBe('unproved');
  });

  it('R30 keeps private what was: a permit that said so may go only where no other says otherwise', () => {
    const help = '@id("help")\n@in_place("ephemeral")\n';
    const before = RULES.replace('@id("help")\n', help);
    expect(before).not.toBe(RULES);
    expect(comparePacks({ pinned: bodyOf(before), now: PINNED })).toBe('stricter');
    const without = before.replace(/@id\("own-leave"\)[\s\S]*?;/, '');
    expect(comparePacks({ pinned: bodyOf(before), now: bodyOf(without) })).toBe('unproved');
  });

  it('R30 is the same where only comments and spaces change', () => {
    expect(become(/\n\n/g, '\n// no matter\n')).toBe('same');
  });

  it('R30 may say other words, and no further field of a record', () => {
    expect(changedPack('intents/leave.yaml', 'Days left', 'Days to go')).toBe('stricter');
    expect(changedPack('intents/salary.yaml', 'topic: salary\n', 'topic: salary\nmostPerMinute: 3\n')).toBe('stricter');
    const folder = copyOfPack();
    const path = join(folder, 'intents', 'leave.yaml');
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, before.replaceAll('{remaining}', '{iban}'));
    const pack = loadCatalogue({ folders: [folder] });
    expect(comparePacks({ pinned: PINNED, now: bodyOf(RULES, pack) })).toBe('unproved');
  });

  it('R30 is not proved where it recognises otherwise, has other actions, reads other data or lets people ask more often', () => {
    expect(changedPack('intents/leave.yaml', 'days left, how', 'days to go, how')).toBe('unproved');
    expect(changedPack('background.yaml', 'what a lovely day', 'what a day')).toBe('unproved');
    expect(changedPack('intents/leave.yaml', 'data: [leave]', 'data: [leave, absence]')).toBe('unproved');
    expect(changedPack('intents/leave.yaml', 'operation: leave.balance', 'operation: leave.other')).toBe('unproved');
    const slots = 'operation: leave.balance\n    slots: { month: { type: month, ask: { en: Which?, de: Welcher? } } }';
    expect(changedPack('intents/leave.yaml', 'operation: leave.balance', slots)).toBe('unproved');
    expect(changedPack('intents/salary.yaml', 'topic: salary\n', 'topic: salary\nmostPerMinute: 31\n')).toBe(
      'unproved',
    );
  });

  it('R30 is not proved by anything that is no pin', () => {
    const parsed: unknown = JSON.parse(PINNED);
    const other = (changed: object) => JSON.stringify({ ...(parsed as object), ...changed });
    for (const pinned of ['', '{}', 'null', '[]', other({ layout: 2 }), other({ schema: 'x' }), other({ more: 1 })]) {
      expect(comparePacks({ pinned, now: PINNED })).toBe('unproved');
      expect(comparePacks({ pinned: PINNED, now: pinned })).toBe('unproved');
    }
  });

  it('R30 that is proved permits nothing more and shows nothing with less care, by Cedar itself', () => {
    const shows = ['', '@show("hold-reveal")', '@show("view")', '@expires("60")', '@expires("90") @redact("iban")'];
    const clauses = [
      '(principal in Group::"employee", action in Action::"leave", resource)',
      '(principal, action == Action::"salary.payslip", resource) when { context.place == Place::"direct" }',
      '(principal in Group::"payroll", action in Action::"salary", resource)',
      '(principal, action, resource) when { context.relation == Relation::"other" }',
    ];
    const one = fc.record({
      effect: fc.constantFrom('permit', 'permit', 'forbid'),
      clause: fc.constantFrom(...clauses),
      notes: fc.constantFrom(...shows),
    });
    type One = { readonly effect: string; readonly clause: string; readonly notes: string };
    const list = fc.array(one, { minLength: 1, maxLength: 5 });
    const textOf = (rules: readonly One[]): string =>
      rules
        .map((it, n) => `@id("r${n}") ${it.effect === 'permit' ? it.notes : ''} ${it.effect} ${it.clause};`)
        .join('\n');
    const asked = KINDS.flatMap((kind) =>
      PLACES.slice(0, 2).flatMap((place) =>
        RELATIONS.slice(1).flatMap((about) =>
          ['leave.balance', 'salary.payslip', 'salary.payday'].map((action) =>
            request({ action, about, place, person: person(kind, ...(kind === 'employee' ? ['payroll'] : [])) }),
          ),
        ),
      ),
    );
    const decisions = ({ rules }: CheckedRules) => {
      const all = wholeSet(cedar, schemaOf(catalogue), Object.fromEntries(rules.map((it) => [it.id, it.source])));
      const notes = new Map(rules.map((it) => [it.id, it.notes]));
      return asked.map((it) => {
        const checked = checkRequest(it, knownOf(catalogue));
        if (checked === null) throw new Error('A request of the test is none.');
        return decideBy({ ask: all, notes, request: checked });
      });
    };
    const seen = { same: 0, stricter: 0, unproved: 0 };
    fc.assert(
      fc.property(list, list, fc.nat(4), fc.nat(2), (base, other, at, how) => {
        const changed = [
          base.filter((_, n) => n !== at % base.length),
          [...base, ...other.slice(0, 1)],
          base.map((it, n) => (n === at % base.length ? (other[0] ?? it) : it)),
        ][how] as readonly One[];
        const [was, is] = [read(textOf(base)), read(textOf(changed))];
        // Rules that contradict each other are no rules; the check says so.
        if (was.findings.length + is.findings.length > 0 || changed.length === 0) return;
        const found = comparePacks({
          pinned: pinOf({ catalogue, rules: was.rules }).body,
          now: pinOf({ catalogue, rules: is.rules }).body,
        });
        seen[found] += 1;
        if (found === 'unproved') return;
        const before = decisions(was);
        for (const [n, decision] of decisions(is).entries()) {
          if (decision.effect !== 'permit') continue;
          const stood = before[n];
          expect({ base, changed, asked: asked[n], effect: stood?.effect }).toMatchObject({ effect: 'permit' });
          if (stood?.effect !== 'permit') continue;
          expect(strictest([decision.obligations, stood.obligations])).toEqual(strictest([decision.obligations]));
        }
      }),
      { numRuns: 150 },
    );
    expect(seen.stricter).toBeGreaterThan(15);
    expect(seen.unproved).toBeGreaterThan(15);
  });
});
