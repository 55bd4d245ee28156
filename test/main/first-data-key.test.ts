import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import type { Secret } from '../../src/core/ports.ts';
import { createResealing } from '../../src/core/resealing.ts';
import { hashKeyContext, referenceContext } from '../../src/core/sealing.ts';
import { firstInForce } from '../../src/main/first-data-key.ts';
import { openHashKeys } from '../../src/main/hash-keys.ts';
import { createRotation } from '../../src/main/rotation.ts';
import { NOW } from '../contracts/making.ts';
import { createPlainStore } from '../simulation/store/store.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const newKey = (): string => randomBytes(32).toString('base64');
const accepted = (...keys: readonly string[]): Secret => ({ current: keys[0] ?? '', accepted: keys });
const sealedBy = (dataKey: string, id: string) => ({
  id,
  value: createSealer({ dataKey: accepted(dataKey) }).seal(hashKeyContext(id), '[]'),
});
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('the data key of a process that starts', () => {
  const [one, two, three] = [newKey(), newKey(), newKey()] as const;

  it('is the one that the store lies under: the others may not have seen a newer one yet', () => {
    const vault = accepted(three, two, one);
    expect(firstInForce(vault, [sealedBy(two, 'h1')])).toEqual({ ...vault, current: two });
    // Half of it was wrapped anew by whoever knows that everybody has seen it.
    expect(firstInForce(vault, [sealedBy(one, 'h1'), sealedBy(two, 'h2')])).toEqual({ ...vault, current: two });
    expect(firstInForce(vault, [sealedBy(three, 'h1')])).toEqual(vault);
  });

  it('is the newest one where the store has nothing yet, or nothing that opens', () => {
    const vault = accepted(two, one);
    expect(firstInForce(vault, [])).toEqual(vault);
    expect(firstInForce(vault, [sealedBy(three, 'h1')])).toEqual(vault);
  });

  it('is not one that is malformed', () => {
    const vault = accepted(two, 'oops', one);
    expect(firstInForce(vault, [sealedBy(one, 'h1')])).toEqual({ ...vault, current: one });
  });

  it('is what all that runs opens, at every moment of a rotation, and nothing is wrapped back and forth', async () => {
    const clock = createFakeClock(NOW);
    const store = createPlainStore();
    const spreadMs = 180_000;
    let ids = 0;
    let vault = accepted(one);
    /** `seesAfter`: how long it believes what it knows of the vault, ms. */
    const start = async (seesAfter: number) => {
      let known = { secret: vault, at: clock.now() };
      const dataKey = firstInForce(vault, await store.hashKeys.all());
      const sealer = createSealer({ dataKey });
      await openHashKeys({ store, sealer, unread: 0, random: { id: () => `h${++ids}` }, clock, log: quiet });
      const metrics = { set: () => undefined, count: () => undefined };
      const resealing = createResealing({ store, sealer, clock, log: quiet, metrics, behindMs: 2 * spreadMs });
      const rotation = createRotation({
        secrets: {
          get: async () => {
            if (clock.now() - known.at >= seesAfter) known = { secret: vault, at: clock.now() };
            return known.secret;
          },
        },
        rotating: [
          {
            name: 'data-key',
            inForce: dataKey,
            spreadMs,
            put: async (next) => {
              sealer.rotate(next);
              resealing.rotated();
            },
          },
        ],
        clock,
        log: quiet,
        metrics,
      });
      resealing.start();
      return { sealer, rotation, resealing };
    };
    const context = referenceContext({ tenant: 'T1', key: 'k' });
    const processes = [await start(59_000)];
    vault = accepted(two, one);
    for (let second = 0; second < 600; second += 5) {
      // One right after the new key, which it sees at once, and one in the middle of it.
      if (second === 5 || second === 200) processes.push(await start(30_000));
      for (const { rotation } of processes) await rotation.look();
      for (const from of processes) {
        const value = from.sealer.seal(context, 'words');
        for (const to of processes) expect(to.sealer.open(context, value)).toBe('words');
        await store.references.keep({ tenant: 'T1', key: 'k', owner: '', value, until: NOW + 1e9 });
      }
      await clock.advance(5_000);
      const last = createSealer({ dataKey: accepted(two) }).keyId();
      for (const { resealing } of processes)
        if (resealing.state().state === 'done' && resealing.state().keyId === last)
          expect(processes.map(({ sealer }) => sealer.keyId())).toEqual(processes.map(() => last));
    }
    await clock.advance(600_000);
    for (const { resealing } of processes) expect(resealing.state()).toMatchObject({ state: 'done', left: 0, lost: 0 });
    await Promise.all(processes.map(({ resealing }) => resealing.stop()));
  });
});
