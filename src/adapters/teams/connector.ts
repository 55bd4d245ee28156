import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { codeOf } from '../../core/errors.ts';
import type { Log, Metrics } from '../../core/ports.ts';
import { safely } from '../../core/safely.ts';
import { parsedJson } from '../bounded/body.ts';
import { within } from '../bounded/waiting.ts';
import { fault, faultOf, type Outcome } from './faults.ts';
import type { Answer, Transport } from './transport.ts';

/** Gives a bearer token of the bot for the Connector. Rejects where there is none just now. */
export type Bearer = () => Promise<string>;

/** An activity as the Connector takes it. */
export type Activity = Readonly<Record<string, unknown>>;

/** Somebody in a conversation, as Teams vouches for them. */
export interface Member {
  readonly id: string;
  readonly aadObjectId: string | null;
  readonly tenantId: string | null;
  /** `guest`, `user`, `anonymous` … */
  readonly userRole: string | null;
  readonly userPrincipalName: string | null;
}

/** Where a call goes: a service address, as an activity or a stored reference gave it, and a conversation there. */
export interface Where {
  readonly tenant: string;
  readonly serviceUrl: string;
  readonly conversation: string;
}

/** Of a message for one person alone in a chat of several; absent: of an ordinary one. It says so in every call (Teams facts, section 6). */
export interface ForOne {
  readonly targeted?: true;
}

/**
 * The five calls of the Bot Connector. Each is made once; a failure comes back as a value, counted and, where somebody
 * should look, logged by its code. Ids are escaped. `absent`, `unclear` and the rest: see `CallFault`.
 */
export interface Connector {
  /** The personal chat of a user (aadObjectId) with the bot; Teams makes it once and gives the same one ever after. */
  personalChat(o: {
    readonly tenant: string;
    readonly serviceUrl: string;
    readonly user: string;
  }): Promise<Outcome<{ readonly conversation: string }>>;
  /** `unclear` with code `id_missing`: the message stands, but nobody can ever change or remove it (Teams requirement 11). */
  create(o: Where & ForOne & { readonly activity: Activity }): Promise<Outcome<{ readonly id: string }>>;
  /** Shows for a few seconds that somebody is at it. No message, so nothing is done with its id. */
  typing(o: Where): Promise<Outcome<null>>;
  update(o: Where & ForOne & { readonly id: string; readonly activity: Activity }): Promise<Outcome<null>>;
  remove(o: Where & ForOne & { readonly id: string }): Promise<Outcome<null>>;
  member(o: Where & { readonly user: string }): Promise<Outcome<Member>>;
  /** Whether the bot's token is taken there, asked of a chat that nobody has: nothing comes of it, and nothing is logged. `ok`, or why not. */
  takesToken(o: Pick<Where, 'serviceUrl'>): Promise<string>;
}

interface Called {
  readonly verb: string;
  readonly path: readonly string[];
  readonly body: Activity | null;
  readonly targeted?: true | undefined;
}

const TARGETED = '?isTargetedActivity=true';

const LONGEST_ID = 1_000;

const TOKEN_MS = 8_000;

/** A private chat by its form; ids of real ones are far longer. */
const NOBODYS_CHAT = 'a:1sotto-looks-whether-its-token-is-taken';

/** Refusals of a chat, and not of whoever asks. */
const SINCE_KNOWN = /^(?:Bad(?:Argument|Syntax)|BotNotInConversationRoster|ServiceError|Forbidden|http_40[03])$/;

/** Printable ASCII: what a header may hold without changing its meaning. */
const TOKEN = /^[\x21-\x7e]{1,16384}$/;

const someId = z.string().min(1).max(LONGEST_ID);
const created = z.object({ id: someId });
const optionalText = z.string().max(LONGEST_ID).nullish();
const memberSchema = z.object({
  id: someId,
  aadObjectId: optionalText,
  objectId: optionalText,
  tenantId: optionalText,
  userRole: optionalText,
  userPrincipalName: optionalText,
});

