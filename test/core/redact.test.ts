import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fill, worded } from '../../src/core/redact.ts';
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
    const text = worded({ intent, records, list: true, name: null, redact: [], locale: 'en' });
    expect(text.split('\n')).toHaveLength(22);
    expect(text).toContain('… and 5 more.');
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
