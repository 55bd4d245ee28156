/** What an operator hears of: a vault that does not answer, a secret that is gone, and one that will soon end unreplaced. */
import type { Clock, Log, Metrics } from '../../core/ports.ts';

/** The same alarm is raised again after this, ms. */
const AGAIN_MS = 60_000;
const EXPIRING_AGAIN_MS = 6 * 60 * 60_000;

export interface Alarms {
  /** A look failed. `left`: for how long the last good value may still be used, null where it has no end or there is none. */
  outage(o: {
    readonly name: string;
    readonly code: string;
    readonly since: number;
    readonly left: number | null;
  }): void;
  recovered(o: { readonly name: string; readonly since: number }): void;
  /** The vault holds nothing usable any more of a secret that was in use. */
  gone(o: { readonly name: string; readonly code: string }): void;
  /** The last good value ended while the vault was away. */
  ended(o: { readonly name: string }): void;
  /** Nothing replaces it by then. */
  expiring(o: { readonly name: string; readonly left: number }): void;
}

export const createAlarms = (o: { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics }): Alarms => {
  /** When an alarm was raised last; as many as there are secrets, times the kinds of alarms. */
  const raised = new Map<string, number>();
  const due = (key: string, againMs: number): boolean => {
    const now = o.clock.now();
    const last = raised.get(key);
    if (last !== undefined && now >= last && now - last < againMs) return false;
    raised.set(key, now);
    return true;
  };
  return {
    outage: ({ name, code, since, left }) => {
      const ms = o.clock.now() - since;
      o.metrics.observe('secrets_outage_ms', ms);
      if (!due(`outage ${name}`, AGAIN_MS)) return;
      o.log.error('secrets.outage', { name, code, ms, ...(left === null ? {} : { leftMs: left }) });
    },
    recovered: ({ name, since }) => {
      raised.delete(`outage ${name}`);
      raised.delete(`ended ${name}`);
      o.log.info('secrets.recovered', { name, ms: o.clock.now() - since });
    },
    gone: ({ name, code }) => o.log.error('secrets.gone', { name, code }),
    ended: ({ name }) => {
      if (due(`ended ${name}`, AGAIN_MS)) o.log.error('secrets.ended', { name, code: 'expired' });
    },
    expiring: ({ name, left }) => {
      if (!due(`expiring ${name}`, EXPIRING_AGAIN_MS)) return;
      o.metrics.count('secrets_expiring');
      o.log.error('secrets.expiring', { name, leftMs: left });
    },
  };
};
