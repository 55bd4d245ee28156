import { describe, expect, it } from '@jest/globals';
import { until } from '../../support/until.ts';
import { body, never, opened, openSockets, socketOf } from './sockets.ts';
import {
  EVAN,
  FORM,
  formOf,
  messageEvent,
  PARTNER,
  pressPayload,
  STORES_AWAY,
  slowly,
  submitPayload,
} from './support.ts';

const open = openSockets();

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
    const { standIn } = await open({ adapter: { accept: slowly(order) } });
    await standIn.say({ user: EVAN, text: 'hello' });
    order.push('acknowledged');
    expect(order).toEqual(['accepted', 'acknowledged']);
  });

  it.each(STORES_AWAY)(
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
