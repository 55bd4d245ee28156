import type { Clock } from '../../src/core/ports.ts';
import { createOrderedFaults } from '../ordered-faults.ts';
import { argumentFault, isCustomised } from './arguments.ts';
import type { Limits } from './limits.ts';
import { textOf } from './methods.ts';
import { METHODS, type MethodRule } from './rules.ts';
import type { Team } from './team.ts';
import type { Teams } from './teams.ts';
import type { Token, Tokens } from './tokens.ts';
import type { Fault, Json, SeenRequest } from './types.ts';

/** Calls that are remembered; the oldest go first. */
const MOST_REQUESTS = 50_000;

/** What goes back over the wire. `hang` and `reset` are no answers at all. */
export type ApiAnswer =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly body: Json;
      readonly retryAfter?: number;
      readonly early?: boolean;
      /** What the token may, and what the method needed. */
      readonly scopes?: { readonly granted: string; readonly accepted: string };
    }
  | { readonly kind: 'hang' | 'reset' };

/** A method of no workspace. Who calls was checked as its rule says; `token` is null where it says `none`. */
export type GlobalMethod = (
  args: Json,
  caller: { readonly token: Token | null; readonly authorization: string | undefined },
) => Json;

export interface WebApi {
  call(o: { readonly method: string; readonly args: Json; readonly authorization: string | undefined }): ApiAnswer;
  fail(fault: Fault): void;
  onCall(listener: (method: string, args: Json) => void): () => void;
  requests(o?: { readonly team?: string; readonly method?: string }): readonly SeenRequest[];
}

const AFTER_SECONDS = 1;

