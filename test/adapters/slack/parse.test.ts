import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHomeMarks } from '../../../src/adapters/slack/home-mark.ts';
import { parsePress, parseQuestion } from '../../../src/adapters/slack/parse.ts';
import type { Fields } from '../../../src/adapters/slack/read.ts';
import { toPlainWords } from '../../../src/adapters/slack/text.ts';
import { EVAN, messageEvent, PARTNER, pressPayload, sealerOf, TEAM } from './support.ts';

const allowed = new Set([TEAM]);
const BOT = 'U0SOTTOBOT';
const ask = (event: Fields, envelope: Fields = {}) =>
  parseQuestion({ event, ...envelope }, { tenant: TEAM, allowed, bot: BOT });
const press = (payload: Fields) =>
  parsePress(payload, {
    tenant: TEAM,
    allowed,
    marks: createHomeMarks({ sealer: sealerOf(1) }),
    mayRespondTo: (url) => url.startsWith('https://hooks.slack.com/'),
  });
const mention = (over: Fields = {}) =>
  messageEvent({
    type: 'app_mention',
    channel: 'C0GENERAL0',
    channel_type: undefined,
    text: `<@${BOT}> hello`,
    ...over,
  });

describe('R9 only people’s own questions', () => {
  it('R9 reads a message in private', () => {
    expect(ask(messageEvent())).toEqual({
      kind: 'question',
      id: `slack:${TEAM}:D0EVAN0000:1771442483.260129`,
      account: { platform: 'slack', tenant: TEAM, user: EVAN, external: false },
      place: { kind: 'direct', channel: 'D0EVAN0000', thread: null },
      conversation: `slack:${TEAM}:D0EVAN0000`,
      at: 1_771_442_483_260,
      text: 'how many days of leave have I left?',
    });
  });

  it('R9 reads a mention in a channel as that person’s own talk there', () => {
    expect(ask(mention({ thread_ts: '1771442000.000100' }))).toMatchObject({
      place: { kind: 'channel', channel: 'C0GENERAL0', thread: '1771442000.000100' },
      conversation: `slack:${TEAM}:C0GENERAL0:${EVAN}`,
      text: 'hello',
    });
  });

  it.each([
    { what: 'an edit', over: { subtype: 'message_changed' } },
    { what: 'a deletion', over: { subtype: 'message_deleted', user: undefined, text: undefined } },
    { what: 'a file of a bot', over: { subtype: 'file_share', bot_id: 'B0OTHER000' } },
    { what: 'a file of nobody', over: { subtype: 'file_share', user: undefined } },
    {
      what: 'a file in a thread that goes to the channel too',
      over: { subtype: 'thread_broadcast', files: [{ id: 'F1' }] },
    },
    { what: 'another bot', over: { subtype: 'bot_message', bot_id: 'B0OTHER000' } },
    { what: 'a bot with a user', over: { bot_id: 'B0OTHER000' } },
    { what: 'the bot itself', over: { user: BOT } },
    { what: 'Slackbot', over: { user: 'USLACKBOT' } },
    { what: 'nobody', over: { user: undefined } },
    { what: 'a user id that is none', over: { user: '../etc' } },
    { what: 'a hidden message', over: { hidden: true } },
    { what: 'no channel', over: { channel: undefined } },
    { what: 'no time', over: { ts: 'soon' } },
    { what: 'a channel without a mention', over: { channel: 'C0GENERAL0', channel_type: 'channel' } },
    { what: 'a group chat', over: { channel: 'G0GROUP000', channel_type: 'mpim' } },
    { what: 'another event', over: { type: 'reaction_added' } },
  ])('R9 ignores $what', ({ over }) => {
    expect(ask(messageEvent(over))).toBeNull();
  });

  it.each([
    {
      what: 'with a file',
      event: () => messageEvent({ subtype: 'file_share', files: [{ id: 'F1' }], text: 'my payslip' }),
    },
    { what: 'that mentions the bot beside a file', event: () => mention({ files: [{ id: 'F1' }] }) },
  ])('R9 takes none of the words of a message $what, so that it can be refused', ({ event }) => {
    expect(ask(event())).toMatchObject({ kind: 'question', text: '', file: true });
  });

  it('R9 keeps to the thread of a private chat, and to its one talk', () => {
    expect(ask(messageEvent({ thread_ts: '1771442000.000100' }))).toMatchObject({
      place: { kind: 'direct', channel: 'D0EVAN0000', thread: '1771442000.000100' },
      conversation: `slack:${TEAM}:D0EVAN0000`,
    });
  });

  it('R14 calls a private chat of several people what it is', () => {
    expect(ask(mention({ channel: 'G0GROUP000', channel_type: 'mpim' }))).toMatchObject({ place: { kind: 'group' } });
  });

  it('R9 knows itself by the envelope where Slack has not yet told it', () => {
    const authorizations = [{ user_id: BOT, is_bot: true }];
    const parse = (event: Fields) => parseQuestion({ event, authorizations }, { tenant: TEAM, allowed, bot: null });
    expect(parse(messageEvent({ user: BOT }))).toBeNull();
    expect(parse(mention())).toMatchObject({ text: 'hello' });
  });

  it('R10 ignores a mention that was edited', () => {
    expect(ask(mention({ edited: { user: EVAN, ts: '1771442490.000000' } }))).toBeNull();
    expect(ask(messageEvent({ edited: { user: EVAN, ts: '1771442490.000000' } }))).toBeNull();
  });

  it.each([
    { what: 'user_team', over: { user_team: PARTNER } },
    { what: 'source_team', over: { source_team: PARTNER } },
    { what: 'team', over: { team: PARTNER } },
  ])('tells somebody of another company by $what', ({ over }) => {
    expect(ask(mention(over))).toMatchObject({ account: { external: true, tenant: TEAM }, place: { kind: 'shared' } });
  });

  it('takes somebody without a home in a shared channel for an external', () => {
    expect(ask(mention({ team: undefined }), { is_ext_shared_channel: true })).toMatchObject({
      account: { external: true },
    });
  });

  it('calls a channel shared where a colleague asks in one', () => {
    expect(ask(mention(), { is_ext_shared_channel: true })).toMatchObject({
      account: { external: false },
      place: { kind: 'shared' },
    });
  });
});

