/** Backups in a container of Azure Blob Storage: created once, never overwritten, and audit stretches locked by Azure. */
import { type BackupKind, type BackupPlace, isBackupName, type StoredBackup } from '../../core/backup-ports.ts';
import { SottoError } from '../../core/errors.ts';
import type { Clock, Random } from '../../core/ports.ts';
import { within } from '../bounded/waiting.ts';
import { blobAddress } from './address.ts';
import { type BlobCredential, type BlobPage, type BlobSeen, createContainer, md5 } from './container.ts';
import { type BlobFault, cannotLock, faultOf, mayNotLock, notLocked, unavailable } from './faults.ts';

export type { BlobCredential } from './container.ts';

const ATTEMPTS = 3;
const FIRST_WAIT_MS = 500;

/** Who asks for a longer pause is asked again at the next backup. */
const MOST_WAIT_MS = 10_000;

/** One verb with all its attempts, ms; and so much more for each MiB that it may move. */
const VERB_MS = 60_000;
const PER_MIB_MS = 3_000;

/** As many as a folder may hold. */
const MOST_BLOBS = 100_000;

/** So much less than was asked for passes as locked, ms: Azure keeps times in whole seconds. */
const ROUNDED_MS = 1_000;

export interface BlobPlaceOptions {
  /** `https://ACCOUNT.blob.core.windows.net/CONTAINER`, or the stand-in's `https://127.0.0.1:PORT/ACCOUNT/CONTAINER`. */
  readonly url: string;
  readonly unsafeStandIn: boolean;
  /** Of `createAzureCredential`. */
  readonly credential: BlobCredential;
  /** For how long nobody may change or delete an audit stretch, ms; 0: it is not locked. */
  readonly auditLockMs: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Certificates (PEM) that are trusted instead of the machine's: the stand-in's own. */
  readonly ca?: string;
  /** Blobs a page of a list; 5,000 unless given, the most that Azure gives. */
  readonly pageSize?: number;
  /** One call, ms; ten seconds unless given. One that moves content has a second more for each MiB. */
  readonly callMs?: number;
  /** One verb with all its attempts, ms; a minute unless given. One that moves content has three seconds more for each MiB. */
  readonly verbMs?: number;
}

type Asked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: BlobFault };

/**
 * `state/NAME` and `audit/NAME`, each created where there is none of that name. An audit stretch is locked in the same call, so that it is
 * never there unlocked: until its time is over neither Sotto nor the account's owner can change, delete or unlock what was written, and it
 * is what is read, whatever was put over it. Refuses it with `backup-unavailable` where the container cannot lock. Nothing is asked before the first verb; refuses with `settings` where the
 * address cannot be right.
 */