export const createConnector = (o: {
  /** The bot's app id, without `28:`. */
  readonly appId: string;
  readonly transport: Transport;
  readonly bearer: Bearer;
  readonly log: Log;
  readonly metrics: Metrics;
}): Connector => {
  const attempt = async (
    at: Pick<Where, 'serviceUrl'>,
    { verb, path, body, targeted }: Called,
  ): Promise<Outcome<Answer>> => {
    // Before the token is asked for: it must never be on its way to an address that is not allowed.
    if (!o.transport.mayCall(at.serviceUrl)) return { fault: fault('final', 'host_not_allowed', { alarm: true }) };
    const address = addressOf(at.serviceUrl, path);
    const url = address === null || targeted !== true ? address : `${address}${TARGETED}`;
    if (url === null) return { fault: fault('final', 'bad_id', { alarm: true }) };
    let token: string;
    try {
      token = await within({ ms: TOKEN_MS }, o.bearer);
    } catch (error) {
      return { fault: fault('passing', codeOf(error), { alarm: true }) };
    }
    // A header that cannot be written is an error whose text holds the token: it must not come to that.
    if (!TOKEN.test(token)) return { fault: fault('passing', 'token_unusable', { alarm: true }) };
    const sent = await o.transport.send({
      method: verb,
      url,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        'x-ms-client-request-id': randomUUID(),
        ...(body === null ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      },
      body: body === null ? null : JSON.stringify(body),
    });
    return sent.kind === 'answer' && sent.status >= 200 && sent.status < 300
      ? { done: sent }
      : { fault: faultOf(sent) };
  };

  const call = async <T>(
    name: string,
    at: Pick<Where, 'tenant' | 'serviceUrl'>,
    what: Called,
    read: (answer: Answer) => Outcome<T>,
  ): Promise<Outcome<T>> => {
    const sent = await attempt(at, what);
    const outcome = 'fault' in sent ? sent : read(sent.done);
    o.metrics.count('teams_calls', { method: name, outcome: 'fault' in outcome ? outcome.fault.kind : 'ok' });
    const code = 'fault' in outcome ? outcome.fault.code : 'ok';
    o.log.debug?.('teams.called', { tenant: at.tenant, name, code });
    if ('fault' in outcome && outcome.fault.alarm) {
      o.log.error('teams.call-failed', { tenant: at.tenant, name, code });
    }
    return outcome;
  };

  const activities = (at: Where, ...more: readonly string[]): readonly string[] => [
    'conversations',
    at.conversation,
    'activities',
    ...more,
  ];

  return {
    personalChat: (to) =>
      call(
        'conversation.create',
        to,
        {
          verb: 'POST',
          path: ['conversations'],
          body: {
            isGroup: false,
            bot: { id: `28:${o.appId}` },
            members: [{ id: to.user }],
            tenantId: to.tenant,
            channelData: { tenant: { id: to.tenant } },
          },
        },
        (answer) => {
          const made = safely(created, parsedJson(answer.body));
          return made.success ? { done: { conversation: made.data.id } } : UNREADABLE;
        },
      ),
    create: ({ activity, targeted, ...at }) =>
      call('activity.create', at, { verb: 'POST', path: activities(at), body: activity, targeted }, (answer) => {
        const made = safely(created, parsedJson(answer.body));
        return made.success
          ? { done: { id: made.data.id } }
          : { fault: fault('unclear', 'id_missing', { alarm: true }) };
      }),
    typing: (at) =>
      call('activity.typing', at, { verb: 'POST', path: activities(at), body: { type: 'typing' } }, () => ({
        done: null,
      })),
    update: ({ id, activity, targeted, ...at }) =>
      call(
        'activity.update',
        at,
        { verb: 'PUT', path: activities(at, id), body: { ...activity, id }, targeted },
        () => ({ done: null }),
      ),
    remove: ({ id, targeted, ...at }) =>
      call('activity.delete', at, { verb: 'DELETE', path: activities(at, id), body: null, targeted }, () => ({
        done: null,
      })),
    takesToken: async (at) => {
      const path = ['conversations', NOBODYS_CHAT, 'members', `28:${o.appId}`];
      const asked = await attempt(at, { verb: 'GET', path, body: null });
      if ('done' in asked) return 'ok';
      const { kind, code } = asked.fault;
      // Who is told that there is no such chat, or that it is not for them, was known by their token.
      return kind === 'absent' || (kind === 'final' && SINCE_KNOWN.test(code)) ? 'ok' : code;
    },
    member: ({ user, ...at }) =>
      call(
        'member.get',
        at,
        { verb: 'GET', path: ['conversations', at.conversation, 'members', user], body: null },
        (answer) => {
          const found = safely(memberSchema, parsedJson(answer.body));
          if (!found.success) return UNREADABLE;
          const { id, aadObjectId, objectId, tenantId, userRole, userPrincipalName } = found.data;
          const member = {
            id,
            aadObjectId: aadObjectId ?? objectId ?? null,
            tenantId: tenantId ?? null,
            userRole: userRole ?? null,
            userPrincipalName: userPrincipalName ?? null,
          };
          return { done: member };
        },
      ),
  };
};

/** Nothing was changed by these, so they may simply be asked again. */
const UNREADABLE = { fault: fault('passing', 'answer_unreadable', { alarm: true }) } as const;

/** Null where an id cannot be one segment of a path: half a character, or `.` and `..`, which an address reads as "one up". */
const addressOf = (serviceUrl: string, path: readonly string[]): string | null => {
  const fit = path.every(
    (id) => id !== '' && id !== '.' && id !== '..' && id.length <= LONGEST_ID && id.isWellFormed(),
  );
  if (!fit) return null;
  const { origin, pathname } = new URL(serviceUrl);
  const base = `${origin}${pathname}`.replace(/\/$/, '');
  return `${base}/v3/${path.map(encodeURIComponent).join('/')}`;
};
