/** The audit logs of a line, put together from every place and verified, in a folder where nobody looks for them yet. */
import { createPublicKey } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { invalid, type StateHeader } from '../../adapters/archive/header.ts';
import { type Assembled, beginAssembly } from '../../adapters/audit-log/assemble.ts';
import { type LateOrder, ordersAfter } from '../../adapters/audit-log/orders.ts';
import { rootAfter } from '../../adapters/audit-log/past.ts';
import { dropPruned } from '../../adapters/audit-log/pruned.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import { SottoError } from '../../core/errors.ts';
import type { Secret } from '../../core/ports.ts';
import { believedLogs, PAUSED_INSTEAD, type RestoredLog } from './believed.ts';
import type { Away } from './choose.ts';
import { readStretchName } from './names.ts';
import { type FoundStretch, openStretch } from './stretch.ts';

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

const pemBlocks = (text: string): readonly string[] =>
  text.match(/-----BEGIN PUBLIC KEY-----[^-]{1,1024}-----END PUBLIC KEY-----\n?/g) ?? [];

/**
 * One log, as far as its stretches open, follow each other and lead to what was signed; none: nothing of it. Why it gets no further, where others
 * are named, or why one of them is none of it. Those that say what others said before are looked at too: two histories must not pass for one.
 */
const putTogether = async (o: {
  readonly folder: string;
  readonly origin: string;
  readonly stretches: readonly FoundStretch[];
  readonly keys: Pick<Secret, 'accepted'>;
}): Promise<Assembled & { readonly short: string | null }> => {
  const { stretches, origin } = o;
  const signers = new Set<string>();
  const log = await beginAssembly(o.folder);
  let broken: string | null = null;
  let forked = false;
  for (const found of stretches) {
    if (found.from > log.end()) {
      // Why one is missing says more than that it is.
      broken ??= `The backups of the audit log ${origin} leave out its entries ${log.end()} to ${found.from}.`;
      break;
    }
    const isNew = found.to > log.end();
    const opened = await openStretch(found, o.keys);
    if (opened instanceof SottoError) {
      // Another one may say the same, or did.
      if (isNew) broken ??= opened.message;
      continue;
    }
    const { header, body } = opened;
    const why = await log.add({ ...found, root: header.root, holds: header.holds, body });
    if (why === null) for (const pem of pemBlocks(header.publicKeys)) signers.add(pem);
    else broken ??= why;
    forked ||= why !== null;
  }
  const whole = await log.finish([...signers].join(''));
  const { steps } = whole;
  const end = steps.at(-1)?.size ?? 0;
  if (forked || stretches.some(({ to }) => to > end))
    return { ...whole, short: broken ?? `The backups of the audit log ${origin} end before it was signed.` };
  return { ...whole, short: null };
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
    const { short: why, ...whole } = await putTogether({ folder, origin, stretches, keys: o.keys });
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
