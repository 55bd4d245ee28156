import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import { systemRandom } from '../../src/adapters/system/system.ts';
import type { Store } from '../../src/core/ports.ts';
import { type OpenAudit, openAudit } from '../../src/main/audit.ts';
import { newKey } from '../adapters/audit-log/support.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

const { secret } = newKey();

let root: string;
let store: Store;
let clock: FakeClock;
let opened: OpenAudit[];
let logged: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sotto-losses-'));
  store = createSqliteStore({ path: join(root, 'store', 'sotto.db') });
  clock = createFakeClock(Date.now());
  opened = [];
  logged = [];
});
afterEach(async () => {
  for (const audit of opened) await audit.close();
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

const start = async (folder: string): Promise<OpenAudit> => {
  const audit = await openAudit({
    dataFolder: join(root, folder),
    store,
    signingKey: secret,
    clock,
    random: systemRandom(),
    log: {
      info: (event) => logged.push(event),
      warn: () => undefined,
      error: (event, fields) => logged.push(`${event} ${fields?.name ?? ''} ${fields?.code ?? ''}`),
    },
  });
  opened.push(audit);
  return audit;
};
const stop = async (audit: OpenAudit): Promise<void> => {
  opened = opened.filter((each) => each !== audit);
  await audit.close();
};
const entry = () => ({ kind: 'probing', at: clock.now() }) as never;
const logs = (folder: string): string => join(root, folder, 'audit');
/** A log of so many entries, whose process has stopped. */
const written = async (folder: string, entries: number): Promise<void> => {
  const audit = await start(folder);
  for (let n = 0; n < entries; n++) await audit.append(entry());
  await stop(audit);
};
const missed = (audit: OpenAudit): readonly string[] =>
  audit.losses.open().map(({ origin, found }) => `${origin} ${found}`);

describe('an audit log that is missed at a start', () => {
  it('is gone on with in another slot, and what is left of it stays as it is, also once it is on record as lost', async () => {
    await written('a', 3);
    cpSync(join(logs('a'), 'slot-0'), join(root, 'three'), { recursive: true });
    const again = await start('a');
    for (let n = 0; n < 4; n++) await again.append(entry());
    await stop(again);
    rmSync(join(logs('a'), 'slot-0'), { recursive: true });
    cpSync(join(root, 'three'), join(logs('a'), 'slot-0'), { recursive: true });

    const audit = await start('a');
    expect(audit.losses.open()).toEqual([{ origin: 'slot-0', size: 7, found: 'cut', entries: 3 }]);
    expect(logged).toContain('audit.lost slot-0 cut');
    expect((await audit.append(entry())).origin).toBe('slot-1');
    expect(await audit.losses.look('slot-0')).toMatchObject({ found: 'cut', entries: 3 });
    expect(await audit.losses.settle('slot-0')).toBe('lost');
    expect(missed(audit)).toEqual(['slot-0 cut']);
    await audit.keep();
    expect(missed(audit)).toEqual([]);
    expect(logged).toContain('opened');
    expect(await audit.losses.look('slot-0')).toBe('lost');
    await stop(audit);

    const next = await start('a');
    expect(missed(next)).toEqual([]);
    expect((await next.append(entry())).origin).toBe('slot-1');
    expect((await next.registered()).map(({ origin }) => origin)).toEqual(['slot-1']);
    expect(readFileSync(join(logs('a'), 'slot-0', 'checkpoint'), 'utf8')).toBe(
      readFileSync(join(root, 'three', 'checkpoint'), 'utf8'),
    );
  });

  it('is asked for at each start until then, by every process of the folder', async () => {
    await written('a', 2);
    rmSync(logs('a'), { recursive: true });
    const [one, two] = [await start('a'), await start('a')];
    expect([missed(one), missed(two)]).toEqual([['slot-0 gone'], ['slot-0 gone']]);
    expect((await one.append(entry())).origin).not.toBe((await two.append(entry())).origin);
    await stop(one);
    expect(missed(await start('a'))).toEqual(['slot-0 gone']);
    expect(await two.losses.settle('slot-0')).toBe('lost');
    for (const each of opened) await each.keep();
    expect(opened.flatMap(missed)).toEqual([]);
  });

  it('is missed no more once it was brought back, and is gone on with by the next process', async () => {
    await written('a', 2);
    cpSync(logs('a'), join(root, 'copy'), { recursive: true });
    rmSync(logs('a'), { recursive: true });
    const audit = await start('a');
    await audit.append(entry());
    cpSync(join(root, 'copy', 'slot-0'), join(logs('a'), 'slot-0'), { recursive: true });
    await audit.keep();
    expect(missed(audit)).toEqual([]);
    expect(await audit.losses.look('slot-0')).toBe('sound');
    await stop(audit);
    expect(await (await start('a')).append(entry())).toEqual({ origin: 'slot-0', index: 2 });
  });

  it('is found by the next start where its folder went while it was written, and it is not lost as long as its process lives', async () => {
    const audit = await start('a');
    await audit.append(entry());
    await audit.keep();
    await clock.advance(16_000);
    await audit.keep();
    rmSync(logs('a'), { recursive: true });
    const second = await start('a');
    expect(missed(second)).toEqual(['slot-0 gone']);
    expect(await second.losses.settle('slot-0')).toBe('held');
    await stop(audit);
    rmSync(join(logs('a'), 'slot-0'), { recursive: true, force: true });
    expect(await second.losses.settle('slot-0')).toBe('lost');
  });

  it('is told apart from one that cannot be read', async () => {
    await written('a', 2);
    rmSync(join(logs('a'), 'slot-0'), { recursive: true });
    writeFileSync(join(logs('a'), 'slot-0'), 'a file');
    expect(missed(await start('a'))).toEqual(['slot-0 unreadable']);
  });

  it('has nothing to do with one that nobody began, or that none knows', async () => {
    const audit = await start('a');
    expect(await audit.losses.look('slot-0')).toBe('unknown');
    expect(await audit.losses.look('slot-7')).toBe('unknown');
    await audit.append(entry());
    await clock.advance(16_000);
    await audit.keep();
    expect(await audit.losses.look('slot-0')).toBe('held');
  });

  it('is refused, with what to do, where it is of the older format; moved away, it is missed as any other', async () => {
    await written('a', 2);
    rmSync(join(logs('a'), 'slot-0'), { recursive: true });
    mkdirSync(join(logs('a'), 'slot-0'));
    writeFileSync(join(logs('a'), 'slot-0', 'audit.log'), 'checkpoint 0 \n');
    await expect(start('a')).rejects.toMatchObject({ code: 'audit-missing' });
    await expect(start('a')).rejects.toThrow(/older format.*Move its folder.*sotto audit lost slot-0/s);
    rmSync(join(logs('a'), 'slot-0'), { recursive: true });
    expect(missed(await start('a'))).toEqual(['slot-0 gone']);
  });
});

describe('the logs of another folder', () => {
  it('are missed by a new one where no process looks after them, at its next start too, and no more once their own runs', async () => {
    await written('a', 2);
    const b = await start('b');
    expect(missed(b)).toEqual(['slot-0 elsewhere']);
    await stop(b);
    const again = await start('b');
    expect(missed(again)).toEqual(['slot-0 elsewhere']);
    const a = await start('a');
    await again.keep();
    expect(missed(again)).toEqual([]);
    await Promise.all([stop(again), stop(a)]);
    // It was found, so this one asks for it no more.
    expect(missed(await start('b'))).toEqual([]);
  });

  it('are missed by a new one once the lease of a process runs out that died with its folder shortly before', async () => {
    const dead = await start('a');
    await dead.append(entry());
    await clock.advance(16_000);
    await dead.keep();
    const b = await start('b');
    await b.keep();
    expect(missed(b)).toEqual([]);
    await stop(b);
    // It is new no more.
    const again = await start('b');
    expect(missed(again)).toEqual([]);
    await clock.advance(61_000);
    await again.keep();
    expect(missed(again)).toEqual(['slot-0 elsewhere']);
    expect(logged).toContain('audit.lost slot-0 elsewhere');
    expect(await again.losses.settle('slot-0')).toBe('lost');
    await again.keep();
    expect(missed(again)).toEqual([]);
  });

  it.each(['lives', 'stops as it should'])('are not missed where the process that had them %s', async (how) => {
    const a = await start('a');
    await a.append(entry());
    await clock.advance(16_000);
    await a.keep();
    const b = await start('b');
    await clock.advance(16_000);
    await (how === 'lives' ? a.keep() : stop(a));
    await b.keep();
    await clock.advance(61_000);
    await b.keep();
    expect(missed(b)).toEqual([]);
    await stop(b);
    expect(missed(await start('b'))).toEqual([]);
  });

  it('are not missed where they grew since the new one began, though their process died before it renewed its lease', async () => {
    const a = await start('a');
    await a.append(entry());
    await a.keep();
    const b = await start('b');
    await a.append(entry());
    await a.keep();
    await b.keep();
    await clock.advance(61_000);
    await b.keep();
    expect(missed(b)).toEqual([]);
    expect(readdirSync(join(root, 'b'))).not.toContain('missed-logs');
  });

  it.each(['renewed its lease', 'stopped as it should'])(
    'are not missed where the process that had them %s while the new one was away',
    async (how) => {
      const a = await start('a');
      await a.append(entry());
      await clock.advance(16_000);
      await a.keep();
      const b = await start('b');
      await stop(b);
      await clock.advance(16_000);
      await a.keep();
      if (how === 'stopped as it should') await stop(a);
      const again = await start('b');
      expect(missed(again)).toEqual([]);
      await stop(again);
      expect(readdirSync(join(root, 'b'))).not.toContain('missed-logs');
    },
  );

  it('can be put on record as lost by any process, unless one of their own folder lives, which can tell better', async () => {
    const [a, b] = [await start('a'), await start('b')];
    await a.append(entry());
    await stop(a);
    expect(missed(b)).toEqual([]);
    expect(await b.losses.look('slot-0')).toEqual({ origin: 'slot-0', size: 1, found: 'elsewhere', entries: null });
    const [first, second] = [await start('a'), await start('a')];
    await second.append(entry());
    await stop(second);
    expect(await b.losses.look('slot-0')).toBe('held');
    expect(await b.losses.look('slot-2')).toBe('another');
    await stop(first);
    expect(await b.losses.settle('slot-0')).toBe('lost');
    // Whoever has it all the same starts, and begins another one beside it.
    const back = await start('a');
    expect(missed(back)).toEqual([]);
    expect((await back.append(entry())).origin).toBe('slot-2');
    expect(readdirSync(logs('a')).sort()).toEqual(['slot-0', 'slot-2']);
  });
});
