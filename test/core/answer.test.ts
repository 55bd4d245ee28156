import { describe, expect, it } from '@jest/globals';
import { answerCard, dataRefusedCard, refusalCard, strictest } from '../../src/core/answer.ts';
import type { Judgement } from '../../src/core/judgement.ts';
import { refusedText } from '../../src/core/refused.ts';
import { repliesIn } from '../../src/core/replies/replies.ts';
import type { Catalogue, Obligations, Person } from '../../src/core/types.ts';
import { EVAN, GUS, intentOf } from '../support/world.ts';

const PAYSLIP = intentOf({ id: 'salary.payslip' });
const catalogue: Catalogue = {
  hash: '',
  topics: new Map(),
  intents: new Map([[PAYSLIP.id, PAYSLIP]]),
  background: { en: [], de: [] },
};

const judgement = (reasons: readonly string[], person: Person = EVAN): Judgement => ({
  verdict: 'refuse',
  intent: PAYSLIP,
  topics: ['salary'],
  about: 'self',
  subject: person,
  candidates: [],
  slots: {},
  asks: null,
  asksSelf: false,
  also: [],
  reasons,
  obligations: null,
  onSuspicion: false,
  guessed: false,
  restsOn: null,
  signInMinutes: null,
  policy: 'v1',
  restrictions: 0,
  suspected: [],
  relation: null,
  refusedTopic: 'salary',
  words: {},
  contact: {},
  rights: {},
  suggestions: [],
  heard: null,
  nearest: null,
  request: {
    person,
    platform: 'slack',
    place: 'direct',
    signInAgeMinutes: null,
    denials: 0,
    asked: [],
    refused: [],
    now: 0,
  },
});

const refused = (reasons: readonly string[], person: Person = EVAN): string =>
  refusalCard({
    judgement: judgement(reasons, person),
    person,
    catalogue,
    signIn: 'nowhere',
    permitted: () => [],
    button: ({ label }) => ({ action: 'sotto.ask', label, value: '' }),
  }).text;

const restricted = repliesIn('en').restricted({ topic: '', contact: '', words: null, whom: null, rights: null });
const { unreachable } = repliesIn('en').identity;

describe('the words of a refusal', () => {
  it('say that somebody could not be checked where nobody restricted anything', () => {
    expect(refused(['stale'])).toBe(unreachable);
    expect(refused(['own-pay'])).toBe(restricted);
    expect(refused(['stale', 'own-pay'])).toBe(restricted);
  });

  it('are in the language of whoever asks', () => {
    expect(refused(['stale'], { ...EVAN, locale: 'de' })).toBe(repliesIn('de').identity.unreachable);
  });

  it('tell a guest nothing by it', () => {
    expect(refused(['stale'], GUS)).toBe(refused(['guests-help-only'], GUS));
  });

  it('are the same where the second check refuses', () => {
    const card = (reasons: readonly string[]) => dataRefusedCard({ intent: PAYSLIP, person: EVAN, catalogue, reasons });
    expect([card(['stale']).text, card(['no-subject']).text]).toEqual([unreachable, restricted]);
    const shown = answerCard({
      intent: PAYSLIP,
      judgement: judgement(['own-pay']),
      person: EVAN,
      catalogue,
      read: { ok: false, why: 'refused', dataClass: 'pay', reasons: ['stale'] },
      obligations: { show: 'view', expiresSeconds: 60, moreTime: 0, redact: [] },
      permitted: () => [],
    });
    expect(shown.text).toBe(unreachable);
  });
});

describe('several rules about one answer', () => {
  const rule = (o: Partial<Obligations>): Obligations => ({
    show: 'hold-reveal',
    expiresSeconds: 60,
    moreTime: 0,
    redact: [],
    ...o,
  });

  it('give the least more time that those allow which set a time', () => {
    expect(strictest([rule({ moreTime: 3 }), rule({ moreTime: 1 })]).moreTime).toBe(1);
    expect(strictest([rule({ moreTime: 3 }), rule({})]).moreTime).toBe(0);
    expect(strictest([rule({ moreTime: 3 }), rule({ show: 'message', expiresSeconds: null })]).moreTime).toBe(3);
    expect(strictest([rule({ show: 'message', expiresSeconds: null })]).moreTime).toBe(0);
  });

  it('give no more time in a view, which may be opened again', () => {
    expect(strictest([rule({ moreTime: 3 }), rule({ show: 'view', expiresSeconds: null })]).moreTime).toBe(0);
  });
});

describe('a refusal of HR’s', () => {
  const topic = {
    title: { en: 'Pay', de: 'Gehalt' },
    contact: { en: 'the pay desk', de: 'die Gehaltsstelle' },
  };
  const none = { words: {}, contact: {}, rights: {} };
  const said = (changed: Partial<Parameters<typeof refusedText>[0]['said']>, locale: 'en' | 'de' = 'en'): string =>
    refusedText({ said: { ...none, ...changed }, topic, locale });

  it('says its words alone, then whom to ask, then the right', () => {
    const words = { en: 'Closed until Monday.', de: 'Bis Montag zu.' };
    const contact = { en: 'the HR desk', de: 'die Personalabteilung' };
    const rights = { en: 'You may ask in writing.', de: 'Du darfst schriftlich fragen.' };
    expect(said({ words })).toBe('Closed until Monday.');
    expect(said({ words, contact })).toBe('Closed until Monday. Please ask the HR desk.');
    expect(said({ words, contact, rights })).toBe(
      'Closed until Monday. Please ask the HR desk. You may ask in writing.',
    );
    expect(said({ words, contact, rights }, 'de')).toBe(
      'Bis Montag zu. Bitte wende dich an die Personalabteilung. Du darfst schriftlich fragen.',
    );
  });

  it('names the topic’s contact where it has no words, or another where HR name one', () => {
    const ours = 'This question about pay is restricted, so I may not answer it.';
    expect(said({})).toBe(`${ours} Please ask the pay desk.`);
    expect(said({ contact: { en: 'the HR desk' } })).toBe(`${ours} Please ask the HR desk.`);
    expect(said({ words: { en: 'Closed.' } }, 'de')).toBe(
      'Diese Frage zum Thema Gehalt ist eingeschränkt, deshalb darf ich sie nicht beantworten. Bitte wende dich an die Gehaltsstelle.',
    );
    expect(said({ rights: { en: 'You may ask in writing.' } })).toBe(
      `${ours} Please ask the pay desk. You may ask in writing.`,
    );
  });

  it('is what an employee reads, with all of it', () => {
    const shown = refusalCard({
      judgement: {
        ...judgement(['hr:salary']),
        words: { en: 'Closed.' },
        contact: { en: 'the HR desk' },
        rights: { en: 'You may ask in writing.' },
      },
      person: EVAN,
      catalogue,
      signIn: 'nowhere',
      permitted: () => [],
      button: ({ label }) => ({ action: 'sotto.ask', label, value: '' }),
    });
    expect(shown.text).toBe('Closed. Please ask the HR desk. You may ask in writing.');
  });
});
