/**
 * Webhooks in: `POST /hooks/NAME`, by which a system reports back. The order is the security: https and the address it comes from, size, the
 * proof over the raw bytes, its time, and only then what stands in it. What is not proved touches no state. 2xx means that the report is
 * durably ours; 503 asks for it again.
 */
import { SottoError } from '../../../core/errors.ts';
import type {
  Clock,
  HookReport,
  HttpRequest,
  HttpResponse,
  Log,
  Metrics,
  ReportKind,
  Route,
  Secrets,
} from '../../../core/ports.ts';
import { within } from '../../bounded/waiting.ts';
import { webhookKey } from '../../bounded/webhooks.ts';
import { createSend } from '../calling/send.ts';
import type { DescribedHook } from '../described.ts';
import { byHmac, byStandard, SHORTEST_SECRET } from './by-hmac.ts';
import { byJwt, publicKey } from './by-jwt.ts';
import { createKeySet } from './key-set.ts';
import { createOriginCheck } from './origin.ts';
import { readReport } from './reading.ts';
import type { HookFault, Prove } from './types.ts';

/** Whoever reports waits some seconds, and sends it again after that. ms, of real time. */
const ANSWERED_MS = 10_000;

const MINUTE_MS = 60_000;

/** Of what is proved and not taken. Everything else that is turned away is 401 or 403, and says no more. */
const STATUS: Readonly<Partial<Record<HookFault, number>>> = {
  'not-https': 403,
  origin: 403,
  'body-type': 415,
  'body-deep': 400,
  'body-malformed': 400,
  fields: 400,
  'too-many': 429,
  replay: 409,
};

export interface Hooks {
  /** One each. */
  readonly routes: readonly Route[];
  /** What the core knows of each, by its name. */
  readonly kinds: ReadonlyMap<string, ReportKind>;
  /** Every secret that is missing or cannot be what it should, each as a sentence; empty: all is well. */
  faults(): Promise<readonly string[]>;
}

export const createHooks = (o: {
  readonly hooks: ReadonlyMap<string, DescribedHook>;
  readonly secrets: Secrets;
  /** `replay`: the very same was taken before. `unavailable`: it could not be made durable. Never rejects. */
  readonly take: (report: HookReport) => Promise<'taken' | 'repeat' | 'replay' | 'unavailable'>;
  readonly reject: (reason: string) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Default: as everything of its system is called. */
  readonly sendOf?: typeof createSend;
}): Hooks => ({
  routes: [...o.hooks.values()].map((hook) => routeOf(o, hook)),
  kinds: new Map([...o.hooks].map(([name, hook]) => [name, kindOf(hook)])),
  faults: () => hookFaults(o),
});

/** As `Hooks.faults`, also where nothing is to be listened to. */
export const hookFaults = async (o: {
  readonly hooks: ReadonlyMap<string, DescribedHook>;
  readonly secrets: Secrets;
}): Promise<readonly string[]> =>
  (await Promise.all([...o.hooks.values()].map((hook) => faultsOf(o.secrets, hook)))).flat();

const kindOf = ({ name, goesBy, dataClass, intent, say, fields, people }: DescribedHook): ReportKind => ({
  name,
  ...(goesBy === null || goesBy === undefined ? {} : { goesBy }),
  dataClass,
  intent,
  say,
  people,
  holds: new Map([...fields].flatMap(([field, { holds }]) => (holds.length === 0 ? [] : [[field, holds]]))),
});

type Options = Parameters<typeof createHooks>[0];

const proverOf = ({ secrets, clock, sendOf = createSend }: Options, { proof, backend }: DescribedHook): Prove => {
  if ('standard' in proof) return byStandard({ secret: () => secrets.get(proof.standard.secret) });
  if ('hmac' in proof) return byHmac({ hmac: proof.hmac, secret: () => secrets.get(proof.hmac.secret) });
  const { keys } = proof.jwt;
  const held =
    'url' in keys
      ? { set: createKeySet({ url: keys.url, send: sendOf(backend), timeoutMs: backend.timeoutMs, clock }) }
      : { secret: () => secrets.get(keys.secret) };
  return byJwt({ jwt: proof.jwt, keys: held, clock });
};

