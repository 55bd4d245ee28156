/** Whether a log, or all logs of a folder, are as they were signed, and whether whoever signed them last is trusted. */
import type { KeyObject } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SottoError } from '../../core/errors.ts';
import { type Checkpoint, isOrigin, openCheckpoint, readCheckpoint } from './checkpoint.ts';
import { type Ending, noteEndings, type OtherLog } from './endings.ts';
import { type Examined, examineLog } from './examine.ts';
import type { Bad } from './examine-tiles.ts';
import { fingerprintOf, readPublicKeys } from './keys.ts';
import { CHECKPOINT_FILE, KEY_FILE } from './layout.ts';
import type { Noted } from './learnt.ts';
import { keysBeside } from './public-keys.ts';
import { bundlePath, TILE_WIDTH } from './tiles.ts';

/** See `verifyAuditLog`. */
export interface Verified {
  readonly ok: boolean;
  /** How many entries are right, up to the first bad one. */
  readonly entries: number;
  /** Entries that are not there any more, and of which the hashes stand. */
  readonly pruned: number;
  /** The last one that is signed; null: there is none. */
  readonly checkpoint: Checkpoint | null;
  /** `index`: of the first entry that it may concern, counted from 0; `file`: where it was found, under the log's folder. */
  readonly firstBad: Bad | null;
}

const named = (keys: readonly KeyObject[]): ReadonlyMap<string, KeyObject> =>
  new Map(keys.map((key) => [fingerprintOf(key), key]));

/** What is believed before a log is judged. */
interface Belief {
  /** Fingerprints of keys. */
  readonly trusted: ReadonlySet<string>;
  /** Where logs that are trusted, or a checkpoint that was kept, say that it ends. */
  readonly endings: readonly Ending[];
  /** Entries. */
  readonly atLeast: number;
  /** Bundles below it may be gone; its own entries may say more. */
  readonly pruned: number;
}

/**
 * What the log is worth to whoever trusts these keys: its root is vouched for up to the last checkpoint that one of them signed, or
 * to its end where an ending, which is believed, names exactly that.
 */
const judged = (examined: Examined, { trusted, endings, atLeast, pruned }: Belief): Verified => {
  const { entries, checkpoint, missing } = examined;
  const verdict = (firstBad: Bad | null): Verified => ({
    ok: firstBad === null,
    entries: firstBad === null ? entries : Math.min(entries, firstBad.index),
    pruned: missing.length * TILE_WIDTH,
    checkpoint,
    firstBad,
  });
  if (examined.bad !== null) return verdict(examined.bad);
  const mayBeGone = Math.max(pruned, examined.pruned.get('') ?? 0);
  const lost = missing.find((index) => (index + 1) * TILE_WIDTH > mayBeGone);
  if (lost !== undefined)
    return verdict({
      index: lost * TILE_WIDTH,
      file: bundlePath(lost),
      why: 'the bundle is missing, and no entry says that it was pruned',
    });
  if (entries < atLeast) return verdict(tooShort(entries, atLeast));
  // Which key signed before is nothing to the end: one that is trusted by now may be followed by one that leaked.
  const vouched = examined.covered.filter(({ by }) => trusted.has(by)).map((one) => one.entries);
  if (checkpoint === null || vouched.includes(checkpoint.size)) return verdict(null);
  const root = checkpoint.root.toString('hex');
  if (endings.some((ending) => ending.size === checkpoint.size && ending.root === root)) return verdict(null);
  return verdict({
    index: Math.max(0, ...vouched),
    file: CHECKPOINT_FILE,
    why: 'from here on it is signed by keys that are not trusted (none of those given), and no log that is trusted says that it ends as it does',
  });
};

const tooShort = (entries: number, atLeast: number): Bad => ({
  index: entries,
  file: CHECKPOINT_FILE,
  why: `the log ends here, but ${atLeast} entries are on record: its end was cut off`,
});

/** A log that must be there and of which nothing is. */
const gone = (atLeast: number): Verified => ({
  ok: false,
  entries: 0,
  pruned: 0,
  checkpoint: null,
  firstBad: {
    index: 0,
    file: CHECKPOINT_FILE,
    why: `the log was begun and is not there${atLeast === 0 ? '' : `, but ${atLeast} entries are on record`}`,
  },
});

