import { codeOf } from '../../core/errors.ts';
import type { Clock, HttpRequest, HttpResponse, Log, Metrics, Route, Secret } from '../../core/ports.ts';
import { readBody } from './body.ts';
import { BODY_LIMIT, confirming, type Gone, type Intake } from './intake.ts';
import { createVerifier } from './signature.ts';

const EMPTY = { headers: {}, body: '' } as const;
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };
const OK: HttpResponse = { status: 200, ...EMPTY };
const UNAVAILABLE: HttpResponse = { status: 503, ...EMPTY };

/** Slack signed it and nothing can be made of it: the same bytes would come three times more. */
const NEVER: HttpResponse['headers'] = { 'x-slack-no-retry': '1' };

const json = (value: unknown): HttpResponse => ({ status: 200, headers: JSON_HEADERS, body: JSON.stringify(value) });

/**
 * The one route for events, presses, forms and commands. The order is the security: signature over the raw bytes, form, app and
 * workspace, and only then Bolt. 200 means that the question is durably ours; 503 asks Slack to send it again, and so does 401: a
 * secret that was changed at Slack may be known here a minute later.
 */
export const createReceiver = (o: {
  readonly signingSecret: () => Promise<Secret>;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly reject: (reason: string) => void;
  /** When Slack sent it, ms since the epoch to whole seconds: of what was proved to be Slack's alone. */
  readonly sent?: ((at: number) => void) | undefined;
}): Route => {
  const verifier = createVerifier({ clock: o.clock });

  const refuse = (status: number, reason: string, headers: HttpResponse['headers'] = {}): HttpResponse => {
    o.reject(reason);
    return { status, headers, body: '' };
  };

  const answer = async (request: HttpRequest, gone: Gone): Promise<HttpResponse> => {
    if (request.body.length > BODY_LIMIT) return refuse(413, 'body-too-large');
    const secret = await Promise.race([o.signingSecret(), gone]);
    if (secret === 'expired') return UNAVAILABLE;
    const fault = verifier.check(request, secret);
    if (fault !== null) return refuse(401, fault);
    o.sent?.(Number(request.headers['x-slack-request-timestamp']) * 1_000);

    const body = readBody(request);
    if (body.kind === 'malformed') return refuse(400, 'body-malformed', NEVER);
    if (body.kind === 'ssl-check') return OK;
    if (body.kind === 'challenge') return json({ challenge: body.challenge });
    const taken = await o.intake.take(body.fields, gone);
    if (taken.kind === 'unavailable') return UNAVAILABLE;
    return taken.answer === null ? OK : json(taken.answer);
  };

  return {
    method: 'POST',
    path: '/slack/events',
    bodyLimit: BODY_LIMIT,
    handle: async (request) => {
      const response = await confirming(o.clock, (gone) => answer(request, gone)).catch((error: unknown) => {
        o.log.error('slack.receiver-failed', { code: codeOf(error) });
        return UNAVAILABLE;
      });
      o.metrics.count('slack_requests', { status: String(response.status) });
      return response;
    },
  };
};
