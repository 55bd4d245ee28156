/** The audit logs of a line, put together from every place and verified, in a folder where nobody looks for them yet. */
import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { invalid, type StateHeader } from '../../adapters/archive/header.ts';
import { assembleLog, type LateOrder, ordersAfter, type StretchToPlace } from '../../adapters/audit-log/assemble.ts';
import { endOfLog } from '../../adapters/audit-log/stretches.ts';
import { verifyAuditLog } from '../../adapters/audit-log/verify.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import { SottoError } from '../../core/errors.ts';
import type { Secret } from '../../core/ports.ts';
import { readStretchName } from './names.ts';
import { type FoundStretch, openStretch } from './stretch.ts';

export interface RestoredLog {
  readonly origin: string;
  readonly entries: number;
}

/** By where they begin, the longest first, by origin. */
const listStretches = async (
  places: readonly BackupPlace[],
  lineage: string,
): Promise<ReadonlyMap<string, readonly FoundStretch[]>> => {
  const byName = new Map<string, FoundStretch>();
  for (const place of places) {
    // One that does not answer was said before; what it alone has, is missed below.
    const listed = await place.list('audit').catch((error: unknown) => {
      if (error instanceof SottoError) return [];
      throw error;
    });
    for (const { name } of listed) {
      const read = readStretchName(name);
      if (read?.lineage !== lineage) continue;
      byName.set(name, { ...read, places: [...(byName.get(name)?.places ?? []), place] });
    }
  }
  const sorted = [...byName.values()].toSorted((a, b) => a.from - b.from || b.to - a.to);
  return Map.groupBy(sorted, ({ origin }) => origin);
};

const pemBlocks = (text: string): readonly string[] =>
  text.match(/-----BEGIN PUBLIC KEY-----[^-]{1,1024}-----END PUBLIC KEY-----\n?/g) ?? [];

/**
 * Each log under `folder`, verified from its first entry to its last. Refuses with `backup-invalid` where one is not whole, not as
 * it was signed, or not the one that the archive of state knows.
 */
export const restoreLogs = async (o: {
  readonly folder: string;
  readonly places: readonly BackupPlace[];
  readonly lineage: string;
  readonly dataKey: Secret;
  readonly signingKey: Secret;
  /** What archives of state say of them. */
  readonly known: readonly StateHeader['logs'][];
}): Promise<readonly RestoredLog[]> => {
  const vaultKeys = [...new Set([o.signingKey.current, ...o.signingKey.accepted])].map((pem) =>
    createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString(),
  );
  const logs: RestoredLog[] = [];
  for (const [origin, stretches] of await listStretches(o.places, o.lineage)) {
    const folder = join(o.folder, origin);
    const keys = new Set<string>();
    const broken: string[] = [];
    const open = async function* (): AsyncGenerator<StretchToPlace> {
      let end = 0;
      for (const found of stretches) {
        if (found.to <= end) continue;
        const opened = await openStretch(found, o.dataKey);
        if (opened instanceof SottoError) {
          // Another one may say the same; otherwise a gap is found.
          broken.push(opened.message);
          continue;
        }
        for (const pem of pemBlocks(opened.header.publicKeys)) keys.add(pem);
        yield { from: found.from, to: found.to, body: opened.body };
        end = found.to;
      }
      if (broken.length > 0 && end < Math.max(...stretches.map(({ to }) => to))) throw invalid(broken[0] ?? '');
    };
    await assembleLog({ folder, stretches: open(), publicKeys: () => [...keys].join('') }).catch((error: unknown) => {
      // Why it is missing says more than that it is.
      throw broken.length === 0 ? error : invalid(broken[0] ?? '', error);
    });
    const publicKey = [...vaultKeys, ...keys].join('');
    const { ok, entries, firstBad } = await verifyAuditLog({ folder, publicKey });
    if (!ok)
      throw invalid(
        `The audit log ${origin} does not come back as it was signed (entry ${firstBad?.index}: ${firstBad?.why}). Nothing was changed. Keep the backups as evidence; take them from the other place, or put the signing key back under which it was written.`,
      );
    logs.push({ origin, entries });
  }
  for (const { origin, bytes, entries, chain } of o.known.flat()) {
    const has = logs.some((log) => log.origin === origin);
    const end = has ? await endOfLog({ folder: join(o.folder, origin), within: bytes }) : null;
    if (end?.bytes !== bytes || end.entries !== entries || end.chain !== chain)
      throw invalid(
        `The audit log ${origin} held ${entries} entries when the archive was made, and the places do not hold these. Nothing was changed. Look for its stretches in the other place.`,
      );
  }
  return logs;
};

/** What was ordered after an archive was made, as the logs tell. */
export const lateOrders = async (o: {
  readonly folder: string;
  readonly logs: readonly RestoredLog[];
  readonly version: number;
  readonly at: number;
}): Promise<readonly LateOrder[]> => {
  const found: LateOrder[] = [];
  for (const { origin } of o.logs) found.push(...(await ordersAfter({ ...o, folder: join(o.folder, origin) })));
  return found;
};
