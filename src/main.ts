/**
 * The composition root: settings, secrets, adapters, core, start; stopped in reverse. The only file that knows every
 * adapter by name.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createAuditLog } from './adapters/audit-log/audit-log.ts';
import { readKeys } from './adapters/audit-log/keys.ts';
import { checkOrigins } from './adapters/audit-log/origins.ts';
import { createRestBackend } from './adapters/backend/rest.ts';
import { createFileDirectory } from './adapters/files/directory.ts';
import { createFileSecrets } from './adapters/files/secrets.ts';
import { createHttpServer } from './adapters/http/server.ts';
import { createLog } from './adapters/log/log.ts';
import { createMetrics } from './adapters/metrics/metrics.ts';
import { createSealer } from './adapters/sealer/sealer.ts';
import { createSlack } from './adapters/slack/slack.ts';
import { createSqliteStore } from './adapters/sqlite/store.ts';
import { systemClock, systemRandom } from './adapters/system/system.ts';
import type { Config } from './config.ts';
import type { AuditEntry } from './core/audit.ts';
import { codeOf, SottoError } from './core/errors.ts';
import { createExpiring } from './core/expire.ts';
import type { Audit, AuditReceipt, Log, Secret, Secrets } from './core/ports.ts';
import { createRecogniser } from './core/recognise/recogniser.ts';
import { createRejections } from './core/rejections.ts';
import { repliesIn } from './core/replies/replies.ts';
import { createWork } from './core/work.ts';
import type { World } from './core/world.ts';
import { createPolicy } from './policies/authorise.ts';
import { loadCatalogue } from './policies/catalogue.ts';
import { packFolders } from './policies/pack.ts';

export const VERSION = '0.1.0';

/** A day: what a conversation remembers (verdicts, no words) is shredded so long after its first turn. */
const CONVERSATION_MS = 24 * 60 * 60_000;
const LEASE_MS = 60_000;

/** Ctrl-C ends within 10 s: first the requests that are being answered get this long, ms, then the questions in flight. */
const REQUESTS_GRACE_MS = 2_000;
const QUESTIONS_GRACE_MS = 6_000;

/** A rule that was published, or a data key that was rotated, is in force here within this, ms. */
const LOOK_EVERY_MS = 500;

export interface StartOptions {
  readonly config: Config;
  /** Further routes of the playground; production has none. */
  readonly register?: (app: FastifyInstance) => void;
  /** Sees every entry once it is durable; the playground shows them as "why". */
  readonly onAudit?: (entry: AuditEntry, receipt: AuditReceipt) => void;
  readonly log?: Log;
}

export interface Running {
  readonly url: string;
  readonly opsUrl: string;
  readonly world: World;
  /** Applies the restrictions that stand in the store, at once. */
  readonly refreshRestrictions: () => Promise<void>;
  stop(): Promise<void>;
}

const SLACK_SECRETS = ['slack-signing-secret', 'slack-bot-token'] as const;
const SECRETS = ['data-key', 'audit-signing-key', ...SLACK_SECRETS] as const;

/** What a secret must be beyond being there; each refuses with code `settings`. */
const CHECKS: Readonly<Record<string, (secret: Secret) => unknown>> = {
  'data-key': (dataKey) => createSealer({ dataKey }),
  'audit-signing-key': readKeys,
  'slack-signing-secret': ({ current }) => {
    if (current.length >= 16) return;
    throw new SottoError(
      'settings',
      'The secret slack-signing-secret is too short to be one: copy the signing secret from Slack’s page of the app.',
    );
  },
};

/** Every secret that is missing or cannot be what it should, each as a sentence; empty: all is well. */
export const missingSecrets = async (secrets: Secrets): Promise<readonly string[]> => {
  const findings = await Promise.all(
    SECRETS.map((name) =>
      secrets
        .get(name)
        .then((secret) => CHECKS[name]?.(secret))
        .then(
          () => [],
          (error: unknown) => [error instanceof Error ? error.message : String(error)],
        ),
    ),
  );
  return findings.flat();
};