export const createBlobPlace = (o: BlobPlaceOptions): BackupPlace => {
  const at = blobAddress(o);
  const { credential, ca, callMs, pageSize } = o;
  const container = createContainer({ url: at.url, credential, ca, callMs, pageSize });
  const { clock, random } = o;

  /** `unclear`: an attempt before the last one may have happened although it failed. */
  const ask = async <T>(
    signal: AbortSignal,
    call: () => Promise<T>,
  ): Promise<Asked<T> & { readonly unclear: boolean }> => {
    let unclear = false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return { ok: true, value: await call(), unclear };
      } catch (error) {
        if (error instanceof SottoError && error.code !== 'deadline' && error.code !== 'secrets-unavailable')
          throw error;
        const fault = faultOf(error);
        const backoff = FIRST_WAIT_MS * 2 ** attempt * (0.5 + random.fraction());
        const wait = Math.max(backoff, fault.afterMs ?? 0);
        if (!fault.again || attempt === ATTEMPTS || wait > MOST_WAIT_MS || signal.aborted)
          return { ok: false, fault, unclear };
        unclear ||= fault.unclear;
        await clock.sleep(wait, signal);
      }
    }
  };

  const verb = async <T>(
    doing: Parameters<typeof unavailable>[1],
    bytes: number,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    try {
      return await within({ ms: (o.verbMs ?? VERB_MS) + Math.ceil((bytes * PER_MIB_MS) / 2 ** 20) }, work);
    } catch (error) {
      if (error instanceof SottoError && error.code !== 'deadline') throw error;
      throw unavailable(faultOf(error), doing, at);
    }
  };

  /** Null: there is no such blob. */
  const presentOf = <T>(asked: Asked<T>, doing: Parameters<typeof unavailable>[1]): T | null => {
    if (asked.ok) return asked.value;
    if (asked.fault.kind === 'absent') return null;
    throw unavailable(asked.fault, doing, at);
  };

  /** The blobs behind a prefix, page by page, in the order of their names. */
  const walk = async function* (
    o: { readonly prefix: string; readonly versions: boolean },
    doing: 'listed' | 'read',
    signal: AbortSignal,
  ): AsyncGenerator<readonly BlobSeen[]> {
    let from: string | null = null;
    let seen = 0;
    do {
      const asked: Asked<BlobPage> = await ask(signal, () => container.page({ ...o, from }, signal));
      const page = presentOf(asked, doing);
      if (page === null) return;
      seen += page.blobs.length;
      if (seen > MOST_BLOBS)
        throw new SottoError(
          'backup-unavailable',
          `${at.url} holds more than ${MOST_BLOBS} blobs under ${o.prefix}, more than there can be backups. Move old ones elsewhere.`,
        );
      yield page.blobs;
      from = page.next;
    } while (from !== null);
  };

  /**
   * A locked blob can still be covered by a newer version, or its name be deleted; the version that was locked stays. So of an audit
   * stretch the oldest version counts, wherever it is.
   */
  const list = async (kind: BackupKind, signal: AbortSignal): Promise<readonly StoredBackup[]> => {
    const prefix = `${kind}/`;
    const found = new Map<string, BlobSeen>();
    for await (const blobs of walk({ prefix, versions: kind === 'audit' }, 'listed', signal)) {
      for (const blob of blobs) {
        const name = blob.name.slice(prefix.length);
        if (isBackupName(name) && isOlder(blob, found.get(name))) found.set(name, blob);
      }
    }
    return [...found].map(([name, { bytes }]) => ({ name, bytes })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  };

  /** Null: there is none. */
  const oldest = async (path: string, signal: AbortSignal): Promise<BlobSeen | null> => {
    let found: BlobSeen | undefined;
    for await (const blobs of walk({ prefix: path, versions: true }, 'read', signal)) {
      for (const blob of blobs) if (blob.name === path && isOlder(blob, found)) found = blob;
      if (blobs.some(({ name }) => name > path)) break;
    }
    return found ?? null;
  };

  const read = async (
    o: { readonly kind: BackupKind; readonly name: string; readonly mostBytes: number },
    signal: AbortSignal,
  ): Promise<Buffer | 'too-large' | null> => {
    const path = `${o.kind}/${o.name}`;
    const first = o.kind === 'audit' ? await oldest(path, signal) : null;
    if (o.kind === 'audit' && first === null) return null;
    const wanted = { name: path, version: first?.version ?? null, mostBytes: o.mostBytes };
    return presentOf(await ask(signal, () => container.read(wanted, signal)), 'read');
  };

  /** Whether what is there under that name is what we tried to put there, by an attempt whose answer was lost. */
  const isOurs = async (path: string, bytes: Buffer, signal: AbortSignal): Promise<boolean> => {
    const kept = presentOf(await ask(signal, () => container.look(path, signal)), 'written');
    return kept?.md5 === md5(bytes).toString('base64');
  };

  const checkLocked = async (name: string, until: number, signal: AbortSignal): Promise<void> => {
    const kept = presentOf(await ask(signal, () => container.look(`audit/${name}`, signal)), 'written');
    if (kept?.lockedUntil == null || kept.lockedUntil < until - ROUNDED_MS) throw notLocked(name, at);
  };

  const write = async (
    kind: BackupKind,
    name: string,
    bytes: Buffer,
    signal: AbortSignal,
  ): Promise<'written' | 'exists'> => {
    const path = `${kind}/${name}`;
    const lockUntil = kind === 'audit' && o.auditLockMs > 0 ? clock.now() + o.auditLockMs : null;
    if (lockUntil !== null && presentOf(await ask(signal, () => container.locks(signal)), 'written') !== true)
      throw cannotLock(at);
    const asked = await ask(signal, () => container.create({ name: path, bytes, lockUntil }, signal));
    if (!asked.ok) {
      const { fault } = asked;
      if (fault.kind !== 'exists')
        throw fault.kind === 'forbidden' && lockUntil !== null
          ? mayNotLock(fault, at)
          : unavailable(fault, 'written', at);
      if (!asked.unclear || !(await isOurs(path, bytes, signal))) return 'exists';
    }
    if (lockUntil !== null) await checkLocked(name, lockUntil, signal);
    return 'written';
  };

  const checkName = (name: string): void => {
    if (isBackupName(name)) return;
    throw new SottoError(
      'backup-invalid',
      `${JSON.stringify(name.slice(0, 140))} is no name of a backup, so nothing is read or written by it: lower-case letters, digits, dots and dashes, 120 at most.`,
    );
  };

  return {
    name: at.url,
    list: (kind) => verb('listed', 0, (signal) => list(kind, signal)),
    read: (asked) =>
      verb('read', asked.mostBytes, async (signal) => {
        checkName(asked.name);
        const found = await read(asked, signal);
        if (found !== 'too-large') return found;
        throw new SottoError(
          'backup-invalid',
          `${asked.kind}/${asked.name} in ${at.url} is larger than ${asked.mostBytes} bytes, so it is no backup of this kind and is not read. See what was put there.`,
        );
      }),
    write: ({ kind, name, bytes }) =>
      verb('written', bytes.length, async (signal) => {
        checkName(name);
        return write(kind, name, bytes, signal);
      }),
    remove: (name) =>
      verb('removed', 0, async (signal) => {
        checkName(name);
        presentOf(await ask(signal, () => container.remove(`state/${name}`, signal)), 'removed');
      }),
  };
};

const isOlder = (one: BlobSeen, other: BlobSeen | undefined): boolean =>
  other === undefined || (one.version ?? '') < (other.version ?? '');
