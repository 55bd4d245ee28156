import { afterEach, describe, expect, it } from '@jest/globals';
import type { SlackOptions } from '../../../src/adapters/slack/slack.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import {
  APP_TOKEN,
  EVAN,
  FORM,
  formOf,
  messageEvent,
  openSlack,
  PARTNER,
  pressPayload,
  type SlackBench,
  submitPayload,
} from './support.ts';

const benches: SlackBench[] = [];
const open = async (o: Parameters<typeof openSlack>[0] = {}): Promise<SlackBench> => {
  const bench = await openSlack({ via: 'socket', ...o });
  benches.push(bench);
  return bench;
};
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});

const socketOf = ({ slack }: SlackBench) => {
  if (slack.socket === null) throw new Error('events come by http');
  return slack.socket;
};
const body = (bench: SlackBench, ts = '1771442483.260129'): string =>
  JSON.stringify(bench.standIn.envelope(messageEvent({ ts, event_ts: ts })));
const opened = ({ standIn }: SlackBench): number =>
  standIn.requests().filter(({ method, ok }) => method === 'apps.connections.open' && ok).length;
const never = () => new Promise<never>(() => undefined);
const way = (over: Partial<Extract<SlackOptions['events'], { via: 'socket' }>>): Pick<SlackOptions, 'events'> => ({
  events: {
    via: 'socket',
    appToken: async () => ({ current: APP_TOKEN, accepted: [APP_TOKEN] }),
    random: { fraction: () => 0 },
    ...over,
  },
});

describe('what comes over a socket', () => {
  it('is a question like any other, with nothing listening and nothing signed', async () => {
    const bench = await open();
    expect(bench.slack.route).toBeNull();
    expect(await bench.standIn.say({ user: EVAN, text: 'hello' })).toMatchObject({ delivered: 200 });
    expect(bench.accepted).toMatchObject([{ kind: 'question', text: 'hello', account: { user: EVAN } }]);
    expect(bench.standIn.sockets.acks()).toMatchObject([{ payload: null, counted: true }]);
    expect(bench.delivered).toEqual([]);
  });

  it('is a press, which is acknowledged without a word', async () => {
    const { standIn, accepted } = await open();
    expect(await standIn.deliverRaw({ body: formOf(pressPayload()), contentType: FORM })).toEqual({
      status: 200,
      body: '',
    });
    expect(accepted).toMatchObject([{ kind: 'press', action: 'sotto.ask', value: 'sealed' }]);
  });

  it('is a form, whose acknowledgement says what its view shows from now on', async () => {
    const { standIn, submitted } = await open();
    const { status, body: said } = await standIn.deliverRaw({ body: formOf(submitPayload()), contentType: FORM });
    expect({ status, said: JSON.parse(said) }).toMatchObject({ status: 200, said: { response_action: 'update' } });
    expect(submitted).toHaveLength(1);
  });

  it('is a form that takes long, whose acknowledgement says "one moment" within a second', async () => {
    const { standIn } = await open({ adapter: { submit: never } });
    const began = performance.now();
    const { body: said } = await standIn.deliverRaw({ body: formOf(submitPayload()), contentType: FORM });
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(said).toContain('One moment.');
  });

  it('is a command, which is acknowledged although nothing of ours knows it', async () => {
    const { standIn, rejected } = await open();
    expect(
      await standIn.deliverRaw({
        body: new URLSearchParams({
          command: '/unknown',
          text: '',
          api_app_id: 'A0SOTTO000',
          team_id: 'T0SOTTO000',
          user_id: EVAN,
        }).toString(),
        contentType: FORM,
      }),
    ).toEqual({ status: 200, body: '' });
    expect(rejected).toEqual(['interaction-unknown']);
  });

  it.each([
    { what: 'another app', over: { api_app_id: 'A0OTHER000' }, reason: 'app-foreign' },
    { what: 'a foreign workspace', over: { team_id: PARTNER, authorizations: [] }, reason: 'team-foreign' },
  ])('is acknowledged, dropped and on record where it is for $what', async ({ over, reason }) => {
    const { standIn, accepted, rejected } = await open();
    const foreign = JSON.stringify(standIn.envelope(messageEvent(), over));
    expect((await standIn.deliverRaw({ body: foreign })).status).toBe(200);
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: [reason] });
  });
});

