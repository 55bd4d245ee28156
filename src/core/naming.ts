/**
 * Names in a text: which of the people whom a directory holds does it speak of? Words only, no port, so that every
 * directory finds the same people by the same names.
 */
import { SottoError } from './errors.ts';
import type { Mention } from './ports.ts';
import type { Colleague, Person } from './types.ts';

/** A name has eight words at most (a GUID has five); longer stretches of a question are not looked up. */
const MOST_WORDS = 8;

/** More than any question has; past it nobody could say whom it names. */
const MOST_TOKENS = 20_000;

/** Several people of a name are as unclear as these many. */
const MOST_NAMESAKES = 50;

/** Somebody, with every way of naming them that is no part of their name. */
export interface NamedPerson extends Colleague {
  readonly aliases: readonly string[];
}

export interface NameIndex {
  /** Page by page, where a directory is too large to be indexed at one go. */
  add(people: readonly NamedPerson[]): void;
  /**
   * Whom these words name, the longest name first. Outsiders see nobody but themselves: what they ask must not tell who works
   * here. Refuses with code `directory-unavailable` what is too long to be looked up.
   */
  mentions(o: { readonly tokens: readonly string[]; readonly asker: Pick<Person, 'id' | 'kind'> }): readonly Mention[];
}

export const createNameIndex = (): NameIndex => {
  /** Every way of naming somebody, lower case, words joined by a space. */
  const byName = new Map<string, Colleague[]>();
  /** With which words a name can begin: most words of a text begin none. */
  const firsts = new Set<string>();

  /** Both spellings of what was said are looked up, since either may be the one that the directory has. */
  const namedBy = (spellings: readonly string[]): readonly Colleague[] => [
    ...new Set(spellings.flatMap(unowned).flatMap((name) => byName.get(name) ?? [])),
  ];

  return {
    add: (people) => {
      for (const person of people) {
        const { aliases: _, ...colleague } = person;
        for (const name of namesOf(person)) {
          firsts.add(firstOf(name));
          const others = byName.get(name);
          if (others === undefined) byName.set(name, [colleague]);
          else others.push(colleague);
        }
      }
    },
    mentions: ({ tokens, asker }) => {
      if (tokens.length > MOST_TOKENS) {
        throw new SottoError(
          'directory-unavailable',
          'The text is too long to look up whom it names. Ask in fewer words.',
        );
      }
      const outsider = asker.kind === 'guest' || asker.kind === 'external';
      const plain = tokens.map((token) => token.replaceAll('\u2019', "'").replaceAll('-', ' '));
      const ways = [plain.map(folded), plain.map((token) => folded(spelt(token)))];
      const mentions: Mention[] = [];
      const begins = (at: number): boolean =>
        ways.some((way) => unowned(way[at] ?? '').some((said) => firsts.has(firstOf(said))));
      for (let start = 0; start < tokens.length; start++) {
        if (!begins(start)) continue;
        for (let length = Math.min(MOST_WORDS, tokens.length - start); length > 0; length--) {
          const people = namedBy(ways.map((way) => way.slice(start, start + length).join(' ')))
            .filter((colleague) => !outsider || colleague.id === asker.id)
            .slice(0, MOST_NAMESAKES);
          if (people.length === 0) continue;
          mentions.push({ start, length, people });
          start += length - 1;
          break;
        }
      }
      return mentions;
    },
  };
};

const firstOf = (name: string): string => name.split(' ', 1)[0] ?? '';

/** Letters whose stroke or tail is no mark that could be taken off; what people write who do not have them. */
const BARE: Readonly<Record<string, string>> = {
  ß: 'ss',
  ς: 'σ',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ħ: 'h',
  ŧ: 't',
  ŋ: 'n',
};
const bare = (letter: string): string => BARE[letter] ?? letter;

/** Lower case without diacritics, so that "Müller", "muller" and "MÜLLER" are one, and "Łukasz" "lukasz"; "mueller" is entered beside it. */
const folded = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßςłøđðþæœıħŧŋ]/g, bare);

