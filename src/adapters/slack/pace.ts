/**
 * How often Slack is called: for each method and workspace, counted by ourselves before the call is made. Slack promises so many a minute
 * and more ("50+"); nobody but Slack knows how many more.
 */

/** At most so many calls within any so many ms. */
export type Window = readonly [calls: number, withinMs: number];

export interface Pace {
  /** Of the whole workspace. */
  readonly windows: readonly Window[];
  /** Of one channel of it besides; absent: channels are not told apart. */
  readonly perChannel?: readonly Window[];
  /** Whoever would wait longer for a turn is told when to come again. ms. */
  readonly longestWaitMs: number;
}

const MINUTE_MS = 60_000;

/** Work that somebody waits for in the background. ms. */
const SHORT_MS = 2_000;

/** Somebody watches, and Slack gives three seconds in all. ms. */
const AT_ONCE_MS = 800;

const tier = (perMinute: number, longestWaitMs = SHORT_MS): Pace => ({
  windows: [[perMinute, MINUTE_MS]],
  longestWaitMs,
});

/** Slack's tiers, calls a minute and method and workspace: 1+, 20+, 50+, 100+; a tenth is left for what others of the same app do. */
const TIER_2 = 18;
const TIER_3 = 45;
const TIER_4 = 90;

/** What no line below names; no method of ours is slower. */
const UNNAMED = tier(TIER_2);

const PACES: Readonly<Record<string, Pace>> = {
  // A message a second and channel, short bursts allowed, and "several hundred" a minute and workspace.
  'chat.postMessage': {
    windows: [
      [20, 1_000],
      [400, MINUTE_MS],
    ],
    perChannel: [[5, 5_000]],
    longestWaitMs: SHORT_MS,
  },
  'chat.postEphemeral': tier(TIER_4),
  // The core counts these for all processes together, never more than 45 in a minute. This is the ceiling for whatever else changes messages.
  'chat.update': tier(50, 0),
  'chat.delete': tier(50, 0),
  'conversations.history': tier(TIER_3),
  'users.info': tier(TIER_4),
  'users.lookupByEmail': tier(TIER_3),
  'views.open': tier(TIER_4, AT_ONCE_MS),
  'views.update': tier(TIER_4),
  'views.publish': tier(TIER_4),
  'auth.test': tier(TIER_4),
};

export const paceOf = (method: string): Pace => (Object.hasOwn(PACES, method) ? PACES[method] : undefined) ?? UNNAMED;
