import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { type Config, readConfig } from '../../../src/config.ts';
import { backupRoutes } from '../../../src/main/backup/routes.ts';
import { azureOf, type Tools } from '../../../src/main/opening.ts';
import { until } from '../../support/until.ts';
import { newFolder } from './support.ts';

const quiet = () => undefined;
const tools: Tools = {
  clock: { now: () => 1, sleep: async () => undefined },
  random: { id: () => 'id', fraction: () => 0 },
  log: { info: quiet, warn: quiet, error: quiet },
  metrics: { count: quiet, observe: quiet },
};

/** With a place of its own, in a folder with others. */
const configIn = (folder: string): Config => {
  for (const name of ['own', 'further', 'third']) mkdirSync(join(folder, name), { mode: 0o700 });
  const read = readConfig({
    SOTTO_VAULT: 'files:/vault',
    SOTTO_DIRECTORY: 'file:/people.yaml',
    SOTTO_BACKENDS: '/backends',
    SLACK_APP_ID: 'A0SOTTO000',
    SLACK_TEAM_IDS: 'T0SOTTO000',
    SOTTO_BACKUP_TO: `folder:${join(folder, 'own')}`,
  });
  if (!read.ok) throw new Error(read.findings.join('\n'));
  return read.config;
};

it('a backup goes to every further place that is named', async () => {
  const folder = newFolder();
  const config = configIn(folder);
  const asked: (readonly string[])[] = [];
  const backups = {
    now: async (further: readonly { readonly name: string }[] = []) => {
      asked.push(further.map(({ name }) => name));
      return [];
    },
  };
  const [post] = backupRoutes({ backups, config, azure: azureOf(config, tools), tools });
  const [further, third] = [join(folder, 'further'), join(folder, 'third')];
  const to = `folder:${further},folder:${third}`;
  expect(await post?.handle({ rest: '', body: { to } })).toEqual({ status: 200, body: { number: 1 } });
  expect(asked).toEqual([[further, third]]);
});

it('a backup to a further place is refused while another one is under way: it would go by without that place', async () => {
  const folder = newFolder();
  const config = configIn(folder);
  const asked: (readonly string[])[] = [];
  let done: () => void = quiet;
  const backups = {
    now: (further: readonly { readonly name: string }[] = []) => {
      asked.push(further.map(({ name }) => name));
      return new Promise<readonly []>((resolve) => {
        done = () => resolve([]);
      });
    },
  };
  const [post, get] = backupRoutes({ backups, config, azure: azureOf(config, tools), tools });
  const ask = (to: string | null) => post?.handle({ rest: '', query: new URLSearchParams(), body: { to } } as never);
  const further = `folder:${join(folder, 'further')}`;

  expect(await ask(null)).toEqual({ status: 200, body: { number: 1 } });
  expect(await ask(null)).toEqual({ status: 200, body: { number: 1 } });
  expect(await ask(further)).toMatchObject({ status: 409, body: { error: expect.stringContaining('under way') } });
  done();
  await until(async () => JSON.stringify(await get?.handle({} as never)).includes('"running":false'));
  const both = await Promise.all([ask(further), ask(further)]);
  expect(both.map((answer) => answer?.status)).toEqual(expect.arrayContaining([200, 409]));
  expect(asked).toEqual([[], [join(folder, 'further')]]);
  done();
});
