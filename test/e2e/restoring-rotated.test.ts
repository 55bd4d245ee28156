/** The data key is rotated twice and the first one taken away, as an operator does it; then the machine is lost: real processes and commands. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { headerOf } from '../../src/adapters/archive/archive.ts';
import { keyIdOf } from '../../src/adapters/archive/keys.ts';
import { newDataKey } from '../main/backup/support.ts';
import { command, type Ended } from '../support/command.ts';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { until } from '../support/until.ts';

const SLOW = 240_000;

describe('backups of a Sotto whose data key was rotated', () => {
  let fleet: Fleet;
  let data: string;
  let backups: string;
  beforeEach(async () => {
    fleet = await openFleet(1, {
      people: makeCrowd({ count: 1 }),
      teamsIsOn: false,
      settings: () => ({ SOTTO_BACKUP_TO: `folder:${backups}` }),
      unlike: { quick: true },
    });
    data = fleet.dataOf(0);
    backups = join(fleet.folder, 'backups');
    mkdirSync(backups, { mode: 0o700 });
  }, SLOW);
  afterEach(() => fleet.end());

  const sotto = (...args: readonly string[]): Promise<Ended> =>
    command({ args, data, env: { ...fleet.environment(0), NODE_NO_WARNINGS: '1' } }).ended();
  const one = () => {
    const [process] = fleet.processes;
    if (process === undefined) throw new Error('there is one');
    return process;
  };
  const names = (kind: 'state' | 'audit'): readonly string[] =>
    existsSync(join(backups, kind)) ? readdirSync(join(backups, kind)).toSorted() : [];
  const headers = (kind: 'state' | 'audit') =>
    names(kind).map((name) => headerOf({ name, bytes: readFileSync(join(backups, kind, name)) }));
  const vault = (name: string): string => join(fleet.secretsFolder, name);
  /** As docs/operations.md has it. */
  const rotate = (value: string): void => {
    copyFileSync(vault('data-key'), vault('data-key.previous'));
    writeFileSync(vault('.data-key.new'), value, { mode: 0o600 });
    renameSync(vault('.data-key.new'), vault('data-key'));
  };
  const rotations = (): number => one().output().split('"rotation.done"').length - 1;
  /** Until it seals by this one, and a backup is made under it. */
  const inForce = async (value: string): Promise<void> => {
    const before = rotations();
    rotate(value);
    await until(() => rotations() >= before + 2, 60_000);
    await until(() => headers('state').some(({ key }) => key.id === keyIdOf(value)), 60_000);
    // The first brings the new key of stretches into an archive, and the second has stretches under it.
    for (let times = 0; times < 2; times++) expect(await sotto('backup', '--json')).toMatchObject({ status: 0 });
  };

  it(
    'comes back, log and all, by the key of today alone; and what is asked for is never less than the places hold',
    async () => {
      await one().start();
      await until(() => names('state').length > 0 && names('audit').length > 0, 60_000);
      const first = names('audit');
      await inForce(newDataKey());
      const third = newDataKey();
      await inForce(third);
      rmSync(vault('data-key.previous'));
      // Each key of stretches serves as long as its data key does.
      expect(new Set(headers('audit').map(({ key }) => key.id)).size).toBe(3);
      const doctor = JSON.parse((await sotto('doctor', '--json')).out) as { readonly lines: readonly object[] };
      expect(doctor.lines).toContainEqual(expect.objectContaining({ area: 'backups', state: 'ok' }));

      // Whoever deletes stretches gets them written once more, by the Sotto that wrote them.
      for (const name of first) rmSync(join(backups, 'audit', name));
      expect(await sotto('backup', '--json')).toMatchObject({ status: 0 });

      await one().kill();
      rmSync(data, { recursive: true });
      const gone = `folder:${join(fleet.folder, 'gone')}`;
      const refused = await sotto('restore', '--from', `folder:${backups}`, '--from', gone, '--paused');
      expect(refused).toMatchObject({ status: 2, err: expect.stringContaining('--without') });
      expect(await sotto('restore', '--without', 'folder:/nowhere')).toMatchObject({ status: 2 });
      expect(await sotto('restore', '--from', gone, '--without', gone, '--dry-run')).toMatchObject({
        status: 0,
        err: '',
      });
      expect(existsSync(data)).toBe(false);
      expect(await sotto('restore')).toMatchObject({ status: 0, err: '' });
      expect(await sotto('audit', 'verify')).toMatchObject({ status: 0 });
      await one().start();
      await one().stop();

      // With a vault that holds another key, no backup opens, and it is said before it is needed.
      writeFileSync(vault('data-key'), newDataKey(), { mode: 0o600 });
      const other = JSON.parse((await sotto('doctor', '--json')).out) as { readonly lines: readonly object[] };
      expect(other.lines).toContainEqual(
        expect.objectContaining({
          area: 'backups',
          state: 'finding',
          what: expect.stringContaining('another data key'),
        }),
      );
    },
    SLOW,
  );
});
