/**
 * How this machine's clock stands to those of the platforms, by what their own requests say: each names when it was sent. Delivery takes time, so a
 * single request proves only that this clock is at most so far ahead; the least of many comes close. It needs no connection of its own.
 */
import { codeOf } from './errors.ts';
import type { Audit, Clock, Log } from './ports.ts';
import type { PlatformName } from './types.ts';

/** The least is taken over so long, ms. */
const EVERY_MS = 60_000;

/** It is put on record after so many of those at the latest, where anything was measured. */
const ROUNDS = 60;

/** Beyond this somebody must look: replies leave at wrong times, and signatures go stale at five minutes. ms. */
const FAR_MS = 30_000;

/** So many requests are not all late by chance; one that was sent in our future needs no others. */
const ENOUGH = 5;

export interface Ahead {
  /** ms that this clock is ahead, at most. Negative: it is behind, by at least so much. */
  readonly aheadMs: number;
  /** Requests that were measured. */
  readonly requests: number;
}

export interface Clocks {
  /** A request that was proved to be a platform's says that it was sent then (ms since the epoch). */
  note(platform: PlatformName, sentAt: number): void;
  /** Of the last minute in which there was enough to tell. */
  ahead(): ReadonlyMap<PlatformName, Ahead>;
  start(): void;
  stop(): Promise<void>;
}

const lesser = (one: Ahead | undefined, other: Ahead): Ahead => ({
  aheadMs: Math.min(one?.aheadMs ?? other.aheadMs, other.aheadMs),
  requests: (one?.requests ?? 0) + other.requests,
});

export const createClocks = (o: {
  readonly audit: Pick<Audit, 'append'>;
  readonly clock: Clock;
  readonly log: Log;
}): Clocks => {
  const { audit, clock, log } = o;
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  const minute = new Map<PlatformName, Ahead>();
  /** Since it was last put on record. */
  const since = new Map<PlatformName, Ahead>();
  const known = new Map<PlatformName, Ahead>();
  const said = new Map<PlatformName, number>();

  const record = async (platform: PlatformName, measured: Ahead): Promise<void> => {
    await audit.append({ kind: 'clock', at: clock.now(), platform, ...measured });
    since.delete(platform);
    said.set(platform, measured.aheadMs);
    if (Math.abs(measured.aheadMs) >= FAR_MS) log.warn('clock.far', { name: platform, ms: measured.aheadMs });
  };

  const round = async (hourly: boolean): Promise<void> => {
    const measured = [...minute];
    minute.clear();
    for (const [platform, one] of measured) {
      since.set(platform, lesser(since.get(platform), one));
      if (one.requests < ENOUGH && one.aheadMs >= 0) continue;
      known.set(platform, one);
      // What was measured before says nothing of a clock that was set since.
      if (Math.abs(one.aheadMs - (said.get(platform) ?? 0)) >= FAR_MS) await record(platform, one);
    }
    // What is recorded goes out of it.
    const unsaid = [...since];
    if (hourly) for (const [platform, one] of unsaid) await record(platform, one);
  };

  return {
    note: (platform, sentAt) => {
      const aheadMs = Math.round(clock.now() - sentAt);
      if (Number.isSafeInteger(aheadMs)) minute.set(platform, lesser(minute.get(platform), { aheadMs, requests: 1 }));
    },
    ahead: () => known,
    start: () => {
      loop = (async () => {
        for (let rounds = 1; !stopping.signal.aborted; rounds++) {
          await clock.sleep(EVERY_MS, stopping.signal);
          if (stopping.signal.aborted) return;
          await round(rounds % ROUNDS === 0).catch((error: unknown) =>
            log.error('clock.unrecorded', { code: codeOf(error) }),
          );
        }
      })();
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
};
