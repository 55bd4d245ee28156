/** The workspace's memory: channels, messages, who sees what. */
import type { SeenMessage, SlackPerson } from './types.ts';

export const GENERAL = 'C0GENERAL0';
export const SHARED = 'C0SHARED00';

export interface Channel {
  readonly id: string;
  readonly kind: 'im' | 'channel' | 'shared';
  readonly members: ReadonlySet<string>;
}

export interface Workspace {
  readonly botUserId: string;
  readonly botId: string;
  person(user: string): SlackPerson | undefined;
  /** A channel by its id, or the private chat of a user id; undefined: there is none. */
  channel(idOrUser: string): Channel | undefined;
  /** The private chat of a user with the bot. */
  privateChat(user: string): string;
  nextTs(): string;
  add(message: SeenMessage): void;
  find(channel: string, ts: string): SeenMessage | undefined;
  replace(message: SeenMessage): void;
  remove(channel: string, ts: string): void;
  all(): readonly SeenMessage[];
  seenBy(user: string): readonly SeenMessage[];
  onChange(listener: () => void): () => void;
}

const MOST_MESSAGES = 20_000;

export const createWorkspace = (o: {
  readonly people: readonly SlackPerson[];
  readonly teamId: string;
  readonly now: () => number;
}): Workspace => {
  const botUserId = 'U0SOTTOBOT';
  const people = new Map(o.people.map((person) => [person.user, person]));
  const privateChat = (user: string): string => `D${user.slice(1)}`;
  const channels = new Map<string, Channel>();
  for (const { user, team } of o.people) {
    const id = privateChat(user);
    channels.set(id, { id, kind: 'im', members: new Set([user, botUserId]) });
    if (team !== o.teamId) continue;
  }
  const ours = o.people.filter(({ team }) => team === o.teamId).map(({ user }) => user);
  channels.set(GENERAL, { id: GENERAL, kind: 'channel', members: new Set([...ours, botUserId]) });
  channels.set(SHARED, { id: SHARED, kind: 'shared', members: new Set([...people.keys(), botUserId]) });

  let messages: SeenMessage[] = [];
  let lastMicros = 0;
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  return {
    botUserId,
    botId: 'B0SOTTOBOT',
    person: (user) => people.get(user),
    channel: (idOrUser) =>
      channels.get(idOrUser) ?? (people.has(idOrUser) ? channels.get(privateChat(idOrUser)) : undefined),
    privateChat,
    nextTs: () => {
      // Unique and increasing, microseconds since the epoch, as Slack's are.
      lastMicros = Math.max(lastMicros + 1, o.now() * 1_000);
      return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`;
    },
    add: (message) => {
      messages = [...messages, message].slice(-MOST_MESSAGES);
      changed();
    },
    find: (channel, ts) =>
      messages.find(
        (message) => message.channel === channel && message.ts === ts && message.ephemeralFor === undefined,
      ),
    replace: (next) => {
      messages = messages.map((message) =>
        message.channel === next.channel && message.ts === next.ts ? next : message,
      );
      changed();
    },
    remove: (channel, ts) => {
      messages = messages.filter((message) => message.channel !== channel || message.ts !== ts);
      changed();
    },
    all: () => messages,
    seenBy: (user) =>
      messages.filter(
        ({ channel, ephemeralFor }) =>
          channels.get(channel)?.members.has(user) === true && (ephemeralFor ?? user) === user,
      ),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
