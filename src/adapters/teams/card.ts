import { type Button, type Card, FORM_ACTION, MORE_ACTION, VIEW_ACTION } from '../../core/types.ts';
import { cut, type Line, linesOf, oneLine, shortened } from './lines.ts';

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
const LONGEST_LABEL = 75;
const LONGEST_SUMMARY = 200;

/** Teams draws six buttons of a set and drops the rest, so there are several sets. */
const MOST_IN_SET = 6;
const MOST_BUTTONS = 24;

/** Pressing one of these opens a dialog; Teams asks for its content at once (`task/fetch`). */
const DIALOGS: readonly string[] = [VIEW_ACTION, MORE_ACTION, FORM_ACTION];

export const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

/**
 * An Adaptive Card of plain words. Words stand in `TextRun`s, which know no markdown, HTML, link or mention; a `TextBlock`
 * would read markdown, and has no escape that every client honours (Teams requirement 21). One block a line, since clients
 * differ in what a line break within one means. What does not fit is cut, with a sign; buttons never are (see `fits`).
 */
export const adaptiveCard = (card: Card): Json => {
  const title = titleOf(card.title);
  const below = [...noteOf(card.note), ...buttonSets(card.buttons)];
  return cardOf([...title, ...fitted(linesOf(card.text), MOST_CARD - size(cardOf([...title, ...below]))), ...below]);
};

/** Whether the buttons fit into a message; a value that is too long must not be cut, for it is sealed. */
export const fits = ({ title, note, buttons }: Card): boolean =>
  size(cardOf([...titleOf(title), ...noteOf(note), ...buttonSets(buttons)])) <= MOST_CARD - ROOM_FOR_TEXT;

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
const summaryOf = ({ title, text, fallback }: Card): string => {
  const line = shortened(oneLine(fallback ?? [title ?? '', text].join('\n')), LONGEST_SUMMARY);
  return line
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replace(/&(?=#?[a-z0-9]{1,31};)/gi, '＆');
};

export const cardOf = (body: readonly Json[]): Json => ({
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: '1.5',
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
  return line === '' ? [] : [paragraph(shortened(line, LONGEST_TITLE), { heading: true })];
};

const noteOf = (note: string | null): readonly Json[] => {
  const line = note === null ? '' : oneLine(note);
  return line === '' ? [] : [paragraph(shortened(line, LONGEST_NOTE), { spacing: 'medium', small: true })];
};

const buttonSets = (buttons: readonly Button[]): readonly Json[] => {
  const drawn = buttons.slice(0, MOST_BUTTONS).map(buttonOf);
  return Array.from({ length: Math.ceil(drawn.length / MOST_IN_SET) }, (_, set) => ({
    type: 'ActionSet',
    actions: drawn.slice(set * MOST_IN_SET, (set + 1) * MOST_IN_SET),
  }));
};

const buttonOf = ({ action, label, value }: Button): Json => ({
  type: 'Action.Submit',
  title: shortened(oneLine(label) || '…', LONGEST_LABEL),
  data: { sotto: { action, value }, ...(DIALOGS.includes(action) ? { msteams: { type: 'task/fetch' } } : {}) },
});

/** Characters, of which Teams counts two bytes each. */
export const size = (json: Json): number => JSON.stringify(json).length;

/** A card must not be empty. */
const NOTHING: Line = { text: '\u00a0', apart: false };

/** As many lines as there is room for, the last of them cut. Where lines are missing there is a sign. */
export const fitted = (lines: readonly Line[], room: number): readonly Json[] => {
  const blocks: Json[] = [];
  let left = room - size(paragraph('…', { spacing: 'medium' })) - 1;
  for (const [index, { text, apart }] of (lines.length === 0 ? [NOTHING] : lines).entries()) {
    const o = index === 0 ? {} : { spacing: apart ? 'medium' : 'none' };
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
