import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BackendRecord, Saying } from '../../src/core/ports.ts';
import { factsOf, fill, worded, wordingOf } from '../../src/core/redact.ts';
import { intentOf, recordOf } from '../support/world.ts';

const both = (text: string): { readonly en: string; readonly de: string } => ({ en: text, de: text });

describe('wording an answer', () => {
  it('writes numbers, dates and money as the reader’s language does', () => {
    const fields = {
      n: { type: 'number', value: 1234.5 },
      d: { type: 'date', value: '2026-03-01' },
      m: { type: 'money', value: 97400, currency: 'EUR' },
    } as const;
    const template = '{n} {d} {m}';
    expect(fill({ template, fields, redact: [], locale: 'en' })).toBe('1,234.5 1 March 2026 €97,400.00');
    expect(fill({ template, fields, redact: [], locale: 'de' }).replaceAll('\u00a0', ' ')).toBe(
      '1.234,5 1. März 2026 97.400,00 €',
    );
  });

  it('hides a redacted field and says that something was hidden', () => {
    expect(
      fill({
        template: 'to {iban}',
        fields: { iban: { type: 'text', value: 'DE00' } },
        redact: ['iban'],
        locale: 'en',
      }),
    ).toBe('to •••');
  });

  it('refuses a template that names what the record does not have', () => {
    expect(() => fill({ template: '{constructor}', fields: {}, redact: [], locale: 'en' })).toThrow(/no such field/);
  });

  it('cuts a long list and says how much is left', () => {
    const intent = intentOf({ id: 'it.tickets', say: both('Yours:'), each: both('{t}') });
    const records = Array.from({ length: 25 }, (_, i) =>
      recordOf('evan', { t: { type: 'text', value: `ticket ${i}` } }),
    );
    const text = worded({ wording: wordingOf(intent), records, list: true, name: null, redact: [], locale: 'en' });
    expect(text.split('\n')).toHaveLength(22);
    expect(text).toContain('… and 5 more.');
  });

  const tickets = (count: number, o: { readonly more?: true; readonly long?: string; readonly locale?: 'de' } = {}) =>
    worded({
      wording: wordingOf(intentOf({ id: 'it.tickets', say: both('Yours:'), each: both('{t}'), none: both('None.') })),
      records: Array.from({ length: count }, (_, i) =>
        recordOf('evan', { t: { type: 'text', value: `ticket ${i}${o.long ?? ''}` } }),
      ),
      list: true,
      name: null,
      redact: [],
      locale: o.locale ?? 'en',
      more: o.more,
    });

  it('says of a list that was not read whole that there may be more, and of how many it tells', () => {
    expect(tickets(12, { more: true })).toMatch(/ticket 11\nThere may be more; these are the first 12\.$/);
    expect(tickets(1, { more: true })).toMatch(/\nThere may be more; this is the first\.$/);
    expect(tickets(25, { more: true })).toMatch(/ticket 19\n… and at least 5 more\.$/);
    expect(tickets(0, { more: true })).toBe('None.\nThere may be more than could be looked through.');
    expect(tickets(20)).toMatch(/ticket 19$/);
    expect(tickets(0)).toBe('None.');
    expect(tickets(12, { more: true, locale: 'de' })).toMatch(/\nEs kann mehr geben; das sind die ersten 12\.$/);
    expect(tickets(25, { more: true, locale: 'de' })).toMatch(/\n… und mindestens 5 weitere\.$/);
    expect(tickets(0, { more: true, locale: 'de' })).toMatch(/\nEs kann mehr geben, als durchgesehen werden konnte\.$/);
  });

  it('says how much is left also where the lines are so long that not all of them have room', () => {
    for (const more of [undefined, true] as const) {
      const text = tickets(20, { long: ' x'.repeat(140), ...(more === undefined ? {} : { more }) });
      const lines = text.split('\n');
      expect(text.length).toBeLessThanOrEqual(2_800);
      const shown = lines.filter((line) => line.startsWith('• ')).length;
      expect(shown).toBeGreaterThan(5);
      expect(lines.at(-1)).toBe(`… and ${more ? 'at least ' : ''}${20 - shown} more.`);
    }
  });

  it('keeps every value to one bounded, well-formed line, whatever a backend sends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (value) => {
        const text = fill({ template: 'a {v} b', fields: { v: { type: 'text', value } }, redact: [], locale: 'en' });
        expect(text.isWellFormed()).toBe(true);
        expect(text.length).toBeLessThanOrEqual(304);
        expect(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u.test(text)).toBe(false);
      }),
    );
  });
});

