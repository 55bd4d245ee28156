import { describe, expect, it } from '@jest/globals';
import { GENERAL } from '../../playground/teams/conversations.ts';
import { answers, direct, EVAN, reached, teams, XENA } from './support/teams-bench.ts';

const form = {
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: '1.5',
  body: [
    { type: 'Input.Text', id: 'text-question', label: 'Your question' },
    { type: 'ActionSet', actions: [{ type: 'Action.Submit', title: 'Ask', data: { sotto: { state: 's' } } }] },
  ],
};
const card = { contentType: 'application/vnd.microsoft.card.adaptive', content: form };
const asks = { task: { type: 'continue', value: { title: 'Ask', width: 'medium', height: 'medium', card } } };

describe('the message extension, in the stand-in', () => {
  it('asks the bot for a dialog, from where somebody writes and from the command box', async () => {
    answers(200, asks);
    expect(await teams.extension({ user: EVAN, channel: GENERAL })).toBe(200);
    expect(await teams.extension({ user: EVAN })).toBe(200);
    expect(reached).toMatchObject([
      {
        type: 'invoke',
        name: 'composeExtension/fetchTask',
        value: { commandId: 'askPrivately', commandContext: 'compose' },
        conversation: { id: GENERAL, conversationType: 'channel' },
      },
      { value: { commandContext: 'commandbox' }, conversation: { id: direct() } },
    ]);
    expect(teams.dialogs({ user: EVAN })).toMatchObject([{ title: 'Ask' }]);
  });

  it('can be used where the bot is not, and leaves nothing there', async () => {
    answers(200, asks);
    teams.setMember({ channel: GENERAL, bot: false });
    expect(await teams.extension({ user: EVAN, channel: GENERAL })).toBe(200);
    expect(teams.history()).toEqual([]);
  });

  it('hands over the message that it is used on, with who wrote it', async () => {
    const { ts } = await teams.say({ user: EVAN, text: 'a < b', channel: GENERAL });
    await teams.extension({ user: EVAN, channel: GENERAL, message: ts });
    expect(reached.at(-1)).toMatchObject({
      value: {
        commandContext: 'message',
        messagePayload: {
          id: ts,
          from: { user: { id: EVAN, userIdentityType: 'aadUser' } },
          body: { contentType: 'html', content: '<p>a &lt; b</p>' },
        },
      },
    });
  });

  it('sends what was filled in as the submission of its command', async () => {
    answers(200, asks);
    await teams.extension({ user: EVAN, channel: GENERAL });
    const [dialog] = teams.dialogs({ user: EVAN });
    answers(200, { task: { type: 'message', value: 'Taken.' } });
    expect(await teams.submit({ user: EVAN, id: dialog?.id ?? '', filled: { 'text-question': 'leave?' } })).toBe(200);
    expect(reached.at(-1)).toMatchObject({
      name: 'composeExtension/submitAction',
      value: { commandId: 'askPrivately', data: { sotto: { state: 's' }, 'text-question': 'leave?' } },
    });
    expect(teams.dialogs({ user: EVAN })).toMatchObject([{ text: 'Taken.' }]);
  });

  it('is nobody’s where they are not', async () => {
    await expect(teams.extension({ user: XENA, channel: GENERAL })).rejects.toThrow('is not in');
    await expect(teams.extension({ user: EVAN, channel: GENERAL, message: '1' })).rejects.toThrow('no message');
  });
});

describe('people of the stand-in change what they wrote', () => {
  it('and Teams tells the bot, with the id of the message', async () => {
    const { ts } = await teams.say({ user: EVAN, text: 'my leave?', channel: GENERAL });
    expect(await teams.change({ user: EVAN, channel: GENERAL, ts, text: 'my pay?' })).toBe(200);
    expect(reached.at(-1)).toMatchObject({
      type: 'messageUpdate',
      id: ts,
      text: '<at>Sotto</at> my pay?',
      channelData: { eventType: 'editMessage' },
    });
    await teams.change({ user: EVAN, channel: GENERAL, ts, text: null });
    expect(reached.at(-1)).toMatchObject({
      type: 'messageDelete',
      id: ts,
      channelData: { eventType: 'softDeleteMessage' },
    });
    expect(teams.history()).toEqual([]);
  });

  it('but not what others wrote', async () => {
    const { ts } = await teams.say({ user: EVAN, text: 'my leave?', channel: GENERAL });
    await expect(teams.change({ user: XENA, channel: GENERAL, ts, text: null })).rejects.toThrow('Nothing of that');
  });
});
