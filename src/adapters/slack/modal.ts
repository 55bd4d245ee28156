import type { KnownBlock, ModalView } from '@slack/types';
import type { Card } from '../../core/types.ts';
import { bodyBlocks, linkBlock, shortened } from './card.ts';

/** Slack's limit on the title and on the labels of the buttons to close and to send. Characters. */
export const LONGEST_VIEW_LABEL = 24;

/** Slack takes 250 KB a view, of whatever size its kilobyte is; the rest is for what stands around the words. Bytes. */
export const MOST_VIEW_BYTES = 240_000;

/**
 * A card as a modal shows it: words and small print, a button to close it and none to send. It has no buttons of its own,
 * for they would have no message to belong to, but such that lead to a page. Whatever Slack would show or send elsewhere (title, `private_metadata`,
 * `callback_id`, `external_id`) holds nothing; a form's `private_metadata` holds what it comes back with, sealed (see `form.ts`).
 * A card has 46 blocks at most, and Slack takes 100.
 */
export const renderModal = (o: {
  readonly card: Card;
  /** The same for every view: what it is about stands inside. */
  readonly title: string;
  readonly close: string;
}): ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: shortened(o.title, LONGEST_VIEW_LABEL), emoji: false },
  close: { type: 'plain_text', text: shortened(o.close, LONGEST_VIEW_LABEL), emoji: false },
  blocks: [...fitting(bodyBlocks(o.card)), ...linkBlock(o.card.links)],
});

/** Stands where something was left out, and where there is nothing: a view must have a block. */
export const MORE: KnownBlock = { type: 'section', text: { type: 'plain_text', text: '…', emoji: false } };

/** Words are cut where Slack would refuse the whole, small print is not. Never empty. */
const fitting = (blocks: readonly KnownBlock[]): KnownBlock[] => {
  const small = blocks.filter(({ type }) => type === 'context');
  const words = blocks.filter(({ type }) => type !== 'context');
  let left = MOST_VIEW_BYTES - sizeOf(small);
  const kept = words.filter((block) => {
    left = left < 0 ? left : left - sizeOf(block);
    return left >= 0;
  });
  const whole = kept.length > 0 && kept.length === words.length;
  return [...kept, ...(whole ? [] : [MORE]), ...small];
};

export const sizeOf = (blocks: unknown): number => Buffer.byteLength(JSON.stringify(blocks));
