import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createEnvelopes } from '../../../playground/teams/envelopes.ts';
import type { Json, TeamsChat } from '../../../playground/teams/types.ts';
import { parseFetch, parseMessage } from '../../../src/adapters/teams/parse.ts';
import type { Fields } from '../../../src/adapters/teams/read.ts';
import { CHANNEL, CHAT, EVAN, GROUP, PARTNER, TENANT } from './support.ts';

const APP = '7b0e4a52-0d5e-4f3a-9d8b-5f6f4d1c2a3b';
const NOW = 1_771_290_107_407;
const o = { tenant: TENANT, now: NOW };
const envelopes = createEnvelopes({ appId: APP, tenant: TENANT, serviceUrl: () => 'https://x/', now: () => NOW });
const BOT = `28:${APP}`;

const said = (text: string, over: Json = {}, chat: TeamsChat = CHAT): Fields => ({
  ...envelopes.message({ person: EVAN, chat, text: 'x', mention: false }),
  text,
  ...over,
});
const mention = (text: string, id: string): Json => ({ type: 'mention', text, mentioned: { id, name: 'x' } });
const textOf = (activity: Fields): string => {
  const parsed = parseMessage(activity, o);
  if (parsed === null || 'rejected' in parsed || parsed.inbound.kind !== 'question') throw new Error('no question');
  return parsed.inbound.text;
};

describe('a question', () => {
  it('from a private chat', () => {
    const activity = envelopes.message({ person: EVAN, chat: CHAT, text: 'how much leave?', mention: false });
    expect(parseMessage(activity, o)).toEqual({
      inbound: {
        kind: 'question',
        id: `teams:${TENANT}:${CHAT.id}:${String(activity['id'])}`,
        account: { platform: 'teams', tenant: TENANT, user: EVAN.user, external: false },
        place: { kind: 'direct', channel: CHAT.id, thread: null },
        conversation: `teams:${TENANT}:${CHAT.id}`,
        at: NOW,
        text: 'how much leave?',
        timeZone: 'Europe/Berlin',
      },
    });
  });

  it('says where the person is, where the activity does and there is such a place', () => {
    const said = (localTimezone: unknown) => {
      const activity = envelopes.message({ person: EVAN, chat: CHAT, text: 'how much leave?', mention: false });
      const parsed = parseMessage({ ...activity, localTimezone }, o);
      return parsed !== null && 'inbound' in parsed && parsed.inbound.kind === 'question'
        ? parsed.inbound.timeZone
        : '?';
    };
    expect(said('America/New_York')).toBe('America/New_York');
    for (const other of ['Mars/Base', '', 7, null, undefined, 'x'.repeat(100_000)]) expect(said(other)).toBeNull();
  });

  it('from a channel, where each person has a talk of their own and the thread stands apart', () => {
    const activity = envelopes.message({ person: EVAN, chat: CHANNEL, text: 'how much leave?', mention: true });
    expect(parseMessage(activity, o)).toMatchObject({
      inbound: {
        id: `teams:${TENANT}:${CHANNEL.id}:${String(activity['id'])}`,
        place: { kind: 'channel', channel: CHANNEL.id, thread: CHANNEL.thread },
        conversation: `teams:${TENANT}:${CHANNEL.id}:${EVAN.user}`,
        text: 'how much leave?',
      },
    });
  });

  it('from a group', () => {
    const activity = envelopes.message({ person: EVAN, chat: GROUP, text: 'how much leave?', mention: true });
    expect(parseMessage(activity, o)).toMatchObject({
      inbound: {
        place: { kind: 'group', channel: GROUP.id, thread: null },
        conversation: `teams:${TENANT}:${GROUP.id}:${EVAN.user}`,
      },
    });
  });

  it.each([
    { what: 'a private chat', conversation: { conversationType: 'personal' }, kind: 'direct' },
    {
      what: 'a private chat that says it is a group',
      conversation: { conversationType: 'personal', isGroup: true },
      kind: 'shared',
    },
    {
      what: 'a chat of two people',
      conversation: {
        conversationType: 'personal',
        id: `19:${EVAN.user}_9d2e4c7a-2b1f-4f0e-8a6d-7c5b3e1f0a02@unq.gbl.spaces`,
      },
      kind: 'shared',
    },
    {
      what: 'a chat of somebody and the bot',
      conversation: { conversationType: 'personal', id: `19:${EVAN.user}_${APP.toUpperCase()}@unq.gbl.spaces` },
      kind: 'direct',
    },
    { what: 'a kind of tomorrow', conversation: { conversationType: 'broadcast' }, kind: 'shared' },
    { what: 'no kind', conversation: {}, kind: 'shared' },
    { what: 'a standard channel', conversation: { conversationType: 'channel' }, type: 'standard', kind: 'channel' },
    { what: 'a private channel', conversation: { conversationType: 'channel' }, type: 'private', kind: 'channel' },
    { what: 'a shared channel', conversation: { conversationType: 'channel' }, type: 'shared', kind: 'shared' },
    { what: 'an unclear channel', conversation: { conversationType: 'channel' }, type: 7, kind: 'shared' },
    { what: 'an external in a channel', conversation: { conversationType: 'channel' }, from: PARTNER, kind: 'shared' },
    {
      what: 'an external in a group',
      conversation: { conversationType: 'groupChat' },
      from: 'unreadable',
      kind: 'shared',
    },
    { what: 'an external in private', conversation: { conversationType: 'personal' }, from: PARTNER, kind: 'direct' },
    { what: 'one of us, said outright', conversation: { conversationType: 'groupChat' }, from: TENANT, kind: 'group' },
  ])('reads $what as $kind', ({ conversation, type, from, kind }) => {
    const activity = said('<at>Sotto</at> hi', {
      conversation: { id: '19:x', ...conversation },
      entities: [mention('<at>Sotto</at>', BOT)],
      channelData: { tenant: { id: TENANT }, ...(type === undefined ? {} : { channel: { id: '19:x', type } }) },
      from: { id: '29:1', aadObjectId: EVAN.user, ...(from === undefined ? {} : { tenantId: from }) },
    });
    expect(parseMessage(activity, o)).toMatchObject({
      inbound: { place: { kind }, account: { external: from !== undefined && from !== TENANT } },
    });
  });

  it('takes ids in one spelling', () => {
    const activity = said('hi', { from: { id: '29:1', aadObjectId: String(EVAN.user).toUpperCase() } });
    expect(parseMessage(activity, o)).toMatchObject({ inbound: { account: { user: EVAN.user } } });
  });

  it.each([{ timestamp: null }, { timestamp: 'yesterday' }, { timestamp: 7 }])('has a time even with %p', (over) => {
    expect(parseMessage(said('hi', over), o)).toMatchObject({ inbound: { at: NOW } });
  });
});

