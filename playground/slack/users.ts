import { type Method, refused, textOf } from './methods.ts';
import type { Bot } from './tokens.ts';
import type { Json, StandInPerson } from './types.ts';
import type { Workspace } from './workspace.ts';

const UPDATED = 1_700_000_000;

/** Which workspaces of the same enterprise somebody belongs to. */
export type MembershipOf = (user: string) => readonly string[];

export interface UsersOptions {
  readonly workspace: Workspace;
  readonly memberOf: MembershipOf;
}

/** `users.info`, with what Slack leaves out: nearly everything of who is deactivated, and addresses without their scope. */
export const createUsersInfo =
  (o: UsersOptions & { readonly otherBots: readonly Bot[] }): Method =>
  (args, { scopes }) => {
    const id = textOf(args, 'user');
    const bot = [o.workspace.bot, ...o.otherBots].find(({ user }) => user === id);
    if (bot !== undefined) return { ok: true, user: botUser(bot, o.workspace) };
    const person = o.workspace.person(id);
    if (person === null) return refused('user_not_found');
    const user = userOf(person, { ...o, scopes });
    // Said to whoever asks for it, and not of who is deactivated.
    const asked = ['true', '1'].includes(textOf(args, 'include_locale')) && person.deactivated !== true;
    return { ok: true, user: asked ? { ...user, locale: person.locale ?? 'en-US' } : user };
  };

/** `users.lookupByEmail`: whoever is active and has this address, in whatever case; nobody of another workspace. */
export const createUsersLookupByEmail =
  (o: UsersOptions): Method =>
  (args, { scopes }) => {
    const wanted = textOf(args, 'email').toLowerCase();
    const { teamId } = o.workspace;
    const found = o.workspace
      .people()
      .find(
        ({ email, deactivated, team = teamId }) =>
          email?.toLowerCase() === wanted && deactivated !== true && team === teamId,
      );
    return found === undefined ? refused('users_not_found') : { ok: true, user: userOf(found, { ...o, scopes }) };
  };

/** The object that `users.info` answers and `user_change` carries. */
export const userOf = (
  person: StandInPerson,
  { scopes, workspace, memberOf }: UsersOptions & { readonly scopes: readonly string[] },
): Json => {
  const { teamId, enterpriseId } = workspace;
  const { user: id, name, team = teamId } = person;
  const handle = name.toLowerCase().replace(/[^a-z]+/g, '.');
  const shows = scopes.includes('users:read.email') && person.email !== undefined && person.deactivated !== true;
  const common = {
    id,
    name: handle,
    is_bot: false,
    updated: UPDATED,
    is_app_user: false,
    team_id: team,
    profile: {
      real_name: name,
      real_name_normalized: name,
      display_name: handle,
      display_name_normalized: handle,
      avatar_hash: '',
      team,
      ...(shows ? { email: person.email } : {}),
    },
  };
  if (person.deactivated === true) return { ...common, deleted: true };
  const external = team !== teamId;
  const user: Json = {
    ...common,
    deleted: false,
    color: '9f69e7',
    real_name: name,
    tz: 'Europe/Berlin',
    tz_label: 'Central European Time',
    tz_offset: 3_600,
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: person.kind === 'guest',
    is_ultra_restricted: false,
    is_email_confirmed: person.emailConfirmed ?? person.email !== undefined,
    who_can_share_contact_card: 'EVERYONE',
    ...(external ? { is_stranger: false } : {}),
    ...(external || enterpriseId === null ? {} : { enterprise_user: enterpriseUser(id, enterpriseId, memberOf(id)) }),
    ...person.flags,
  };
  // No bot ever learns whether somebody has a second factor.
  const hidden = ['has_2fa', ...(person.lacks ?? [])];
  return Object.fromEntries(Object.entries(user).filter(([key]) => !hidden.includes(key)));
};

const enterpriseUser = (id: string, enterpriseId: string, teams: readonly string[]): Json => ({
  id,
  enterprise_id: enterpriseId,
  enterprise_name: `Enterprise ${enterpriseId}`,
  is_admin: false,
  is_owner: false,
  is_primary_owner: false,
  teams,
});

const botUser = ({ user, id, name, appId }: Bot, { teamId }: Workspace): Json => ({
  id: user,
  team_id: teamId,
  name,
  deleted: false,
  real_name: name,
  profile: { real_name: name, api_app_id: appId, bot_id: id, always_active: false, team: teamId },
  is_admin: false,
  is_owner: false,
  is_primary_owner: false,
  is_restricted: false,
  is_ultra_restricted: false,
  is_bot: true,
  is_app_user: false,
  updated: UPDATED,
  is_email_confirmed: false,
});
