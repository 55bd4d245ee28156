/** Sends as Teams sends: a signed activity, again when no answer came in time, an invoke at last as a new one. */
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { createEnvelopes, type Envelopes } from './envelopes.ts';

import type { Issuer } from './issuer.ts';
import type { Answered, Json, TeamsChat, TeamsPerson } from './types.ts';

export interface TeamsSender extends Envelopes {
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

  const raw: TeamsSender['raw'] = ({ body, authorization, contentType, method }) =>
    post(o.messagesUrl(), {
      method: method ?? 'POST',
      body: Buffer.isBuffer(body) ? body : Buffer.from(body, 'utf8'),
      authorization: authorization === undefined ? `Bearer ${o.issuer.mint()}` : authorization,
      contentType: contentType ?? 'application/json; charset=utf-8',
      answerMs: o.answerMs ?? ANSWER_MS,
    });

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
