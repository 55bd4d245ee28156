/** Backups: where they go, and how old the last one is in each place. */
import type { Config } from '../../config.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import { readStateName } from '../../main/backup/names.ts';
import { ago } from '../time-words.ts';
import { finding, type Line, ok, sentence, warning } from './line.ts';

export const lookAtBackups = async (o: {
  readonly config: Pick<Config, 'backups'>;
  readonly places: readonly BackupPlace[];
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
  { config, now }: { readonly config: Pick<Config, 'backups'>; readonly now: number },
): Promise<Line> => {
  try {
    const times = (await place.list('state')).flatMap(({ name }) => readStateName(name)?.madeAt ?? []);
    // One from the future says nothing about how old the last one is.
    const past = times.filter((time) => time <= now);
    if (past.length === 0)
      return finding('backups', {
        what: `There is no backup in ${place.name} yet.`,
        why: 'Nothing could be restored from it.',
        mend: 'Start Sotto, or make one now: sotto backup. That says why there is none, where it fails.',
      });
    const age = now - Math.max(...past);
    const { everyMs } = config.backups;
    const what = `The last backup in ${place.name} is ${ago(age)} old.`;
    // One that is being made may be late by as much again.
    return age <= 2 * everyMs
      ? ok('backups', what)
      : finding('backups', {
          what,
          why: `One should be made every ${ago(everyMs)}; what was decided since would be lost with the machine.`,
          mend: 'Make one now: sotto backup. That says why, where it fails.',
        });
  } catch (error) {
    return sentence('backups', error instanceof Error ? error.message : String(error));
  }
};
