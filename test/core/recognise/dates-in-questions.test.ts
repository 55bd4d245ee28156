import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LANGUAGES, type Language } from '../../../src/core/languages.ts';
import { isoDay, partsOf } from '../../../src/core/recognise/calendar.ts';
import { slotsIn } from '../../../src/core/slots.ts';
import { loadCatalogue } from '../../../src/policies/catalogue.ts';
import { packFolders } from '../../../src/policies/pack.ts';
import { sharedRecogniser } from '../../support/shared-model.ts';
import { OTHERS_PAY } from './held-out.ts';
import { endingInYear, SPELLINGS, someDay } from './spelt-dates.ts';

const catalogue = loadCatalogue({ folders: packFolders(null) });
const recogniser = await sharedRecogniser(catalogue);
const recognise = (text: string) => recogniser.recognise({ text, locale: 'en' });
/** A Friday. */
const TODAY = 20_784;

/** What people ask of a day, which means the same without one. The date goes where the star is, or to the end. */
const OF_A_DAY: { readonly [L in Language]: readonly (readonly [text: string, intent: string])[] } = {
  en: [
    ['I want to book leave', 'leave.book'],
    ['book me off * please', 'leave.book'],
    ['How much leave do I have', 'leave.balance'],
    ['how many vacation days are left *?', 'leave.balance'],
    ['is my leave approved *?', 'leave.booked'],
    ['I am sick *, what do I do', 'leave.sick'],
    ['cancel my leave', 'leave.cancel'],
  ],
  de: [
    ['ich möchte Urlaub buchen', 'leave.book'],
    ['trag mir bitte * Urlaub ein', 'leave.book'],
    ['wie viel Urlaub habe ich', 'leave.balance'],
    ['ist mein Urlaub * genehmigt?', 'leave.booked'],
    ['ich möchte meinen Urlaub * stornieren', 'leave.cancel'],
  ],
  fr: [
    ['je veux poser des congés', 'leave.book'],
    ['combien de jours de congé me reste-t-il', 'leave.balance'],
    ['mes congés * sont-ils validés ?', 'leave.booked'],
  ],
  es: [
    ['quiero pedir vacaciones', 'leave.book'],
    ['cuántos días de vacaciones me quedan', 'leave.balance'],
    ['están aprobadas mis vacaciones *?', 'leave.booked'],
  ],
};

const put = (text: string, date: string): string => (text.includes('*') ? text.replace('*', date) : `${text} ${date}`);
const without = (text: string): string => text.replace('* ', '').replace(' *', '');

/** A phrase of a language with a date in one of its spellings. */
const asked = fc.constantFrom(...LANGUAGES).chain((language) =>
  fc.record({
    phrase: fc.constantFrom(...OF_A_DAY[language]),
    spelling: fc.constantFrom(...SPELLINGS.filter((it) => it.language === language)),
    day: someDay,
    us: fc.boolean(),
  }),
);

const daysIn = (text: string, monthFirst: boolean): string | undefined =>
  slotsIn(catalogue.intents.get('leave.book') ?? null, { text, today: TODAY, monthFirst }).values['days'];

const suspectsPay = (text: string): boolean => recognise(text).topics.includes('salary');
const isAboutPay = (text: string): boolean => {
  const { intent, topics } = recognise(text);
  return topics.includes('salary') || (intent?.startsWith('salary.') === true && intent !== 'salary.payday');
};

describe('A date in a question', () => {
  it('leaves it what it is, and arrives as exactly that day', () => {
    fc.assert(
      fc.property(asked, ({ phrase: [text, intent], spelling, day, us }) => {
        const dated = put(text, spelling.on(spelling.of(partsOf(day), us)));
        expect([dated, recognise(dated).intent, suspectsPay(dated)]).toEqual([
          dated,
          intent,
          suspectsPay(without(text)),
        ]);
        expect(daysIn(dated, us)).toBe(`${isoDay(day)}/${isoDay(day)}`);
      }),
    );
  });

  it('and from one to another as these days, whether or not the first has its year', () => {
    fc.assert(
      fc.property(
        asked,
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        ({ phrase: [text, intent], ...o }, more, once) => {
          const { spelling, day, us } = o;
          const [from, to] = [day, day + more];
          const range = once
            ? endingInYear(spelling.language, from, to)
            : spelling.from(spelling.of(partsOf(from), us), spelling.of(partsOf(to), us));
          const dated = put(text, range);
          expect([dated, recognise(dated).intent, suspectsPay(dated)]).toEqual([
            dated,
            intent,
            suspectsPay(without(text)),
          ]);
          expect(daysIn(dated, us)).toBe(`${isoDay(from)}/${isoDay(to)}`);
        },
      ),
    );
  });

  it('is no way round the guard of pay: whatever is suspected without one is with one, wherever it stands', () => {
    const guarded = OTHERS_PAY.filter(suspectsPay);
    expect(guarded.length).toBeGreaterThan(40);
    fc.assert(
      fc.property(
        fc.constantFrom(...guarded),
        fc.constantFrom(...SPELLINGS),
        someDay,
        fc.nat(),
        (text, spelling, day, at) => {
          const written = spelling.on(spelling.of(partsOf(day), false));
          const words = text.replace(/[?.!]$/, '').split(' ');
          const place = at % (words.length + 1);
          const dated = [...words.slice(0, place), written, ...words.slice(place)].join(' ');
          expect([dated, suspectsPay(dated)]).toEqual([dated, suspectsPay(words.join(' '))]);
        },
      ),
    );
  });

  it('nor are many of them', () => {
    const dates = 'on 1 March 2027, from 3 May 2027 to 5 May 2027, 1.3.2027, ';
    const guarded = OTHERS_PAY.filter(isAboutPay);
    expect(guarded.filter((text) => !isAboutPay(`${dates.repeat(5)} ${text}`))).toEqual([]);
  });
});
