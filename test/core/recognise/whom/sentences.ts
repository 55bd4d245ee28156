/** Sentences to put names and strangers into. */
import fc from 'fast-check';
import { everyLanguage } from '../../../../src/core/languages.ts';
import { hasOwner } from '../../../../src/core/recognise/owner.ts';
import { isI, isOthers } from '../../../../src/core/recognise/person-words.ts';
import { readTokens } from '../../../../src/core/recognise/tokens.ts';
import { catalogue, knows, whom } from '../cast.ts';

export interface Sentence {
  readonly text: string;
  readonly intent: string;
}

/**
 * Sentences of the pack about the asker's own pay, as they are understood; `bare`: those in which nobody says whose it is, like
 * "payslip please".
 */
export const ownPay = async (): Promise<{ readonly own: readonly Sentence[]; readonly bare: readonly Sentence[] }> => {
  const all = [...catalogue.intents.values()]
    .filter(({ topic, about }) => topic === 'salary' && about === 'person')
    .flatMap(({ id, examples }) => everyLanguage(examples).map((text) => ({ text, intent: id })));
  const abouts = await Promise.all(all.map(({ text, intent }) => whom(text, intent)));
  const own = all.filter((_, at) => abouts[at]?.relation === 'self');
  // "Am I going to see any": whether I only ask or own is told by the words that follow, and another between them changes it.
  const isBare = (text: string): boolean => {
    const tokens = readTokens(text) ?? [];
    return !tokens.some(({ word }) => isI(word)) && !hasOwner(tokens, (word) => !isOthers(word));
  };
  return { own, bare: own.filter(({ text }) => isBare(text)) };
};

export const sentence = (from: () => readonly Sentence[]): fc.Arbitrary<Sentence> =>
  fc.nat().map((n) => {
    const some = from();
    const it = some[n % some.length];
    if (it === undefined) throw new Error('there is no such sentence');
    return it;
  });

/** Nobody of the cast, and no word of the pack. */
export const stranger = fc
  .stringMatching(/^[bcdfgkprstvz][aeiou][bcdfgkprtvz][aeiou][kqxz]{1,2}[aeiou]$/)
  .filter((it) => !knows(it));
export const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

export const put = (text: string, at: number, word: string): { readonly text: string; readonly before: string } => {
  const parts = text.split(' ');
  const place = at % (parts.length + 1);
  return { text: [...parts.slice(0, place), word, ...parts.slice(place)].join(' '), before: parts[place - 1] ?? '' };
};
