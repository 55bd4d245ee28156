import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createFileDirectory } from '../../../src/adapters/files/directory.ts';
import { leavingContract } from '../../contracts/leaving.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-leaving-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

leavingContract('the directory in a table', {
  boundMs: 1_000,
  everyMs: 100,
  make: async () => {
    const clock = createFakeClock();
    const path = join(mkdtempSync(join(folder, 'people-')), 'people.csv');
    let second = 1_000;
    const write = (groups: string, deactivated: boolean): void => {
      writeFileSync(
        path,
        `id,name,kind,groups,country,locale,manager,deactivated,slack\npia,Pia,employee,${groups},DE,de,,${deactivated},T1:U1`,
      );
      // Two changes within one tick of the disk's clock are two all the same.
      second += 1;
      utimesSync(path, second, second);
    };
    write('payroll', false);
    return {
      directory: createFileDirectory({ path, now: () => clock.now() }),
      clock,
      account: { platform: 'slack', tenant: 'T1', user: 'U1', external: false },
      leaveGroup: async () => write('', false),
      leaveCompany: async () => write('', true),
      close: async () => undefined,
    };
  },
});

describe('a file of people that cannot be read any more', () => {
  const HOUR = 60 * 60_000;
  const account = { platform: 'slack', tenant: 'T1', user: 'U1', external: false } as const;
  const row = (groups: string, more = ''): string =>
    `id,name,kind,groups,country,locale,manager,slack\nada,Ada,employee,,DE,de,pia,\npia,Pia,employee,${groups},DE,de,,T1:U1${more}`;
  const opened = () => {
    const clock = createFakeClock();
    const path = join(mkdtempSync(join(folder, 'people-')), 'people.csv');
    writeFileSync(path, row('payroll'));
    const said: string[] = [];
    const silent = (): void => undefined;
    const log = { info: silent, warn: silent, error: (event: string) => void said.push(event) };
    return { clock, path, said, directory: createFileDirectory({ path, log, now: () => clock.now() }) };
  };

  it.each<[string, (path: string) => void]>([
    [
      'for a slip in the very row that takes somebody out',
      (path) => writeFileSync(path, row('', ',one cell too many')),
    ],
    ['for it is gone', (path) => rmSync(path)],
    ['for another encoding', (path) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x61, 0x00]))],
  ])('leaves nobody known afresh, and after four hours nobody at all: %s', async (_, spoil) => {
    const { directory, clock, path, said } = opened();
    expect(await directory.find(account)).toMatchObject({ person: { groups: ['payroll'], fresh: true } });
    const reports = { manager: 'pia', asker: { id: 'pia', kind: 'employee' } } as const;
    expect(await directory.reports(reports)).toMatchObject([{ id: 'ada' }]);
    spoil(path);
    await clock.advance(1_000);
    // Nothing that is sensitive is theirs, no role, and no sign-in.
    expect(await directory.find(account)).toMatchObject({ ok: true, person: { groups: ['payroll'], fresh: false } });
    expect(await directory.find(account, { anew: true })).toEqual({ ok: false, why: 'unreachable' });
    const identity = { issuer: 'https://id.example.com', subject: 'pia', tenant: null, email: null };
    expect(await directory.signInOf(identity)).toEqual({ ok: false, why: 'unreachable' });
    expect(await directory.reports(reports)).toEqual([]);
    await clock.advance(4 * HOUR - 1_000);
    expect(await directory.find(account)).toMatchObject({ ok: true, person: { fresh: false } });
    await clock.advance(2_000);
    expect(await directory.find(account)).toEqual({ ok: false, why: 'unreachable' });
    // It is said again, not at every question.
    expect(said.length).toBeGreaterThan(1);
    expect(said.length).toBeLessThan(10);
    writeFileSync(path, row('hr'));
    await clock.advance(1_000);
    expect(await directory.find(account)).toMatchObject({ person: { groups: ['hr'], fresh: true } });
  });

  it('is as good as ever where the very same file is there again', async () => {
    const { directory, clock, path } = opened();
    renameSync(path, `${path}.away`);
    await clock.advance(1_000);
    expect(await directory.find(account)).toMatchObject({ person: { fresh: false } });
    renameSync(`${path}.away`, path);
    await clock.advance(1_000);
    expect(await directory.find(account, { anew: true })).toMatchObject({ person: { fresh: true } });
  });

  it('is read again where as many bytes of the same age stand in its place', async () => {
    const { directory, clock, path } = opened();
    const { mtime } = statSync(path);
    writeFileSync(path, row('pension'));
    utimesSync(path, mtime, mtime);
    await clock.advance(1_000);
    expect(await directory.find(account)).toMatchObject({ person: { groups: ['pension'], fresh: true } });
  });
});
