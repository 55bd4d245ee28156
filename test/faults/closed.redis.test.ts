/** A process with another pack beside an older one, on one Redis: it answers nobody until two people of HR approved it; the older one, which permits less, goes on. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { command } from '../support/command.ts';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { OWN_LEAVE } from '../support/reckoning.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { readTrail } from '../support/trail.ts';
import { until } from '../support/until.ts';

const PEOPLE = makeCrowd({ count: 12 }).map((one, n) => (n < 2 ? { ...one, groups: ['hr'] } : one));

// A rule that kept answers out of the place where they were asked would be missed where it is not.
const LEAK =
  '\n@id("leak")\n@in_place("ephemeral")\npermit (principal in Group::"employee", action in Action::"salary", resource);\n';

describe('a pack that permits more, beside an older one', () => {
  let redis: RedisServer;
  let fleet: Fleet;
  beforeEach(async () => {
    redis = await startRedis();
    fleet = await openFleet(2, { people: PEOPLE, store: redis.url, unlike: { quick: true } });
  }, 120_000);
  afterEach(async () => {
    await fleet.end();
    await redis.end();
  });

  const process = (n: number) => {
    const one = fleet.processes[n];
    if (one === undefined) throw new Error('there are only two');
    return one;
  };
  /** The process that decided it, and by what. */
  const asked = async (n: number, text: string): Promise<readonly [number, readonly string[]]> => {
    const who = PEOPLE[n];
    if (who === undefined) throw new Error(`nobody ${n}`);
    const { question } = await fleet.say({ on: 'slack', who, text });
    const found = () =>
      [0, 1].flatMap((of) =>
        readTrail(fleet.dataOf(of)).flatMap((entry) =>
          entry.kind === 'decision' && entry.question === question ? [[of, entry.reasons] as const] : [],
        ),
      );
    await until(() => found().length > 0);
    return found()[0] ?? [-1, []];
  };
  /** Who of the two answers, over so many questions that each has some. */
  const closed = async (): Promise<Readonly<Record<number, boolean>>> => {
    const seen: Record<number, boolean> = {};
    for (let n = 2; n < 8; n++) {
      const [of, reasons] = await asked(n, OWN_LEAVE);
      seen[of] = reasons.includes('closed');
    }
    return seen;
  };
  const says = async (n: number, code: string): Promise<readonly string[]> => (await asked(n, code))[1];

  it('is closed until it was approved at whichever of the two, and then both answer', async () => {
    await process(0).start();
    appendFileSync(join(fleet.folder, 'pack', 'rules.cedar'), LEAK);
    await process(1).start();
    expect(await closed()).toEqual({ 0: false, 1: true });

    const approving = command({ args: ['restrict', 'approve-pack', '--why', 'reviewed'], data: fleet.dataOf(1) });
    const code = await approving.code();
    for (const n of [0, 1]) {
      expect(await says(n, code)).toEqual(['order-shown']);
      expect(await says(n, code)).toEqual([n === 0 ? 'order-one-more' : 'order-confirmed']);
    }
    expect(await approving.ended()).toMatchObject({ status: 0, err: '' });
    expect(await closed()).toEqual({ 0: false, 1: false });

    await process(0).stop();
    await process(0).start();
    expect(await closed()).toEqual({ 0: false, 1: false });
  }, 240_000);
});
