import { randomBytes, randomUUID } from 'node:crypto';
import { escaped } from '../typed.ts';
import type { Json, TeamsChat, TeamsPerson } from './types.ts';

/** Activities as Teams sends them, with all they carry. */
export interface Envelopes {
  message(o: {
    readonly person: TeamsPerson;
    readonly chat: TeamsChat;
    /** As it is typed. */
    readonly text: string;
    readonly mention: boolean;
    /** For the bot's eyes only. */
    readonly targeted?: boolean;
    /** Of a message that stands there already; default: a new one. */
    readonly id?: string;
  }): Json;
  /** A button of a card: a message without words. */
  submit(o: {
    readonly person: TeamsPerson;
    readonly chat: TeamsChat;
    readonly value: Json;
    readonly replyTo: string;
  }): Json;
  invoke(o: {
    readonly person: TeamsPerson;
    readonly chat: TeamsChat;
    readonly name: string;
    readonly value: Json;
    readonly replyTo?: string;
  }): Json;
  /** Of a message extension: it may be used where the bot is not, and says less of where that is. */
  extension(o: {
    readonly person: TeamsPerson;
    readonly chat: TeamsChat;
    readonly name: string;
    readonly value: Json;
  }): Json;
  /** Somebody changed or deleted a message of theirs. */
  changed(message: Json, how: 'editMessage' | 'softDeleteMessage', text?: string): Json;
  installed(o: { readonly person: TeamsPerson; readonly chat: TeamsChat; readonly action: 'add' | 'remove' }): Json;
  membersAdded(o: { readonly person: TeamsPerson; readonly chat: TeamsChat }): Json;
}

/** The bot's name for people; another app may have the same. */
export const BOT_NAME = 'Sotto';

export const createEnvelopes = (o: {
  readonly appId: string;
  readonly tenant: string;
  readonly serviceUrl: () => string;
  readonly now: () => number;
}): Envelopes => {
  const bot = { id: `28:${o.appId}`, name: BOT_NAME };
  let last = 0;
  /** Messages are numbered by their time. */
  const messageId = (): string => {
    last = Math.max(last + 1, o.now());
    return String(last);
  };
  const invokeId = (): string => `f:${randomUUID()}`;

  const conversationOf = ({ kind, id, thread }: TeamsChat): Json => ({
    ...(kind === 'personal' ? {} : { isGroup: true }),
    conversationType: kind,
    tenantId: o.tenant,
    id: thread === undefined ? id : `${id};messageid=${thread}`,
  });

  /** What names the channel; cards and messages do it in different ways. */
  const channelDataOf = (chat: TeamsChat): Json => ({
    ...(chat.kind === 'channel'
      ? { channel: { id: chat.id, ...(chat.shared === true ? { type: 'shared' } : {}) }, team: { id: TEAM } }
      : {}),
    tenant: { id: o.tenant },
  });
  const messageDataOf = (chat: TeamsChat): Json => ({
    ...(chat.kind === 'channel' ? { teamsChannelId: chat.id, teamsTeamId: TEAM } : {}),
    ...channelDataOf(chat),
  });

  const activity = (type: string, person: TeamsPerson, chat: TeamsChat): Json => {
    const time = new Date(o.now()).toISOString();
    return {
      type,
      timestamp: time,
      localTimestamp: time.replace('Z', '+00:00'),
      localTimezone: 'Europe/Berlin',
      locale: 'en-US',
      channelId: 'msteams',
      serviceUrl: o.serviceUrl(),
      from: {
        id: wireIdOf(person, o.tenant),
        name: person.name,
        ...(person.user === null ? {} : { aadObjectId: person.user }),
        ...(person.tenant === undefined || person.tenant === o.tenant ? {} : { tenantId: person.tenant }),
      },
      conversation: conversationOf(chat),
      recipient: bot,
      channelData: channelDataOf(chat),
    };
  };

  const clientInfo = {
    locale: 'en-US',
    country: 'US',
    platform: 'Web',
    timezone: 'Europe/Berlin',
    type: 'clientInfo',
  };

  return {
    message: ({ person, chat, text, mention, targeted = false, id = messageId() }) => {
      const words = writtenAs({ text, mention });
      // Teams puts a copy in HTML beside it.
      return {
        ...activity('message', person, chat),
        ...(targeted ? { recipient: { ...bot, isTargeted: true } } : {}),
        id,
        channelData: messageDataOf(chat),
        text: words,
        textFormat: 'plain',
        attachments: [
          { contentType: 'text/html', content: `<p>${words.replace(TAG, '<span>Sotto</span>&nbsp;')}</p>` },
        ],
        entities: [...(mention ? [{ type: 'mention', text: TAG, mentioned: bot }] : []), clientInfo],
      };
    },

    submit: ({ person, chat, value, replyTo }) => ({
      ...activity('message', person, chat),
      id: invokeId(),
      value,
      replyToId: replyTo,
      conversation: { ...conversationOf(chat), ...(chat.kind === 'channel' ? { name: 'General' } : {}) },
      entities: [clientInfo],
      channelData: { ...channelDataOf(chat), source: { name: 'message' }, legacy: { replyToId: `1:${tail()}` } },
    }),

    invoke: ({ person, chat, name, value, replyTo }) => ({
      ...activity('invoke', person, chat),
      id: invokeId(),
      name,
      value,
      ...(replyTo === undefined ? {} : { replyToId: replyTo }),
      channelData: { ...channelDataOf(chat), source: { name: 'message' } },
    }),

    extension: ({ person, chat, name, value }) => ({
      ...activity('invoke', person, chat),
      id: invokeId(),
      name,
      value,
      channelData: { ...channelDataOf(chat), source: { name: 'compose' } },
    }),

    changed: (message, how, text) => ({
      ...message,
      type: how === 'editMessage' ? 'messageUpdate' : 'messageDelete',
      timestamp: new Date(o.now()).toISOString(),
      channelData: { ...(message['channelData'] as Json), eventType: how },
      ...(how === 'editMessage' ? { text: text ?? message['text'] } : { text: undefined, attachments: undefined }),
    }),

    installed: ({ person, chat, action }) => ({
      ...activity('installationUpdate', person, chat),
      id: invokeId(),
      action,
      channelData: {
        ...channelDataOf(chat),
        settings: { selectedChannel: { id: chat.id } },
        source: { name: 'message' },
      },
    }),

    membersAdded: ({ person, chat }) => ({
      ...activity('conversationUpdate', person, chat),
      id: invokeId(),
      membersAdded: [bot],
      channelData: { ...channelDataOf(chat), eventType: 'teamMemberAdded' },
    }),
  };
};

const TEAM = '19:team-of-the-stand-in@thread.tacv2';

const tail = (): string => randomBytes(24).toString('base64url');

/** The same person has the same account; people of other companies than `own` are told apart by their home. */
export const wireIdOf = ({ user, name, tenant }: TeamsPerson, own: string): string => {
  const home = tenant === undefined || tenant === own ? '' : tenant;
  return `29:1${Buffer.from(`${home}${user ?? name}`).toString('base64url')}`;
};

const TAG = `<at>${BOT_NAME}</at>`;

/** How a message carries what somebody typed: escaped by their client, behind the mention of the bot. */
export const writtenAs = ({ text, mention }: { readonly text: string; readonly mention: boolean }): string =>
  mention ? `${TAG} ${escaped(text)}` : escaped(text);
