import { describe, expect, it } from '@jest/globals';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { body, never, opened, openSockets, socketOf, way } from './sockets.ts';
import { APP_TOKEN } from './support.ts';

const open = openSockets();

describe('a connection', () => {
  it('of another app is ended, complained of and never counted on', async () => {
    const bench = await open({ connects: false, standIn: { appId: 'A0OTHER000' } });
    await until(() => bench.logged.some((line) => line.includes('slack.socket-foreign')));
    expect((await bench.standIn.deliverRaw({ body: body(bench) })).status).toBe(0);
    expect(bench.accepted).toEqual([]);
    expect(socketOf(bench).connected()).toBe(false);
  });

  it('that Slack warns of is replaced before it is let go, and both bring questions meanwhile', async () => {
    const bench = await open();
    const { sockets } = bench.standIn;
    const [first] = sockets.open();
    sockets.disconnect({ reason: 'warning' });
    await until(() => sockets.open().length === 2);
    expect(socketOf(bench).connected()).toBe(true);
    const told = await Promise.all(
      Array.from({ length: 6 }, (_, n) => bench.standIn.deliverRaw({ body: body(bench, `1771442483.00000${n}`) })),
    );
    expect(told.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(new Set(sockets.acks().map(({ connection }) => connection)).size).toBe(2);
    await until(() => sockets.open().length === 1, 15_000);
    expect(sockets.open()).not.toContain(first);
    expect(socketOf(bench).connected()).toBe(true);
    expect(opened(bench)).toBe(2);
  }, 30_000);

  it('that Slack refreshes is replaced', async () => {
    const bench = await open();
    bench.standIn.sockets.disconnect({ reason: 'refresh_requested' });
    await until(() => opened(bench) === 2 && socketOf(bench).connected());
    expect((await bench.standIn.deliverRaw({ body: body(bench) })).status).toBe(200);
  });

  it('that is switched off at Slack is complained of, waited for, and comes back when it is on again', async () => {
    const clock = createFakeClock(Date.now());
    const bench = await open({ adapter: { clock }, standIn: { clock } });
    bench.standIn.fail({ method: 'apps.connections.open', how: 'forbidden_team', times: 2 });
    bench.standIn.sockets.disconnect({ reason: 'link_disabled' });
    await until(() => bench.logged.some((line) => line.includes('slack.socket-disabled')));
    await until(() => !socketOf(bench).connected());
    const asked = (): number => bench.standIn.requests({ method: 'apps.connections.open' }).length;
    for (let n = 0; n < 200 && !socketOf(bench).connected(); n++) {
      await clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(socketOf(bench).connected()).toBe(true);
    expect(asked()).toBe(4);
  });

  it('that breaks is replaced, and what it had not acknowledged comes again and is taken once more', async () => {
    let tries = 0;
    const bench = await open({
      adapter: {
        accept: () => {
          tries += 1;
          return tries === 1 ? never() : Promise.resolve('repeat');
        },
      },
    });
    const said = bench.standIn.deliverEvent({ body: body(bench) });
    await until(() => tries === 1);
    bench.standIn.sockets.cut();
    // Nobody is there at the moment of the first retry; the next one comes after a minute of Slack's.
    await until(() => opened(bench) === 2 && socketOf(bench).connected());
    expect(await said).toEqual([0]);
    expect((await bench.standIn.deliverRaw({ body: body(bench) })).status).toBe(200);
    expect(tries).toBe(2);
  });

  it('of which nothing is heard for half a minute is dead, and is replaced', async () => {
    const clock = createFakeClock(Date.now());
    const bench = await open({ adapter: { clock }, standIn: { clock } });
    bench.standIn.sockets.hush();
    for (let n = 0; n < 6 && opened(bench) < 2; n++) {
      await clock.advance(10_000);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await until(() => opened(bench) === 2 && socketOf(bench).connected());
  });

  it('that is alive is kept, however little is asked', async () => {
    const clock = createFakeClock(Date.now());
    const bench = await open({ adapter: { clock }, standIn: { clock } });
    for (let n = 0; n < 30; n++) {
      await clock.advance(10_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(opened(bench)).toBe(1);
    expect(socketOf(bench).connected()).toBe(true);
  });
});

describe('asking for a connection', () => {
  it('waits twice as long each time, a minute at most, and says so once a minute', async () => {
    const clock = createFakeClock(Date.now());
    const bench = await open({ adapter: { clock }, standIn: { clock } });
    bench.standIn.fail({ method: 'apps.connections.open', how: 'internal_error', times: 1_000 });
    bench.standIn.sockets.cut();
    await until(() => !socketOf(bench).connected());
    for (let n = 0; n < 600; n++) {
      await clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    const asked = bench.standIn
      .requests({ method: 'apps.connections.open' })
      .filter(({ ok }) => !ok)
      .map(({ at }) => at);
    const waits = asked.slice(1).map((at, n) => at - (asked[n] ?? 0));
    expect(waits.length).toBeGreaterThanOrEqual(10);
    expect(waits.length).toBeLessThanOrEqual(30);
    expect(Math.max(...waits)).toBeLessThanOrEqual(61_000);
    expect(waits.slice(0, 3).every((wait, n) => wait < (waits[n + 3] ?? 0))).toBe(true);
    const said = bench.logged.filter((line) => line.includes('slack.socket-away'));
    expect(said.length).toBeGreaterThanOrEqual(5);
    expect(said.length).toBeLessThanOrEqual(12);
    expect(socketOf(bench).connected()).toBe(false);
  }, 30_000);

  it('has a deadline, where Slack takes the call and never answers', async () => {
    const bench = await open();
    bench.standIn.fail({ method: 'apps.connections.open', how: 'hang', times: 1 });
    bench.standIn.sockets.cut();
    await until(() => !socketOf(bench).connected());
    await until(() => socketOf(bench).connected(), 15_000);
    expect(opened(bench)).toBe(2);
  }, 30_000);

  it('keeps to what Slack says of its limits', async () => {
    const clock = createFakeClock(Date.now());
    const bench = await open({ adapter: { clock }, standIn: { clock, limits: true } });
    bench.standIn.fail({ method: 'apps.connections.open', how: '429', times: 1 });
    bench.standIn.sockets.cut();
    for (let n = 0; n < 60 && opened(bench) < 2; n++) {
      await clock.advance(500);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(opened(bench)).toBe(2);
    expect(bench.standIn.requests().some(({ early }) => early)).toBe(false);
  });

  it('is done by the token that the vault has by now, and by another that it accepts where Slack refuses one', async () => {
    const fresh = 'xapp-1-fresh-token-of-the-tests';
    let secret = { current: APP_TOKEN, accepted: [APP_TOKEN] };
    const bench = await open({ adapter: way({ appToken: async () => secret }) });
    bench.standIn.sockets.setAppToken(fresh);
    secret = { current: APP_TOKEN, accepted: [APP_TOKEN, fresh] };
    bench.standIn.sockets.cut();
    await until(() => opened(bench) === 2 && socketOf(bench).connected());
    secret = { current: fresh, accepted: [fresh] };
    bench.standIn.sockets.cut();
    await until(() => opened(bench) === 3 && socketOf(bench).connected());
    expect(bench.logged.join()).not.toMatch(/xapp-|ticket/);
  }, 20_000);
});

describe('several processes', () => {
  it('share what comes, each acknowledging what it took', async () => {
    const bench = await open();
    const other: string[] = [];
    const { createSlack } = await import('../../../src/adapters/slack/slack.ts');
    const second = createSlack({
      ...bench.options,
      accept: async ({ id }) => {
        other.push(id);
        return 'accepted';
      },
    });
    second.socket?.start();
    try {
      await until(() => bench.standIn.sockets.open().length === 2);
      const told = await Promise.all(
        Array.from({ length: 10 }, (_, n) => bench.standIn.deliverRaw({ body: body(bench, `1771442483.00000${n}`) })),
      );
      expect(told.every(({ status }) => status === 200)).toBe(true);
      expect([bench.accepted.length, other.length]).toEqual([5, 5]);
      await second.socket?.stop({ graceMs: 0 });
      expect((await bench.standIn.deliverRaw({ body: body(bench) })).status).toBe(200);
    } finally {
      await second.stop();
    }
  });

  it('beyond ten are not let in, and wait', async () => {
    const bench = await open();
    const { createSlack } = await import('../../../src/adapters/slack/slack.ts');
    const others = Array.from({ length: 10 }, () => createSlack(bench.options));
    for (const one of others) one.socket?.start();
    try {
      await until(() => bench.standIn.sockets.open().length === 10);
      await until(() => bench.logged.some((line) => line.includes('no-hello')));
      expect(others.filter(({ socket }) => socket?.connected() === true)).toHaveLength(9);
    } finally {
      for (const one of others) await one.stop();
    }
  });
});

describe('at the end', () => {
  it('nothing more is taken, what is in hand is acknowledged, and the connection is closed', async () => {
    let finish: () => void = () => undefined;
    let taken = 0;
    const bench = await open({
      adapter: {
        accept: () => {
          taken += 1;
          return new Promise((resolve) => {
            finish = () => resolve('accepted');
          });
        },
      },
    });
    const inHand = bench.standIn.deliverRaw({ body: body(bench) });
    await until(() => taken === 1);
    const stopped = socketOf(bench).stop({ graceMs: 2_000 });
    expect(socketOf(bench).connected()).toBe(false);
    const late = bench.standIn.deliverRaw({ body: body(bench, '1771442483.000001') });
    await new Promise((resolve) => setTimeout(resolve, 100));
    finish();
    await stopped;
    expect([(await inHand).status, (await late).status]).toEqual([200, 0]);
    expect(taken).toBe(1);
    expect(bench.standIn.sockets.open()).toEqual([]);
  });

  it('waits no longer than it may, and acknowledges nothing that is not ours', async () => {
    const bench = await open({ adapter: { accept: never } });
    const inHand = bench.standIn.deliverRaw({ body: body(bench) });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const began = performance.now();
    await socketOf(bench).stop({ graceMs: 200 });
    expect(performance.now() - began).toBeLessThan(2_000);
    expect((await inHand).status).toBe(0);
    expect(bench.standIn.sockets.acks()).toEqual([]);
  });

  it.each(['hang', 'internal_error'])('does not wait for a connection that is being asked for (%s)', async (how) => {
    const bench = await open();
    bench.standIn.fail({ method: 'apps.connections.open', how, times: 100 });
    bench.standIn.sockets.cut();
    await until(() => bench.standIn.requests({ method: 'apps.connections.open' }).length > 1);
    const began = performance.now();
    await bench.slack.stop();
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
