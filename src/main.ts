/**
 * The composition root: settings, secrets, adapters, core, start; stopped in reverse. The only place, with `main/`, that
 * knows every adapter by name.
 */
import type { FastifyInstance } from 'fastify';
import { createRestBackend } from './adapters/backend/rest.ts';
import { hardenOutbound } from './adapters/bounded/suites.ts';
import { createControl } from './adapters/control/server.ts';
import { createHttpServer } from './adapters/http/server.ts';
import { createLog } from './adapters/log/log.ts';
import { createMetrics } from './adapters/metrics/metrics.ts';
import { createSealer } from './adapters/sealer/sealer.ts';
import { systemClock, systemRandom } from './adapters/system/system.ts';
import type { Config } from './config.ts';
import type { AuditEntry } from './core/audit.ts';
import { codeOf, SottoError } from './core/errors.ts';
import { createExpiring } from './core/expire.ts';
import type { AuditReceipt, Clock, Log, Recogniser, Store } from './core/ports.ts';
import { type Reached, telling } from './core/reached.ts';
import { createRecogniser } from './core/recognise/recogniser.ts';
import { createRejections } from './core/rejections.ts';
import { createResealing } from './core/resealing.ts';
import { createUpdates } from './core/updates.ts';
import type { World } from './core/world.ts';
import { aboutRunning } from './main/about-running.ts';
import { checkWhole, settleRestore } from './main/after-restore.ts';
import { createAnswering } from './main/answering.ts';
import { openAudit } from './main/audit.ts';
import { createBackups } from './main/backup/backups.ts';
import { backupRoutes } from './main/backup/routes.ts';
import { openBackupPlaces } from './main/backup-places.ts';
import { type Closing, createClosing } from './main/closing.ts';
import { controlRoutes } from './main/control.ts';
import { createEnds } from './main/ends.ts';
import { firstInForce } from './main/first-data-key.ts';
import { openHashKeys } from './main/hash-keys.ts';
import {
  azureOf,
  openDirectory,
  openSecrets,
  openStore,
  spreadOf,
  type Tools,
  unmappedGroups,
} from './main/opening.ts';
import { createPlatforms } from './main/platforms.ts';
import { sealedReferences } from './main/references.ts';
import { createRefresh } from './main/restrictions.ts';
import { createRotation } from './main/rotation.ts';
import { missingSecrets, neededSecrets } from './main/secrets.ts';
import { createStandingInForce } from './main/standing.ts';
import { openServerCertificate } from './main/transit.ts';
import { createPolicy } from './policies/authorise.ts';
import { loadCatalogue } from './policies/catalogue.ts';
import { packFolders } from './policies/pack.ts';
import { groupsOf } from './policies/schema.ts';

export const VERSION = '0.4.0';

const LEASE_MS = 60_000;

/** Ctrl-C ends within 10 s: first the requests that are being answered get this long, ms, then the questions in flight. */
const REQUESTS_GRACE_MS = 2_000;
const QUESTIONS_GRACE_MS = 6_000;

/** A rule that was published, or a key that was rotated, is in force here within this, ms. */
const LOOK_EVERY_MS = 500;

export interface StartOptions {
  readonly config: Config;
  /** Further routes of the playground; production has none. */
  readonly register?: (app: FastifyInstance) => void;
  /** Sees every entry once it is durable; the playground shows them as "why". */
  readonly onAudit?: (entry: AuditEntry, receipt: AuditReceipt) => void;
  /** Whether something gives sign-ins; default: nothing does. The playground has a switch for it. */
  readonly signInOffered?: boolean;
  readonly log?: Log;
  /** Default: the machine's own. */
  readonly clock?: Clock;
  /** How long a question stays with a process that died, ms; default a minute. */
  readonly leaseMs?: number;
  /** Within which every process has seen a new data key, ms; default: as the vault and the store need it. */
  readonly spreadMs?: number;
  /** Default: the store that the settings name, as this version lays it out. */
  readonly openStore?: typeof openStore;
  /** Hears of every step that a question reaches; production has nobody who listens. */
  readonly reached?: Reached;
  /** Default: the product's own, which learns the pack at each start. */
  readonly recogniser?: Recogniser;
}

export interface Running {
  readonly url: string;
  readonly opsUrl: string;
  readonly world: World;
  /** Applies the restrictions that stand in the store, at once. */
  readonly refreshRestrictions: () => Promise<void>;
  stop(): Promise<void>;
}

/** For whoever reads the metrics. A store that does not answer has no figures, and keeps the others from nobody. */
const censusOf = (store: Store, clock: Clock): Promise<Record<string, number> | null> =>
  store.inbox.census({ now: clock.now() }).then(
    (census) => ({ ...census }),
    () => null,
  );

