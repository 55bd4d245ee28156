/** All places that backups go to, side by side. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import type { Secrets, Store } from '../../core/ports.ts';
import type { OpenAudit } from '../audit.ts';
import type { Tools } from '../opening.ts';
import { LINEAGE } from './names.ts';
import { createPlaceBackups, type PlaceBackups } from './place-backups.ts';
import type { PlaceRun } from './place-run.ts';
import type { Taking } from './take.ts';

export interface Backups {
  start(): void;
  /** One now to every place, and to the further ones as well. Never rejects. */
  now(further?: readonly BackupPlace[]): Promise<readonly PlaceRun[]>;
  /** How far every place has a log, in entries; `Infinity`: there is none. */
  had(origin: string): number;
  /** For whoever reads the metrics: of each place, how old the last good one is, ms. */
  ages(): Readonly<Record<string, number>>;
  stop(o: { readonly graceMs: number }): Promise<void>;
}

export interface BackupsOptions {
  readonly config: Pick<Config, 'backups' | 'dataFolder' | 'settings'>;
  readonly places: readonly BackupPlace[];
  readonly store: Pick<Store, 'snapshots' | 'expiries' | 'hashKeys' | 'origins'>;
  readonly sealer: Taking['sealer'];
  readonly secrets: Secrets;
  readonly audit: Pick<OpenAudit, 'append' | 'durable'> | null;
  readonly tools: Tools;
  readonly version: string;
  readonly policy: () => string;
  readonly restrictionsVersion: () => number;
}

/** The line of the store, or a new one. */
export const lineageOf = (store: Pick<Store, 'snapshots'>): Promise<string> =>
  store.snapshots.lineage({ lineage: randomBytes(6).toString('hex') });

export const createBackups = async (o: BackupsOptions): Promise<Backups> => {
  const { clock, random, log, metrics } = o.tools;
  const begun = clock.now();
  const lineage = await lineageOf(o.store);
  if (!LINEAGE.test(lineage)) throw new Error('the line of the store has no name that it could have');
  const taking: Taking = {
    store: o.store,
    sealer: o.sealer,
    random,
    dataKey: () => o.secrets.get('data-key'),
    clock,
    settings: o.config.settings,
    version: o.version,
    policy: o.policy,
    auditFolder: join(o.config.dataFolder, 'audit'),
    lineage,
    durable: async () => {
      const now = clock.now();
      const leased = (await o.store.origins.all()).filter(({ leasedUntil }) => leasedUntil > now);
      const own = o.audit === null ? [] : [o.audit.durable()];
      return new Map([...leased, ...own].map(({ origin, size }) => [origin, size]));
    },
  };
  const placeBackups = (place: BackupPlace): PlaceBackups =>
    createPlaceBackups({
      place,
      taking,
      everyMs: o.config.backups.everyMs,
      keepMs: o.config.backups.keepMs,
      clock,
      random,
      log,
      metrics,
      restrictionsVersion: o.restrictionsVersion,
      note: async (entry) => {
        // It is written either way; where the log is gone, that has said so itself.
        await o.audit?.append({ kind: 'backup', at: clock.now(), ...entry }).catch(() => undefined);
      },
    });
  const all = o.places.map(placeBackups);
  return {
    start: () => {
      for (const one of all) one.start();
    },
    now: (further = []) => {
      const others = further.filter(({ name }) => !all.some((one) => one.name === name)).map(placeBackups);
      return Promise.all([...all, ...others].map((one) => one.now()));
    },
    had: (origin) => Math.min(...all.map((one) => one.had(origin))),
    ages: () => {
      const now = clock.now();
      return Object.fromEntries(all.map((one) => [one.name, now - (one.last().goodAt ?? begun)]));
    },
    stop: async (grace) => {
      await Promise.all(all.map((one) => one.stop(grace)));
    },
  };
};