describe('R21 the words', () => {
  const bot = mention('<at>Sotto</at>', BOT);
  const erin = mention('<at>Erin Weber</at>', '29:erin');

  it.each([
    { what: 'plain words', text: 'how much leave?', entities: [], words: 'how much leave?' },
    { what: 'the bot at the start', text: '<at>Sotto</at>&nbsp;how much?', entities: [bot], words: 'how much?' },
    { what: 'the bot in the middle', text: 'so <at>Sotto</at> tell', entities: [bot], words: 'so  tell' },
    { what: 'only the bot', text: '<at>Sotto</at>', entities: [bot], words: '' },
    { what: 'nothing', text: '', entities: [], words: '' },
    {
      what: 'a colleague',
      text: '<at>Sotto</at> what does <at>Erin Weber</at> earn',
      entities: [bot, erin],
      words: 'what does @Erin Weber earn',
    },
    {
      what: 'a colleague without an entity',
      text: 'what does <at>Erin</at> earn',
      entities: [],
      words: 'what does @Erin earn',
    },
    {
      what: 'a tag with an id',
      text: 'what does <at id="0">Erin</at> earn',
      entities: [],
      words: 'what does @Erin earn',
    },
    { what: 'a mention of nobody', text: '<at></at>hi', entities: [], words: 'hi' },
    {
      what: 'a colleague of the bot’s name, by the order',
      text: '<at>Sotto</at> and <at>Sotto</at>?',
      entities: [bot, mention('<at>Sotto</at>', '29:sotto')],
      words: 'and @Sotto?',
    },
    {
      what: 'the bot after a colleague of its name',
      text: '<at>Sotto</at> and <at>Sotto</at>?',
      entities: [mention('<at>Sotto</at>', '29:sotto'), bot],
      words: '@Sotto and ?',
    },
    {
      what: 'entities',
      text: 'a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#x27; e&nbsp;f\u00a0g',
      entities: [],
      words: `a <b> & "c" 'd' e f g`,
    },
    { what: 'entities about entities, once', text: '&amp;lt;at&amp;gt;', entities: [], words: '&lt;at&gt;' },
    { what: 'a tag that was typed', text: '&lt;at&gt;Sotto&lt;/at&gt;', entities: [bot], words: '<at>Sotto</at>' },
    {
      what: 'entities that are none',
      text: '&#0; &#x110000; &#xD800; &nix; &',
      entities: [],
      words: '&#0; &#x110000; \ufffd &nix; &',
    },
    { what: 'entities that are no list', text: 'hi', entities: 'x', words: 'hi' },
    { what: 'entities that hold nothing', text: 'hi', entities: [null, 7, {}, { type: 'mention' }], words: 'hi' },
  ])('of $what', ({ text, entities, words }) => {
    expect(textOf(said(text, { entities }))).toBe(words);
  });

  it('ignore the copy in HTML that Teams puts beside them', () => {
    const attachments = [{ contentType: 'text/html', content: '<p>something else</p>' }];
    expect(textOf(said('hello', { attachments, textFormat: 'xml' }))).toBe('hello');
  });

  it('are cut without half a character at the end', () => {
    const words = textOf(said('🙂'.repeat(20_000)));
    expect([words.length <= 8_000, words.length > 7_000, words.isWellFormed()]).toEqual([true, true, true]);
  });

  it('hold what anybody types, whatever that is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (typed) => {
        const { text } = envelopes.message({ person: EVAN, chat: CHAT, text: typed, mention: false });
        expect(textOf(said(String(text)))).toBe(typed.replaceAll('\u00a0', ' ').trim().toWellFormed());
      }),
    );
  });

  it('take time in proportion to their length', () => {
    const long = (unit: string): string => unit.repeat(Math.floor(60_000 / unit.length));
    const began = performance.now();
    for (const unit of ['<at', '<at ', '<at>', '<at>x', '</at>', '&', '&#', '&#x1', '<at>&amp;</at>', '<'])
      textOf(said(long(unit), { entities: Array.from({ length: 1_000 }, () => bot) }));
    // Ten texts of 60,000 characters: quadratic work would take minutes.
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

describe('a press', () => {
  const value = { sotto: { action: 'sotto.ask', value: 'sealed' } };

  it('arrives as a message without words', () => {
    const activity = envelopes.submit({ person: EVAN, chat: CHANNEL, value, replyTo: '1771290108656' });
    expect(parseMessage(activity, o)).toEqual({
      inbound: {
        kind: 'press',
        id: `teams:${TENANT}:${CHANNEL.id}:${String(activity['id'])}`,
        account: { platform: 'teams', tenant: TENANT, user: EVAN.user, external: false },
        place: { kind: 'channel', channel: CHANNEL.id, thread: CHANNEL.thread },
        conversation: `teams:${TENANT}:${CHANNEL.id}:${EVAN.user}`,
        at: NOW,
        action: 'sotto.ask',
        value: 'sealed',
        respondTo: null,
        message: { platform: 'teams', tenant: TENANT, channel: CHANNEL.id, id: '1771290108656' },
      },
    });
  });

  it('of a dialog carries the same in its data', () => {
    const invoke = envelopes.invoke({
      person: EVAN,
      chat: CHAT,
      name: 'task/fetch',
      value: { data: value },
      replyTo: '7',
    });
    expect(parseFetch(invoke, o)).toMatchObject({ kind: 'press', action: 'sotto.ask', message: { id: '7' } });
    expect(parseFetch({ ...invoke, replyToId: undefined }, o)).toMatchObject({ message: null });
    for (const over of [
      { value: null },
      { value: { data: null } },
      { value: { data: { sotto: [] } } },
      { id: '' },
      { from: {} },
    ])
      expect(parseFetch({ ...invoke, ...over }, o)).toBeNull();
  });
});

describe('whatever arrives', () => {
  it('is read or turned away, and never throws', () => {
    const keys = fc.constantFrom(
      'id',
      'text',
      'value',
      'from',
      'conversation',
      'recipient',
      'entities',
      'channelData',
      'timestamp',
      'replyToId',
    );
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue({ maxDepth: 3 })), (over) => {
        const activity = { ...said('hi'), ...over };
        const parsed = parseMessage(activity, o);
        if (parsed !== null && 'inbound' in parsed) {
          expect(parsed.inbound.account).toMatchObject({ platform: 'teams', tenant: TENANT });
          expect(parsed.inbound.id.startsWith(`teams:${TENANT}:`)).toBe(true);
        }
        parseFetch(activity, o);
      }),
      { numRuns: 500 },
    );
  });
});
