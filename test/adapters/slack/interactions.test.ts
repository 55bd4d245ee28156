import { afterEach, describe, expect, it } from '@jest/globals';
import type { Inbound, Press } from '../../../src/core/types.ts';
import { until } from '../../support/until.ts';
import { EVAN, FORM, formOf, messageEvent, openSlack, pressPayload, type SlackBench, TEAM } from './support.ts';

let bench: SlackBench | null = null;
const open = async (...o: Parameters<typeof openSlack>): Promise<SlackBench> => {
  bench = await openSlack(...o);
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});

describe('a press that could not be accepted', () => {
  const failing = { accept: async (_inbound: Inbound) => 'unavailable' as const };

  const pressOne = async ({ slack, standIn }: SlackBench): Promise<number> => {
    const card = {
      text: 'Which?',
      note: null,
      buttons: [{ action: 'sotto.ask', label: 'A', value: 'v' }],
      fallback: null,
    };
    const posted = await slack.platform.post({ to: { tenant: TEAM, user: EVAN, channel: null }, card, key: 'k' });
    if (!posted.ok) throw new Error(posted.code);
    return standIn.press({
      user: EVAN,
      channel: posted.ref.channel,
      ts: posted.ref.id,
      actionId: 'sotto.ask',
      value: 'v',
    });
  };

  it('R29 is told to be pressed again, by the response_url', async () => {
    const stage = await open({ adapter: failing });
    expect(await pressOne(stage)).toBe(200);
    expect(stage.standIn.history({ user: EVAN }).at(-1)).toMatchObject({
      text: 'Please press again.',
      ephemeralFor: EVAN,
    });
  });

  it('R29 is answered 503 where the address is not Slack’s, and nothing is sent there', async () => {
    const { standIn } = await open({ adapter: failing });
    const urls = [
      'http://hooks.slack.com/x',
      'https://hooks.slack.com.evil.example/x',
      'https://hooks.slack.com:8443/x',
      'https://u:p@hooks.slack.com/x',
      'http://169.254.169.254/',
      'file:///etc/passwd',
      'nonsense',
    ];
    for (const response_url of urls) {
      const { status } = await standIn.deliverRaw({ body: formOf(pressPayload({ response_url })), contentType: FORM });
      expect({ response_url, status }).toEqual({ response_url, status: 503 });
    }
  });
});

describe('R16 what nothing here knows', () => {
  it.each([
    { what: 'a view', payload: { type: 'view_submission', view: { id: 'V1', callback_id: 'x' } } },
    { what: 'a closed view', payload: { type: 'view_closed', view: { id: 'V1', callback_id: 'x' } } },
    { what: 'a shortcut', payload: { type: 'shortcut', callback_id: 'x', trigger_id: '1' } },
    { what: 'a shortcut of a message', payload: { type: 'message_action', callback_id: 'x', message: {} } },
    { what: 'a choice of options', payload: { type: 'block_suggestion', action_id: 'x', value: 'y' } },
    {
      what: 'another element than a button',
      payload: { type: 'block_actions', actions: [{ type: 'overflow', action_id: 'x' }] },
    },
    { what: 'a press in a view', payload: { type: 'block_actions', channel: undefined, container: { type: 'view' } } },
  ])('R16 acknowledges $what at once and notes it', async ({ payload }) => {
    const { standIn, accepted, rejected } = await open();
    const body = formOf({ ...pressPayload(), ...payload });
    const began = performance.now();
    expect(await standIn.deliverRaw({ body, contentType: FORM })).toEqual({ status: 200, body: '' });
    expect(performance.now() - began).toBeLessThan(1_000);
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: ['interaction-unknown'] });
  });

  it('R16 acknowledges an unknown command and notes it', async () => {
    const { standIn, accepted, rejected } = await open();
    expect(await standIn.command({ user: EVAN, command: '/unknown', text: 'x' })).toBe(200);
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: ['interaction-unknown'] });
  });

  it.each(['app_home_opened', 'reaction_added', 'user_change', 'tokens_revoked', 'app_uninstalled', 'no_such_event'])(
    '16. acknowledges the event %s',
    async (type) => {
      const { standIn, accepted } = await open();
      const body = JSON.stringify(standIn.envelope({ type, user: EVAN, channel: 'D0EVAN0000' }));
      expect((await standIn.deliverRaw({ body })).status).toBe(200);
      expect(accepted).toEqual([]);
    },
  );
});

