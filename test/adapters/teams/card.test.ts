import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attachmentFault, shownCard } from '../../../playground/teams/cards.ts';
import { createConversations } from '../../../playground/teams/conversations.ts';
import { readableCard } from '../../../playground/teams/readable.ts';
import { MOST_MESSAGE_BYTES } from '../../../playground/teams/rules.ts';
import { isFields } from '../../../src/adapters/bounded/fields.ts';
import { adaptiveCard, fits, MOST_CARD, messageOf } from '../../../src/adapters/teams/card.ts';
import type { Card } from '../../../src/core/types.ts';

const card = (o: Partial<Card>): Card => ({ text: 'Hello', note: null, buttons: [], fallback: null, ...o });
const body = (o: Partial<Card>) => {
  const { body: found } = adaptiveCard(card(o));
  return Array.isArray(found) ? found.filter(isFields) : [];
};
const read = (o: Partial<Card>) => readableCard(adaptiveCard(card(o)));

/** What people would be notified of and led to by this message, as the stand-in reads it. */
const effects = (message: Readonly<Record<string, unknown>>) => {
  const conversations = createConversations({
    appId: 'app',
    tenantId: 't',
    people: [{ user: 'u', name: 'U', kind: 'employee' }],
    clock: { now: () => 1 },
  });
  const conversation = conversations.direct('u');
  if (conversation === null) throw new Error('no chat');
  const { attachments, summary } = message;
  conversations.add({
    conversation,
    user: null,
    thread: null,
    content: {
      text: '',
      textFormat: 'markdown',
      attachments: Array.isArray(attachments) ? attachments : [],
      summary: typeof summary === 'string' ? summary : null,
      entities: [],
      channelData: null,
    },
  });
  const [seen] = conversations.seen();
  return { pings: seen?.pings ?? ['unseen'], links: seen?.links ?? ['unseen'], summary: seen?.summary ?? '' };
};

