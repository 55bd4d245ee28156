/** The sample people as an Entra tenant holds them: object ids are their Teams accounts', groups have ids instead of names. */
import { readPeopleFile } from '../people.ts';
import type { GraphGroup, GraphUser } from './tenant.ts';

/** By the word that rules name, the object id of the sample tenant's group: what SOTTO_ENTRA_GROUPS says. */
export const SAMPLE_GROUPS: ReadonlyMap<string, string> = new Map([
  ['manager', '7c1d9a40-0000-4b6e-9d53-2f8e6a1b0c01'],
  ['hr', '7c1d9a40-0000-4b6e-9d53-2f8e6a1b0c02'],
  ['payroll', '7c1d9a40-0000-4b6e-9d53-2f8e6a1b0c03'],
  ['contractor', '7c1d9a40-0000-4b6e-9d53-2f8e6a1b0c04'],
]);

/** Payroll has its people in a group of the group, as groups often have. */
export const PAYROLL_TEAM = '7c1d9a40-0000-4b6e-9d53-2f8e6a1b0c05';

const COUNTRIES: Readonly<Record<string, string>> = { DE: 'Germany', US: 'United States' };

export interface SampleTenant {
  readonly tenantId: string;
  readonly users: readonly GraphUser[];
  readonly groups: readonly GraphGroup[];
  /** Object id of one of the sample people. */
  idOf(person: string): string;
}

/** Whoever belongs to another company is no part of the tenant. */
export const readSampleTenant = (path: string): SampleTenant => {
  const everybody = readPeopleFile(path);
  const people = everybody.filter(({ kind }) => kind !== 'external');
  const idOf = (person: string): string => {
    const id = people.find((it) => it.id === person)?.accounts.teams[0]?.user;
    if (id === undefined) throw new Error(`The sample tenant has no "${person}".`);
    return id;
  };
  const users = people.map((person): GraphUser => {
    const [givenName = null, ...rest] = person.name.split(' ');
    const guest = person.kind === 'guest';
    return {
      id: idOf(person.id),
      displayName: person.name,
      givenName,
      surname: rest.join(' '),
      mailNickname: person.id,
      mail: `${person.id}@example.com`,
      userPrincipalName: guest ? `${person.id}_example.com#EXT#@sotto.example` : `${person.id}@example.com`,
      userType: guest ? 'Guest' : 'Member',
      accountEnabled: true,
      country: COUNTRIES[person.country] ?? null,
      usageLocation: person.country,
      department: person.department ?? null,
      preferredLanguage: person.locale === 'de' ? 'de-DE' : 'en-GB',
      employeeId: person.identifiers?.['employee-number'] ?? null,
      manager: person.manager === null ? null : idOf(person.manager),
    };
  });
  const members = (word: string): readonly string[] =>
    people.filter(({ groups, kind }) => groups.includes(word) || kind === word).map(({ id }) => idOf(id));
  const groups = [...SAMPLE_GROUPS].map(([word, id]) => ({
    id,
    members: word === 'payroll' ? [PAYROLL_TEAM] : members(word),
  }));
  return {
    tenantId: people[0]?.accounts.teams[0]?.tenant ?? '',
    users,
    groups: [...groups, { id: PAYROLL_TEAM, members: members('payroll') }],
    idOf,
  };
};
