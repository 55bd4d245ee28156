/** Sends as Teams sends: a signed activity, again when no answer came in time, an invoke at last as a new one. */
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { fieldsIn, stringAt } from '../../src/adapters/bounded/fields.ts';
import { createEnvelopes, type Envelopes } from './envelopes.ts';
import type { Issuer } from './issuer.ts';
import type { Answered, Json, TeamsChat, TeamsPerson } from './types.ts';

export interface TeamsSender extends Envelopes {
  /** What was wrong with the answers so far, the first hundred; a bot that does everything rightly gives cause for none. */
  complaints(): readonly Complaint[];
  /** Once, signed rightly unless told otherwise; null sends no Authorization header. */
  raw(o: {
    readonly body: string | Buffer;
    readonly authorization?: string | null;
    readonly contentType?: string;
    readonly method?: string;
  }): Promise<Answered>;
  /** With Teams' resends; resolves to every answer, in order. */
  send(activity: Json): Promise<readonly Answered[]>;
  say(o: {
    readonly person: TeamsPerson;
    readonly chat: TeamsChat;
    readonly text: string;
    /** Default: in chats with more than one person. */
    readonly mention?: boolean;
  }): Promise<{ readonly activity: Json; readonly delivered: readonly Answered[] }>;
  /** A button that asks. */
  press(o: {
    readonly person: TeamsPerson;
    readonly chat: TeamsChat;
    readonly action: string;
    readonly value: string;
    readonly replyTo: string;
  }): Promise<readonly Answered[]>;
  /** A button that opens a dialog; resolves to what Teams would show in it. */
  fetchDialog(o: {
    readonly person: TeamsPerson;
    readonly chat: TeamsChat;
    readonly action: string;
    readonly value: string;
    readonly replyTo: string;
  }): Promise<readonly Answered[]>;
  /** A form of a dialog, with what was filled in beside the button's data. */
  submitDialog(o: {
    readonly person: TeamsPerson;
    readonly chat: TeamsChat;
    readonly data: Json;
  }): Promise<readonly Answered[]>;
  /** The client of a person hands over a token of theirs. */
  exchange(o: {
    readonly person: TeamsPerson;
    readonly chat: TeamsChat;
    readonly connectionName: string;
    readonly token: string;
    readonly id?: string;
  }): Promise<readonly Answered[]>;
}

/** Teams hangs up after so long and sends again (Teams facts, section 9), ms. */
const ANSWER_MS = 15_000;

/** What is answered later counts as late (Teams requirement 14), ms. */
const LATE_MS = 3_000;

const MOST_COMPLAINTS = 100;

/**
 * What is wrong with how an activity was answered. `late`: after three seconds, or never. `words`: a body where Teams expects none:
 * under any refusal, and under whatever is no invoke (Teams requirement 2). `no-answer`: an invoke that was taken and has no
 * object as its answer, which Teams' clients show as an error. `no-such-call`: the bot called what Teams has not.
 */
export interface Complaint {
  readonly what: 'late' | 'words' | 'no-answer' | 'no-such-call';
  readonly status: number;
  /** Type and name of the activity, or method and path of the call; nothing else of it. */
  readonly of: string;
}

