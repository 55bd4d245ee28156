import { afterEach, describe, expect, it } from '@jest/globals';
import type { Inbound } from '../../../src/core/types.ts';
import { until } from '../../support/until.ts';
import { EVAN, FORM, formOf, openSlack, PARTNER, pressPayload, type SlackBench, TEAM } from './support.ts';

const GENERAL = 'C0GENERAL0';
const WITHOUT = 'C0WITHOUT0';
const TAKEN = 'Taken.';

let bench: SlackBench | null = null;
const open = async (...o: Parameters<typeof openSlack>): Promise<SlackBench> => {
  bench = await openSlack(...o);
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const ask = ({ standIn }: SlackBench, over: Partial<Parameters<SlackBench['standIn']['command']>[0]> = {}) =>
  standIn.command({ user: EVAN, command: '/sotto', text: 'how much leave have I left', ...over });

describe('the command', () => {
  it('R14 is a question that stands nowhere, also where the bot is no member', async () => {
    const { standIn, accepted } = await open();
    expect(await ask({ standIn } as SlackBench, { channel: WITHOUT })).toBe(200);
    expect(accepted).toMatchObject([
      {
        kind: 'question',
        aside: 'command',
        text: 'how much leave have I left',
        account: { platform: 'slack', tenant: TEAM, user: EVAN, external: false },
        place: { kind: 'channel', channel: WITHOUT, thread: null },
        conversation: `slack:${TEAM}:${EVAN}`,
      },
    ]);
    expect(standIn.history()).toMatchObject([{ text: TAKEN, channel: WITHOUT, ephemeralFor: EVAN }]);
  });

  it('R14 takes no chat for the private one, for Slack does not say whose it is', async () => {
    const stage = await open();
    await ask(stage);
    expect(stage.accepted).toMatchObject([{ place: { kind: 'group' } }]);
  });

  it('R16 is answered by a line that tells nothing, within a second', async () => {
    const stage = await open();
    const began = performance.now();
    await ask(stage, { text: 'what does Mona earn' });
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(stage.standIn.history().map(({ text }) => text)).toEqual([TAKEN]);
  });

  it('R16 that could not be accepted says itself that it must be sent again', async () => {
    const stage = await open({ adapter: { accept: async () => 'unavailable' } });
    expect(await ask(stage, { channel: GENERAL })).toBe(200);
    expect(stage.standIn.history()).toMatchObject([{ text: 'Please press again.', ephemeralFor: EVAN }]);
  });

  it('R16 says so in time where the store does not answer', async () => {
    const stage = await open({ adapter: { accept: () => new Promise(() => undefined) } });
    const began = performance.now();
    expect(await ask(stage)).toBe(200);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(stage.standIn.history()).toMatchObject([{ text: 'Please press again.' }]);
  });

  it('R16 is known by who, where and the trigger, of which only a hash is kept', async () => {
    const stage = await open();
    await ask(stage);
    await ask(stage);
    const [first, second] = stage.accepted;
    expect(first?.id).not.toBe(second?.id);
    const body = stage.delivered[0]?.body ?? '';
    const trigger = new URLSearchParams(body).get('trigger_id') ?? '';
    expect(trigger).toMatch(/./);
    expect(JSON.stringify(stage.accepted)).not.toContain(trigger);
    await stage.standIn.deliverRaw({ body, contentType: FORM });
    expect(stage.accepted.at(-1)?.id).toBe(first?.id);
    expect(stage.logged.join('')).not.toContain(trigger);
  });

  it('R16 names people by their accounts, and decodes what Slack encoded', async () => {
    const stage = await open();
    await ask(stage, { text: 'is @evan at R&D <b>' });
    expect(stage.accepted).toMatchObject([{ text: `is @${EVAN} at R&D <b>` }]);
  });

  it('R16 takes a command without words, which asks what can be asked', async () => {
    const stage = await open();
    await ask(stage, { text: '' });
    expect(stage.accepted).toMatchObject([{ kind: 'question', text: '' }]);
  });

  it.each([
    ['another command', { command: '/other' }],
    ['no trigger', { trigger_id: undefined }],
    ['a user that is none', { user_id: '../x' }],
    ['a channel that is none', { channel_id: 'x' }],
  ])('R16 acknowledges one with %s at once, hands nothing over and puts it on record', async (_, over) => {
    const { standIn, accepted, rejected } = await open();
    const fields = {
      command: '/sotto',
      text: 'secret words',
      user_id: EVAN,
      channel_id: GENERAL,
      team_id: TEAM,
      api_app_id: 'A0SOTTO000',
      trigger_id: '1.2.x',
      response_url: 'https://hooks.slack.com/commands/x',
      ...over,
    };
    const body = new URLSearchParams(
      Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined),
    ).toString();
    expect((await standIn.deliverRaw({ body, contentType: FORM })).status).toBe(200);
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: ['interaction-unknown'] });
  });
});

