/** Backups: where they go, how old the last one is in each place, and whether it could be restored. */
import { openArchive } from '../../adapters/archive/archive.ts';
import type { Config } from '../../config.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import type { Secret } from '../../core/ports.ts';
import { furthest, readStateName, readStretchName, type StateName } from '../../main/backup/names.ts';
import { MOST_READ } from '../../main/backup/reading.ts';
import { ago } from '../time-words.ts';
import { finding, type Line, ok, sentence, warning } from './line.ts';

export const lookAtBackups = async (o: {
  readonly config: Pick<Config, 'backups'>;
  readonly places: readonly BackupPlace[];
  /** Null: the vault does not give it, which is said elsewhere. */
  readonly dataKey: Secret | null;
  readonly now: number;
}): Promise<readonly Line[]> => {
  const { places } = o;
  if (places.length === 0)
    return [
      warning('backups', {
        what: 'No backups are made (SOTTO_BACKUP_TO).',
        why: 'With the machine would go HR’s restrictions, legal holds and the record of every decision.',
        mend: 'Name two places, such as a folder on another disk and a container in Azure.',
      }),
    ];
  return [
    ...(places.length === 1
      ? [
          warning('backups', {
            what: 'Backups go to one place only.',
            why: 'Whatever befalls it, such as a fire or a mistake of whoever runs it, befalls every copy.',
            mend: 'Name a second place in SOTTO_BACKUP_TO.',
          }),
        ]
      : []),
    ...(await Promise.all(places.map((place) => lookAt(place, o)))),
  ];
};

const lookAt = async (
  place: BackupPlace,
  o: { readonly config: Pick<Config, 'backups'>; readonly dataKey: Secret | null; readonly now: number },
): Promise<Line> => {
  const { now } = o;
  const { everyMs } = o.config.backups;
  try {
    const all = (await place.list('state')).flatMap(({ name }) => readStateName(name) ?? []);
    // One from the future says nothing about how old the last one is.
    const last = all.filter(({ madeAt }) => madeAt <= now).toSorted((a, b) => b.madeAt - a.madeAt)[0];
    if (last === undefined)
      return finding('backups', {
        what: `There is no backup in ${place.name} yet.`,
        why: 'Nothing could be restored from it.',
        mend: 'Start Sotto, or make one now: sotto backup. That says why there is none, where it fails.',
      });
    const age = now - last.madeAt;
    const what = `The last backup in ${place.name} is ${ago(age)} old.`;
    // One that is being made may be late by as much again.
    if (age > 2 * everyMs)
      return finding('backups', {
        what,
        why: `One should be made every ${ago(everyMs)}; what was decided since would be lost with the machine.`,
        mend: 'Make one now: sotto backup. That says why, where it fails.',
      });
    const bad = o.dataKey === null ? null : await lookInto(place, last, o.dataKey);
    return (
      bad ?? ok('backups', o.dataKey === null ? what : `${what} It opens, and the audit logs beside it are whole.`)
    );
  } catch (error) {
    return sentence('backups', error instanceof Error ? error.message : String(error));
  }
};

/** What would keep this archive from being restored out of this place, with the keys of today; null: nothing. */
const lookInto = async (place: BackupPlace, last: StateName, dataKey: Secret): Promise<Line | null> => {
  const bytes = await place.read({ kind: 'state', name: last.name, mostBytes: MOST_READ });
  // Somebody has just deleted it.
  if (bytes === null) return null;
  const { header } = await openArchive({ name: last.name, bytes, dataKey });
  if (header.kind !== 'state') return sentence('backups', `${last.name} in ${place.name} is not what its name says.`);
  const stretches = (await place.list('audit')).flatMap(({ name }) => readStretchName(name) ?? []);
  const short = header.logs.find(({ origin, entries: end }) => {
    const its = stretches.filter((one) => one.origin === origin && one.lineage === last.lineage);
    return (furthest(its)?.to ?? 0) < end;
  });
  if (short === undefined) return null;
  return finding('backups', {
    what: `In ${place.name} parts of the audit log ${short.origin} are missing.`,
    why: 'The newest backup knows them, so it is not restored without them.',
    mend: 'Where that log still lies in SOTTO_DATA, write them again: sotto backup. Where it does not, look in the other place.',
  });
};
