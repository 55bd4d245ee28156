/** What comes after the proof that Slack sent it, whichever way it came in: app, workspace, Bolt, and what Slack is answered. */
import { codeOf, SottoError } from '../../core/errors.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { BoltApp, Delivery } from './bolt.ts';
import { plainCard } from './card.ts';
import type { Installing } from './installing.ts';
import { type Fields, idAt } from './read.ts';
import { respondTo } from './respond.ts';
import type { SubmitAnswer } from './submitting.ts';
import { appOf, installationOf } from './tenant.ts';
import { escapeMarkup } from './text.ts';

/** Slack's payloads are far smaller (Slack requirement 2). Bytes. */
export const BODY_LIMIT = 256 * 1_024;

/** Slack is answered within a second, whatever else is slow (Slack requirement 6). */
const CONFIRM_MS = 900;

/** By when Slack must have its answer. */
export type Gone = Promise<'expired'>;

/**
 * `done`: it is durably ours, or not for us; `answer` is what Slack is told beside that. `unavailable`: it is not ours, and Slack is to send
 * it again; `later` tells whether it became ours after all, and never rejects.
 */
export type Taken =
  | { readonly kind: 'done'; readonly answer: Answer | null }
  | { readonly kind: 'unavailable'; readonly later: Promise<boolean> };

/** In Slack's words: what a form's view shows from now on, or the line that answers a command. */
export type Answer = Readonly<Record<string, unknown>>;

export interface Intake {
  /** Never rejects. */
  take(fields: Fields, gone: Gone): Promise<Taken>;
}

const DONE: Taken = { kind: 'done', answer: null };
const unavailable = (later: Promise<boolean> = Promise.resolve(false)): Taken => ({ kind: 'unavailable', later });

export const createIntake = (o: {
  readonly appId: string;
  readonly allowed: ReadonlySet<string>;
  readonly bolt: BoltApp;
  readonly mayRespondTo: (url: string) => boolean;
  readonly log: Log;
  readonly reject: (reason: string) => void;
  /** Absent: nobody keeps where the app is installed. */
  readonly installing: Pick<Installing, 'ended' | 'isGone' | 'seen'> | null;
  readonly texts: { readonly tryAgain: string; readonly commandTaken: string };
}): Intake => {
  /** Proved, and not for us: Slack needs not send it again. */
  const drop = (reason: string): Taken => {
    o.reject(reason);
    return DONE;
  };

  /**
   * A press is never sent again by Slack, so whoever pressed is told. Where that fails too, or it was a form or a page of the bot's
   * own, Slack shows its own warning; a form stays open with all that was entered.
   */
  const pressNotTaken = async ({ inbound }: Delivery): Promise<boolean> => {
    if (inbound?.kind !== 'press' || inbound.respondTo === null) return false;
    const { respondTo: url } = inbound;
    return respondTo({ url, card: plainCard(o.texts.tryAgain), mayRespondTo: o.mayRespondTo });
  };

  const process = async (fields: Fields, delivery: Delivery, gone: Gone): Promise<Taken> => {
    const failed = o.bolt.process(fields, delivery).then(
      () => delivery.outcome === 'unavailable',
      (error: unknown) => {
        o.log.error('slack.listener-failed', { code: codeOf(error) });
        return true;
      },
    );
    let settled = await Promise.race([failed, gone]);
    if (settled === 'expired' && delivery.sent !== null) {
      delivery.sent.late();
      settled = await failed;
    }
    const read = settled === false || delivery.outcome === 'unavailable';
    if (read && delivery.inbound === null && isInteraction(fields)) o.reject('interaction-unknown');
    if (settled === false)
      return { kind: 'done', answer: isCommand(delivery) ? lineOf(o.texts.commandTaken) : answerOf(delivery.answer) };
    if (settled === 'expired' && delivery.opening) {
      // Slack sends no press again, so it has its answer now. The view may still come; whoever pressed is told if it does not.
      void failed.then((unavailable) => (unavailable ? pressNotTaken(delivery) : null));
      return DONE;
    }
    o.log.warn('slack.not-accepted', { code: settled === 'expired' ? 'deadline' : 'unavailable' });
    // A command says so itself.
    if (isCommand(delivery)) return { kind: 'done', answer: lineOf(o.texts.tryAgain) };
    // Slack has its answer in time; whoever pressed is told afterwards, beside Slack's own warning.
    const told = await Promise.race([pressNotTaken(delivery), gone]);
    return told === true ? DONE : unavailable(failed.then((still) => !still));
  };

  return {
    take: async (fields, gone) => {
      if (!isOurs(fields, o.appId)) return drop('app-foreign');
      if (fields['type'] === 'app_rate_limited') {
        // More than 30,000 events in an hour: what people wrote in that minute does not come any more, and nobody can ask for it.
        o.log.error('slack.events-limited', { tenant: idAt(fields, 'team_id') ?? 'unknown' });
        return drop('events-limited');
      }
      const { installing } = o;
      try {
        const ended = (await beforeGone(installing?.ended(fields), gone)) ?? 'nothing';
        if (ended !== 'nothing') return ended === 'foreign' ? drop('team-foreign') : DONE;
      } catch (error) {
        o.log.error('slack.end-not-taken', { code: codeOf(error) });
        return unavailable();
      }
      const tenant = installationOf(fields, o.allowed);
      if (tenant === null) return drop('team-foreign');
      try {
        await beforeGone(installing?.seen(fields, tenant), gone);
      } catch (error) {
        o.log.error('slack.not-accepted', { code: codeOf(error) });
        return unavailable();
      }
      if (installing?.isGone(tenant) === true) return drop('not-installed');
      const delivery: Delivery = {
        where: { tenant, allowed: o.allowed },
        inbound: null,
        opening: false,
        outcome: 'nothing',
        sent: null,
        answer: null,
      };
      try {
        return await process(fields, delivery, gone);
      } catch (error) {
        o.log.error('slack.receiver-failed', { code: codeOf(error) });
        return unavailable();
      }
    },
  };
};

