import type { Clock } from '../../src/core/ports.ts';
import type { Method } from './methods.ts';
import { refused, textOf } from './methods.ts';
import { checkModal, type ModalContent } from './modal-rules.ts';
import type { Triggers } from './triggers.ts';
import type { Json, SeenView } from './types.ts';
import { BOT_ID } from './workspace.ts';

/** Open ones; the oldest is closed when there are more. */
const MOST_VIEWS = 1_000;

interface View {
  readonly id: string;
  readonly user: string;
  readonly openedAt: number;
  content: ModalContent;
  hash: string;
}

/** Modals that people have open. */
export interface Views {
  readonly methods: Readonly<Record<'views.open' | 'views.update', Method>>;
  /** What this person, or anybody, looks at now; oldest first. */
  seen(o?: { readonly user?: string }): readonly SeenView[];
  /** False: this person has no such view open. */
  close(o: { readonly user: string; readonly id: string }): boolean;
  onChange(listener: () => void): () => void;
}

export const createViews = (o: {
  readonly appId: string;
  readonly teamId: string;
  readonly triggers: Triggers;
  readonly clock: Pick<Clock, 'now'>;
  readonly makeId: () => string;
}): Views => {
  const open = new Map<string, View>();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const nextHash = (): string => `${Math.floor(o.clock.now() / 1_000)}.${o.makeId().slice(0, 8).toLowerCase()}`;
  const byExternalId = (id: string): View | undefined =>
    id === '' ? undefined : [...open.values()].find(({ content }) => content.externalId === id);

  const answer = (view: View): Json => ({
    ok: true,
    view: {
      id: view.id,
      team_id: o.teamId,
      type: 'modal',
      blocks: view.content.blocks,
      private_metadata: view.content.privateMetadata,
      callback_id: view.content.callbackId,
      state: { values: {} },
      hash: view.hash,
      title: view.content.title,
      clear_on_close: view.content.clearOnClose,
      notify_on_close: false,
      close: view.content.close,
      submit: null,
      previous_view_id: null,
      root_view_id: view.id,
      app_id: o.appId,
      external_id: view.content.externalId,
      app_installed_team_id: o.teamId,
      bot_id: BOT_ID,
    },
  });

  return {
    methods: {
      'views.open': (args) => {
        const checked = checkModal(args['view'], o.makeId);
        if (!checked.ok) return refused(checked.error, checked.why);
        const { content } = checked;
        if (byExternalId(content.externalId) !== undefined) return refused('duplicate_external_id');
        const trigger = textOf(args, 'trigger_id');
        if (trigger === '') return refused('invalid_arguments', 'missing required field: trigger_id');
        const exchanged = o.triggers.exchange(trigger);
        if ('error' in exchanged) return refused(exchanged.error);
        const view: View = {
          id: `V${o.makeId()}`,
          user: exchanged.user,
          openedAt: o.clock.now(),
          content,
          hash: nextHash(),
        };
        open.set(view.id, view);
        const oldest = open.keys().next();
        if (open.size > MOST_VIEWS && oldest.done === false) open.delete(oldest.value);
        changed();
        return answer(view);
      },

      'views.update': (args) => {
        const id = textOf(args, 'view_id');
        const externalId = textOf(args, 'external_id');
        if (id === '' && externalId === '')
          return refused('invalid_arguments', 'either view_id or external_id is required');
        const checked = checkModal(args['view'], o.makeId);
        if (!checked.ok) return refused(checked.error, checked.why);
        const view = id === '' ? byExternalId(externalId) : open.get(id);
        if (view === undefined) return refused('not_found');
        const hash = textOf(args, 'hash');
        if (hash !== '' && hash !== view.hash) return refused('hash_conflict');
        const other = byExternalId(checked.content.externalId);
        if (other !== undefined && other !== view) return refused('duplicate_external_id');
        view.content = checked.content;
        view.hash = nextHash();
        changed();
        return answer(view);
      },
    },
    seen: ({ user } = {}) =>
      [...open.values()]
        .filter((view) => user === undefined || view.user === user)
        .map(({ id, user: whose, openedAt, content }) => ({
          id,
          user: whose,
          openedAt,
          title: content.title,
          close: content.close,
          blocks: content.blocks,
        })),
    close: ({ user, id }) => {
      if (open.get(id)?.user !== user) return false;
      open.delete(id);
      changed();
      return true;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
