/** `sotto backup` where no Sotto runs, as a process of its own. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { headerOf } from '../../src/adapters/archive/archive.ts';
import { emptyData, newDataKey, newFolder, openMachine, SIGNING, secretOf } from '../main/backup/support.ts';
import { command } from '../support/command.ts';
import { PLAIN_RESTRICTION, publishIn } from '../support/restricting.ts';

it('takes one to each place that is named, and seals no stretch under a key that its place does not hold yet', async () => {
  const [folder, data] = [newFolder(), emptyData()];
  const [vault, own, further, third] = ['vault', 'own', 'further', 'third'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const one of [vault, own, further, third]) mkdirSync(one, { mode: 0o700 });
  const keep = (name: string, value: string): void => writeFileSync(join(vault, name), value, { mode: 0o600 });
  const [old, fresh] = [newDataKey(), newDataKey()];
  keep('data-key', old);
  keep('audit-signing-key', SIGNING.current);
  const env = {
    SOTTO_VAULT: `files:${vault}`,
    SOTTO_DIRECTORY: 'file:/people.yaml',
    SOTTO_BACKENDS: '/backends',
    SLACK_APP_ID: 'A0SOTTO000',
    SLACK_TEAM_IDS: 'T0SOTTO000',
    SOTTO_BACKUP_TO: `folder:${own}`,
    NODE_NO_WARNINGS: '1',
  };
  const backup = (...args: readonly string[]) => command({ args: ['backup', ...args], data, env }).ended();
  const keysIn = (place: string): readonly string[] =>
    readdirSync(join(place, 'audit')).map(
      (name) => headerOf({ name, bytes: readFileSync(join(place, 'audit', name)) }).key.id,
    );

  const before = await openMachine({ data, dataKey: secretOf(old) });
  await before.note();
  await publishIn(before.store.restrictions, {
    restriction: {
      ...PLAIN_RESTRICTION,
      id: 'a',
      title: 'a',
      forbids: ['salary'],
    },
  });
  await before.stop();
  expect(await backup('--to', `folder:${further},folder:${third}`)).toMatchObject({ status: 0, err: '' });
  for (const place of [own, further, third]) {
    expect(readdirSync(join(place, 'state'))).toHaveLength(1);
    expect(keysIn(place)).toHaveLength(1);
  }

  const after = await openMachine({ data, dataKey: secretOf(old) });
  await after.rotate(fresh, old);
  await after.note();
  await after.stop();
  keep('data-key.previous', old);
  keep('data-key', fresh);
  expect(await backup()).toMatchObject({ status: 0, err: '' });
  expect(keysIn(own).length).toBeGreaterThan(1);
  expect(new Set(keysIn(own)).size).toBe(1);
}, 60_000);
