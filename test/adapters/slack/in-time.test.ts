/** Slack requirement 6, both ways in: it has its answer within a second, and nothing is answered that is not durably ours. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { World } from '../../../src/core/world.ts';
import { until } from '../../support/until.ts';
import { EVAN } from './support.ts';
import { openWhole, sleep, slowed, WAYS, type Way, type Whole } from './whole.ts';

const SLOW_MS = 5_000;

const opened: Whole[] = [];
const open = async (via: Way, around?: (world: World) => World): Promise<Whole> => {
  const whole = await openWhole(via, around === undefined ? {} : { around });
  opened.push(whole);
  return whole;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((whole) => whole.end()));
});

const hello = { user: EVAN, text: 'how many days of leave have I left?' };

describe.each(WAYS)('over %s', (via) => {
  it('R6 answers within a second though HR system, directory, record, store or Slack itself take five after it was accepted', async () => {
    const [hr, directory, record, store, slack] = await Promise.all([
      open(via),
      open(via),
      open(via, (world) => ({ ...world, audit: slowed(world.audit, SLOW_MS) })),
      open(via, (world) => ({ ...world, store: slowed(world.store, SLOW_MS, ['inbox.accept', 'inbox.claim']) })),
      open(via, (world) => ({
        ...world,
        platforms: new Map(
          [...world.platforms].map(([name, platform]) => [name, slowed(platform, SLOW_MS, ['name', 'looksUp'])]),
        ),
      })),
    ]);
    const late =
      <T>(verb: (...args: never[]) => T | Promise<T>) =>
      async (...args: never[]): Promise<T> => {
        await sleep(SLOW_MS);
        return verb(...args);
      };
    hr.script.fetch = late(hr.script.fetch);
    directory.script.find = late(directory.script.find);
    const all = [hr, directory, record, store, slack];
    for (const { bench, messages } of all) {
      const began = performance.now();
      const { delivered } = await bench.standIn.say(hello);
      expect(performance.now() - began).toBeLessThan(1_000);
      expect(delivered).toBe(200);
      expect(messages).toEqual([]);
    }
    await until(() => all.every(({ messages }) => messages.length === 1), 60_000);
    await sleep(500);
    expect(all.map(({ messages }) => messages.map(({ card }) => card.text))).toEqual(
      Array.from({ length: 5 }, () => ['You have 12 days.']),
    );
  }, 120_000);

  it('R6 answers a hundred within a second each, though whoever is looked for takes half a minute', async () => {
    const whole = await open(via);
    whole.script.find = () => new Promise(() => undefined);
    const told = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const began = performance.now();
        const { delivered } = await whole.bench.standIn.say(hello);
        return { delivered, inTime: performance.now() - began < 1_000 };
      }),
    );
    expect(told.filter(({ delivered, inTime }) => delivered !== 200 || !inTime)).toEqual([]);
  }, 60_000);

  it.each([
    { what: 'is slow', accept: (): Promise<never> => new Promise(() => undefined) },
    { what: 'is gone', accept: async (): Promise<never> => Promise.reject(new Error('gone')) },
  ])(
    'R6 answers nothing good where the store $what, and takes what Slack sends again',
    async ({ accept }) => {
      let away = true;
      const whole = await open(via, (world) => ({
        ...world,
        store: {
          ...world.store,
          inbox: { ...world.store.inbox, accept: (asked) => (away ? accept() : world.store.inbox.accept(asked)) },
        },
      }));
      const began = performance.now();
      const body = JSON.stringify(
        whole.bench.standIn.envelope({
          type: 'message',
          channel_type: 'im',
          channel: 'D0EVAN0000',
          user: EVAN,
          text: hello.text,
          ts: '1771442483.260129',
        }),
      );
      const { status } = await whole.bench.standIn.deliverRaw({ body });
      expect(status).toBe(via === 'http' ? 503 : 0);
      // Over a socket Slack waits for three seconds, and hears nothing.
      expect(performance.now() - began).toBeLessThan(via === 'http' ? 1_500 : 4_000);
      expect(whole.messages).toEqual([]);
      away = false;
      expect((await whole.bench.standIn.deliverRaw({ body })).status).toBe(200);
      await until(() => whole.messages.length === 1);
    },
    30_000,
  );
});