describe('the shortcut', () => {
  /** Slack has told the bot who it is by then. */
  const said = async ({ slack, standIn }: SlackBench, text: string) => {
    await slack.start();
    await until(() => standIn.requests({ method: 'auth.test' }).some(({ ok }) => ok));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { channel, ts } = await standIn.say({ user: EVAN, text, channel: GENERAL });
    return { channel, ts };
  };

  it('R16 opens a view at once and hands the core a press that no button makes', async () => {
    const stage = await open();
    expect(await stage.standIn.shortcut({ user: EVAN, callbackId: 'sotto.ask' })).toBe(200);
    expect(stage.opened).toMatchObject([
      {
        press: {
          action: 'sotto.aside',
          value: '',
          account: { user: EVAN, tenant: TEAM },
          place: { kind: 'direct', channel: EVAN },
          message: null,
        },
      },
    ]);
    expect(stage.standIn.views({ user: EVAN })).toHaveLength(1);
    expect(stage.accepted).toEqual([]);
  });

  it('R14 begins with the words of one’s own message', async () => {
    const stage = await open();
    const message = await said(stage, 'what do I earn');
    await stage.standIn.shortcut({ user: EVAN, callbackId: 'sotto.ask-privately', message });
    expect(stage.opened).toMatchObject([{ press: { value: 'what do I earn' } }]);
  });

  it('R14 takes over nothing that anybody else wrote', async () => {
    const stage = await open({
      standIn: {
        people: [
          { user: EVAN, name: 'Evan', kind: 'employee' },
          { user: 'U0MONA0000', name: 'Mona', kind: 'employee' },
        ],
      },
    });
    const message = await said(stage, 'I earn too little');
    await stage.standIn.shortcut({ user: 'U0MONA0000', callbackId: 'sotto.ask-privately', message });
    expect(stage.opened).toMatchObject([{ press: { account: { user: 'U0MONA0000' }, value: '' } }]);
  });

  it('R15 no button opens a form with words of its own', async () => {
    const { standIn, opened, accepted, rejected } = await open();
    const actions = [{ type: 'button', action_id: 'sotto.aside', value: 'words', action_ts: '1.5' }];
    const body = formOf({ ...pressPayload({ actions }), trigger_id: '1.2.x' });
    expect((await standIn.deliverRaw({ body, contentType: FORM })).status).toBe(200);
    expect({ opened, accepted, rejected }).toEqual({ opened: [], accepted: [], rejected: ['interaction-unknown'] });
  });

  it('R16 that is none of ours is acknowledged, opens nothing and is on record', async () => {
    const { standIn, opened, rejected } = await open();
    expect(await standIn.shortcut({ user: EVAN, callbackId: 'other' })).toBe(200);
    expect(await standIn.suggest({ user: EVAN, actionId: 'x', value: 'y' })).toBe(200);
    expect({ opened, rejected }).toEqual({ opened: [], rejected: ['interaction-unknown', 'interaction-unknown'] });
  });

  it('R3 that names another app goes no further, although Slack’s own name none', async () => {
    const { standIn, opened, rejected } = await open();
    const payload = { type: 'shortcut', callback_id: 'sotto.ask', trigger_id: '1.2.x', action_ts: '1.5' };
    const send = (over: object) =>
      standIn.deliverRaw({
        body: formOf({ ...payload, user: { id: EVAN, username: 'evan', team_id: TEAM }, team: { id: TEAM }, ...over }),
        contentType: FORM,
      });
    await send({ api_app_id: 'A0OTHER000' });
    expect({ opened, rejected }).toEqual({ opened: [], rejected: ['app-foreign'] });
    await send({ team: { id: 'T0FOREIGN0' } });
    expect({ opened, rejected }).toEqual({ opened: [], rejected: ['app-foreign', 'team-foreign'] });
  });

  it('R16 whose view does not open says so where it was used', async () => {
    const stage = await open();
    const message = await said(stage, 'hello');
    stage.standIn.fail({ method: 'views.open', how: 'expired_trigger_id' });
    expect(await stage.standIn.shortcut({ user: EVAN, callbackId: 'sotto.ask-privately', message })).toBe(200);
    await until(() => stage.standIn.history().some(({ ephemeralFor }) => ephemeralFor === EVAN));
    expect(stage.standIn.history().at(-1)).toMatchObject({ text: 'Please press again.', ephemeralFor: EVAN });
    expect(stage.opened).toEqual([]);
  });
});

