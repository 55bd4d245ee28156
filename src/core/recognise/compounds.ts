/** German makes one word of several: what it is says the last of them. */
import { isOthers } from './person-words.ts';

/** Characters of a part; whatever is longer than `LONGEST` is no word. */
const SHORTEST_PART = 4;
const LONGEST = 40;

const cutsOf = (word: string): readonly number[] =>
  word.length > LONGEST
    ? []
    : Array.from({ length: Math.max(0, word.length - 2 * SHORTEST_PART + 1) }, (_, more) => SHORTEST_PART + more);

/** "Gehaltseingang": begins or ends as a word that the pack knows. */
export const isCompound = (word: string, isThing: (word: string) => boolean): boolean =>
  cutsOf(word).some((cut) => isThing(word.slice(0, cut)) || isThing(word.slice(cut)));

/** "Urlaubsvertretung", "Teamkollegin", "Aushilfskraft". */
const PEOPLE =
  /(?:vertretung|leitung|führung|begleitung|schwester|bruder|arbeitskraft|aushilfskraft|leute|belegschaft)$/u;

export const isCompoundPerson = (word: string): boolean =>
  PEOPLE.test(word) || cutsOf(word).some((cut) => isOthers(word.slice(cut)));

/** "Hotelrechnung": ends as a thing that the pack knows, and as nobody. */
export const isCompoundThing = (word: string, isThing: (word: string) => boolean): boolean => {
  if (isCompoundPerson(word)) return false;
  return cutsOf(word).some((cut) => isThing(word.slice(cut)));
};
