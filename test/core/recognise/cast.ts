/** Who works here, for questions about whom something is: the real index of names, and the words that the pack knows, without learning it. */
import { createNameIndex } from '../../../src/core/naming.ts';
import type { Directory } from '../../../src/core/ports.ts';
import { familiarWords, namesIn } from '../../../src/core/recognise/corpus.ts';
import { tokensOf } from '../../../src/core/recognise/features.ts';
import { unicodeView } from '../../../src/core/recognise/normalise.ts';
import { type AboutWhom, aboutWhom } from '../../../src/core/recognise/people.ts';
import { createReportIndex } from '../../../src/core/reporting.ts';
import type { About, Colleague, Person } from '../../../src/core/types.ts';
import { loadCatalogue } from '../../../src/policies/catalogue.ts';
import { packFolders } from '../../../src/policies/pack.ts';

const colleague = (id: string, name: string, manager: string | null): Colleague => ({ id, name, manager });

/** Evan asks. He reports to Hana; Pia and Łukasz report to him. */
export const CAST: readonly Colleague[] = [
  colleague('evan', 'Evan Brooks', 'hana'),
  colleague('hana', 'Hana Okafor', 'mona'),
  colleague('mona', 'Mona Keller', null),
  colleague('hugo', 'Hugo Lindqvist', 'hana'),
  colleague('pia', 'Pia Rossi', 'evan'),
  colleague('lukasz', 'Łukasz Nowak', 'evan'),
  colleague('jose', 'José de la Cruz', 'mona'),
  colleague('lucia', 'Lucía Fernández', 'mona'),
  colleague('marc', 'Marc Lefèvre', 'mona'),
  colleague('anne', 'Anne-Marie Dubois', 'mona'),
  colleague('jan', 'Jan van der Berg', 'mona'),
  colleague('uwe', 'Uwe Müller', 'mona'),
  colleague('sam', "Sam O'Neill", 'mona'),
];

export const EVAN: Person = {
  ...colleague('evan', 'Evan Brooks', 'hana'),
  kind: 'employee',
  groups: [],
  country: 'US',
  locale: 'en',
  fresh: true,
};

export const directoryOf = (people: readonly Colleague[]): Directory => {
  const names = createNameIndex();
  names.add(people.map((person) => ({ ...person, aliases: [] })));
  const mentioned = (token: string): readonly Colleague[] => people.filter(({ id }) => token === `u0${id}00`);
  const reporting = createReportIndex(people);
  return {
    find: async () => ({ ok: false, why: 'unknown' }),
    accounts: async () => [],
    signInOf: async () => ({ ok: false, why: 'unknown' }),
    members: async () => [],
    colleague: async (id) => people.find((person) => person.id === id) ?? null,
    reports: async (asked) => reporting.reports(asked),
    mentions: async (asked) => [
      ...names.mentions(asked),
      ...asked.tokens.flatMap((token, start) =>
        asked.tokens[start - 1] === '@' && mentioned(token).length > 0
          ? [{ start, length: 1, people: mentioned(token) }]
          : [],
      ),
    ],
  };
};

export const catalogue = loadCatalogue({ folders: packFolders(null) });
const familiar = familiarWords(catalogue, namesIn(catalogue));

/** As the recogniser that learnt the pack says it. */
export const knows = (text: string): boolean =>
  tokensOf(unicodeView(text)).every((token) => !/\p{L}/u.test(token) || token.startsWith("'") || familiar.has(token));

const DIRECTORY = directoryOf(CAST);

export const whom = (
  text: string,
  intent: string | null,
  o: Partial<Pick<AboutWhom, 'asker' | 'directory' | 'before'>> = {},
): Promise<About> => {
  const known = intent === null ? null : catalogue.intents.get(intent);
  if (known === undefined) throw new Error(`the pack has no intent ${intent}`);
  return aboutWhom({ text, asker: EVAN, intent: known, directory: DIRECTORY, knows, ...o });
};
