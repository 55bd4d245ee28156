import { factLine } from '../../core/spoken.ts';
import { type Card, type Fact, FORM_ACTION, MORE_ACTION, VIEW_ACTION } from '../../core/types.ts';
import { type ButtonData, buttonSets, linkSets } from './card-buttons.ts';
import { cut, type Line, linesOf, oneLine, shortened } from './lines.ts';
import { flat, isUnmarked } from './marks.ts';

export type Json = Readonly<Record<string, unknown>>;

/**
 * Teams counts a message as UTF-16. Its pages have named 28, 40 and 100 KB over the years; the smallest always passes.
 * Characters of JSON.
 */
const MOST_MESSAGE = (28 * 1024) / 2;

/** For what stands around the card in an activity: summary, key, ids. */
const ROOM_AROUND = 1_536;
export const MOST_CARD = MOST_MESSAGE - ROOM_AROUND;

/** So much of the text always fits beside buttons. */
const ROOM_FOR_TEXT = 3_000;

const LONGEST_TITLE = 150;
const LONGEST_NOTE = 600;
const LONGEST_SUMMARY = 200;

/** Pressing one of these opens a dialog; Teams asks for its content at once (`task/fetch`). */
const DIALOGS: readonly string[] = [VIEW_ACTION, MORE_ACTION, FORM_ACTION];

export const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

/**
 * An Adaptive Card of plain words. Words stand in `TextRun`s, which know no markdown, HTML, link or mention; a `TextBlock`
 * would read markdown, and has no escape that every client honours (Teams requirement 21). One block a line, since clients
 * differ in what a line break within one means. What does not fit is cut, with a sign; buttons never are (see `fits`).
 */
export const adaptiveCard = (card: Card): Json => rendered(card, namedBy(summaryOf(card)));

/** The same in a dialog: its title names it, and nothing of what it shows stands anywhere but before who looks at it. */
export const dialogCard = (card: Card): Json => rendered(card, null);

const rendered = (card: Card, named: Named | null): Json => {
  const title = titleOf(card.title);
  const below = belowOf(card);
  const room = MOST_CARD - size(cardOf([...title, ...below], named));
  const facts = factsOf(card.facts, room / 2);
  const lines = linesOf(card.text);
  const text = lines.length === 0 && facts.length > 0 ? [] : fitted(lines, room - size(facts));
  return cardOf([...title, ...text, ...facts, ...below], named);
};

const MOST_FACTS = 10;
const LONGEST_LABEL = 80;
const LONGEST_VALUE = 300;

/**
 * A line each, as many as there is room for. A `FactSet` would be the element for it, and reads markdown in labels and values; two runs in one
 * line do not, wrap on a narrow screen, and are heard as one.
 */
const factsOf = (facts: readonly Fact[] = [], room: number): readonly Json[] => {
  const blocks: Json[] = [];
  for (const { label, value } of facts.slice(0, MOST_FACTS)) {
    const block: Json = {
      type: 'RichTextBlock',
      spacing: blocks.length === 0 ? 'medium' : 'small',
      inlines: [
        { type: 'TextRun', text: `${shortened(oneLine(label), LONGEST_LABEL)}: `, weight: 'bolder' },
        { type: 'TextRun', text: shortened(oneLine(value), LONGEST_VALUE) },
      ],
    };
    const sign = paragraph('…', { spacing: 'small' });
    if (size([...blocks, block, sign]) > room) return [...blocks, sign];
    blocks.push(block);
  }
  return blocks;
};

/** Whether the buttons fit into a message; a value that is too long must not be cut, for it is sealed. */
export const fits = (card: Card): boolean =>
  size(cardOf([...titleOf(card.title), ...belowOf(card)], namedBy(summaryOf(card)))) <= MOST_CARD - ROOM_FOR_TEXT;

/** What stands below the words: the small print and the buttons. */
const belowOf = ({ note, links, buttons }: Card): readonly Json[] => [
  ...noteOf(note),
  ...linkSets(links),
  ...buttonSets(buttons, { about: null, data: messageData }),
];

/** A button in a message. Those whose answer is a dialog ask for it. */
const messageData: ButtonData = ({ action, value }) => ({
  sotto: { action, value },
  ...(DIALOGS.includes(action) ? { msteams: { type: 'task/fetch' } } : {}),
});

/** A button in a dialog comes back as what was sent there, whatever it asks for. */
const dialogData: ButtonData = ({ action, value }) => ({ sotto: { action, value } });

/**
 * A part of a page in a dialog: all of it or nothing, so it is not cut to any room. `apart`: a line stands above it. Whoever hears the
 * page is told what the buttons belong to.
 */
export const sectionOf = (card: Card, apart: boolean): readonly Json[] => {
  const [first, ...others] = [
    ...titleOf(card.title),
    ...linesOf(card.text).map(({ text, apart: gap }, index) =>
      paragraph(text, index === 0 ? {} : { spacing: spacingOf(text, gap) }),
    ),
    ...factsOf(card.facts, MOST_CARD),
    ...noteOf(card.note),
    ...buttonSets(card.buttons, { about: card.title ?? linesOf(card.text)[0]?.text ?? null, data: dialogData }),
  ];
  if (first === undefined) return [];
  return [apart ? { ...first, separator: true, spacing: 'large' } : first, ...others];
};

