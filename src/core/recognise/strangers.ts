/** Whether a text that the asker owns speaks of somebody else all the same, whom nobody knows: by where strange words stand. */
import { isCompound, isCompoundPerson } from './compounds.ts';
import { isAnd } from './owner.ts';
import { COLLECTIVE, HARMLESS, isI, MY, OF } from './person-words.ts';
import { isPlace } from './places.ts';
import { type Token, wordAt } from './tokens.ts';
import { de } from './words/de.ts';
import { accented, words } from './words/shape.ts';

/** More than this many strange words among ten, and nobody knows what the text is about. */
const MOST_STRANGE = 0.4;

const isOne = /^(?:the|le|la|l|el|das|der|die|celui|celle|one)$/;

/** How German makes nouns; names that end so are shorter. */
const NOUN =
  /^\p{L}{4,}(?:ung|heit|keit|schaft|tion|ität|tät|zeit|geld|tage?|plan|konto|karte|stelle|buch|satz|wert|kosten)(?:en|s|es)?$/u;
const MY_GERMAN = /^(?:mein|dein|kein|unser)\p{L}{0,2}$/u;

/** A strange word with a capital inside a sentence; a German noun after its article is none, but "der Petra" is. */
const isName = (o: Strange, at: number): boolean => {
  const { tokens, isThing } = o;
  const token = tokens[at];
  if (token?.capital !== true || isPlace(tokens, at)) return false;
  const before = wordAt(tokens, at - 1);
  if (before === 'my' || before === 'the' || MY_GERMAN.test(before)) return false;
  if (!de.articles.has(before)) return true;
  return !(NOUN.test(token.word) || isCompound(token.word, isThing));
};

/** "Petras Urlaub", "petras payslip": what a text begins with and is no word, before what is theirs. */
const isOwner = ({ tokens, isThing }: Strange, at: number): boolean => {
  const next = wordAt(tokens, at + 1);
  return at === 0 && wordAt(tokens, at).endsWith('s') && isThing(next) && !HARMLESS.has(next) && !COLLECTIVE.has(next);
};

/** "the payslip of petra", "le salaire de petra", "el de petra": some one thing, and whose it is. */
const isWhose = ({ tokens }: Strange, at: number): boolean =>
  OF.has(wordAt(tokens, at - 1)) && [2, 3, 4].some((back) => isOne.test(wordAt(tokens, at - back)));

/** Verbs whose subject somebody else is: before it in every language, and behind it where it asks. */
const GETS = accented(`
  earns makes gets receives got has takes verdient bekommt kriegt erhält gagne touche perçoit reçoit gana cobra percibe recibe
`);
const ASKS_WHO_GETS = accented('verdient bekommt kriegt erhält gagne touche perçoit gana cobra percibe');
const DOES = words('does did will would');
const GET = words('get earn make have receive take');
const GIVE = words('pay paid give gave owe');
/** "What petra gets", "was verdient petra", "does petra get my salary", "what do I pay petra". */
const isSubject = ({ tokens }: Strange, at: number): boolean => {
  const before = wordAt(tokens, at - 1);
  const after = wordAt(tokens, at + 1);
  const beforeThat = wordAt(tokens, at - 2);
  if (GETS.has(after) || (DOES.has(before) && GET.has(after))) return true;
  return isI(beforeThat) ? GIVE.has(before) : ASKS_WHO_GETS.has(before);
};

/** "Against petra", "about petra". */
const AGAINST = accented('against about über ueber gegen contre contra');
const isOpposite = ({ tokens }: Strange, at: number): boolean => AGAINST.has(wordAt(tokens, at - 1));

/** Letters that only look like one alphabet: whoever writes so hides a name. */
const SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u];
const SMALL_CAPITALS = /[\u0250-\u02af\u1d00-\u1d7f\ua730-\ua731]/u;
const isDisguised = ({ word }: Token): boolean =>
  SMALL_CAPITALS.test(word) || SCRIPTS.filter((script) => script.test(word)).length > 1;

/** Somebody who is told by what they do or where they sit. */
const SOMEONE_WHO = new RegExp(
  [
    '(?:next to|beside|opposite|neben|gegenüber) (?:me|us|mir|uns)',
    'c[oô]té de (?:moi|nous)',
    'al lado(?! de(?:l)? )',
    '(?:verdient|bekommt|kriegt|erhält) (?:der|die) (?:mit|im|in|bei|aus|von|hinter)',
    '(?:celui|celle|ceux|celles) qui (?:gagne|touche|travaille|bosse|fait|occupe|perçoit)',
    '(?:el|la|los|las) que (?:cobran?|ganan?|trabajan?|percibe)',
  ]
    .map((said) => `(?<![^ ])${said}(?![^ ])`)
    .join('|'),
  'u',
);
export const speaksOfSomeoneWho = (tokens: readonly Token[]): boolean =>
  SOMEONE_WHO.test(tokens.map(({ word }) => word).join(' '));

interface Strange {
  readonly tokens: readonly Token[];
  readonly isStranger: (token: Token) => boolean;
  readonly isThing: (word: string) => boolean;
}

/** Whether some strange word stands where only somebody can stand, or is hidden. */
export const namesStranger = (o: Strange): boolean =>
  o.tokens.some(
    (token, at) =>
      o.isStranger(token) &&
      (isAnd(o.tokens, at - 1) ||
        (isAnd(o.tokens, at + 1) && MY.has(wordAt(o.tokens, at + 2))) ||
        isName(o, at) ||
        isWhose(o, at) ||
        isOwner(o, at) ||
        isSubject(o, at) ||
        isOpposite(o, at) ||
        isCompoundPerson(token.word) ||
        isDisguised(token)),
  );

/** `words`: how many of the tokens are words. */
export const speaksOfStranger = (o: Strange & { readonly words: number }): boolean =>
  o.tokens.filter(o.isStranger).length > MOST_STRANGE * o.words || namesStranger(o);
