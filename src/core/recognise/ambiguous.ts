/**
 * Words that are somebody in one language, or beside one word, and nothing of the kind elsewhere: the words around them tell. What
 * they do not tell is somebody.
 */
import { AND, COLLECTIVE, MY } from './person-words.ts';
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
const PARTICIPLE = /^\p{L}*(?:ado|ido|echo|isto|uesto|rito|ierto|uelto)$/u;
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
  if (after === 'me' || after === 'm' || after === 'nous') return remains(further);
  if (before === 's') return after === 'vous' || after === 'te' || after === 't';
  if (after === 'y') return further === 'a' || further === 'avait' || further === 'aura';
  if ((before === 'a' || before === 'aura') && wordAt(tokens, at - back - 1) === 'y') return true;
  if (before === 'est') return possible(after);
  return after === 'est' && possible(further);
};

/** "Ma note est-elle acceptée", "mon salaire a-t-il monté": the thing itself, where what is mine stands just before the verb. */
const inverted = oneOf('est a sont ont sera seront était va vont');
const isThing = ({ tokens, at }: Around): boolean => {
  const verb = wordAt(tokens, at - 1) === 't' ? at - 2 : at - 1;
  if (!inverted(wordAt(tokens, verb))) return false;
  for (let back = verb - 1; back >= Math.max(0, verb - 7); back--) {
    if (MY.has(wordAt(tokens, back))) return true;
    if (AND.has(wordAt(tokens, back))) return false;
  }
  return false;
};
const frenchSubject = (around: Around): boolean => !isThing(around);

/** "Did they pay my hours": the company. */
const beforeMine = ({ tokens, at }: Around, reach: number): boolean =>
  Array.from({ length: reach }, (_, ahead) => wordAt(tokens, at + 1 + ahead)).some((word) => MY.has(word));

/** "Is anyone working on my ticket": about the ticket; but "someone with my job earns", "does anyone earn my salary". */
const earns = oneOf(
  'earn earns make makes get gets paid verdient gagne touche gana cobra with in on from at of mit im bei avec dans con en de',
);
const anybody = (around: Around): boolean =>
  !beforeMine(around, 6) || around.tokens.slice(around.at).some(({ word }, ahead) => ahead < 2 && earns(word));

/** "Another bank", "alle Urlaubstage": of things. "The others", "alle im Vertrieb", "les autres gagnent": people. */
const place = oneOf('in of at from en du im bei aus who qui hier here ici aquí auf und and et y');
const some = ({ after }: Around): boolean => after === '' || place(after) || COLLECTIVE.has(after);

const germanOne = oneOf(`
  kann muss darf soll sollte wenn wie wo was ob dass bekommt kriegt findet sieht macht meldet beantragt reicht geht braucht ändert stellt bucht
`);
const germanYou = oneOf('habt könnt seid werdet wollt müsst dürft sollt zahlt macht bietet braucht gebt wisst kennt');
const afterNew = oneOf('im in bei am aus von neben verdient bekommt kriegt hat ist wird und oder');
const machine = oneOf('printer graphics video device audio display wifi usb network');
const verbMiss = oneOf('i we you to did not never ll');
const seat = oneOf('office desk ergonomic new a my better');
const staffArticle = oneOf('das des dem vom beim el del unser unserem unseres zum');
const officials = oneOf('tax mortgage bank pension insurance');
const span = oneOf('month year week day time quarter');
const determiner = oneOf('the our all other these those an a');

/** Whether the word is somebody here. Words that are not listed are whatever their language says. */
const PERSON: ReadonlyMap<string, (around: Around) => boolean> = new Map<string, (around: Around) => boolean>([
  ['son', ({ before, after }) => !beforeSpanishAre(before) && !afterSpanishAre(after)],
  ['he', ({ tokens, at }) => !isSpanishHave(tokens, at)],
  ['il', (around) => !isImpersonal(around) && !isThing(around)],
  ...['elle', 'ils', 'elles'].map((word) => [word, frenchSubject] as const),
  ['they', (around) => !beforeMine(around, 3)],
  ['ihr', ({ before }) => !germanYou(before)],
  ...['anyone', 'anybody', 'someone', 'somebody', 'jemand', 'quelqu', 'alguien'].map(
    (word) => [word, anybody] as const,
  ),
  ...['other', 'another', 'otro', 'otra', 'otros', 'otras', 'autre', 'autres'].map((word) => [word, some] as const),
  ...['andere', 'anderen', 'anderer', 'anderem', 'anderes', 'alle', 'aller', 'allen'].map(
    (word) => [word, some] as const,
  ),
  // "Dame mi nómina" is an order; "la dame", "die Dame" is a lady.
  ['dame', ({ before }) => de.articles.has(before) || /^(?:la|une|cette)$/.test(before)],
  ['personal', ({ before }) => staffArticle(before)],
  [
    'kind',
    ({ before, after, tokens, at }) =>
      after !== 'of' && (tokens[at]?.capital === true || de.my.has(before) || de.articles.has(before)),
  ],
  ['man', ({ before, after }) => !germanOne(before) && !germanOne(after)],
  ...['neue', 'neuen', 'neuer'].map((word) => [word, ({ after }: Around) => after === '' || afterNew(after)] as const),
  ['driver', ({ before }) => !machine(before)],
  ['drivers', ({ before }) => !machine(before)],
  ['chair', ({ before }) => !seat(before)],
  ['miss', ({ before }) => !verbMiss(before)],
  ['people', ({ before }) => !officials(before)],
  ['each', ({ after }) => !span(after)],
  ['student', ({ after }) => after !== 'loan' && after !== 'loans'],
  // "S'il vous plaît", and French time.
  ['svp', ({ before }) => determiner(before)],
  ['temps', ({ before }) => determiner(before)],
]);

/** Null: nothing but the word itself tells. */
export const isSomebodyHere = (tokens: readonly Token[], at: number): boolean | null => {
  const tells = PERSON.get(wordAt(tokens, at));
  return tells === undefined
    ? null
    : tells({ tokens, at, before: wordAt(tokens, at - 1), after: wordAt(tokens, at + 1) });
};
