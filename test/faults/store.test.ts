import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import type { Claim, Store } from '../../src/core/ports.ts';
import { LEASE, questionOf } from '../contracts/making.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-kill-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Acknowledged = Readonly<Record<'accepted' | 'committed' | 'held' | 'settled', ReadonlySet<string>>>;

/** Kills the writer after so many acknowledged lines, wherever it is then. */
const writeAndKill = (path: string, round: number, lines: number): Promise<Acknowledged> =>
  new Promise((resolve, reject) => {
    const writer = spawn(
      process.execPath,
      [fileURLToPath(new URL('./store-writer.ts', import.meta.url)), path, `${round}`],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let said = '';
    writer.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      if (said.split('\n').length > lines) writer.kill('SIGKILL');
    });
    writer.on('error', reject).on('close', (_code, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(`the writer ended by itself: ${signal}`));
      const all = said.split('\n').slice(0, -1);
      const of = (what: string): Set<string> =>
        new Set(all.filter((line) => line.startsWith(`${what} `)).map((line) => line.slice(what.length + 1)));
      resolve({ accepted: of('accepted'), committed: of('committed'), held: of('held'), settled: of('settled') });
    });
  });

const everyClaim = async (store: Store): Promise<ReadonlyMap<string, Claim>> => {
  const claims = new Map<string, Claim>();
  for (;;) {
    const more = await store.inbox.claim({ now: Date.now(), leaseMs: LEASE, limit: 500 });
    if (more.length === 0) return claims;
    for (const claim of more) claims.set(claim.id, claim);
  }
};

const everyRemoval = async (store: Store): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  for (;;) {
    const more = await store.expiries.claim({ now: Date.now(), leaseMs: LEASE, limit: 500 });
    if (more.length === 0) return ids;
    for (const { ref } of more) ids.add(ref.id);
  }
};

describe('a store whose process was killed with -9', () => {
  it('has everything that was acknowledged, claimable at once, and nothing twice', async () => {
    const path = join(folder, 'sotto.db');
    const seen = { accepted: 0, settled: 0 };
    for (let round = 0; round < 4; round++) {
      const acknowledged = await writeAndKill(path, round, 100 + round * 61);
      const store = createSqliteStore({ path });
      const claims = await everyClaim(store);
      const removals = await everyRemoval(store);
      for (const id of acknowledged.accepted) {
        const claim = claims.get(id);
        expect(await store.inbox.accept(questionOf(id))).toEqual({ status: 'repeat' });
        if (acknowledged.settled.has(id)) expect(claim).toBeUndefined();
        // Its settling may have become durable in the moment before its acknowledgement was said.
        else if (claim === undefined) expect([id, removals.has(id)]).toEqual([id, true]);
        else {
          expect(claim).toMatchObject({ inbound: `sealed-${id}`, attempts: 2 });
          if (acknowledged.committed.has(id)) expect(claim.outbox?.key).toBe(id);
          if (acknowledged.held.has(id)) expect(claim.outbox?.ref?.id).toBe(id);
        }
      }
      for (const id of [...acknowledged.held, ...acknowledged.settled]) expect(removals.has(id)).toBe(true);
      seen.accepted += acknowledged.accepted.size;
      seen.settled += acknowledged.settled.size;
      await store.close();
    }
    expect(seen.accepted).toBeGreaterThan(100);
    expect(seen.settled).toBeGreaterThan(20);
  });

  it('is not locked any more, and shreds at the next start what the dead process had deleted', async () => {
    const path = join(folder, 'sotto.db');
    const { settled } = await writeAndKill(path, 0, 60);
    const [id = ''] = settled;
    await createSqliteStore({ path }).close();
    expect(id).not.toBe('');
    expect(readFileSync(path, 'latin1').includes(`sealed-${id}`)).toBe(false);
  });
});