/**
 * Slack's shortcuts name no app: the secret that signed them, or the app whose connection they came by, says whose they are. What names
 * another app than ours is not ours, whatever it is.
 */
const isOurs = (fields: Fields, appId: string): boolean =>
  SHORTCUTS.includes(fields['type']) && !('api_app_id' in fields) ? true : appOf(fields) === appId;

const SHORTCUTS: readonly unknown[] = ['message_action', 'shortcut'];

/** Runs `work` with the moment by which Slack must have its answer. Rejects as it does. */
export const confirming = async <T>(clock: Pick<Clock, 'sleep'>, work: (gone: Gone) => Promise<T>): Promise<T> => {
  const done = new AbortController();
  let expire: (word: 'expired') => void = () => undefined;
  const gone = new Promise<'expired'>((resolve) => {
    expire = resolve;
  });
  void clock.sleep(CONFIRM_MS, done.signal).then(() => {
    if (!done.signal.aborted) expire('expired');
  });
  try {
    return await work(gone);
  } finally {
    done.abort();
  }
};

/** What the work brings, unless Slack must have its answer sooner: then it refuses with code `deadline`, and the work is left to itself. */
const beforeGone = async <T>(work: Promise<T> | undefined, gone: Gone): Promise<T | undefined> => {
  if (work === undefined) return undefined;
  work.catch(() => undefined);
  const first = await Promise.race([work.then((value) => ({ value })), gone]);
  if (first === 'expired') throw new SottoError('deadline', 'The store did not answer before Slack must be answered.');
  return first.value;
};

/** To a form, what its view shows from now on; to everything else, nothing. */
const answerOf = (answer: SubmitAnswer | null): Answer | null =>
  answer?.kind === 'update' ? { response_action: 'update', view: answer.view } : null;

const isCommand = ({ inbound }: Delivery): boolean => inbound?.kind === 'question' && inbound.aside === 'command';

/** A line for whoever used a command, and for nobody else; it tells nothing. */
const lineOf = (text: string): Answer => ({ response_type: 'ephemeral', text: escapeMarkup(text) });

/** What people do with the app itself: acknowledged in any case, and on record where nothing knows it. */
const isInteraction = (body: Fields): boolean => !('event' in body) && ('type' in body || 'command' in body);
