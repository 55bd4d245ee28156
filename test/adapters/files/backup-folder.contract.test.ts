import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { createFolderPlace } from '../../../src/adapters/files/backup-folder.ts';
import { backupPlaceContract } from '../../contracts/backup-place.ts';
import { createMemoryPlace } from '../../support/memory-place.ts';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

backupPlaceContract('a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-backups-'));
  folders.push(folder);
  return { place: createFolderPlace({ folder }), again: async () => createFolderPlace({ folder }) };
});

backupPlaceContract('the place in memory that tests use', async () => {
  const place = createMemoryPlace();
  return { place, again: async () => place };
});
