/** The audit logs of a line, put together from every place and verified, in a folder where nobody looks for them yet. */
import { createPublicKey } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { invalid, type StateHeader } from '../../adapters/archive/header.ts';
import type { Assembled } from '../../adapters/audit-log/assemble.ts';
import { type LateOrder, ordersAfter } from '../../adapters/audit-log/orders.ts';
import { rootAfter } from '../../adapters/audit-log/past.ts';
import { dropPruned } from '../../adapters/audit-log/pruned.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import { SottoError } from '../../core/errors.ts';
import type { Secret } from '../../core/ports.ts';
import { believedLogs, PAUSED_INSTEAD, type RestoredLog } from './believed.ts';
import type { Away } from './choose.ts';
import { readStretchName } from './names.ts';
import type { FoundStretch } from './stretch.ts';
import { asKnown } from './together.ts';

/** By where they begin, the longest first, by origin; and which places do not tell. */
const listStretches = async (places: readonly BackupPlace[], lineage: string) => {
  const byName = new Map<string, FoundStretch>();
  const away: Away[] = [];
  for (const place of places) {
    try {
      for (const { name } of await place.list('audit')) {
        const read = readStretchName(name);
        if (read?.lineage !== lineage) continue;
        byName.set(name, { ...read, places: [...(byName.get(name)?.places ?? []), place] });
      }
    } catch (error) {
      if (!(error instanceof SottoError)) throw error;
      away.push({ place: place.name, why: error.message });
    }
  }
  const sorted = [...byName.values()].toSorted((a, b) => a.from - b.from || b.to - a.to);
  return { stretches: Map.groupBy(sorted, ({ origin }) => origin), away };
};

/**
 * Each log under `folder`, verified from its first entry to its last. Refuses with `backup-invalid` where one is not as it was signed, or
 * not what the archives of state know, unless the restore is `paused`. `doubts`: where one goes on and cannot be put together further, and then
 * also what of it did not come back.
 */
export const restoreLogs = async (o: {
  readonly folder: string;
  readonly places: readonly BackupPlace[];
  readonly lineage: string;
  /** Of stretches, from the newest archive of state. */
  readonly keys: Pick<Secret, 'accepted'>;
  readonly signingKey: Secret;
  /** A log comes back as far as it can be believed, for nobody is answered. */
  readonly paused: boolean;
  /** What archives of state say of them. */
  readonly known: readonly StateHeader['logs'][];
}): Promise<{
  readonly logs: readonly RestoredLog[];
  readonly doubts: readonly string[];
  readonly away: readonly Away[];
}> => {
  const vaultKeys = [...new Set([o.signingKey.current, ...o.signingKey.accepted])].map((pem) =>
    createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString(),
  );
  const { stretches: all, away } = await listStretches(o.places, o.lineage);
  const short = new Map<string, string>();
  const stepsOf = new Map<string, Assembled['steps']>();
  const pruned = new Map<string, Assembled['pruned']>();
  for (const [origin, stretches] of all) {
    const folder = join(o.folder, origin);
    const { short: why, ...whole } = await asKnown({ ...o, folder, origin, stretches });
    if (why !== null) short.set(origin, why);
    pruned.set(origin, whole.pruned);
    if (whole.steps.length > 0) stepsOf.set(origin, whole.steps);
    else await rm(folder, { recursive: true });
  }
  const publicKey = vaultKeys.join('');
  const { logs, torn } =
    stepsOf.size === 0
      ? { logs: [], torn: new Map<string, string>() }
      : await believedLogs({ folder: o.folder, publicKey, steps: stepsOf, salvage: o.paused });
  await dropAll(o.folder, logs, pruned);
  const reasons = new Map(torn);
  for (const { origin, entries, root } of o.known.flat()) {
    const back = logs.find((log) => log.origin === origin)?.entries ?? 0;
    const found = back < entries ? null : await rootAfter({ folder: join(o.folder, origin), entries });
    if (found === root) continue;
    const what = `The audit log ${origin} held ${entries} entries when the archive was made, and the places do not hold these`;
    const why = short.get(origin) ?? 'Nothing was changed.';
    if (!o.paused) throw invalid(`${what}. ${why} Look for its stretches in the other place. ${PAUSED_INSTEAD}`);
    const some = found === null ? `${back} of them come back` : 'another log of its name comes back';
    const rest = back === 0 ? 'none of them come back' : some;
    // Why it is torn says more than that it is.
    if (!reasons.has(origin)) reasons.set(origin, `${what}: ${rest}. ${why} Keep the backups as evidence.`);
  }
  for (const [origin, why] of short)
    if (!reasons.has(origin))
      reasons.set(
        origin,
        `The audit log ${origin} goes on where it cannot be put together, and may tell of later orders. ${why}`,
      );
  return { logs, doubts: [...reasons.values()], away };
};

/** What logs that come back say was pruned, there or beside them, does not come back, however long a place has had it. */
const dropAll = async (
  folder: string,
  logs: readonly RestoredLog[],
  pruned: ReadonlyMap<string, Assembled['pruned']>,
): Promise<void> => {
  for (const { origin, entries } of logs)
    for (const said of pruned.get(origin) ?? [])
      if (said.index < entries && logs.some((log) => log.origin === (said.origin ?? origin)))
        await dropPruned({ folder: join(folder, said.origin ?? origin), upTo: said.upTo });
};

/** What was ordered after an archive was made, as the logs tell. */
export const lateOrders = async (o: {
  readonly folder: string;
  readonly logs: readonly RestoredLog[];
  readonly header: StateHeader;
}): Promise<readonly LateOrder[]> => {
  const { madeAt: at, restrictions, logs: known } = o.header;
  const found: LateOrder[] = [];
  for (const { origin } of o.logs) {
    const from = known.find((log) => log.origin === origin)?.entries ?? null;
    found.push(...(await ordersAfter({ folder: join(o.folder, origin), version: restrictions.version, from, at })));
  }
  return found;
};
