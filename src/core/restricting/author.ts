/** HR: employees of the settings' group. Whoever does a step of restricting is looked up for that step, past what is remembered. */
import { SottoError } from '../errors.ts';
import { who } from '../steps.ts';
import type { Account, Person } from '../types.ts';
import type { World } from '../world.ts';

/** Who does something about restrictions. `account`: the one they do it with; null: the command line, whose orders are confirmed elsewhere. */
export interface Author {
  /** Directory id: the same human on every platform. */
  readonly person: string;
  readonly account: Account | null;
}

/** An HR person as the directory has just said. */
export interface HrPerson {
  readonly person: Person;
  readonly account: Account;
}

const isHr = ({ hr }: Pick<World, 'hr'>, person: Person): boolean =>
  person.kind === 'employee' && person.fresh && person.groups.includes(hr);

/** Null: not of HR. `unreachable`: the directory could not say so just now. Both are nobody who restricts. */
export const askedHr = async (
  world: Pick<World, 'directory' | 'log' | 'hr'>,
  account: Account,
): Promise<HrPerson | 'unreachable' | null> => {
  if (account.external) return null;
  const found = await who(world, account, { anew: true });
  if (!found.ok) return found.why === 'unreachable' || found.why === 'stale' ? 'unreachable' : null;
  if (isHr(world, found.person)) return { person: found.person, account };
  return isHr(world, { ...found.person, fresh: true }) ? 'unreachable' : null;
};

/** Null where it cannot be said as well. */
export const hrPerson = async (
  world: Pick<World, 'directory' | 'log' | 'hr'>,
  account: Account,
): Promise<HrPerson | null> => {
  const asked = await askedHr(world, account);
  return asked === 'unreachable' ? null : asked;
};

export const authorOf = ({ person, account }: HrPerson): Author => ({ person: person.id, account });

type Known = Pick<World, 'directory' | 'log' | 'hr'>;

/**
 * Whether a person whose account is not at hand is this now: asked past what the directory remembers, by whatever accounts it has of them.
 * Where it has none, what it said of its members minutes ago counts. Refuses where the directory is away.
 */
export const isByNow = async (
  { directory, log }: Pick<World, 'directory' | 'log'>,
  { person, is }: { readonly person: string; readonly is: (of: Pick<Person, 'kind' | 'groups'>) => boolean },
): Promise<boolean> => {
  const accounts = await directory.accounts(person);
  for (const known of accounts) {
    const found = await who({ directory, log }, { ...known, external: false }, { anew: true });
    if (found.ok && found.person.id === person) return found.person.fresh && is(found.person);
    if (!found.ok && found.why === 'unreachable')
      throw new SottoError('directory-unavailable', 'The directory cannot say just now whether they still may.');
  }
  const listed = accounts.length === 0 ? (await directory.members()).find(({ id }) => id === person) : undefined;
  return listed !== undefined && is(listed);
};

/** Whether the one who proposed a change is of HR still. */
export const isStillHr = async (world: Known, { person, account }: Author): Promise<boolean> => {
  if (account !== null) return (await hrPerson(world, account))?.person.id === person;
  return isByNow(world, { person, is: ({ kind, groups }) => kind === 'employee' && groups.includes(world.hr) });
};
