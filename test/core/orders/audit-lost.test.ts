import { describe, expect, it } from '@jest/globals';
import type { Losses, LostLog, NotLost } from '../../../src/core/losses.ts';
import { execute } from '../../../src/core/orders/execute.ts';
import { placeOrder } from '../../../src/core/orders/place.ts';
import { standsStill } from '../../../src/core/still.ts';
import type { World } from '../../../src/core/world.ts';
import { createTestWorld } from '../../support/world.ts';

const CUT: LostLog = { origin: 'slot-0', size: 41, found: 'cut', entries: 12 };
const ORDERED = { id: 'o1', by: 'operator-hash', confirmed: ['operator-hash'], at: 1, turn: 1 };

/** A world whose logs look so, one look after the other. */
const seeing = (looks: readonly (LostLog | NotLost)[], settled: 'lost' | 'held' | 'unknown' = 'lost') => {
  const t = createTestWorld();
  const left = [...looks];
  const done: string[] = [];
  const losses: Losses = {
    open: () => (left.length === 0 ? [] : [CUT]),
    look: async () => left.shift() ?? 'lost',
    settle: async (origin) => {
      done.push(`settled ${origin} behind ${t.entries.at(-1)?.kind}`);
      return settled;
    },
  };
  const world: World = { ...t.world, losses };
  return { t, world, done, order: () => execute(world, { kind: 'audit-lost', origin: 'slot-0' }, ORDERED) };
};

describe('that an audit log is lost', () => {
  it.each(['gone', 'cut', 'unreadable', 'elsewhere'] as const)(
    'is on record under a name before the store asks for it no more, where it was found %s',
    async (found) => {
      const s = seeing([{ ...CUT, found }]);
      expect(await s.order()).toMatchObject({ ok: true, data: { origin: 'slot-0', size: 41, found } });
      expect(s.t.entries).toMatchObject([
        { kind: 'lost', origin: 'slot-0', size: 41, found, entries: 12, order: 'o1', by: 'operator-hash' },
      ]);
      expect(s.done).toEqual(['settled slot-0 behind lost']);
    },
  );

  it('says the same again where it was done before', async () => {
    const s = seeing(['lost']);
    expect(await s.order()).toMatchObject({ ok: true });
    expect([s.t.entries, s.done]).toEqual([[], []]);
  });

  it.each(['held', 'sound', 'unknown'] as const)('is not put on record of one that is %s', async (why) => {
    const s = seeing([why]);
    expect(await s.order()).toMatchObject({ ok: false, data: { origin: 'slot-0' } });
    expect([s.t.entries, s.done]).toEqual([[], []]);
    expect(await placeOrder(seeing([why]).world, { kind: 'audit-lost', origin: 'slot-0' })).toMatchObject({
      ok: false,
    });
  });

  it('is left to the process that looks after its folder', async () => {
    const s = seeing(['another']);
    expect(await s.order()).toBe('another');
    expect(await placeOrder(seeing(['another']).world, { kind: 'audit-lost', origin: 'slot-0' })).toMatchObject({
      ok: true,
    });
  });

  it('is not done where a process took it up in that moment, or where it cannot be put on record', async () => {
    expect(await seeing([CUT], 'held').order()).toMatchObject({ ok: false });
    const s = seeing([CUT]);
    const failing: World = { ...s.world, audit: { append: async () => Promise.reject(new Error('full')) } };
    await expect(execute(failing, { kind: 'audit-lost', origin: 'slot-0' }, ORDERED)).rejects.toThrow('full');
    expect(s.done).toEqual([]);
  });

  it('keeps everybody from being answered until it is', () => {
    const s = seeing([CUT]);
    expect(standsStill(s.world)).toBe('audit-lost');
    expect(standsStill(seeing([]).world)).toBeNull();
  });
});
