/** One workspace: who is in it, what stands in it, what people have open there, and what Slack lets a bot do in it. */
import type { Clock } from '../../src/core/ports.ts';
import { createEnvelopes, type Envelopes } from './envelopes.ts';
import { createHomes, type Homes } from './homes.ts';
import { createLimits, type Limits } from './limits.ts';
import { createMethods, type Method } from './methods.ts';
import type { Bot, Token, Tokens } from './tokens.ts';
import type { Triggers } from './triggers.ts';
import type { StandInWorkspace } from './types.ts';
import { createUserGroups, createUserGroupsList, createUsersList, type UserGroups } from './user-groups.ts';
import { createUsersInfo, createUsersLookupByEmail, type MembershipOf } from './users.ts';
import { createViews, type Views } from './views.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

export interface Team {
  readonly workspace: Workspace;
  readonly envelopes: Envelopes;
  readonly views: Views;
  readonly homes: Homes;
  readonly methods: Readonly<Record<string, Method>>;
  /** Null: there are none. */
  readonly limits: Limits | null;
  readonly memberOf: MembershipOf;
  readonly userGroups: UserGroups;
  /** Whether an installation in the whole enterprise reaches it; one with an installation of its own was not granted to that. */
  readonly isGranted: boolean;
  /** With which the app is installed here now; null: it is not. */
  installed(): Token | null;
  onChange(listener: () => void): () => void;
}

/** What all workspaces have in common. */
export interface TeamTools {
  readonly appId: string;
  readonly homeTab: boolean;
  readonly messagesTab: boolean;
  readonly limits: boolean;
  readonly tokens: Tokens;
  readonly triggers: Triggers;
  readonly refusesOwn: () => { readonly deleting: boolean; readonly updating: boolean };
  readonly clock: Pick<Clock, 'now'>;
  readonly makeId: () => string;
}

export const createTeam = (
  o: TeamTools & {
    readonly of: StandInWorkspace;
    readonly bot: Bot;
    readonly isFirst: boolean;
    readonly alsoElsewhere: ReadonlySet<string>;
    readonly memberOf: MembershipOf;
  },
): Team => {
  const { appId, bot, triggers, clock, makeId, memberOf } = o;
  const { teamId, enterpriseId = null, name = `Team ${teamId}`, people, channels = [] } = o.of;
  const { isFirst, alsoElsewhere } = o;
  const workspace = createWorkspace({
    teamId,
    name,
    enterpriseId,
    bot,
    isFirst,
    people,
    channels,
    alsoElsewhere,
    clock,
  });
  const userGroups = createUserGroups(o.of.userGroups ?? []);
  const isGranted = enterpriseId !== null && (o.of.installation === 'org' || o.of.installation === 'none');
  const installed = (): Token | null => o.tokens.installed({ teamId, enterpriseId: isGranted ? enterpriseId : null });
  const isOrgWide = (): boolean => installed()?.teamId === null;
  const views = createViews({ appId, teamId, botId: bot.id, triggers, clock, makeId });
  const homes = createHomes({ appId, enabled: o.homeTab, workspace, clock, makeId });

  return {
    workspace,
    envelopes: createEnvelopes({ appId, workspace, isOrgWide, makeId, now: clock.now }),
    views,
    homes,
    methods: {
      ...createMethods({ workspace, messagesTab: o.messagesTab, makeId, now: clock.now, refusesOwn: o.refusesOwn }),
      ...views.methods,
      ...homes.methods,
      'users.info': createUsersInfo({ workspace, memberOf, otherBots: o.of.otherBots ?? [] }),
      'users.lookupByEmail': createUsersLookupByEmail({ workspace, memberOf }),
      'users.list': createUsersList({ workspace, memberOf }),
      'usergroups.list': createUserGroupsList({ workspace, groups: userGroups }),
    },
    limits: o.limits ? createLimits(clock) : null,
    memberOf,
    userGroups,
    isGranted,
    installed,
    onChange: (listener) => {
      const stops = [workspace, views, homes].map((each) => each.onChange(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
};
