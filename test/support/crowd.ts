/** As many people as a test needs, each with an account and a private chat on both platforms and figures of their own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SamplePerson } from '../../playground/people.ts';

export const TEAM = 'T0SOTTO000';
export const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';

export interface Somebody extends SamplePerson {
  /** Days of leave that are left: nobody else has so many. */
  readonly left: number;
  /** Pay for a year: nobody else earns so much. */
  readonly annual: number;
}

/** Names of letters, for a digit ends a name, and of a kind that no question has for a word. */
const letters = (n: number): string =>
  [26 * 26, 26, 1].map((by) => 'abcdefghijklmnopqrstuvwxyz'[Math.floor(n / by) % 26]).join('');

/** `payroll`: the last ones of them are in that group. */
export const makeCrowd = (o: { readonly count: number; readonly payroll?: number }): readonly Somebody[] =>
  Array.from({ length: o.count }, (_, n) => ({
    id: `p${String(n).padStart(4, '0')}`,
    name: `Xq${letters(n)} Zw${letters(n)}`,
    kind: 'employee',
    groups: n >= o.count - (o.payroll ?? 0) ? ['payroll'] : [],
    locale: 'en',
    slackTeam: TEAM,
    teamsTenant: TENANT,
    slackUser: `U0CROWD${String(n).padStart(4, '0')}`,
    teamsUser: `0a6f5f0e-3333-4d1c-8f5e-3a7d4b2c${n.toString(16).padStart(4, '0')}`,
    left: 100 + n,
    annual: 50_001 + 7 * n,
  }));

/** Writes the directory (for SOTTO_DIRECTORY) and what the HR system knows of them. JSON is YAML. */
export const writeCrowd = (
  folder: string,
  people: readonly Somebody[],
  /** How the HR system names them; default: as the directory file does. */
  idOf: (person: Somebody) => string = ({ id }) => id,
): { readonly directory: string; readonly hrData: string } => {
  const directory = join(folder, 'people.yaml');
  const hrData = join(folder, 'hr-data.yaml');
  const entries = people.map(({ id, name, groups, slackUser, teamsUser }) => ({
    id,
    name,
    kind: 'employee',
    groups,
    country: 'DE',
    locale: 'en',
    manager: null,
    accounts: { slack: [{ team: TEAM, user: slackUser }], teams: [{ tenant: TENANT, user: teamsUser }] },
  }));
  writeFileSync(directory, JSON.stringify({ people: entries }));
  const known = people.map((person) => {
    const { name, left, annual } = person;
    return [
      idOf(person),
      {
        currency: 'EUR',
        profile: { name },
        leave: { remaining: left, total: 900, planned: 0 },
        sickdays: { days: left / 2, last: '2026-04-07' },
        payslip: { month: '2026-10', gross: annual / 12, net: annual / 20 },
        compensation: { annual, grade: 'L1' },
        team: [],
      },
    ] as const;
  });
  writeFileSync(hrData, JSON.stringify({ people: Object.fromEntries(known) }));
  return { directory, hrData };
};
