/** Whether a log, or all logs of a folder, are as they were signed, and whether whoever signed them last is trusted. */
import type { KeyObject } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Examined, examineLog, type Verified } from './examine.ts';
import { fingerprintOf, readPublicKeys } from './keys.ts';
import { keysBeside } from './public-keys.ts';

const named = (keys: readonly KeyObject[]): ReadonlyMap<string, KeyObject> =>
  new Map(keys.map((key) => [fingerprintOf(key), key]));

/** What the log is worth to whoever trusts these keys: its chain is vouched for up to the last checkpoint that one of them signed. */
const judged = ({ verified, covered }: Examined, trusted: ReadonlySet<string>): Verified => {
  const end = covered.at(-1);
  if (!verified.ok || end === undefined || trusted.has(end.by)) return verified;
  const last = covered.findLast(({ by }) => trusted.has(by));
  return {
    ...verified,
    ok: false,
    firstBad: {
      index: last?.entries ?? 0,
      line: (last?.lines ?? 0) + 1,
      why: 'from here on it is signed by keys that are not trusted: none of those given, and none that one of them replaced',
    },
  };
};

/**
 * Reads one log from start to end and names the first entry that is not as it was signed. Time grows with the log, memory
 * does not. Each checkpoint may be signed by a key given or by one that stands in `public-key.pem` beside the log, but the last
 * one must be signed by a key given: its chain covers all before, so that keys of former years need not be given. A log that was cut
 * exactly behind a checkpoint is whole in itself: only `expectAtLeast` (the size registered in the store) tells. Refuses with code
 * `audit-missing` where there is no log, `settings` where the key is none.
 */
export const verifyAuditLog = async (o: {
  /** The folder of one log, named after its origin. */
  readonly folder: string;
  /** Those that are trusted. Ed25519; as PEM there may be several in a row, as after a rotation. */
  readonly publicKey: string | KeyObject;
  readonly expectAtLeast?: number;
  /** Where the folder does not carry the origin's name (a copy). */
  readonly origin?: string;
}): Promise<Verified> => {
  const trusted = named(readPublicKeys(o.publicKey));
  const keys = new Map([...trusted, ...named(await keysBeside(o.folder))]);
  const origin = o.origin ?? basename(o.folder);
  const examined = await examineLog({ folder: o.folder, origin, keys, expectAtLeast: o.expectAtLeast ?? 0 });
  return judged(examined, new Set(trusted.keys()));
};

/**
 * Every log of a folder, by its origin. A key that another one replaced is trusted as that one is, whichever log says so, provided
 * that a trusted key vouches for that log: so a log that nobody writes any more stays sound after its key is gone from the vault.
 */
export const verifyAuditLogs = async (o: {
  /** The folder of all logs, `SOTTO_DATA/audit`. */
  readonly folder: string;
  /** As for one log. */
  readonly publicKey: string | KeyObject;
}): Promise<readonly (Verified & { readonly origin: string })[]> => {
  const given = named(readPublicKeys(o.publicKey));
  const logs: (Examined & { readonly origin: string })[] = [];
  for (const origin of (await readdir(o.folder)).sort()) {
    const folder = join(o.folder, origin);
    const keys = new Map([...given, ...named(await keysBeside(folder))]);
    logs.push({ origin, ...(await examineLog({ folder, origin, keys, expectAtLeast: 0 })) });
  }
  const trusted = new Set(given.keys());
  const vouching = new Set(logs.filter(({ replaced }) => replaced.length > 0));
  for (let before = -1; before < trusted.size; ) {
    before = trusted.size;
    for (const log of vouching) {
      if (!judged(log, trusted).ok) continue;
      for (const key of log.replaced) trusted.add(key);
      vouching.delete(log);
    }
  }
  return logs.map((log) => ({ origin: log.origin, ...judged(log, trusted) }));
};
