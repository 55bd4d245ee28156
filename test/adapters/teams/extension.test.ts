import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json, TeamsChat, TeamsPerson } from '../../../playground/teams/types.ts';
import { parseExtension, parseExtensionSubmit } from '../../../src/adapters/teams/extension.ts';
import { htmlToWords } from '../../../src/adapters/teams/text.ts';
import { ASIDE_ACTION, type Form } from '../../../src/core/types.ts';
import { CHANNEL, CHAT, EVAN, GROUP, openTeams, PARTNER, TENANT, type TeamsBench, XENA } from './support.ts';

const USER = String(EVAN.user);
const o = { tenant: TENANT, now: 1_771_290_107_407 };
const FORM: Form = {
  title: 'Ask in private',
  text: '',
  findings: [],
  fields: [
    {
      kind: 'text',
      name: 'question',
      label: 'Your question',
      hint: null,
      required: true,
      lines: true,
      most: 2_000,
      value: '',
    },
  ],
  submit: 'Ask',
  state: 'sealed',
};

let bench: TeamsBench;
beforeAll(async () => {
  bench = await openTeams({
    open: async (_press, view) => void (await view.ask(FORM)),
    submit: async (_submit, view) =>
      void (await view.reveal({ text: 'Taken.', note: null, buttons: [], fallback: null })),
  });
});
afterAll(() => bench.close());

const invoke = (name: string, value: Json, person: TeamsPerson = EVAN, chat: TeamsChat = CHAT): Json =>
  bench.sender.extension({ person, chat, name: `composeExtension/${name}`, value });
const fetching = (value: Json = {}, person?: TeamsPerson, chat?: TeamsChat): Json =>
  invoke('fetchTask', { commandId: 'askPrivately', commandContext: 'compose', ...value }, person, chat);
const sending = (data: Json, person?: TeamsPerson, chat?: TeamsChat): Json =>
  invoke('submitAction', { commandId: 'askPrivately', commandContext: 'compose', data }, person, chat);
const filled = { sotto: { state: 'sealed' }, 'text-question': 'my leave?' };
const bodyOf = ({ body }: { readonly body: string }): Json => JSON.parse(body === '' ? '{}' : body);

describe('R16 asking privately by the message extension', () => {
  it.each([
    ['the private chat', CHAT],
    ['a group', GROUP],
    ['a channel', CHANNEL],
  ])('R16 from %s opens the form, and stands in no chat', async (_, chat) => {
    const before = bench.opened.length;
    const answer = await bench.post(fetching({}, EVAN, chat));
    expect(answer.status).toBe(200);
    expect(bodyOf(answer)).toMatchObject({ task: { type: 'continue', value: { title: 'Ask in private' } } });
    expect(bench.opened.slice(before)).toMatchObject([
      {
        action: ASIDE_ACTION,
        value: '',
        account: { user: USER, external: false },
        place: { kind: 'direct', channel: USER, thread: null },
        conversation: `teams:${TENANT}:${USER}`,
        message: null,
      },
    ]);
    expect(bench.accepted).toEqual([]);
  });

  it('R16 works where Teams names no chat, as from the command box', async () => {
    const { conversation: _, ...activity } = fetching();
    expect((await bench.post(activity)).status).toBe(200);
  });

  it('R15 R16 sends what was filled in, and a resend under another id is the same', async () => {
    const before = bench.submitted.length;
    const answer = await bench.post(sending(filled, EVAN, CHANNEL));
    expect([answer.status, JSON.stringify(bodyOf(answer)).includes('Taken.')]).toEqual([200, true]);
    await bench.post(sending(filled, EVAN, CHANNEL));
    await bench.post(sending({ ...filled, 'text-question': 'my pay?' }, EVAN, CHANNEL));
    const [first, again, other] = bench.submitted.slice(before);
    expect(first).toMatchObject({ state: 'sealed', values: { question: ['my leave?'] }, place: { kind: 'direct' } });
    expect([again?.id === first?.id, other?.id === first?.id]).toEqual([true, false]);
    expect(first?.id).not.toContain('leave');
  });

  it.each([
    ['another command', () => fetching({ commandId: 'share' })],
    ['no command', () => fetching({ commandId: undefined })],
    ['another command’s form', () => invoke('submitAction', { commandId: 'share', data: filled })],
    ['no form', () => sending({})],
    ['a form without its state', () => sending({ 'text-question': 'x' })],
    ['a value that is none', () => ({ ...fetching(), value: 'askPrivately' })],
  ])('R16 with %s is refused without a word', async (_, activity) => {
    expect(await bench.post(activity())).toEqual({ status: 400, body: '' });
  });

  it.each([
    ['the search', 'composeExtension/query'],
    ['a link', 'composeExtension/queryLink'],
    ['a setting', 'composeExtension/setting'],
  ])('R16 %s of an extension is unknown', async (_, name) => {
    expect(await bench.post({ ...fetching(), name })).toEqual({ status: 501, body: '' });
  });

  it('R20 is refused to somebody anonymous and to bots, and says who is of another company', async () => {
    expect((await bench.post(fetching({}, { user: null, name: 'Guest' }))).status).toBe(400);
    expect((await bench.post({ ...fetching(), from: { id: '28:bot', aadObjectId: USER } })).status).toBe(400);
    expect(parseExtension(fetching({}, XENA), o)).toMatchObject({
      press: { account: { external: true, tenant: TENANT } },
    });
    expect(PARTNER).not.toBe(TENANT);
  });
});

