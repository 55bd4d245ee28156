/**
 * Renewing tokens that end: by the clock and ahead of time, by one process at a time, and kept before they are used (Slack requirement 23). Slack revokes a refresh token
 * soon after it was used, so a pair that is lost is an installation that is lost: whatever can be done to keep it is done, and what cannot is an alarm.
 */
import { codeOf } from '../../core/errors.ts';
import type { Clock, Installations, KeptInstallation, Log, Metrics } from '../../core/ports.ts';
import type { Exchanged, OAuth } from './install-oauth.ts';
import type { Granted } from './install-shape.ts';
import { MARGIN_MS, type Opening } from './install-tokens.ts';

const LOOK_EVERY_MS = 15_000;

/** Longer than a call to Slack may take with what comes after it, and short, so that a successor tries while Slack still takes the same refresh token. ms. */
const LEASE_MS = 20_000;

/** For whoever needs the token now and finds another process at it. ms. */
const WAIT_MS = 5_000;
const WAIT_LOOK_MS = 200;

/** A new pair that cannot be kept is tried to be kept again so soon, ms; no other call to Slack is made meanwhile. */
const KEEP_AGAIN_MS = 500;
const KEEP_TRIES = 6;

/** Whoever stops waits no longer for what is under way, ms. */
const STOP_MS = 5_000;

/** After a failure that may pass, ms. */
const BREATHER_MS = 30_000;

/** The same alarm again, ms. */
const SAY_AGAIN_MS = 60 * 60_000;

/** The refresh token is not good any more: no further try will do. */
const SPENT: readonly string[] = [
  'invalid_refresh_token',
  'token_already_exchanged',
  'authorization_not_found',
  'invalid_token',
];