const SPELT: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' };
const spelt = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFC')
    .replace(/[äöüøå]/g, (letter) => SPELT[letter] ?? letter);

/** "Mueller" as whoever takes it for a "Müller" without dots writes it; "Joe" and "Michael" are none. */
const undotted = (text: string): string => folded(text).replace(/([aou])e(?=\p{L})(?!l(?: |$))/gu, '$1');

/** The words of a name as a text is split into words: a hyphen or a dot parts, an apostrophe between letters does not. */
const wordsOf = (name: string): readonly string[] =>
  name
    .normalize('NFC')
    .replaceAll('\u2019', "'")
    .match(/[\p{L}\p{N}\p{M}]+(?:'[\p{L}\p{N}\p{M}]+)*/gu) ?? [];

/** As said, and without what tells whose it is: "Mona's", and in German "Monas" and "Hans'". */
const unowned = (said: string): readonly string[] => [
  said,
  ...['s', "'s", "'"].flatMap((end) => (said.endsWith(end) ? [said.slice(0, -end.length)] : [])),
];

/** Little words that names have and every sentence, too ("de la Cruz", "Minh Le"): alone they name nobody. */
const SMALL = /^(?:de|del|la|las|le|les|los|el|du|des|d|l|y|e|und|zu|zum|am|of)$/i;
/** Others do where a name begins or ends with them ("Van Morrison"), and not in its midst ("van der Berg"). */
const PARTICLE = /^(?:van|von|der|den|da|do|dos|das|di|bin|al|ter|ten|ap|mac|st)$/i;

const stretchesOf = (words: readonly string[]): readonly (readonly string[])[] => {
  const isNaming = (from: number, to: number): boolean => {
    const outer = from === 0 || to === words.length;
    return words
      .slice(from, to)
      .some((word) => !SMALL.test(word) && (!PARTICLE.test(word) || (outer && to - from === 1)));
  };
  return words.flatMap((_, from) =>
    words
      .slice(from, from + MOST_WORDS)
      .flatMap((__, more) => (isNaming(from, from + more + 1) ? [words.slice(from, from + more + 1)] : [])),
  );
};

/** "O'Neill" where the apostrophe parts; a letter alone names nobody. */
const parted = (words: readonly string[]): readonly (readonly string[])[] =>
  words.some((word) => word.includes("'"))
    ? stretchesOf(words.flatMap((word) => word.split("'"))).filter(
        ([first, ...more]) => more.length > 0 || (first ?? '').length > 1,
      )
    : [];

/** Letters that are words or endings as well ("Mona s pay", "mona y hugo", "M. Keller"): they are no initials. */
const NO_INITIAL = /^[adeilmnostuy]$/;

/** "Mona K.", "H. Keller". */
const initialled = (words: readonly string[]): readonly (readonly string[])[] => {
  const [first, last] = [words[0], words.at(-1)];
  if (first === undefined || last === undefined || words.length < 2) return [];
  const initial = (word: string): string => folded([...word][0] ?? '');
  const ways = [
    { letter: initial(last), name: [first, initial(last)] },
    { letter: initial(first), name: [initial(first), last] },
  ];
  return ways.flatMap(({ letter, name }) => (/^\p{L}$/u.test(letter) && !NO_INITIAL.test(letter) ? [name] : []));
};

/** Any stretch of the name, the whole both ways round, with an initial, the aliases, the id. */
const namesOf = (person: NamedPerson): ReadonlySet<string> => {
  const words = wordsOf(person.name);
  const last = words.at(-1);
  const turned = last === undefined ? [] : [last, ...words.slice(0, -1)];
  const firstAndLast = words[0] === undefined || last === undefined ? [] : [words[0], last];
  const said = [
    ...stretchesOf(words),
    ...parted(words),
    turned,
    firstAndLast,
    ...initialled(words),
    ...person.aliases.map(wordsOf),
    wordsOf(person.id),
  ];
  const names = said.filter(({ length }) => length > 0 && length <= MOST_WORDS).map((name) => name.join(' '));
  return new Set(names.flatMap((name) => [folded(name), folded(spelt(name)), undotted(name)]));
};