describe('R21 the message that it is used on', () => {
  const on = (message: Json): Json => fetching({ commandContext: 'message', messagePayload: message }, EVAN, CHANNEL);
  const own = { id: USER.toUpperCase(), userIdentityType: 'aadUser', displayName: 'Evan' };
  const message = (from: Json, content: string, over: Json = {}): Json => ({
    id: '1',
    from: { user: own, application: null, ...from },
    body: { contentType: 'html', content },
    ...over,
  });
  const begins = (activity: Json): string => {
    const read = parseExtension(activity, o);
    return 'press' in read ? read.press.value : 'refused';
  };

  it('R21 begins the form with its words where the asker wrote it', () => {
    expect(begins(on(message({}, '<p>how much leave?</p>')))).toBe('how much leave?');
  });

  it('R21 brings no word of anybody else, nor of an app', () => {
    for (const from of [
      { user: { ...own, id: String(XENA.user) } },
      { user: null },
      { user: own, application: { id: 'x', displayName: 'An app' } },
    ])
      expect(begins(on(message(from, '<p>their secret</p>')))).toBe('');
    expect(begins(fetching({ commandContext: 'message' }))).toBe('');
  });

  it.each([
    ['lines', '<p>one</p><p>two<br>three</p>', 'one\ntwo\nthree'],
    ['markup', '<div><b>how</b> <a href="https://x">much</a>?</div>', 'how much?'],
    ['entities, once', 'a &lt;b&gt; &amp;lt; c&nbsp;d', 'a <b> &lt; c d'],
    ['a colleague', 'what does <at id="1">Erin</at> earn', 'what does @Erin earn'],
    ['the bot', '<at id="0">Sotto</at>&nbsp;how much?', 'how much?'],
    ['a tag that never ends', 'how <much', 'how <much'],
    [
      'a reply',
      '<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="1"><strong>Mona</strong><p itemprop="preview">their secret</p></blockquote><p>and mine?</p>',
      'and mine?',
    ],
    ['quotations in a quotation', 'my<blockquote>a<BLOCKQUOTE >b</blockquote>c</blockquote>own', 'my\nown'],
    ['a quotation that never ends', 'mine<blockquote>theirs</p>', 'mine'],
    ['the end of none', '</blockquote>mine', 'mine'],
  ])('R21 reads %s as a person does', (_, html, words) => {
    const mentions = [
      { id: 0, mentioned: { application: { id: 'bot' }, user: null } },
      { id: 1, mentioned: { user: { id: 'erin' } } },
    ];
    expect(begins(on(message({}, html, { mentions })))).toBe(words);
  });

  it('R21 takes 2,000 characters of it, and time in proportion to its length', () => {
    expect(begins(on(message({}, '🙂'.repeat(5_000)))).length).toBeLessThanOrEqual(2_000);
    const began = performance.now();
    for (const unit of ['<', '<p', '<blockquote ', '<blockquote>', '</p', '<at id="1">', '<br ', '&', '<p >'])
      htmlToWords(unit.repeat(60_000 / unit.length), new Set());
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it('R21 whatever arrives is read or turned away, and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom('value', 'from', 'id'), (json, key) => {
        parseExtension({ ...fetching(), [key]: json }, o);
        parseExtensionSubmit({ ...sending(filled), [key]: json }, o);
        const read = parseExtension(on({ ...message({}, 'x'), body: json, mentions: json } as Json), o);
        expect('press' in read ? typeof read.press.value : 'string').toBe('string');
      }),
      { numRuns: 300 },
    );
  });
});
