import { isFields } from '../../src/adapters/bounded/fields.ts';
import type { Clock } from '../../src/core/ports.ts';
import { createOrderedFaults } from '../ordered-faults.ts';
import { type Asked, askedOf, bodyOf, chatOf, NOTHING, regionOf } from './asked.ts';
import type { Authority } from './authority.ts';
import type { Limits } from './limits.ts';
import { type createMethods, type MethodAnswer, refusal } from './methods.ts';
import type { Json, SeenTeamsRequest, TeamsFault, TeamsVerb } from './types.ts';

/** Calls that are remembered; the oldest go first. */
const MOST_REQUESTS = 20_000;

const AFTER_SECONDS = 1;

/** What came in, as it came. */
export interface Incoming {
  readonly method: string;
  /** Behind the Connector's address, ids still escaped, with a query if there is one. */
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** What goes back over the wire. `hang` and `reset` are no answers at all. */
export type WireAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly type: 'application/json; charset=utf-8' | 'text/html';
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: 'hang' | 'reset' };

export interface Connector {
  call(incoming: Incoming): WireAnswer;
  /** The authority's one call, which may be made to fail as well. */
  token(o: { readonly tenant: string; readonly body: string }): WireAnswer;
  /** Something that neither of them has. */
  unknown(incoming: Incoming): WireAnswer;
  fail(fault: TeamsFault): void;
  onCall(listener: (verb: TeamsVerb, body: Json) => void): () => void;
  requests(): readonly SeenTeamsRequest[];
}