describe('an acknowledgement', () => {
  it('comes only once the question is durably ours', async () => {
    const order: string[] = [];
    const { standIn } = await open({
      adapter: {
        accept: async () => {
          await new Promise((resolve) => setTimeout(resolve, 100));
          order.push('accepted');
          return 'accepted';
        },
      },
    });
    await standIn.say({ user: EVAN, text: 'hello' });
    order.push('acknowledged');
    expect(order).toEqual(['accepted', 'acknowledged']);
  });

  it.each([
    { what: 'says that it cannot', accept: async () => 'unavailable' as const },
    { what: 'throws', accept: async () => Promise.reject(new Error('store gone')) },
    { what: 'never answers', accept: never },
  ])(
    'does not come where the store $what, so Slack sends it again and it is taken then',
    async ({ accept }) => {
      let tries = 0;
      const bench = await open({
        adapter: {
          accept: () => {
            tries += 1;
            return tries === 1 ? accept() : Promise.resolve('accepted');
          },
        },
      });
      expect((await bench.standIn.say({ user: EVAN, text: 'hello' })).delivered).toBe(200);
      expect(tries).toBe(2);
      expect(bench.standIn.sockets.acks()).toHaveLength(1);
      expect(socketOf(bench).connected()).toBe(true);
    },
    20_000,
  );

  it('comes late where the store was late, and spares a second delivery', async () => {
    let tries = 0;
    const { standIn } = await open({
      adapter: {
        accept: async () => {
          tries += 1;
          await new Promise((resolve) => setTimeout(resolve, 1_500));
          return 'accepted';
        },
      },
    });
    expect((await standIn.say({ user: EVAN, text: 'hello' })).delivered).toBe(200);
    expect(tries).toBe(1);
  });

  it('goes over the connection that brought the payload, and over no other', async () => {
    let finish: () => void = () => undefined;
    const bench = await open({
      adapter: {
        accept: () =>
          new Promise((resolve) => {
            finish = () => resolve('accepted');
          }),
      },
    });
    const [first] = bench.standIn.sockets.open();
    const said = bench.standIn.deliverRaw({ body: body(bench) });
    bench.standIn.sockets.disconnect({ reason: 'warning' });
    await until(() => bench.standIn.sockets.open().length === 2);
    finish();
    expect((await said).status).toBe(200);
    expect(bench.standIn.sockets.acks()).toMatchObject([{ connection: first, counted: true }]);
  });
});

describe('a frame', () => {
  it.each([
    { what: 'no JSON', frame: '{"type":' },
    { what: 'null', frame: 'null' },
    { what: 'a list', frame: '[]' },
    { what: 'no type', frame: '{}' },
    { what: 'an envelope without a payload', frame: '{"type":"events_api","envelope_id":"e"}' },
    { what: 'an envelope without an id', frame: '{"type":"interactive","payload":{}}' },
    { what: 'an event that is a word', frame: '{"type":"events_api","envelope_id":"e","payload":{"event":"x"}}' },
    {
      what: 'an event that is missing',
      frame: '{"type":"events_api","envelope_id":"e","payload":{"type":"event_callback"}}',
    },
    { what: 'bytes', frame: Buffer.from([1, 2, 3]) },
  ])('that is $what is noted, not acknowledged, and ends nothing', async ({ frame }) => {
    const bench = await open();
    bench.standIn.sockets.sendRaw(frame);
    await until(() => bench.rejected.length === 1);
    expect(bench.rejected).toEqual(['body-malformed']);
    expect((await bench.standIn.deliverRaw({ body: body(bench) })).status).toBe(200);
    expect(opened(bench)).toBe(1);
    expect(bench.standIn.sockets.acks()).toHaveLength(1);
  });

  it('of a kind that nobody knows asks for nothing', async () => {
    const bench = await open();
    bench.standIn.sockets.sendRaw('{"type":"goodness","envelope_id":"e","payload":{}}');
    expect((await bench.standIn.deliverRaw({ body: body(bench) })).status).toBe(200);
    expect(bench.rejected).toEqual([]);
    expect(bench.standIn.sockets.acks()).toHaveLength(1);
  });

  it('of more than 256 KiB is let be and on record, so that nobody’s message can break the connection', async () => {
    const bench = await open();
    const large = JSON.stringify({ type: 'events_api', envelope_id: 'e', payload: { x: 'x'.repeat(256 * 1_024) } });
    bench.standIn.sockets.sendRaw(large);
    await until(() => bench.rejected.length === 1);
    expect(bench.rejected).toEqual(['body-too-large']);
    expect((await bench.standIn.deliverRaw({ body: body(bench) })).status).toBe(200);
    expect(opened(bench)).toBe(1);
  });

  it('without end costs its connection, and another one takes its place', async () => {
    const bench = await open();
    bench.standIn.sockets.sendRaw('x'.repeat(2 * 1_024 * 1_024));
    await until(() => opened(bench) === 2 && socketOf(bench).connected());
    expect((await bench.standIn.deliverRaw({ body: body(bench) })).status).toBe(200);
  });

  it('beside two hundred and fifty-six that are in hand waits for its next delivery', async () => {
    let taken = 0;
    const bench = await open({
      adapter: {
        accept: () => {
          taken += 1;
          return never();
        },
      },
    });
    const all = Array.from({ length: 300 }, (_, n) => `1771442483.${String(n).padStart(6, '0')}`);
    const told = all.map((ts) => bench.standIn.deliverRaw({ body: body(bench, ts) }));
    await until(() => taken >= 256);
    await Promise.all(told);
    expect(taken).toBe(256);
  }, 20_000);
});

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

describe('what is logged', () => {
  it('holds neither words nor tokens nor addresses, whatever goes wrong', async () => {
    const bench = await open();
    await bench.standIn.say({ user: EVAN, text: 'a very secret salary' });
    bench.standIn.sockets.sendRaw('{"type":"events_api","secret salary');
    bench.standIn.sockets.sendRaw('x'.repeat(2 * 1_024 * 1_024));
    await until(() => opened(bench) === 2);
    expect(bench.logged.join()).not.toMatch(/salary|xapp|xoxb|ticket|ws:/);
    expect(bench.logged.length).toBeGreaterThan(0);
  });
});
