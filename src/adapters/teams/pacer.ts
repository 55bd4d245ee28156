import type { Clock } from '../../core/ports.ts';

/** So many calls in so many ms. */
type Limit = readonly [calls: number, withinMs: number];

/** Of one conversation (Teams facts, section 9). */
const CONVERSATION: readonly Limit[] = [
  [7, 1_000],
  [8, 2_000],
  [60, 30_000],
  [1_800, 3_600_000],
];

/** Of all conversations of one tenant. */
const TENANT: readonly Limit[] = [[50, 1_000]];

/** Whoever would wait longer is sent away, so that no call holds a worker. */
const LONGEST_WAIT_MS = 2_000;

/** Added to every span: calls do not take equally long on their way, so those made just in time arrive too close together. */
const MARGIN_MS = 50;

/** A bound for the memory, not a limit on conversations: the one that was quiet longest is forgotten. */
const MOST_LANES = 5_000;

export type Turn = { readonly ok: true } | { readonly ok: false; readonly afterMs: number };

/** Keeps calls within the platform's limits before they are made (Teams requirement 13). */
export interface Pacer {
  /** Resolves when the call may be made, within two seconds; else says at once when to come again. */
  turn(o: { readonly tenant: string; readonly conversation: string }): Promise<Turn>;
  /** The platform said to wait: nothing goes to this conversation until then. Others go on. */
  hold(o: { readonly tenant: string; readonly conversation: string; readonly ms: number }): void;
}

/** Calls that were made or are to be made, in the order of their time, ms since the epoch. */
interface Lane {
  readonly limits: readonly Limit[];
  times: number[];
  heldUntil: number;
}

export const createPacer = (o: { readonly clock: Clock }): Pacer => {
  const lanes = new Map<string, Lane>();

  const lane = (key: string, limits: readonly Limit[]): Lane => {
    const found = lanes.get(key) ?? { limits, times: [], heldUntil: 0 };
    lanes.delete(key);
    lanes.set(key, found);
    const oldest = lanes.keys().next();
    if (lanes.size > MOST_LANES && oldest.done === false) lanes.delete(oldest.value);
    return found;
  };
  const tenantLane = (tenant: string): Lane => lane(tenant, TENANT);
  const conversationLane = (o: { tenant: string; conversation: string }): Lane =>
    lane(`${o.tenant} ${o.conversation}`, CONVERSATION);

  return {
    turn: async (to) => {
      const now = o.clock.now();
      const both = [tenantLane(to.tenant), conversationLane(to)];
      const at = earliest(both, now);
      const wait = at - now;
      if (wait > LONGEST_WAIT_MS) return { ok: false, afterMs: wait };
      for (const each of both) reserve(each, at, now);
      if (wait > 0) await o.clock.sleep(wait);
      // Whoever went before may have been told to wait meanwhile.
      const held = conversationLane(to).heldUntil - o.clock.now();
      return held > 0 ? { ok: false, afterMs: held } : { ok: true };
    },
    hold: ({ ms, ...to }) => {
      const held = conversationLane(to);
      held.heldUntil = Math.max(held.heldUntil, o.clock.now() + ms);
    },
  };
};

/** The first moment that breaks no limit of any lane. Each round only moves it on, past one call that was counted. */
const earliest = (lanes: readonly Lane[], now: number): number => {
  let at = now;
  for (let moved = true; moved; ) {
    moved = false;
    for (const lane of lanes) {
      const free = Math.max(lane.heldUntil, freeFrom(lane, at));
      if (free > at) {
        at = free;
        moved = true;
      }
    }
  }
  return at;
};

/** Calls already promised for later count as well, so that none of them comes too close to this one. */
const freeFrom = ({ times, limits }: Lane, at: number): number =>
  Math.max(
    at,
    ...limits.map(([calls, withinMs]) => {
      const nth = times[times.length - calls];
      return nth === undefined ? at : nth + withinMs + MARGIN_MS;
    }),
  );

const reserve = (lane: Lane, at: number, now: number): void => {
  const longest = Math.max(...lane.limits.map(([, withinMs]) => withinMs)) + MARGIN_MS;
  const most = Math.max(...lane.limits.map(([calls]) => calls));
  const place = lane.times.findLastIndex((time) => time <= at) + 1;
  lane.times.splice(place, 0, at);
  if ((lane.times[0] ?? now) < now - longest || lane.times.length > most) {
    lane.times = lane.times.filter((time) => time >= now - longest).slice(-most);
  }
};
