/** People and groups from Slack alone, for companies without another directory. */
import type { Reading } from './findings.ts';
import { readGroups } from './groups.ts';

export const SLACK_GROUPS = 'slack-groups';

export interface SlackGroupsConfig {
  readonly kind: typeof SLACK_GROUPS;
  /** Groups by the name that rules use, each with the id of Slack's user group. */
  readonly groups: ReadonlyMap<string, string>;
  /** Where everybody works; ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Whether only admins may change user groups: then they count in full. */
  readonly adminsOnly: boolean;
}

const ADMINS_ONLY = 'admins-only';

export const readSlackGroups = (reading: Reading): SlackGroupsConfig => {
  const { env, needed, optional, list, find } = reading;
  if (Object.keys(env).some((name) => name.startsWith('TEAMS_')))
    find(
      'SOTTO_DIRECTORY is "slack-groups", and Teams is on: Slack knows nobody there, so each would be a stranger on one of the two. Use entra:TENANT or file:PATH, or unset the settings of Teams.',
    );
  for (const id of list(optional('SLACK_TEAM_IDS') ?? ''))
    if (id.startsWith('E'))
      find(
        `SOTTO_DIRECTORY is "slack-groups", and SLACK_TEAM_IDS names the organisation "${id.slice(0, 60)}", whose people and user groups are read by workspace. Name its workspaces (T…) instead.`,
      );
  const country = needed(
    'SOTTO_SLACK_COUNTRY',
    'where people work, as two capital letters (ISO 3166-1): Slack does not know it, and rules read it',
  );
  if (country !== '' && !/^[A-Z]{2}$/.test(country))
    find(`SOTTO_SLACK_COUNTRY is "${country.slice(0, 40)}". It is two capital letters (ISO 3166-1), such as DE.`);
  const who = optional('SOTTO_SLACK_GROUPS_CHANGED_BY');
  if (who !== null && who !== ADMINS_ONLY)
    find(
      `SOTTO_SLACK_GROUPS_CHANGED_BY is "${who.slice(0, 40)}". It is "admins-only", where Slack lets nobody else create or change user groups in any of these workspaces, or left out.`,
    );
  return Object.freeze({
    kind: SLACK_GROUPS,
    groups: readGroups(reading, {
      setting: 'SOTTO_SLACK_GROUPS',
      id: /^S[A-Z0-9]{5,20}$/,
      what: "the id of Slack's user group (S0…)",
      of: 'Slack',
    }),
    country,
    adminsOnly: who === ADMINS_ONLY,
  });
};
