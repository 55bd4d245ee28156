import { codeOf } from '../../core/errors.ts';
import type { Clock, HttpRequest, HttpResponse, Log, Metrics, Route, Secret } from '../../core/ports.ts';
import { type Body, readBody } from './body.ts';
import type { BoltApp, Delivery } from './bolt.ts';
import { plainCard } from './card.ts';
import type { Fields } from './read.ts';
import { respondTo } from './respond.ts';
import { createVerifier } from './signature.ts';
import type { SubmitAnswer } from './submitting.ts';
import { appOf, installationOf } from './tenant.ts';

/** Slack's payloads are far smaller (Slack requirement 2). Bytes. */
const BODY_LIMIT = 256 * 1_024;

/** Slack is answered within a second, whatever else is slow (Slack requirement 6). */
const CONFIRM_MS = 900;

const EMPTY = { headers: {}, body: '' } as const;
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };
const OK: HttpResponse = { status: 200, ...EMPTY };
const UNAVAILABLE: HttpResponse = { status: 503, ...EMPTY };

/**
 * The one route for events, presses, forms and commands. The order is the security: signature over the raw bytes, form, app and
 * workspace, and only then Bolt. 200 means that the question is durably ours; 503 asks Slack to send it again.
 */
export const createReceiver = (o: {
  readonly appId: string;
  readonly allowed: ReadonlySet<string>;
  readonly signingSecret: () => Promise<Secret>;
  readonly bolt: BoltApp;
  readonly mayRespondTo: (url: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly reject: (reason: string) => void;
  readonly texts: { readonly tryAgain: string };
}): Route => {
  const verifier = createVerifier({ clock: o.clock });

  const refuse = (status: number, reason: string): HttpResponse => {
    o.reject(reason);
    return { status, ...EMPTY };
  };

  /** What comes after the proof that Slack sent it. */
  const dispatch = async (body: Body): Promise<HttpResponse | Handled> => {
    if (body.kind === 'malformed') return refuse(400, 'body-malformed');
    if (body.kind === 'ssl-check') return OK;
    if (body.kind === 'challenge') {
      return { status: 200, headers: JSON_HEADERS, body: JSON.stringify({ challenge: body.challenge }) };
    }
    const { fields } = body;
    if (appOf(fields) !== o.appId) return refuse(200, 'app-foreign');
    const tenant = installationOf(fields, o.allowed);
    if (tenant === null) return refuse(200, 'team-foreign');
    const where = { tenant, allowed: o.allowed };
    const delivery: Delivery = {
      where,
      inbound: null,
      opening: false,
      outcome: 'nothing',
      sent: null,
      answer: null,
    };
    return { delivery, done: o.bolt.process(fields, delivery), unknown: isInteraction(fields) };
  };

  const answer = async (request: HttpRequest, expired: AbortSignal): Promise<HttpResponse> => {
    const gone = new Promise<'expired'>((resolve) => {
      expired.addEventListener('abort', () => resolve('expired'), { once: true });
    });
    if (request.body.length > BODY_LIMIT) return refuse(413, 'body-too-large');

    const secret = await Promise.race([o.signingSecret(), gone]);
    if (secret === 'expired') return UNAVAILABLE;
    const fault = verifier.check(request, secret);
    if (fault !== null) return refuse(401, fault);

    const handled = await dispatch(readBody(request));
    if ('status' in handled) return handled;
    const { delivery, done, unknown } = handled;
    const failed = done.then(
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
    if (read && delivery.inbound === null && unknown) o.reject('interaction-unknown');
    if (settled === false) return answerTo(delivery.answer);
    if (settled === 'expired' && delivery.opening) {
      // Slack sends no press again, so it has its answer now. The view may still come; whoever pressed is told if it does not.
      void failed.then((unavailable) => (unavailable ? pressNotTaken(delivery) : null));
      return OK;
    }
    o.log.warn('slack.not-accepted', { code: settled === 'expired' ? 'deadline' : 'unavailable' });
    return pressNotTaken(delivery);
  };

  /**
   * A press is never sent again by Slack, so whoever pressed is told. Where that fails too, or it was a form or a page of the bot's
   * own, Slack shows its own warning; a form stays open with all that was entered.
   */
  const pressNotTaken = async ({ inbound }: Delivery): Promise<HttpResponse> => {
    if (inbound?.kind !== 'press' || inbound.respondTo === null) return UNAVAILABLE;
    const { respondTo: url } = inbound;
    const told = await respondTo({ url, card: plainCard(o.texts.tryAgain), mayRespondTo: o.mayRespondTo });
    return told ? OK : UNAVAILABLE;
  };

  return {
    method: 'POST',
    path: '/slack/events',
    bodyLimit: BODY_LIMIT,
    handle: async (request) => {
      const done = new AbortController();
      const late = new AbortController();
      void o.clock.sleep(CONFIRM_MS, done.signal).then(() => {
        if (!done.signal.aborted) late.abort();
      });
      try {
        const response = await answer(request, late.signal);
        o.metrics.count('slack_requests', { status: String(response.status) });
        return response;
      } catch (error) {
        o.log.error('slack.receiver-failed', { code: codeOf(error) });
        o.metrics.count('slack_requests', { status: '503' });
        return UNAVAILABLE;
      } finally {
        done.abort();
      }
    },
  };
};

/** To a form, what its view shows from now on; to everything else, nothing. */
const answerTo = (answer: SubmitAnswer | null): HttpResponse =>
  answer?.kind === 'update'
    ? { status: 200, headers: JSON_HEADERS, body: JSON.stringify({ response_action: 'update', view: answer.view }) }
    : OK;

interface Handled {
  readonly delivery: Delivery;
  readonly done: Promise<void>;
  /** True for what people do with the app itself: acknowledged in any case, and on record where nothing knows it. */
  readonly unknown: boolean;
}

const isInteraction = (body: Fields): boolean => !('event' in body) && ('type' in body || 'command' in body);
