/** Puts a backup back, on an empty machine. Everything is opened, put together and verified before anything is touched. */
import type { BackupPlace } from '../../core/backup-ports.ts';
import { SottoError } from '../../core/errors.ts';
import type { Clock, KeptReference, Leaving, Random, Sealer, Secret, Stands, Store } from '../../core/ports.ts';
import { changeContext, hashKeyContext, referenceContext } from '../../core/sealing.ts';
import { chooseStates, listStates, type OpenState } from './choose.ts';
import { leavingOfRow, type OpenHashKey, type Row } from './contents.ts';
import { openDraft } from './draft.ts';
import { openRestoring, type Plan } from './folder.ts';
import { lateOrders, restoreLogs } from './logs.ts';
import { versionAt } from './names.ts';
import { type RestoreReport, reportOf } from './report.ts';
import { stretchKeysIn } from './stretch-keys.ts';
import { isSame, refuseAway, refuseWeaker, standsOf } from './weaker.ts';

export interface RestoreOptions {
  readonly dataFolder: string;
  readonly places: readonly BackupPlace[];
  /** Names of places that may be left out where they do not answer, because somebody said so of each. */
  readonly spared: readonly string[];
  readonly openStore: () => Promise<Store>;
  readonly sealer: Pick<Sealer, 'seal'>;
  readonly dataKey: Secret;
  readonly signingKey: Secret;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'id'>;
  /** Name of the archive; null: the newest. */
  readonly at: string | null;
  /** Begins the hash of the restrictions that somebody approved; null: whichever come. */
  readonly approved: string | null;
  /** Sotto is paused then, whatever stands: for where what stands may be older than what was in force, or a log is torn. */
  readonly paused: boolean;
  /** Opens and verifies all of it, and touches neither folder nor store. */
  readonly dryRun: boolean;
}

/** Rows in one call of the store. */
const BATCH = 500;

/**
 * Refuses, with nothing changed: `usage` (the folder or the store is not empty, no such archive), `backup-invalid` (altered, cut, another key,
 * a newer version, what stands would be older than what was in force), `backup-unavailable` (no place answers).
 */
export const restore = async (o: RestoreOptions): Promise<RestoreReport> => {
  const folder = o.dryRun ? null : openRestoring(o.dataFolder);
  const draft = folder === null ? openDraft({ now: Date.now() }) : null;
  let begun = false;
  try {
    const prepared = await prepare(o, folder?.audit ?? draft?.folder ?? '', folder?.before ?? null);
    if (folder === null) return prepared.report;
    await withStore(o, async (store) => {
      const stood = await store.snapshots.restored();
      // Where the folder was emptied in between, the store knows which one it was.
      const home = stood?.archive === prepared.plan.archive ? stood.home : prepared.plan.home;
      const plan = { ...prepared.plan, home };
      const finished = stood?.state === 'restored' && stood.archive === plan.archive && stood.home === plan.home;
      if (stood?.archive === plan.archive) {
        const stands = await store.snapshots.stands();
        // Once all is there, others may serve it and order what they want.
        if (finished ? o.paused && stands.paused === null : !isSame(stands, prepared.stands)) throw otherwise(finished);
      }
      if (!finished) {
        if (stood === null ? !(await store.snapshots.isEmpty()) : stood.archive !== plan.archive) throw used();
        folder.plan(plan);
        begun = true;
        await fill(o, store, { ...prepared, plan });
      }
      folder.place(plan);
      if (!finished) await store.snapshots.finish();
    });
    folder.done();
    return prepared.report;
  } catch (error) {
    if (!begun) folder?.undo();
    throw error;
  } finally {
    draft?.remove();
  }
};

const withStore = async (o: RestoreOptions, use: (store: Store) => Promise<void>): Promise<void> => {
  const store = await o.openStore();
  try {
    await use(store);
  } finally {
    await store.close();
  }
};

const used = (): SottoError =>
  new SottoError(
    'usage',
    'The store (SOTTO_STORE) is not empty, and a restore would mix with what is there. Nothing was changed. Name an empty one.',
  );

