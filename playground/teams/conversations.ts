import { isFields } from '../../src/adapters/bounded/fields.ts';
import type { Clock } from '../../src/core/ports.ts';
import { addressesIn, marked, shownCard } from './cards.ts';
import { wireIdOf } from './envelopes.ts';
import { contentOf } from './readable.ts';
import type { Json, PastTeamsMessage, SeenTeamsMessage, TeamsAccount, TeamsChannelKind } from './types.ts';

export const GENERAL = '19:0d9a2c6b3f1e4b58a7c4e2f10b6d8a35@thread.tacv2';
export const GROUP = '19:8a1d4f60c7be4b1f9e35a2d07c96e418@thread.v2';
export const SHARED = '19:5be1f7d2c8a94d06b3e17a90c4f2d861@thread.tacv2';

/** Messages that left are remembered; the oldest go first. */
const MOST_PAST = 20_000;

export interface Conversation {
  readonly id: string;
  readonly name: string;
  readonly kind: TeamsChannelKind;
  /** aadObjectIds. */
  readonly members: ReadonlySet<string>;
  botIsIn: boolean;
}

/** What a message says. */
export interface Content {
  readonly text: string;
  readonly textFormat: SeenTeamsMessage['textFormat'];
  readonly attachments: readonly Json[];
  readonly summary: string | null;
  readonly entities: readonly Json[];
  readonly channelData: Json | null;
}

/** A message for one person alone, as long as clients show it. */
export interface Targeted {
  /** aadObjectId of whom it is for; of a person's own message to the bot: theirs. */
  readonly user: string;
  /** ms since the epoch. */
  readonly until: number;
}

export interface Message {
  readonly conversation: Conversation;
  /** Null: everybody in the conversation sees it. */
  readonly targeted: Targeted | null;
  readonly id: string;
  /** aadObjectId; null: the bot. */
  readonly user: string | null;
  readonly thread: string | null;
  content: Content;
  editedAt: string | null;
}

/** People, chats and what stands in them. */
export interface Conversations {
  person(user: string): TeamsAccount | null;
  /** By its id, with or without a thread behind it. */
  find(id: string): { readonly conversation: Conversation; readonly thread: string | null } | null;
  direct(user: string): Conversation | null;
  /** Where the bot is no more once it is taken out of this one: a team has it in all its channels or in none. */
  takenWith(conversation: Conversation): readonly Conversation[];
  /** The aadObjectId behind either id of a person; null: nobody has it. */
  userOf(id: string): string | null;
  add(message: Omit<Message, 'id' | 'editedAt' | 'targeted'> & { readonly targeted?: Targeted | null }): Message;
  message(conversation: Conversation, id: string): Message | null;
  change(message: Message, content: Content): void;
  remove(message: Message): void;
  seen(o?: { readonly user?: string }): readonly SeenTeamsMessage[];
  past(): readonly PastTeamsMessage[];
  onChange(listener: () => void): () => void;
}

