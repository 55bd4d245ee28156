import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { COUNTRIES } from '../../src/policies/countries.ts';
import { findingText } from '../../src/policies/findings.ts';
import { restrictionFromForm } from '../../src/policies/restriction-form.ts';
import { ruleOf } from '../../src/policies/restriction-rule.ts';
import { actionsOf, schemaOf } from '../../src/policies/schema.ts';
import { validateRules } from '../../src/policies/validation.ts';
import { FIXTURE, NOON } from './support.ts';

const catalogue = loadCatalogue({ folders: [FIXTURE] });
const form = { id: 'freeze', title: 'Freeze', forbids: ['salary'] };
const said = (input: unknown, now: number | null = null): string => {
  const read = restrictionFromForm(input, catalogue, now);
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

  it('takes whom, where and from when, whom to ask and a right, and keeps the places in their order', () => {
    const read = restrictionFromForm(
      {
        ...form,
        appliesTo: ['manager', 'contractor'],
        places: ['channel', 'direct'],
        from: '2026-12-01T00:00:00.000Z',
        until: '2026-12-31T00:00:00.000Z',
        contact: { en: 'the HR desk', de: 'die Personalabteilung' },
        rights: { en: 'You may ask for it in writing.' },
      },
      catalogue,
      NOON,
    );
    expect(read).toMatchObject({
      ok: true,
      restriction: {
        appliesTo: ['contractor', 'manager'],
        places: ['direct', 'channel'],
        from: '2026-12-01T00:00:00.000Z',
        contact: { en: 'the HR desk', de: 'die Personalabteilung' },
        rights: { en: 'You may ask for it in writing.' },
      },
    });
  });

  it('refuses one that ends before it begins, or as it begins', () => {
    const at = (from: string, until: string) => said({ ...form, from, until });
    expect(at('2026-12-02T00:00:00.000Z', '2026-12-01T00:00:00.000Z')).toContain('until: It ends before it begins');
    expect(at('2026-12-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z')).toContain('until: It ends before it begins');
    expect(at('2026-12-01T00:00:00.000Z', '2026-12-01T00:00:00.001Z')).toBe('');
  });

  it('refuses one whose time is past where it is to come into force, and reads one that stands and has lapsed', () => {
    const lapsed = { ...form, until: new Date(NOON).toISOString() };
    expect(said(lapsed, NOON)).toContain('until: This time is past');
    expect(said(lapsed, NOON - 1)).toBe('');
    expect(said(lapsed)).toBe('');
  });

  it('suspends for four hours at most', () => {
    const until = (hours: number) =>
      said({ ...form, suspendedUntil: new Date(NOON + hours * 3_600_000).toISOString() }, NOON);
    expect([until(4), until(5)]).toEqual(['', expect.stringContaining('four hours at most')]);
  });

  it('says which field each finding is about', () => {
    const read = restrictionFromForm({ ...form, title: '', exceptGroups: ['payrol'], extra: 1 }, catalogue);
    expect(read.ok ? [] : read.fields.toSorted()).toEqual(['', 'exceptGroups', 'title']);
    expect(read.ok ? 0 : read.findings.length).toBe(3);
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
    ['a group that it applies to', { appliesTo: ['emploee'] }, 'appliesTo > 0: This is no group of the pack'],
    ['a place', { places: ['dircet'] }, 'places > 0: This is no place'],
    ['a date that it begins on', { from: '2026-13-01T00:00:00.000Z' }, 'from: Write it like'],
    ['a date of a suspension', { suspendedUntil: 'tomorrow' }, 'suspendedUntil: Write it like'],
    ['half a character in whom to ask', { contact: { en: 'HR \ud83d' } }, 'contact > en: This must be one line'],
    ['half a character in a right', { rights: { de: '\udc00' } }, 'rights > de: This must be one line'],
    ['no words where there are some', { rights: { en: '' } }, 'rights > en: There is too little of it'],
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
