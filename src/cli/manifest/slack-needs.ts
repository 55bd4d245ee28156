/**
 * Every scope that Sotto asks of Slack, and what needs it: the methods that the adapter calls, the events and the features that Slack
 * gives for it alone. A test holds this against the calls in `src/adapters/slack` and against the manifest (Slack requirement 31), and
 * `npm run conformance` against Slack's own reference. Why each is worth it is said to people in docs/install-slack.md.
 */
import type { BotEvent, BotScope } from './slack.ts';

export interface Need {
  readonly methods: readonly string[];
  readonly events: readonly BotEvent[];
  /** Keys of the manifest's `features`. */
  readonly features: readonly ('slash_commands' | 'shortcuts')[];
  /** Asked for only where Slack is the directory (`--groups`). */
  readonly groups?: true;
}

export const SCOPE_NEEDS = {
  'app_mentions:read': { methods: [], events: ['app_mention'], features: [] },
  'chat:write': {
    methods: ['chat.delete', 'chat.postEphemeral', 'chat.postMessage', 'chat.update'],
    events: [],
    features: [],
  },
  commands: { methods: [], events: [], features: ['slash_commands', 'shortcuts'] },
  'im:history': { methods: ['conversations.history'], events: ['message.im'], features: [] },
  'usergroups:read': {
    methods: ['usergroups.list'],
    events: ['subteam_members_changed', 'subteam_updated'],
    features: [],
    groups: true,
  },
  'users:read': { methods: ['users.info', 'users.list'], events: ['user_change'], features: [] },
  'users:read.email': { methods: ['users.lookupByEmail'], events: [], features: [] },
} as const satisfies Partial<Record<BotScope, Need>>;

/** Methods that any token may call, or that are proved by something other than a bot's scope. */
export const SCOPELESS_METHODS: readonly string[] = [
  // By the app-level token, whose own scope is connections:write.
  'apps.connections.open',
  'auth.revoke',
  'auth.test',
  // By the client id and its secret.
  'oauth.v2.access',
  'oauth.v2.exchange',
  'views.open',
  'views.publish',
  'views.update',
];

/** Events that Slack sends to whoever subscribes, without a scope. */
export const SCOPELESS_EVENTS = [
  'app_home_opened',
  'app_uninstalled',
  'team_access_granted',
  'team_access_revoked',
  'tokens_revoked',
] as const satisfies BotEvent[];

const needs: readonly (readonly [string, Need])[] = Object.entries(SCOPE_NEEDS);

/** The scope that an event is sent for; null: none is needed. Undefined: Sotto does not handle it. */
export const scopeOfEvent = (event: string): string | null | undefined => {
  const scope = needs.find(([, { events }]) => events.some((each) => each === event))?.[0];
  if (scope !== undefined) return scope;
  return SCOPELESS_EVENTS.some((each) => each === event) ? null : undefined;
};

/** As above, of a method. */
export const scopeOfMethod = (method: string): string | null | undefined => {
  const scope = needs.find(([, { methods }]) => methods.includes(method))?.[0];
  if (scope !== undefined) return scope;
  return SCOPELESS_METHODS.includes(method) ? null : undefined;
};

/** Every event that Sotto handles. */
export const handledEvents = (): readonly string[] => [
  ...SCOPELESS_EVENTS,
  ...needs.flatMap(([, { events }]) => events),
];