const otherwise = (finished: boolean): SottoError =>
  new SottoError(
    'usage',
    finished
      ? 'All but the last step was done here before, without a pause, and it may be served elsewhere. Nothing was changed. Run it again without --paused and order "sotto pause", or begin with an empty folder and store.'
      : 'A restore was cut short here, with other restrictions or orders, or another pause, than this one would bring, and they would mix. Nothing was changed. Run it again as it was run first, or begin with an empty folder and store.',
  );

interface Prepared {
  readonly plan: Plan;
  readonly body: OpenState;
  /** The details of its changes are open. */
  readonly stands: Stands;
  /** They are only ever added to, so the newest archive has them all. */
  readonly hashKeys: readonly OpenHashKey[];
  readonly report: RestoreReport;
}

const prepare = async (o: RestoreOptions, auditFolder: string, before: Plan | null): Promise<Prepared> => {
  const { states, away } = await listStates(o.places, o.clock.now());
  refuseAway(o, away);
  if (before !== null && o.at !== null && o.at !== before.archive)
    throw new SottoError(
      'usage',
      `A restore of ${before.archive} was cut short here, and another archive would mix with it. Go on with that one, or begin with an empty folder and store.`,
    );
  const chosen = await chooseStates({ states, dataKey: o.dataKey, at: o.at ?? before?.archive ?? null });
  const { body, standing } = chosen;
  const restored = await restoreLogs({
    folder: auditFolder,
    places: o.places,
    lineage: standing.header.lineage,
    keys: { accepted: stretchKeysIn(standing.hashKeys).map(({ key }) => key) },
    signingKey: o.signingKey,
    paused: o.paused,
    known: [standing.header.logs, ...(body === standing ? [] : [body.header.logs])],
  });
  refuseAway(o, restored.away);
  const { logs } = restored;
  const late = (await lateOrders({ folder: auditFolder, logs, header: standing.header })).filter(
    ({ what }) => what !== 'forget',
  );
  const reasons = refuseWeaker(o, { standing, doubts: [...chosen.doubts, ...restored.doubts] }, late);
  // What these took away stands in the archive again.
  const undone = (await lateOrders({ folder: auditFolder, logs, header: body.header })).filter(
    ({ what }) => what === 'forget' || what === 'recall',
  );
  const missing = [...new Set([...away, ...restored.away].map(({ why }) => why))];
  const version = Math.max(versionAt(o.clock.now()), chosen.highest, ...late.map((order) => order.version ?? 0));
  const stands = standsOf({ paused: o.paused, now: o.clock.now(), standing: standing.stands, logs, version });
  const plan = { archive: body.found.name, home: before?.home ?? o.random.id() };
  return {
    plan,
    body,
    stands,
    hashKeys: standing.hashKeys,
    report: await reportOf({ now: o.clock.now(), chosen, stands, logs, away: missing, reasons, undone }),
  };
};

const fill = async (o: RestoreOptions, store: Store, { plan, body, stands, hashKeys }: Prepared): Promise<void> => {
  const { snapshots } = store;
  const { madeAt, lineage } = body.header;
  const changes = stands.changes.map((change) => ({
    ...change,
    detail: change.detail === '' ? '' : o.sealer.seal(changeContext(change), change.detail),
  }));
  const begun = await snapshots.begin({ lineage, restored: { ...plan, madeAt }, stands: { ...stands, changes } });
  if (begun === 'used') throw used();
  for (const { id, value } of hashKeys) {
    const seen = (await store.hashKeys.all()).map((key) => key.id);
    if (seen.includes(id)) continue;
    await store.hashKeys.add({ id, value: o.sealer.seal(hashKeyContext(id), value), seen });
  }
  for await (const rows of batches(body.rows())) {
    const references: KeptReference[] = [];
    const removals: Leaving[] = [];
    for (const row of rows) {
      if (row.is === 'removal') removals.push(leavingOfRow(row));
      if (row.is === 'reference') {
        const { tenant, key, owner, value, until } = row;
        references.push({ tenant, key, owner, until, value: o.sealer.seal(referenceContext({ tenant, key }), value) });
      }
    }
    await snapshots.put({ references, removals });
  }
};

async function* batches(rows: AsyncIterable<Row>): AsyncGenerator<readonly Row[]> {
  let some: Row[] = [];
  for await (const row of rows) {
    some.push(row);
    if (some.length < BATCH) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
