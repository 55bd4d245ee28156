import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import { type ChangedAccount, type ChangedAccounts, createChangedAccounts } from '../../src/core/changed-accounts.ts';
import { SottoError } from '../../src/core/errors.ts';
import type { Store } from '../../src/core/ports.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';

const EVAN: ChangedAccount = { platform: 'slack', tenant: 'T1', user: 'U|EVAN' };

describe('accounts that changed', () => {
  let folder: string;
  let store: Store;
  let clock: FakeClock;
  let running: ChangedAccounts[];
  let away: boolean;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-changed-'));
    store = createSqliteStore({ path: join(folder, 'sotto.db') });
    clock = createFakeClock();
    running = [];
    away = false;
  });
  afterEach(async () => {
    await Promise.all(running.map((one) => one.stop()));
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  let sealed = 0;
  const processOf = (): { readonly it: ChangedAccounts; readonly forgot: (ChangedAccount | null)[] } => {
    const forgot: (ChangedAccount | null)[] = [];
    const failing = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
      return async (...args: A): Promise<R> => {
        if (away) throw new SottoError('store-unavailable', 'The store is away.');
        return call(...args);
      };
    };
    const { keep, of, find } = store.references;
    const it = createChangedAccounts({
      store: { references: { keep: failing(keep), of: failing(of), find: failing(find) } },
      sealer: {
        seal: () => {
          sealed += 1;
          return `sealed-${sealed}`;
        },
      },
      clock,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      forget: (account) => forgot.push(account),
    });
    it.start();
    running.push(it);
    return { it, forgot };
  };
  const second = async (): Promise<void> => {
    await until(() => clock.sleeping() === running.length);
    await clock.advance(1_000);
    await until(() => clock.sleeping() === running.length);
  };

  it('are forgotten here at once, and within a second in every other process, once each', async () => {
    const [one, other] = [processOf(), processOf()];
    await second();
    const noted = one.it.note(EVAN);
    expect([one.forgot, other.forgot]).toEqual([[EVAN], []]);
    await noted;
    await second();
    expect(other.forgot).toEqual([EVAN]);
    await second();
    await second();
    expect(other.forgot).toEqual([EVAN]);
    await one.it.note(EVAN);
    await second();
    expect(other.forgot).toEqual([EVAN, EVAN]);
  });

  it('are forgotten by a process that begins in between', async () => {
    await processOf().it.note(EVAN);
    const late = processOf();
    await second();
    expect(late.forgot).toEqual([EVAN]);
  });

  it('are everybody where so many changed that not all can be named', async () => {
    const [one, other] = [processOf(), processOf()];
    for (let n = 0; n < 120; n++) await one.it.note({ ...EVAN, user: `U${n}` });
    await second();
    expect(other.forgot).toContain(null);
  });

  it('are everybody while the store is away, for who changed meanwhile nobody can tell', async () => {
    const [one, other] = [processOf(), processOf()];
    await second();
    away = true;
    await expect(one.it.note(EVAN)).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(one.forgot).toEqual([EVAN]);
    await second();
    expect(other.forgot).toContain(null);
  });
});
