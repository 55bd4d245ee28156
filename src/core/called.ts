/** People as the directory knows them and as a system of record calls them, and how the asker stands to them. */
import { relationTo } from './askable.ts';
import { SOMEBODY } from './backend-ports.ts';
import type { Directory, Operation } from './ports.ts';
import type { Person, Relation } from './types.ts';

/** What is asked about people. */
export type PeopleKnown = Pick<Directory, 'colleague' | 'countryOf' | 'identifier' | 'identified'>;

/** How the asker stands to whoever the record is about. Somebody the directory does not know is `other`. */
export const relationOf = async (
  asker: Pick<Person, 'id'>,
  subject: string,
  directory: PeopleKnown,
): Promise<Relation> => {
  if (subject === asker.id) return 'self';
  const colleague = await directory.colleague(subject);
  return colleague === null ? 'other' : relationTo(asker, { ...colleague, id: subject });
};

/** Where whoever a record is about most likely lives; most live where those do who may ask about them. */
export const livesIn = async (
  asker: Pick<Person, 'id' | 'country'>,
  subject: string | null,
  directory: PeopleKnown,
): Promise<string> =>
  subject === null || subject === asker.id ? asker.country : ((await directory.countryOf?.(subject)) ?? asker.country);

/** As its system calls somebody; null: the directory does not know, and nothing is asked. */
const calledIn = async (
  { goesBy }: Pick<Operation, 'goesBy'>,
  person: string,
  directory: PeopleKnown,
): Promise<string | null> =>
  goesBy === undefined ? person : ((await directory.identifier?.({ person, by: goesBy })) ?? null);

/** Directory id of whom a record is about; null: nobody whom the directory knows. */
export const namedBy = async (
  { goesBy }: Pick<Operation, 'goesBy'>,
  subject: string,
  directory: PeopleKnown,
): Promise<string | null> => {
  if (subject === SOMEBODY) return null;
  if (goesBy === undefined) return subject;
  return (await directory.identified?.({ by: goesBy, value: subject }))?.id ?? null;
};

/** Whom a call is about and who asks, as its system calls them; null: one of them it does not know by any name. */
export const bothCalled = async (
  operation: Operation,
  { subject, asker }: { readonly subject: string; readonly asker: string },
  directory: PeopleKnown,
): Promise<{ readonly subject: string; readonly asker: string } | null> => {
  const whom = await calledIn(operation, subject, directory);
  const who = subject === asker ? whom : await calledIn(operation, asker, directory);
  return whom === null || who === null ? null : { subject: whom, asker: who };
};
