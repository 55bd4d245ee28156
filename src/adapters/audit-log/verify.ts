/** Whether a log, or all logs of a folder, are as they were signed, and whether whoever signed them last is trusted. */
import type { KeyObject } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Ending, noteEndings, type OtherLog } from './endings.ts';
import { type Examined, examineLog, tooShort, type Verified } from './examine.ts';
import { fingerprintOf, readPublicKeys } from './keys.ts';
import { keysBeside } from './public-keys.ts';

const named = (keys: readonly KeyObject[]): ReadonlyMap<string, KeyObject> =>
  new Map(keys.map((key) => [fingerprintOf(key), key]));

/** What is believed before a log is judged. */
interface Belief {
  /** Fingerprints of keys. */
  readonly trusted: ReadonlySet<string>;
  readonly ending: Ending | undefined;
  /** Entries. */
  readonly atLeast: number;
}

/**
 * What the log is worth to whoever trusts these keys: its chain is vouched for up to the last checkpoint that one of them signed, or
 * to its end where `ending`, which is believed, names exactly that.
 */
const judged = ({ verified, covered, chain }: Examined, { trusted, ending, atLeast }: Belief): Verified => {
  const end = covered.at(-1);
  if (!verified.ok) return verified;
  const { entries, checkpoints } = verified;
  if (entries < atLeast) return tooShort({ entries, checkpoints, lines: end?.lines ?? 0, atLeast });
  if (end === undefined) return verified;
  if (trusted.has(end.by) || (entries === ending?.size && chain === ending.root)) return verified;
  const last = covered.findLast(({ by }) => trusted.has(by));
  return {
    ...verified,
    ok: false,
    firstBad: {
      index: last?.entries ?? 0,
      line: (last?.lines ?? 0) + 1,
      why: 'from here on it is signed by keys that are not trusted (none of those given), and no log that is trusted says that it ends as it does',
    },
  };
};

/** A log that is on record and of which nothing is there. */
const gone = ({ origin, size }: OtherLog) => ({
  origin,
  ...tooShort({ entries: 0, checkpoints: 0, lines: 0, atLeast: size }),
});

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
  return judged(examined, { trusted: new Set(trusted.keys()), ending: undefined, atLeast: 0 });
};

/**
 * Every log of a folder, by its origin. A log that nobody writes any more ends under a key that may be long gone, and that may have
 * leaked since: it is sound only where a log that is trusted names its end, entries and chain. So is whatever it names itself.
 */
export const verifyAuditLogs = async (o: {
  /** The folder of all logs, `SOTTO_DATA/audit`. */
  readonly folder: string;
  /** As for one log. */
  readonly publicKey: string | KeyObject;
  /** Those that must be there, and how long at least, as the store knows it; default: none. */
  readonly registered?: readonly OtherLog[];
}): Promise<readonly (Verified & { readonly origin: string })[]> => {
  const given = named(readPublicKeys(o.publicKey));
  const trusted = new Set(given.keys());
  const registered = new Map(o.registered?.map(({ origin, size }) => [origin, size]));
  const logs: (Examined & { readonly origin: string })[] = [];
  for (const origin of (await readdir(o.folder)).sort()) {
    const folder = join(o.folder, origin);
    const keys = new Map([...given, ...named(await keysBeside(folder))]);
    logs.push({ origin, ...(await examineLog({ folder, origin, keys, expectAtLeast: 0 })) });
  }
  const endings = new Map<string, Ending>();
  const judge = (log: Examined & { readonly origin: string }, atLeast = 0): Verified =>
    judged(log, { trusted, ending: endings.get(log.origin), atLeast });
  // What a log says of others is as it was signed, however much of its own end is missing.
  // Each round believes one log more at least, or is the last.
  const silent = new Set(logs);
  for (let before = -1; before !== silent.size; ) {
    before = silent.size;
    for (const log of [...silent].filter((one) => judge(one).ok)) {
      noteEndings(endings, log.endings.values());
      silent.delete(log);
    }
  }
  const missing = [...registered].filter(([origin]) => !logs.some((log) => log.origin === origin));
  return [
    ...logs.map((log) => {
      const { origin } = log;
      const atLeast = Math.max(endings.get(origin)?.size ?? 0, registered.get(origin) ?? 0);
      return { origin, ...judge(log, atLeast) };
    }),
    ...missing.map(([origin, size]) => gone({ origin, size })),
  ];
};
