/**
 * Whether a text only goes on with what was asked before: "and last year?", "et Mona ?", "y el mes pasado", "same for Hugo", "October".
 * What makes it one is what it lacks: beside a time, a person and words that join, hardly anything is left.
 */
import { AND, MY, PRONOUNS } from './person-words.ts';
import type { TimeToken } from './time-tokens.ts';

const MARKS = /\p{M}/gu;

const plain = (words: Iterable<string>): ReadonlySet<string> =>
  new Set([...words].map((word) => word.normalize('NFD').replace(MARKS, '')));

const set = (list: string): readonly string[] => list.split(/\s+/).filter((word) => word !== '');

/** Words that join, in the languages that are understood; they ask nothing by themselves. */
const SMALL = plain([
  ...AND,
  ...set(`
    s m d l t n c j qu the a an this that these those it its one ones of for from to on at in by with about how what is was are were be been so then too also same again
    but only just now ok okay please pls thanks thank you your do does did compared versus vs than me mine myself i like as well instead until since between during before
    der die das den dem des ein eine einen einem einer im am vom zum zur beim fur von mit bei aus an auf zu um in ist war wie sieht es was wars denn dann auch noch nochmal
    genauso ebenso gleiche dasselbe selbe nur jetzt bitte danke seit bis zwischen ab nach vor statt davor ich mir mich uber
    le la les un une du de au aux ce cet cette ces en est etait pour par sur dans avec chez a ca cela meme pareil aussi alors et puis encore svp stp merci plait vous te
    depuis jusqu entre moi je mien mienne quoi celui celle ceux celles
    el los lo las un una del al este esta ese esa eso en es era por para con sobre y que tal mismo misma igual tambien ahora entonces porfa favor gracias desde hasta entre yo mi
    mio mia cual
  `),
]);

const PRONOUN = plain(PRONOUNS);
const OWN = plain(MY);

/** How such a text begins, by its first words. */
const LEADS: readonly (readonly string[])[] = set(`
  and what-about how-about same same-for also and-for or-for
  und was-ist-mit wie-ist-es-mit wie-sieht-es-mit auch dasselbe-fur das-gleiche-fur genauso-fur gilt-das-auch-fur
  et pareil-pour meme-chose-pour la-meme-chose-pour idem-pour
  y que-tal lo-mismo lo-mismo-para igual-para tambien
`).map((lead) => lead.split('-'));

/** How somebody asks for another time of the same. They count as nothing where a time is named and nobody is. */
const REQUESTS: readonly (readonly string[])[] = set(`
  as-well no sorry oh actually rather instead i-mean i-meant i-want i-need show-me give-me can-i-have can-i-see can-i-get could-i-have could-i-see
  may-i-see can-you-do can-you-show-me could-you-show-me could-you-do let-me-see do-you-have do-you-also-have i-would-like i-d-like
  nein doch lieber sorry ich-meine ich-meinte ich-will ich-mochte ich-moechte ich-brauche zeig zeige zeigen-sie kann-ich-sehen kann-ich-haben kann-ich konnte-ich
  hast-du haben-sie gib-mir sehen haben
  non pardon plutot je-voulais-dire je-veux-dire je-veux je-voudrais montre montrez peux-tu-montrer je-peux-voir je-peux-avoir puis-je-voir donne donnez
  no perdon mejor queria-decir quiero-decir quiero quisiera muestrame ensename dame puedo-ver puedes-mostrar puedes-mostrarme necesito
`).map((request) => request.split('-'));

/** Indices of the tokens that such requests are made of. */
const requestsIn = (tokens: readonly TimeToken[]): ReadonlySet<number> => {
  const places = tokens.flatMap((_, at) =>
    REQUESTS.filter((words) => words.every((word, next) => tokens[at + next]?.word === word)).flatMap((words) =>
      words.map((_word, next) => at + next),
    ),
  );
  return new Set(places);
};

/** Where such a text speaks of its writer: behind what it begins with. */
const SELF = plain(set('me mine myself i ich mir mich meins meiner moi mien mienne yo mi mio mia'));

