import { parsedJson } from '../../src/adapters/bounded/body.ts';
import { isFields } from '../../src/adapters/bounded/fields.ts';
import { checkBlocks, only, textFault } from './blocks.ts';
import { textOf } from './methods.ts';
import { LONGEST, MOST_VIEW_BLOCKS, MOST_VIEW_BYTES } from './rules.ts';
import type { Json } from './types.ts';

/** A view as Slack keeps it, without what Slack itself adds. */
export interface ModalContent {
  readonly title: Json;
  readonly close: Json | null;
  readonly blocks: readonly Json[];
  readonly privateMetadata: string;
  readonly callbackId: string;
  readonly externalId: string;
  readonly clearOnClose: boolean;
}

export type CheckedModal =
  | { readonly ok: true; readonly content: ModalContent }
  | { readonly ok: false; readonly error: 'invalid_arguments' | 'view_too_large'; readonly why: string };

const KEYS = [
  'type',
  'title',
  'close',
  'blocks',
  'private_metadata',
  'callback_id',
  'external_id',
  'clear_on_close',
  'notify_on_close',
];

/**
 * Checks a view as Slack does, for the modals that Sotto shows: no input fields, so no button to send them, and no word to
 * the app when one is closed. Every other kind is refused.
 */
export const checkModal = (argument: unknown, makeId: () => string): CheckedModal => {
  const text = typeof argument === 'string' ? argument : '';
  if (Buffer.byteLength(text) > MOST_VIEW_BYTES)
    return { ok: false, error: 'view_too_large', why: 'the view is too large' };
  const view = parsedJson(text);
  if (!isFields(view)) return refused('must be a view, encoded as JSON');
  const why = faultIn(view);
  if (why !== null) return refused(why);
  if (!Array.isArray(view['blocks'])) return refused('missing required field: blocks');
  const checked = checkBlocks(view['blocks'], makeId, MOST_VIEW_BLOCKS);
  if (!checked.ok) return refused(checked.why);
  return {
    ok: true,
    content: {
      title: { emoji: true, ...Object(view['title']) },
      close: isFields(view['close']) ? { emoji: true, ...view['close'] } : null,
      blocks: checked.blocks,
      privateMetadata: textOf(view, 'private_metadata'),
      callbackId: textOf(view, 'callback_id'),
      externalId: textOf(view, 'external_id'),
      clearOnClose: view['clear_on_close'] === true,
    },
  };
};

const refused = (why: string): CheckedModal => ({ ok: false, error: 'invalid_arguments', why });

const faultIn = (view: Json): string | null => {
  if (view['type'] !== 'modal') return 'unsupported type of view';
  for (const [key, most] of [
    ['private_metadata', LONGEST.privateMetadata],
    ['callback_id', LONGEST.callbackId],
    ['external_id', LONGEST.externalId],
  ] as const) {
    const value = view[key];
    if (value !== undefined && (typeof value !== 'string' || value.length > most)) return `bad ${key}`;
  }
  const { clear_on_close: clear, notify_on_close: notify } = view;
  if (clear !== undefined && typeof clear !== 'boolean') return 'bad clear_on_close';
  if (notify !== undefined && notify !== false) return 'this stand-in tells nobody that a view was closed';
  return (
    only(view, KEYS) ??
    textFault(view['title'], LONGEST.viewTitle, ['plain_text']) ??
    (view['close'] === undefined ? null : textFault(view['close'], LONGEST.viewTitle, ['plain_text']))
  );
};
