import { type Method, refused, textOf } from './methods.ts';
import type { StandInUserGroup } from './people-types.ts';
import type { Json } from './types.ts';
import { type UsersOptions, userOf } from './users.ts';
import type { Workspace } from './workspace.ts';

/** The user groups of one workspace. */
export interface UserGroups {
  all(): readonly StandInUserGroup[];
  /** Replaces the group of this id. */
  change(id: string, to: Partial<Omit<StandInUserGroup, 'id'>>): StandInUserGroup;
}

export const createUserGroups = (given: readonly StandInUserGroup[]): UserGroups => {
  const groups = new Map(given.map((group) => [group.id, group]));
  return {
    all: () => [...groups.values()],
    change: (id, to) => {
      const before = groups.get(id);
      if (before === undefined) throw new Error(`The workspace has no user group "${id}".`);
      const group = { ...before, ...to };
      groups.set(id, group);
      return group;
    },
  };
};

const DISABLED_AT = 1_700_000_000;

/** As `usergroups.list` and the events show it; who is in it only where that is asked for, and never of one that is switched off. */
export const userGroupOf = (
  { id, handle, users, disabled = false }: StandInUserGroup,
  { teamId }: Pick<Workspace, 'teamId'>,
  o: { readonly withUsers: boolean; readonly withCount: boolean },
): Json => ({
  id,
  team_id: teamId,
  is_usergroup: true,
  is_subteam: true,
  name: handle,
  description: '',
  handle,
  is_external: false,
  date_create: 1_600_000_000,
  date_update: DISABLED_AT,
  date_delete: disabled ? DISABLED_AT : 0,
  auto_type: null,
  created_by: 'U0ADMIN000',
  updated_by: 'U0ADMIN000',
  deleted_by: disabled ? 'U0ADMIN000' : null,
  prefs: { channels: [], groups: [] },
  ...(o.withUsers ? { users } : {}),
  ...(o.withCount ? { user_count: users.length } : {}),
});

const isSaid = (args: Json, key: string): boolean => ['true', '1'].includes(textOf(args, key));

/** `usergroups.list`: those that are switched off, who is in them and how many only where it is asked for. */
export const createUserGroupsList =
  (o: { readonly workspace: Workspace; readonly groups: UserGroups }): Method =>
  (args) => ({
    ok: true,
    usergroups: o.groups
      .all()
      .filter(({ disabled = false }) => !disabled || isSaid(args, 'include_disabled'))
      .map((group) =>
        userGroupOf(group, o.workspace, {
          withUsers: isSaid(args, 'include_users'),
          withCount: isSaid(args, 'include_count'),
        }),
      ),
  });

const MOST_LISTED = 1_000;

/** `users.list`: everybody who was ever there, bots among them, by pages. */
export const createUsersList =
  (o: UsersOptions): Method =>
  (args, { scopes }) => {
    const limit = Math.min(MOST_LISTED, Math.max(0, Math.floor(Number(textOf(args, 'limit') || '0') || 0)));
    const cursor = textOf(args, 'cursor');
    const from =
      cursor === '' ? 0 : Number(/^user:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'))?.[1] ?? -1);
    const people = o.workspace.people();
    if (from < 0) return refused('invalid_cursor');
    // Slack gives everybody at once to whoever names no limit; nobody should.
    const to = limit === 0 ? people.length : from + limit;
    const page = people.slice(from, to).map((person) => {
      const user = userOf(person, { ...o, scopes });
      return isSaid(args, 'include_locale') && person.deactivated !== true
        ? { ...user, locale: person.locale ?? 'en-US' }
        : user;
    });
    const next = to < people.length ? Buffer.from(`user:${to}`).toString('base64') : '';
    return { ok: true, members: page, cache_ts: DISABLED_AT, response_metadata: { next_cursor: next } };
  };