/** Who calls, may they, how often, and only then what. Every call is on record, refused ones and unknown ones too. */
export const createConnectorStandIn = (o: {
  readonly methods: ReturnType<typeof createMethods>;
  readonly authority: Authority;
  readonly limits: Limits | null;
  /** Which of Teams' addresses the tenant has by now: what stands behind the Connector's own; '' for none. */
  readonly region: () => string;
  readonly clock: Pick<Clock, 'now'>;
}): Connector => {
  const ordered = createOrderedFaults<TeamsFault>();
  const seen: SeenTeamsRequest[] = [];
  const attempts = new Map<string, number>();
  const listeners = new Set<(verb: TeamsVerb, body: Json) => void>();

  /** Answers as ordered; `perform` is what would happen by itself. */
  const withFault = (asked: Asked, perform: () => WireAnswer): WireAnswer => {
    const fault = ordered.take(({ verb }) => verb === asked.verb || verb === '*');
    if (fault === null) return perform();
    const { how } = fault;
    const status = /^([1-5][0-9]{2})-(before|after|html)$/.exec(how);
    if (status !== null) {
      const [, number = '', when = ''] = status;
      if (when === 'after') perform();
      return when === 'html' ? page(Number(number)) : json({ status: Number(number), body: {} });
    }
    switch (how) {
      case 'hang':
      case 'reset':
        return { kind: how === 'hang' ? 'hang' : 'reset' };
      case 'hang-after':
      case 'reset-after':
        perform();
        return { kind: how === 'hang-after' ? 'hang' : 'reset' };
      case '429':
        o.limits?.hold(chatOf(asked), AFTER_SECONDS);
        return tooMany(AFTER_SECONDS);
      case '429-bare':
        return json(refusal('TooManyRequests', 'Too many requests.'));
      case '412':
        return json(refusal('PreconditionFailed', 'Precondition failed.'));
      case '204':
        perform();
        return json({ status: 204, body: {} });
      case 'empty-id':
        perform();
        return json({ status: 201, body: {} });
      case 'not-json':
        perform();
        return page(200);
      case 'huge':
        perform();
        return json({ status: 200, body: { id: 'x'.repeat(1_000_000) } });
      case 'redirect':
        return json({ status: 307, body: {} }, { location: fault.location ?? 'https://example.com/' });
      default:
        return json(refusal(how, 'Refused as ordered.'));
    }
  };

  const record = (
    asked: Asked,
    incoming: Pick<Incoming, 'method' | 'path' | 'headers'>,
    answer: WireAnswer,
    early: boolean,
  ): WireAnswer => {
    const requestId = incoming.headers['x-ms-client-request-id'];
    const id = typeof requestId === 'string' ? requestId : null;
    if (id !== null) attempts.set(id, (attempts.get(id) ?? 0) + 1);
    const authorization = incoming.headers['authorization'];
    const error = answer.kind === 'answer' ? errorIn(answer.body) : null;
    seen.push({
      at: o.clock.now(),
      verb: asked.verb,
      method: incoming.method,
      path: incoming.path,
      conversation: asked.conversation,
      activity: asked.activity,
      body: asked.body,
      targeted: asked.targeted,
      bearer: o.authority.bearer(typeof authorization === 'string' ? authorization : undefined),
      status: answer.kind === 'answer' ? answer.status : 0,
      ...(error === null ? {} : { error }),
      requestId: id,
      attempt: id === null ? 1 : (attempts.get(id) ?? 1),
      early,
    });
    if (seen.length > MOST_REQUESTS) seen.shift();
    return answer;
  };

  const unknown = (incoming: Incoming): WireAnswer => {
    const asked: Asked = { ...NOTHING, body: bodyOf(incoming.body) };
    return record(
      asked,
      incoming,
      json({ status: 404, body: { error: { code: 'NotInTheStandIn', message: '' } } }),
      false,
    );
  };

  return {
    call: (incoming) => {
      const { region, path } = regionOf(incoming.path);
      const asked = askedOf({ ...incoming, path });
      if (asked === null) return unknown(incoming);
      for (const listener of listeners) listener(asked.verb, asked.body);
      const method = o.methods[asked.verb];
      let early = false;
      const perform = (): WireAnswer => {
        const authorization = incoming.headers['authorization'];
        if (o.authority.bearer(typeof authorization === 'string' ? authorization : undefined) !== 'issued')
          return json(refusal('Unauthorized', 'Authorization has been denied for this request.'));
        // An address of long ago (Teams facts, section 5).
        if (region !== o.region()) return json(refusal('ServiceError', 'Unknown'));
        const limited = o.limits?.take(asked.verb, chatOf(asked)) ?? null;
        if (limited !== null) {
          early = limited.early;
          return tooMany(limited.retryAfter);
        }
        return json(method(asked));
      };
      const answer = withFault(asked, perform);
      return record(asked, incoming, answer, early);
    },
    token: ({ tenant, body }) => {
      const form = new URLSearchParams(body);
      const asked: Asked = { ...NOTHING, verb: 'token', body: Object.fromEntries(form) };
      const { client_secret: _secret, ...shown } = asked.body;
      for (const listener of listeners) listener('token', shown);
      const answer = withFault(asked, () => json(o.authority.token(tenant, form)));
      const path = `/${tenant}/oauth2/v2.0/token`;
      return record({ ...asked, body: shown }, { method: 'POST', path, headers: {} }, answer, false);
    },
    unknown,
    fail: ordered.order,
    onCall: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    requests: () => [...seen],
  };
};

const errorIn = (body: string): string | null => {
  const { error } = bodyOf(body);
  if (typeof error === 'string') return error;
  return isFields(error) ? String(error['code']) : null;
};

const json = ({ status, body }: MethodAnswer, headers: Readonly<Record<string, string>> = {}): WireAnswer => ({
  kind: 'answer',
  status,
  type: 'application/json; charset=utf-8',
  headers,
  body: status === 204 ? '' : JSON.stringify(body),
});

const page = (status: number): WireAnswer => ({
  kind: 'answer',
  status,
  type: 'text/html',
  headers: {},
  body: '<!doctype html><title>The gateway says no</title>',
});

const tooMany = (seconds: number): WireAnswer =>
  json(refusal('TooManyRequests', 'Too many requests.'), { 'retry-after': String(seconds) });
