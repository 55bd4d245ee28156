import type { Clock } from '../../src/core/ports.ts';
import { METHODS, POST_BURST, POSTS_PER_SECOND } from './rules.ts';

const MINUTE_MS = 60_000;

/** Slack's rate limits of one workspace. */
export interface Limits {
  /** Counts the call. Null: it may pass; else whole seconds until the next may, and whether it came before an earlier such time. */
  take(method: string, channel: string): { readonly retryAfter: number; readonly early: boolean } | null;
  /** Holds the method back, as a 429 that was ordered does. */
  hold(method: string, channel: string, seconds: number): void;
}

export const createLimits = (clock: Pick<Clock, 'now'>): Limits => {
  const calls = new Map<string, number[]>();
  const buckets = new Map<string, { tokens: number; at: number }>();
  const heldUntil = new Map<string, number>();

  const perMinute = (method: string, now: number): number => {
    const most = METHODS[method]?.perMinute ?? 1;
    const recent = (calls.get(method) ?? []).filter((at) => at > now - MINUTE_MS);
    calls.set(method, recent);
    if (recent.length < most) {
      recent.push(now);
      return 0;
    }
    return (recent[0] ?? now) + MINUTE_MS - now;
  };

  const perChannel = (channel: string, now: number): number => {
    const bucket = buckets.get(channel) ?? { tokens: POST_BURST, at: now };
    const tokens = Math.min(POST_BURST, bucket.tokens + ((now - bucket.at) / 1_000) * POSTS_PER_SECOND);
    const waits = tokens < 1;
    buckets.set(channel, { tokens: waits ? tokens : tokens - 1, at: now });
    return waits ? ((1 - tokens) / POSTS_PER_SECOND) * 1_000 : 0;
  };

  /** Posts are counted by channel. */
  const keyOf = (method: string, channel: string): string =>
    method === 'chat.postMessage' ? `${method} ${channel}` : method;

  return {
    take: (method, channel) => {
      const now = clock.now();
      const key = keyOf(method, channel);
      const held = (heldUntil.get(key) ?? 0) - now;
      if (held > 0) return { retryAfter: Math.ceil(held / 1_000), early: true };
      const wait = Math.max(perMinute(method, now), method === 'chat.postMessage' ? perChannel(channel, now) : 0);
      if (wait <= 0) return null;
      const retryAfter = Math.max(1, Math.ceil(wait / 1_000));
      heldUntil.set(key, now + retryAfter * 1_000);
      return { retryAfter, early: false };
    },
    hold: (method, channel, seconds) => {
      heldUntil.set(keyOf(method, channel), clock.now() + seconds * 1_000);
    },
  };
};
