/** Puts a backup back, on an empty machine. Everything is opened, put together and verified before anything is touched. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invalid } from '../../adapters/archive/header.ts';
import { restrictionsHash } from '../../core/backed-up.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import { SottoError } from '../../core/errors.ts';
import type {
  Clock,
  KeptGrant,
  KeptReference,
  Leaving,
  Random,
  Sealer,
  Secret,
  Stands,
  Store,
} from '../../core/ports.ts';
import { referenceContext } from '../references.ts';
import { type Chosen, chooseStates, listStates, type OpenState } from './choose.ts';
import { grantOfRow, leavingOfRow, type Row } from './contents.ts';
import { openRestoring, type Plan } from './folder.ts';
import { lateOrders, type RestoredLog, restoreLogs } from './logs.ts';

export interface RestoreOptions {
  readonly dataFolder: string;
  readonly places: readonly BackupPlace[];
  /** The places were named for this restore, so that one which does not answer is known to be missing. */
  readonly placesNamed: boolean;
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
  /** Sotto is paused then, whatever stands: for where what stands may be older than what was in force. */
  readonly paused: boolean;
  /** Opens and verifies all of it, and touches neither folder nor store. */
  readonly dryRun: boolean;
}

export interface RestoreReport {
  readonly archive: string;
  readonly madeAt: number;
  /** What came after the archive and is lost, ms. */
  readonly lostMs: number;
  readonly restrictions: { readonly count: number; readonly hash: string; readonly archive: string };
  readonly paused: boolean;
  readonly holds: number;
  readonly recalls: number;
  readonly grants: number;
  readonly references: number;
  readonly removals: number;
  /** Of these, whose time had come by now. */
  readonly due: number;
  readonly logs: readonly (RestoredLog & {
    /** Entries that were on record and are in no backup. */
    readonly lost: number;
  })[];
  /** As they stood when the archive was made. */
  readonly settings: Readonly<Record<string, string>>;
  /** What somebody should know. */
  readonly notes: readonly string[];
}

/** Rows in one call of the store. */
const BATCH = 500;

/**
 * Refuses, with nothing changed: `usage` (the folder or the store is not empty, no such archive), `backup-invalid` (altered, cut, another key,
 * a newer version, what stands would be older than what was in force), `backup-unavailable` (no place answers).
 */