export const createTeamsSender = (o: {
  readonly appId: string;
  readonly tenant: string;
  readonly issuer: Issuer;
  /** Where activities go; asked at each. */
  readonly messagesUrl: () => string;
  /** What activities name as the Connector. */
  readonly serviceUrl: () => string;
  readonly answerMs?: number;
  readonly now?: () => number;
}): TeamsSender => {
  const now = o.now ?? Date.now;
  const envelopes = createEnvelopes({ appId: o.appId, tenant: o.tenant, serviceUrl: o.serviceUrl, now });

  const found: Complaint[] = [];
  const judge = (body: string | Buffer, answered: Answered, ms: number): void => {
    const { type, name } = typeOf(body);
    const complain = (what: Complaint['what']): void => {
      if (found.length < MOST_COMPLAINTS) found.push({ what, status: answered.status, of: `${type} ${name}`.trim() });
    };
    if (ms > LATE_MS || answered.status === 0) complain('late');
    const isTaken = answered.status >= 200 && answered.status < 300;
    if (answered.body !== '' && !(type === 'invoke' && (isTaken || answered.status === 412))) complain('words');
    if (isTaken && ASKING.includes(name) && fieldsIn(answered.body) === null) complain('no-answer');
  };

  const raw: TeamsSender['raw'] = async ({ body, authorization, contentType, method }) => {
    const began = performance.now();
    const answered = await post(o.messagesUrl(), {
      method: method ?? 'POST',
      body: Buffer.isBuffer(body) ? body : Buffer.from(body, 'utf8'),
      authorization: authorization === undefined ? `Bearer ${o.issuer.mint()}` : authorization,
      contentType: contentType ?? 'application/json; charset=utf-8',
      answerMs: o.answerMs ?? ANSWER_MS,
    });
    judge(body, answered, performance.now() - began);
    return answered;
  };

  const send: TeamsSender['send'] = async (activity) => {
    const again = { ...activity };
    const attempts: readonly Json[] =
      // An invoke comes twice with its id, then as a new one; a message once more.
      activity['type'] === 'invoke' ? [activity, again, { ...again, id: `f:${randomUUID()}` }] : [activity, again];
    const delivered: Answered[] = [];
    for (const attempt of attempts) {
      const one = await raw({ body: JSON.stringify(attempt) });
      delivered.push(one);
      if (one.status !== 0) break;
    }
    return delivered;
  };

  return {
    ...envelopes,
    complaints: () => found,
    raw,
    send,
    say: async ({ person, chat, text, mention = chat.kind !== 'personal' }) => {
      const activity = envelopes.message({ person, chat, text, mention });
      return { activity, delivered: await send(activity) };
    },
    press: ({ person, chat, action, value, replyTo }) =>
      send(envelopes.submit({ person, chat, replyTo, value: { sotto: { action, value } } })),
    fetchDialog: ({ person, chat, action, value, replyTo }) =>
      send(
        envelopes.invoke({
          person,
          chat,
          name: 'task/fetch',
          replyTo,
          value: { data: { sotto: { action, value }, msteams: { type: 'task/fetch' } }, context: { theme: 'default' } },
        }),
      ),
    submitDialog: ({ person, chat, data }) =>
      send(envelopes.invoke({ person, chat, name: 'task/submit', value: { data, context: { theme: 'default' } } })),
    exchange: ({ person, chat, connectionName, token, id = randomUUID() }) =>
      send(envelopes.invoke({ person, chat, name: 'signin/tokenExchange', value: { id, connectionName, token } })),
  };
};

/** Invokes that ask for something to show; a form that was sent may be answered with nothing, which closes it. */
const ASKING = ['task/fetch', 'composeExtension/fetchTask', 'signin/tokenExchange'];

const typeOf = (body: string | Buffer): { readonly type: string; readonly name: string } => {
  const activity = fieldsIn(body.toString()) ?? {};
  return { type: stringAt(activity, 'type') ?? '', name: stringAt(activity, 'name') ?? '' };
};

const post = (
  url: string,
  o: {
    readonly method: string;
    readonly body: Buffer;
    readonly authorization: string | null;
    readonly contentType: string;
    readonly answerMs: number;
  },
): Promise<Answered> =>
  new Promise((resolve) => {
    const nothing = (): void => resolve({ status: 0, body: '' });
    const outgoing = request(url, {
      method: o.method,
      agent: false,
      signal: AbortSignal.timeout(o.answerMs),
      headers: {
        'content-type': o.contentType,
        'content-length': o.body.length,
        'user-agent': 'Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)',
        ...(o.authorization === null ? {} : { authorization: o.authorization }),
      },
    });
    outgoing.on('error', nothing);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', nothing);
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.end(o.body);
  });