describe('a press', () => {
  it('is read with its action, its value and where it may be answered', () => {
    expect(press(pressPayload())).toEqual({
      kind: 'press',
      message: { platform: 'slack', tenant: TEAM, channel: 'D0EVAN0000', id: '1.000001' },
      id: `slack:${TEAM}:${EVAN}:1771442490.000100`,
      account: { platform: 'slack', tenant: TEAM, user: EVAN, external: false },
      place: { kind: 'direct', channel: 'D0EVAN0000', thread: null },
      conversation: `slack:${TEAM}:D0EVAN0000`,
      at: 1_771_442_490_000,
      action: 'sotto.ask',
      value: 'sealed',
      respondTo: 'https://hooks.slack.com/actions/T/1/x',
    });
  });

  it('R29 loses an address that is not Slack’s', () => {
    expect(press(pressPayload({ response_url: 'https://evil.example/x' }))).toMatchObject({ respondTo: null });
  });

  it('is none of ours where the button has led to a page', () => {
    for (const action_id of ['sotto.link', 'sotto.link#2']) {
      const actions = [{ type: 'button', action_id, url: 'https://sotto.example.com', action_ts: '1.5' }];
      expect(press(pressPayload({ actions }))).toBe(null);
    }
  });

  it('gives back the action that a numbered button was made for', () => {
    const actions = [{ type: 'button', action_id: 'sotto.ask#3', value: 'v', action_ts: '1.5' }];
    expect(press(pressPayload({ actions }))).toMatchObject({ action: 'sotto.ask' });
  });

  it('tells who pressed by their own workspace', () => {
    expect(press(pressPayload({ user: { id: EVAN, team_id: PARTNER } }))).toMatchObject({
      account: { external: true },
    });
  });

  it.each([
    {
      what: 'a value that is too long',
      over: { actions: [{ type: 'button', action_id: 'a', value: 'x'.repeat(2_001), action_ts: '1.5' }] },
    },
    { what: 'no actions', over: { actions: [] } },
    { what: 'nobody', over: { user: {} } },
  ])('is none with $what', ({ over }) => {
    expect(press(pressPayload(over))).toBeNull();
  });
});

describe('words', () => {
  it.each([
    [`<@${BOT}> what does <@U0MONA0000> earn`, 'what does @U0MONA0000 earn'],
    ['<@U0MONA0000|mona> and <#C0GENERAL0|general> and <#C0GENERAL0>', '@U0MONA0000 and #general and #C0GENERAL0'],
    [
      'see <https://example.com/a?b=1&amp;c=2|this page> or <https://example.com>',
      'see this page or https://example.com',
    ],
    ['<mailto:evan@example.com|evan@example.com>', 'evan@example.com'],
    ['<!channel> <!here|here> <!subteam^S0HR000000|@hr> <!subteam^S0HR000000>', '@channel here @hr @subteam'],
    ['<!date^1392734382^{date}|18 February>', '18 February'],
    ['1 &lt; 2 &amp;&amp; 3 &gt; 2, &amp;lt; stays', '1 < 2 && 3 > 2, &lt; stays'],
    [`  <@${BOT}>  `, ''],
    ['a < b', 'a < b'],
  ])('turns %j into %j', (markup, words) => {
    expect(toPlainWords(markup, BOT)).toBe(words);
  });

  it('are plain, bounded and well-formed, whatever arrives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 9_000 }), (markup) => {
        const words = toPlainWords(markup, BOT);
        expect(words.length).toBeLessThanOrEqual(8_000);
        expect(words.isWellFormed()).toBe(true);
        expect(words).not.toContain(`<@${BOT}>`);
      }),
      { numRuns: 30 },
    );
  });

  it('come back as they were typed, once Slack has escaped them', () => {
    const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), (text) => {
        expect(toPlainWords(escaped(text), BOT)).toBe(text.trim());
      }),
    );
  });

  it('take time in proportion to their length', () => {
    const timeOf = (unit: string, times: number): number => {
      const began = performance.now();
      toPlainWords(unit.repeat(times), BOT);
      return performance.now() - began;
    };
    for (const unit of ['<', '<@', '<a|', '&lt', '<!', '<a<b>'])
      expect({ unit, quick: timeOf(unit, 60_000) < 1_000 }).toEqual({ unit, quick: true });
  });
});

describe('anything at all', () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  const keys = ['type', 'user', 'channel', 'ts', 'text', 'team', 'event', 'actions', 'container', 'response_url'];
  const body = fc.dictionary(fc.constantFrom(...keys), json);

  it('never makes the parser throw', () => {
    fc.assert(
      fc.property(body, body, (outer, inner) => {
        expect(() => [
          ask({ ...messageEvent(), ...inner }, outer),
          press({ ...pressPayload(), ...inner }),
        ]).not.toThrow();
      }),
    );
  });
});
