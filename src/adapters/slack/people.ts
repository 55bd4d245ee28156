/**
 * Everybody of a workspace and its user groups, for whoever has no other directory. Read whole or not at all: a page that is missing
 * must not turn people into strangers, nor a group into an empty one.
 */
import type { WebClient } from '@slack/web-api';
import type { Account } from '../../core/types.ts';
import type { Call } from './call.ts';
import { type Profile, profileOf } from './profile.ts';
import { type Fields, fieldsAt, idAt, isFields, stringAt } from './read.ts';

/** Somebody as a workspace has them. */
export interface SlackMember extends Profile {
  /** Workspace, and the account's id there. */
  readonly tenant: string;
  readonly user: string;
  /**
   * Whose person it is: an organisation's id of them is the same in all its workspaces, and never another's. `home` is the organisation, or
   * where there is none their own workspace, which need not be the one that was asked.
   */
  readonly home: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** Whether they are in the workspace that was asked. */
  readonly here: boolean;
  /** Other workspaces that they are in, as far as Slack says. */
  readonly elsewhere: readonly string[];
}

export interface SlackPeople {
  /** Never throws, like all of these: `unreachable` where Slack did not answer, or not whole. */
  member(account: Pick<Account, 'tenant' | 'user'>): Promise<SlackMember | 'unknown' | 'unreachable'>;
  /** Also those who are deactivated. Bots are left out, and whoever is in other workspaces alone. */
  everybody(tenant: string): Promise<readonly SlackMember[] | 'unreachable'>;
  /** User ids by group, of every group of the workspace whose list is whole; one that is switched off has nobody. Needs the scope usergroups:read. */
  groups(tenant: string): Promise<ReadonlyMap<string, ReadonlySet<string>> | 'unreachable'>;
  /** Whose account has this address; null: nobody's in this workspace. */
  byAddress(o: {
    readonly tenant: string;
    readonly email: string;
  }): Promise<{ readonly user: string | null } | 'unreachable'>;
}

/** As Slack advises; more at once is slower for all. */
const PAGE = 200;

/** Pages of a workspace; a hundred thousand people. */
const MOST_PAGES = 500;

export const createPeople = (o: { readonly call: Call; readonly allowed: ReadonlySet<string> }): SlackPeople => {
  const ask = async (
    tenant: string,
    method: string,
    make: (client: WebClient) => Promise<unknown>,
  ): Promise<Fields | { readonly fault: string }> => {
    const called = await o.call(tenant, method, make);
    if ('fault' in called) return { fault: called.fault.code };
    return isFields(called.done) ? called.done : { fault: 'malformed' };
  };

  const memberOf = (said: unknown, tenant: string): SlackMember | null => {
    if (!isFields(said)) return null;
    const user = idAt(said, 'id');
    const profile = profileOf(said, { tenant, allowed: o.allowed });
    if (user === null || profile === null) return null;
    const organisation = fieldsAt(said, 'enterprise_user');
    const known = fieldsAt(said, 'profile');
    const names = ['real_name', 'display_name', 'first_name', 'last_name'].flatMap((key) => {
      const name = stringAt(known, key) ?? '';
      return name.length <= LONGEST_NAME && /\p{L}/u.test(name) ? [name] : [];
    });
    const own = idAt(said, 'team_id');
    const listed: readonly unknown[] = Array.isArray(organisation['teams']) ? organisation['teams'] : [];
    const teams = [...listed, own].filter((team): team is string => typeof team === 'string');
    return {
      ...profile,
      tenant,
      user,
      home: idAt(organisation, 'enterprise_id') ?? own ?? tenant,
      name: names[0] ?? user,
      aliases: names.slice(1),
      here: teams.includes(tenant),
      elsewhere: teams.filter((team) => team !== tenant),
    };
  };

  return {
    member: async ({ tenant, user }) => {
      const said = await ask(tenant, 'users.info', (client) => client.users.info({ user, include_locale: true }));
      if ('fault' in said && NO_SUCH.includes(String(said['fault']))) return 'unknown';
      const member = 'fault' in said ? null : memberOf(said['user'], tenant);
      return member !== null && member.user === user ? member : 'unreachable';
    },
    everybody: async (tenant) => {
      const all: SlackMember[] = [];
      let cursor = '';
      for (let pages = 0; pages < MOST_PAGES; pages++) {
        const said = await ask(tenant, 'users.list', (client) =>
          client.users.list({ limit: PAGE, include_locale: true, ...(cursor === '' ? {} : { cursor }) }),
        );
        const listed = 'fault' in said ? null : said['members'];
        if (!Array.isArray(listed)) return 'unreachable';
        for (const one of listed) {
          const member = memberOf(one, tenant);
          if (member === null) return 'unreachable';
          if (member.here && member.kind !== 'bot' && member.kind !== 'stranger') all.push(member);
        }
        cursor = 'fault' in said ? '' : (stringAt(fieldsAt(said, 'response_metadata'), 'next_cursor') ?? '');
        if (cursor === '') return all;
      }
      return 'unreachable';
    },
    groups: async (tenant) => {
      const said = await ask(tenant, 'usergroups.list', (client) =>
        client.usergroups.list({ include_users: true, include_disabled: true, include_count: true }),
      );
      const listed = 'fault' in said ? null : said['usergroups'];
      if (!Array.isArray(listed)) return 'unreachable';
      const groups = new Map<string, ReadonlySet<string>>();
      for (const group of listed) {
        const id = isFields(group) ? idAt(group, 'id') : null;
        if (!isFields(group) || id === null) return 'unreachable';
        const users = usersOf(group);
        // One that no rule names must not lock out everybody: whoever needs it misses it.
        if (users !== null) groups.set(id, users);
      }
      return groups;
    },
    byAddress: async ({ tenant, email }) => {
      const said = await ask(tenant, 'users.lookupByEmail', (client) => client.users.lookupByEmail({ email }));
      if ('fault' in said) return said['fault'] === 'users_not_found' ? { user: null } : 'unreachable';
      const user = idAt(fieldsAt(said, 'user'), 'id');
      return user === null ? 'unreachable' : { user };
    },
  };
};

/** Slack says by these that there is no such account, or none that we may see. */
const NO_SUCH: readonly string[] = ['user_not_found', 'user_not_visible'];

/** Slack's own limit is 80. Characters. */
const LONGEST_NAME = 200;

const NOBODY: ReadonlySet<string> = new Set();

/** Null: the list is not the whole one, which the count beside it tells. */
const usersOf = (group: Fields): ReadonlySet<string> | null => {
  if (Number(group['date_delete'] ?? 0) !== 0) return NOBODY;
  const { users, user_count: count } = group;
  const ids: readonly unknown[] = Array.isArray(users) ? users : [];
  if (Number(count ?? Number.NaN) !== ids.length) return null;
  return new Set(ids.filter((id): id is string => typeof id === 'string'));
};
