import type { Clock } from '../../src/core/ports.ts';
import { createOrderedFaults } from '../ordered-faults.ts';
import type { Limits } from './limits.ts';
import type { Method } from './methods.ts';
import { METHODS } from './rules.ts';
import type { Fault, Json, SeenRequest, TokenState } from './types.ts';

/** Calls that are remembered; the oldest go first. */
const MOST_REQUESTS = 20_000;

/** What goes back over the wire. `hang` and `reset` are no answers at all. */
export type ApiAnswer =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly body: Json;
      readonly retryAfter?: number;
      readonly early?: boolean;
    }
  | { readonly kind: 'hang' | 'reset' };

export interface WebApi {
  call(o: { readonly method: string; readonly args: Json; readonly authorization: string | undefined }): ApiAnswer;
  fail(fault: Fault): void;
  onCall(listener: (method: string, args: Json) => void): () => void;
  requests(): readonly SeenRequest[];
}

const AFTER_SECONDS = 1;

/** The Web API: who calls, may they, how often, and only then what. Errors are HTTP 200 with `ok: false`, as at Slack. */
export const createWebApi = (o: {
  readonly methods: Readonly<Record<string, Method>>;
  readonly token: () => { readonly botToken: string; readonly state: TokenState };
  readonly scopes: readonly string[];
  readonly limits: Limits | null;
  readonly clock: Pick<Clock, 'now'>;
}): WebApi => {
  const ordered = createOrderedFaults<Fault>();
  const seen: SeenRequest[] = [];
  const listeners = new Set<(method: string, args: Json) => void>();
  const scopes = o.scopes.join(',');

  const refused = (error: string, more: Json = {}): ApiAnswer => json(200, { ok: false, error, ...more });

  const perform = (method: string, args: Json, authorization: string | undefined): ApiAnswer => {
    const rule = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
    const run = o.methods[method];
    if (rule === undefined || run === undefined) return refused('unknown_method', { req_method: method });

    const token = authorization?.startsWith('Bearer ') ? authorization.slice(7) : args['token'];
    if (typeof token !== 'string' || token === '') return refused('not_authed');
    const { botToken, state } = o.token();
    if (token !== botToken) return refused('invalid_auth');
    if (state !== 'live') return refused(state);

    const channel = typeof args['channel'] === 'string' ? args['channel'] : '';
    const needed = rule.scope?.(channel) ?? null;
    if (needed !== null && !o.scopes.includes(needed)) return refused('missing_scope', { needed, provided: scopes });

    const limited = o.limits?.take(method, channel) ?? null;
    if (limited !== null) return tooMany(limited.retryAfter, limited.early);
    const missing = rule.required.find((key) => typeof args[key] !== 'string' || args[key] === '');
    if (missing !== undefined) {
      const messages = [`[ERROR] missing required field: ${missing}`];
      return refused('invalid_arguments', { response_metadata: { messages } });
    }
    return json(200, run(args));
  };

  const answer = (method: string, args: Json, authorization: string | undefined): ApiAnswer => {
    const how = ordered.take((fault) => fault.method === method || fault.method === '*')?.how ?? null;
    switch (how) {
      case null:
        return perform(method, args, authorization);
      case 'hang':
      case 'reset':
        return { kind: how === 'hang' ? 'hang' : 'reset' };
      case 'hang-after':
      case 'reset-after':
        perform(method, args, authorization);
        return { kind: how === 'hang-after' ? 'hang' : 'reset' };
      case '500-before':
        return json(500, { ok: false, error: 'internal_error' });
      case '500-after':
        perform(method, args, authorization);
        return json(500, { ok: false, error: 'internal_error' });
      case '429':
        o.limits?.hold(method, AFTER_SECONDS);
        return tooMany(AFTER_SECONDS);
      default:
        return refused(how);
    }
  };

  return {
    call: ({ method, args, authorization }) => {
      for (const listener of listeners) listener(method, args);
      const given = answer(method, args, authorization);
      const { token: _secret, ...shown } = args;
      const body: Json = given.kind === 'json' ? given.body : {};
      const error = body['error'];
      const channel = typeof args['channel'] === 'string' ? args['channel'] : '';
      seen.push({
        at: o.clock.now(),
        method,
        args: shown,
        status: given.kind === 'json' ? given.status : 0,
        ok: body['ok'] === true,
        ...(typeof error === 'string' ? { error } : {}),
        scope: METHODS[method]?.scope?.(channel) ?? null,
        early: given.kind === 'json' && given.early === true,
      });
      if (seen.length > MOST_REQUESTS) seen.shift();
      return given;
    },
    fail: ordered.order,
    onCall: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    requests: () => [...seen],
  };
};

const json = (status: number, body: Json): ApiAnswer => ({ kind: 'json', status, body });

const tooMany = (retryAfter: number, early = false): ApiAnswer => ({
  kind: 'json',
  status: 429,
  body: { ok: false, error: 'ratelimited' },
  retryAfter,
  early,
});
