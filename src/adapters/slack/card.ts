import type { KnownBlock } from '@slack/types';
import { factLine, spokenLabels } from '../../core/spoken.ts';
import { type Button, type Card, type CardLink, type Fact, LINK_ACTION } from '../../core/types.ts';
import { cut, escapeMarkup } from './text.ts';

// Slack's limits. Characters, and pieces a message.
const LONGEST_SECTION = 3_000;
const LONGEST_TITLE = 150;
const LONGEST_LABEL = 75;
export const LONGEST_BUTTON_VALUE = 2_000;
/** A message takes 50 blocks; the others are the heading, the facts, the small print and the buttons. */
const MOST_SECTIONS = 44;
const MOST_FACTS = 10;
/** A field takes 2,000 characters, and an escaped one is five long at most. */
const LONGEST_FACT = 2_000 / 5;
const MOST_BUTTONS = 25;

/** What stands for the message in notifications; Slack advises 4,000 at most. */
const LONGEST_FALLBACK = 3_900;

/** A card of words alone. */
export const plainCard = (text: string): Card => ({ text, note: null, buttons: [], fallback: null });

/** A card as Slack's messages carry it. */
export interface Rendered {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/**
 * Plain words stay plain: a block of plain text where nothing needs escaping, else escaped markup, so that the words look
 * as they were written and nothing is pinged or linked (Slack requirement 22). Buttons of one message must differ in their
 * action, so from the second on they are numbered; see `actionOf`. What stands for the message in a notification, and is what a screen
 * reader reads out first, is all of its words, or those of `fallback` alone where the card must tell nothing there.
 */
export const renderCard = (card: Card): Rendered => ({
  text: escapeMarkup(shortened(card.fallback ?? allWords(card), LONGEST_FALLBACK)),
  blocks: [...bodyBlocks(card), ...linkBlock(card.links), ...buttonBlock(card.buttons)],
});

const allWords = ({ title, text, facts = [], note }: Card): string =>
  [title ?? '', text, ...facts.map(factLine), note ?? ''].filter((words) => words.trim() !== '').join('\n');

/**
 * Buttons in a row. `about`: what they belong to, where a page has the same ones several times. Whoever hears a page rather than sees it
 * must be able to tell them apart.
 */
export const buttonBlock = (buttons: readonly Button[], about: string | null = null): readonly KnownBlock[] => {
  const shown = buttons.slice(0, MOST_BUTTONS);
  const named = spokenLabels(shown, { about, most: LONGEST_LABEL });
  const elements = shown.map((button, at) => buttonObject(button, at, named[at] ?? null));
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
};

/** Buttons that lead to a page, above the others. Slack tells of such a press too; see `LINK_ACTION`. */
export const linkBlock = (links: readonly CardLink[] = []): readonly KnownBlock[] => {
  const elements = links.slice(0, MOST_BUTTONS).map(
    ({ label, url }, at) =>
      ({
        type: 'button',
        action_id: at === 0 ? LINK_ACTION : `${LINK_ACTION}#${at + 1}`,
        text: { type: 'plain_text', text: shortened(label, LONGEST_LABEL), emoji: false },
        url,
        style: 'primary',
      }) as const,
  );
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
};

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The heading, the words, the facts and the small print. */
export const bodyBlocks = ({
  title,
  text,
  facts,
  note,
}: Pick<Card, 'title' | 'text' | 'facts' | 'note'>): readonly KnownBlock[] => [
  ...titleBlock(oneLine(title ?? '')),
  ...sections(text).map((part): KnownBlock => ({ type: 'section', text: textObject(part) })),
  ...factsBlock(facts),
  ...(note === null || note === ''
    ? []
    : [{ type: 'context', elements: [textObject(shortened(note, LONGEST_SECTION / 5))] } satisfies KnownBlock]),
];

/**
 * Two columns on a wide screen, one below the other on a narrow one. A label and its value are one field, so that they are not torn apart and
 * are heard together; in plain words, since bold type would have the value read as markup too.
 */
const factsBlock = (facts: readonly Fact[] = []): readonly KnownBlock[] => {
  const fields = facts.slice(0, MOST_FACTS).map((fact) => textObject(shortened(oneLine(factLine(fact)), LONGEST_FACT)));
  return fields.length === 0 ? [] : [{ type: 'section', fields }];
};

/** Whether Slack would take the buttons; a value that is too long must not be cut, for it is sealed. */
export const fits = ({ buttons }: Card): boolean =>
  buttons.every(({ action, value }) => value.length <= LONGEST_BUTTON_VALUE && action.length <= 200);

/** The action that a button was made for, without the number that made it unique. */
export const actionOf = (actionId: string): string => actionId.replace(/#[0-9]{1,2}$/, '');

const textObject = (text: string) =>
  /[&<>]/.test(text)
    ? ({ type: 'mrkdwn', text: escapeMarkup(text), verbatim: true } as const)
    : ({ type: 'plain_text', text, emoji: false } as const);

/** A heading to a screen reader too; it knows plain words alone, so what would need escaping is a line of its own. */
const titleBlock = (title: string): readonly KnownBlock[] => {
  if (title === '') return [];
  const text = textObject(shortened(title, LONGEST_TITLE));
  return [text.type === 'plain_text' ? { type: 'header', text } : { type: 'section', text }];
};

const buttonObject = ({ action, label, value }: Button, index: number, spokenAs: string | null) =>
  ({
    type: 'button',
    action_id: index === 0 ? action : `${action}#${index + 1}`,
    text: { type: 'plain_text', text: shortened(label, LONGEST_LABEL), emoji: false },
    value,
    ...(spokenAs === null ? {} : { accessibility_label: spokenAs }),
  }) as const;

export const shortened = (text: string, most: number): string =>
  text.length <= most ? text : `${cut(text, most - 1)}…`;

/** An escaped character is five long at most; so much always fits, however it is escaped. */
const ALWAYS_FITS = LONGEST_SECTION / 5;

/** Cut at a line or a word where there is one in the last half, else anywhere. */
const sections = (text: string): readonly string[] => {
  const parts: string[] = [];
  let rest = text;
  while (rest.trim() !== '' && parts.length < MOST_SECTIONS) {
    const part = cut(
      rest,
      escapeMarkup(rest.slice(0, LONGEST_SECTION)).length <= LONGEST_SECTION ? LONGEST_SECTION : ALWAYS_FITS,
    );
    const end = part.length === rest.length ? part.length : niceEnd(part);
    const shown = rest.slice(0, end).trimEnd();
    if (shown !== '') parts.push(shown);
    rest = rest.slice(end);
  }
  return parts;
};

const niceEnd = (part: string): number => {
  const end = Math.max(part.lastIndexOf('\n'), part.lastIndexOf(' ')) + 1;
  return end > part.length / 2 ? end : part.length;
};
