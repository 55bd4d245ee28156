import { parsedJson } from '../../src/adapters/bounded/body.ts';
import { isFields } from '../../src/adapters/bounded/fields.ts';
import { attachmentFault } from './cards.ts';
import type { Filled } from './inputs.ts';
import { readableCard } from './readable.ts';
import { MOST_MESSAGE_BYTES } from './rules.ts';
import type { Answered, Json, TeamsChat, TeamsDialog } from './types.ts';

/** Dialogs, as clients keep them: the bot fills one in its answer and can reach it no more. */
export interface Dialogs {
  /** Opens what the bot answered with; an answer that is none opens an error, as in the client. */
  open(user: string, answered: Answered, from: OpenedFrom): void;
  /** Of the dialog that this person has open; null: another one, or none. */
  from(user: string, id: string): { readonly dialog: TeamsDialog; readonly from: OpenedFrom } | null;
  /** What the client itself finds missing. */
  keep(user: string, id: string, kept: NonNullable<TeamsDialog['kept']>): void;
  /** Shows the answer to what was sent; one that is none leaves the dialog as it was filled in. Nothing where it was closed meanwhile. */
  answer(user: string, id: string, o: { readonly answered: Answered; readonly filled: Filled }): void;
  standing(user?: string): readonly TeamsDialog[];
  close(user: string): void;
  onChange(listener: () => void): () => void;
}

/** The chat of the button that opened a dialog. */
export interface OpenedFrom {
  readonly chat: TeamsChat;
  /** Of the message extension that opened it; absent: a button did. */
  readonly command?: Json;
}

interface Standing {
  readonly dialog: TeamsDialog;
  readonly from: OpenedFrom;
}

export const createDialogs = (): Dialogs => {
  const open = new Map<string, Standing>();
  let opened = 0;
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const find = (user: string, id: string): Standing | null => {
    const standing = open.get(user);
    return standing?.dialog.id === id ? standing : null;
  };
  const change = (user: string, id: string, to: (dialog: TeamsDialog) => TeamsDialog): void => {
    const standing = find(user, id);
    if (standing === null) return;
    open.set(user, { ...standing, dialog: to(standing.dialog) });
    changed();
  };
  return {
    open: (user, answered, from) => {
      opened += 1;
      const dialog = { id: `dialog-${opened}`, user, kept: null, ...(shownOf(answered) ?? FAILED) };
      open.set(user, { dialog, from });
      changed();
    },
    from: find,
    keep: (user, id, kept) => change(user, id, (dialog) => ({ ...dialog, kept })),
    answer: (user, id, { answered, filled }) => {
      const shown = shownOf(answered);
      change(user, id, (dialog) =>
        shown === null
          ? { ...dialog, kept: { filled, trouble: [FAILED.text] } }
          : { ...dialog, ...shown, title: shown.title || dialog.title, kept: null },
      );
    },
    standing: (user) =>
      [...open.values()].flatMap(({ dialog }) => (user === undefined || dialog.user === user ? [dialog] : [])),
    close: (user) => {
      open.delete(user);
      changed();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

const FAILED = { title: '', card: null, text: 'Unable to reach app. Please try again.' };

/** Null where it is no dialog. */
const shownOf = ({ status, body }: Answered): Pick<TeamsDialog, 'title' | 'card' | 'text'> | null => {
  const task = status === 200 ? objectAt(parsedJson(body), 'task') : {};
  const { type, value } = task;
  if (type === 'message' && typeof value === 'string') return { title: '', card: null, text: value };
  if (type !== 'continue' || !isFields(value)) return null;
  const attachment = objectAt(value, 'card');
  const title = typeof value['title'] === 'string' ? value['title'] : '';
  if (attachmentFault(attachment, 'dialog') !== null || isTooLarge(attachment)) return null;
  if (!isSize(value['width']) || !isSize(value['height'])) return null;
  const card = objectAt(attachment, 'content');
  const { text, note } = readableCard(card);
  return { title, card, text: [text, ...(note === null ? [] : [note])].join('\n') };
};

const isTooLarge = (attachment: Json): boolean =>
  Buffer.byteLength(JSON.stringify(attachment), 'utf16le') > MOST_MESSAGE_BYTES;

const isSize = (size: unknown): boolean =>
  size === undefined || typeof size === 'number' || size === 'small' || size === 'medium' || size === 'large';

const objectAt = (from: unknown, key: string): Json => {
  const found = isFields(from) ? from[key] : null;
  return isFields(found) ? found : {};
};
