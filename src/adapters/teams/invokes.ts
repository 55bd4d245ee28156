import type { Clock, Log, OpenedView } from '../../core/ports.ts';
import { type Card, FORM_ACTION, MORE_ACTION, type Press, type Submit, VIEW_ACTION } from '../../core/types.ts';
import { fillDialog, lineOf, NOT_TAKEN, type RenderCard } from './dialog.ts';
import { EXTENSION_FETCH, EXTENSION_SUBMIT, parseExtension, parseExtensionSubmit } from './extension.ts';
import { type Locales, localeOf } from './locale.ts';
import { type ParseOptions, parseFetch } from './parse.ts';
import { type Fields, fieldsAt, stringAt } from './read.ts';
import type { SignIn } from './sign-in.ts';
import { parseSubmit } from './submitted.ts';
import type { Answer } from './turns.ts';
import { whereaboutsOf } from './whereabouts.ts';
import type { Wording } from './wording.ts';

/** Teams is to be answered within three seconds of the arrival of a request (Teams requirement 14), ms. */
const ANSWER_MS = 2_500;

/** Why signing in failed on Teams' side, as Teams says it; anything else shares one name, for it may be words. */
const SIGN_IN_FAILURES: readonly string[] = [
  'installappfailed',
  'authrequestfailed',
  'installedappnotfound',
  'invokeerror',
  'resourcematchfailed',
  'oauthcardnotvalid',
  'tokenmissing',
  'userconsentrequired',
  'interactionrequired',
];

/** Above what is said instead of a form, or after it. */
const NAME = 'Sotto';

const DIALOGS: readonly string[] = ['task/fetch', 'task/submit'];

/** Of the message extension, which stands in no chat. */
const EXTENSION: readonly string[] = [EXTENSION_FETCH, EXTENSION_SUBMIT];

type Rendering = Omit<ReturnType<Wording>, 'texts'>;

/** Requests that are answered in their response. Those that nothing here knows are refused (Teams requirement 16). */
export const createInvokes = (o: {
  readonly open: (press: Press, view: OpenedView) => Promise<void>;
  /** Decides on a press that takes more time; see `Work.more`. */
  readonly more: (press: Press, say: (card: Card) => Promise<void>) => Promise<void>;
  /** Decides on a form that was sent; see `Work.submit`. */
  readonly submit: (submit: Submit, view: OpenedView) => Promise<void>;
  /** Decides on a press on the bot's own page; see `Work.onPage`. Absent: there is none. */
  readonly onPage?: (press: Press, view: OpenedView) => Promise<void>;
  readonly renderCard: RenderCard;
  readonly wording: Wording;
  /** Somebody presses or sends: what their client says of itself. */
  readonly heard: Locales['note'];
  /** Null: nobody signs in here. */
  readonly signIn: SignIn | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly reject: (reason: string) => void;
}): ((o: { readonly activity: Fields; readonly tenant: string; readonly arrivedAt: number }) => Promise<Answer>) => {
  const refused = (status: number, reason: string): Answer => {
    o.reject(reason);
    return { status };
  };

  /** A button in a dialog would belong to no message, so what is said there has none. */
  const plain = (view: OpenedView): OpenedView => ({
    ...view,
    reveal: (card) => view.reveal({ ...card, buttons: [] }),
  });

  /** The buttons whose answer is a dialog. */
  const answersTo = (press: Press): ((view: OpenedView) => Promise<void>) | null => {
    if (press.action === VIEW_ACTION) return (view) => o.open(press, view);
    if (press.action === FORM_ACTION) return (view) => o.open(press, plain(view));
    if (press.action !== MORE_ACTION) return null;
    return (view) =>
      o.more(press, async (card) => {
        await plain(view).reveal(card);
      });
  };

  const sent = (submit: Submit, render: Rendering, ms: number): Promise<Answer> => {
    const fill = (view: OpenedView) => o.submit(submit, plain(view));
    return fillDialog({ ...o, ...render, fill, title: NAME, late: NOT_TAKEN, ms });
  };

  /** Asking without leaving a question in a chat. */
  const extended = async (name: string, activity: Fields, of: ParseOptions, ms: number): Promise<Answer> => {
    const { texts, ...render } = o.wording(localeOf(activity));
    if (name === EXTENSION_SUBMIT) {
      const read = parseExtensionSubmit(activity, of);
      if ('rejected' in read) return refused(400, read.rejected);
      o.heard(read.submit.account, activity);
      return sent(read.submit, render, ms);
    }
    const read = parseExtension(activity, of);
    if ('rejected' in read) return refused(400, read.rejected);
    o.heard(read.press.account, activity);
    const fill = (view: OpenedView) => o.open(read.press, plain(view));
    return fillDialog({ ...o, ...render, fill, title: NAME, late: lineOf(texts.tryAgain), ms });
  };

  return async ({ activity, tenant, arrivedAt }) => {
    const name = stringAt(activity, 'name');
    if (name === null) return refused(400, 'invoke-malformed');
    if (name === 'signin/failure') {
      const code = stringAt(fieldsAt(activity, 'value'), 'code') ?? '';
      o.log.warn('teams.sign-in-failed', { code: SIGN_IN_FAILURES.includes(code) ? code : 'other' });
      return { status: 200 };
    }
    // A code that is typed in can be another's, which would make their identity ours (Teams facts, section 8).
    if (name === 'signin/verifyState') return refused(400, 'sign-in-by-code');
    if (![...DIALOGS, ...EXTENSION].includes(name) && (name !== 'signin/tokenExchange' || o.signIn === null))
      return refused(501, 'invoke-unknown');

    const now = o.clock.now();
    const ms = Math.max(0, arrivedAt + ANSWER_MS - now);
    if (EXTENSION.includes(name)) return extended(name, activity, { tenant, now }, ms);
    const where = whereaboutsOf(activity, tenant);
    if ('rejected' in where) return refused(400, where.rejected);
    if (name === 'signin/tokenExchange') return o.signIn?.exchange({ activity, where, ms }) ?? { status: 501 };
    o.heard(where.account, activity);
    const { texts, ...render } = o.wording(localeOf(activity));
    if (name === 'task/submit' && o.onPage !== undefined) {
      const { onPage } = o;
      const press = parseFetch(activity, { tenant, now });
      // On a page there is no message that the button stands in.
      const fill = (view: OpenedView) => onPage({ ...(press as Press), message: null }, plain(view));
      // Late, the page stays as it is, and the client says that it could not be reached.
      if (press !== null) return fillDialog({ ...o, ...render, fill, title: NAME, late: NOT_TAKEN, ms });
    }
    if (name === 'task/submit') {
      const submit = parseSubmit(activity, { tenant, now });
      if (submit === null) return refused(400, 'form-unknown');
      return sent(submit, render, ms);
    }
    const press = parseFetch(activity, { tenant, now });
    if (press === null) return refused(400, 'press-unknown');
    const answers = answersTo(press);
    if (answers === null) return refused(400, 'press-unknown');
    const title = press.action === FORM_ACTION ? NAME : texts.viewTitle;
    return fillDialog({ ...o, ...render, fill: answers, title, late: lineOf(texts.tryAgain), ms });
  };
};
