/**
 * The composition root: settings, secrets, adapters, core, start; stopped in reverse. The only place, with `main/`, that
 * knows every adapter by name.
 */
import { join } from 'node:path';
import { readDescriptions } from './adapters/backend/description.ts';
import { createRestBackend } from './adapters/backend/rest.ts';
import { hardenOutbound } from './adapters/bounded/suites.ts';
import { createControl } from './adapters/control/server.ts';
import { createLog } from './adapters/log/log.ts';
import { createMetrics } from './adapters/metrics/metrics.ts';
import { createScreen } from './adapters/screen/screen.ts';
import { nameCipher } from './adapters/sealer/names.ts';
import { systemClock, systemRandom } from './adapters/system/system.ts';
import { createBackground } from './core/background.ts';
import { createChangedAccounts } from './core/changed-accounts.ts';
import { createClocks } from './core/clocks.ts';
import { guarded } from './core/data.ts';
import { createExpiring } from './core/expire.ts';
import { createFirstUse } from './core/first-use.ts';
import { createTenancy } from './core/lifecycle.ts';
import { createLiveAnswers } from './core/live-answers.ts';
import { createOwed } from './core/owed.ts';
import type { ClosedBy } from './core/pinning.ts';
import type { Log } from './core/ports.ts';
import { createProbing } from './core/probing.ts';
import { createPurging } from './core/purging.ts';
import { telling } from './core/reached.ts';
import { withNamer } from './core/recognise/second.ts';
import { createRecording } from './core/recording.ts';
import { createRejections } from './core/rejections.ts';
import { createResealing } from './core/resealing.ts';
import { createLapsing } from './core/restricting/lapse.ts';
import { createSealedNames } from './core/sealed-names.ts';
import { createSignInLeaving } from './core/sign-in/leaving.ts';
import { createOwnTokens } from './core/sign-in/own-tokens.ts';
import { createSurprises } from './core/surprises.ts';
import { createUpdates } from './core/updates.ts';
import type { World } from './core/world.ts';
import { aboutRunning } from './main/about-running.ts';
import { settleRestore } from './main/after-restore.ts';
import { createAnswering } from './main/answering.ts';
import { openAudit } from './main/audit.ts';
import { createRetention } from './main/audit-retention.ts';
import { openAuditSinks } from './main/audit-sinks.ts';
import { authRoutes } from './main/auth-pages.ts';
import { createBackups } from './main/backup/backups.ts';
import { backupRoutes } from './main/backup/routes.ts';
import { openBackupPlaces } from './main/backup-places.ts';
import { type Closing, createClosing } from './main/closing.ts';
import { controlRoutes } from './main/control.ts';
import { checkHooks, openHooks } from './main/hooks.ts';
import { installationsRoute } from './main/installing.ts';
import { openJudging } from './main/judging.ts';
import { openKept, openKeys } from './main/kept.ts';
import { listen } from './main/listening.ts';
import { liveRoutes } from './main/live.ts';
import { azureOf, openDirectory, openStore, spreadOf, type Tools, unmappedGroups } from './main/opening.ts';
import { linksSince } from './main/pinning/chain.ts';
import { readMark } from './main/pinning/marks.ts';
import { openPinning } from './main/pinning.ts';
import { createPlatforms, type Platforms } from './main/platforms.ts';
import { createSeeing, openSessionProver } from './main/quiet-sign-in.ts';
import { openOwnRecogniser } from './main/recogniser.ts';
import { sealedReferences } from './main/references.ts';
import { restrictRoutes } from './main/restrict/routes.ts';
import { rotateKeys } from './main/rotating-keys.ts';
import { createRunNotes } from './main/run-notes.ts';
import type { Running, StartOptions } from './main/running.ts';
import { settingsHash } from './main/settings-hash.ts';
import { asksAsPerson, openSignIn } from './main/sign-in.ts';
import { createStopping, REQUESTS_GRACE_MS } from './main/stopping.ts';
import { openServerCertificate } from './main/transit.ts';
import { createWatching } from './main/watching.ts';
import { loadCatalogue } from './policies/catalogue.ts';
import { packFolders } from './policies/pack.ts';
import { comparePacks } from './policies/pin.ts';
import { groupsOf } from './policies/schema.ts';

export type { Running, StartOptions } from './main/running.ts';

export const VERSION = '0.11.0';

