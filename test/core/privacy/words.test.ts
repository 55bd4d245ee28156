import { describe, expect, it } from '@jest/globals';
import { asksPrivacy } from '../../../src/core/privacy/words.ts';

describe('the words by which people ask what is kept of them', () => {
  it.each([
    'what do you hold about me?',
    'What do you know about me',
    '  MY DATA  ',
    'Hi, what do you store about me?!',
    'please forget me',
    'was weißt du über mich',
    'Was weißt du über mich?',
    'Hallo, was speicherst du über mich?',
    'Meine Daten bitte',
    'vergiss mich.',
    '„Datenschutz“',
    'que sais-tu de moi ?',
    '¿Qué sabes de mí?',
    '/privacy',
  ])('are heard: %s', (text) => {
    expect(asksPrivacy(text)).toBe(true);
  });

  it.each([
    'what do you know about mona?',
    'what do you know',
    'my data plan',
    'what do you know about me and my salary',
    'forget me not',
    'my payslip',
    '',
    'x'.repeat(5_000),
    `${' '.repeat(2_000)}my data`,
  ])('are nothing else: %#', (text) => {
    expect(asksPrivacy(text)).toBe(false);
  });
});
