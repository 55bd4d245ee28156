import type { Budgets, Clock } from '../../core/ports.ts';
import { createShares } from './shares.ts';

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

/** Added to every span, for clocks that do not tick alike. */
const MARGIN_MS = 50;

/** A bound for the memory, not a limit on conversations: the one that was quiet longest is forgotten. */
const MOST_LANES = 5_000;

export type Turn =
  | {
      readonly ok: true;
      /** Must be called when the answer is there, whatever it is: only then is it known when Teams counted the call at the latest. */
      done(): void;
    }
  | { readonly ok: false; readonly afterMs: number };

/** Keeps calls within the platform's limits before they are made (Teams requirement 13). */
export interface Pacer {
  /** Resolves when the call may be made, within two seconds; else says when to come again. */
  turn(o: { readonly tenant: string; readonly conversation: string; readonly removal?: boolean }): Promise<Turn>;
  /** The platform said to wait: nothing goes to this conversation until then, from any process. Others go on. */
  hold(o: { readonly tenant: string; readonly conversation: string; readonly ms: number }): void;
}

/** A call. `waits`: for its time, `at`. `flies`: since then, so that Teams counts it at any moment from then on. `done`: counted by `at`. */
interface Call {
  state: 'waits' | 'flies' | 'done';
  at: number;
}

interface Lane {
  readonly limits: readonly Limit[];
  calls: Call[];
  heldUntil: number;
}

/** With `budgets` it keeps to the limits together with all other processes; without, it is alone. */
export const createPacer = (o: {
  readonly clock: Clock;
  readonly budgets?: Budgets;
  /** Only what Teams itself says is kept to: for stand-ins without limits. */
  readonly unsafeUnpaced?: boolean;
}): Pacer => {
  const { clock, budgets, unsafeUnpaced = false } = o;
  const lanes = new Map<string, Lane>();
  const shares = budgets === undefined || unsafeUnpaced ? null : createShares({ clock, budgets });

  const lane = (key: string, limits: readonly Limit[]): Lane => {
    const found = lanes.get(key) ?? { limits: unsafeUnpaced ? [] : limits, calls: [], heldUntil: 0 };
    lanes.delete(key);
    lanes.set(key, found);
    const oldest = lanes.keys().next();
    if (lanes.size > MOST_LANES && oldest.done === false) lanes.delete(oldest.value);
    return found;
  };
  const conversationLane = (to: { readonly tenant: string; readonly conversation: string }): Lane =>
    lane(`${to.tenant} ${to.conversation}`, CONVERSATION);

  return {
    turn: async ({ removal = false, ...to }) => {
      const own = conversationLane(to);
      const both = [lane(to.tenant, TENANT), own];
      const began = clock.now();
      for (const each of both) forget(each, began);
      // Those who wait already go first.
      const call: Call = { state: 'waits', at: earliest(both, began, () => true) };
      for (const each of both) each.calls.push(call);
      for (;;) {
        if (call.at - began > LONGEST_WAIT_MS) {
          for (const each of both) each.calls = each.calls.filter((other) => other !== call);
          return { ok: false, afterMs: call.at - clock.now() };
        }
        if (call.at > clock.now()) await clock.sleep(call.at - clock.now());
        // What went before may have taken longer than thought, or was told to wait.
        const now = clock.now();
        call.at = earliest(both, now, ({ state }) => state !== 'waits');
        if (call.at <= now) break;
      }
      call.state = 'flies';
      const until = began + LONGEST_WAIT_MS;
      const wait = (await shares?.take({ ...to, removal, lately: own.calls.length, until })) ?? 0;
      if (wait > 0) {
        for (const each of both) each.calls = each.calls.filter((other) => other !== call);
        return { ok: false, afterMs: wait };
      }
      return {
        ok: true,
        done: () => {
          call.state = 'done';
          call.at = clock.now();
        },
      };
    },
    hold: ({ ms, ...to }) => {
      const held = conversationLane(to);
      const until = clock.now() + ms;
      held.heldUntil = Math.max(held.heldUntil, until);
      shares?.hold({ ...to, until });
    },
  };
};

/** The first moment that breaks no limit of any lane. Calls promised for later count as if they had been made before. */
const earliest = (lanes: readonly Lane[], now: number, counts: (call: Call) => boolean): number =>
  Math.max(
    now,
    ...lanes.flatMap(({ calls, limits, heldUntil }) => {
      const times = calls.filter(counts).map(timeAt(now)).toSorted(byTime);
      const frees = limits.map(
        ([most, withinMs]) => (times.at(-most) ?? Number.NEGATIVE_INFINITY) + withinMs + MARGIN_MS,
      );
      return [heldUntil, ...frees];
    }),
  );

const byTime = (one: number, other: number): number => one - other;

const timeAt =
  (now: number) =>
  ({ state, at }: Call): number =>
    state === 'flies' ? Math.max(at, now) : at;

/** Calls so long ago that no limit reaches back to them. */
const forget = (lane: Lane, now: number): void => {
  const longest = Math.max(...lane.limits.map(([, withinMs]) => withinMs)) + MARGIN_MS;
  lane.calls = lane.calls.filter(({ state, at }) => state !== 'done' || at >= now - longest);
};