export interface Ellipsis {
  /**
   * `bare`: nothing is left that could be asked. `nearly`: a word or two are left, which count where nothing else was made of them.
   * `none`: it asks something itself.
   */
  readonly kind: 'bare' | 'nearly' | 'none';
  /** Of whom it speaks: then that replaces whom the talk was about. `somebody`: whoever it is, the text has to be read for it. */
  readonly speaks: 'nobody' | 'self' | 'somebody';
  /** A word of it is one that the pack does not use: a name, or anything else. */
  readonly strange: boolean;
}

const NONE: Ellipsis = { kind: 'none', speaks: 'nobody', strange: false };

/** More words than this go on with nothing: whoever writes so much says what they want. */
const MOST_WORDS = 12;

const leadOf = (words: readonly string[]): number =>
  Math.max(0, ...LEADS.map((lead) => (lead.every((word, at) => words[at] === word) ? lead.length : 0)));

/** Words, figures and the marks between them. Whatever else stands in a text may mean something ("Mona 💰?"). */
const PLAINLY = /^[\p{L}\p{M}\p{N}\s.,;:!?'’`´"„“”«»()/¿¡–—-]*$/u;

/** Letters one by one may be a word that somebody hides. */
const SPELT = /(?:^|[^\p{L}])\p{L}(?:[^\p{L}\p{N}]{1,3}\p{L}(?![\p{L}\p{M}])){2}/u;

/** Whether a text means nothing but what it is read for here: so that nothing in it can be about anything else. */
export const isPlain = (text: string): boolean => PLAINLY.test(text) && !SPELT.test(text);

export const ellipsisOf = (o: {
  readonly tokens: readonly TimeToken[];
  /** Indices of tokens that say a time or another thing that was asked for. */
  readonly covered: ReadonlySet<number>;
  /** Words that name people, lower case. */
  readonly names: readonly string[];
  /** Whether a pronoun stands for a person in it. */
  readonly pronouns: boolean;
  /** Whether a word is one that the pack uses. */
  readonly knows: (word: string) => boolean;
}): Ellipsis => {
  const { tokens, covered } = o;
  const said = tokens.flatMap(({ word }, at) => (/^\p{L}/u.test(word) && !covered.has(at) ? [{ word, at }] : []));
  if (said.length > MOST_WORDS) return NONE;
  const requests = covered.size > 0 && o.names.length === 0 && !o.pronouns ? requestsIn(tokens) : new Set<number>();
  const words = said.flatMap(({ word, at }) => (requests.has(at) ? [] : [word]));
  const names = plain(o.names.flatMap((name) => name.split(/[^\p{L}\p{M}]+/u)));
  const lead = leadOf(tokens.map(({ word }) => word));
  const isName = (word: string): boolean => names.has(word) || (word.endsWith('s') && names.has(word.slice(0, -1)));
  const left = words.filter((word) => !isName(word) && !SMALL.has(word) && !PRONOUN.has(word) && !OWN.has(word));
  const strangers = left.filter((word) => !o.knows(word));
  const self =
    lead > 0 && tokens.some(({ word }, at) => at >= lead && !covered.has(at) && (SELF.has(word) || OWN.has(word)));
  const named = words.some(isName);
  const somebody = named || o.pronouns || (lead > 0 && strangers.length > 0);
  // "And 31 April?", "and 13/2025": a time was meant, whichever.
  const figures = lead > 0 && tokens.some(({ word }, at) => /^\p{N}/u.test(word) && !covered.has(at));
  const says = covered.size > 0 || somebody || self || figures || (words.length === 1 && SELF.has(words[0] ?? ''));
  if (!says) return NONE;
  // What a word means that is left, its whole sentence says.
  const whose = somebody || left.length > 0;
  const speaks = whose ? 'somebody' : self || (covered.size === 0 && !figures) ? 'self' : 'nobody';
  // "Same for Zoltan": whom nobody knows may be somebody. What is the writer's own ("and my paslip") is rather a slip of the pen.
  const whom = lead > 0 && !self && left.length === strangers.length && left.length <= 2;
  const strange = strangers.length > 0;
  if (left.length === 0 || whom) return { kind: 'bare', speaks, strange };
  const few = strangers.length <= 2 && left.length - strangers.length <= 1;
  return few && (lead > 0 || strangers.length === 0) ? { kind: 'nearly', speaks, strange } : NONE;
};