/** A checkpoint that was kept, as far as it can be used. Refuses with code `usage` a note that is none of this log. */
const sinceOf = (note: string, origin: string, keys: Iterable<KeyObject>): Checkpoint | Bad => {
  if (readCheckpoint(note)?.origin !== origin)
    throw new SottoError(
      'usage',
      `What to verify from is no checkpoint of the log ${origin}. Give the signed note as "sotto audit checkpoint" prints it.`,
    );
  const opened = openCheckpoint(note, keys);
  if (opened !== null) return { origin, size: opened.size, root: opened.root };
  return {
    index: 0,
    file: KEY_FILE,
    why: 'the checkpoint given is signed by none of the keys given or beside the log',
  };
};

/** Reads one log as far as it is asked for. Null: there is none. */
const looked = async (o: {
  readonly folder: string;
  readonly origin: string;
  readonly trusted: ReadonlyMap<string, KeyObject>;
  readonly since: string | undefined;
}): Promise<{ readonly examined: Examined; readonly since: Checkpoint | null } | null> => {
  const keys = [...new Map([...o.trusted, ...named(await keysBeside(o.folder))]).values()];
  const since = o.since === undefined ? null : sinceOf(o.since, o.origin, keys);
  const bad = since !== null && 'why' in since ? since : null;
  const from = since === null || 'why' in since || since.size === 0 ? null : since;
  const examined = await examineLog({
    folder: o.folder,
    origin: o.origin,
    keys,
    ...(from === null ? {} : { since: from }),
  });
  return examined === null ? null : { examined: { ...examined, bad: bad ?? examined.bad }, since: from };
};

/**
 * Reads one log, recomputes every leaf, holds every tile against what lies below it and the root against what was signed, and names the first entry
 * that is not as it was signed. Time grows with the log, memory does not. Each checkpoint may be signed by a key given or by one that stands in
 * `public-key.pem` beside the log, but the last one must be signed by a key given: its root covers all before, so that keys of former
 * years need not be given. A log that was cut exactly behind a checkpoint is whole in itself: only `expectAtLeast` (the size registered in the
 * store) or `since` tells. Refuses with code `audit-missing` where there is no log, `settings` where a key is none, `usage` where `since` is no
 * checkpoint of it.
 */
export const verifyAuditLog = async (o: {
  /** The folder of one log, named after its origin. */
  readonly folder: string;
  /** Those that are trusted. Ed25519; as PEM there may be several in a row, as after a rotation. */
  readonly publicKey: string | KeyObject;
  readonly expectAtLeast?: number;
  /** Where the folder does not carry the origin's name (a copy). */
  readonly origin?: string;
  /** A signed note of this log, by a key given or beside it: the log must go on from it, and only what came behind it is read. */
  readonly since?: string;
  /** Bundles of entries below this index may be gone, as a log that is trusted says; what this one says counts in any case. Default 0. */
  readonly pruned?: number;
}): Promise<Verified> => {
  const trusted = named(readPublicKeys(o.publicKey));
  const origin = o.origin ?? basename(o.folder);
  const found = await looked({ folder: o.folder, origin, trusted, since: o.since });
  if (found === null)
    throw new SottoError(
      'audit-missing',
      `There is no readable audit log in ${o.folder}, so nothing can be verified. Name the folder of one log (SOTTO_DATA/audit/ORIGIN).`,
    );
  const { expectAtLeast: atLeast = 0, pruned = 0 } = o;
  return judged(found.examined, { trusted: new Set(trusted.keys()), endings: endingsBy(found.since), atLeast, pruned });
};

/** Whoever kept a checkpoint knows how the log was: it may end so. */
const endingsBy = (since: Checkpoint | null): readonly Ending[] =>
  since === null ? [] : [{ origin: since.origin, size: since.size, root: since.root.toString('hex') }];

/** One of several logs. */
export interface VerifiedLog extends Verified {
  readonly origin: string;
  /** Of what was read of it; worth something where the log is sound. */
  readonly noted: Noted;
}

