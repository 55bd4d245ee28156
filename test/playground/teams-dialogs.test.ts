/** People in the stand-in for Teams who add the app, and press buttons in a dialog. */
import { describe, expect, it } from '@jest/globals';
import { readablePage } from '../../playground/teams/readable.ts';
import { CARD_TYPE } from '../../playground/teams/rules.ts';
import type { Json, TeamsDialog } from '../../playground/teams/types.ts';
import { answers, cardMessage, direct, EVAN, post, reached, teams } from './support/teams-bench.ts';

const run = (text: string) => ({ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text }] });
const press = (label: string, value: string, over: Json = {}) => ({
  type: 'Action.Submit',
  title: label,
  data: { sotto: { action: 'sotto.more', value } },
  ...over,
});
const card = (...body: readonly Json[]) => ({ type: 'AdaptiveCard', version: '1.5', body });
const continues = (content: Json): Json => ({
  task: { type: 'continue', value: { title: 'Sotto', card: { contentType: CARD_TYPE, content } } },
});
const PAGE = card(
  run('One'),
  { type: 'ActionSet', actions: [press('Look again', 'a')] },
  { type: 'TextBlock', text: 'Two', wrap: true, style: 'heading', separator: true },
  run('Words'),
  { type: 'ActionSet', actions: [press('More time', 'b')] },
);

const opened = async (content: Json): Promise<TeamsDialog> => {
  const data = { sotto: { action: 'sotto.form', value: 'v' }, msteams: { type: 'task/fetch' } };
  const set = { type: 'ActionSet', actions: [{ type: 'Action.Submit', title: 'Open', data }] };
  const { id: ts } = await post(cardMessage([set]));
  answers(200, continues(content));
  await teams.press({ user: EVAN, channel: direct(), ts, actionId: 'sotto.form', value: 'v' });
  return standing();
};
const standing = (): TeamsDialog => {
  const [dialog] = teams.dialogs({ user: EVAN });
  if (dialog === undefined) throw new Error('no dialog stands open');
  return dialog;
};

describe('a button in a dialog', () => {
  it('comes back as what was sent there, names no message, and is answered in the same dialog', async () => {
    const { id, card: shown } = await opened(PAGE);
    expect(readablePage(shown ?? {})?.sections).toMatchObject([
      { title: null, text: 'One', buttons: [{ label: 'Look again', value: 'a' }] },
      { title: 'Two', text: 'Words', buttons: [{ label: 'More time', value: 'b' }] },
    ]);
    answers(200, continues(card(run('Anew'))));
    expect(await teams.pressDialog({ user: EVAN, id, actionId: 'sotto.more', value: 'b' })).toBe(200);
    const sent = reached.at(-1);
    expect(sent).toMatchObject({
      type: 'invoke',
      name: 'task/submit',
      value: { data: { sotto: { action: 'sotto.more', value: 'b' } } },
    });
    expect(sent).not.toHaveProperty('replyToId');
    expect(standing()).toMatchObject({ id, text: 'Anew' });
  });

  it('leaves the dialog as it was where the answer is none', async () => {
    const { id, card: before } = await opened(PAGE);
    answers(503, {});
    expect(await teams.pressDialog({ user: EVAN, id, actionId: 'sotto.more', value: 'a' })).toBe(503);
    expect(standing().card).toEqual(before);
    expect(standing().kept?.trouble).toEqual(['Unable to reach app. Please try again.']);
  });

  it('is pressed only where it stands', async () => {
    const { id } = await opened(PAGE);
    const calls = reached.length;
    expect(await teams.pressDialog({ user: EVAN, id: 'another', actionId: 'sotto.more', value: 'a' })).toBe('unknown');
    expect(await teams.pressDialog({ user: EVAN, id, actionId: 'sotto.more', value: 'forged' })).toBe('unknown');
    expect(reached).toHaveLength(calls);
  });

  it('makes no page of a card without one', () => {
    expect(readablePage(card(run('One')))).toBeNull();
  });
});

describe('the app', () => {
  it('is added with two activities of which each says so, in the language of the client, and taken away with one', async () => {
    expect(await teams.install({ user: EVAN, locale: 'de-DE' })).toEqual([200, 200]);
    expect(reached).toMatchObject([
      { type: 'installationUpdate', action: 'add', locale: 'de-DE', conversation: { conversationType: 'personal' } },
      { type: 'conversationUpdate', membersAdded: [{ id: teams.botUserId }], locale: 'de-DE' },
    ]);
    expect(await teams.uninstall({ user: EVAN })).toBe(200);
    expect(reached.at(-1)).toMatchObject({ type: 'installationUpdate', action: 'remove', locale: 'en-US' });
    expect((await post(cardMessage([run('Hello')]))).error).toBe('BotNotInConversationRoster');
  });
});
