import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { readConfig } from '../../../src/config.ts';
import { backupRoutes } from '../../../src/main/backup/routes.ts';
import { azureOf, type Tools } from '../../../src/main/opening.ts';
import { until } from '../../support/until.ts';
import { newFolder } from './support.ts';

it('a backup to a further place is refused while another one is under way: it would go by without that place', async () => {
  const folder = newFolder();
  for (const name of ['own', 'further']) mkdirSync(join(folder, name), { mode: 0o700 });
  const read = readConfig({
    SOTTO_VAULT: 'files:/vault',
    SOTTO_DIRECTORY: 'file:/people.yaml',
    SOTTO_BACKENDS: '/backends',
    SLACK_APP_ID: 'A0SOTTO000',
    SLACK_TEAM_IDS: 'T0SOTTO000',
    SOTTO_BACKUP_TO: `folder:${join(folder, 'own')}`,
  });
  if (!read.ok) throw new Error(read.findings.join('\n'));
  const quiet = () => undefined;
  const tools: Tools = {
    clock: { now: () => 1, sleep: async () => undefined },
    random: { id: () => 'id', fraction: () => 0 },
    log: { info: quiet, warn: quiet, error: quiet },
    metrics: { count: quiet, observe: quiet },
  };
  const asked: (string | undefined)[] = [];
  let done: () => void = quiet;
  const backups = {
    now: (to?: { readonly name: string }) => {
      asked.push(to?.name);
      return new Promise<readonly []>((resolve) => {
        done = () => resolve([]);
      });
    },
  };
  const [post, get] = backupRoutes({ backups, config: read.config, azure: azureOf(read.config, tools), tools });
  const ask = (to: string | null) => post?.handle({ rest: '', query: new URLSearchParams(), body: { to } } as never);
  const further = `folder:${join(folder, 'further')}`;

  expect(await ask(null)).toEqual({ status: 200, body: { number: 1 } });
  expect(await ask(null)).toEqual({ status: 200, body: { number: 1 } });
  expect(await ask(further)).toMatchObject({ status: 409, body: { error: expect.stringContaining('under way') } });
  done();
  await until(async () => JSON.stringify(await get?.handle({} as never)).includes('"running":false'));
  const both = await Promise.all([ask(further), ask(further)]);
  expect(both.map((answer) => answer?.status)).toEqual(expect.arrayContaining([200, 409]));
  expect(asked).toEqual([undefined, join(folder, 'further')]);
  done();
});
