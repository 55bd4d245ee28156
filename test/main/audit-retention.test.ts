import { createPublicKey } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readCheckpoint } from '../../src/adapters/audit-log/checkpoint.ts';
import { leafHash } from '../../src/adapters/audit-log/merkle.ts';
import { verifierKey } from '../../src/adapters/audit-log/note.ts';
import { inclusionProof, rootByInclusion } from '../../src/adapters/audit-log/proofs.ts';
import { tileReader } from '../../src/adapters/audit-log/published.ts';
import { entriesIn, readEntries } from '../../src/adapters/audit-log/reader.ts';
import { bundlePath, hashesOf } from '../../src/adapters/audit-log/tiles.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import { systemRandom } from '../../src/adapters/system/system.ts';
import type { Store } from '../../src/core/ports.ts';
import { type OpenAudit, openAudit } from '../../src/main/audit.ts';
import { createRetention } from '../../src/main/audit-retention.ts';
import { newKey } from '../adapters/audit-log/support.ts';
import { runVerifier } from '../docs/verifier.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

const DAY = 24 * 60 * 60_000;
const { secret, publicPem } = newKey();
const keys = (...origins: readonly string[]) => origins.map((name) => verifierKey(name, createPublicKey(publicPem)));

let root: string;
let store: Store;
let clock: FakeClock;
let audit: OpenAudit;
let logged: string[];
const log = {
  info: (event: string) => logged.push(event),
  warn: (event: string) => logged.push(event),
  error: (event: string) => logged.push(event),
};
const open = () => openAudit({ dataFolder: root, store, signingKey: secret, clock, random: systemRandom(), log });
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'sotto-retention-'));
  store = createSqliteStore({ path: join(root, 'sotto.db') });
  clock = createFakeClock(Date.UTC(2026, 0, 1, 12));
  logged = [];
  audit = await open();
});
afterEach(async () => {
  await audit.close();
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

const folderOf = (origin: string): string => join(root, 'audit', origin);
const append = (n: number, to = audit) =>
  Promise.all(
    Array.from({ length: n }, () =>
      to.append({ kind: 'rejected', at: clock.now(), platform: 'slack', reason: 'signature', count: 1 }),
    ),
  );
const retention = (over: Partial<Parameters<typeof createRetention>[0]> = {}) =>
  createRetention({ days: 90, dataFolder: root, audit, taken: [], restate: async () => true, clock, log, ...over });
const there = (origin: string, index: number): boolean => existsSync(join(folderOf(origin), bundlePath(index)));
/** What is still in it: index and time. */
const left = async (origin: string) => {
  const found: { readonly index: number; readonly entry: Readonly<Record<string, unknown>> }[] = [];
  for await (const run of readEntries({ folder: folderOf(origin) })) found.push(...entriesIn(run));
  return found;
};
/** Everything in tiles and bundles, as after a stop. */
const published = async (): Promise<void> => {
  await audit.close();
  audit = await open();
};

describe('entries of the audit log that are older than they are kept', () => {
  it('go, of four hundred days those of before the last ninety; all that remains verifies and can be proved', async () => {
    for (let day = 0; day < 400; day++) {
      await append(10);
      await clock.advance(DAY);
    }
    await published();
    const it = retention();
    await it.look();
    expect(logged).toContain('audit.pruned');
    const entries = await left('slot-0');
    // The 310 days before are 3,100 entries: twelve bundles of 256 lie wholly in them.
    expect(entries[0]?.index).toBe(12 * 256);
    expect(entries.at(-1)).toMatchObject({ entry: { kind: 'pruned', upTo: 12 * 256 } });
    await published();
    const checkpoint = readCheckpoint(readFileSync(join(folderOf('slot-0'), 'checkpoint'), 'utf8'));
    if (checkpoint === null) throw new Error('it is not published');
    const at = hashesOf(checkpoint.size, tileReader(folderOf('slot-0')));
    for await (const run of readEntries({ folder: folderOf('slot-0'), from: 12 * 256, to: 12 * 256 + 3 }))
      for (const [n, { start, end }] of run.spans.entries()) {
        const [index, leaf] = [run.first + n, leafHash(run.bytes.subarray(start, end))];
        const proof = await inclusionProof({ index, size: checkpoint.size, at });
        expect(rootByInclusion({ index, size: checkpoint.size, leaf, proof })?.equals(checkpoint.root)).toBe(true);
      }
    expect(runVerifier([folderOf('slot-0'), ...keys('slot-0')])).toMatchObject({
      status: 0,
      lines: [expect.stringContaining('3072 of them gone on record')],
    });
    // More than was recorded is found.
    rmSync(join(folderOf('slot-0'), bundlePath(12)));
    expect(runVerifier([folderOf('slot-0'), ...keys('slot-0')])).toMatchObject({ status: 1 });
  }, 120_000);

  it('stay where no time is set, and where what says what a start must know cannot be said again', async () => {
    await append(600);
    await published();
    await clock.advance(200 * DAY);
    await retention({ days: null }).look();
    await retention({ restate: async () => false }).look();
    expect([there('slot-0', 0), there('slot-0', 1)]).toEqual([true, true]);
    await retention().look();
    expect([there('slot-0', 0), there('slot-0', 1)]).toEqual([false, false]);
  });

  it('stay until their day has ended for so long, and each day is one of UTC', async () => {
    await append(600);
    await published();
    // They are of noon: their day is over for ninety days with the beginning of the ninety-first after it.
    await clock.advance(90 * DAY + 12 * 60 * 60_000 - 1);
    await retention().look();
    expect(there('slot-0', 0)).toBe(true);
    await clock.advance(1);
    await retention().look();
    expect(there('slot-0', 0)).toBe(false);
  });

  it('stay as long as not everybody who takes them elsewhere has them', async () => {
    await append(1_000);
    await published();
    await clock.advance(200 * DAY);
    await retention({ taken: [() => 600, async () => Number.POSITIVE_INFINITY] }).look();
    expect([0, 1, 2].map((index) => there('slot-0', index))).toEqual([false, false, true]);
    expect(logged).not.toContain('audit.not-taken');
    await retention({ taken: [() => 600] }).look();
    expect(logged).toContain('audit.not-taken');
    await retention({ taken: [() => 0] }).look();
    expect(there('slot-0', 2)).toBe(true);
  });

  it('wait for what lies before them where a clock was ahead: nothing goes that something newer precedes', async () => {
    await append(300);
    const ahead = clock.now() + 150 * DAY;
    await audit.append({ kind: 'rejected', at: ahead, platform: 'slack', reason: 'signature', count: 1 });
    await append(600);
    await published();
    await clock.advance(200 * DAY);
    await retention().look();
    expect([0, 1, 2].map((index) => there('slot-0', index))).toEqual([false, true, true]);
    await clock.advance(50 * DAY);
    await retention().look();
    expect([0, 1, 2].map((index) => there('slot-0', index))).toEqual([false, false, false]);
  });

  it('of a log that nobody writes any more go as well, on record in one that lives; what either says of others goes on being said', async () => {
    const second = await open();
    await append(600, second);
    await second.close();
    await append(300);
    await audit.append({
      kind: 'lost',
      at: clock.now(),
      origin: 'slot-9',
      size: 5,
      found: 'gone',
      entries: 0,
      order: 'o',
      by: 'x',
    } as never);
    await append(400);
    await published();
    await clock.advance(62_000);
    await audit.keep();
    await clock.advance(200 * DAY);
    await audit.keep();
    await retention().look();
    expect([there('slot-1', 0), there('slot-1', 1)]).toEqual([false, false]);
    const said = (await left('slot-0')).map(({ entry }) => entry);
    expect(said).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'pruned', upTo: 512, origin: 'slot-1' }),
        expect.objectContaining({ kind: 'lost', origin: 'slot-9', order: 'o', by: 'x' }),
      ]),
    );
    expect(runVerifier([join(root, 'audit'), ...keys('slot-0', 'slot-1')])).toMatchObject({ status: 0 });
    // Once these are old as well, they are said again.
    await append(600);
    await published();
    await clock.advance(200 * DAY);
    await audit.keep();
    await retention().look();
    await published();
    expect(runVerifier([join(root, 'audit'), ...keys('slot-0', 'slot-1')])).toMatchObject({ status: 0 });
    expect((await left('slot-0')).filter(({ entry }) => entry['kind'] === 'lost')).toHaveLength(1);
  }, 60_000);

  it('go once where two processes look at the same moment, and what both say of it verifies', async () => {
    const [second, third] = [await open(), await open()];
    await append(600, third);
    await third.close();
    for (const one of [audit, second]) await append(600, one);
    await second.close();
    await published();
    const again = await open();
    await clock.advance(200 * DAY);
    for (const one of [audit, again]) await one.keep();
    await Promise.all([audit, again].map((one) => retention({ audit: one }).look()));
    await again.close();
    await published();
    for (const slot of ['slot-0', 'slot-1', 'slot-2'])
      expect([0, 1].map((index) => there(slot, index))).toEqual([false, false]);
    expect(logged).not.toContain('audit.not-pruned');
    const all = keys('slot-0', 'slot-1', 'slot-2');
    expect(runVerifier([join(root, 'audit'), ...all])).toMatchObject({ status: 0 });
  }, 60_000);

  it('stay while a log is missed, and in a log that another process writes', async () => {
    const second = await open();
    for (const one of [audit, second]) await append(600, one);
    await second.close();
    await published();
    const again = await open();
    await clock.advance(200 * DAY);
    for (const one of [audit, again]) await one.keep();
    expect(await audit.pruneClosed({ origin: 'slot-1', upTo: 512 })).toBe(0);
    const missed = [{ origin: 'slot-9', size: 1, found: 'gone', entries: 0 }] as const;
    await retention({ audit: { ...audit, losses: { ...audit.losses, open: () => missed } } }).look();
    expect(['slot-0', 'slot-1'].map((slot) => there(slot, 0))).toEqual([true, true]);
    await again.close();
  });

  it('are looked for once an hour', async () => {
    await append(600);
    await published();
    await clock.advance(200 * DAY);
    const it = retention();
    it.start();
    await clock.advance(60 * 60_000 - 1);
    expect(there('slot-0', 0)).toBe(true);
    await clock.advance(1);
    for (let n = 0; n < 200 && there('slot-0', 1); n++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect([there('slot-0', 0), there('slot-0', 1)]).toEqual([false, false]);
    await it.stop();
  });
});
