import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createMemory } from '../../../src/adapters/bounded/memory.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const FRESH_MS = 300_000;
const STALE_MS = 3_600_000;

/** The truth is a number that only grows, so that what is told can be dated. */
const world = (most = 100) => {
  const clock = createFakeClock();
  const source = { truth: 0, isAway: false, asked: 0, last: '', failedAt: 0 };
  const memory = createMemory<number>({
    freshMs: FRESH_MS,
    staleMs: STALE_MS,
    most,
    clock,
    look: async (key) => {
      source.asked += 1;
      source.last = key;
      if (source.isAway) source.failedAt = clock.now();
      return source.isAway ? null : source.truth;
    },
  });
  return { clock, memory, source };
};

type Step = { readonly kind: 'advance'; readonly ms: number } | { readonly kind: 'change' | 'away' | 'back' | 'get' };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 1_200_000 }) }),
    fc.record({ kind: fc.constantFrom('change' as const, 'away' as const, 'back' as const) }),
    fc.record({ kind: fc.constant('get' as const) }),
    fc.record({ kind: fc.constant('get' as const) }),
  ),
  { minLength: 5, maxLength: 60 },
);

describe('what is remembered of somewhere else', () => {
  it('is never told as fresh past its time, nor at all past its bound, whatever happens', async () => {
    const told = { fresh: 0, stale: 0, nothing: 0 };
    await fc.assert(
      fc.asyncProperty(steps, async (run) => {
        const { clock, memory, source } = world();
        /** By value, when it ceased to be the truth. */
        const ended = new Map<number, number>();
        for (const step of run) {
          if (step.kind === 'advance') await clock.advance(step.ms);
          else if (step.kind === 'change') {
            ended.set(source.truth, clock.now());
            source.truth += 1;
          } else if (step.kind !== 'get') source.isAway = step.kind === 'away';
          else {
            const known = await memory.get('key');
            // Whatever goes on in the background ends before time does.
            await clock.advance(0);
            if (known === null) told.nothing += 1;
            else {
              told[known.fresh ? 'fresh' : 'stale'] += 1;
              const old = clock.now() - (ended.get(known.value) ?? clock.now());
              expect(old).toBeLessThan(known.fresh ? FRESH_MS : STALE_MS + 1);
            }
            // Who answers is asked, unless they failed a moment ago.
            if (!source.isAway && clock.now() - source.failedAt >= 10_000) expect(known?.fresh).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
    for (const count of Object.values(told)) expect(count).toBeGreaterThan(50);
  });

  it('is asked anew where it must be as of now: never an answer from before, nor one that was on its way', async () => {
    const clock = createFakeClock();
    const answers: ((value: number | null) => void)[] = [];
    const memory = createMemory<number>({
      freshMs: FRESH_MS,
      staleMs: STALE_MS,
      most: 10,
      clock,
      look: () => new Promise((resolve) => answers.push(resolve)),
    });
    const first = memory.get('key');
    const now = { anew: true };
    const [anew, too] = [memory.get('key', now), memory.get('key', now)];
    answers[0]?.(1);
    expect(await first).toEqual({ value: 1, fresh: true });
    await clock.advance(0);
    expect(answers).toHaveLength(2);
    answers[1]?.(2);
    expect(await Promise.all([anew, too])).toEqual([
      { value: 2, fresh: true },
      { value: 2, fresh: true },
    ]);
    // The others are told what was learnt by it.
    expect(await memory.get('key')).toEqual({ value: 2, fresh: true });
    const unanswered = memory.get('key', now);
    await clock.advance(0);
    answers[2]?.(null);
    expect(await unanswered).toBeNull();
  });

  it('forgets what was used longest ago', async () => {
    const { memory, source } = world(2);
    await memory.get('a');
    await memory.get('b');
    await memory.get('a');
    await memory.get('c');
    expect(source.asked).toBe(3);
    await memory.get('a');
    expect(source.asked).toBe(3);
    await memory.get('b');
    expect([source.asked, source.last]).toEqual([4, 'b']);
  });

  it('is asked again where the clock was set back', async () => {
    let now = 1_000_000;
    let asked = 0;
    const memory = createMemory({
      freshMs: FRESH_MS,
      staleMs: STALE_MS,
      most: 10,
      clock: { now: () => now, sleep: async () => undefined },
      look: async () => ++asked,
    });
    await memory.get('key');
    now -= 1;
    expect(await memory.get('key')).toEqual({ value: 2, fresh: true });
  });

  it('forgets at once what changed, and what is on its way about it', async () => {
    const { memory, source } = world();
    await memory.get('a');
    source.truth = 1;
    memory.forget('a');
    expect(await memory.get('a')).toEqual({ value: 1, fresh: true });
    memory.forget(null);
    const flying = memory.get('a');
    source.truth = 2;
    memory.forget('a');
    await flying;
    expect(await memory.get('a')).toEqual({ value: 2, fresh: true });
  });

  it('doubts what may have changed: asked again at once, and stale where nobody answers', async () => {
    const { memory, source, clock } = world();
    await memory.get('a');
    source.truth = 1;
    memory.doubt('a');
    expect(await memory.get('a')).toEqual({ value: 1, fresh: true });
    source.isAway = true;
    memory.doubt('a');
    expect(await memory.get('a')).toEqual({ value: 1, fresh: false });
    source.isAway = false;
    source.truth = 2;
    memory.doubt('a');
    expect(await memory.get('a')).toEqual({ value: 2, fresh: true });
    // What was on its way when it was doubted counts for nobody later.
    memory.doubt('a');
    const flying = memory.get('a');
    source.truth = 3;
    memory.doubt('a');
    await flying;
    expect(await memory.get('a')).toEqual({ value: 3, fresh: true });
    memory.doubt('unknown');
    source.isAway = true;
    memory.doubt('a');
    await clock.advance(STALE_MS);
    expect(await memory.get('a')).toBeNull();
  });

  it('takes whoever breaks for whoever is away', async () => {
    const memory = createMemory({
      freshMs: FRESH_MS,
      staleMs: STALE_MS,
      most: 10,
      clock: createFakeClock(),
      look: () => Promise.reject(new Error('broken')),
    });
    expect(await memory.get('key')).toBeNull();
  });
});
