/** The sample people as the stand-ins need them: who is who on each platform. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const file = z.object({
  people: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      kind: z.enum(['employee', 'contractor', 'guest', 'external']),
      groups: z.array(z.string()),
      country: z.string(),
      manager: z.string().nullable(),
      department: z.string().optional(),
      locale: z.enum(['en', 'de']),
      identifiers: z.object({ 'employee-number': z.string() }).optional(),
      accounts: z.object({
        slack: z.array(z.object({ team: z.string(), user: z.string() })).min(1),
        teams: z.array(z.object({ tenant: z.string(), user: z.string() })).min(1),
      }),
    }),
  ),
});

/** Everybody in the file, with all that the stand-ins use of it. */
export const readPeopleFile = (path: string) => file.parse(parse(readFileSync(path, 'utf8'))).people;

export interface SamplePerson {
  readonly id: string;
  readonly name: string;
  readonly kind: 'employee' | 'contractor' | 'guest' | 'external';
  readonly groups: readonly string[];
  readonly locale: 'en' | 'de';
  readonly slackTeam: string;
  readonly slackUser: string;
  readonly teamsTenant: string;
  /** aadObjectId. */
  readonly teamsUser: string;
}

export const readSamplePeople = (path: string): readonly SamplePerson[] =>
  readPeopleFile(path).map(({ accounts, id, name, kind, groups, locale }) => {
    const [slack] = accounts.slack;
    const [teams] = accounts.teams;
    return {
      id,
      name,
      kind,
      groups,
      locale,
      slackTeam: slack?.team ?? '',
      slackUser: slack?.user ?? '',
      teamsTenant: teams?.tenant ?? '',
      teamsUser: teams?.user ?? '',
    };
  });
