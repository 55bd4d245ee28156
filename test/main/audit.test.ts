import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { batchAt } from '../../src/adapters/audit-log/journal.ts';
import { journalPath } from '../../src/adapters/audit-log/layout.ts';
import { verifyAuditLogs } from '../../src/adapters/audit-log/verify.ts';
import { homeOf } from '../../src/adapters/files/data-folder.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import { systemRandom } from '../../src/adapters/system/system.ts';
import type { Origins, Store } from '../../src/core/ports.ts';
import { type OpenAudit, openAudit } from '../../src/main/audit.ts';
import { newKey } from '../adapters/audit-log/support.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { stopAt } from '../support/stop-entry.ts';
import { until } from '../support/until.ts';

const { secret } = newKey();

let root: string;
let store: Store;
let clock: FakeClock;
let opened: OpenAudit[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sotto-slots-'));
  store = createSqliteStore({ path: join(root, 'store', 'sotto.db') });
  clock = createFakeClock(Date.now());
  opened = [];
});
afterEach(async () => {
  for (const audit of opened) await audit.close();
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

/** A process with a data folder of its own, on a store that several share. */
const start = async (folder: string, over: Partial<Origins> = {}, signingKey = secret): Promise<OpenAudit> => {
  const audit = await openAudit({
    dataFolder: join(root, folder),
    store: { origins: { ...store.origins, ...over } },
    signingKey,
    clock,
    random: systemRandom(),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  opened.push(audit);
  return audit;
};
const stop = async (audit: OpenAudit): Promise<void> => {
  opened = opened.filter((each) => each !== audit);
  await audit.close();
};
const entry = () => stopAt(clock.now());

describe('the audit log of a process', () => {
  it('is a slot of its data folder, which the next process there goes on with', async () => {
    const first = await start('a');
    expect(await first.append(entry())).toEqual({ origin: 'slot-0', index: 0 });
    await stop(first);
    const second = await start('a');
    expect(await second.append(entry())).toEqual({ origin: 'slot-0', index: 1 });
    expect(readdirSync(join(root, 'a', 'audit'))).toEqual(['slot-0']);
  });

  it('is published every ten minutes where something is new, and at its end', async () => {
    const audit = await start('a');
    const size = (): number =>
      Number(readFileSync(join(root, 'a', 'audit', 'slot-0', 'checkpoint'), 'utf8').split('\n')[1]);
    await audit.append(entry());
    await audit.keep();
    expect(size).toThrow();
    await clock.advance(600_000);
    await audit.keep();
    await until(() => existsSync(join(root, 'a', 'audit', 'slot-0', 'checkpoint')), 30_000);
    expect(size()).toBe(1);
    await audit.append(entry());
    await audit.keep();
    expect(size()).toBe(1);
    await stop(audit);
    expect(size()).toBe(2);
  });

  it('is not published by a process that lost its slot, whatever it has', async () => {
    const audit = await start('a', { renew: async () => 'lost' });
    await audit.append(entry());
    await clock.advance(20_000);
    await audit.keep();
    await stop(audit);
    expect(existsSync(join(root, 'a', 'audit', 'slot-0', 'checkpoint'))).toBe(false);
  });

  it('never is another folder’s: two machines on one store have a log each', async () => {
    const [a, b] = [await start('a'), await start('b')];
    const receipts = await Promise.all([a.append(entry()), b.append(entry())]);
    expect(new Set(receipts.map(({ origin }) => origin)).size).toBe(2);
  });

  it('is missed where its folder has gone, with how to mend it', async () => {
    const audit = await start('a');
    await audit.append(entry());
    await stop(audit);
    rmSync(join(root, 'a', 'audit'), { recursive: true });
    const next = await start('a');
    expect(next.losses.open()).toEqual([{ origin: 'slot-0', size: 1, found: 'gone', entries: 0 }]);
    expect(await next.append(entry())).toEqual({ origin: 'slot-1', index: 0 });
  });

  it('is missed where the whole folder was lost, since a new one cannot hold it', async () => {
    const audit = await start('a');
    await audit.append(entry());
    await stop(audit);
    rmSync(join(root, 'a'), { recursive: true });
    const missed = [{ origin: 'slot-0', size: 1, found: 'elsewhere', entries: null }];
    const next = await start('a');
    expect(next.losses.open()).toEqual(missed);
    // It is new no more, and does not forget what it was missed for.
    await stop(next);
    const again = await start('a');
    expect(again.losses.open()).toEqual(missed);
    expect(again.losses.open()).toHaveLength(1);
  });

  it('does not keep a second machine from starting while the first one runs', async () => {
    const a = await start('a');
    await a.append(entry());
    await a.keep();
    const b = await start('b');
    expect((await b.append(entry())).index).toBe(0);
  });

  it('is begun where whoever leased its slot died before, or has not begun it yet', async () => {
    const { home, keep } = homeOf({ folder: join(root, 'a'), newId: () => systemRandom().id() });
    keep();
    await store.origins.lease({ home, holder: 'died', now: clock.now() - 100_000, leaseMs: 60_000 });
    await store.origins.lease({ home, holder: 'begins', now: clock.now(), leaseMs: 60_000 });
    const audit = await start('a');
    expect((await audit.append(entry())).index).toBe(0);
    await expect(start('b')).resolves.toBeDefined();
  });

  it('has a slot of its own where two processes begin in one new folder at once', async () => {
    const [a, b] = await Promise.all([start('a'), start('a')]);
    const receipts = await Promise.all([a.append(entry()), b.append(entry())]);
    expect(receipts.map(({ origin }) => origin).toSorted()).toEqual(['slot-0', 'slot-1']);
    expect(new Set((await store.origins.all()).map(({ home }) => home)).size).toBe(1);
  });

  it('is not gone on with on a store that has forgotten it, which has forgotten the restrictions too', async () => {
    const audit = await start('a');
    await audit.append(entry());
    await stop(audit);
    const empty: Partial<Origins> = { all: async () => [] };
    await expect(start('a', empty)).rejects.toMatchObject({ code: 'audit-missing' });
    await expect(start('a', empty)).rejects.toThrow(/slot-0.*SOTTO_STORE/s);
    rmSync(join(root, 'a', 'audit'), { recursive: true });
    await expect(start('a', empty)).resolves.toBeDefined();
  });

  it('is not opened in a folder whose id was written over', async () => {
    await stop(await start('a'));
    writeFileSync(join(root, 'a', 'home'), 'something else');
    await expect(start('a')).rejects.toMatchObject({ code: 'settings' });
  });

  it('takes no entry any more once another process has taken its slot', async () => {
    const audit = await start('a', { renew: async () => 'lost' });
    await audit.append(entry());
    await clock.advance(20_000);
    expect(audit.held()).toBe(true);
    await audit.keep();
    expect(audit.held()).toBe(false);
    await expect(audit.append(entry())).rejects.toMatchObject({ code: 'audit-unavailable' });
  });

  it('asks for its slot before it writes past its lease: another process may have it by now', async () => {
    const renewals: (() => Promise<'renewed' | 'lost'>)[] = [
      async () => Promise.reject(new Error('the store is away')),
      async () => 'renewed',
      async () => 'lost',
    ];
    const audit = await start('a', { renew: async () => renewals.shift()?.() ?? 'lost' });
    await clock.advance(59_999);
    expect((await audit.append(entry())).index).toBe(0);
    await clock.advance(1);
    await expect(audit.append(entry())).rejects.toMatchObject({ code: 'audit-unavailable' });
    expect((await audit.append(entry())).index).toBe(1);
    await clock.advance(60_000);
    await expect(audit.append(entry())).rejects.toThrow(/Another process took over/);
    expect(renewals).toEqual([]);
  });
});

describe('the logs of one folder, when their key changes', () => {
  const [a, b] = [newKey(), newKey()];
  const both = { current: b.secret.current, accepted: [b.secret.current, a.secret.current] };
  const verify = async (
    o: { readonly registered?: readonly { readonly origin: string; readonly size: number }[] } = {},
  ) =>
    (await verifyAuditLogs({ folder: join(root, 'a', 'audit'), publicKey: b.publicPem, ...o })).map(
      ({ origin, ok }) => `${origin}: ${ok}`,
    );
  const two = () => Promise.all([start('a', {}, a.secret), start('a', {}, a.secret)]);

  it('vouch for those that nobody writes, and for whoever died just before once its lease has ended', async () => {
    const [living, dying] = await two();
    for (const audit of [living, dying]) {
      await audit.append(entry());
      await audit.keep();
    }
    // One that was closed leaves at once; one that was killed seems to hold its slot for a minute.
    const killed = await start('a', { release: async () => undefined }, a.secret);
    await killed.append(entry());
    await stop(killed);
    // And one died before the store knew of its size.
    const early = await start('a', { release: async () => undefined, register: async () => undefined }, a.secret);
    await early.append(entry());
    await stop(early);
    await stop(dying);
    await living.rotate(both);
    expect(await verify()).toEqual(['slot-0: true', 'slot-1: true', 'slot-2: false', 'slot-3: false']);
    for (let minutes = 0; minutes < 3; minutes++) {
      await clock.advance(59_000);
      await living.keep();
    }
    expect(await verify()).toEqual(['slot-0: true', 'slot-1: true', 'slot-2: true', 'slot-3: true']);
    expect(await living.registered()).toEqual([
      { origin: 'slot-0', size: 3 },
      { origin: 'slot-1', size: 1 },
      { origin: 'slot-2', size: 1 },
    ]);
  });

  it('vouch for nobody who still writes, whose own log says that its key has changed', async () => {
    const [one, other] = await two();
    for (const audit of [one, other]) {
      await audit.append(entry());
      await audit.keep();
    }
    await one.rotate(both);
    expect(await verify()).toEqual(['slot-0: true', 'slot-1: false']);
    await other.rotate(both);
    expect(await verify()).toEqual(['slot-0: true', 'slot-1: true']);
    for (const audit of [one, other]) await audit.keep();
    const registered = await one.registered();
    // Cut back to where the replaced key signed last.
    const path = journalPath(join(root, 'a', 'audit', 'slot-1'), 0);
    const bytes = readFileSync(path);
    const batch = batchAt(bytes, 0);
    writeFileSync(path, bytes.subarray(0, typeof batch === 'string' ? 0 : batch.to));
    expect(await verify()).toEqual(['slot-0: true', 'slot-1: false']);
    expect(await verify({ registered })).toEqual(['slot-0: true', 'slot-1: false']);
  });

  it('change nothing while the store does not say which are closed', async () => {
    let away = false;
    const all = async () => (away ? Promise.reject(new Error('the store is away')) : store.origins.all());
    const audit = await start('a', { all }, a.secret);
    await audit.append(entry());
    away = true;
    await expect(audit.rotate(both)).rejects.toMatchObject({ code: 'audit-unavailable' });
    await audit.append(entry());
    expect(await verify()).toEqual(['slot-0: false']);
    away = false;
    await audit.rotate(both);
    expect(await verify()).toEqual(['slot-0: true']);
  });
});
