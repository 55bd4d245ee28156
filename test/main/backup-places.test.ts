import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { createAzure } from '../../src/main/azure.ts';
import { openBackupPlaces } from '../../src/main/backup-places.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-backups-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tools = {
  clock: { now: () => 0, sleep: async () => undefined },
  random: { id: () => 'id', fraction: () => 0 },
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  metrics: { count: () => undefined, observe: () => undefined },
};
const azure = createAzure({
  config: { identity: { kind: 'managed-identity', clientId: null }, unsafeAuthorityHost: null, cloud: 'public' },
  ...tools,
});

it('opens the places that the settings name, in their order, and asks nothing of them yet', async () => {
  const away = join(folder, 'not-mounted');
  const places = await openBackupPlaces({
    config: {
      places: [
        { kind: 'folder', folder },
        { kind: 'azure-blob', url: 'https://acme1.blob.core.windows.net/sotto', unsafeStandIn: false },
        { kind: 'folder', folder: away },
      ],
      auditLockMs: 0,
    },
    azure,
    tools,
  });
  expect(places.map(({ name }) => name)).toEqual([folder, 'https://acme1.blob.core.windows.net/sotto', away]);
  expect(await places[0]?.write({ kind: 'state', name: 'one', bytes: Buffer.from('1') })).toBe('written');
  await expect(places[2]?.list('state')).rejects.toMatchObject({ code: 'backup-unavailable' });
});

it('opens none where none is named', async () => {
  expect(await openBackupPlaces({ config: { places: [], auditLockMs: 0 }, azure, tools })).toEqual([]);
});
