/**
 * Whose account is it? For what operators order about people: the other way than for a question. Some accounts are known
 * beforehand (the directory's, the operator's own word); any other is asked for once.
 */
import type { Account, PlatformName } from './types.ts';
import type { World } from './world.ts';

/** An account as the store has it: its key, and the tenant beside it. */
export interface AccountRef {
  readonly tenant: string;
  /** `slack:U1`, `teams:GUID`. */
  readonly account: string;
}

/** `other`: somebody else's, whoever that is. `unknown`: nobody's that the directory knows or lets in. `unsure`: it could not say just now. */
export type Whose = { readonly person: string } | 'other' | 'unknown' | 'unsure';

export interface WhoseLookup {
  /** The person of those asked about whose account this is. Never throws. */
  of(account: AccountRef): Promise<Whose>;
  /** It is this person's: found out by other means. */
  learn(account: AccountRef, person: string): void;
  /** All that is known to be theirs. */
  accounts(person: string): readonly AccountRef[];
}

const keyOf = ({ tenant, account }: AccountRef): string => JSON.stringify([tenant, account]);

const PLATFORMS: readonly PlatformName[] = ['slack', 'teams'];

/** An account's key, taken apart. Null where it is none. */
export const accountOf = ({ tenant, account }: AccountRef): Account | null => {
  const at = account.indexOf(':');
  const platform = PLATFORMS.find((name) => name === account.slice(0, Math.max(0, at)));
  return platform === undefined ? null : { platform, tenant, user: account.slice(at + 1), external: false };
};

export const isOf = (whose: Whose, person: string): boolean => typeof whose === 'object' && whose.person === person;

export const createWhose = async (
  world: Pick<World, 'directory'>,
  people: readonly { readonly person: string; readonly accounts: readonly AccountRef[] }[],
): Promise<WhoseLookup> => {
  const persons = new Set(people.map(({ person }) => person));
  const known = new Map<string, { readonly ref: AccountRef; readonly whose: Whose }>();
  const learn = (ref: AccountRef, person: string): void => void known.set(keyOf(ref), { ref, whose: { person } });
  for (const { person, accounts } of people) {
    for (const ref of accounts) learn(ref, person);
    const told = await world.directory.accounts(person).catch(() => []);
    for (const { platform, tenant, user } of told) learn({ tenant, account: `${platform}:${user}` }, person);
  }

  const look = async (ref: AccountRef): Promise<Whose> => {
    const account = accountOf(ref);
    if (account === null) return 'unknown';
    const found = await world.directory.find(account).catch(() => ({ ok: false, why: 'unreachable' }) as const);
    if (found.ok) return persons.has(found.person.id) ? { person: found.person.id } : 'other';
    return found.why === 'unreachable' || found.why === 'stale' ? 'unsure' : 'unknown';
  };

  return {
    of: async (ref) => {
      const before = known.get(keyOf(ref));
      if (before !== undefined) return before.whose;
      const whose = persons.size === 0 ? 'other' : await look(ref);
      known.set(keyOf(ref), { ref, whose });
      return whose;
    },
    learn,
    accounts: (person) => [...known.values()].flatMap(({ ref, whose }) => (isOf(whose, person) ? [ref] : [])),
  };
};
