import { describe, expect, it } from '@jest/globals';
import { createRefresh } from '../../src/main/restrictions.ts';

const fakes = () => {
  const stored = { version: 0, reads: 0, away: false, between: (): void => undefined };
  const inForce = { restrictionsVersion: 0, applied: [] as number[], standing: [] as number[], fails: false };
  const store = {
    restrictions: {
      current: async () => {
        stored.reads += 1;
        if (stored.away) throw new Error('away');
        return { version: stored.version, restrictions: [], hash: null };
      },
    },
  };
  const policy = {
    get restrictionsVersion() {
      return inForce.restrictionsVersion;
    },
    apply: async ({ version }: { readonly version: number }) => {
      await new Promise(setImmediate);
      if (inForce.fails) throw new Error('the engine is dead');
      inForce.applied.push(version);
      inForce.restrictionsVersion = version;
    },
  };
  return {
    stored,
    inForce,
    refresh: createRefresh({
      store,
      policy,
      standing: async () => {
        inForce.standing.push(stored.version);
        const seen = stored.version;
        stored.between();
        return seen;
      },
    }),
  };
};

describe('the restrictions in force', () => {
  it('are put in force once, however many ask for it at the same time, and all of them wait for it', async () => {
    const { stored, inForce, refresh } = fakes();
    stored.version = 1;
    const seen = Array.from({ length: 64 }, async () => {
      await refresh();
      return inForce.restrictionsVersion;
    });
    expect(new Set(await Promise.all(seen))).toEqual(new Set([1]));
    expect(inForce.applied).toEqual([1]);
  });

  it('are never older ones that were read before', async () => {
    const { stored, inForce, refresh } = fakes();
    stored.version = 1;
    const first = refresh();
    const second = refresh();
    await Promise.resolve();
    stored.version = 2;
    await Promise.all([first, second, refresh()]);
    expect(inForce.applied).toEqual([2]);
  });

  it('are put in force under the version that the standing orders have as well, so that none that comes between is missed', async () => {
    const { stored, inForce, refresh } = fakes();
    stored.version = 1;
    stored.between = () => {
      stored.version = 2;
      stored.between = () => undefined;
    };
    await refresh();
    expect(inForce).toMatchObject({ standing: [1, 2], applied: [2] });
    // Who would never come to an end says so, and the next look goes on.
    stored.version = 3;
    stored.between = () => {
      stored.version += 1;
    };
    await expect(refresh()).rejects.toMatchObject({ code: 'deadline' });
    expect(inForce.applied).toEqual([2]);
    stored.between = () => undefined;
    await refresh();
    expect(inForce.standing.at(-1)).toBe(inForce.applied.at(-1));
  });

  it('cost one look where nothing changed, and a failure is told to whoever asked and passes', async () => {
    const { stored, inForce, refresh } = fakes();
    await refresh();
    expect([stored.reads, inForce.applied]).toEqual([1, []]);
    stored.version = 1;
    inForce.fails = true;
    await expect(refresh()).rejects.toThrow('the engine is dead');
    inForce.fails = false;
    stored.away = true;
    await expect(refresh()).rejects.toThrow('away');
    stored.away = false;
    await refresh();
    expect(inForce.applied).toEqual([1]);
  });
});
