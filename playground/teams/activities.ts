import { BOT_NAME, type Conversation, type Conversations, type Message } from './conversations.ts';
import type { Json, TeamsPerson } from './types.ts';

/** Activities as Teams sends them to a bot. */
export interface Activities {
  said(o: { readonly message: Message; readonly person: TeamsPerson; readonly over?: Json }): Json;
  /** A button brings its data back as a message without text. */
  pressed(o: {
    readonly message: Message;
    readonly person: TeamsPerson;
    readonly data: Json;
    readonly id: string;
  }): Json;
  /** A button that opens a dialog asks for its content. */
  fetches(o: {
    readonly message: Message;
    readonly person: TeamsPerson;
    readonly data: Json;
    readonly id: string;
  }): Json;
}

export const createActivities = (o: {
  readonly conversations: Conversations;
  readonly appId: string;
  readonly tenantId: string;
  readonly serviceUrl: () => string;
  readonly now: () => number;
}): Activities => {
  const bot = { id: `28:${o.appId}`, name: BOT_NAME };
  const isoTime = (): string => new Date(o.now()).toISOString();

  const common = (person: TeamsPerson, conversation: Conversation, thread: string | null): Json => {
    const { tenant = o.tenantId } = person;
    return {
      timestamp: isoTime(),
      localTimestamp: isoTime(),
      channelId: 'msteams',
      serviceUrl: o.serviceUrl(),
      from: {
        id: o.conversations.wireId(person.user),
        name: person.name,
        aadObjectId: person.user,
        ...(tenant === o.tenantId ? {} : { tenantId: tenant }),
      },
      conversation: {
        ...(conversation.kind === 'direct'
          ? { conversationType: 'personal', id: conversation.id }
          : {
              isGroup: true,
              conversationType: 'channel',
              id: `${conversation.id}${thread === null ? '' : `;messageid=${thread}`}`,
            }),
        tenantId: o.tenantId,
      },
      recipient: bot,
      channelData: {
        ...(conversation.kind === 'direct'
          ? {}
          : {
              teamsChannelId: conversation.id,
              teamsTeamId: conversation.id,
              channel: { id: conversation.id, type: conversation.kind === 'shared' ? 'shared' : 'standard' },
              team: { id: conversation.id },
            }),
        tenant: { id: o.tenantId },
      },
      locale: 'en-US',
      localTimezone: 'Europe/Berlin',
    };
  };

  const client = {
    locale: 'en-US',
    country: 'US',
    platform: 'Web',
    timezone: 'Europe/Berlin',
    type: 'clientInfo',
  };

  return {
    said: ({ message, person, over = {} }) => {
      const { conversation, id, content } = message;
      const mention = { mentioned: bot, text: `<at>${BOT_NAME}</at>`, type: 'mention' };
      return {
        text: content.text,
        textFormat: 'plain',
        type: 'message',
        id,
        ...common(person, conversation, message.thread ?? id),
        entities: conversation.kind === 'direct' ? [client] : [mention, client],
        ...over,
      };
    },
    pressed: ({ message, person, data, id }) => ({
      type: 'message',
      id,
      ...common(person, message.conversation, message.thread),
      entities: [client],
      replyToId: message.id,
      value: data,
    }),
    fetches: ({ message, person, data, id }) => ({
      name: 'task/fetch',
      type: 'invoke',
      id: `f:${id}`,
      ...common(person, message.conversation, message.thread),
      entities: [client],
      replyToId: message.id,
      value: { data, context: { theme: 'default' } },
    }),
  };
};
