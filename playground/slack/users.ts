import { type Method, refused, textOf } from './methods.ts';
import type { Json, StandInPerson } from './types.ts';
import { BOT_ID, BOT_NAME, BOT_USER, type Workspace } from './workspace.ts';

const UPDATED = 1_700_000_000;

/** `users.info`, with what Slack leaves out: nearly everything of who is deactivated, and addresses without their scope. */
export const createUsersInfo =
  (o: { readonly workspace: Workspace; readonly appId: string; readonly scopes: readonly string[] }): Method =>
  (args) => {
    const id = textOf(args, 'user');
    if (id === BOT_USER) return { ok: true, user: botUser(o) };
    const person = o.workspace.person(id);
    if (person === null) return refused('user_not_found');
    return { ok: true, user: userOf(person, { ...o, teamId: o.workspace.teamId }) };
  };

/** `users.lookupByEmail`: whoever is active and has this address, in whatever case; nobody of another workspace. */
export const createUsersLookupByEmail =
  (o: { readonly workspace: Workspace; readonly scopes: readonly string[] }): Method =>
  (args) => {
    const wanted = textOf(args, 'email').toLowerCase();
    const { teamId } = o.workspace;
    const found = o.workspace
      .people()
      .find(
        ({ email, deactivated, team = teamId }) =>
          email?.toLowerCase() === wanted && deactivated !== true && team === teamId,
      );
    return found === undefined ? refused('users_not_found') : { ok: true, user: userOf(found, { ...o, teamId }) };
  };

/** The object that `users.info` answers and `user_change` carries. */
export const userOf = (
  person: StandInPerson,
  { scopes, teamId }: { readonly scopes: readonly string[]; readonly teamId: string },
): Json => {
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
    ...person.flags,
  };
  return Object.fromEntries(Object.entries(user).filter(([key]) => person.lacks?.includes(key) !== true));
};

const botUser = ({ workspace, appId }: { readonly workspace: Workspace; readonly appId: string }): Json => ({
  id: BOT_USER,
  team_id: workspace.teamId,
  name: BOT_NAME,
  deleted: false,
  real_name: BOT_NAME,
  profile: { real_name: BOT_NAME, api_app_id: appId, bot_id: BOT_ID, always_active: false, team: workspace.teamId },
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
