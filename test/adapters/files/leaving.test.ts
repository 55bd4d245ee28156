import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
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
