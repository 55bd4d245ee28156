import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createAuditLog } from '../../src/adapters/audit-log/audit-log.ts';
import { createTimes } from '../../src/adapters/audit-log/backwards.ts';
import { verifyAuditLogs } from '../../src/adapters/audit-log/verify.ts';
import { originsOf } from '../../src/cli/audit/notes.ts';
import { notesOn } from '../../src/cli/audit/verify-notes.ts';
import type { AuditEntry } from '../../src/core/audit.ts';
import { newKey } from '../adapters/audit-log/support.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const { secret, publicPem } = newKey();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-notes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const T = 1_800_000_000_000;
const rejected = (at: number): AuditEntry => ({ kind: 'rejected', at, platform: 'slack', reason: 'x', count: 1 });
/** Where each entry stands. */
const write = async (origin: string, entries: readonly AuditEntry[]): Promise<readonly (number | null)[]> => {
  const log = await createAuditLog({ folder, origin, signingKey: secret, clock: createFakeClock(T) });
  const at = [];
  for (const entry of entries) at.push((await log.append(entry)).index);
  await log.close();
  return at;
};
const notes = async (o: { readonly since?: readonly string[]; readonly registered?: readonly string[] } = {}) => {
  const { since = [], registered = [] } = o;
  const results = await verifyAuditLogs({ folder, publicKey: publicPem, since });
  return notesOn({
    folder,
    results,
    partly: originsOf(since),
    registered: registered.map((origin) => ({ origin, size: 0 })),
  });
};

describe('what is said of logs beside whether they are sound', () => {
  it('is where a clock went back, which changes no order: places only rise', async () => {
    expect(await write('slot-0', [T, T + 9_000, T + 5_000, T + 3_000, T + 9_500].map(rejected))).toEqual([
      0, 1, 2, 3, 4,
    ]);
    expect((await verifyAuditLogs({ folder, publicKey: publicPem })).map(({ ok }) => ok)).toEqual([true]);
    expect((await notes()).says).toEqual([
      expect.stringContaining('slot-0: note: at entry 3 the clock went back by 6 s'),
    ]);
  });

  it('is told of entries in whatever order their keys are, and whatever they hold', async () => {
    const odd = (at: unknown, more: object): AuditEntry => ({ kind: 'probing', at, ...more }) as never;
    await write('slot-0', [
      odd(T, { a: { at: T + 90_000 } }),
      odd(T, { a: '"at":1,{' }),
      odd(T, { a: [{ at: 1 }], Z: 'at' }),
      odd('1', {}),
      odd(T - 5_000, { a: '\\\\"' }),
    ]);
    expect((await notes()).says).toEqual([]);
    await write('slot-0', [odd(T - 5_001, { a: [{}] }), odd(1, {})]);
    expect((await notes()).says).toEqual([expect.stringContaining('at entry 5 the clock went back by 5 s')]);
  });

  it('counts no entry twice that is looked at again, as one that is published meanwhile', () => {
    const leaves = [T, T + 9_000].map((at, seq) => Buffer.from(`{"entry":{"at":${at}},"seq":${seq}}`));
    const spans = leaves.map((leaf, n) => ({ start: n * leaf.length, end: (n + 1) * leaf.length }));
    const times = createTimes();
    for (let looks = 0; looks < 2; looks++) times.take(0, Buffer.concat(leaves), spans);
    expect(times.backwards()).toBeNull();
    times.take(2, Buffer.concat(leaves), spans);
    expect(times.backwards()).toEqual({ index: 2, byMs: 9_000 });
  });

  it('is nothing where it went back by what clocks are trimmed by', async () => {
    await write('slot-0', [T, T + 9_000, T + 4_000].map(rejected));
    expect((await notes()).says).toEqual([]);
  });

  it('is which log is lost, by whose order, as long as the log that says so is sound', async () => {
    const lost = { at: T, origin: 'slot-1', size: 12, found: 'cut', entries: 3, order: 'o1', by: 'hash', byName: null };
    await write('slot-0', [{ kind: 'lost', ...lost } as AuditEntry]);
    const found = await notes();
    expect(found.lost.get('slot-1')).toMatchObject({ size: 12, found: 'cut' });
    expect(found.says).toEqual([
      expect.stringMatching(/slot-1: on record as lost since .*order o1 that hash confirmed: .*12 entries.*\(3 left\)/),
    ]);
    // Also where it was said before the checkpoint that is verified from, and not where the store asks for that log all the same.
    const since = [readFileSync(join(folder, 'slot-0', 'checkpoint'), 'utf8')];
    expect((await notes({ since })).lost.size).toBe(1);
    expect(await notes({ registered: ['slot-1'] })).toEqual({ lost: new Map(), says: [] });
    truncateSync(join(folder, 'slot-0', 'checkpoint'), 20);
    expect((await notes()).lost.size).toBe(0);
  });
});
