import { describe, expect, it } from '@jest/globals';
import type { Restriction } from '../../src/core/types.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders } from '../../src/policies/pack.ts';
import { payNotes } from '../../src/policies/pay-notes.ts';
import { loadRestrictionTemplates } from '../../src/policies/restriction-templates.ts';
import { FIXTURE, restriction } from './support.ts';

const catalogue = loadCatalogue({ folders: [FIXTURE] });
const noted = (changed: Partial<Restriction>): string =>
  payNotes({ restrictions: [restriction({ words: { en: 'Closed.', de: 'Zu.' }, ...changed })], catalogue }).join('\n');

describe('a pay restriction', () => {
  it('is noted where its words name nobody to ask, by language', () => {
    expect(noted({})).toMatch(
      /^The restriction "freeze" is about pay, and its words name nobody to ask in English and German\. /,
    );
    expect(noted({ contact: { en: 'the HR desk' } })).toContain('nobody to ask in German.');
    expect(noted({ forbids: ['salary.payday'] })).not.toBe('');
  });

  it('is not noted where whom to ask stands in its contact or in its words, or the topic’s is said', () => {
    for (const changed of [
      { contact: { en: 'the HR desk', de: 'die Personalabteilung' } },
      { words: { en: 'Closed. Write to hr@example.com.', de: 'Zu. Ruf 4711 an.' } },
      { words: {} },
      { forbids: ['leave'] },
    ]) {
      expect(noted(changed)).toBe('');
    }
  });

  it('of the pack that ships names somebody, and how to use the right to pay information', () => {
    const folders = packFolders(null);
    const pack = loadCatalogue({ folders });
    const templates = loadRestrictionTemplates({ folders, catalogue: pack });
    expect(payNotes({ restrictions: templates, catalogue: pack })).toEqual([]);
    expect(Object.keys(templates.find(({ id }) => id === 'salary')?.rights ?? {})).toEqual(['en', 'de']);
  });
});
