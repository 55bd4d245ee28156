/** The places that backups go to, as the settings name them. Azure's packages are loaded only where a place is there. */
import { createFolderPlace } from '../adapters/files/backup-folder.ts';
import type { BackupsConfig } from '../config.ts';
import type { BackupPlace } from '../core/backup-ports.ts';
import type { Azure } from './azure.ts';
import type { Tools } from './opening.ts';

/** In the order of the settings. Asks nothing of the places yet: one that is away must not keep Sotto from starting. */
export const openBackupPlaces = async (o: {
  readonly config: Pick<BackupsConfig, 'places' | 'auditLockMs'>;
  readonly azure: Azure;
  readonly tools: Pick<Tools, 'clock' | 'random'>;
}): Promise<readonly BackupPlace[]> => {
  const places: BackupPlace[] = [];
  for (const place of o.config.places) {
    if (place.kind === 'folder') {
      places.push(createFolderPlace({ folder: place.folder }));
      continue;
    }
    const { createBlobPlace } = await import('../adapters/azure-blob/place.ts');
    places.push(
      createBlobPlace({
        url: place.url,
        unsafeStandIn: place.unsafeStandIn,
        credential: await o.azure.credential(),
        auditLockMs: o.config.auditLockMs,
        ...o.tools,
      }),
    );
  }
  return places;
};
