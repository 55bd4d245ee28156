import { parsedJson } from '../../src/adapters/bounded/body.ts';
import { isFields } from '../../src/adapters/bounded/fields.ts';
import { checkBlocks } from './blocks.ts';
import { textOf } from './methods.ts';
import { LONGEST, MOST_VIEW_BLOCKS, MOST_VIEW_BYTES } from './rules.ts';
import { only, textFault } from './text-rules.ts';
import type { Json } from './types.ts';

/** A view as Slack keeps it, without what Slack itself adds. */
export interface ViewContent {
  readonly type: 'modal' | 'home';
  /** Null: of a home, which has none. */
  readonly title: Json | null;
  readonly close: Json | null;
  readonly submit: Json | null;
  readonly blocks: readonly Json[];
  readonly privateMetadata: string;
  readonly callbackId: string;
  readonly externalId: string;
  readonly clearOnClose: boolean;
}

export type CheckedView =
  | { readonly ok: true; readonly content: ViewContent }
  | { readonly ok: false; readonly error: 'invalid_arguments' | 'view_too_large'; readonly why: string };

const COMMON = ['type', 'blocks', 'private_metadata', 'callback_id', 'external_id'];
const KEYS = { home: COMMON, modal: [...COMMON, 'title', 'close', 'submit', 'clear_on_close', 'notify_on_close'] };

/** Checks a modal as Slack does. No word to the app when one is closed: that is refused here. */
export const checkModal = (argument: unknown, makeId: () => string): CheckedView =>
  checkView('modal', argument, makeId);

/** Checks the bot's own page as Slack does; it has no window around it. */
export const checkHome = (argument: unknown, makeId: () => string): CheckedView => checkView('home', argument, makeId);

/** Of the kinds that Sotto sends; every other is refused. */
const checkView = (type: 'modal' | 'home', argument: unknown, makeId: () => string): CheckedView => {
  const text = typeof argument === 'string' ? argument : '';
  if (Buffer.byteLength(text) > MOST_VIEW_BYTES)
    return { ok: false, error: 'view_too_large', why: 'the view is too large' };
  const view = parsedJson(text);
  if (!isFields(view)) return refused('must be a view, encoded as JSON');
  if (view['type'] !== type) return refused('unsupported type of view');
  const why = only(view, KEYS[type]) ?? faultIn(view) ?? (type === 'modal' ? windowFault(view) : null);
  if (why !== null) return refused(why);
  if (!Array.isArray(view['blocks'])) return refused('missing required field: blocks');
  const checked = checkBlocks(view['blocks'], makeId, { most: MOST_VIEW_BLOCKS, inputs: type === 'modal' });
  if (!checked.ok) return refused(checked.why);
  const asks = checked.blocks.some((block) => block['type'] === 'input');
  if (asks && view['submit'] === undefined) return refused('missing required field: submit');
  return {
    ok: true,
    content: {
      type,
      title: windowText(view['title']),
      close: windowText(view['close']),
      submit: windowText(view['submit']),
      blocks: checked.blocks,
      privateMetadata: textOf(view, 'private_metadata'),
      callbackId: textOf(view, 'callback_id'),
      externalId: textOf(view, 'external_id'),
      clearOnClose: view['clear_on_close'] === true,
    },
  };
};

const windowText = (text: unknown): Json | null => (isFields(text) ? { emoji: true, ...text } : null);

const refused = (why: string): CheckedView => ({ ok: false, error: 'invalid_arguments', why });

const faultIn = (view: Json): string | null => {
  for (const [key, most] of [
    ['private_metadata', LONGEST.privateMetadata],
    ['callback_id', LONGEST.callbackId],
    ['external_id', LONGEST.externalId],
  ] as const) {
    const value = view[key];
    if (value !== undefined && (typeof value !== 'string' || value.length > most)) return `bad ${key}`;
  }
  return null;
};

const windowFault = (view: Json): string | null => {
  const { clear_on_close: clear, notify_on_close: notify } = view;
  if (clear !== undefined && typeof clear !== 'boolean') return 'bad clear_on_close';
  if (notify !== undefined && notify !== false) return 'this stand-in tells nobody that a view was closed';
  const labels = [view['title'], ...[view['close'], view['submit']].filter((label) => label !== undefined)];
  return labels.map((label) => textFault(label, LONGEST.viewTitle, ['plain_text'])).find((why) => why !== null) ?? null;
};
