/** Slack requirements 4 and 5, both ways in, with two processes that share a Redis: what came before is known to both, for a day. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createRedisStore } from '../../../src/adapters/redis/store.ts';
import type { Store } from '../../../src/core/ports.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';
import { EVAN, messageEvent } from './support.ts';
import { openWhole, sleep, WAYS, type Way, type Whole } from './whole.ts';

const DAY_MS = 24 * 60 * 60_000;

describe.each(WAYS)('over %s', (via) => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  }, 60_000);
  afterAll(() => redis.end());

  const opened: { readonly whole: Whole; readonly store: Store }[] = [];
  afterEach(async () => {
    for (const { whole, store } of opened.splice(0)) {
      await whole.end();
      await store.close();
    }
  });
  /** A process of its own, but for the Redis. */
  const open = async (way: Way, clock?: FakeClock): Promise<Whole> => {
    const store = await createRedisStore({ url: redis.url });
    const whole = await openWhole(way, {
      ...(clock === undefined ? {} : { clock }),
      around: (world) => ({ ...world, store }),
    });
    opened.push({ whole, store });
    return whole;
  };
  let made = 0;
  const event = ({ bench }: Whole, over = {}): string => {
    made += 1;
    const ts = `177144${via.length}483.${String(made).padStart(6, '0')}`;
    return JSON.stringify(bench.standIn.envelope(messageEvent({ user: EVAN, ts, event_ts: ts, ...over })));
  };
  const shown = (...all: readonly Whole[]): number => all.reduce((sum, { messages }) => sum + messages.length, 0);

  it('R4 a repeat is answered 200 and handled by nobody, whichever process it comes to', async () => {
    const [one, other] = [await open(via), await open(via)];
    const body = event(one);
    expect((await one.bench.standIn.deliverRaw({ body })).status).toBe(200);
    await until(() => shown(one) === 1);
    const found = one.calls.filter((call) => call === 'directory.find').length;
    for (const each of [other, one, other]) expect((await each.bench.standIn.deliverRaw({ body })).status).toBe(200);
    await sleep(300);
    expect(shown(one, other)).toBe(1);
    expect(other.calls).toEqual([]);
    expect(one.calls.filter((call) => call === 'directory.find')).toHaveLength(found);
  });

  it('R4 copies that come to both at the same moment are one question', async () => {
    const [one, other] = [await open(via), await open(via)];
    for (let n = 0; n < 10; n++) {
      const body = event(one);
      const before = shown(one, other);
      const told = await Promise.all([one, other, one, other].map((each) => each.bench.standIn.deliverRaw({ body })));
      expect(told.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      await until(() => shown(one, other) > before);
      await sleep(100);
      expect(shown(one, other)).toBe(before + 1);
    }
  });

  it('R4 it is claimed when it becomes durable and not when it is answered: a repeat meanwhile is one too', async () => {
    const [one, other] = [await open(via), await open(via)];
    let answer: () => void = () => undefined;
    const { find } = one.script;
    one.script.find = async (account) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return find(account);
    };
    const body = event(one);
    expect((await one.bench.standIn.deliverRaw({ body })).status).toBe(200);
    expect((await other.bench.standIn.deliverRaw({ body })).status).toBe(200);
    await sleep(200);
    expect([shown(one, other), other.calls.length]).toEqual([0, 0]);
    answer();
    await until(() => shown(one) === 1);
    await sleep(200);
    expect(shown(one, other)).toBe(1);
  });

  it('R4 both events that Slack sends for one message, and its retries under the same event_id, are one question', async () => {
    const [one, other] = [await open(via), await open(via)];
    const ts = `1771442${via.length}99.000001`;
    const inChannel = { channel: 'C0GENERAL0', channel_type: 'channel', ts, event_ts: ts };
    const mention = event(one, { ...inChannel, type: 'app_mention', channel_type: undefined });
    const message = event(one, inChannel);
    await one.bench.standIn.deliverRaw({ body: mention });
    await other.bench.standIn.deliverRaw({ body: message });
    await other.bench.standIn.deliverRaw({ body: mention });
    await until(() => shown(one, other) === 1);
    await sleep(200);
    expect(shown(one, other)).toBe(1);
  });

  it('R4 is known for a day after its end, and Redis keeps it for no shorter', async () => {
    const first = await open(via);
    const body = event(first);
    await first.bench.standIn.deliverRaw({ body });
    await until(() => shown(first) === 1);
    await sleep(300);
    const later = await open(via, createFakeClock(Date.now() + DAY_MS));
    expect((await later.bench.standIn.deliverRaw({ body })).status).toBe(200);
    await sleep(300);
    expect(later.calls).toEqual([]);
    // It would have been heard.
    await later.bench.standIn.deliverRaw({ body: event(later) });
    await until(() => later.calls.length > 0);

    const raw = new Redis(redis.url);
    try {
      const { ts } = JSON.parse(body).event;
      const marks = (await raw.keys('*')).filter((key) => key.includes(ts));
      expect(marks.length).toBeGreaterThan(0);
      for (const key of marks) expect(await raw.pttl(key)).toBeGreaterThan(DAY_MS);
    } finally {
      raw.disconnect();
    }
  });

  it('R5 a retry of which nobody saw the first delivery is a question like any other', async () => {
    const one = await open(via);
    expect(await one.bench.standIn.deliverEvent({ body: event(one), lost: true })).toEqual([200]);
    await until(() => shown(one) === 1);
    await sleep(200);
    expect(shown(one)).toBe(1);
  });

  it('R5 a retry of what was answered too late is none', async () => {
    const one = await open(via);
    const { accept } = one.work;
    let tries = 0;
    one.work.accept = async (inbound) => {
      tries += 1;
      if (tries > 1) return accept(inbound);
      const outcome = await accept(inbound);
      await sleep(3_500);
      return outcome;
    };
    await one.bench.standIn.deliverEvent({ body: event(one) });
    await until(() => tries === 2);
    await sleep(500);
    expect(shown(one)).toBe(1);
  }, 20_000);
});
