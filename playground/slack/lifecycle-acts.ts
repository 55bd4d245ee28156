/** What becomes of an installation and of who belongs where, and what the app hears of it. */
import type { ActsContext } from './acts.ts';
import type { Team } from './team.ts';
import type { Token, Tokens } from './tokens.ts';
import type { Json, SlackStandIn, TokenState } from './types.ts';

type LifecycleActs = Pick<SlackStandIn, 'reload' | 'uninstall' | 'changeAccess' | 'revoke' | 'changeSubteam'>;

export const createLifecycleActs = (o: ActsContext & { readonly tokens: Tokens }): LifecycleActs => {
  const teamOf = (teamId: string | undefined): Team => (teamId === undefined ? o.teams.first : o.teams.named(teamId));

  /** The envelope is that of the installation that was; its token opens nothing any more when the event arrives. */
  const end = async (team: Team, state: TokenState, events: (token: Token) => readonly Json[]): Promise<number> => {
    const installed = team.installed();
    if (installed === null) return 0;
    const bodies = events(installed).map((event) => ({
      name: String(event['type']),
      body: team.envelopes.event(event),
    }));
    o.tokens.endAll(installed, state);
    let last = 0;
    for (const { name, body } of bodies)
      last = (await o.deliverEvent({ team, name, scope: null, body, installed })).at(-1) ?? last;
    return last;
  };
  const revoked = ({ bot }: Token): Json => ({ type: 'tokens_revoked', tokens: { oauth: [], bot: [bot.user] } });

  return {
    reload: ({ team: teamId, user }) => o.teams.whereIs(user, teamId).team.workspace.dropEphemerals(user),
    uninstall: ({ team } = {}) =>
      end(teamOf(team), 'account_inactive', (token) => [revoked(token), { type: 'app_uninstalled' }]),
    // Written after Slack's reference; not verified against a real organisation.
    changeAccess: async ({ team: teamId, to }) => {
      const team = teamOf(teamId);
      const name = `team_access_${to}`;
      const body = team.envelopes.event(
        { type: name, team_ids: [teamId], event_ts: team.workspace.nextTs() },
        { team_id: null, context_team_id: null },
      );
      return (await o.deliverEvent({ team, name, scope: null, body })).at(-1) ?? 0;
    },
    revoke: ({ team } = {}) => end(teamOf(team), 'token_revoked', (token) => [revoked(token)]),
    changeSubteam: async ({ team: teamId, id, added = [], removed = [] }) => {
      const team = teamOf(teamId);
      const at = team.workspace.nextTs();
      const date = Math.floor(Number(at));
      const body = team.envelopes.event({
        type: 'subteam_members_changed',
        subteam_id: id,
        team_id: team.workspace.teamId,
        date_previous_update: date,
        date_update: date,
        added_users: added,
        added_users_count: added.length,
        removed_users: removed,
        removed_users_count: removed.length,
        event_ts: at,
      });
      const statuses = await o.deliverEvent({ team, name: 'subteam_members_changed', scope: 'usergroups:read', body });
      return statuses.at(-1) ?? 0;
    },
  };
};