export const restore = async (o: RestoreOptions): Promise<RestoreReport> => {
  const folder = o.dryRun ? null : openRestoring(o.dataFolder);
  const draft = folder === null ? mkdtempSync(join(tmpdir(), 'sotto-restore-')) : null;
  let begun = false;
  try {
    const prepared = await prepare(o, folder?.audit ?? draft ?? '', folder?.before ?? null);
    if (folder === null) return prepared.report;
    await withStore(o, async (store) => {
      const stood = await store.snapshots.restored();
      // Where the folder was emptied in between, the store knows which one it was.
      const home = stood?.archive === prepared.plan.archive ? stood.home : prepared.plan.home;
      const plan = { ...prepared.plan, home };
      const finished = stood?.state === 'restored' && stood.archive === plan.archive && stood.home === plan.home;
      if (!finished) {
        if (stood === null && !(await store.snapshots.isEmpty())) throw used();
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
    if (draft !== null) rmSync(draft, { recursive: true, force: true });
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

interface Prepared {
  readonly plan: Plan;
  readonly body: OpenState;
  readonly stands: Stands;
  readonly report: RestoreReport;
}

const prepare = async (o: RestoreOptions, auditFolder: string, before: Plan | null): Promise<Prepared> => {
  const { states, away } = await listStates(o.places);
  if (away.length === o.places.length) throw new SottoError('backup-unavailable', away.join('\n'));
  if (away.length > 0 && !o.placesNamed && o.approved === null)
    throw new SottoError(
      'backup-unavailable',
      `${away.join('\n')}\nA newer archive may lie there, which restricts more, so nothing was changed. Name the places that are to be believed with --from, or give the hash of the restrictions that were approved with --approved.`,
    );
  if (before !== null && o.at !== null && o.at !== before.archive)
    throw new SottoError(
      'usage',
      `A restore of ${before.archive} was cut short here, and another archive would mix with it. Go on with that one, or begin with an empty folder and store.`,
    );
  const chosen = await chooseStates({ states, dataKey: o.dataKey, at: o.at ?? before?.archive ?? null });
  const { body, standing } = chosen;
  const logs = await restoreLogs({
    folder: auditFolder,
    places: o.places,
    lineage: standing.header.lineage,
    dataKey: o.dataKey,
    signingKey: o.signingKey,
    known: [standing.header.logs, ...(body === standing ? [] : [body.header.logs])],
  });
  const late = await lateOrders({
    folder: auditFolder,
    logs,
    version: standing.stands.version,
    at: standing.header.madeAt,
  });
  refuseWeaker(o, chosen, late);
  const version = Math.max(chosen.highest, ...late.map((order) => order.version ?? 0));
  const stands = standsOf({ o, standing: standing.stands, logs, version });
  const plan = { archive: body.found.name, home: before?.home ?? o.random.id() };
  return { plan, body, stands, report: await reportOf({ o, chosen, stands, logs, away }) };
};

const HASH = /^[0-9a-f]{16,64}$/;

const refuseWeaker = (
  o: Pick<RestoreOptions, 'approved' | 'paused'>,
  { standing, doubts }: Chosen,
  late: readonly { readonly what: string; readonly at: number }[],
): void => {
  const { hash } = standing.header.restrictions;
  if (o.approved !== null && !HASH.test(o.approved))
    throw new SottoError(
      'usage',
      '--approved takes the hash of restrictions, at least its first 16 hex digits, as "sotto backup list" tells it.',
    );
  if (o.approved !== null && !hash.startsWith(o.approved))
    throw invalid(
      `The newest restrictions in these places (${standing.found.name}) have the hash ${hash}, which is not the approved one. Nothing was changed. Look in the other place for an archive that has it.`,
    );
  const reasons = [
    ...doubts,
    ...late
      .slice(0, 5)
      .map(
        ({ what, at }) =>
          `The audit log tells of an order (${what}) at ${new Date(at).toISOString()}, after the newest archive that opens (${standing.found.name}).`,
      ),
  ];
  if (reasons.length > 0 && !o.paused)
    throw invalid(
      `${reasons.join('\n')}\nWhat HR restricts or operators ordered could come back weaker than it was, so nothing was changed. Look in the other place; or restore with --paused: then nobody is answered until an operator has put it right and ended the pause.`,
    );
};

/** What stands in the new store. */
const standsOf = (of: {
  readonly o: Pick<RestoreOptions, 'paused' | 'clock'>;
  readonly standing: Stands;
  readonly logs: readonly RestoredLog[];
  readonly version: number;
}): Stands => {
  const entries = new Map([
    // A name that was given is not given again, whether or not its log came back.
    ...of.standing.origins.map(({ origin }): [string, number] => [origin, 0]),
    ...of.logs.map((log): [string, number] => [log.origin, log.entries]),
  ]);
  const paused = of.o.paused ? { since: of.o.clock.now(), by: 'restore' } : null;
  return {
    ...of.standing,
    version: of.version,
    paused: of.standing.paused ?? paused,
    origins: [...entries].map(([origin, size]) => ({ origin, size })),
  };
};

const reportOf = async (of: {
  readonly o: RestoreOptions;
  readonly chosen: Chosen;
  readonly stands: Stands;
  readonly logs: readonly RestoredLog[];
  readonly away: readonly string[];
}): Promise<RestoreReport> => {
  const { o, chosen, stands, logs } = of;
  const { body, standing } = chosen;
  const now = o.clock.now();
  const counts = { grants: 0, references: 0, removals: 0, due: 0 };
  for await (const row of body.rows()) {
    if (row.is === 'grant') counts.grants += 1;
    if (row.is === 'reference') counts.references += 1;
    if (row.is === 'removal') {
      counts.removals += 1;
      if (row.then === 'remove' && row.at <= now) counts.due += 1;
    }
  }
  const onRecord = new Map(standing.stands.origins.map(({ origin, size }) => [origin, size]));
  const told = logs.map((log) => ({ ...log, lost: Math.max(0, (onRecord.get(log.origin) ?? 0) - log.entries) }));
  const missing = standing.stands.origins
    .filter(({ origin, size }) => size > 0 && !logs.some((log) => log.origin === origin))
    .map(({ origin, size }) => ({ origin, entries: 0, lost: size }));
  return {
    archive: body.found.name,
    madeAt: body.header.madeAt,
    lostMs: Math.max(0, now - body.header.madeAt),
    restrictions: {
      count: stands.restrictions.length,
      hash: restrictionsHash(stands.restrictions),
      archive: standing.found.name,
    },
    paused: stands.paused !== null,
    holds: stands.holds.length,
    recalls: stands.recalls.length,
    ...counts,
    logs: [...told, ...missing],
    settings: body.settings,
    notes: [...of.away, ...chosen.passedOver],
  };
};

const fill = async (o: RestoreOptions, store: Store, { plan, body, stands }: Prepared): Promise<void> => {
  const { snapshots } = store;
  const { madeAt, lineage } = body.header;
  if ((await snapshots.begin({ lineage, restored: { ...plan, madeAt }, stands })) === 'used') throw used();
  for await (const rows of batches(body.rows())) {
    const grants: KeptGrant[] = [];
    const references: KeptReference[] = [];
    const removals: Leaving[] = [];
    for (const row of rows) {
      if (row.is === 'grant') grants.push(grantOfRow(row));
      if (row.is === 'removal') removals.push(leavingOfRow(row));
      if (row.is === 'reference') {
        const { tenant, key, owner, value, until } = row;
        references.push({ tenant, key, owner, until, value: o.sealer.seal(referenceContext(tenant, key), value) });
      }
    }
    await snapshots.put({ grants, references, removals });
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
