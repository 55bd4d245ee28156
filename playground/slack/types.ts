/** What the stand-in Slack offers to the playground and to tests. */
import type { FastifyInstance } from 'fastify';

export interface SlackPerson {
  readonly user: string;
  readonly name: string;
  /** Their home workspace; another one than ours makes them a stranger through a shared channel. */
  readonly team: string;
  readonly kind: 'employee' | 'contractor' | 'guest' | 'external';
}

/** A message as people would see it now. */
export interface SeenMessage {
  readonly channel: string;
  readonly ts: string;
  /** Who wrote it: a person's user id, or the bot's. */
  readonly user: string;
  readonly bot: boolean;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly metadata?: { readonly event_type: string; readonly event_payload: Readonly<Record<string, unknown>> };
  readonly thread_ts?: string;
  readonly editedAt?: number;
  /** Seen by this user only, and by nobody after a reload. */
  readonly ephemeralFor?: string;
}

export interface SlackCall {
  /** ms since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly ok: boolean;
  readonly error?: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** What a call meets instead of its answer: before or after it took effect. */
export type SlackFault = 'hang' | 'reset' | '500-before' | '500-after' | 'reset-after' | '429' | (string & {});

export interface SlackStandInOptions {
  readonly appId: string;
  readonly teamId: string;
  readonly signingSecret: string;
  readonly botToken: string;
  /** Where events go; read at each delivery. */
  readonly eventsUrl: () => string;
  /** Where this stand-in itself is reached, without a slash at the end: `response_url`s begin with it. */
  readonly publicUrl: () => string;
  readonly people: readonly SlackPerson[];
  /** Slack's limits on calls: 50 a minute a method, posts once a second a channel after a small burst. Default: on. */
  readonly limits?: boolean;
  /** ms since the epoch. */
  readonly now?: () => number;
  /** Waiting times before the second, third and fourth delivery of an event, ms. Default: Slack's own. */
  readonly retryAfterMs?: readonly number[];
}

/** What a delivery came to: the status of the last attempt; 0 where there was no answer. */
export interface Delivered {
  readonly channel: string;
  readonly ts: string;
  readonly eventId: string;
  readonly status: number;
}

export interface RawDelivery {
  readonly body: string;
  readonly contentType?: string;
  readonly signWith?: string;
  /** Seconds to add to the timestamp that is signed and sent. */
  readonly skewSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SlackStandIn {
  routes(app: FastifyInstance): void;
  /** A person writes: in their private chat with the bot (no channel), or in a channel, where the bot is mentioned. Resolves after the first delivery was answered. */
  say(o: {
    readonly user: string;
    readonly text: string;
    readonly channel?: string | null;
    /** How often the same event is delivered at once. */
    readonly times?: number;
  }): Promise<Delivered>;
  /** A person presses a button of a message they see; resolves with the status of the answer. */
  press(o: {
    readonly user: string;
    readonly channel: string;
    readonly ts: string;
    readonly actionId: string;
    readonly value: string;
  }): Promise<number>;
  /** What people would now see; with a user, what they would. Oldest first. */
  history(o?: { readonly user?: string }): readonly SeenMessage[];
  requests(): readonly SlackCall[];
  onChange(listener: () => void): () => void;
  /** The next `times` calls of this method meet a fault. An unknown word is an error code of Slack's. */
  fail(o: { readonly method: string; readonly how: SlackFault; readonly times?: number }): void;
  /** Called when a call has arrived, before anything happens. */
  onCall(listener: (method: string, args: Readonly<Record<string, unknown>>) => void): () => void;
  /** The envelope that would carry this message, for tests that change something in it. */
  envelope(o: {
    readonly user: string;
    readonly text: string;
    readonly channel?: string | null;
  }): Record<string, unknown>;
  /** Sends bytes to the events address, signed as asked. */
  deliverRaw(o: RawDelivery): Promise<{ readonly status: number; readonly body: string }>;
  readonly botUserId: string;
  close(): Promise<void>;
}