export const createConversations = (o: {
  readonly appId: string;
  readonly tenantId: string;
  readonly people: readonly TeamsAccount[];
  readonly clock: Pick<Clock, 'now'>;
}): Conversations => {
  const people = new Map(o.people.map((person) => [person.user, person]));
  const all = [...people.keys()];
  const own = o.people.filter(({ tenant = o.tenantId }) => tenant === o.tenantId).map(({ user }) => user);
  const conversationOf = (
    id: string,
    name: string,
    kind: TeamsChannelKind,
    members: readonly string[],
  ): Conversation => ({ id, name, kind, members: new Set(members), botIsIn: true });
  const conversations = new Map(
    [
      conversationOf(GENERAL, 'General', 'channel', own),
      conversationOf(GROUP, 'Lunch', 'group', own),
      conversationOf(SHARED, 'Shared with partner', 'shared', all),
      ...all.map((user) => conversationOf(directId(user), 'private', 'direct', [user])),
    ].map((conversation) => [conversation.id, conversation]),
  );

  const messages = new Map<string, Message>();
  const past: PastTeamsMessage[] = [];
  const listeners = new Set<() => void>();
  const bot = `28:${o.appId}`;
  let lastId = 0;
  const nextId = (): string => {
    lastId = Math.max(lastId + 1, Math.round(o.clock.now()));
    return String(lastId);
  };
  const isOver = ({ targeted }: Message): boolean => targeted !== null && o.clock.now() >= targeted.until;
  const keyOf = (conversation: Conversation, id: string): string => `${conversation.id} ${id}`;
  const happened = (event: PastTeamsMessage['event'], message: Message): void => {
    if (message.user === null) past.push({ at: o.clock.now(), event, message: seenMessage(message, bot) });
    if (past.length > MOST_PAST) past.shift();
    for (const listener of listeners) listener();
  };

  return {
    person: (user) => people.get(user) ?? null,
    find: (id) => {
      const [base = '', thread] = id.split(';messageid=', 2);
      const conversation = conversations.get(base);
      return conversation === undefined ? null : { conversation, thread: thread ?? null };
    },
    direct: (user) => conversations.get(directId(user)) ?? null,
    takenWith: (conversation) =>
      isOfTeam(conversation) ? [...conversations.values()].filter(isOfTeam) : [conversation],
    userOf: (id) => o.people.find((person) => id === person.user || id === wireIdOf(person, o.tenantId))?.user ?? null,
    add: (message) => {
      const added: Message = { targeted: null, ...message, id: nextId(), editedAt: null };
      messages.set(keyOf(added.conversation, added.id), added);
      happened('posted', added);
      return added;
    },
    message: (conversation, id) => {
      const message = messages.get(keyOf(conversation, id));
      return message === undefined || isOver(message) ? null : message;
    },
    change: (message, content) => {
      message.content = content;
      message.editedAt = String(Math.round(o.clock.now()));
      happened('edited', message);
    },
    remove: (message) => {
      messages.delete(keyOf(message.conversation, message.id));
      happened('deleted', message);
    },
    seen: ({ user } = {}) =>
      [...messages.values()]
        .filter((message) => !isOver(message) && (user === undefined || isFor(message, user)))
        .map((message) => seenMessage(message, bot)),
    past: () => [...past],
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

/** Whether this person's client shows it. */
const isFor = ({ conversation, targeted }: Message, user: string): boolean =>
  conversation.members.has(user) && (targeted === null || targeted.user === user);

/** The stand-in has one team. */
const isOfTeam = ({ kind }: Conversation): boolean => kind === 'channel' || kind === 'shared';

const directId = (user: string): string => `a:1${Buffer.from(`chat ${user}`, 'utf8').toString('base64url')}`;

const seenMessage = (
  { conversation, id, user, thread, content, editedAt, targeted }: Message,
  bot: string,
): SeenTeamsMessage => {
  const found = user === null ? foundIn(content) : { links: [], pings: [] };
  return {
    channel: conversation.id,
    channelKind: conversation.kind,
    ts: id,
    user,
    bot: user === null ? bot : null,
    text: content.text,
    textFormat: content.textFormat,
    attachments: content.attachments,
    summary: content.summary,
    pings: [...new Set(found.pings)],
    links: [...new Set(found.links)],
    ...(content.channelData === null ? {} : { channelData: content.channelData }),
    ...(targeted === null ? {} : { targetedAt: targeted.user }),
    ...(thread === null ? {} : { threadTs: thread }),
    ...(editedAt === null ? {} : { editedAt }),
  };
};

/** Whom a message notifies and where it leads. A notification's own line is read as if it were HTML, for some clients do. */
const foundIn = (content: Content): { readonly links: readonly string[]; readonly pings: readonly string[] } => {
  const cards = content.attachments.map(contentOf);
  const mentions = [content.entities, ...cards.map(({ msteams }) => (isFields(msteams) ? msteams['entities'] : []))]
    .flat()
    .filter(isFields)
    .filter(({ type }) => type === 'mention')
    .map(({ mentioned }) => (isFields(mentioned) ? String(mentioned['id']) : 'nobody'));
  const own = content.textFormat === 'plain' ? { links: addressesIn(content.text), pings: [] } : marked(content.text);
  const line = marked(content.summary ?? '');
  const words = cards.flatMap((card) => shownCard(card).words);
  return {
    pings: [...mentions, ...own.pings, ...line.pings, ...words.flatMap(({ pings }) => pings)],
    // In a notification nothing can be pressed but the message itself; tags would be drawn, though.
    links: [...own.links, ...words.flatMap(({ links }) => links)],
  };
};
