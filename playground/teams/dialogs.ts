import { parsedJson } from '../../src/adapters/bounded/body.ts';
import { isFields } from '../../src/adapters/bounded/fields.ts';
import { attachmentFault } from './cards.ts';
import { readableCard } from './readable.ts';
import type { Answered, Json, TeamsDialog } from './types.ts';

/** Dialogs, as clients keep them: the bot fills one in its answer and can reach it no more. */
export interface Dialogs {
  /** Opens what the bot answered with; an answer that is none opens an error, as in the client. */
  open(user: string, answered: Answered): void;
  standing(user?: string): readonly TeamsDialog[];
  close(user: string): void;
  onChange(listener: () => void): () => void;
}

export const createDialogs = (): Dialogs => {
  const open = new Map<string, TeamsDialog>();
  let opened = 0;
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    open: (user, answered) => {
      opened += 1;
      open.set(user, { id: `dialog-${opened}`, user, ...shownOf(answered) });
      changed();
    },
    standing: (user) => [...open.values()].filter((dialog) => user === undefined || dialog.user === user),
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

const shownOf = ({ status, body }: Answered): Omit<TeamsDialog, 'id' | 'user'> => {
  const task = status === 200 ? objectAt(parsedJson(body), 'task') : {};
  const { type, value } = task;
  if (type === 'message' && typeof value === 'string') return { title: '', card: null, text: value };
  if (type !== 'continue' || !isFields(value)) return FAILED;
  const attachment = objectAt(value, 'card');
  const title = typeof value['title'] === 'string' ? value['title'] : '';
  if (attachmentFault(attachment) !== null) return FAILED;
  const card = objectAt(attachment, 'content');
  const { text, note } = readableCard(card);
  return { title, card, text: [text, ...(note === null ? [] : [note])].join('\n') };
};

const objectAt = (from: unknown, key: string): Json => {
  const found = isFields(from) ? from[key] : null;
  return isFields(found) ? found : {};
};