/**
 * One activity that holds one card and no text beside it, which Teams would make two messages of, neither with an id
 * (Teams requirement 11). Plain sentences are cards too, so that a placeholder and what takes its place are of one kind,
 * addresses in them do not become links, and the notification shows `summary` alone. `key` travels where nobody sees it.
 */
export const messageOf = (card: Card, key: string | null): Json => ({
  type: 'message',
  summary: summaryOf(card),
  attachments: [{ contentType: CARD_TYPE, content: adaptiveCard(card) }],
  ...(key === null ? {} : { channelData: { sotto: { key: cut(key, LONGEST_SUMMARY) } } }),
});

/** For lists and notifications. Some read it as plain text and some as HTML, so it holds nothing that would differ. */
const summaryOf = ({ title, text, facts = [], fallback }: Card): string => {
  const words = [title ?? '', text, ...facts.map(factLine)].join('\n');
  const line = shortened(oneLine(fallback ?? words), LONGEST_SUMMARY);
  return line
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replace(/&(?=#?[a-z0-9]{1,31};)/gi, '＆');
};

/** What names a card to whoever hears it, and stands where a client cannot draw it. Never more than a notification shows. */
interface Named {
  readonly speak: string;
  readonly fallbackText: string;
}

const namedBy = (summary: string): Named => {
  const words = flat(summary) || 'Sotto';
  return { speak: words, fallbackText: words };
};

/** Without a name: in a dialog, which its title names. */
export const cardOf = (body: readonly Json[], named: Named | null = null): Json => ({
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: '1.5',
  ...named,
  body,
});

export const paragraph = (
  text: string,
  o: { readonly spacing?: string; readonly small?: boolean; readonly wrong?: boolean; readonly heading?: boolean } = {},
): Json => ({
  type: 'RichTextBlock',
  ...(o.spacing === undefined ? {} : { spacing: o.spacing }),
  inlines: [
    {
      type: 'TextRun',
      text,
      ...(o.small === true ? { size: 'small', isSubtle: true } : {}),
      ...(o.heading === true ? { size: 'medium', weight: 'bolder' } : {}),
      ...(o.wrong === true ? { color: 'attention', weight: 'bolder' } : {}),
    },
  ],
});

const titleOf = (title: Card['title']): readonly Json[] => {
  const line = oneLine(title ?? '');
  return line === '' ? [] : [headingOf(shortened(line, LONGEST_TITLE))];
};

/** A heading to a screen reader too where it is plain words; only a `TextBlock` can be one, and that reads markdown. */
const headingOf = (line: string): Json =>
  isUnmarked(line)
    ? { type: 'TextBlock', text: line, wrap: true, style: 'heading', size: 'medium', weight: 'bolder' }
    : paragraph(line, { heading: true });

const noteOf = (note: string | null): readonly Json[] => {
  const line = note === null ? '' : oneLine(note);
  return line === '' ? [] : [paragraph(shortened(line, LONGEST_NOTE), { spacing: 'medium', small: true })];
};

/** Characters, of which Teams counts two bytes each. */
export const size = (json: Json | readonly Json[]): number => JSON.stringify(json).length;

/** Above a line. What is listed stands a little apart, or a phone shows one block of words. */
const spacingOf = (text: string, apart: boolean): string =>
  apart ? 'medium' : text.startsWith('• ') ? 'small' : 'none';

/** A card must not be empty. */
const NOTHING: Line = { text: '\u00a0', apart: false };

/** As many lines as there is room for, the last of them cut. Where lines are missing there is a sign. */
export const fitted = (lines: readonly Line[], room: number): readonly Json[] => {
  const blocks: Json[] = [];
  let left = room - size(paragraph('…', { spacing: 'medium' })) - 1;
  for (const [index, { text, apart }] of (lines.length === 0 ? [NOTHING] : lines).entries()) {
    const o = index === 0 ? {} : { spacing: spacingOf(text, apart) };
    // The comma between two blocks counts as well.
    const frame = size(paragraph('', o)) + 1;
    const part = cutToRoom(text, left - frame);
    if (part.length < text.length) return [...blocks, paragraph(`${part}…`, o)];
    blocks.push(paragraph(text, o));
    left -= frame + jsonLength(text);
  }
  return blocks;
};

/** These take two characters in JSON; other characters that would take more are not among plain words. */
const jsonLength = (text: string): number => text.length + text.replace(/[^"\\]/g, '').length;

const cutToRoom = (text: string, room: number): string => {
  let used = 0;
  for (let end = 0; end < text.length; end++) {
    const character = text.charAt(end);
    used += character === '"' || character === '\\' ? 2 : 1;
    if (used > room) return cut(text.slice(0, end + 1), end);
  }
  return text;
};
