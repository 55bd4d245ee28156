/** HR: employees of the settings' group. Whoever does a step of restricting is looked up for that step, past what is remembered. */
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

/**
 * Whether the one who proposed a change is of HR still. Without an account of theirs the directory's roll says so: minutes old at most,
 * and the second person who approves is looked up afresh beside it.
 */
export const isStillHr = async (
  world: Pick<World, 'directory' | 'log' | 'hr'>,
  { person, account }: Author,
): Promise<boolean> => {
  if (account !== null) return (await hrPerson(world, account))?.person.id === person;
  const members = await world.directory.members();
  return members.some(({ id, kind, groups }) => id === person && kind === 'employee' && groups.includes(world.hr));
};