const routeOf = (o: Options, hook: DescribedHook): Route => {
  const { clock, log, metrics } = o;
  const { name, windowMs } = hook;
  const prove = proverOf(o, hook);
  const originFault = createOriginCheck(hook.from);
  const isTooMany = createMinute(clock, hook.backend.limits.perMinute);

  const refuse = (fault: HookFault, headers: HttpResponse['headers'] = {}): HttpResponse => {
    o.reject(fault);
    return { status: STATUS[fault] ?? 401, headers };
  };

  const counted = (response: HttpResponse): HttpResponse => {
    metrics.count('hook_requests', { name, status: String(response.status) });
    return response;
  };

  const turnedAway = (caller: HttpRequest['caller']): HttpResponse | null => {
    const fault = originFault(caller);
    return fault === null ? null : refuse(fault);
  };

  const answer = async (request: HttpRequest): Promise<HttpResponse> => {
    // Whatever serves this may have asked before it read the body, or not.
    const from = turnedAway(request.caller);
    if (from !== null) return from;
    const proved = await prove(request);
    if (!proved.ok) return refuse(proved.fault);
    const age = clock.now() - proved.at;
    if (age > windowMs) return refuse('stale');
    if (age < -windowMs) return refuse('early');
    if (isTooMany()) return refuse('too-many', { 'retry-after': '60' });
    const read = readReport(hook, {
      type: request.headers['content-type'],
      encoding: request.headers['content-encoding'],
      body: request.body,
    });
    if (!read.ok) return refuse(read.fault);
    const { record, id } = read;
    const taken = await o.take({ hook: name, id: id ?? proved.id, proof: proved.proof, at: proved.at, record });
    if (taken === 'replay') return refuse('replay');
    return taken === 'unavailable' ? { status: 503, headers: { 'retry-after': '5' } } : { status: 200 };
  };

  return {
    method: 'POST',
    path: `/hooks/${name}`,
    bodyLimit: hook.bytes,
    turnedAway: (caller) => {
      const response = turnedAway(caller);
      return response === null ? null : counted(response);
    },
    handle: async (request) => {
      const response = await within({ ms: ANSWERED_MS, keepsProcess: false }, () => answer(request)).catch(
        (error: unknown): HttpResponse => {
          log.error('hook.failed', { name, code: error instanceof SottoError ? error.code : 'unexpected' });
          return { status: 503, headers: { 'retry-after': '5' } };
        },
      );
      return counted(response);
    },
  };
};

/** Of what is proved, by this process: a system that runs wild fills nobody's inbox. */
const createMinute = (clock: Pick<Clock, 'now'>, most: number): (() => boolean) => {
  let since = Number.NEGATIVE_INFINITY;
  let count = 0;
  return () => {
    const now = clock.now();
    if (now < since || now - since >= MINUTE_MS) [since, count] = [now, 0];
    count += 1;
    return count > most;
  };
};

/** What the secret must be beyond being there. */
const faultsOf = async (secrets: Secrets, { name, proof }: DescribedHook): Promise<readonly string[]> => {
  const check = async (secret: string, isOne: (value: string) => boolean, what: string): Promise<readonly string[]> => {
    try {
      const { current } = await secrets.get(secret);
      if (isOne(current)) return [];
      return [`The secret ${secret}, by which the webhook ${name} proves itself, is ${what}.`];
    } catch (error) {
      return [
        `The webhook ${name} proves itself by the secret ${secret}, and nothing that reports there could be believed without it. ${error instanceof Error ? error.message : ''}`.trim(),
      ];
    }
  };
  if ('standard' in proof)
    return check(
      proof.standard.secret,
      (value) => webhookKey(value) !== null,
      'not what Standard Webhooks asks for, so it could be guessed or would match nothing: put in 24 to 64 random bytes as base64, perhaps with whsec_ before them',
    );
  if ('hmac' in proof)
    return check(
      proof.hmac.secret,
      (value) => value.length >= SHORTEST_SECRET,
      `shorter than ${SHORTEST_SECRET} characters, so anybody could guess it and report in the system’s name: make a random one and put it in on both sides`,
    );
  const { keys } = proof.jwt;
  if (!('secret' in keys)) return [];
  return check(
    keys.secret,
    (value) => publicKey(value) !== null,
    'no public key in PEM (BEGIN PUBLIC KEY): put in the one that the system publishes, and never a private one',
  );
};
