import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { SottoError } from '../../src/core/errors.ts';
import type { Secret } from '../../src/core/ports.ts';
import { createRotation } from '../../src/main/rotation.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const secretOf = (...accepted: readonly string[]): Secret => ({ current: accepted[0] ?? '', accepted });

const stage = (o: { readonly spreadMs?: number } = {}) => {
  const clock = createFakeClock();
  const vault = { a: secretOf('a1'), b: secretOf('b1'), away: false, gone: false };
  const refuses = new Set<string>();
  const inForce: string[] = [];
  const logged: string[] = [];
  const counted: string[] = [];
  const note = (event: string, fields?: object): void => {
    logged.push(JSON.stringify({ event, ...fields }));
  };
  const rotating = (name: 'a' | 'b') => ({
    name,
    inForce: vault[name],
    spreadMs: o.spreadMs ?? 0,
    put: async ({ current, accepted }: Secret) => {
      if (accepted.some((value) => refuses.has(value))) throw new SottoError('settings', 'malformed');
      inForce.push(`${current} of ${accepted.join()}`);
    },
  });
  const { look, gone } = createRotation({
    secrets: {
      get: async (name) => {
        if (vault.away) throw new SottoError('secrets-unavailable', 'away');
        if (vault.gone && name === 'a') throw new SottoError('secret-missing', 'disabled');
        return name === 'a' ? vault.a : vault.b;
      },
    },
    rotating: [rotating('a'), rotating('b')],
    clock,
    log: { info: note, warn: note, error: note },
    metrics: { count: (name, labels) => void counted.push(`${name} ${Object.values(labels ?? {}).join()}`) },
  });
  return { clock, vault, refuses, look, gone, inForce, logged, counted };
};

describe('a key that rotates', () => {
  it('is put in force when it changes, and only then', async () => {
    const { vault, look, inForce, counted } = stage();
    await look();
    vault.a = secretOf('a2', 'a1');
    await look();
    await look();
    vault.a = secretOf('a2');
    await look();
    await look();
    expect(inForce).toEqual(['a2 of a2,a1', 'a2 of a2']);
    expect(counted).toEqual(['rotations a,in-use', 'rotations a,accepted']);
  });

  it('leaves the old one in force where it is malformed, says so once a minute, and keeps no other back', async () => {
    const { clock, vault, refuses, look, inForce, logged } = stage();
    refuses.add('bad');
    vault.a = secretOf('bad', 'a1');
    for (let n = 0; n < 120; n++) {
      await look();
      await clock.advance(500);
    }
    expect(logged).toEqual(['{"event":"rotation.failed","name":"a","code":"settings"}']);
    vault.b = secretOf('b2', 'b1');
    await look();
    expect(inForce).toEqual(['b2 of b2,b1']);
    expect(logged.filter((line) => line.includes('failed'))).toHaveLength(2);
    vault.a = secretOf('a2', 'a1');
    await look();
    expect(inForce).toEqual(['b2 of b2,b1', 'a2 of a2,a1']);
    expect(logged.at(-1)).toBe('{"event":"rotation.recovered","name":"a"}');
  });

  it('is well again where the malformed one was simply taken back, and where the vault was away', async () => {
    const { vault, refuses, look, logged, inForce } = stage();
    refuses.add('bad');
    vault.a = secretOf('bad');
    await look();
    vault.a = secretOf('a1');
    await look();
    expect(logged.map((line) => JSON.parse(line).event)).toEqual(['rotation.failed', 'rotation.recovered']);
    vault.away = true;
    await look();
    expect(logged.slice(2).map((line) => JSON.parse(line))).toEqual([
      { event: 'rotation.failed', name: 'a', code: 'secrets-unavailable' },
      { event: 'rotation.failed', name: 'b', code: 'secrets-unavailable' },
    ]);
    expect(inForce).toEqual([]);
  });

  it('is gone where the vault says so, not where it says nothing, and until it has one again', async () => {
    const { vault, look, gone, logged } = stage();
    vault.away = true;
    await look();
    expect(gone()).toEqual([]);
    vault.away = false;
    vault.gone = true;
    await look();
    expect(gone()).toEqual(['a']);
    vault.away = true;
    await look();
    expect(gone()).toEqual(['a']);
    Object.assign(vault, { away: false, gone: false });
    await look();
    expect(gone()).toEqual([]);
    expect(logged).toContain('{"event":"rotation.recovered","name":"a"}');
  });

  it('is accepted first, and used once everybody has had the time to see it', async () => {
    const { clock, vault, look, inForce, counted } = stage({ spreadMs: 3_000 });
    vault.a = secretOf('a2', 'a1');
    await look();
    await clock.advance(2_999);
    await look();
    expect(inForce).toEqual(['a1 of a2,a1']);
    await clock.advance(1);
    await look();
    expect(inForce).toEqual(['a1 of a2,a1', 'a2 of a2,a1']);
    expect(counted).toEqual(['rotations a,accepted', 'rotations a,in-use']);
  });

  it('is used at once where the one before it is gone from the vault', async () => {
    const { vault, look, inForce } = stage({ spreadMs: 3_000 });
    vault.a = secretOf('a2', 'a1');
    await look();
    vault.a = secretOf('a2');
    await look();
    expect(inForce).toEqual(['a1 of a2,a1', 'a2 of a2']);
  });

  it('waits anew where a newer one came meanwhile, and goes back where it was withdrawn', async () => {
    const { clock, vault, look, inForce } = stage({ spreadMs: 3_000 });
    vault.a = secretOf('a2', 'a1');
    await look();
    await clock.advance(2_000);
    vault.a = secretOf('a3', 'a2', 'a1');
    await look();
    await clock.advance(2_000);
    await look();
    expect(inForce).toEqual(['a1 of a2,a1', 'a1 of a3,a2,a1']);
    vault.a = secretOf('a1');
    await look();
    expect(inForce.at(-1)).toBe('a1 of a1');
  });

  it('lets every process open what any other seals, however far apart they look', async () => {
    const key = (n: number): string => Buffer.alloc(32, n + 1).toString('base64');
    const context = { tenant: 'T', person: 'p', purpose: 'reply' } as const;
    const spreadMs = 3_000;
    await fc.assert(
      fc.asyncProperty(
        // When each of three processes looks next, at most 1.5 s after it looked last.
        fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 500 })), { maxLength: 80 }),
        fc.integer({ min: 0, max: 3_000 }),
        async (steps, rotatedAt) => {
          const clock = createFakeClock(0);
          let vault = secretOf(key(0));
          const processes = [0, 1, 2].map(() => {
            const sealer = createSealer({ dataKey: vault });
            const rotation = createRotation({
              secrets: { get: async () => vault },
              rotating: [{ name: 'k', inForce: vault, spreadMs, put: async (next) => sealer.rotate(next) }],
              clock,
              log: { info: () => undefined, warn: () => undefined, error: () => undefined },
              metrics: { count: () => undefined },
            });
            return { sealer, rotation, lookedAt: 0 };
          });
          for (const [who, ms] of steps) {
            await clock.advance(ms);
            if (clock.now() >= rotatedAt) vault = secretOf(key(1), key(0));
            for (const [index, one] of processes.entries()) {
              if (index !== who && clock.now() - one.lookedAt < 1_000) continue;
              await one.rotation.look();
              one.lookedAt = clock.now();
            }
            for (const from of processes) {
              const sealed = from.sealer.seal(context, 'words');
              for (const to of processes) expect(to.sealer.open(context, sealed)).toBe('words');
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
