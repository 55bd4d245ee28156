import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hasCode } from '../../src/core/errors.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { COUNTRIES } from '../../src/policies/countries.ts';
import { freshCedar } from '../../src/policies/engine.ts';
import { findingText } from '../../src/policies/findings.ts';
import { restrictionFromForm } from '../../src/policies/restriction-form.ts';
import { ruleOf } from '../../src/policies/restriction-rule.ts';
import { loadRestrictionTemplates } from '../../src/policies/restriction-templates.ts';
import { actionsOf, schemaOf } from '../../src/policies/schema.ts';
import { validateRules } from '../../src/policies/validation.ts';
import { FIXTURE, folderWith, restriction } from './support.ts';

const catalogue = loadCatalogue({ folders: [FIXTURE] });
const form = { id: 'freeze', title: 'Freeze', forbids: ['salary'] };
const said = (input: unknown): string => {
  const read = restrictionFromForm(input, catalogue);
  return read.ok ? '' : read.findings.map(findingText).join('\n');
};

describe("HR's form", () => {
  it('becomes a restriction: sorted, each value once, what is left out is empty', () => {
    expect(
      restrictionFromForm({ ...form, forbids: ['salary', 'leave.balance', 'salary'], words: { de: 'Zu.' } }, catalogue),
    ).toEqual({
      ok: true,
      restriction: {
        id: 'freeze',
        title: 'Freeze',
        forbids: ['leave.balance', 'salary'],
        exceptGroups: [],
        places: [],
        appliesTo: [],
        from: null,
        contact: {},
        rights: {},
        suspendedUntil: null,
        countries: [],
        until: null,
        words: { de: 'Zu.' },
      },
    });
  });

  it('R28 gives a form without an id a fresh one each time', () => {
    const ids = Array.from({ length: 20 }, () => {
      const read = restrictionFromForm({ title: 'Freeze', forbids: ['salary'] }, catalogue);
      return read.ok ? read.restriction.id : '';
    });
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(id).toMatch(/^r-[0-9a-f]{16}$/);
  });

  it.each([
    ['an intent', { forbids: ['salary.payslp'] }, 'forbids > 0: This is no topic or intent of the pack'],
    ['a data class, which goes with its topic', { forbids: ['data:pay'] }, 'This is no topic or intent'],
    ['nothing to forbid', { forbids: [] }, 'This names nothing to forbid'],
    ['a group', { exceptGroups: ['payrol'] }, 'exceptGroups > 0: This is no group of the pack'],
    ['a country', { countries: ['DX'] }, 'countries > 0: This is no ISO 3166-1 country code'],
    ['a country in lower case', { countries: ['de'] }, 'This is no ISO 3166-1 country code'],
    ['a date', { until: '2026-02-30T00:00:00.000Z' }, 'until: Write it like'],
    ['a date of long ago', { until: '0001-01-01T00:00:00.000Z' }, 'until: This year is long gone'],
    [
      'half a character in the reply',
      { words: { en: 'Closed \ud83d' } },
      'words > en: This must be one line of whole characters',
    ],
    ['half a character in the title', { title: '\udc00' }, 'title: This must be one line of whole characters'],
    ['two lines in the reply', { words: { en: 'one\ntwo' } }, 'words > en: This must be one line'],
    ['a reply that is too long', { words: { en: 'x'.repeat(501) } }, 'at most 500 allowed'],
    ['a language', { words: { fr: 'Fermé.' } }, 'Unknown key "fr"'],
    ['a field', { permits: ['salary'] }, 'Unknown key "permits"'],
    ['an effect', { effect: 'permit' }, 'Unknown key "effect"'],
    ['an id', { id: 'a"; permit' }, 'An id is lower-case letters'],
    ['something that is no form', null, ''],
  ])('R26 refuses a misspelt or unfit value: %s', (_, changed, what) => {
    const text = said(changed === null ? null : { ...form, ...changed });
    expect(text).not.toBe('');
    expect(text).toContain(what);
  });

  it('R27 takes a date with three fraction digits and in UTC, and no other, so that Cedar can read each', async () => {
    const dates = [
      '2026-12-31',
      '2026-12-31T00:00:00Z',
      '2026-12-31T00:00:00.0Z',
      '2026-12-31T00:00:00.000000Z',
      '2026-12-31T00:00:00.000+01:00',
    ];
    for (const until of dates)
      expect(said({ ...form, until })).toContain('until: Write it like 2026-12-31T00:00:00.000Z');
    const read = restrictionFromForm({ ...form, until: '2026-12-31T00:00:00.000Z' }, catalogue);
    const rules = read.ok ? [ruleOf(read.restriction)] : [];
    const { findings } = await validateRules({
      schema: schemaOf(catalogue),
      actions: [...actionsOf(catalogue)],
      files: [],
      restrictions: rules,
    });
    expect([rules.length, findings]).toEqual([1, []]);
  });

  it('knows countries that the world knows', () => {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    expect([...COUNTRIES].filter((code) => names.of(code) === undefined)).toEqual([]);
    expect([COUNTRIES.size, COUNTRIES.has('ZZ'), COUNTRIES.has('EU')]).toEqual([250, false, false]);
  });
});

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
      exceptGroups: [hostile],
      places: [],
      appliesTo: [],
      from: null,
      contact: {},
      rights: {},
      suspendedUntil: null,
      countries: [hostile],
      words: { en: hostile },
    });
    const text = cedar.policyToText(json);
    expect(text.type).toBe('success');
    const back = cedar.policyToJson(text.type === 'success' ? text.text : '');
    expect(back.type === 'success' ? back.json : null).toMatchObject({
      effect: 'forbid',
      annotations: { reply_en: hostile },
      action: { op: 'in', entity: { type: 'Action', id: hostile } },
    });
    expect(JSON.stringify(back).split(JSON.stringify(hostile).slice(1, -1)).length - 1).toBe(4);
  });
});

describe('the restrictions that a pack holds ready', () => {
  const packWith = (name: string, text: string): string => {
    const folder = folderWith({});
    mkdirSync(join(folder, 'restrictions'));
    writeFileSync(join(folder, 'restrictions', name), text);
    return folder;
  };
  const load = (...folders: readonly string[]) =>
    loadRestrictionTemplates({ folders: [FIXTURE, ...folders], catalogue });

  it('are read, and a later folder replaces by id', () => {
    expect(load()).toMatchObject([{ id: 'salary', forbids: ['salary'], exceptGroups: ['payroll'] }]);
    const over = packWith('salary.yaml', 'id: salary\ntitle: Mine\nforbids: [salary.payslip]\n');
    expect(load(over)).toMatchObject([{ id: 'salary', title: 'Mine' }]);
  });

  it('are refused with file and place where one does not fit the pack', () => {
    for (const [name, text, what] of [
      ['other.yaml', 'id: other\ntitle: Other\nforbids: [nothing]\n', /other\.yaml, forbids > 0: This is no topic/],
      [
        'other.yaml',
        'id: salary\ntitle: Other\nforbids: [salary]\n',
        /other\.yaml, id: The file is not named as its id/,
      ],
      ['other.yaml', 'title: [', /other\.yaml, line \d+: This is not YAML/],
    ] as const) {
      const thrown = (() => {
        try {
          return load(packWith(name, text));
        } catch (error) {
          return error;
        }
      })();
      expect(hasCode(thrown, 'pack-invalid')).toBe(true);
      expect(String(thrown)).toMatch(what);
    }
  });
});
