import { codeOf } from '../../core/errors.ts';
import type { Clock, HttpRequest, HttpResponse, Log, Metrics, Route } from '../../core/ports.ts';
import type { Inbound } from '../../core/types.ts';
import { inTime } from '../bounded/waiting.ts';
import { BODY_LIMIT, readBody } from './body.ts';
import type { Gate } from './gate.ts';
import type { createInvokes } from './invokes.ts';
import type { Locales } from './locale.ts';
import { type Occurrences, occurrenceIn } from './occurrences.ts';
import { type Parsed, parseMessage } from './parse.ts';
import { type Fields, stringAt } from './read.ts';
import { type KeepReference, TENANT_KEY } from './references.ts';
import { teamOf } from './removed.ts';
import type { Answer, Turns } from './turns.ts';
import { chatOf, whereaboutsOf } from './whereabouts.ts';

/** The store may take so long, ms; less where proving took long. */
const ACCEPT_MS = 900;

/** Of the three seconds within which Teams is answered (Teams requirement 14), ms since the request arrived. */
const ANSWER_MS = 2_900;

const EMPTY = { headers: {}, body: '' } as const;
const DONE: Answer = { status: 200 };
const UNAVAILABLE: Answer = { status: 503 };

export type AcceptInbound = (inbound: Inbound) => Promise<'accepted' | 'repeat' | 'unavailable'>;

/**
 * The one route for everything that Teams sends. The order is the security: form, proof, and only then the vendor's adapter
 * and what is done. 200 means that the question is durably ours; 503 asks Teams to send it again. Whatever is refused is
 * refused without a word, and noted once.
 */
export const createReceiver = (o: {
  readonly gate: Gate;
  readonly turns: Pick<Turns, 'run'>;
  readonly keepReference: KeepReference;
  readonly invokes: ReturnType<typeof createInvokes>;
  readonly occurrences: Occurrences;
  /** Somebody asks or presses: what their client says of itself. */
  readonly heard: Locales['note'];
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly reject: (reason: string) => void;
  /** When Teams sent it, ms since the epoch: of what was proved to be Teams' alone. */
  readonly sent?: ((at: number) => void) | undefined;
  readonly accept: AcceptInbound;
}): Route => {
  const { clock, log } = o;

  const refuse = (status: number, reason: string): Answer => {
    o.reject(reason);
    return { status };
  };

  const msLeft = (arrivedAt: number): number => Math.max(0, Math.min(ACCEPT_MS, arrivedAt + ANSWER_MS - clock.now()));

  const take = async (parsed: Parsed, arrivedAt: number): Promise<Answer> => {
    if (parsed === null) return DONE;
    // Proved to come from Teams, but not for us: acknowledged, so that it is not sent again, and on record.
    if ('rejected' in parsed) return refuse(200, parsed.rejected);
    const taken = await inTime(clock, msLeft(arrivedAt), o.accept(parsed.inbound)).catch((error: unknown) => {
      log.error('teams.accept-failed', { code: codeOf(error) });
      return 'unavailable' as const;
    });
    if (taken !== 'unavailable' && taken !== 'late') return DONE;
    log.warn('teams.not-accepted', { code: taken === 'late' ? 'deadline' : 'unavailable' });
    return UNAVAILABLE;
  };

  const failed = (error: unknown): Answer => {
    log.error('teams.receiver-failed', { code: codeOf(error) });
    return UNAVAILABLE;
  };

  const occurred = async (which: keyof Occurrences, activity: Fields, tenant: string, at: number): Promise<Answer> => {
    const handle = o.occurrences[which];
    if (handle === undefined) return DONE;
    const done = await inTime(clock, msLeft(at), handle({ activity, tenant, arrivedAt: at }));
    if (done !== 'late') return DONE;
    log.warn('teams.not-accepted', { code: 'deadline' });
    return UNAVAILABLE;
  };

  /** What a verified activity leads to. */
  const act = async (activity: Fields, tenant: string, arrivedAt: number): Promise<Answer> => {
    const which = occurrenceIn(activity);
    // Nothing is kept of a chat that has just ended.
    if (which === 'removed') return occurred(which, activity, tenant, arrivedAt);
    const kept = o.keepReference({
      tenant,
      channel: chatOf(activity)?.channel ?? TENANT_KEY,
      owner: ownerOf(activity, tenant),
      serviceUrl: stringAt(activity, 'serviceUrl') ?? '',
    });
    if (activity['type'] === 'invoke') return o.invokes({ activity, tenant, arrivedAt });
    if (activity['type'] === 'message') {
      // First where the answer goes, then the question: it may be answered at once.
      await kept;
      const parsed = parseMessage(activity, { tenant, now: clock.now() });
      if (parsed !== null && 'inbound' in parsed) o.heard(parsed.inbound.account, activity);
      return take(parsed, arrivedAt);
    }
    if (which === null) return DONE;
    await kept;
    return occurred(which, activity, tenant, arrivedAt);
  };

  const answer = async (request: HttpRequest): Promise<Answer> => {
    const arrivedAt = clock.now();
    const body = readBody(request);
    if (!body.ok) return refuse(body.status, body.reason);
    const { activity } = body;
    const proof = await o.gate.prove({ activity, authorization: request.headers['authorization'] });
    if (!proof.ok && proof.status === 503) {
      log.warn('teams.not-proved', { code: proof.reason });
      return UNAVAILABLE;
    }
    if (!proof.ok) return refuse(proof.status, proof.reason);
    const { tenant, authorization } = proof;
    o.sent?.(Date.parse(stringAt(activity, 'timestamp') ?? ''));
    // Caught here, because the vendor's adapter prints what it catches.
    const logic = (): Promise<Answer> => act(activity, tenant, arrivedAt).catch(failed);
    return o.turns.run({ activity, authorization, logic });
  };

  return {
    method: 'POST',
    path: '/teams/messages',
    bodyLimit: BODY_LIMIT,
    handle: async (request) => {
      const given = await answer(request).catch(failed);
      o.metrics.count('teams_requests', { status: String(given.status) });
      return written(given);
    },
  };
};

/** The user whose own chat with the bot it is; the team that a channel belongs to; nobody's otherwise. */
const ownerOf = (activity: Fields, tenant: string): string => {
  const where = whereaboutsOf(activity, tenant);
  if ('rejected' in where) return '';
  return where.place.kind === 'direct' ? where.account.user : (teamOf(activity) ?? '');
};

const written = ({ status, body }: Answer): HttpResponse =>
  body === undefined
    ? { status, ...EMPTY }
    : { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
