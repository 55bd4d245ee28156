import type { Clock } from '../../src/core/ports.ts';
import { pingsIn } from './blocks.ts';
import type { Bot } from './tokens.ts';
import type { ChannelKind, Json, SeenMessage, StandInChannel, StandInPerson } from './types.ts';

/** Of the first workspace; in every other they are other ids. */
export const GENERAL = 'C0GENERAL0';
export const SHARED = 'C0SHARED00';
export const GROUP = 'G0GROUP000';

export const BOT_USER = 'U0SOTTOBOT';
export const BOT_ID = 'B0SOTTO000';
export const BOT_NAME = 'sotto';

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly members: ReadonlySet<string>;
  readonly botIsIn: boolean;
  readonly archived: boolean;
}

export interface Message {
  readonly channel: Channel;
  readonly ts: string;
  /** Null: a bot. */
  readonly user: string | null;
  /** The bot that wrote it; null: a person. */
  readonly bot: Bot | null;
  text: string;
  blocks: readonly Json[];
  metadata: Json | null;
  readonly threadTs: string | null;
  readonly ephemeralFor: string | null;
  editedAt: string | null;
}

/** People, channels and what stands in them. */
export interface Workspace {
  readonly teamId: string;
  readonly name: string;
  readonly enterpriseId: string | null;
  /** Ours. */
  readonly bot: Bot;
  /** Ids of the channels that every workspace has. */
  readonly general: string;
  readonly shared: string;
  person(user: string): StandInPerson | null;
  /** In the order in which they came. */
  people(): readonly StandInPerson[];
  /** Returns whom they are now. */
  changePerson(person: StandInPerson, to: Partial<StandInPerson>): StandInPerson;
  channel(id: string): Channel | null;
  /** The private chat of this person with the bot. */
  direct(user: string): Channel | null;
  isExternal(user: string): boolean;
  /** Unique, rising. */
  nextTs(): string;
  add(message: Omit<Message, 'ts' | 'editedAt'>): Message;
  find(channel: string, ts: string): Message | null;
  /** Oldest first, without what only one person sees. */
  standing(channel: string): readonly Message[];
  change(
    message: Message,
    o: { readonly text: string; readonly blocks: readonly Json[]; readonly metadata: Json | null },
  ): void;
  remove(message: Message): void;
  /** What only this user sees is not kept. */
  dropEphemerals(user: string): void;
  seen(o?: { readonly user?: string }): readonly SeenMessage[];
  onChange(listener: () => void): () => void;
}

export const createWorkspace = (o: {
  readonly teamId: string;
  readonly name: string;
  readonly enterpriseId: string | null;
  readonly bot: Bot;
  /** In the first workspace channels have the ids that are constants here. */
  readonly isFirst: boolean;
  readonly people: readonly StandInPerson[];
  readonly channels: readonly StandInChannel[];
  /** Accounts that have a private chat with the same bot already: in another workspace of the enterprise. */
  readonly alsoElsewhere: ReadonlySet<string>;
  readonly clock: Pick<Clock, 'now'>;
}): Workspace => {
  const people = new Map(o.people.map((person) => [person.user, person]));
  const isExternal = (user: string): boolean => {
    const { team = o.teamId } = people.get(user) ?? {};
    return team !== o.teamId;
  };
  const all = [...people.keys()];
  const own = all.filter((user) => !isExternal(user));
  const idOf = (constant: string): string => (o.isFirst ? constant : `${constant}${o.teamId.slice(1)}`);
  const directId = (user: string): string =>
    o.alsoElsewhere.has(user) ? `D${user.slice(1)}${o.teamId.slice(1)}` : `D${user.slice(1)}`;
  const channelOf = ({ id, name, kind, members, botIsIn = true, archived = false }: StandInChannel): Channel => ({
    id,
    name,
    kind,
    members: new Set(members ?? (kind === 'shared' ? all : own)),
    botIsIn,
    archived,
  });
  const directOf = (user: string): Channel => ({
    id: directId(user),
    name: 'directmessage',
    kind: 'direct',
    members: new Set([user]),
    botIsIn: true,
    archived: false,
  });
  const channels = new Map(
    [
      channelOf({ id: idOf(GENERAL), name: 'general', kind: 'channel' }),
      channelOf({ id: idOf(SHARED), name: 'shared-with-partner', kind: 'shared' }),
      channelOf({ id: idOf(GROUP), name: 'mpdm-lunch--1', kind: 'group' }),
      channelOf({ id: idOf('C0WITHOUT0'), name: 'without-the-bot', kind: 'channel', botIsIn: false }),
      channelOf({ id: idOf('C0ARCHIVED'), name: 'archived', kind: 'channel', archived: true }),
      ...o.channels.map(channelOf),
      ...all.map(directOf),
    ].map((channel) => [channel.id, channel]),
  );

  const messages = new Map<string, Message>();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  let lastMicros = 0;
  const nextTs = (): string => {
    lastMicros = Math.max(lastMicros + 1, Math.round(o.clock.now() * 1_000));
    return `${Math.floor(lastMicros / 1_000_000)}.${String(lastMicros % 1_000_000).padStart(6, '0')}`;
  };
  const keyOf = (channel: string, ts: string): string => `${channel} ${ts}`;

  return {
    teamId: o.teamId,
    name: o.name,
    enterpriseId: o.enterpriseId,
    bot: o.bot,
    general: idOf(GENERAL),
    shared: idOf(SHARED),
    person: (user) => people.get(user) ?? null,
    people: () => [...people.values()],
    changePerson: (person, to) => {
      const changed = { ...person, ...to, user: person.user };
      people.set(person.user, changed);
      return changed;
    },
    channel: (id) => channels.get(id) ?? null,
    direct: (user) => channels.get(directId(user)) ?? null,
    isExternal,
    nextTs,
    add: (message) => {
      const added: Message = { ...message, ts: nextTs(), editedAt: null };
      messages.set(keyOf(added.channel.id, added.ts), added);
      changed();
      return added;
    },
    find: (channel, ts) => messages.get(keyOf(channel, ts)) ?? null,
    standing: (channel) =>
      [...messages.values()].filter((message) => message.channel.id === channel && message.ephemeralFor === null),
    change: (message, { text, blocks, metadata }) => {
      message.text = text;
      message.blocks = blocks;
      message.metadata = metadata;
      message.editedAt = nextTs();
      changed();
    },
    remove: (message) => {
      messages.delete(keyOf(message.channel.id, message.ts));
      changed();
    },
    dropEphemerals: (user) => {
      for (const [key, { ephemeralFor }] of messages) if (ephemeralFor === user) messages.delete(key);
      changed();
    },
    seen: ({ user } = {}) =>
      [...messages.values()]
        .filter(
          ({ channel, ephemeralFor }) =>
            user === undefined || (channel.members.has(user) && (ephemeralFor === null || ephemeralFor === user)),
        )
        .map((message) => seenMessage(message, o.teamId)),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

const seenMessage = (message: Message, team: string): SeenMessage => ({
  team,
  channel: message.channel.id,
  channelKind: message.channel.kind,
  ts: message.ts,
  user: message.user,
  bot: message.bot?.id ?? null,
  text: message.text,
  blocks: message.blocks,
  pings: message.bot !== null ? pingsIn(message.text, message.blocks) : [],
  ...(message.threadTs === null ? {} : { threadTs: message.threadTs }),
  ...(message.metadata === null ? {} : { metadata: message.metadata }),
  ...(message.ephemeralFor === null ? {} : { ephemeralFor: message.ephemeralFor }),
  ...(message.editedAt === null ? {} : { editedAt: message.editedAt }),
});