const LEASE_MS = 60_000;

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
  const certificateEnd = certificate === null ? null : () => certificate.current().end;
  const keys = await openKeys({ config, azure, certificateEnd, opened, tools });
  const { ends, signingKey } = keys;
  const { secrets } = ends;

  const folders = packFolders(config.policiesFolder);
  const catalogue = loadCatalogue({ folders });
  const descriptions = readDescriptions(config.backendsFolder);
  // Both are there by the time that anybody asks.
  const ownTokens = createOwnTokens(() => ({ store, sealer, clock, ...(signIn === null ? {} : { signIn }) }));
  const unguarded = createRestBackend({
    folder: config.backendsFolder,
    descriptions,
    secrets,
    own: ownTokens,
    ...tools,
  });

  // Before the pack is learnt, which takes long.
  const hooks = openHooks({
    descriptions,
    secrets,
    world: () => world,
    work: () => answering.work(),
    rejections: () => rejections,
    tools,
  });
  await checkHooks(hooks, catalogue);

  const kept = await openKept({ config, secrets: keys, openStore: o.openStore ?? openStore, opened, tools });
  const { store, sealer, dataKey, hashKeys, restored } = kept;
  const names = createSealedNames({ store, sealer, cipher: nameCipher, ...tools });
  const groups = new Set(groupsOf(catalogue));
  const { unsafeModelCache, onLearning } = o;
  const own =
    o.recogniser ?? (await openOwnRecogniser({ config, catalogue, sealer, tools, unsafeModelCache, onLearning }));
  const { namer } = o;
  const recogniser = namer === undefined ? own : withNamer({ own, namer, catalogue, clock, log, metrics });
  const spreadMs = o.spreadMs ?? spreadOf(config);
  // The last one to see a key uses it as long afterwards as all the others.
  const resealing = createResealing({ store, sealer, clock, log, metrics, behindMs: 2 * spreadMs });

  const tenancy = createTenancy({ store, clock, log });
  const changedAccounts = createChangedAccounts({
    store,
    sealer,
    clock,
    log,
    forget: (account) => {
      platforms.slack?.forget(account?.user ?? null);
      directory.it.forget?.(account);
    },
  });
  const keepsOwn = asksAsPerson(descriptions);
  const sessions = openSessionProver({ config, keepsOwn, tools });
  const platforms: Platforms = await createPlatforms({
    accountChanged: changedAccounts.note,
    seenInTeams: sessions === null ? null : (seen) => seeing(seen),
    config,
    secrets,
    azure,
    tools,
    references: sealedReferences({ store, sealer, clock }),
    sealer,
    store,
    tenancy,
    audit: () => audit,
    rejections: () => rejections,
    clocks: () => clocks,
    unsafeUnpaced: o.unsafeUnpaced === true,
    work: () => answering.work(),
  });
  const directory = await openDirectory({ config, azure, tools, slack: platforms.slack });
  opened.add(directory.close);
  for (const name of unmappedGroups(config, [...new Set([...groups, config.operators, config.hr])]))
    log.warn('entra.group-unmapped', { name });

  const ownAudit = await openAudit({
    dataFolder: config.dataFolder,
    store,
    signingKey,
    clock,
    random,
    log,
    metrics,
    sinks: await openAuditSinks({ config: config.auditSinks, azure, tools, version: VERSION }),
    ...(o.onAudit === undefined ? {} : { onAudit: o.onAudit }),
  });
  opened.add(() => ownAudit.close());
  const audit = o.unsafeAudit === undefined ? ownAudit : { ...ownAudit, append: o.unsafeAudit(ownAudit.append) };
  const owed = createOwed({ audit, log });
  opened.add(owed.paid);
  const runNotes = createRunNotes({ audit, clock, version: VERSION, settings: settingsHash(config) });
  opened.add(() => runNotes.stopped('failed'));

  const judging = await openJudging({ pack: { catalogue, folders }, store, sealer, metrics, clock, log });
  const { policy } = judging;
  const backend = guarded({ backend: unguarded, policy, directory: directory.it, screen: createScreen() });
  const pinning = await openPinning({
    own: { ...policy.pin, stands: (pinned) => comparePacks({ pinned, now: policy.pin.body }) },
    store,
    sealer,
    names,
    policy,
    mark: await readMark(join(config.dataFolder, 'audit')),
    linksSince: (version) => linksSince({ store, sealer }, version),
    audit,
    clock,
    log,
    metrics,
    unsafeAnyPack: o.unsafeAnyPack ?? false,
  });
  const closed = (): ClosedBy | null => pinning.closed() ?? (audit.losses.open().length > 0 ? 'audit-lost' : null);
  const refresh = async (): Promise<void> => {
    await judging.refresh();
    await pinning.look();
  };
  const rotation = rotateKeys({ secrets, dataKey, signingKey, spreadMs, sealer, hashKeys, resealing, audit, tools });

  const background = createBackground({ clock, log });
  const rejections = createRejections({ audit, clock, log });
  const clocks = createClocks({ audit, clock, log });
  const signIn = o.unsafeSignIn ?? openSignIn({ config, keepsOwn, secrets, tools });
  const untold: World = {
    catalogue,
    recogniser,
    directory: directory.it,
    policy,
    backend,
    store,
    audit: { append: owed.append },
    owed,
    sealer,
    names,
    groups,
    random,
    clock,
    log,
    metrics,
    platforms: platforms.byName,
    tenancy,
    policyCaughtUp: refresh,
    hooks: hooks.kinds,
    standing: judging.standing,
    signInOffered: signIn !== null || (o.signInOffered ?? false),
    ...(signIn === null ? {} : { signIn }),
    operators: config.operators,
    hr: config.hr,
    closed: () => pinning.closed() !== null,
    pinning,
    losses: audit.losses,
    securityContact: config.securityContact,
    restricting: judging.restricting,
    background,
    conversationMs: config.transcriptMs,
    leaseMs: o.leaseMs ?? LEASE_MS,
    updates: createUpdates({ store, platforms: platforms.byName, clock }),
  };
  const recording = createRecording({ store, sealer, clock, log, metrics, groups });
  const probing = createProbing(untold);
  const surprises = createSurprises(untold);
  const firstUse = createFirstUse({ ...untold, store });
  const watched: World = {
    ...untold,
    probing,
    surprises,
    recording,
    live: createLiveAnswers(untold),
    ...(o.firstUse === false ? {} : { firstUse }),
  };
  const world = o.reached === undefined ? watched : telling(watched, o.reached);
  const seeing = createSeeing(world, sessions);
  const expiring = createExpiring(world);
  const purging = createPurging(world, tenancy);
  const lapsing = createLapsing(world);
  const signInLeaving = createSignInLeaving(world);
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

  const retention = createRetention({
    days: config.auditDays,
    dataFolder: config.dataFolder,
    audit,
    taken: [backups.had, audit.sent],
    // The next start holds the pack and the restrictions against what the log said of them last.
    restate: async () => {
      if (pinning.closed() !== null) return false;
      await audit.append({ kind: 'pack', at: clock.now(), how: 'stands', ...pinning.stands(), by: [], byNames: [] });
      return true;
    },
    clock,
    log,
  });

  // The secrets are checked before anything listens.
  await tenancy.start();
  opened.add(() => tenancy.stop());
  opened.add(() => platforms.stop());
  await platforms.start();
  const watching = createWatching({ judging: { refresh }, rotation, audit, hashKeys, ends, answering, clock, log });
  const server = await listen({
    config,
    certificate,
    routes: [...platforms.routes, ...authRoutes(world), ...hooks.routes],
    ...(o.register === undefined ? {} : { register: o.register }),
    shown: { store, systems: unguarded, audit, clocks, rotation, watching, backups, ends, platforms, tenancy },
    metrics,
    clock,
    log,
  });
  opened.add(() => server.close({ graceMs: REQUESTS_GRACE_MS }));

  const control = createControl({
    folder: config.dataFolder,
    routes: [
      ...controlRoutes(world, { expiring, resealing, audit }),
      ...restrictRoutes(world),
      ...liveRoutes(world),
      ...backupRoutes({ backups, config, azure, tools }),
      installationsRoute(tenancy),
      aboutRunning({ version: VERSION, clock, held: audit.held, closed, clocks }),
    ],
    log,
  });
  opened.add(() => control.close());
  await control.keep();

  await runNotes.started({ ...pinning.stands(), backends: descriptions.hash, closed: closed() });
  await pinning.settle();
  opened.add(async () => watching.abort());
  watching.start(control);
  expiring.start();
  if (restored !== null) {
    const seen = (left: number): void => metrics.set('restored_untried', { removals: left });
    void settleRestore({ world, restored, refuses: expiring.refuses, seen, signal: watching.signal }).then((done) => {
      if (done) answering.open();
    });
  }
  backups.start();
  lapsing.start();
  purging.start();
  answering.start();
  platforms.letIn();
  recording.start();
  clocks.start();
  opened.add(() => clocks.stop());
  retention.start();
  opened.add(() => retention.stop());
  signInLeaving.start();
  opened.add(() => signInLeaving.stop());
  changedAccounts.start();
  opened.add(() => changedAccounts.stop());
  resealing.start();
  rejections.start();
  log.info('started', { name: VERSION });

  const parts = {
    background,
    lapsing,
    purging,
    control,
    server,
    answering,
    expiring,
    backups,
    platforms,
    resealing,
    watching,
    rejections,
    recording,
    probing,
    surprises,
    owed,
    runNotes,
  };
  return {
    url: server.url,
    bound: server.bound,
    opsUrl: server.opsUrl,
    world,
    closed,
    missed: audit.losses.open,
    refreshRestrictions: refresh,
    stop: createStopping({ ...parts, opened, log }),
  };
};
