import { describe, expect, it } from '@jest/globals';
import { GENERAL, SHARED } from '../../playground/teams/conversations.ts';
import { readableTeams } from '../../playground/teams/readable.ts';
import type { Json } from '../../playground/teams/types.ts';
import {
  APP,
  answers,
  base,
  call,
  cardMessage,
  direct,
  EVAN,
  post,
  reached,
  TENANT,
  teams,
  XENA,
} from './support/teams-bench.ts';

const hello = { type: 'message', text: 'Hello' };
const at = (...more: readonly string[]) => ['conversations', direct(), 'activities', ...more];
const run = (over: Json = {}) => ({ type: 'TextRun', text: 'x', ...over });
const rich = (...inlines: readonly Json[]) => ({ type: 'RichTextBlock', inlines });
const submit = (over: Json = {}) => ({ type: 'Action.Submit', title: 'Go', data: { a: 1 }, ...over });
const made = async (body: unknown, conversation?: string): Promise<string> => (await post(body, conversation)).id;

describe('people in the stand-in', () => {
  it('write to the bot in private, and mention it in channels', async () => {
    await teams.say({ user: EVAN, text: 'one < two & <b>' });
    const asked = await teams.say({ user: EVAN, text: 'hi', channel: GENERAL });
    expect(asked.delivered).toBe(200);
    expect(reached).toMatchObject([
      {
        type: 'message',
        text: 'one &lt; two &amp; &lt;b&gt;',
        channelId: 'msteams',
        serviceUrl: `${base}/standin/teams/connector/`,
        from: { aadObjectId: EVAN, id: expect.stringMatching(/^29:/) },
        conversation: { conversationType: 'personal', tenantId: TENANT, id: direct() },
        recipient: { id: `28:${APP}` },
        channelData: { tenant: { id: TENANT } },
      },
      {
        text: '<at>Sotto</at> hi',
        conversation: { conversationType: 'channel', isGroup: true, id: `${GENERAL};messageid=${asked.ts}` },
        entities: expect.arrayContaining([expect.objectContaining({ type: 'mention' })]),
      },
    ]);
    expect(teams.history({ user: EVAN }).map(readableTeams)).toMatchObject([
      { text: 'one < two & <b>' },
      { text: 'hi' },
    ]);
    await expect(teams.say({ user: XENA, text: 'hi', channel: GENERAL })).rejects.toThrow('is not in');
    await expect(teams.say({ user: 'nobody', text: 'hi' })).rejects.toThrow('Nobody');
  });

  it('from another company show it, and twice is twice', async () => {
    await teams.say({ user: XENA, text: 'hi', channel: SHARED, twice: true });
    expect(reached).toHaveLength(2);
    expect(reached[0]).toEqual(reached[1]);
    expect(reached[0]).toMatchObject({
      from: { tenantId: expect.not.stringMatching(TENANT) },
      channelData: { channel: { type: 'shared' }, tenant: { id: TENANT } },
    });
  });

  it('press buttons, which bring back what they hold', async () => {
    const data = { sotto: { action: 'sotto.ask', value: 'sealed' } };
    const ts = await made(cardMessage([rich(run()), { type: 'ActionSet', actions: [submit({ data })] }]));
    expect(await teams.press({ user: EVAN, channel: direct(), ts, actionId: 'sotto.ask', value: 'sealed' })).toBe(200);
    expect(reached).toMatchObject([{ type: 'message', replyToId: ts, value: data, from: { aadObjectId: EVAN } }]);
    expect(reached[0]).not.toHaveProperty('text');
    await teams.press({ user: EVAN, channel: direct(), ts, actionId: 'sotto.ask', value: 'forged' });
    expect(reached[1]).toMatchObject({ value: { sotto: { value: 'forged' } } });
    await expect(teams.press({ user: EVAN, channel: direct(), ts: '1', actionId: 'a', value: 'b' })).rejects.toThrow(
      'no message',
    );
  });

  it('open dialogs, which stay open whatever the bot does, until they are closed', async () => {
    const data = { sotto: { action: 'sotto.view', value: 'sealed' }, msteams: { type: 'task/fetch' } };
    const ts = await made(cardMessage([rich(run()), { type: 'ActionSet', actions: [submit({ data })] }]));
    const press = () => teams.press({ user: EVAN, channel: direct(), ts, actionId: 'sotto.view', value: 'sealed' });
    const [attachment] = cardMessage([rich(run({ text: 'Your pay: 1' }))])['attachments'] as readonly Json[];
    answers(200, { task: { type: 'continue', value: { title: 'Sotto', card: attachment } } });
    expect(await press()).toBe(200);
    expect(reached).toMatchObject([{ type: 'invoke', name: 'task/fetch', value: { data, context: {} } }]);
    await call('DELETE', at(ts));
    expect(teams.dialogs({ user: EVAN })).toMatchObject([{ title: 'Sotto', text: 'Your pay: 1' }]);
    teams.closeDialog(EVAN);
    expect(teams.dialogs()).toEqual([]);
  });

  it('open another dialog each time, with an id of its own', async () => {
    const data = { sotto: { action: 'sotto.view', value: 'sealed' }, msteams: { type: 'task/fetch' } };
    const ts = await made(cardMessage([rich(run()), { type: 'ActionSet', actions: [submit({ data })] }]));
    answers(200, { task: { type: 'message', value: 'Expired.' } });
    const opened = async (): Promise<string | undefined> => {
      await teams.press({ user: EVAN, channel: direct(), ts, actionId: 'sotto.view', value: 'sealed' });
      return teams.dialogs({ user: EVAN })[0]?.id;
    };
    const ids = [await opened(), await opened()];
    expect(ids).toEqual([expect.any(String), expect.any(String)]);
    expect(new Set(ids).size).toBe(2);
  });

  it('read a line where the dialog is one, and an error where the answer is none', async () => {
    const data = { sotto: { action: 'sotto.view', value: 'v' }, msteams: { type: 'task/fetch' } };
    const ts = await made(cardMessage([rich(run()), { type: 'ActionSet', actions: [submit({ data })] }]));
    for (const [status, body, text] of [
      [200, { task: { type: 'message', value: 'Expired.' } }, 'Expired.'],
      [200, '', 'Unable to reach app'],
      [500, { task: { type: 'message', value: 'x' } }, 'Unable to reach app'],
      [200, { task: { type: 'continue', value: { title: 'x', card: { contentType: 'x' } } } }, 'Unable to reach app'],
    ] as const) {
      answers(status, body);
      await teams.press({ user: EVAN, channel: direct(), ts, actionId: 'sotto.view', value: 'v' });
      expect(teams.dialogs()[0]?.text).toContain(text);
    }
  });

  it('are told of every change', async () => {
    let changes = 0;
    const stop = teams.onChange(() => (changes += 1));
    const id = await made(hello);
    await call('PUT', at(id), { body: hello });
    await call('DELETE', at(id));
    stop();
    await post(hello);
    expect(changes).toBe(3);
  });
});