/** Starts everything, or refuses with a sentence and leaves nothing running. */
export const startSotto = async (o: StartOptions): Promise<Running> => {
  const log = o.log ?? createLog({ level: o.config.logLevel });
  const opened = createClosing({ log });
  try {
    return await start(o, log, opened);
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
};

const start = async (o: StartOptions, log: Log, opened: Closing): Promise<Running> => {
  const { config } = o;
  const metrics = createMetrics();
  const tools: Tools = { clock: o.clock ?? systemClock(), random: systemRandom(), log, metrics };
  const { clock, random } = tools;
  const azure = azureOf(config, tools);

  hardenOutbound();
  const certificate = await openServerCertificate({ transit: config, clock, log, warnMs: config.warnMs });
  if (certificate !== null) opened.add(certificate.stop);
  const vault = await openSecrets({ vault: config.vault, azure, warnMs: config.warnMs, tools });
  opened.add(vault.close);
  const ends = createEnds({
    secrets: vault.it,
    ...(certificate === null ? {} : { certificates: { tls: () => certificate.current().end } }),
    clock,
    log,
    warnMs: config.warnMs,
  });
  const { secrets } = ends;
  const missing = await missingSecrets(
    secrets,
    neededSecrets({ slack: config.slack !== null, teams: config.teams?.credential ?? null }),
  );
  if (missing.length > 0) throw new SottoError('settings', missing.join('\n'));
  const newest = await secrets.get('data-key');
  const sealer = createSealer({ dataKey: newest });

  const folders = packFolders(config.policiesFolder);
  const catalogue = loadCatalogue({ folders });
  const backend = createRestBackend({ folder: config.backendsFolder, secrets, ...tools });

  const store = await (o.openStore ?? openStore)({ store: config.store, secrets, tools });
  opened.add(() => store.close());
  const restored = await store.snapshots.restored();
  checkWhole(restored);
  const dataKey = firstInForce(newest, await store.hashKeys.all());
  sealer.rotate(dataKey);
  const hashKeys = await openHashKeys({ store, sealer, unread: newest.unread ?? 0, ...tools });
  const spreadMs = o.spreadMs ?? spreadOf(config);
  // The last one to see a key uses it as long afterwards as all the others.
  const resealing = createResealing({ store, sealer, clock, log, metrics, behindMs: 2 * spreadMs });

  const platforms = await createPlatforms({
    config,
    secrets,
    azure,
    tools,
    references: sealedReferences({ store, sealer, clock }),
    budgets: store.budgets,
    rejections: () => rejections,
    work: () => answering.work(),
  });
  const directory = await openDirectory({ config, azure, tools, slackProfile: platforms.slack?.profile ?? null });
  opened.add(directory.close);
  for (const name of unmappedGroups(config, [...groupsOf(catalogue), config.operators]))
    log.warn('entra.group-unmapped', { name });
  const recogniser = o.recogniser ?? createRecogniser({ catalogue });

  const signingKey = await secrets.get('audit-signing-key');
  const audit = await openAudit({
    dataFolder: config.dataFolder,
    store,
    signingKey,
    clock,
    random,
    log,
    ...(o.onAudit === undefined ? {} : { onAudit: o.onAudit }),
  });
  opened.add(() => audit.close());

  const stored = await store.restrictions.current();
  const policy = await createPolicy({
    catalogue,
    folders,
    restrictions: stored.restrictions,
    restrictionsVersion: stored.version,
    log,
  });
  const standing = createStandingInForce({ store, metrics, sealer });
  await standing.refresh();
  const rotation = createRotation({
    secrets,
    rotating: [
      {
        name: 'data-key',
        inForce: dataKey,
        spreadMs,
        // What is hashed stays as it is; what is sealed is wrapped anew.
        put: async (next) => {
          sealer.rotate(next);
          hashKeys.again();
          resealing.rotated();
        },
      },
      { name: 'audit-signing-key', inForce: signingKey, spreadMs: 0, put: (next) => audit.rotate(next) },
    ],
    ...tools,
  });
  const refreshRestrictions = createRefresh({ store, policy, standing: standing.refresh });

  const rejections = createRejections({ audit, clock, log });
  const untold: World = {
    catalogue,
    recogniser,
    directory: directory.it,
    policy,
    backend,
    store,
    audit,
    sealer,
    random,
    clock,
    log,
    metrics,
    platforms: platforms.byName,
    policyCaughtUp: refreshRestrictions,
    standing: standing.view,
    signInOffered: o.signInOffered ?? false,
    operators: config.operators,
    conversationMs: config.transcriptMs,
    leaseMs: o.leaseMs ?? LEASE_MS,
    updates: createUpdates({ store, platforms: platforms.byName, clock }),
  };
  const world = o.reached === undefined ? untold : telling(untold, o.reached);
  const expiring = createExpiring(world);
  const answering = createAnswering(world, { heldBack: restored !== null });
  const backups = await createBackups({
    config,
    places: await openBackupPlaces({ config: config.backups, azure, tools }),
    store,
    sealer,
    secrets,
    audit,
    tools,
    version: VERSION,
    policy: () => policy.version,
    restrictionsVersion: () => policy.restrictionsVersion,
  });

  // The secrets are checked before anything listens.
  opened.add(() => platforms.stop());
  await platforms.start();
  /** Whether the store answered when it was last looked at. Ready again by itself. */
  let reached = true;
  const server = await createHttpServer({
    host: config.host,
    port: config.port,
    opsPort: config.opsPort,
    ...(certificate === null ? {} : { tls: certificate }),
    behindProxy: config.behindProxy,
    routes: platforms.routes,
    ready: () => {
      if (!audit.held()) return { ok: false, why: 'audit' };
      if (rotation.gone().length > 0) return { ok: false, why: 'secrets' };
      return reached ? { ok: true } : { ok: false, why: 'store' };
    },
    metrics: async () => {
      metrics.set('inbox', await censusOf(store, clock));
      metrics.set('backup_age_ms', backups.ages());
      metrics.set('secret_ends_seconds', await ends.secondsLeft());
      metrics.set('certificate_ends_seconds', ends.certificatesLeft());
      return metrics.render();
    },
    log,
    ...(o.register === undefined ? {} : { register: o.register }),
  });
  opened.add(() => server.close({ graceMs: REQUESTS_GRACE_MS }));

  const control = createControl({
    folder: config.dataFolder,
    routes: [
      ...controlRoutes(world, { expiring, resealing, audit }),
      ...backupRoutes({ backups, config, azure, tools }),
      aboutRunning({ version: VERSION, clock, held: audit.held }),
    ],
    log,
  });
  opened.add(() => control.close());
  await control.keep();

  await audit.append({ kind: 'start', at: clock.now(), version: VERSION, policy: policy.version });
  const watching = new AbortController();
  opened.add(async () => watching.abort());
  const watch = (async () => {
    while (!watching.signal.aborted) {
      await clock.sleep(LOOK_EVERY_MS, watching.signal);
      reached = await refreshRestrictions().then(
        () => true,
        (error: unknown) => {
          log.error('restrictions.failed', { code: codeOf(error) });
          return codeOf(error) !== 'store-unavailable';
        },
      );
      await audit.keep().catch((error: unknown) => log.error('origins.failed', { code: codeOf(error) }));
      await hashKeys.keep().catch((error: unknown) => log.error('hash-keys.failed', { code: codeOf(error) }));
      await control.keep();
      ends.warn();
    }
  })();
  // Of its own: however long the store takes, a key is seen in time.
  const rotations = (async () => {
    while (!watching.signal.aborted) {
      await clock.sleep(LOOK_EVERY_MS, watching.signal);
      await rotation.look();
      // Without a log or a key to keep it by nothing may be answered here, so what waits is left to processes that have them.
      await answering.keep(audit.held() && rotation.gone().length === 0);
    }
  })();
  expiring.start();
  if (restored !== null) {
    const seen = (left: number): void => metrics.set('restored_untried', { removals: left });
    void settleRestore({ world, restored, seen, signal: watching.signal }).then((done) => {
      if (done) answering.open();
    });
  }
  backups.start();
  answering.start();
  resealing.start();
  rejections.start();
  log.info('started', { name: VERSION });

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    try {
      await control.close();
      await server.close({ graceMs: REQUESTS_GRACE_MS });
      await Promise.all([
        answering.stop({ graceMs: QUESTIONS_GRACE_MS }),
        expiring.stop({ graceMs: QUESTIONS_GRACE_MS }),
        backups.stop({ graceMs: REQUESTS_GRACE_MS }),
        platforms.stop(),
        resealing.stop(),
      ]);
      watching.abort();
      await Promise.all([watch, rotations]);
      await rejections.stop();
      await audit.append({ kind: 'stop', at: clock.now() }).catch(() => undefined); // A log that is gone has said so before.
    } finally {
      await opened.closeAll();
    }
    log.info('stopped');
  };
  return {
    url: server.url,
    opsUrl: server.opsUrl,
    world,
    refreshRestrictions,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
};
