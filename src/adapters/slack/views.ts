import type { ModalView } from '@slack/types';
import { codeOf } from '../../core/errors.ts';
import type { Changed, Clock, Log, OpenedView } from '../../core/ports.ts';
import {
  type Card,
  type Form,
  type MessageRef,
  type Press,
  type Submit,
  VIEW_ACTION,
  VIEW_CHANNEL,
} from '../../core/types.ts';
import { type Call, changed } from './call.ts';
import { plainCard } from './card.ts';
import { renderForm } from './form.ts';
import { givenBack } from './given-back.ts';
import { renderModal } from './modal.ts';
import { idAt, isFields } from './read.ts';
import type { Submission } from './submission.ts';
import { createSubmitting, type Sent } from './submitting.ts';

/** The title around a form and what is said to it; a form has one of its own. */
const NAME = 'Sotto';

/** Views that are being opened at once. */
const MOST_OPENING = 64;

/** Somebody is watching, so what may work in a moment is tried again at once: so often, with this pause, within this wait. ms. */
const MOST_TRIES = 3;
const PAUSE_MS = 300;
const MOST_PAUSE_MS = 3_000;

export interface ViewTexts {
  /** Stands in a view until it is filled. */
  readonly viewMoment: string;
  /** Stands in a view that was blanked. */
  readonly viewExpired: string;
  readonly viewClose: string;
  /** Around an answer. */
  readonly viewTitle: string;
  /** Said where nothing could be taken. */
  readonly tryAgain: string;
  /** Answers a command that was taken. */
  readonly commandTaken: string;
}

/** Slack's modals, as places for an answer or a form that never becomes a message. */
export interface Views {
  /**
   * Opens one for whoever pressed and hands it to the core, which fills it in its own time. `unavailable`: none stands as
   * far as we know, and the core was not asked, so nothing was read. Never throws.
   */
  open(press: Press, trigger: string | null): Promise<'accepted' | 'unavailable'>;
  /** Hands a form that was sent to the core, with the view that it was sent from. */
  submit(submission: Submission): Sent;
  update(o: { readonly ref: MessageRef; readonly card: Card }): Promise<Changed>;
  /** Only whoever looks at it can close a modal; its words can go. */
  blank(ref: MessageRef): Promise<Changed>;
  /** Resolves when none is being opened. The core waits for those that it fills. */
  settled(): Promise<void>;
}

export const createViews = (o: {
  readonly call: Call;
  /** As `call`, with a deadline within which a press is still worth something. */
  readonly callSoon: Call;
  readonly texts: ViewTexts;
  readonly open: (press: Press, view: OpenedView) => Promise<void>;
  readonly submit: (submit: Submit, view: OpenedView) => Promise<void>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Log;
}): Views => {
  const opening = new Set<Promise<unknown>>();
  const { viewClose: close } = o.texts;
  const modal = (card: Card, title = o.texts.viewTitle) => renderModal({ card, title, close });
  const moment = (title: string) => modal(plainCard(o.texts.viewMoment), title);

  const put = async (ref: MessageRef, view: ModalView): Promise<Changed> =>
    changed(await o.call(ref.tenant, 'views.update', (client) => client.views.update({ view_id: ref.id, view })));

  /** An update may be repeated, so doubt is settled by doing it again. */
  const putSoon = async (ref: MessageRef, view: ModalView): Promise<Changed> => {
    let outcome = await put(ref, view);
    for (let tries = 1; tries < MOST_TRIES && !outcome.ok && outcome.fault === 'later'; tries++) {
      const pause = Math.max(PAUSE_MS, outcome.afterMs ?? 0);
      if (pause > MOST_PAUSE_MS) break;
      await o.clock.sleep(pause);
      outcome = await put(ref, view);
    }
    return outcome;
  };

  /** How the core fills a view, whichever way what it says gets there. */
  const viewOf = (ref: MessageRef, show: (view: ModalView) => Promise<Changed>, title = NAME): OpenedView => ({
    ref,
    reveal: (card) => show(modal(card, title)),
    ask: async (form: Form) => {
      const rendered = renderForm({ form, title: NAME, close });
      if (rendered.ok) return show(rendered.view);
      o.log.error('slack.form-not-shown', { tenant: ref.tenant, code: rendered.code });
      return { ok: false, fault: 'never', code: rendered.code };
    },
  });

  /** The view's id; null: there is none that we know of. */
  const openModal = async (tenant: string, trigger: string, title: string): Promise<string | null> => {
    const called = await o.callSoon(tenant, 'views.open', (client) =>
      client.views.open({ trigger_id: trigger, view: moment(title) }),
    );
    if ('fault' in called) {
      o.log.warn('slack.view-not-opened', { tenant, code: called.fault.code });
      return null;
    }
    const { view } = called.done;
    return isFields(view) ? idAt(view, 'id') : null;
  };

  const openFor = async (press: Press, trigger: string): Promise<'accepted' | 'unavailable'> => {
    const { tenant } = press.account;
    const title = press.action === VIEW_ACTION ? o.texts.viewTitle : NAME;
    const id = await openModal(tenant, trigger, title);
    if (id === null) return 'unavailable';
    const ref: MessageRef = { platform: 'slack', tenant, channel: VIEW_CHANNEL, id };
    // Not waited for: Slack has its answer as soon as the modal stands.
    void o
      .open(
        press,
        viewOf(ref, (view) => putSoon(ref, view), title),
      )
      .catch((error: unknown) => {
        o.log.error('slack.view-failed', { id: press.id, code: codeOf(error) });
      });
    return 'accepted';
  };

  return {
    open: async (press, trigger) => {
      if (trigger === null || opening.size >= MOST_OPENING) return 'unavailable';
      const opened = openFor(press, trigger);
      opening.add(opened);
      try {
        return await opened;
      } finally {
        opening.delete(opened);
      }
    },
    submit: createSubmitting({
      moment: moment(NAME),
      again: (sent) => givenBack(sent, o.texts.tryAgain) ?? modal(plainCard(o.texts.tryAgain), NAME),
      put: putSoon,
      viewOf,
      submit: o.submit,
      clock: o.clock,
      log: o.log,
    }),
    update: ({ ref, card }) => put(ref, modal(card)),
    blank: (ref) => put(ref, modal(plainCard(o.texts.viewExpired))),
    settled: async () => {
      await Promise.allSettled(opening);
    },
  };
};
