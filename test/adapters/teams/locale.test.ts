import { describe, expect, it } from '@jest/globals';
import { createLocales, localeOf } from '../../../src/adapters/teams/locale.ts';

const client = (locale: unknown) => ({ entities: [{ type: 'clientInfo', locale }] });

describe('the language that Teams shows somebody in', () => {
  it('is that of their client, where we speak it', () => {
    expect(localeOf({ locale: 'de-AT' })).toBe('de');
    expect(localeOf({ locale: 'EN' })).toBe('en');
    expect(localeOf(client('de-DE'))).toBe('de');
    expect(localeOf({ locale: 'fr-FR', ...client('de-DE') })).toBe('de');
    for (const locale of ['fr-FR', 'den', '', 7, null, undefined]) expect(localeOf({ locale })).toBeNull();
    expect(localeOf({ entities: 'x' })).toBeNull();
  });

  it('is remembered of each account in its tenant, the last that was said, and of so many at most', () => {
    const locales = createLocales();
    const evan = { tenant: 't', user: 'evan' };
    expect(locales.of(evan)).toBeNull();
    locales.note(evan, { locale: 'en-US' });
    locales.note(evan, { locale: 'de-DE' });
    locales.note(evan, { locale: 'fr-FR' });
    expect(locales.of(evan)).toBe('de');
    expect(locales.of({ tenant: 'other', user: 'evan' })).toBeNull();
    for (let n = 0; n < 10_000; n++) locales.note({ tenant: 't', user: String(n) }, { locale: 'en' });
    expect(locales.of(evan)).toBeNull();
    expect(locales.of({ tenant: 't', user: '9999' })).toBe('en');
  });
});