export interface Renewing {
  /** Renews it, or waits a moment for whoever does. Never throws. */
  renew(row: KeptInstallation): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export const createRenewing = (o: {
  readonly installations: Installations;
  /** Rows of Slack, as this process knows them. */
  readonly rows: () => readonly KeptInstallation[];
  /** Looks into the store, so that this process knows what it did. */
  readonly look: () => Promise<void>;
  readonly opening: Opening;
  readonly seal: (granted: Granted) => string;
  readonly oauth: Pick<OAuth, 'refresh' | 'exchange'>;
  /** True: tokens that do not end are exchanged for such that do. */
  readonly rotate: boolean;
  /** Names this process. */
  readonly holder: string;
  readonly record: (o: { readonly tenant: string; readonly change: 'parked'; readonly code: string }) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}): Renewing => {
  const { installations, clock, log, metrics, holder } = o;
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  const underWay = new Map<string, Promise<void>>();
  const notBefore = new Map<string, number>();
  const saidAt = new Map<string, number>();
  /** New pairs that the store would not take so far, by the token that they replace. Never used before they are kept. */
  const unkept = new Map<string, { readonly from: string; readonly granted: Granted }>();
  /** What a renewal uses up; null: nothing of it can be read. */
  const usedUp = (row: KeptInstallation): string | null => {
    const installed = o.opening.open(row);
    return installed === null ? null : (installed.refresh ?? installed.token);
  };

  const count = (outcome: string): void => metrics.count('token_renewals', { outcome });
  const alarm = (event: string, tenant: string, code: string): void => {
    const key = `${event} ${tenant} ${code}`;
    const now = clock.now();
    if (now - (saidAt.get(key) ?? Number.NEGATIVE_INFINITY) < SAY_AGAIN_MS) return;
    saidAt.set(key, now);
    log.error(event, { tenant, code });
  };

  const where = ({ tenant }: Pick<KeptInstallation, 'tenant'>) => ({ platform: 'slack', tenant }) as const;

  const keep = async (row: KeptInstallation, from: string, granted: Granted): Promise<void> => {
    const { tenant, version: seen } = row;
    unkept.set(tenant, { from, granted });
    const value = o.seal(granted);
    const { endsAt, renewAt } = granted;
    for (let tries = 1; ; tries++) {
      try {
        const kept = await installations.replace({
          ...where(row),
          value,
          endsAt,
          renewAt,
          seen,
          holder,
          now: clock.now(),
        });
        if (kept === 'replaced') unkept.delete(tenant);
        count(kept === 'replaced' ? 'renewed' : 'superseded');
        // Where what it replaces still stands there, the next look keeps it; else it is dropped then.
        if (kept === 'changed') log.warn('slack.token-superseded', { tenant });
        return;
      } catch (error) {
        // Also where this process is about to stop: it is worth the wait.
        if (tries < KEEP_TRIES) {
          await clock.sleep(KEEP_AGAIN_MS);
          continue;
        }
        count('unkept');
        alarm('slack.token-unkept', tenant, codeOf(error));
        return;
      }
    }
  };

  /** No further refresh will do: the token is good until it ends, and whoever runs this has until then to mend it. */
  const spent = async (row: KeptInstallation, code: string): Promise<void> => {
    count('refused');
    alarm('slack.reinstall-needed', row.tenant, code);
    await installations.turn({ ...where(row), seen: row.version, to: 'installed', code, now: row.at });
  };

  const ask = async (row: KeptInstallation): Promise<Exchanged | null> => {
    const installed = o.opening.open(row);
    if (installed === null) return null;
    if (installed.refresh !== null) return o.oauth.refresh(installed.refresh);
    return o.rotate ? o.oauth.exchange(installed.token) : null;
  };

  /** With the lease in hand. */
  const renewHeld = async (seen: KeptInstallation): Promise<void> => {
    // Between our look and the lease another process may have done it.
    const row = await installations.find(where(seen));
    const before = unkept.get(seen.tenant);
    const from = row === null || row.state === 'gone' ? null : usedUp(row);
    // Somebody may have tried with the same token after us, and found it spent: we have what it was spent for.
    if (row !== null && before !== undefined && before.from === from) return keep(row, from, before.granted);
    unkept.delete(seen.tenant);
    if (row === null || from === null || row.version !== seen.version) return;
    const asked = await ask(row);
    if (asked === null) return;
    if (!asked.ok) {
      notBefore.set(row.tenant, clock.now() + BREATHER_MS);
      if (SPENT.includes(asked.code)) return spent(row, asked.code);
      count('failed');
      alarm('slack.token-not-renewed', row.tenant, asked.code);
      return;
    }
    if (asked.granted.tenant !== row.tenant) {
      alarm('slack.token-foreign', row.tenant, 'team-foreign');
      return;
    }
    await keep(row, from, {
      ...asked.granted,
      installed: { ...asked.granted.installed, installedAt: o.opening.open(row)?.installedAt ?? row.at },
    });
  };

  const waitForOther = async (row: KeptInstallation): Promise<void> => {
    for (let waited = 0; waited < WAIT_MS && !stopping.signal.aborted; waited += WAIT_LOOK_MS) {
      await clock.sleep(WAIT_LOOK_MS, stopping.signal);
      const now = await installations.find(where(row));
      if (now?.version !== row.version) return;
    }
  };

  const once = async (row: KeptInstallation): Promise<void> => {
    try {
      const leased = await installations.lease({ ...where(row), holder, now: clock.now(), leaseMs: LEASE_MS });
      if (leased === 'busy') await waitForOther(row);
      if (leased === 'leased') {
        try {
          await renewHeld(row);
        } finally {
          await installations.release({ ...where(row), holder });
        }
      }
    } catch (error) {
      count('failed');
      alarm('slack.token-not-renewed', row.tenant, codeOf(error));
    }
    await o.look().catch(() => undefined); // It is looked at four times a second anyway.
  };

  const begin = (row: KeptInstallation): Promise<void> => {
    const work = once(row).finally(() => underWay.delete(row.tenant));
    underWay.set(row.tenant, work);
    return work;
  };

  const renew = (row: KeptInstallation): Promise<void> => {
    const known = underWay.get(row.tenant);
    if (known !== undefined) return known;
    if (unkept.has(row.tenant)) return begin(row);
    if (SPENT.includes(row.code) || (notBefore.get(row.tenant) ?? 0) > clock.now()) return Promise.resolve();
    return begin(row);
  };

  const park = async (row: KeptInstallation): Promise<void> => {
    const parked = await installations.turn({
      ...where(row),
      seen: row.version,
      to: 'parked',
      code: row.code,
      now: clock.now(),
    });
    if (parked !== 'turned') return;
    count('parked');
    log.error('slack.parked', { tenant: row.tenant, code: row.code });
    await o.record({ tenant: row.tenant, change: 'parked', code: row.code });
  };

  const lookAt = async (row: KeptInstallation): Promise<void> => {
    const now = clock.now();
    if (unkept.has(row.tenant)) return renew(row);
    if (row.state !== 'installed') return;
    if (SPENT.includes(row.code)) {
      alarm('slack.reinstall-needed', row.tenant, row.code);
      if (row.endsAt !== null && row.endsAt - now <= MARGIN_MS) await park(row);
      return;
    }
    const due = row.renewAt === null ? o.rotate : row.renewAt <= now;
    if (due) await renew(row);
  };

  return {
    renew,
    start: () => {
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await Promise.all(
            o
              .rows()
              .map((row) =>
                lookAt(row).catch((error: unknown) => alarm('slack.token-not-renewed', row.tenant, codeOf(error))),
              ),
          );
          await clock.sleep(LOOK_EVERY_MS, stopping.signal);
        }
      })();
    },
    stop: async () => {
      stopping.abort();
      // A pair that Slack has given must be kept before this process goes, if the store has a moment.
      const cut = new AbortController();
      await Promise.race([Promise.all([loop, ...underWay.values()]), clock.sleep(STOP_MS, cut.signal)]);
      cut.abort('stopped');
    },
  };
};