/** The Web API: who calls, may they, how often, and only then what. Errors are HTTP 200 with `ok: false`, as at Slack. */
export const createWebApi = (o: {
  readonly teams: Teams;
  readonly tokens: Tokens;
  readonly globalMethods: Readonly<Record<string, GlobalMethod>>;
  /** Of methods that belong to no workspace; null: there are none. */
  readonly limits: Limits | null;
  readonly clock: Pick<Clock, 'now'>;
}): WebApi => {
  const ordered = createOrderedFaults<Fault>();
  const seen: SeenRequest[] = [];
  const listeners = new Set<(method: string, args: Json) => void>();

  /** Whose call it is, and which workspace it means; a refusal where it is nobody's. */
  const callerOf = (
    rule: MethodRule,
    args: Json,
    authorization: string | undefined,
  ): { readonly token: Token | null; readonly team: Team | null } | { readonly error: string } => {
    if (rule.auth === 'none') return { token: null, team: null };
    const value = authorization?.startsWith('Bearer ') ? authorization.slice(7) : args['token'];
    if (typeof value !== 'string' || value === '') return { error: 'not_authed' };
    const checked = o.tokens.check(value);
    if ('error' in checked) return checked;
    const { token } = checked;
    if (token.kind !== (rule.auth ?? 'bot')) return { error: 'not_allowed_token_type' };
    return { token, team: token.kind === 'bot' ? o.teams.meant(token, args) : null };
  };

  interface Call {
    readonly method: string;
    readonly args: Json;
    readonly authorization: string | undefined;
  }

  const perform = ({ method, args, authorization }: Call): ApiAnswer => {
    const rule = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
    if (rule === undefined) return refusedAs('unknown_method', { req_method: method });
    const caller = callerOf(rule, args, authorization);
    if ('error' in caller) return refusedAs(caller.error);
    const { token, team } = caller;
    const everywhere = o.globalMethods[method];
    const here = team?.methods[method];
    if (everywhere === undefined && here === undefined)
      return token?.kind === 'bot' && team === null
        ? refusedAs('team_not_found')
        : refusedAs('unknown_method', { req_method: method });

    const channel = textOf(args, 'channel');
    const needed = isCustomised(method, args) ? 'chat:write.customize' : (rule.scope?.(channel) ?? null);
    if (needed !== null && token?.scopes.includes(needed) !== true)
      return refusedAs('missing_scope', { needed, provided: token?.scopes.join(',') ?? '' });

    const limited = (team?.limits ?? o.limits)?.take(method, channel) ?? null;
    if (limited !== null) return tooMany(limited.retryAfter, limited.early);
    const missing = rule.required.find((key) => typeof args[key] !== 'string' || args[key] === '');
    const why = missing === undefined ? argumentFault(method, args) : `missing required field: ${missing}`;
    if (why !== null) return refusedAs('invalid_arguments', { response_metadata: { messages: [`[ERROR] ${why}`] } });
    if (everywhere !== undefined) return json(200, everywhere(args, { token, authorization }));
    return token === null || here === undefined ? refusedAs('not_authed') : json(200, here(args, token));
  };

  const answer = (call: Call, team: Team | null): ApiAnswer => {
    const { method, args } = call;
    const how =
      ordered.take(
        (fault) =>
          (fault.method === method || fault.method === '*') &&
          (fault.team === undefined || fault.team === team?.workspace.teamId),
      )?.how ?? null;
    switch (how) {
      case null:
        return perform(call);
      case 'hang':
      case 'reset':
        return { kind: how === 'hang' ? 'hang' : 'reset' };
      case 'hang-after':
      case 'reset-after':
        perform(call);
        return { kind: how === 'hang-after' ? 'hang' : 'reset' };
      case '500-before':
      case '503-before':
        return broken(how);
      case '500-after':
      case '503-after':
        perform(call);
        return broken(how);
      case '429':
        (team?.limits ?? o.limits)?.hold(method, textOf(args, 'channel'), AFTER_SECONDS);
        return tooMany(AFTER_SECONDS);
      default:
        return refusedAs(how);
    }
  };

  return {
    call: (call) => {
      const { method, args, authorization } = call;
      for (const listener of listeners) listener(method, args);
      const rule = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
      const caller = rule === undefined ? null : callerOf(rule, args, authorization);
      const team = caller === null || 'error' in caller ? null : caller.team;
      const given = answer(call, team);
      const accepted = rule?.scope?.(textOf(args, 'channel')) ?? null;
      const { token: _token, client_secret: _secret, refresh_token: _refresh, ...shown } = args;
      const body: Json = given.kind === 'json' ? given.body : {};
      const error = body['error'];
      seen.push({
        at: o.clock.now(),
        team: team?.workspace.teamId ?? null,
        method,
        args: shown,
        status: given.kind === 'json' ? given.status : 0,
        ok: body['ok'] === true,
        ...(typeof error === 'string' ? { error } : {}),
        scope: accepted,
        early: given.kind === 'json' && given.early === true,
      });
      if (seen.length > MOST_REQUESTS) seen.shift();
      const token = caller === null || 'error' in caller ? null : caller.token;
      if (given.kind !== 'json' || token?.kind !== 'bot') return given;
      return { ...given, scopes: { granted: token.scopes.join(','), accepted: accepted ?? '' } };
    },
    fail: ordered.order,
    onCall: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    requests: ({ team, method } = {}) =>
      seen.filter(
        (request) =>
          (team === undefined || request.team === team) && (method === undefined || request.method === method),
      ),
  };
};

const refusedAs = (error: string, more: Json = {}): ApiAnswer => json(200, { ok: false, error, ...more });

const broken = (how: string): ApiAnswer =>
  how.startsWith('503')
    ? json(503, { ok: false, error: 'service_unavailable' })
    : json(500, { ok: false, error: 'internal_error' });

const json = (status: number, body: Json): ApiAnswer => ({ kind: 'json', status, body });

const tooMany = (retryAfter: number, early = false): ApiAnswer => ({
  kind: 'json',
  status: 429,
  body: { ok: false, error: 'ratelimited' },
  retryAfter,
  early,
});
