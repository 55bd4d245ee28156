/**
 * One backup to one place, in two parts: what is new of the audit logs, and an archive of what stands. Either is written although the other
 * cannot be. What the place holds is looked at each time, for others write to it as well, and delete.
 */
import { openArchive } from '../../adapters/archive/archive.ts';
import { keyIdOf } from '../../adapters/archive/keys.ts';
import type { BackupEntry } from '../../core/audit.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import { codeOf, hasCode } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import { lookAt, removeOld } from './keeping.ts';
import { readStateName, type StateName } from './names.ts';
import { type Done, type Fault, faultOf } from './place-run.ts';
import { MOST_READ } from './reading.ts';
import { openStretchKeys, type StretchKey, type StretchKeys, secretOf } from './stretch-keys.ts';
import { endsOfLogs, type Taking, takeState } from './take.ts';
import { backedUp, type Had, writeStretches } from './take-logs.ts';

export interface Attempts {
  /** Rejects where neither part came to its turn. `forced`: an archive of what stands, also where none is needed. */
  run(o: { readonly forced: boolean }): Promise<Done>;
  /** As the place was when it was last looked at; of this line. */
  newest(): StateName | null;
  /** How far the place had a log when it was last looked at, in entries; 0 before that. */
  had(origin: string): number;
}

export interface AttemptsOptions {
  readonly place: BackupPlace;
  readonly taking: Taking;
  readonly everyMs: number;
  readonly keepMs: number;
  /** One is needed so much sooner than it must be there, ms. */
  readonly earlyMs: number;
  readonly log: Log;
  /** Version of the restrictions and standing orders, as this process knows it. */
  readonly restrictionsVersion: () => number;
  /** Puts on record that an archive was written. */
  readonly note: (entry: Omit<BackupEntry, 'kind' | 'at'>) => Promise<void>;
  readonly signal: AbortSignal;
}

/** What an archive was made under, and what it holds for stretches. */
interface Held {
  readonly name: string;
  readonly dataKeyId: string;
  readonly stretchKeys: readonly string[];
}

export const createAttempts = (o: AttemptsOptions): Attempts => {
  const { place, taking, log, signal } = o;
  /** How far the place had each log when it last told. */
  let ends: ReadonlyMap<string, Had> = new Map();
  const sound = new Map<string, Had & { readonly name: string }>();
  let newest: StateName | null = null;
  let held: Held | null = null;
  let strangeSaid = false;

  /** Of the newest archive there; null: none opens. */
  const heldBy = async (found: StateName | null): Promise<Held | null> => {
    if (found === null || held?.name === found.name) return found && held;
    const { name } = found;
    try {
      const bytes = await place.read({ kind: 'state', name, mostBytes: MOST_READ });
      if (bytes === null) return null;
      const { header, keyId } = await openArchive({ name, bytes, dataKey: await taking.dataKey() });
      return header.kind === 'state' ? { name, dataKeyId: keyId, stretchKeys: header.stretchKeys } : null;
    } catch (error) {
      if (hasCode(error, 'backup-invalid')) return null;
      throw error;
    }
  };

  const takeLogs = async (keys: StretchKeys): Promise<number> => {
    const strange = (origin: string): void => log.error('backup.stretch-strange', { name: place.name, id: origin });
    const cut = (origin: string, error: unknown): void =>
      log.error('backup.log-cut', { name: origin, code: codeOf(error) });
    const o = { ...taking, place, keys: secretOf(keys.all, sealingBy(keys, held)), sound, strange };
    const there = await backedUp(o);
    ends = there.ends;
    return writeStretches({ ...o, ...there, cut, signal });
  };

  const takeStands = async (old: readonly string[]): Promise<Omit<Done, 'auditBytes' | 'audit'>> => {
    // No archive asks for more of a log than the place has.
    const signed = new Map([...ends].map(([origin, had]) => [origin, had.signed]));
    const logs = await endsOfLogs(taking.auditFolder, signed);
    const { name, bytes, header, keyId } = await takeState({ ...taking, logs, signal });
    if ((await place.write({ kind: 'state', name, bytes })) === 'exists') return NOTHING;
    newest = readStateName(name);
    held = { name, dataKeyId: keyId, stretchKeys: header.stretchKeys };
    const { version, hash: restrictions } = header.restrictions;
    await o.note({ archive: name, bytes: bytes.length, version, restrictions });
    // Only once there is a newer one.
    const { unremoved, why } = await removeOld(place, old);
    if (why !== null) log.error('backup.not-removed', { name: place.name, code: why.code, count: unremoved });
    return { archive: name, bytes: bytes.length, code: null, unremoved, why: why?.message ?? null };
  };

  const part = async <T>(
    name: 'audit' | 'state',
    otherwise: (fault: Fault) => T,
    take: () => Promise<T>,
  ): Promise<T> => {
    try {
      return await take();
    } catch (error) {
      signal.throwIfAborted();
      log.error('backup.part-failed', { name: place.name, step: name, code: codeOf(error) });
      return otherwise(faultOf(error));
    }
  };

  return {
    newest: () => newest,
    had: (origin) => ends.get(origin)?.to ?? 0,
    run: async ({ forced }) => {
      const keys = await openStretchKeys(taking);
      const dataKeyId = keyIdOf((await taking.dataKey()).current);
      const { lineage, clock } = taking;
      const version = o.restrictionsVersion();
      const kept = await lookAt({ place, lineage, now: clock.now(), keepMs: o.keepMs, version });
      newest = kept.newest;
      if (kept.others > 0 && !strangeSaid) {
        // A store that came back empty would be backed up beside the one that was lost.
        log.error('backup.other-line', { name: place.name, count: kept.others });
        strangeSaid = true;
      }
      held = await heldBy(newest);
      const { auditBytes, audit } = await part(
        'audit',
        (fault): Pick<Done, 'auditBytes' | 'audit'> => ({ auditBytes: 0, audit: fault }),
        async () => ({ auditBytes: await takeLogs(keys), audit: null }),
      );
      const isNeeded =
        newest === null ||
        newest.version < o.restrictionsVersion() ||
        clock.now() - newest.madeAt >= o.everyMs - o.earlyMs ||
        held?.dataKeyId !== dataKeyId ||
        !held.stretchKeys.includes(keys.current.id);
      const state =
        forced || isNeeded
          ? await part(
              'state',
              (fault): typeof NOTHING => ({ ...NOTHING, ...fault }),
              () => takeStands(kept.old),
            )
          : NOTHING;
      return { ...state, auditBytes, audit };
    },
  };
};

const NOTHING: Omit<Done, 'auditBytes' | 'audit'> = { archive: null, bytes: 0, code: null, unremoved: 0, why: null };

/** A new key is in an archive of that place before the first stretch is sealed under it, which nothing would open otherwise. */
const sealingBy = ({ all, current }: StretchKeys, held: Held | null): StretchKey => {
  if (held === null || held.stretchKeys.includes(current.id)) return current;
  return all.findLast(({ id }) => held.stretchKeys.includes(id)) ?? current;
};
