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
    const standing = createStandingInForce({ store, metrics, sealer });
    return {
      standing,
      rotate: (...next: readonly number[]) =>
        standing.rotate(sealerOf(...next), () => sealer.rotate(secretOf(...next))),
      holds: (key: number) => standing.view().heldBy(aboutUnder(key)) === 'h1',
    };
  };
  return { stored, start };
};

describe('standing orders in force', () => {
  it('hold what is hashed under a key from the moment at which it is rotated', async () => {
    const { start } = stage();
    const { standing, rotate, holds } = start(1);
    await standing.refresh();
    expect([holds(1), holds(2)]).toEqual([true, false]);
    await rotate(2, 1);
    expect([holds(1), holds(2)]).toEqual([true, true]);
    // The old key has left the vault.
    await rotate(2);
    expect([holds(1), holds(2)]).toEqual([true, true]);
  });

  it('hold what another process hashed under a key of which this one has not heard', async () => {
    const { stored, start } = stage();
    const [one, other] = [start(1), start(1)];
    await one.standing.refresh();
    await other.standing.refresh();
    const { version } = stored;
    await one.rotate(2, 1);
    // So the other takes notice.
    expect(stored.version).toBeGreaterThan(version);
    expect(await other.standing.refresh()).toBe(stored.version);
    expect(other.holds(2)).toBe(true);
    // Whoever starts without the first one knows what it named.
    const third = start(3);
    await third.standing.refresh();
    expect([third.holds(1), third.holds(2), third.holds(3)]).toEqual([true, true, true]);
  });

  it('come to rest however many keys are accepted: the newest count', async () => {
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

  it('keep the key as it is while what is held cannot be kept under the next one', async () => {
    const { stored, start } = stage();
    const { standing, rotate, holds } = start(1);
    await standing.refresh();
    stored.away = true;
    await expect(rotate(2)).rejects.toThrow('away');
    expect([holds(1), holds(2)]).toEqual([true, false]);
    stored.away = false;
    await rotate(2);
    expect([holds(1), holds(2)]).toEqual([true, true]);
  });
});