/** Starts everything, or refuses with a sentence and leaves nothing running. */
export const startSotto = async (o: StartOptions): Promise<Running> => {
  const { config } = o;
  /** What was opened so far, in order; closed in reverse. */
  const opened: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    return await start(o, config, opened, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
};

const start = async (
  o: StartOptions,
  config: Config,
  opened: (() => Promise<void>)[],
  closeAll: () => Promise<void>,
): Promise<Running> => {
  const clock = systemClock();
  const random = systemRandom();
  const log = o.log ?? createLog({ level: 'info' });
  const metrics = createMetrics();

  const secrets = createFileSecrets({ folder: config.secretsFolder });
  const missing = await missingSecrets(secrets);
  if (missing.length > 0) throw new SottoError('settings', missing.join('\n'));
  let dataKey = await secrets.get('data-key');
  const sealer = createSealer({ dataKey });
  const rotateDataKey = async (): Promise<void> => {
    const now = await secrets.get('data-key');
    if (now.accepted.join() === dataKey.accepted.join()) return;
    dataKey = now;
    sealer.rotate(now);
  };

  const folders = packFolders(config.policiesFolder);
  const catalogue = loadCatalogue({ folders });
  const directory = createFileDirectory({ path: config.directoryPath, log });
  const backend = createRestBackend({ folder: config.backendsFolder, secrets, log });
  const recogniser = createRecogniser({ catalogue });

  const store = createSqliteStore({ path: config.storePath });
  opened.push(() => store.close());
  const audit = await openAudit({
    config,
    store,
    secrets,
    clock,
    opened,
    ...(o.onAudit === undefined ? {} : { onAudit: o.onAudit }),
  });

  const stored = await store.restrictions.current();
  const policy = await createPolicy({
    catalogue,
    folders,
    restrictions: stored.restrictions,
    restrictionsVersion: stored.version,
    log,
  });
  const refreshRestrictions = async (): Promise<void> => {
    const { restrictions, version } = await store.restrictions.current();
    if (version !== policy.restrictionsVersion) await policy.apply({ restrictions, version });
  };

  const rejections = createRejections({ audit, clock, log });
  const slack = createSlack({
    appId: config.slack.appId,
    teamIds: config.slack.teamIds,
    signingSecret: () => secrets.get('slack-signing-secret'),
    botToken: () => secrets.get('slack-bot-token'),
    ...(config.slack.apiUrl === null ? {} : { apiUrl: config.slack.apiUrl }),
    clock,
    log,
    metrics,
    reject: (reason) => rejections.note('slack', reason),
    accept: (inbound) => work.accept(inbound),
    texts: { tryAgain: repliesIn('en').tryAgain },
  });

  const world: World = {
    catalogue,
    recogniser,
    directory,
    policy,
    backend,
    store,
    audit,
    sealer,
    random,
    clock,
    log,
    metrics,
    platforms: new Map([['slack', slack.platform]]),
    policyCaughtUp: refreshRestrictions,
    conversationMs: CONVERSATION_MS,
    leaseMs: LEASE_MS,
  };
  const work = createWork(world);
  const expiring = createExpiring(world);

  // The secrets are checked before anything listens.
  opened.push(() => slack.stop());
  await slack.start();
  const server = await createHttpServer({
    host: config.host,
    port: config.port,
    opsPort: config.opsPort,
    routes: [slack.route],
    ready: () => ({ ok: true }),
    metrics: () => metrics.render(),
    log,
    ...(o.register === undefined ? {} : { register: o.register }),
  });
  opened.push(() => server.close({ graceMs: REQUESTS_GRACE_MS }));

  await audit.append({ kind: 'start', at: clock.now(), version: VERSION, policy: policy.version });
  const watching = new AbortController();
  opened.push(async () => watching.abort());
  const watch = (async () => {
    while (!watching.signal.aborted) {
      await clock.sleep(LOOK_EVERY_MS, watching.signal);
      await refreshRestrictions().catch((error: unknown) => log.error('restrictions.failed', { code: codeOf(error) }));
      await rotateDataKey().catch((error: unknown) => log.error('data-key.failed', { code: codeOf(error) }));
      await audit.registerSize().catch((error: unknown) => log.error('origins.failed', { code: codeOf(error) }));
    }
  })();
  work.start();
  expiring.start();
  rejections.start();
  log.info('started', { name: VERSION });

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await server.close({ graceMs: REQUESTS_GRACE_MS });
    await Promise.all([
      work.stop({ graceMs: QUESTIONS_GRACE_MS }),
      expiring.stop({ graceMs: QUESTIONS_GRACE_MS }),
      slack.stop(),
    ]);
    watching.abort();
    await watch;
    await rejections.stop();
    await audit.append({ kind: 'stop', at: clock.now() }).catch(() => undefined); // A log that is gone has said so before.
    await closeAll();
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

/** Opens this process's log, after checking that every log the store knows of is still there and no shorter. */
const openAudit = async (o: {
  readonly config: Config;
  readonly store: World['store'];
  readonly secrets: Secrets;
  readonly clock: World['clock'];
  readonly opened: (() => Promise<void>)[];
  readonly onAudit?: NonNullable<StartOptions['onAudit']>;
}): Promise<Audit & { readonly registerSize: () => Promise<void> }> => {
  const folder = join(o.config.dataFolder, 'audit');
  const findings = await checkOrigins({ folder, registered: await o.store.origins.all() });
  if (findings.length > 0) throw new SottoError('audit-missing', findings.join('\n'));
  const origin = 'slot-0';
  const fresh = !existsSync(join(folder, origin));
  const log = await createAuditLog({
    folder,
    origin,
    signingKey: await o.secrets.get('audit-signing-key'),
    clock: o.clock,
  });
  if (fresh) await o.store.origins.register({ origin, size: 0 });
  let registered = 0;
  /** The store learns how long the log is at least, so that one which is cut or missing is noticed at the next start. */
  const registerSize = async (): Promise<void> => {
    const size = log.size();
    if (size === registered) return;
    await o.store.origins.register({ origin, size });
    registered = size;
  };
  o.opened.push(async () => {
    await registerSize();
    await log.close();
  });
  return {
    registerSize,
    append: async (entry) => {
      const receipt = await log.append(entry);
      o.onAudit?.(entry, receipt);
      return receipt;
    },
  };
};
