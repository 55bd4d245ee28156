import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../../src/policies/catalogue.ts';
import { packFolders } from '../../../src/policies/pack.ts';
import { sharedRecogniser } from '../../support/shared-model.ts';
import { HARMLESS, OTHERS_PAY, OWN_PAY } from './held-out.ts';

const catalogue = loadCatalogue({ folders: packFolders(null) });
const recogniser = await sharedRecogniser(catalogue);
const recognise = (text: string) => recogniser.recognise({ text, locale: 'en' });
const suspected = (text: string): boolean => recognise(text).topics.includes('salary');
const share = (hits: number, of: readonly unknown[]): number => hits / of.length;

const asciiTo = (text: string, first: number): string =>
  [...text].map((it) => (/[!-~]/.test(it) ? String.fromCodePoint(it.charCodeAt(0) - 0x21 + first) : it)).join('');

describe('the pack that ships, on wordings that it does not contain', () => {
  it('contains none of them', () => {
    const all = new Set([
      ...[...catalogue.intents.values()].flatMap(({ examples }) => [...examples.en, ...examples.de]),
      ...[...catalogue.topics.values()].flatMap(({ guard }) => [...guard.en, ...guard.de]),
      ...catalogue.background.en,
      ...catalogue.background.de,
    ]);
    const held = [...OTHERS_PAY, ...OWN_PAY.map(([text]) => text), ...HARMLESS.map(([text]) => text)];
    expect(held.filter((text) => all.has(text))).toEqual([]);
    expect(held.length).toBeGreaterThanOrEqual(120);
  });

  it("suspects at least nine in ten questions about others' pay", () => {
    expect(share(OTHERS_PAY.filter(suspected).length, OTHERS_PAY)).toBeGreaterThanOrEqual(0.9);
  });

  it("routes hardly any question about others' pay to an intent that is open to all", () => {
    const open = OTHERS_PAY.filter((text) => {
      const { intent, topics } = recognise(text);
      if (intent === 'salary.payday') return true;
      return intent !== null && !intent.startsWith('salary.') && !topics.includes('salary');
    });
    expect(share(open.length, OTHERS_PAY)).toBeLessThanOrEqual(0.03);
  });

  it('suspects fewer than one harmless message in twelve', () => {
    expect(share(HARMLESS.filter(([text]) => suspected(text)).length, HARMLESS)).toBeLessThanOrEqual(0.08);
  });

  it('recognises what is asked about', () => {
    const asked = HARMLESS.filter(([, intent]) => intent !== null);
    const right = asked.filter(([text, intent]) => recognise(text).intent === intent);
    expect(share(right.length, asked)).toBeGreaterThanOrEqual(0.9);
  });

  it('knows small talk and foreign questions for none of its intents', () => {
    const none = HARMLESS.filter(([, intent]) => intent === null);
    const unknown = none.filter(([text]) => recognise(text).intent === null);
    expect(share(unknown.length, none)).toBeGreaterThanOrEqual(0.75);
  });

  it.each(OWN_PAY)('recognises "%s" as %s', (text, intent) => {
    expect(recognise(text).intent).toBe(intent);
  });

  it.each([
    ['zero width spaces', (text: string) => [...text].join('\u200B')],
    ['full width', (text: string) => asciiTo(text, 0xff01)],
    ['leetspeak', (text: string) => text.replace(/[aeiost]/g, (it) => '431057'.charAt('aeiost'.indexOf(it)))],
    ['look-alikes', (text: string) => text.replace(/[aceopsy]/g, (it) => 'асеорѕу'.charAt('aceopsy'.indexOf(it)))],
    ['spaced letters', (text: string) => [...text.replaceAll(' ', '')].join(' ')],
    [
      'dotted letters',
      (text: string) =>
        text
          .split(' ')
          .map((it) => it.split('').join('.'))
          .join(' '),
    ],
    ['capitals', (text: string) => text.toUpperCase()],
    [
      'a polite wrapper',
      (text: string) =>
        `hi there, I hope you are having a good day, I have been meaning to ask for a while now, ${text}, thanks a lot and have a lovely evening`,
    ],
    ['a harmless question before it', (text: string) => `how many days of leave have I left and ${text}`],
    ['a harmless question after it', (text: string) => `${text}. Also, how do I reset my password`],
  ])('is not talked around by %s', (_, disguise) => {
    const caught = OTHERS_PAY.filter((text) => suspected(disguise(text)));
    expect(share(caught.length, OTHERS_PAY)).toBeGreaterThanOrEqual(0.87);
  });

  it.each([
    'Привет, сколько дней отпуска у меня осталось?',
    'Καλημέρα, τι κάνεις;',
    'Bonjour, quel temps fait-il à Lyon ?',
  ])('makes no pay of "%s"', (text) => {
    expect(recognise(text)).toMatchObject({ intent: null, topics: expect.not.arrayContaining(['salary']) });
  });
});
