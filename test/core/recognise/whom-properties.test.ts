/** Whoever else is spoken of, a question is not the asker's own. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LANGUAGES } from '../../../src/core/languages.ts';
import { CAST, catalogue, knows, whom } from './cast.ts';
import { capital, ownPay, put, type Sentence, sentence, stranger } from './whom/sentences.ts';

let own: readonly Sentence[] = [];
let bare: readonly Sentence[] = [];
beforeAll(async () => {
  ({ own, bare } = await ownPay());
});

/** Whole names and their parts; a part that the pack has for a word ("je me marie") names nobody where the asker owns what is asked. */
const NAMES = CAST.filter(({ id }) => id !== 'evan').flatMap(({ name }) => [
  name,
  ...name.split(/[ -]/).filter((part) => !/^(?:de|la|van|der)$/.test(part) && !knows(part)),
]);

describe('a question about the asker’s own pay', () => {
  it('there are hundreds of, in every language', () => {
    for (const language of LANGUAGES) {
      const theirs = own.filter(({ text, intent }) =>
        catalogue.intents.get(intent)?.examples[language]?.includes(text),
      );
      expect([language, theirs.length > 50]).toEqual([language, true]);
    }
    expect(own.length).toBeGreaterThan(400);
    expect(bare.length).toBeGreaterThan(20);
  });

  it('is not their own any more with the name of a colleague anywhere in it, however it is written', async () => {
    const written = fc.constantFrom<(name: string) => string>(
      (it) => it,
      (it) => it.toLowerCase(),
      (it) => it.toUpperCase(),
      (it) => `${it}'s`,
      (it) => `@${it}`,
      (it) => `de ${it}`,
      (it) => `von ${it}`,
      (it) => `d’${it}`,
    );
    await fc.assert(
      fc.asyncProperty(
        sentence(() => own),
        fc.nat(40),
        fc.constantFrom(...NAMES),
        written,
        async ({ text, intent }, at, name, write) => {
          const about = await whom(put(text, at, write(name)).text, intent);
          expect(about).not.toMatchObject({ relation: 'self' });
          expect(about).not.toHaveProperty('mayBeSelf');
        },
      ),
      { numRuns: 600 },
    );
  });

  it('is not their own any more with a stranger in it who has a capital', async () => {
    await fc.assert(
      fc.asyncProperty(
        sentence(() => own),
        fc.nat(40),
        stranger,
        async ({ text, intent }, at, who) => {
          const { text: said, before } = put(text, at, capital(who));
          // "my Macbook", "meine Bahncard" and what begins a sentence may be a thing, "in Lyon" a place.
          fc.pre(
            before !== '' &&
              !/[.!?:;¿¡]$|^(?:my|the|in|nach|en|au|aux|(?:mein|dein|kein|unser)\p{L}{0,2})$/iu.test(before),
          );
          const { relation, mayBeSelf = false } = await whom(said, intent);
          // "Eine Brille" is nobody, but who owns it is not clear.
          const isNoun = /^k?eine?[nmr]?$/i.test(before);
          expect([said, relation, mayBeSelf && !isNoun]).toEqual([said, 'other', false]);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('is not their own any more with a stranger in it who has none, where they are joined, compared or owners', async () => {
    const joined = fc.constantFrom<(text: string, who: string) => string>(
      (text, who) => `${text} and ${who}`,
      (text, who) => `${text} und ${who}`,
      (text, who) => `${text} et ${who}`,
      (text, who) => `${text} y ${who}`,
      (text, who) => `${text} or ${who}`,
      (text, who) => `${text}, more than ${who}`,
      (text, who) => `${text}, mehr als ${who}`,
      (text, who) => `${text}, plus que ${who}`,
      (text, who) => `${text}, más que ${who}`,
      (text, who) => `${text} vs ${who}`,
      (text, who) => `${text}, as much as ${who}`,
      (text, who) => `${text} and ${who}'s`,
      (text, who) => `${who}'s ${text}`,
      (text, who) => `${text} @${who}`,
      (text, who) => `the pay of ${who}, ${text}`,
      (text, who) => `das gehalt von ${who}, ${text}`,
      (text, who) => `le salaire de ${who}, ${text}`,
      (text, who) => `el sueldo de ${who}, ${text}`,
    );
    await fc.assert(
      fc.asyncProperty(
        sentence(() => own),
        stranger,
        joined,
        async ({ text, intent }, who, join) => {
          const said = join(text.replace(/[.?!]+$/, ''), who);
          expect([said, (await whom(said, intent)).relation]).toEqual([said, 'other']);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('is not their own any more with any stranger anywhere, where nobody says whose it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        sentence(() => bare),
        fc.nat(40),
        stranger,
        fc.boolean(),
        async ({ text, intent }, at, who, large) => {
          const said = put(text, at, large ? capital(who) : who).text;
          expect([said, (await whom(said, intent)).relation]).toEqual([said, 'other']);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is not their own any more with somebody else in it, in any language', async () => {
    const others = fc.constantFrom(
      'my colleague',
      'her',
      'their',
      'the boss',
      'the interns',
      'everyone',
      'mein Kollege',
      'sein',
      'der Chef',
      'die Praktikanten',
      'mon collègue',
      'leur',
      'le patron',
      'les stagiaires',
      'ma voisine',
      'mi compañera',
      'su',
      'el jefe',
      'los becarios',
      'mi vecino',
    );
    await fc.assert(
      fc.asyncProperty(
        sentence(() => own),
        others,
        async ({ text, intent }, who) => {
          const said = `${text.replace(/[.?!]+$/, '')} ${who}`;
          const { relation, mayBeSelf = false } = await whom(said, intent);
          expect([said, relation, mayBeSelf]).toEqual([said, 'other', false]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
