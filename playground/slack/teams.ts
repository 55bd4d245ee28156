/** All workspaces of the stand-in, and which of them is meant. */
import { textOf } from './methods.ts';
import { createTeam, type Team, type TeamTools } from './team.ts';
import type { Bot, Token } from './tokens.ts';
import type { Triggers } from './triggers.ts';
import type { Json, StandInPerson, StandInWorkspace } from './types.ts';
import { BOT_ID, BOT_NAME, BOT_USER } from './workspace.ts';

export interface Teams {
  readonly all: readonly Team[];
  readonly first: Team;
  /** Throws where there is no such workspace. */
  named(teamId: string): Team;
  /** The workspace that a person acts in. Throws where nobody has this account. */
  whereIs(user: string, teamId: string | undefined): { readonly team: Team; readonly person: StandInPerson };
  /** The workspace that a call means. Null: none that this token reaches. */
  meant(token: Token, args: Json): Team | null;
}

export interface TeamsOptions extends TeamTools {
  readonly workspaces: readonly StandInWorkspace[];
  readonly scopes: readonly string[];
}

export const createTeams = (o: TeamsOptions): Teams => {
  const bots = new Map<string, Bot>();
  /** One in each workspace, or one in a whole enterprise. */
  const botOf = ({ teamId, enterpriseId, installation }: StandInWorkspace): Bot => {
    const reach = installation === 'org' && enterpriseId !== undefined ? enterpriseId : teamId;
    const { appId } = o;
    const bot =
      bots.get(reach) ??
      (bots.size === 0
        ? { user: BOT_USER, id: BOT_ID, name: BOT_NAME, appId }
        : { user: `U0BOT${reach.slice(1)}`, id: `B0BOT${reach.slice(1)}`, name: BOT_NAME, appId });
    bots.set(reach, bot);
    return bot;
  };
  const alike = ({ enterpriseId }: StandInWorkspace): readonly StandInWorkspace[] =>
    enterpriseId === undefined ? [] : o.workspaces.filter((other) => other.enterpriseId === enterpriseId);

  const all = o.workspaces.map((of, index) => {
    const bot = botOf(of);
    const earlier = alike(of).slice(0, alike(of).indexOf(of));
    const team = createTeam({
      ...o,
      of,
      bot,
      isFirst: index === 0,
      alsoElsewhere: new Set(earlier.flatMap(({ people }) => people.map(({ user }) => user))),
      memberOf: (user) =>
        alike(of)
          .filter(({ people }) => people.some((person) => person.user === user))
          .map(({ teamId }) => teamId),
    });
    installIn(team, of, o);
    return team;
  });
  const [first] = all;
  if (first === undefined) throw new Error('The stand-in needs a workspace.');
  const byId = new Map(all.map((team) => [team.workspace.teamId, team]));
  if (byId.size !== all.length) throw new Error('Two workspaces of the stand-in have the same id.');

  const named = (teamId: string): Team => {
    const team = byId.get(teamId);
    if (team === undefined) throw new Error(`The stand-in has no workspace "${teamId}".`);
    return team;
  };

  return {
    all,
    first,
    named,
    whereIs: (user, teamId) => {
      for (const team of teamId === undefined ? all : [named(teamId)]) {
        const person = team.workspace.person(user);
        if (person !== null) return { team, person };
      }
      throw new Error(`Nobody in the stand-in has the account "${user}".`);
    },
    meant: (token, args) => {
      if (token.teamId !== null) return byId.get(token.teamId) ?? null;
      const reached = all.filter(
        ({ workspace, isGranted }) => isGranted && workspace.enterpriseId === token.enterpriseId,
      );
      const asked = textOf(args, 'team_id');
      if (asked !== '') return reached.find(({ workspace }) => workspace.teamId === asked) ?? null;
      return reached.find((team) => concerns(team, args, o.triggers)) ?? reached[0] ?? null;
    },
  };
};

/** Of another app's, and of ours. */
const installIn = ({ workspace }: Team, of: StandInWorkspace, o: TeamsOptions): void => {
  const { teamId, enterpriseId, bot } = workspace;
  for (const { token: value, ...other } of of.otherBots ?? [])
    o.tokens.issue({ value, kind: 'bot', teamId, enterpriseId, bot: other, scopes: o.scopes, expiresAt: null });
  const { installation = 'workspace', botToken: value, scopes = o.scopes } = of;
  if (installation === 'none') return;
  if (value === undefined) throw new Error(`Workspace ${teamId} needs a botToken, for the app is installed there.`);
  if (installation === 'org' && enterpriseId === null)
    throw new Error(`Workspace ${teamId} belongs to no enterprise in which the app could be installed.`);
  const reach = installation === 'org' ? null : teamId;
  if (o.tokens.find(value) !== null && reach !== null) throw new Error('Two workspaces have the same botToken.');
  o.tokens.issue({ value, kind: 'bot', teamId: reach, enterpriseId, bot, scopes, expiresAt: null });
};

/** Whether the call names somebody or something of this workspace. */
const concerns = ({ workspace, views }: Team, args: Json, triggers: Triggers): boolean => {
  const channel = textOf(args, 'channel');
  const user = textOf(args, 'user') || textOf(args, 'user_id');
  return (
    workspace.channel(channel) !== null ||
    workspace.person(channel) !== null ||
    (channel === '' && workspace.person(user) !== null) ||
    triggers.teamOf(textOf(args, 'trigger_id')) === workspace.teamId ||
    views.knows({ id: textOf(args, 'view_id'), externalId: textOf(args, 'external_id') })
  );
};