const NOTHING: Noted = { lost: new Map(), backwards: null };

interface Log {
  readonly origin: string;
  readonly examined: Examined;
  readonly since: Checkpoint | null;
}

/**
 * Every log of a folder, by its origin. A log that nobody writes any more ends under a key that may be long gone, and that may have
 * leaked since: it is sound only where a log that is trusted names its end, entries and root. So is whatever it names itself.
 */
export const verifyAuditLogs = async (o: {
  /** The folder of all logs, `SOTTO_DATA/audit`. */
  readonly folder: string;
  /** As for one log. */
  readonly publicKey: string | KeyObject;
  /** Those that must be there, and how long at least, as the store knows it; default: none. */
  readonly registered?: readonly OtherLog[];
  /** Signed notes, one of a log at most: those logs must go on from them, and are read from there; the others are read as a whole. */
  readonly since?: readonly string[];
}): Promise<readonly VerifiedLog[]> => {
  const given = named(readPublicKeys(o.publicKey));
  const trusted = new Set(given.keys());
  const atLeast = new Map(o.registered?.map(({ origin, size }) => [origin, size]));
  const since = new Map(o.since?.map((note) => [originOf(note), note]));
  const logs: Log[] = [];
  const lost = new Set([...atLeast.keys(), ...since.keys()]);
  /** Folders without anything, as somebody may make one. */
  const hollow: string[] = [];
  for (const origin of await originsIn(o.folder)) {
    const folder = join(o.folder, origin);
    const found = await looked({ folder, origin, trusted: given, since: since.get(origin) });
    if (found !== null) {
      logs.push({ origin, ...found });
      lost.delete(origin);
      // Something of it is there still.
    } else if ((await readdir(folder)).length > 0) lost.add(origin);
    else hollow.push(origin);
  }

  const endings = new Map<string, Ending>();
  const pruned = new Map<string, number>();
  const judge = ({ origin, examined, since: kept }: Log, how: Pick<Belief, 'atLeast' | 'pruned'>): Verified => {
    const ending = endings.get(origin);
    return judged(examined, {
      trusted,
      endings: [...(ending === undefined ? [] : [ending]), ...endingsBy(kept)],
      ...how,
    });
  };
  // What a log says of others is as it was signed, however much of its own end or of its bundles is missing.
  // Each round believes one log more at least, or is the last.
  const silent = new Set(logs);
  for (let before = -1; before !== silent.size; ) {
    before = silent.size;
    for (const log of [...silent].filter((one) => judge(one, { atLeast: 0, pruned: Number.POSITIVE_INFINITY }).ok)) {
      noteEndings(endings, log.examined.endings.values());
      for (const [of, upTo] of log.examined.pruned) pruned.set(of, Math.max(upTo, pruned.get(of) ?? 0));
      silent.delete(log);
    }
  }
  for (const origin of hollow) if (endings.has(origin)) lost.add(origin);
  const verdict = (log: Log): Verified => {
    const least = Math.max(endings.get(log.origin)?.size ?? 0, atLeast.get(log.origin) ?? 0);
    return judge(log, { atLeast: least, pruned: pruned.get(log.origin) ?? 0 });
  };
  return [
    ...logs.map((log) => ({ origin: log.origin, ...verdict(log), noted: log.examined.noted })),
    ...[...lost].sort().map((origin) => {
      const least = Math.max(atLeast.get(origin) ?? 0, endings.get(origin)?.size ?? 0);
      return { origin, ...gone(least), noted: NOTHING };
    }),
  ];
};

/** Refuses with code `usage` a note that is no checkpoint. */
const originOf = (note: string): string => {
  const { origin } = readCheckpoint(note) ?? {};
  if (origin !== undefined) return origin;
  throw new SottoError(
    'usage',
    'What to verify from is no signed checkpoint. Give the note as "sotto audit checkpoint" prints it.',
  );
};

const originsIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { withFileTypes: true }))
    .filter((one) => one.isDirectory() && isOrigin(one.name))
    .map(({ name }) => name)
    .sort();
