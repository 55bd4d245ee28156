import type { Clock } from '../../src/core/ports.ts';
import { type Entered, enter, heldIn, missingIn } from './entered.ts';
import type { Method } from './methods.ts';
import { refused, textOf } from './methods.ts';
import { MOST_STACKED } from './rules.ts';
import type { Triggers } from './triggers.ts';
import type { Json, SeenView } from './types.ts';
import { viewObject } from './view-object.ts';
import { checkModal, type ViewContent } from './view-rules.ts';

/** Open ones; the oldest is closed when there are more. */
const MOST_VIEWS = 1_000;

interface View {
  readonly id: string;
  readonly user: string;
  readonly openedAt: number;
  /** The view that it lies on; null: it lies on none. */
  readonly previous: string | null;
  readonly root: string;
  content: ViewContent;
  hash: string;
  entered: Entered;
  /** What the app answered to what was sent, where Slack shows it: that it could not, or what is wrong with a block. */
  trouble: 'connecting' | null;
  errors: Readonly<Record<string, string>>;
}

/** Modals that people have open. */
export interface Views {
  readonly methods: Readonly<Record<'views.open' | 'views.push' | 'views.update', Method>>;
  /** What this person, or anybody, looks at now; oldest first. */
  seen(o?: { readonly user?: string }): readonly SeenView[];
  /** False: this person has no such view open. */
  close(o: { readonly user: string; readonly id: string }): boolean;
  /**
   * Fills it in: the view as the app gets it, or that Slack's client keeps it back. Throws for what cannot be entered there. Null:
   * this person has no such view open.
   */
  fill(o: {
    readonly user: string;
    readonly id: string;
    readonly values: Readonly<Record<string, readonly string[]>>;
  }): Json | 'kept-back' | null;
  /** What becomes of it by the app's answer to what was sent. */
  answered(o: { readonly id: string; readonly status: number; readonly answer: Json | null }): void;
  /** Whether this one, by its id or its external id, is open here. */
  knows(o: { readonly id: string; readonly externalId: string }): boolean;
  onChange(listener: () => void): () => void;
}

export const createViews = (o: {
  readonly appId: string;
  readonly teamId: string;
  readonly botId: string;
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

  const objectOf = (view: View, entered: Entered = {}): Json => viewObject({ ...view, entered, ...o });

  const replace = (view: View, content: ViewContent): void => {
    view.content = content;
    view.hash = nextHash();
    view.entered = heldIn(content.blocks, view.entered);
    view.trouble = null;
    view.errors = {};
    changed();
  };

  const show = (content: ViewContent, user: string, below: View | null): View => {
    const id = `V${o.makeId()}`;
    const view: View = {
      id,
      user,
      openedAt: o.clock.now(),
      previous: below?.id ?? null,
      root: below?.root ?? id,
      content,
      hash: nextHash(),
      entered: heldIn(content.blocks, {}),
      trouble: null,
      errors: {},
    };
    open.set(view.id, view);
    const oldest = open.keys().next();
    if (open.size > MOST_VIEWS && oldest.done === false) open.delete(oldest.value);
    changed();
    return view;
  };
  const stackOf = ({ root }: View): readonly View[] => [...open.values()].filter((view) => view.root === root);

  /** A view for whoever has the trigger; `pushed`: on the one in which it came to be. */
  const opening =
    (pushed: boolean): Method =>
    (args) => {
      const checked = checkModal(args['view'], o.makeId);
      if (!checked.ok) return refused(checked.error, checked.why);
      const { content } = checked;
      if (byExternalId(content.externalId) !== undefined) return refused('duplicate_external_id');
      const trigger = textOf(args, 'trigger_id');
      if (trigger === '') return refused('invalid_arguments', 'missing required field: trigger_id');
      const exchanged = o.triggers.exchange(trigger, o.teamId);
      if ('error' in exchanged) return refused(exchanged.error);
      const below = pushed ? (open.get(exchanged.view ?? '') ?? null) : null;
      if (pushed && below === null) return refused('not_found');
      if (below !== null && stackOf(below).length >= MOST_STACKED) return refused('push_limit_reached');
      return { ok: true, view: objectOf(show(content, exchanged.user, below)) };
    };

  return {
    methods: {
      'views.open': opening(false),
      'views.push': opening(true),

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
        replace(view, checked.content);
        return { ok: true, view: objectOf(view) };
      },
    },
    seen: ({ user } = {}) =>
      [...open.values()]
        .filter((view) => user === undefined || view.user === user)
        .map(({ id, user: whose, openedAt, content, entered, trouble, errors }) => ({
          id,
          user: whose,
          openedAt,
          title: content.title ?? {},
          close: content.close,
          submit: content.submit,
          blocks: content.blocks,
          entered,
          trouble,
          errors,
        })),
    knows: ({ id, externalId }) => open.has(id) || byExternalId(externalId) !== undefined,
    close: ({ user, id }) => {
      const view = open.get(id);
      if (view?.user !== user) return false;
      for (const each of view.content.clearOnClose ? stackOf(view) : [view]) open.delete(each.id);
      changed();
      return true;
    },
    fill: ({ user, id, values }) => {
      const view = open.get(id);
      if (view?.user !== user) return null;
      if (view.content.submit === null) throw new Error('The view has no button to send it.');
      view.entered = enter(view.content.blocks, values, view.entered);
      view.errors = missingIn(view.content.blocks, view.entered);
      view.trouble = null;
      changed();
      return Object.keys(view.errors).length > 0 ? 'kept-back' : objectOf(view, view.entered);
    },
    answered: ({ id, status, answer }) => {
      const view = open.get(id);
      if (view === undefined) return;
      view.errors = {};
      view.trouble = null;
      const act = answer?.['response_action'];
      const next = act === 'update' || act === 'push' ? checkModal(JSON.stringify(answer?.['view']), o.makeId) : null;
      const errors = act === 'errors' ? errorsIn(answer?.['errors'], view.content.blocks) : null;
      if (status !== 200) view.trouble = 'connecting';
      else if (next?.ok === true && act === 'update') return replace(view, next.content);
      else if (next?.ok === true && stackOf(view).length < MOST_STACKED)
        return void show(next.content, view.user, view);
      else if (errors !== null) view.errors = errors;
      else if (answer === null || act === 'clear')
        for (const each of act === 'clear' ? stackOf(view) : [view]) open.delete(each.id);
      else view.trouble = 'connecting';
      changed();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

/** A sentence for each block that it is about. Null: Slack would not show them. */
const errorsIn = (errors: unknown, blocks: readonly Json[]): Readonly<Record<string, string>> | null => {
  const entries = Object.entries(typeof errors === 'object' && errors !== null ? errors : {});
  const known = (id: string): boolean => blocks.some((block) => block['type'] === 'input' && block['block_id'] === id);
  return entries.length > 0 && entries.every(([id, text]) => known(id) && typeof text === 'string' && text !== '')
    ? Object.fromEntries(entries)
    : null;
};