const NASTY = [
  '[press](https://evil.example)',
  '<at>Evan</at>',
  '**bold**',
  '_x_',
  '# head',
  '- item',
  '1. one',
  '<b>x</b>',
  '<a href="https://evil.example">x</a>',
  '![x](https://evil.example/x.png)',
  '&lt;',
  '`code`',
  '| a | b |',
  '~~x~~',
  '\\*',
  '"',
  '{{DATE(2026-01-01T00:00:00Z,SHORT)}}',
  'https://evil.example',
  ' ',
  '\n',
  '\r\n',
  '🙂',
  'word',
];
const words = fc.oneof(
  fc.array(fc.constantFrom(...NASTY), { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
);
const longWords = fc.oneof(
  words,
  fc.array(fc.constantFrom(...NASTY), { minLength: 500, maxLength: 6_000 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', minLength: 9_000, maxLength: 20_000 }),
);
const buttons = (most: number, longest: number) =>
  fc.array(
    fc.record({
      action: fc.constantFrom('sotto.ask', 'sotto.view'),
      label: fc.string({ unit: 'binary', maxLength: 200 }),
      value: fc.string({ maxLength: longest }),
    }),
    { maxLength: most },
  );

/** A text as it should be read: its lines without control characters, and one empty line for any number of them between two. */
const asRead = (text: string): string =>
  text
    .toWellFormed()
    .split(/\r\n?|[\n\u0085\u2028\u2029]/)
    .map((line) =>
      line
        .replaceAll('\t', ' ')
        .replace(/\p{Cc}/gu, '')
        .trimEnd(),
    )
    .join('\n')
    .replace(/^\n+|\n+$/g, '')
    .replace(/\n{3,}/g, '\n\n') || '\u00a0';

describe('R21 a card on Teams', () => {
  it('leads to a page by a button of its own row, which brings nothing back', () => {
    const links = [{ label: 'Sign in', url: 'https://sotto.example.com/auth/sign-in?t=x' }];
    const content = adaptiveCard(card({ links, buttons: [{ action: 'a', label: 'A', value: 'v' }] }));
    const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', content };
    expect(attachmentFault(attachment, 'message')).toBe(null);
    expect(readableCard(content)).toMatchObject({ links, buttons: [{ action: 'a', label: 'A', value: 'v' }] });
    const nowhere = adaptiveCard(card({ links: [{ label: 'Sign in', url: 'javascript:alert(1)' }] }));
    expect(attachmentFault({ ...attachment, content: nowhere }, 'message')).toBe('a button that leads nowhere');
  });

  it('R21 shows any words as they were written: no markdown, HTML, link, mention or macro takes effect', () => {
    fc.assert(
      fc.property(words, (text) => {
        expect(read({ text }).text.replaceAll('\u200b', '')).toBe(asRead(text).replaceAll('\u200b', ''));
      }),
      { numRuns: 300 },
    );
  });

  it('R21 leads nowhere and notifies nobody, and neither does its line in the notification', () => {
    fc.assert(
      fc.property(words, fc.option(words), buttons(3, 50), (text, note, some) => {
        const { pings, links, summary } = effects(messageOf(card({ text, note, buttons: some }), 'k'));
        expect({ pings, links }).toEqual({ pings: [], links: [] });
        expect(summary).not.toMatch(/[<>\n]|&[a-z]+;/);
      }),
      { numRuns: 200 },
    );
  });

  it('says a fact on a line of its own, label first, in runs that read no markdown', () => {
    const facts = [
      { label: 'Bank', value: '[press](https://evil.example)' },
      { label: 'Since', value: '1 March 2026' },
    ];
    expect(read({ text: '', facts }).text).toBe('Bank: [press](https://evil.example)\nSince: 1 March 2026');
    expect(read({ text: 'Yours:', facts }).text).toMatch(/^Yours:\s+Bank: /);
    expect(read({ title: 'Account', text: 'Yours:', facts }).parts).toEqual([
      { kind: 'title', text: 'Account' },
      { kind: 'text', text: 'Yours:' },
      {
        kind: 'facts',
        columns: false,
        facts: [
          { label: '\nBank: ', value: '[press](https://evil.example)' },
          { label: 'Since: ', value: '1 March 2026' },
        ],
      },
    ]);
    expect(read({ text: 'Words alone.' }).parts).toBeUndefined();
    expect(body({ text: '', facts }).map(({ type }) => type)).toEqual(['RichTextBlock', 'RichTextBlock']);
    expect(messageOf(card({ text: '', facts }), null)['summary']).toContain('Since: 1 March 2026');
    const hidden = messageOf(card({ text: '', facts, fallback: 'A confidential answer' }), null);
    expect(hidden['summary']).toBe('A confidential answer');
    expect(JSON.stringify(hidden).split('evil.example')).toHaveLength(2);
  });

  it('R21 leads nowhere, notifies nobody and stays small enough, whatever stands in its facts', () => {
    const facts = fc.array(fc.record({ label: longWords, value: longWords }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(facts, longWords, buttons(3, 1_500), (some, text, pressed) => {
        const all = card({ text, facts: some, note: 'note', buttons: pressed });
        const { pings, links } = effects(messageOf(all, 'k'));
        expect({ pings, links }).toEqual({ pings: [], links: [] });
        if (fits(all)) expect(JSON.stringify(adaptiveCard(all)).length).toBeLessThanOrEqual(MOST_CARD);
      }),
      { numRuns: 100 },
    );
  });

  it('R21 would not be safe as a block that reads markdown, and the stand-in would notice', () => {
    const markdown = {
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: { body: [{ type: 'TextBlock', text: '[press](https://evil.example) <at>Evan</at> **x**' }] },
        },
      ],
    };
    expect(effects(markdown)).toMatchObject({ pings: ['Evan'], links: ['https://evil.example'] });
    const [shown] = shownCard(markdown.attachments[0]?.content ?? {}).words;
    expect(shown?.text).toBe('press @Evan x');
  });

  it('is taken by Teams and small enough for it, whatever is in it', () => {
    fc.assert(
      fc.property(longWords, fc.option(longWords), buttons(30, 300), fc.option(words), (text, note, some, fallback) => {
        const given = card({ text, note, buttons: some, fallback });
        if (!fits(given)) return;
        const message = messageOf(given, 'x'.repeat(500));
        const { attachments } = message;
        expect(
          Array.isArray(attachments) ? attachments.map((attachment) => attachmentFault(attachment, 'message')) : [],
        ).toEqual([null]);
        expect(JSON.stringify(adaptiveCard(given)).length).toBeLessThanOrEqual(MOST_CARD);
        expect(Buffer.byteLength(JSON.stringify({ ...message, id: '1'.repeat(20) }), 'utf16le')).toBeLessThanOrEqual(
          MOST_MESSAGE_BYTES,
        );
      }),
      { numRuns: 150 },
    );
  });

  it('is never larger than it may be, however its lines fall', () => {
    for (const text of [
      '"'.repeat(20_000),
      '\\'.repeat(20_000),
      'x\n'.repeat(5_000),
      `${'"'.repeat(40)}\n`.repeat(500),
    ])
      expect(JSON.stringify(adaptiveCard(card({ text }))).length).toBeLessThanOrEqual(MOST_CARD);
    // The last line but one ends at every place near the end of the room.
    for (let length = 11_900; length < 12_700; length++) {
      const json = JSON.stringify(adaptiveCard(card({ text: `${'x'.repeat(length)}\n${'y'.repeat(400)}\n\nz` })));
      expect(json.length).toBeLessThanOrEqual(MOST_CARD);
    }
  });

  it('R11 is the one content of its message: no text stands beside it', () => {
    const message = messageOf(card({ text: 'Your pay: 4,711' }), 'k');
    expect(message).not.toHaveProperty('text');
    expect(message['attachments']).toHaveLength(1);
  });

  it('shows nothing of the content in the notification where a card has words of its own for that', () => {
    const message = messageOf(card({ text: 'Your pay: 4,711', note: 'June', fallback: 'Sotto has answered.' }), 'k');
    expect(message['summary']).toBe('Sotto has answered.');
    expect(messageOf(card({ text: 'One\n<two> &lt;b&gt; & three' }), 'k')['summary']).toBe(
      'One ‹two› ＆lt;b＆gt; & three',
    );
  });

  it('keeps lines and lists as they are, paragraphs apart', () => {
    const blocks = body({ text: 'You have:\n• 12 days\n• 3 hours\n\nAsk Hana.' });
    expect(blocks.map(({ type, spacing = null }) => [type, spacing])).toEqual([
      ['RichTextBlock', null],
      ['RichTextBlock', 'small'],
      ['RichTextBlock', 'small'],
      ['RichTextBlock', 'medium'],
    ]);
    expect(read({ text: 'You have:\n• 12 days\n• 3 hours\n\nAsk Hana.' }).text).toBe(
      'You have:\n• 12 days\n• 3 hours\n\nAsk Hana.',
    );
  });

  it('has the small print between words and buttons', () => {
    const blocks = body({ note: 'Leaves in 5 minutes', buttons: [{ action: 'a', label: 'b', value: 'c' }] });
    expect(blocks.map(({ type }) => type)).toEqual(['RichTextBlock', 'RichTextBlock', 'ActionSet']);
    expect(read({ note: 'Leaves in 5 minutes' })).toEqual({ text: 'Hello', note: 'Leaves in 5 minutes', buttons: [] });
  });

  it('carries what a button was made for, and asks for a dialog where it opens one', () => {
    const [, set] = body({
      buttons: [
        { action: 'sotto.ask', label: 'Ask', value: 'sealed-1' },
        { action: 'sotto.view', label: 'Show', value: 'sealed-2' },
        { action: 'sotto.more', label: 'More', value: 'sealed-3' },
      ],
    });
    expect(set?.['actions']).toEqual([
      { type: 'Action.Submit', title: 'Ask', data: { sotto: { action: 'sotto.ask', value: 'sealed-1' } } },
      {
        type: 'Action.Submit',
        title: 'Show',
        data: { sotto: { action: 'sotto.view', value: 'sealed-2' }, msteams: { type: 'task/fetch' } },
      },
      {
        type: 'Action.Submit',
        title: 'More',
        data: { sotto: { action: 'sotto.more', value: 'sealed-3' }, msteams: { type: 'task/fetch' } },
      },
    ]);
  });

  it('has rows of buttons that a phone draws whole: three at most, and long labels each on a row of their own', () => {
    const rows = (labels: readonly string[]) =>
      body({ buttons: labels.map((label) => ({ action: 'a', label, value: 'c' })) }).flatMap(({ actions }) =>
        Array.isArray(actions) ? [actions.length] : [],
      );
    expect(rows(Array.from({ length: 14 }, (_, n) => `b${n}`))).toEqual([3, 3, 3, 3, 2]);
    expect(rows(['More time', 'Take it back now', 'x'.repeat(40), 'y'.repeat(40), 'OK'])).toEqual([2, 1, 1, 1]);
    // So wide that a phone of 390 px cut both.
    expect(rows(['Mich vergessen …', 'Zurücknehmen: 23:51'])).toEqual([1, 1]);
    expect(rows(['Meine Seite öffnen', 'Alles zeigen'])).toEqual([2]);
    expect(read({ buttons: [{ action: 'a', label: 'x'.repeat(90), value: 'c' }] }).buttons[0]?.label).toHaveLength(75);
  });

  it('lets whoever hears it tell buttons with one label apart', () => {
    const same = [1, 2].map((n) => ({ action: 'a', label: 'Look', value: `v${n}` }));
    const [, set] = body({ buttons: [...same, { action: 'a', label: 'Close', value: 'v' }] });
    expect(set?.['actions']).toMatchObject([
      { title: 'Look', tooltip: 'Look, 1' },
      { title: 'Look', tooltip: 'Look, 2' },
      { title: 'Close' },
    ]);
    expect(JSON.stringify(set)).not.toContain('"tooltip":"Close');
  });

  it('has a heading that a screen reader finds, unless its words could be read as markdown', () => {
    expect(body({ title: 'Your leave' })[0]).toMatchObject({ type: 'TextBlock', style: 'heading', wrap: true });
    for (const title of [
      '**x**',
      '[a](b)',
      '1. first',
      'see https://evil.example',
      '<at>Evan</at>',
      '&lt;',
      '{{DATE(x)}}',
    ]) {
      expect(body({ title })[0]).toMatchObject({ type: 'RichTextBlock' });
      expect(effects(messageOf(card({ title }), null))).toMatchObject({ pings: [], links: [] });
    }
  });

  it('is named to whoever hears it, and where it cannot be drawn, by no more than its notification says', () => {
    const named = ({ text, fallback = null }: Partial<Card>) => {
      const { speak, fallbackText } = adaptiveCard(card({ text: text ?? '', fallback }));
      return [speak, fallbackText];
    };
    expect(named({ text: 'Your pay: 4,711', fallback: 'Sotto has answered.' })).toEqual([
      'Sotto has answered.',
      'Sotto has answered.',
    ]);
    expect(named({ text: 'Hello\nthere' })).toEqual(['Hello there', 'Hello there']);
    expect(named({ text: ' ' })).toEqual(['Sotto', 'Sotto']);
    for (const text of NASTY) expect(named({ text }).join()).not.toMatch(/\]\(|<|:\/\/|\*\*/);
  });

  it('says where it was cut, and loses nothing before', () => {
    const text = Array.from({ length: 400 }, (_, n) => `line ${n} "quoted"`).join('\n');
    const shown = read({ text }).text;
    expect(shown.length).toBeGreaterThan(1_500);
    expect(shown.endsWith('…')).toBe(true);
    expect(text.startsWith(shown.slice(0, -1).trimEnd())).toBe(true);
    expect(read({ text: 'x'.repeat(11_000) }).text).toBe('x'.repeat(11_000));
  });

  it('does not fit where sealed values are too long, which must not be cut', () => {
    const value = (length: number) => card({ buttons: [{ action: 'a', label: 'b', value: 'x'.repeat(length) }] });
    expect(fits(value(9_000))).toBe(true);
    expect(fits(value(10_000))).toBe(false);
  });
});
