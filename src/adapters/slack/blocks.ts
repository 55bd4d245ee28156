/** A card as Block Kit: plain text everywhere, so that nothing in it can ping, link or format (Slack requirement 22). */
import type { KnownBlock } from '@slack/types';
import type { Card } from '../../core/types.ts';

/** Slack's limits: characters in a section, in a context line, on a button, in its value. */
const SECTION = 3_000;
const CONTEXT = 2_000;
const LABEL = 75;

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;

/** Slack reads `&`, `<` and `>` as its own even in the plain text beside blocks. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false }) as const;

export const blocksOf = (card: Card): KnownBlock[] => {
  const blocks: KnownBlock[] = [{ type: 'section', text: plain(cut(card.text === '' ? ' ' : card.text, SECTION)) }];
  if (card.note !== null) blocks.push({ type: 'context', elements: [plain(cut(card.note, CONTEXT))] });
  if (card.buttons.length > 0) {
    blocks.push({
      type: 'actions',
      elements: card.buttons.map(({ action, label, value }, index) => ({
        type: 'button',
        // An action id may stand once in a block; what comes after the colon only keeps them apart.
        action_id: `${action}:${index}`,
        text: plain(cut(label, LABEL)),
        value,
      })),
    });
  }
  return blocks;
};

/** What notifications and screen readers get beside the blocks. */
export const fallbackOf = (card: Card): string => escaped(cut(card.fallback ?? card.text, SECTION));
