/** How `sotto backup` asks the running Sotto for one: it is begun here, and looked at until it is done, for it may take minutes. */
import { z } from 'zod';
import type { ControlRoute } from '../../adapters/control/server.ts';
import { type Config, readBackupPlaces } from '../../config.ts';
import { codeOf } from '../../core/errors.ts';
import { safely } from '../../core/safely.ts';
import type { Azure } from '../azure.ts';
import { openBackupPlaces } from '../backup-places.ts';
import type { Tools } from '../opening.ts';
import type { Backups } from './backups.ts';
import type { PlaceRun } from './place-run.ts';

const asked = z.strictObject({ to: z.string().max(2_000).nullable() });

export const backupRoutes = (o: {
  readonly backups: Pick<Backups, 'now'>;
  readonly config: Config;
  readonly azure: Azure;
  readonly tools: Tools;
}): readonly ControlRoute[] => {
  let running: Promise<void> | null = null;
  let number = 0;
  let last: { readonly number: number; readonly runs: readonly PlaceRun[] } | null = null;
  /** The one that runs will do, but where further places were named. */
  const underWay = (to: string | null) =>
    to === null
      ? { status: 200, body: { number } }
      : {
          status: 409,
          body: { error: 'A backup is under way, and not to what was named. Ask again once it is done.' },
        };
  return [
    {
      method: 'POST',
      path: '/backup',
      handle: async ({ body }) => {
        const parsed = safely(asked, body);
        if (!parsed.success) return { status: 400, body: { error: 'That is no backup of this version.' } };
        if (running !== null) return underWay(parsed.data.to);
        const read = parsed.data.to === null ? null : readBackupPlaces(o.config, parsed.data.to);
        if (read?.ok === false) return { status: 409, body: { error: read.findings.join('\n') } };
        if (read === null && o.config.backups.places.length === 0)
          return {
            status: 409,
            body: { error: 'No place of backups is named: set SOTTO_BACKUP_TO, or give one with --to.' },
          };
        const further =
          read === null ? [] : await openBackupPlaces({ ...o, config: { ...o.config.backups, places: read.places } });
        // Somebody else may have asked meanwhile.
        if (running !== null) return underWay(parsed.data.to);
        number += 1;
        const of = number;
        running = o.backups
          .now(further)
          .then((runs) => {
            last = { number: of, runs };
          })
          .catch((error: unknown) => o.tools.log.error('backup.failed', { code: codeOf(error) }))
          .finally(() => {
            running = null;
          });
        return { status: 200, body: { number } };
      },
    },
    {
      method: 'GET',
      path: '/backup',
      handle: async () => ({ status: 200, body: { running: running !== null, last } }),
    },
  ];
};
