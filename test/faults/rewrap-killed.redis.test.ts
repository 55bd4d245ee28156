/** Two processes on one Redis wrap everything anew after the data key was rotated; one is killed in the middle of it. */
import { copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { askControl } from '../../src/adapters/control/client.ts';
import { createRedisStore } from '../../src/adapters/redis/store.ts';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { contextOfKept, referenceContext } from '../../src/core/sealing.ts';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { accepted, everySealed, newKey } from './rotated-twice.ts';

/** Enough that two processes need seconds for it. */
const VALUES = 30_000;
const AT_ONCE = 500;

const told = z.object({ keyId: z.string(), left: z.number().nullable(), rewrapped: z.number() });

describe('a process that is killed while it wraps anew', () => {
  let redis: RedisServer;
  let fleet: Fleet;
  beforeAll(async () => {
    redis = await startRedis(['--appendonly', 'no']);
    fleet = await openFleet(2, {
      people: makeCrowd({ count: 1 }),
      store: redis.url,
      teamsIsOn: false,
      unlike: { quick: true, spreadMs: 3_000 },
    });
  }, 60_000);
  afterAll(async () => {
    await fleet.end();
    await redis.end();
  });

  it('leaves nothing undone and nothing spoilt: the other one brings it to its end', async () => {
    const key = fleet.secret('data-key');
    const old = createSealer({ dataKey: accepted(key) });
    const store = await createRedisStore({ url: redis.url });
    try {
      for (let from = 0; from < VALUES; from += AT_ONCE)
        await Promise.all(
          Array.from({ length: AT_ONCE }, (_, at) => {
            const name = `k${from + at}`;
            const value = old.seal(referenceContext({ tenant: 'T1', key: name }), `words ${name}`);
            return store.references.keep({ tenant: 'T1', key: name, owner: '', value, until: Date.now() + 1e9 });
          }),
        );
      const [one, other] = fleet.processes;
      await Promise.all([one?.start(), other?.start()]);
      const ask = async (n: number) =>
        told.parse(
          (await askControl({ folder: join(fleet.folder, `data-${n}`), method: 'GET', path: '/data-key' })).body,
        );
      const fresh = newKey();
      const { keyId } = createSealer({ dataKey: accepted(fresh) });
      const secret = join(fleet.folder, 'secrets', 'data-key');
      copyFileSync(secret, `${secret}.previous`);
      writeFileSync(`${secret}.new`, `${fresh}\n`, { mode: 0o600 });
      renameSync(`${secret}.new`, secret);

      await until(async () => {
        const { keyId: now, rewrapped } = await ask(0);
        return now === keyId() && rewrapped > 0;
      }, 60_000);
      await one?.kill();
      const before = createSealer({ dataKey: accepted(fresh) });
      const done = (await everySealed(store)).filter((at) => before.open(contextOfKept(at), at.value) !== null);
      expect(done.length).toBeGreaterThan(0);
      expect(done.length).toBeLessThan(VALUES);

      await until(async () => (await ask(1)).keyId === keyId() && (await ask(1)).left === 0, 90_000);
      const after = createSealer({ dataKey: accepted(fresh) });
      const words = new Map(
        (await everySealed(store)).flatMap((at) =>
          at.kind === 'reference' ? [[at.record, after.open(contextOfKept(at), at.value)] as const] : [],
        ),
      );
      expect(words.size).toBe(VALUES);
      for (const [name, opened] of words) if (opened !== `words ${name}`) throw new Error(`${name} does not open`);
    } finally {
      await store.close();
    }
  }, 240_000);
});
