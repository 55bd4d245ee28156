/** The directory, the adapter that asks Slack, and a Slack that answers it over http. */

import { SCOPES } from '../../../playground/slack/rules.ts';
import type { SlackStandIn, SlackStandInOptions, StandInPerson } from '../../../playground/slack/types.ts';
import {
  createSlackGroupsDirectory,
  type SlackGroupsDirectory,
  type SlackGroupsOptions,
} from '../../../src/adapters/slack-groups/directory.ts';
import type { Account } from '../../../src/core/types.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { openSlack, TEAM } from '../slack/support.ts';

export const PAYROLL = 'S0PAYROLL0';
export const HR = 'S0HR000000';
export const WORDS = new Map([
  ['payroll', PAYROLL],
  ['hr', HR],
]);

export const PIA = 'U0PIA00000';
export const ERIN = 'U0ERIN0000';

export const PEOPLE: readonly StandInPerson[] = [
  { user: PIA, name: 'Pia Rossi', kind: 'employee', email: 'pia@example.com' },
  { user: ERIN, name: 'Erin Weber', kind: 'employee', email: 'erin@example.com', locale: 'de-DE' },
];

export interface Scene {
  readonly directory: SlackGroupsDirectory;
  readonly standIn: SlackStandIn;
  readonly clock: FakeClock;
  readonly lines: string[];
  /** How often Slack was asked this. */
  asked(method: string): number;
  close(): Promise<void>;
}

export const scene = async (
  o: {
    readonly standIn?: Partial<SlackStandInOptions>;
    readonly options?: Partial<SlackGroupsOptions>;
    readonly tenants?: readonly string[];
  } = {},
): Promise<Scene> => {
  const clock = createFakeClock();
  const tenants = o.tenants ?? [TEAM];
  const lines: string[] = [];
  let directory: SlackGroupsDirectory | null = null;
  const bench = await openSlack({
    adapter: {
      teamIds: tenants,
      accountChanged: async (account) => directory?.forget?.(account),
    },
    standIn: {
      people: PEOPLE,
      userGroups: [
        { id: PAYROLL, handle: 'payroll', users: [PIA] },
        { id: HR, handle: 'hr', users: [] },
      ],
      scopes: [...SCOPES, 'usergroups:read'],
      events: ['user_change', 'subteam_members_changed', 'subteam_updated'],
      ...o.standIn,
    },
  });
  const line = (event: string): void => void lines.push(event);
  directory = createSlackGroupsDirectory({
    tenants,
    slack: bench.slack.people,
    groups: WORDS,
    country: 'DE',
    adminsOnly: true,
    emailVerified: tenants,
    clock,
    log: { info: line, warn: line, error: line },
    random: { id: () => 'id', fraction: () => 0 },
    ...o.options,
  });
  const made = directory;
  return {
    directory: made,
    standIn: bench.standIn,
    clock,
    lines,
    asked: (method) => bench.standIn.requests({ method }).length,
    close: async () => {
      await made.stop();
      await bench.close();
    },
  };
};

export const account = (user: string, more: Partial<Account> = {}): Account => ({
  platform: 'slack',
  tenant: TEAM,
  user,
  external: false,
  ...more,
});
