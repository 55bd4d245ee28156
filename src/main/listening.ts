/** What is listened on: events and health for everybody, metrics and reasons for operators. */

import type { RestBackend } from '../adapters/backend/rest.ts';
import type { CertificateKeeper } from '../adapters/files/certificate-keeper.ts';
import { createHttpServer, type HttpOptions, type HttpServer } from '../adapters/http/server.ts';
import type { createMetrics } from '../adapters/metrics/metrics.ts';
import type { Config } from '../config.ts';
import type { Clocks } from '../core/clocks.ts';
import type { Tenancy } from '../core/lifecycle.ts';
import type { Clock, Store } from '../core/ports.ts';
import type { OpenAudit } from './audit.ts';
import type { Backups } from './backup/backups.ts';
import type { Ends } from './ends.ts';
import { installationFigures } from './installing.ts';
import type { Platforms } from './platforms.ts';
import type { Rotation } from './rotation.ts';
import type { Watching } from './watching.ts';

/** A store that does not answer has no figures, and keeps the others from nobody. */
const censusOf = (store: Store, clock: Pick<Clock, 'now'>): Promise<Record<string, number> | null> =>
  store.inbox.census({ now: clock.now() }).then(
    (census) => ({ ...census }),
    () => null,
  );

/** Refuses with code `settings` where a port cannot be had. */
export const listen = async (
  o: {
    readonly config: Pick<Config, 'host' | 'port' | 'opsPort' | 'behindProxy'>;
    /** Null: plain http. */
    readonly certificate: CertificateKeeper | null;
    /** What health and metrics tell of. */
    readonly shown: {
      readonly store: Store;
      readonly systems: Pick<RestBackend, 'leftAlone'>;
      readonly audit: Pick<OpenAudit, 'held' | 'losses' | 'behind'>;
      readonly clocks: Pick<Clocks, 'ahead'>;
      readonly rotation: Pick<Rotation, 'gone'>;
      readonly watching: Pick<Watching, 'reached'>;
      readonly backups: Pick<Backups, 'ages'>;
      readonly ends: Ends;
      readonly platforms: Pick<Platforms, 'away'>;
      readonly tenancy: Pick<Tenancy, 'all'>;
    };
    readonly clock: Pick<Clock, 'now'>;
    readonly metrics: ReturnType<typeof createMetrics>;
  } & Pick<HttpOptions, 'routes' | 'log' | 'register'>,
): Promise<HttpServer> => {
  const { config, certificate, shown, metrics, routes, log, register } = o;
  return createHttpServer({
    host: config.host,
    port: config.port,
    opsPort: config.opsPort,
    behindProxy: config.behindProxy,
    ...(certificate === null ? {} : { tls: certificate }),
    ...(register === undefined ? {} : { register }),
    routes,
    log,
    ready: () => {
      if (!shown.audit.held()) return { ok: false, why: 'audit' };
      if (shown.rotation.gone().length > 0) return { ok: false, why: 'secrets' };
      if (!shown.watching.reached()) return { ok: false, why: 'store' };
      const away = shown.platforms.away();
      return away === null ? { ok: true } : { ok: false, ...away };
    },
    metrics: async () => {
      metrics.set('inbox', await censusOf(shown.store, o.clock));
      metrics.set('backend_left_alone', shown.systems.leftAlone());
      metrics.set('audit_logs', { missed: shown.audit.losses.open().length });
      const ahead = [...shown.clocks.ahead()].map(([platform, { aheadMs }]) => [platform, aheadMs] as const);
      metrics.set('platform_clock_ahead_ms', Object.fromEntries(ahead));
      metrics.set('backup_age_ms', shown.backups.ages());
      const behind = Object.entries(shown.audit.behind());
      metrics.set('audit_copy_behind', Object.fromEntries(behind.map(([role, { entries }]) => [role, entries])));
      metrics.set('audit_copy_behind_ms', Object.fromEntries(behind.map(([role, { ms }]) => [role, ms])));
      metrics.set('secret_ends_seconds', await shown.ends.secondsLeft());
      metrics.set('certificate_ends_seconds', shown.ends.certificatesLeft());
      const { counts, ends } = installationFigures(shown.tenancy.all(), o.clock.now());
      metrics.set('installations', counts);
      metrics.set('installation_ends_seconds', ends);
      return metrics.render();
    },
  });
};
