import { describe, expect, it } from '@jest/globals';
import { everyLanguage } from '../../../src/core/languages.ts';
import { loadCatalogue } from '../../../src/policies/catalogue.ts';
import { packFolders } from '../../../src/policies/pack.ts';
import { sharedRecogniser } from '../../support/shared-model.ts';

const catalogue = loadCatalogue({ folders: packFolders(null) });
const recogniser = await sharedRecogniser(catalogue);
const recognise = (text: string) => recogniser.recognise({ text, locale: 'en' });

const WRITES = [...catalogue.intents.values()].filter(({ form }) => form !== undefined).map(({ id }) => id);

/** None of them stands in the pack. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  'leave.book': [
    'put me down for two days off in June',
    'could you reserve the week after next for my holiday',
    "I'd like to have 4 to 8 March off please",
    'register leave for me, Monday and Tuesday',
    'book vacation',
    'I want vacation next week',
    'take friday off for me',
    'next Monday to Friday off',
    'tomorrow off',
    'a week of holiday from 3 August',
    'I need Friday off',
    'half day off on Friday afternoon',
    'ich würde gern nächste Woche Urlaub nehmen',
    'bitte trag mir den 3. Mai als Urlaub ein',
    'Urlaub für mich buchen ab Montag',
    'Urlaub nächste Woche',
    'zwei Tage frei ab 12.5.',
    'morgen frei',
    'je souhaite des congés du 2 au 6 juin',
    'resérvame vacaciones en agosto',
    'quiero tomarme libre el lunes',
  ],
  'it.open': [
    'raise an incident for me',
    'my mouse is dead, raise a ticket',
    'I want to log a problem with my phone',
    'ticket eröffnen wegen Drucker',
    'bitte lege ein Ticket für meinen Laptop an',
    'crée-moi un ticket pour mon clavier',
    'abre un ticket, mi ratón no va',
  ],
  'help.person': [
    'I need to speak with someone from HR',
    'can I get a real human',
    'escalate to a human',
    'please forward my question to HR',
    'ich möchte eine Person sprechen',
    'leite das an einen Menschen weiter',
    'je voudrais écrire aux RH',
    'quiero que me atienda una persona',
    'necesito hablar con rrhh',
  ],
};

/** What asks how a thing is done, or how it stands, is told; nothing is opened. */
const WORDS: readonly (readonly [text: string, intent: string])[] = [
  ['how do I request parental leave', 'leave.parental'],
  ['how can I request time off around here', 'leave.policy'],
  ['where do I book my leave', 'leave.policy'],
  ['wie reicht man denn Urlaub ein', 'leave.policy'],
  ['wie beantrage ich Elternzeit', 'leave.parental'],
  ['comment fait-on pour poser des congés', 'leave.policy'],
  ['cómo se solicitan las vacaciones', 'leave.policy'],
  ['I want to cancel my booked leave', 'leave.cancel'],
  ['I want to take parental leave from May', 'leave.parental'],
  ["I'd like to take unpaid leave in the summer", 'leave.unpaid'],
  ['take a day off for my wedding', 'leave.special'],
  ["I'm sick today", 'leave.sick'],
  ['is my leave for Friday booked', 'leave.booked'],
  ['what became of my ticket', 'it.tickets'],
  ['report a phishing mail', 'it.phishing'],
  ['report a lost phone', 'it.lost'],
  ['I need a new laptop', 'it.hardware'],
  ['book me a hotel', 'expenses.booking'],
  ['are you a human or a machine', 'help.capabilities'],
  ['spreche ich mit einem Menschen oder einem Bot', 'help.capabilities'],
  ['I need help', 'help.capabilities'],
  ['who is my manager', 'people.manager'],
  ["what is Mona's phone number", 'people.contact'],
];

describe('what the pack that ships can do for people', () => {
  it('is booking leave, opening a ticket and asking a person', () => {
    expect(WRITES.sort()).toEqual(Object.keys(ASKED).sort());
  });

  it('is judged here by sentences that nothing was learnt from', () => {
    const learnt = new Set([...catalogue.intents.values()].flatMap(({ examples }) => everyLanguage(examples)));
    expect(
      Object.values(ASKED)
        .flat()
        .filter((text) => learnt.has(text)),
    ).toEqual([]);
  });

  it.each(Object.entries(ASKED))('is recognised where people ask for it: %s', (intent, texts) => {
    expect(texts.filter((text) => recognise(text).intent !== intent)).toEqual([]);
  });

  it.each(WORDS)('is not what "%s" asks: that is %s', (text, intent) => {
    expect(recognise(text)).toMatchObject({ intent, also: [] });
  });
});
