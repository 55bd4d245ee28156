/** Who asks, on which account, and who is who. */
import type { Found } from '../../../src/core/ports.ts';
import type { Account, Colleague, Person } from '../../../src/core/types.ts';

const EVAN: Person = {
  id: 'evan',
  name: 'Evan',
  manager: 'mona',
  kind: 'employee',
  groups: ['employee'],
  country: 'US',
  locale: 'en',
  fresh: true,
};
const MONA: Person = { ...EVAN, id: 'mona', name: 'Mona', manager: null, locale: 'de' };
const PIA: Person = { ...EVAN, id: 'pia', name: 'Pia', manager: null, groups: ['employee', 'payroll'] };
const GUS: Person = { ...EVAN, id: 'gus', name: 'Gus', manager: null, kind: 'guest', groups: [] };

export const PEOPLE: readonly Person[] = [EVAN, MONA, PIA, GUS];

/** Everybody's accounts, and one that nobody knows. */
export const ACCOUNTS: readonly Account[] = [
  { platform: 'slack', tenant: 'T1', user: 'U-evan', external: false },
  { platform: 'slack', tenant: 'T1', user: 'U-mona', external: false },
  { platform: 'slack', tenant: 'T1', user: 'U-pia', external: false },
  { platform: 'teams', tenant: 'T2', user: 'U-evan', external: false },
  { platform: 'teams', tenant: 'T2', user: 'U-pia', external: false },
  { platform: 'slack', tenant: 'T1', user: 'U-gus', external: false },
  { platform: 'slack', tenant: 'T1', user: 'U-nobody', external: false },
];

/** Null: the directory knows nobody by this account. */
export const personOf = (user: string): Person | null => PEOPLE.find(({ id }) => `U-${id}` === user) ?? null;

export const personById = (id: string): Person | null => PEOPLE.find((person) => person.id === id) ?? null;

export const found = (account: Account): Found => {
  const person = personOf(account.user);
  return person === null ? { ok: false, why: 'unknown' } : { ok: true, person };
};

export const namedBy = (word: string): readonly Colleague[] => PEOPLE.filter(({ name }) => name.toLowerCase() === word);
