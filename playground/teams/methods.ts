import { randomUUID } from 'node:crypto';
import { isFields } from '../../src/adapters/bounded/fields.ts';
import type { Asked } from './asked.ts';
import { attachmentFault } from './cards.ts';
import type { Content, Conversation, Conversations, Message } from './conversations.ts';
import type { Members } from './members.ts';
import { ACTIVITY_FIELDS, MOST_MESSAGE_BYTES, OAUTH_TYPE, STATUS_OF } from './rules.ts';
import type { createTargeting } from './targeting.ts';
import type { Json, TeamsVerb } from './types.ts';

export interface MethodAnswer {
  readonly status: number;
  readonly body: Json;
}

export const refusal = (code: string, message: string): MethodAnswer => ({
  status: STATUS_OF[code] ?? 400,
  body: { error: { code, message } },
});

type Method = (asked: Asked) => MethodAnswer;

/** The Connector's methods that Sotto uses, in its shapes and with its refusals. Who calls was checked before. */
export const createMethods = (o: {
  readonly conversations: Conversations;
  readonly members: Members;
  readonly appId: string;
  readonly tenantId: string;
  readonly targeting: ReturnType<typeof createTargeting>;
}): Readonly<Record<Exclude<TeamsVerb, 'token' | 'unknown'>, Method>> => {
  const { conversations } = o;

  const chatFor = (asked: Asked): { conversation: Conversation; thread: string | null } | MethodAnswer => {
    const found = conversations.find(asked.conversation);
    if (found === null) return refusal('ConversationNotFound', 'Conversation not found.');
    if (!found.conversation.botIsIn) {
      return refusal('BotNotInConversationRoster', 'The bot is not part of the conversation roster.');
    }
    return found;
  };

  /** A message of the bot that stands there, or a refusal. */
  const ownMessage = (asked: Asked): Message | MethodAnswer => {
    const chat = chatFor(asked);
    if ('status' in chat) return chat;
    const message = conversations.message(chat.conversation, asked.activity);
    if (message === null) return refusal('ActivityNotFoundInConversation', 'Activity not found.');
    if (message.user !== null) return refusal('Forbidden', 'It is not the message of the bot.');
    return o.targeting.fault(asked, message) ?? message;
  };

  return {
    'conversation.create': ({ body }) => {
      const { members, bot, tenantId, isGroup } = body;
      const [member] = Array.isArray(members) ? members : [];
      const id = isFields(member) ? member['id'] : null;
      if (!Array.isArray(members) || members.length !== 1 || typeof id !== 'string')
        return refusal('BadSyntax', 'One member is needed.');
      if (isGroup === true) return refusal('BadArgument', 'Groups cannot be made by bots.');
      if (!isFields(bot) || bot['id'] !== `28:${o.appId}`) return refusal('BadArgument', 'Unknown bot.');
      if (tenantId !== o.tenantId) return refusal('BadArgument', 'Unknown tenant.');
      const chat = conversations.direct(conversations.userOf(id) ?? '');
      if (chat === null) return refusal('BadArgument', 'Failed to decrypt pairwise id.');
      return chat.botIsIn
        ? { status: 201, body: { id: chat.id } }
        : refusal('BotDisabledByAdmin', 'The tenant admin disabled this bot.');
    },

    'activity.create': (asked) => {
      const chat = chatFor(asked);
      if ('status' in chat) return chat;
      // It passes by itself: it is no message, and nobody can change or remove it.
      if (asked.body['type'] === 'typing')
        return Object.keys(asked.body).length === 1
          ? { status: 201, body: { id: randomUUID() } }
          : refusal('BadSyntax', 'Typing says nothing.');
      const content = contentOf(asked.body);
      if ('status' in content) return content;
      // The real one lets it pass, and then anybody there can press it.
      if (asksForToken(content) && chat.conversation.kind !== 'direct')
        return refusal('BadArgument', 'An OAuth card where others are.');
      const targeted = o.targeting.of(asked, chat.conversation);
      if (targeted !== null && 'status' in targeted) return targeted;
      const add = (part: Content): Message => conversations.add({ ...chat, targeted, user: null, content: part });
      if (content.text !== '' && content.attachments.length > 0) {
        // Teams makes two messages of it, and says of neither which it is.
        add({ ...content, attachments: [], summary: null });
        add({ ...content, text: '', entities: [] });
        return { status: 201, body: {} };
      }
      return { status: 201, body: { id: add(content).id } };
    },

    'activity.update': (asked) => {
      const message = ownMessage(asked);
      if ('status' in message) return message;
      const content = contentOf(asked.body);
      if ('status' in content) return content;
      if (content.text !== '' && content.attachments.length > 0)
        return refusal('BadArgument', 'Either text or a card can take the place of a message.');
      conversations.change(message, { ...content, channelData: content.channelData ?? message.content.channelData });
      return { status: 200, body: { id: message.id } };
    },

    'activity.delete': (asked) => {
      const message = ownMessage(asked);
      if ('status' in message) return message;
      conversations.remove(message);
      return { status: 200, body: {} };
    },

    'member.get': (asked) => {
      const chat = chatFor(asked);
      if ('status' in chat) return chat;
      const member = o.members.find(chat.conversation, asked.member);
      return member === null ? refusal('UserNotFound', 'The member was not found.') : { status: 200, body: member };
    },

    'members.page': (asked) => {
      const chat = chatFor(asked);
      return 'status' in chat ? chat : { status: 200, body: { members: o.members.all(chat.conversation) } };
    },
  };
};

const asksForToken = ({ attachments }: Content): boolean =>
  attachments.some(({ contentType }) => contentType === OAUTH_TYPE);

/** What a message would say, or why Teams would not take it. */
const contentOf = (activity: Json): Content | MethodAnswer => {
  if (Buffer.byteLength(JSON.stringify(activity), 'utf16le') > MOST_MESSAGE_BYTES)
    return refusal('MessageSizeTooBig', 'Message size too large.');
  const unknown = Object.keys(activity).find((key) => !ACTIVITY_FIELDS.has(key));
  if (unknown !== undefined) return refusal('BadSyntax', `Unknown property ${unknown}.`);
  const { type, text = '', textFormat = 'markdown', attachments = [], summary = null, entities = [] } = activity;
  if (type !== 'message') return refusal('BadArgument', 'Unknown activity type.');
  if (typeof text !== 'string' || !isFormat(textFormat)) return refusal('BadSyntax', 'Bad text.');
  if (summary !== null && typeof summary !== 'string') return refusal('BadSyntax', 'Bad summary.');
  if (!Array.isArray(attachments) || !Array.isArray(entities)) return refusal('BadSyntax', 'Bad attachments.');
  if (text.trim() === '' && attachments.length === 0) return refusal('BadSyntax', 'Activity without content.');
  const why =
    attachments.map((attachment: unknown) => attachmentFault(attachment, 'message')).find((fault) => fault !== null) ??
    null;
  if (why !== null) return refusal('BadArgument', why);
  const { channelData } = activity;
  return {
    text,
    textFormat,
    attachments: attachments.filter(isFields),
    summary,
    entities: entities.filter(isFields),
    channelData: isFields(channelData) ? channelData : null,
  };
};

const isFormat = (format: unknown): format is Content['textFormat'] =>
  format === 'plain' || format === 'markdown' || format === 'xml';