describe('what people read of a message', () => {
  const seen = async (activity: Json) => {
    const id = await made(activity);
    const message = teams.history().find(({ ts }) => ts === id);
    if (message === undefined) throw new Error('it does not stand there');
    return { ...readableTeams(message), pings: message.pings, links: message.links };
  };

  it('is markdown in a text and in a TextBlock, and what was written in a TextRun', async () => {
    const nasty = '**x** [press](https://evil.example) <at>Evan</at>';
    expect(await seen({ type: 'message', text: nasty })).toMatchObject({
      text: 'x press @Evan',
      pings: ['Evan'],
      links: ['https://evil.example'],
    });
    expect(await seen(cardMessage([{ type: 'TextBlock', text: nasty, wrap: true }]))).toMatchObject({
      text: 'x press @Evan',
      pings: ['Evan'],
      links: ['https://evil.example'],
    });
    expect(await seen(cardMessage([rich(run({ text: nasty }))]))).toMatchObject({ text: nasty, pings: [], links: [] });
  });

  it('notifies whomever a mention names, in the message and in its card', async () => {
    const mention = { type: 'mention', mentioned: { id: '29:evan', name: 'Evan' }, text: '<at>Evan</at>' };
    expect((await seen({ ...hello, entities: [mention] })).pings).toEqual(['29:evan']);
    expect((await seen(cardMessage([rich(run())], { msteams: { entities: [mention] } }))).pings).toEqual(['29:evan']);
  });

  it('leads to bare addresses in a text, though it is plain', async () => {
    const plain = { ...hello, text: 'see https://evil.example/x', textFormat: 'plain' };
    expect(await seen(plain)).toMatchObject({ text: plain.text, links: ['https://evil.example/x'] });
  });

  it('tells small print from words, and has every button', async () => {
    const note = { type: 'RichTextBlock', inlines: [run({ text: 'Leaves soon', size: 'small', isSubtle: true })] };
    const set = { type: 'ActionSet', actions: [submit({ data: { sotto: { action: 'a', value: 'v' } } })] };
    expect(await seen(cardMessage([rich(run({ text: 'One' })), rich(run({ text: 'Two' })), note, set]))).toMatchObject({
      text: 'One\nTwo',
      note: 'Leaves soon',
      buttons: [{ action: 'a', label: 'Go', value: 'v' }],
    });
  });
});