describe('a press that takes more time', () => {
  const MORE = { action: 'sotto.more', label: 'More time', value: 'v' };

  const pressMore = async ({ slack, standIn }: SlackBench): Promise<number> => {
    const card = { text: 'Silver', note: null, buttons: [MORE], fallback: null };
    const posted = await slack.platform.post({ to: { tenant: TEAM, user: EVAN, channel: null }, card, key: 'k' });
    if (!posted.ok) throw new Error(posted.code);
    const { channel, id: ts } = posted.ref;
    return standIn.press({ user: EVAN, channel, ts, actionId: MORE.action, value: MORE.value });
  };

  it('R29 is handed over and answered to whoever pressed alone, with a button where there is one', async () => {
    const presses: Press[] = [];
    const stage = await open({
      adapter: {
        more: async (press, say) => {
          presses.push(press);
          await say({
            text: 'It has <expired>.',
            note: null,
            buttons: [{ action: 'sotto.ask', label: 'Ask again', value: 'w' }],
            fallback: null,
          });
        },
      },
    });
    expect(await pressMore(stage)).toBe(200);
    expect(presses).toMatchObject([
      { kind: 'press', action: 'sotto.more', value: 'v', message: { platform: 'slack' } },
    ]);
    expect(stage.accepted).toEqual([]);
    const said = stage.standIn.history({ user: EVAN }).at(-1);
    expect(said).toMatchObject({ text: 'It has &lt;expired&gt;.', ephemeralFor: EVAN });
    expect(JSON.stringify(said?.blocks)).toContain('Ask again');
    const ask = { user: EVAN, channel: said?.channel ?? '', ts: said?.ts ?? '', actionId: 'sotto.ask', value: 'w' };
    expect(await stage.standIn.press(ask)).toBe(200);
    expect(stage.accepted).toMatchObject([{ kind: 'press', action: 'sotto.ask', value: 'w' }]);
  });

  it('R29 is acknowledged in time although the decision takes longer, and answered when it is there', async () => {
    let decide = (): void => undefined;
    const decided = new Promise<void>((resolve) => {
      decide = resolve;
    });
    const stage = await open({
      adapter: {
        more: async (_press, say) => {
          await decided;
          await say({ text: 'More.', note: null, buttons: [], fallback: null });
        },
      },
    });
    expect(await pressMore(stage)).toBe(200);
    expect(stage.standIn.history({ user: EVAN })).toHaveLength(1);
    decide();
    await until(() => stage.standIn.history({ user: EVAN }).at(-1)?.text === 'More.');
  });
});

describe('R27 what is logged', () => {
  it('R27 holds no words, tokens or addresses, whatever happens', async () => {
    const { slack, standIn, logged } = await open({
      adapter: { accept: async () => Promise.reject(new Error('about my secret salary')) },
    });
    const spy = [console.log, console.warn, console.error, console.info, console.debug];
    const printed: unknown[] = [];
    const keep = (...args: unknown[]): void => void printed.push(...args);
    [console.log, console.warn, console.error, console.info, console.debug] = [keep, keep, keep, keep, keep];
    try {
      standIn.fail({ method: 'auth.test', how: 'invalid_auth', times: 1 });
      await slack.start();
      await until(() => logged.length > 0);
      await standIn.deliverRaw({ body: JSON.stringify(standIn.envelope(messageEvent({ text: 'my secret salary' }))) });
      await standIn.deliverRaw({
        body: formOf(pressPayload({ response_url: 'https://elsewhere.example/secret' })),
        contentType: FORM,
      });
      standIn.fail({ method: 'chat.postMessage', how: 'missing_scope' });
      const card = { text: 'secret salary: 1', note: null, buttons: [], fallback: null };
      await slack.platform.post({ to: { tenant: TEAM, user: EVAN, channel: null }, card, key: 'k' });
    } finally {
      [console.log, console.warn, console.error, console.info, console.debug] = spy as [
        typeof console.log,
        typeof console.warn,
        typeof console.error,
        typeof console.info,
        typeof console.debug,
      ];
    }
    expect(printed).toEqual([]);
    expect(logged.length).toBeGreaterThan(3);
    expect(logged.join('\n')).not.toMatch(/salary|xoxb|signing-secret|https?:|hooks/);
  });
});
