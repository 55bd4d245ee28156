import type { Clock } from '../../src/core/ports.ts';
import { CONVERSATION_LIMITS, MEMBER_LIMITS, TENANT_LIMITS } from './rules.ts';
import type { TeamsVerb } from './types.ts';

/** Teams' rate limits, in windows that slide. */
export interface Limits {
  /** Counts the call. Null: it may pass; else whole seconds until the next may, and whether it came before an earlier such time. */
  take(verb: TeamsVerb, conversation: string): { readonly retryAfter: number; readonly early: boolean } | null;
  /** Holds a conversation back, as a 429 that was ordered does. */
  hold(conversation: string, seconds: number): void;
}

export const createLimits = (clock: Pick<Clock, 'now'>): Limits => {
  const calls = new Map<string, number[]>();
  const heldUntil = new Map<string, number>();

  const waitOf = (key: string, limits: readonly (readonly [number, number])[], now: number): number => {
    const times = calls.get(key) ?? [];
    return Math.max(
      0,
      ...limits.map(([most, withinMs]) => {
        const nth = times.at(-most);
        return nth === undefined ? 0 : nth + withinMs - now;
      }),
    );
  };
  const count = (key: string, now: number): void => {
    const times = calls.get(key) ?? [];
    times.push(now);
    calls.set(key, times.slice(-2_000));
  };

  return {
    take: (verb, conversation) => {
      const now = clock.now();
      const held = (heldUntil.get(conversation) ?? 0) - now;
      if (held > 0) return { retryAfter: Math.ceil(held / 1_000), early: true };
      const lanes = [
        ['tenant', TENANT_LIMITS],
        [
          `${isOfMembers(verb) ? 'members' : 'messages'} ${conversation}`,
          isOfMembers(verb) ? MEMBER_LIMITS : CONVERSATION_LIMITS,
        ],
      ] as const;
      const wait = Math.max(...lanes.map(([key, limits]) => waitOf(key, limits, now)));
      if (wait <= 0) {
        for (const [key] of lanes) count(key, now);
        return null;
      }
      const retryAfter = Math.max(1, Math.ceil(wait / 1_000));
      heldUntil.set(conversation, now + retryAfter * 1_000);
      return { retryAfter, early: false };
    },
    hold: (conversation, seconds) => {
      heldUntil.set(conversation, clock.now() + seconds * 1_000);
    },
  };
};

const isOfMembers = (verb: TeamsVerb): boolean => verb === 'member.get' || verb === 'members.page';
