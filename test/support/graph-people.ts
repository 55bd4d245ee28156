/** A crowd as Entra knows it, with its payroll group. */
import { createGraphStandIn, type GraphStandIn } from '../../playground/graph/stand-in.ts';
import type { Somebody } from './crowd.ts';

export const PAYROLL_GROUP = '7c1d9a40-0000-4b6e-9d53-2f8e6a1b0c03';

/** `accepts`: which tokens Graph takes. */
export const graphOf = (people: readonly Somebody[], accepts: (token: string) => boolean): GraphStandIn =>
  createGraphStandIn({
    users: people.map(({ id, name, teamsUser }) => ({
      id: teamsUser,
      displayName: name,
      givenName: name.split(' ')[0] ?? null,
      surname: name.split(' ')[1] ?? null,
      mailNickname: id,
      mail: `${id}@example.com`,
      userPrincipalName: `${id}@example.com`,
      userType: 'Member',
      accountEnabled: true,
      country: null,
      usageLocation: 'DE',
      department: null,
      preferredLanguage: 'en-GB',
      manager: null,
    })),
    groups: [
      {
        id: PAYROLL_GROUP,
        members: people.filter(({ groups }) => groups.includes('payroll')).map(({ teamsUser }) => teamsUser),
      },
    ],
    accepts,
  });
