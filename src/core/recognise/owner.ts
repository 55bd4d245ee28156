/** Whether the asker owns what a text asks about, by its grammar alone. */
import { isSpanishHave, isSpanishMonth } from './ambiguous.ts';
import { isCompoundThing } from './compounds.ts';
import {
  AND,
  ARTICLES,
  EACH_LANGUAGE,
  isI,
  MINE,
  MY,
  OF,
  OWN_VERBS,
  QUALITIES,
  REQUEST,
  THAN,
  TIMES,
} from './person-words.ts';
import { isPlace } from './places.ts';
import { type Token, wordAt } from './tokens.ts';
import { accented, words } from './words/shape.ts';

/** How many words after "my" or "I" are looked at. */
const AHEAD = 3;

/** "Plus" is a bonus in Spanish and "more" in French, too: after an article, a verb or an adverb. */
const BEFORE_MORE = accented(
  'est sont suis il elle ils elles je gagne touche de a pas n beaucoup encore peu bien toujours',
);
export const isAnd = (tokens: readonly Token[], at: number): boolean => {
  const before = wordAt(tokens, at - 1);
  const isMore = MY.has(before) || ARTICLES.has(before) || BEFORE_MORE.has(before);
  return AND.has(wordAt(tokens, at)) && !(wordAt(tokens, at) === 'plus' && isMore);
};

/** No thing stands there: "mes de junio" is Spanish and nobody's. */
const isSmall = (word: string): boolean =>
  word !== 'plus' && (OF.has(word) || AND.has(word) || THAN.has(word) || ARTICLES.has(word));

interface Beside {
  readonly tokens: readonly Token[];
  readonly at: number;
  readonly word: string;
  readonly before: string;
  readonly next: string;
}

const MY_GERMAN = /^mein/u;

/** "My latest payslip", "mein Gehalt", "mi último", "my Berlin expenses", "meine Hotelrechnung". A word that is no thing may be a person. */
const isMy = (o: Beside, isThing: (word: string) => boolean): boolean => {
  if (!MY.has(o.word) || isSpanishMonth(o.tokens, o.at)) return false;
  const thing = o.tokens.slice(o.at + 1, o.at + 1 + AHEAD).find(({ word, capital }, ahead) => {
    const isPlaceName = capital && !isThing(word) && isPlace(o.tokens, o.at + 1 + ahead);
    return !QUALITIES.has(word) && !TIMES.has(word) && !isPlaceName;
  });
  if (thing !== undefined && !isSmall(thing.word)) {
    return isThing(thing.word) || (thing.capital && MY_GERMAN.test(o.word) && isCompoundThing(thing.word, isThing));
  }
  return QUALITIES.has(o.next) && !isSmall(o.next);
};

const ASKS_FOR_ME = words('regarde regarder vérifier verifier chercher trouver mira mirar buscar comprobar');
const isToMe = ({ tokens, at, word, before, next }: Beside): boolean =>
  EACH_LANGUAGE.some(
    (it) =>
      (it.me.has(word) && it.beforeMe.has(before) && !asksFor(wordAt(tokens, at - 2))) ||
      (it.toMe.has(word) && it.afterToMe.has(next)),
  ) || wasGiven(tokens, at);
/** "Peux-tu regarder pour moi". */
const asksFor = (word: string): boolean => ASKS_FOR_ME.has(word) || REQUEST.has(word);

/** "On m'a prélevé", "me sont attribués", "me han pagado"; but "on m'a demandé", "me han dicho". */
const GIVEN = /^\p{L}{2,}(?:és?|ées?|ado|ada|idos?|ida|ados|adas|uesto)$/u;
const TOLD = words('demandé demande montré raconté parlé autorisé pedido preguntado contado hablado');
const AUXILIARY = words('a ont avait est sont ha han había');
const wasGiven = (tokens: readonly Token[], at: number): boolean => {
  const word = wordAt(tokens, at);
  if ((word !== 'me' && word !== 'm') || !AUXILIARY.has(wordAt(tokens, at + 1))) return false;
  const given = wordAt(tokens, at + 2) === 'été' ? wordAt(tokens, at + 3) : wordAt(tokens, at + 2);
  return GIVEN.test(given) && !TOLD.has(given);
};

const BE_PARTICIPLE = /^\p{L}{2,}(?:ée?|ite?|erte?|ado|ada|ido|ida|rito|rita|ierto|ierta)$/u;
const STILL = words('bien toujours encore déjà pas ya todavía aún');
/** "Je suis payé combien", "estoy inscrito", "con qué seguro estoy"; but "je suis Hugo", "je suis de la paie". */
const isBeing = ({ tokens, at, word }: Beside): boolean => {
  if (word !== 'suis' && word !== 'estoy') return false;
  if (word === 'suis' && !isFrenchI(wordAt(tokens, at - 1))) return false;
  const ahead = STILL.has(wordAt(tokens, at + 1)) ? at + 2 : at + 1;
  const next = wordAt(tokens, ahead);
  if (BE_PARTICIPLE.test(next)) return true;
  if (word === 'estoy') return next === '';
  return next === 'en' || (next === 'à' && wordAt(tokens, ahead + 1).startsWith('quel'));
};
const isFrenchI = (word: string): boolean => word === 'je' || word === 'j';

/** "Can I have the names of", "could I get": wants to be given. */
const MODAL = words('can could may might');
const WANTED = words('have get receive');
const isWish = ({ before, next }: Beside): boolean => MODAL.has(before) && WANTED.has(next);

const ownsAsI = ({ word, before, next }: Beside): boolean =>
  EACH_LANGUAGE.some((it) => it.i.has(word) && (it.beforeI.has(before) || it.afterI.has(next)));

/**
 * Whether the asker owns what is asked about: "my payslip", "do I have", "combien il me reste", "cuánto cobro". Not where "I" and "me"
 * only ask ("tell me", "can I see", "I want to know"). `isThing` says whether a word may be what is mine: a stranger may be a person.
 */
export const hasOwner = (tokens: readonly Token[], isThing: (word: string) => boolean): boolean =>
  tokens.some(({ word }, at) => {
    const beside: Beside = { tokens, at, word, before: wordAt(tokens, at - 1), next: wordAt(tokens, at + 1) };
    if (MINE.has(word) || isMy(beside, isThing) || isToMe(beside)) return true;
    const asks = tokens.slice(at + 1, at + 1 + AHEAD).some((token) => REQUEST.has(token.word));
    if (asks) return false;
    if (OWN_VERBS.has(word) && !ARTICLES.has(beside.before)) return true;
    if (isSpanishHave(tokens, at) || isBeing(beside)) return true;
    return isI(word) && !isWish(beside) && ownsAsI(beside);
  });
