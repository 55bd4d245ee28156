import { describe, expect, it } from '@jest/globals';
import { createAlarms } from '../../../src/adapters/key-vault/alarms.ts';
import { createHolding, type Holding } from '../../../src/adapters/key-vault/holding.ts';
import { createMetrics } from '../../../src/adapters/metrics/metrics.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const TTL_MS = 60_000;

/** What was looked up, by when; the vault answers at once. */
const staged = (fraction: number) => {
  const clock = createFakeClock();
  const begun = clock.now();
  const looks: number[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const metrics = createMetrics();
  const version = { id: 'a', enabled: true, created: 0, from: null, until: null };
  const holding: Holding = createHolding({
    name: 'signing',
    reader: {
      look: async () => {
        looks.push(clock.now() - begun);
        return { kind: 'held', held: [{ version, value: 'v' }], changesAt: null, endsAt: null };
      },
    },
    alarms: createAlarms({ clock, log, metrics }),
    clock,
    random: { id: () => 'id', fraction: () => fraction },
    metrics,
    ttlMs: TTL_MS,
    expiryLeadMs: 0,
    untilDisabled: false,
  });
  return { clock, holding, looks };
};

describe('one secret that is held', () => {
  it('KV5 is looked up anew before the TTL is over, by many processes not at once', async () => {
    const seconds = [];
    for (const fraction of [0, 0.25, 0.5, 0.999]) {
      const { clock, holding, looks } = staged(fraction);
      await holding.get();
      while (looks.length < 2 && (looks.at(-1) ?? 0) < 10 * TTL_MS) {
        await clock.advance(500);
        holding.tend();
      }
      expect(looks[0]).toBe(0);
      seconds.push((looks[1] ?? 0) / 1_000);
    }
    expect(seconds).toEqual([30, 33, 36, 42]);
    // A look itself takes a quarter of the TTL at most.
    expect(Math.max(...seconds) * 1_000 + TTL_MS / 4).toBeLessThan(TTL_MS);
  });

  it('KV5 is looked up once, however many ask while it is', async () => {
    const { holding, looks } = staged(0.5);
    await Promise.all(Array.from({ length: 100 }, () => holding.get()));
    expect(looks).toHaveLength(1);
  });
});
