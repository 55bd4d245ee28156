/** What people do with user groups. */
import type { ActsContext } from './acts.ts';
import type { Json, SlackStandIn } from './types.ts';
import { userGroupOf } from './user-groups.ts';

export const createGroupActs = (
  o: Pick<ActsContext, 'teams' | 'deliverEvent'>,
): Pick<SlackStandIn, 'changeUserGroup'> => ({
  changeUserGroup: async ({ team: teamId, id, to }) => {
    const team = teamId === undefined ? o.teams.first : o.teams.named(teamId);
    const before = team.userGroups.all().find((group) => group.id === id)?.users ?? [];
    const group = team.userGroups.change(id, to);
    const type = to.users === undefined ? 'subteam_updated' : 'subteam_members_changed';
    const gone = before.filter((user) => !group.users.includes(user));
    const come = group.users.filter((user) => !before.includes(user));
    const said: Json =
      type === 'subteam_updated'
        ? { subteam: told(userGroupOf(group, team.workspace, { withUsers: true, withCount: true })) }
        : {
            subteam_id: id,
            team_id: team.workspace.teamId,
            date_previous_update: 1_700_000_000,
            date_update: Math.floor(Number(team.workspace.nextTs())),
            added_users: come,
            added_users_count: come.length,
            removed_users: gone,
            removed_users_count: gone.length,
          };
    await o.deliverEvent({
      team,
      name: type,
      scope: 'usergroups:read',
      body: team.envelopes.event({ type, ...said }),
    });
  },
});

/** The event leaves out what the list has beside. */
const told = ({ auto_type: _type, deleted_by: _by, ...subteam }: Json): Json => ({ ...subteam, auto_provision: false });