describe('an answer that the description says', () => {
  const says: Saying = {
    say: both('{bank} it is.'),
    sayOf: both('{name} has {bank}.'),
    each: null,
    none: both('None.'),
    title: both('Account'),
    facts: [
      { label: both('Bank'), field: 'bank' },
      { label: both('Since'), field: 'since' },
      { label: both('State'), field: 'state' },
      { label: both('Closed'), field: 'closed' },
    ],
  };
  const fields: BackendRecord['fields'] = {
    bank: { type: 'text', value: 'A\u202eBank\n*x*' },
    since: { type: 'date', value: '2026-03-01' },
    state: { type: 'choice', words: { en: 'open', de: 'offen' } },
    closed: { type: 'none' },
  };
  const wordless = { ...intentOf({ id: 'pay.account' }), say: null, sayOf: null, each: null, none: null };
  const said = (o: Partial<Parameters<typeof worded>[0]> = {}) => {
    const of = {
      wording: wordingOf(wordless, says),
      records: [recordOf('evan', fields)],
      list: false,
      name: null,
      redact: [],
      locale: 'en' as const,
      ...o,
    };
    return { text: worded(of), facts: factsOf(of) };
  };

  it('is in its words, and its facts are values as people write them', () => {
    expect(said()).toEqual({
      text: 'A Bank *x* it is.',
      facts: [
        { label: 'Bank', value: 'A Bank *x*' },
        { label: 'Since', value: '1 March 2026' },
        { label: 'State', value: 'open' },
        { label: 'Closed', value: '–' },
      ],
    });
    expect(said({ locale: 'de' }).facts[2]?.value).toBe('offen');
    expect(said({ name: 'Mona' }).text).toBe('Mona has A Bank *x*.');
    expect(said({ records: [] })).toEqual({ text: 'None.', facts: [] });
  });

  it('hides in its facts what is redacted', () => {
    expect(said({ redact: ['bank'] })).toMatchObject({ text: '••• it is.', facts: [{ value: '•••' }, {}, {}, {}] });
  });

  it('is facts alone where it has no words, and lines alone of a list', () => {
    const facts = { ...says, say: null, sayOf: null };
    expect(said({ wording: facts })).toMatchObject({ text: '', facts: [{ label: 'Bank' }, {}, {}, {}] });
    const lines = { ...facts, each: both('{bank}') };
    expect(said({ wording: lines, list: true })).toEqual({ text: '• A Bank *x*', facts: [] });
  });

  it('is the intent’s where that says anything, and a fault of the pack where neither does', () => {
    const own = intentOf({ id: 'pay.account', say: both('Own.') });
    expect(said({ wording: wordingOf(own, says) })).toEqual({ text: 'Own.', facts: [] });
    expect(() => wordingOf(wordless)).toThrow(/Nothing says the answer to pay.account/);
  });

  it('keeps every fact to one bounded line without signs that turn the reading direction, whatever a system sends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (value) => {
        const { facts } = said({ records: [recordOf('evan', { ...fields, bank: { type: 'text', value } })] });
        const [bank] = facts;
        expect(bank?.value.length).toBeGreaterThan(0);
        expect(bank?.value.length).toBeLessThanOrEqual(300);
        expect(bank?.value.isWellFormed()).toBe(true);
        expect(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u.test(bank?.value ?? '')).toBe(false);
      }),
    );
  });
});
