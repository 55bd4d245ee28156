/**
 * Words that are somebody in one language, or beside one word, and nothing of the kind elsewhere: the words around them tell. What
 * they do not tell is somebody.
 */
import { type Token, wordAt } from './tokens.ts';
import { de } from './words/de.ts';
import { words } from './words/shape.ts';

const oneOf = (list: string): ((word: string) => boolean) => {
  const set = words(list);
  return (word) => set.has(word);
};

interface Around {
  readonly before: string;
  readonly after: string;
  readonly tokens: readonly Token[];
  readonly at: number;
}

/** Spanish "son" ("¿cuáles son mis días?") is no French or English one. */
const beforeSpanishAre = oneOf('cuáles cuales cuántos cuantos cuántas cuantas cuándo cuando dónde donde qué no');
const afterSpanishAre = oneOf('mis los las mi el de festivos');

/** "he cobrado", "he ido". */
const PARTICIPLE = /^\p{L}*(?:ado|ido|echo|isto|uesto|rito)$/u;
export const isSpanishHave = (tokens: readonly Token[], at: number): boolean =>
  wordAt(tokens, at) === 'he' && PARTICIPLE.test(wordAt(tokens, at + 1));

/** Spanish "mes" is a month. */
const beforeMonth = oneOf('el este al del un cada por último ultimo próximo proximo mismo ese primer primero un otro');
export const isSpanishMonth = (tokens: readonly Token[], at: number): boolean =>
  wordAt(tokens, at) === 'mes' && beforeMonth(wordAt(tokens, at - 1));

/** French "il" and Spanish nobody: "il me reste", "reste-t-il", "il y a", "s'il vous plaît", "est-il possible". */
const remains = oneOf('reste restait restera faut fallait faudra manque');
const possible = oneOf('possible prévu prevu temps vrai normal');
const isImpersonal = ({ tokens, at, after }: Around): boolean => {
  const back = wordAt(tokens, at - 1) === 't' ? 2 : 1;
  const before = wordAt(tokens, at - back);
  const further = wordAt(tokens, at + 2);
  if (remains(before) || remains(after)) return true;
  if (before === 's') return after === 'vous' || after === 'te' || after === 't';
  if (after === 'y') return further === 'a' || further === 'avait' || further === 'aura';
  if ((before === 'a' || before === 'aura') && wordAt(tokens, at - back - 1) === 'y') return true;
  if (after === 'me' || after === 'm' || after === 'nous') return remains(further);
  if (before === 'est') return possible(after);
  return after === 'est' && possible(further);
};

const germanOne = oneOf(`
  kann muss darf soll sollte wenn wie wo was ob dass bekommt kriegt findet sieht macht meldet beantragt reicht geht braucht ändert stellt bucht
`);
const afterNew = oneOf('im in bei am aus von neben verdient bekommt kriegt hat ist wird und oder bei');
const machine = oneOf('printer graphics video device audio display wifi usb network');
const verbMiss = oneOf('i we you to did not never ll');
const seat = oneOf('office desk ergonomic new a my better');
const staffArticle = oneOf('das des dem vom beim el del unser unserem unseres zum');

/** Whether the word is somebody here. Words that are not listed are whatever their language says. */
const PERSON: Readonly<Record<string, (around: Around) => boolean>> = {
  son: ({ before, after }) => !beforeSpanishAre(before) && !afterSpanishAre(after),
  he: ({ tokens, at }) => !isSpanishHave(tokens, at),
  il: (around) => !isImpersonal(around),
  // "Dame mi nómina" is an order; "la dame", "die Dame" is a lady.
  dame: ({ before }) => de.articles.has(before) || /^(?:la|une|cette)$/.test(before),
  personal: ({ before }) => staffArticle(before),
  kind: ({ before, after, tokens, at }) =>
    after !== 'of' && (tokens[at]?.capital === true || de.my.has(before) || de.articles.has(before)),
  man: ({ before, after }) => !germanOne(before) && !germanOne(after),
  neue: ({ after }) => after === '' || afterNew(after),
  neuen: ({ after }) => after === '' || afterNew(after),
  neuer: ({ after }) => after === '' || afterNew(after),
  driver: ({ before }) => !machine(before),
  drivers: ({ before }) => !machine(before),
  chair: ({ before }) => !seat(before),
  miss: ({ before }) => !verbMiss(before),
};

/** Null: nothing but the word itself tells. */
export const isSomebodyHere = (tokens: readonly Token[], at: number): boolean | null => {
  const word = wordAt(tokens, at);
  const tells = Object.hasOwn(PERSON, word) ? PERSON[word] : undefined;
  return tells === undefined
    ? null
    : tells({ tokens, at, before: wordAt(tokens, at - 1), after: wordAt(tokens, at + 1) });
};
