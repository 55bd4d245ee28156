/** One secret as it is known now: answered from memory, looked up in the background, kept through an outage, dropped when it ends. */
import { SottoError } from '../../core/errors.ts';
import type { Clock, Metrics, Random, Secret } from '../../core/ports.ts';
import type { Alarms } from './alarms.ts';
import type { HeldVersion, Look, Reader } from './reader.ts';
import { counting, isUsable } from './versions.ts';

/** A look begins at half of the TTL and up to this share later, so that it is over before the TTL is. */
const SPREAD = 0.2;

/** That there is none is believed for this long, ms. */
const MISSING_MS = 5_000;

/** Looks that fail are repeated after one second, then ever later, up to this, ms. */
const FIRST_BACKOFF_MS = 1_000;
const MOST_BACKOFF_MS = 30_000;

export interface Holding {
  /** Waits for a look only where nothing can be answered, or where a change might otherwise be missed. */
  get(): Promise<Secret>;
  /** Looks it up in the background if that is due. */
  tend(): void;
}

export const createHolding = (o: {
  readonly name: string;
  readonly reader: Reader;
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly ttlMs: number;
  readonly expiryLeadMs: number;
  /** Whether an older version counts past its end, until it is disabled or deleted. */
  readonly untilDisabled: boolean;
}): Holding => {
  const { name, reader, alarms, clock, random, metrics, ttlMs } = o;
  /** What has expired meanwhile is left out when it is read. */
  let held: readonly HeldVersion[] = [];
  /** When it ends with nothing newer to follow, as the vault told last. */
  let endsAt: number | null = null;
  /** What the last look was refused with. */
  let refusal: SottoError | null = null;
  /** When the last look began that the vault answered. */
  let lookedAt = Number.NEGATIVE_INFINITY;
  let nextAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let failingSince = 0;
  let looking: Promise<void> | null = null;

  const valid = (now: number): readonly HeldVersion[] => {
    const versions = held.map(({ version }) => version);
    return counting(versions, { now, untilDisabled: o.untilDisabled }).flatMap((version) =>
      held.filter((one) => one.version === version),
    );
  };

  const failed = (look: Look & { readonly kind: 'failed' }, now: number): void => {
    if (failures === 0) failingSince = now;
    // What was seen disabled is dropped, also where its successor could not be fetched (Key Vault requirement 7).
    if (look.left !== null) {
      if (held.length > 0 && look.left.length === 0) alarms.gone({ name, code: look.code });
      held = look.left;
    }
    refusal = look.refusal;
    const backoff = Math.min(MOST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(10, failures));
    failures += 1;
    nextAt = now + Math.max(backoff * (0.75 + random.fraction() / 2), look.afterMs ?? 0);
    const inTime = held.filter(({ version }) => isUsable(version, now));
    const ends = inTime.map(({ version }) => version.until ?? Number.POSITIVE_INFINITY);
    const end = Math.max(...ends);
    alarms.outage({ name, code: look.code, since: failingSince, left: Number.isFinite(end) ? end - now : null });
    if (held.length > 0 && ends.length === 0) alarms.ended({ name });
  };

  const settle = (look: Look, begun: number): void => {
    const now = clock.now();
    metrics.count('secrets_looks', { outcome: look.kind === 'held' ? 'ok' : look.code });
    if (look.kind === 'failed') {
      failed(look, now);
      return;
    }
    if (failures > 0) alarms.recovered({ name, since: failingSince });
    failures = 0;
    lookedAt = begun;
    if (look.kind === 'none') {
      if (held.length > 0) alarms.gone({ name, code: look.code });
      held = [];
      refusal = look.refusal;
      nextAt = now + MISSING_MS;
      return;
    }
    held = look.held;
    endsAt = look.endsAt;
    refusal = null;
    const later = begun + ttlMs * (0.5 + SPREAD * random.fraction());
    nextAt = Math.min(later, look.changesAt ?? later);
    if (endsAt !== null && endsAt - now <= o.expiryLeadMs) alarms.expiring({ name, left: endsAt - now });
  };

  const tend = (): void => {
    const begun = clock.now();
    // What was looked up in what is now the future is due as well: somebody has set the clock.
    if (begun < nextAt && begun >= lookedAt) return;
    looking ??= reader
      .look(name, held)
      .then((look) => settle(look, begun))
      .finally(() => {
        looking = null;
      });
  };

  const answer = (now: number): Secret => {
    const values = valid(now).map(({ value }) => value);
    const [current] = values;
    if (current === undefined)
      throw (
        refusal ?? new SottoError('secrets-unavailable', `The secret "${name}" has just ended. Ask again in a moment.`)
      );
    if (failures > 0) metrics.count('secrets_last_good');
    return { current, accepted: [...new Set(values)], ...(endsAt === null ? {} : { until: endsAt }) };
  };

  return {
    tend,
    get: async () => {
      const now = clock.now();
      tend();
      // An outage is known as one, and nobody waits for its end. A process that was asleep knows nothing.
      const fresh = failures > 0 || (now >= lookedAt && now < lookedAt + ttlMs);
      if (looking !== null && (!fresh || valid(now).length === 0)) await looking;
      return answer(clock.now());
    },
  };
};