describe('what is no question', () => {
  const taken = ({ accepted }: SlackBench): readonly Inbound[] => accepted;

  it.each(['bot_message', 'bot-user', 'slackbot', 'self'] as const)(
    'R9 what %s writes goes no further',
    async (how) => {
      const stage = await open();
      expect(await stage.standIn.botWrites({ user: EVAN, how, text: 'my payslip please' })).toBe(200);
      expect(taken(stage)).toEqual([]);
    },
  );

  it('R9 edits and deletions go no further, and nothing of the old text is kept or logged', async () => {
    const stage = await open();
    const { ts, channel } = await stage.standIn.say({ user: EVAN, text: 'xylophone' });
    await stage.standIn.edit({ user: EVAN, channel, ts, text: 'zither' });
    await stage.standIn.erase({ user: EVAN, channel, ts });
    expect(taken(stage)).toHaveLength(1);
    expect(JSON.stringify(taken(stage))).not.toContain('zither');
    expect(stage.logged.join('')).not.toMatch(/xylophone|zither/);
  });

  it('R10 a mention that is edited runs nothing again', async () => {
    const stage = await open();
    const { ts, channel } = await stage.standIn.say({ user: EVAN, text: 'pay day?', channel: GENERAL });
    expect(await stage.standIn.edit({ user: EVAN, channel, ts, text: 'my pay?' })).toBe(200);
    expect(taken(stage)).toMatchObject([{ text: 'pay day?' }]);
  });

  it('R9 a file is handed over without a word of what came with it', async () => {
    const stage = await open();
    await stage.standIn.shareFile({ user: EVAN, text: 'my payslip' });
    await stage.standIn.shareFile({ user: EVAN, text: 'my payslip', channel: GENERAL });
    expect(taken(stage)).toMatchObject([
      { kind: 'question', text: '', file: true, place: { kind: 'direct' } },
      { kind: 'question', text: '', file: true, place: { kind: 'channel' } },
    ]);
  });
});

describe('an answer for one pair of eyes', () => {
  const card = { text: 'On the 25th. <&>', note: null, buttons: [], fallback: null };
  const to = { tenant: TEAM, user: EVAN, channel: null };
  const aside = ({ slack }: SlackBench, channel: string, thread: string | null = null) =>
    slack.platform.aside?.({ to, channel, thread, card });

  it('R14 stands in the channel and the thread where it was asked, escaped and for the asker alone', async () => {
    const stage = await open();
    const { ts } = await stage.standIn.say({ user: EVAN, text: 'hi', channel: GENERAL });
    expect(await aside(stage, GENERAL, ts)).toMatchObject({ ok: true });
    expect(stage.standIn.history().at(-1)).toMatchObject({
      channel: GENERAL,
      threadTs: ts,
      ephemeralFor: EVAN,
      text: 'On the 25th. &lt;&amp;&gt;',
      pings: [],
    });
  });

  it.each([
    [WITHOUT, 'not_in_channel'],
    ['C0ARCHIVED', 'is_archived'],
    ['C0NOWHERE0', 'channel_not_found'],
  ])('R14 surely does not stand in %s: %s', async (channel, code) => {
    expect(await aside(await open(), channel)).toMatchObject({ ok: false, fault: 'never', code });
  });

  it('R14 may stand there where Slack’s answer was lost', async () => {
    const stage = await open();
    stage.standIn.fail({ method: 'chat.postEphemeral', how: '500-after' });
    expect(await aside(stage, GENERAL)).toMatchObject({ ok: false, fault: 'lost' });
  });

  it('R14 in a thread of the private chat an answer is posted there, and begins as a placeholder', async () => {
    const { slack, standIn } = await open();
    const { ts, channel } = await standIn.say({ user: EVAN, text: 'hi' });
    const inThread = { ...to, channel, thread: ts };
    expect([slack.platform.looksUp({ ...to, channel }), slack.platform.looksUp(inThread)]).toEqual([true, false]);
    expect(await slack.platform.post({ to: inThread, card, key: 'k' })).toMatchObject({ ok: true });
    expect(standIn.history().at(-1)).toMatchObject({ threadTs: ts, bot: 'B0SOTTO000' });
  });
});

describe('an account that changes', () => {
  const change = ({ standIn }: SlackBench) =>
    standIn.deliverRaw({ body: JSON.stringify(standIn.envelope({ type: 'user_change', user: { id: EVAN } })) });

  it('R12 is told to all processes before Slack has its answer', async () => {
    const told: string[] = [];
    const stage = await open({
      adapter: {
        accountChanged: async ({ tenant, user }) => {
          told.push(`${tenant} ${user}`);
        },
      },
    });
    expect((await change(stage)).status).toBe(200);
    expect(told).toEqual([`${TEAM} ${EVAN}`]);
  });

  it('R12 is forgotten here all the same, and sent again, where they could not be told', async () => {
    const stage = await open({ adapter: { accountChanged: async () => Promise.reject(new Error('away')) } });
    const account = { platform: 'slack', tenant: TEAM, user: EVAN, external: false } as const;
    await stage.slack.profile(account);
    expect((await change(stage)).status).toBe(503);
    await stage.slack.profile(account);
    expect(stage.standIn.requests({ method: 'users.info' })).toHaveLength(2);
  });
});

describe('the language of whoever is not known', () => {
  it.each([
    ['de-DE', 'de'],
    ['en-GB', 'en'],
    ['fr-FR', null],
  ])('R11 is what Slack says, where we speak it: %s is %s', async (locale, spoken) => {
    const people = [{ user: EVAN, name: 'Evan', kind: 'guest' as const, team: PARTNER, locale }];
    const { slack, standIn } = await open({ standIn: { people } });
    const account = { platform: 'slack', tenant: TEAM, user: EVAN, external: true } as const;
    expect(await slack.platform.locale?.(account)).toBe(spoken);
    expect(await slack.profile(account)).toEqual({ email: null, kind: 'stranger' });
    expect(standIn.requests({ method: 'users.info' })).toMatchObject([{ args: { include_locale: 'true' } }]);
  });
});
