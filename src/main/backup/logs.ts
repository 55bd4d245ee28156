/** The audit logs of a line, put together from every place and verified, in a folder where nobody looks for them yet. */
import { createPublicKey } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { invalid, type StateHeader } from '../../adapters/archive/header.ts';
import { assembleLog, type LateOrder, ordersAfter, type StretchToPlace } from '../../adapters/audit-log/assemble.ts';
import { endOfLog } from '../../adapters/audit-log/stretches.ts';
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

/** One log, as far as its stretches open and follow each other; why it gets no further, where others are named. */
const putTogether = async (o: {
  readonly folder: string;
  readonly origin: string;
  readonly stretches: readonly FoundStretch[];
  readonly keys: Pick<Secret, 'accepted'>;
}): Promise<{ readonly end: number; readonly short: string | null }> => {
  const { stretches, origin } = o;
  const signers = new Set<string>();
  let end = 0;
  let broken: string | null = null;
  const open = async function* (): AsyncGenerator<StretchToPlace> {
    for (const found of stretches) {
      if (found.from > end) {
        // Why one is missing says more than that it is.
        broken ??= `The backups of the audit log ${origin} leave out its bytes ${end} to ${found.from}.`;
        return;
      }
      if (found.to <= end) continue;
      const opened = await openStretch(found, o.keys);
      if (opened instanceof SottoError) {
        // Another one may say the same.
        broken ??= opened.message;
        continue;
      }
      for (const pem of pemBlocks(opened.header.publicKeys)) signers.add(pem);
      yield { from: found.from, to: found.to, body: opened.body };
      end = found.to;
    }
  };
  await assembleLog({ folder: o.folder, stretches: open(), publicKeys: () => [...signers].join('') });
  const isShort = stretches.some(({ to }) => to > end);
  return { end, short: isShort ? broken : null };
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
  let found = 0;
  for (const [origin, stretches] of all) {
    const folder = join(o.folder, origin);
    const { end, short: why } = await putTogether({ folder, origin, stretches, keys: o.keys });
    if (why !== null) short.set(origin, why);
    if (end === 0) {
      await rm(folder, { recursive: true });
      continue;
    }
    found += 1;
  }
  const publicKey = vaultKeys.join('');
  const { logs, torn } =
    found === 0
      ? { logs: [], torn: new Map<string, string>() }
      : await believedLogs({ folder: o.folder, publicKey, salvage: o.paused });
  const reasons = new Map(torn);
  for (const { origin, bytes, entries, chain } of o.known.flat()) {
    const back = logs.find((log) => log.origin === origin)?.entries ?? 0;
    const end = back > 0 ? await endOfLog({ folder: join(o.folder, origin), within: bytes }) : null;
    if (end?.bytes === bytes && end.entries === entries && end.chain === chain) continue;
    const what = `The audit log ${origin} held ${entries} entries when the archive was made, and the places do not hold these`;
    const why = short.get(origin) ?? 'Nothing was changed.';
    if (!o.paused) throw invalid(`${what}. ${why} Look for its stretches in the other place. ${PAUSED_INSTEAD}`);
    const some = end?.bytes === bytes ? 'another log of its name comes back' : `${end?.entries ?? 0} of them come back`;
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

/** What was ordered after an archive was made, as the logs tell. */
export const lateOrders = async (o: {
  readonly folder: string;
  readonly logs: readonly RestoredLog[];
  readonly header: StateHeader;
}): Promise<readonly LateOrder[]> => {
  const { madeAt: at, restrictions, logs: known } = o.header;
  const found: LateOrder[] = [];
  for (const { origin } of o.logs) {
    const from = known.find((log) => log.origin === origin)?.bytes ?? null;
    found.push(...(await ordersAfter({ folder: join(o.folder, origin), version: restrictions.version, from, at })));
  }
  return found;
};
