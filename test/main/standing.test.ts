import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { aboutOf } from '../../src/core/about.ts';
import type { Hold } from '../../src/core/ports.ts';
import { moreHashes } from '../../src/core/stored.ts';
import { createStandingInForce } from '../../src/main/standing.ts';

const secretOf = (...keys: readonly number[]) => {
  const accepted = keys.map((byte) => Buffer.alloc(32, byte).toString('base64'));
  return { current: accepted[0] ?? '', accepted };
};
const sealerOf = (...keys: readonly number[]) => createSealer({ dataKey: secretOf(...keys) });

const asked = { person: 'evan', conversation: 'c', topic: 'leave', intent: 'leave.balance', at: 1_000 };
const aboutUnder = (key: number): string => aboutOf(sealerOf(key), asked);

/** One store, and the processes on it. */
const stage = () => {
  let hold: Hold = { id: 'h1', on: 'person', what: 'evan', placedAt: 1, by: 'f00d' };
  const stored = { version: 1, away: false };
  const metrics = { set: () => undefined };
  const store = {
    standing: {
      current: async () => {
        if (stored.away) throw new Error('away');
        return { version: stored.version, paused: null, holds: [hold], recalls: [] };
      },
      hashHold: async ({ hashes }: { readonly hashes: readonly string[] }) => {
        const more = moreHashes(hold.hashes ?? [], hashes);
        if (more === null) return;
        hold = { ...hold, hashes: more };
        stored.version += 1;
      },
    },
  };
  const start = (...keys: readonly number[]) => {
    const sealer = sealerOf(...keys);
    // As if they lay in the store: no rotation changes them.
    sealer.hashBy(sealer.derivedHashKeys());
    const standing = createStandingInForce({ store, metrics, sealer });
    return {
      standing,
      sealer,
      holds: (key: number) => standing.view().heldBy(aboutUnder(key)) === 'h1',
    };
  };
  return { stored, start };
};

describe('standing orders in force', () => {
  it('hold what is hashed, however often the data key is rotated', async () => {
    const { start } = stage();
    const { standing, sealer, holds } = start(1);
    await standing.refresh();
    const made = aboutOf(sealer, asked);
    for (const key of [2, 3]) {
      sealer.rotate(secretOf(key));
      await standing.refresh();
      expect([standing.view().heldBy(made), standing.view().heldBy(aboutOf(sealer, asked))]).toEqual(['h1', 'h1']);
    }
    expect([holds(1), holds(2)]).toEqual([true, false]);
  });

  it('hold what another process hashes by a key that this one does not have', async () => {
    const { stored, start } = stage();
    const [one, other] = [start(1), start(2)];
    await one.standing.refresh();
    const { version } = stored;
    await other.standing.refresh();
    // So the first takes notice.
    expect(stored.version).toBeGreaterThan(version);
    expect(await one.standing.refresh()).toBe(stored.version);
    expect([one.holds(1), one.holds(2)]).toEqual([true, true]);
    // Whoever starts without either knows what they named.
    const third = start(3);
    await third.standing.refresh();
    expect([third.holds(1), third.holds(2), third.holds(3)]).toEqual([true, true, true]);
  });

  it('come to rest however many keys there are: the newest count', async () => {
    const { stored, start } = stage();
    const keys = Array.from({ length: 100 }, (_, at) => at + 1);
    const { standing } = start(...keys);
    await standing.refresh();
    const { version } = stored;
    await standing.refresh();
    expect(stored.version).toBe(version);
    const other = start(200);
    await other.standing.refresh();
    expect([other.holds(1), other.holds(30)]).toEqual([true, true]);
    const later = stored.version;
    await standing.refresh();
    expect(stored.version).toBe(later);
  });

  it('stay as they were where the store is away', async () => {
    const { stored, start } = stage();
    const { standing, holds } = start(1);
    await standing.refresh();
    stored.away = true;
    await expect(standing.refresh()).rejects.toThrow('away');
    expect(holds(1)).toBe(true);
  });
});
