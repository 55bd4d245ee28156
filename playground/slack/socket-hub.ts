/** The connections of an app in Socket Mode, and what is on its way over them. */
import { fieldsIn } from '../../src/adapters/bounded/fields.ts';
import { ANSWER_MS, MOST_SOCKETS, WARNED_MS } from './rules.ts';
import type { Json, SeenAck, SocketGoodbye } from './types.ts';

/** A connection as the hub knows it. */
export interface Wire {
  send(frame: string | Buffer): void;
  /** With a word of goodbye. */
  close(): void;
  /** Without one. */
  cut(): void;
  /** Neither pings nor answers pings from now on. */
  hush(): void;
}

export interface Envelope {
  readonly type: 'events_api' | 'interactive' | 'slash_commands';
  readonly payload: Json;
  /** Of an event, on every try. */
  readonly retry: { readonly attempt: number; readonly reason: string } | null;
}

/** What was said to it; null: nothing in time, or no connection to ask over. */
export type Acked = { readonly payload: Json | null } | null;

export interface Hub {
  /** Says hello. False: there are ten already, and no eleventh stands. */
  join(wire: Wire): boolean;
  leave(wire: Wire): void;
  heard(wire: Wire, text: string): void;
  /** Over the next connection in turn; waits three seconds at most. */
  send(envelope: Envelope): Promise<Acked>;
  /** Ids of those that stand, the oldest first. */
  open(): readonly number[];
  goodbye(reason: SocketGoodbye, id?: number): void;
  wire(id?: number): Wire;
  acks(): readonly SeenAck[];
  close(): void;
}

/** Acknowledgements that are remembered; the oldest go first. */
const MOST_ACKS = 1_000;

export const createHub = (o: { readonly appId: string; readonly makeId: () => string }): Hub => {
  interface Member {
    readonly id: number;
    readonly wire: Wire;
    /** What was sent over it and waits for an acknowledgement over it. */
    readonly waiting: Map<string, (acked: Acked) => void>;
    closing: NodeJS.Timeout | null;
  }
  const members: Member[] = [];
  const seen: SeenAck[] = [];
  let made = 0;
  let turn = 0;

  const memberOf = (wire: Wire): Member | undefined => members.find((member) => member.wire === wire);
  const named = (id: number | undefined): Member => {
    const member = id === undefined ? members[0] : members.find((each) => each.id === id);
    if (member === undefined) throw new Error('There is no such connection.');
    return member;
  };

  return {
    join: (wire) => {
      if (members.length >= MOST_SOCKETS) return false;
      made += 1;
      members.push({ id: made, wire, waiting: new Map(), closing: null });
      wire.send(
        JSON.stringify({
          type: 'hello',
          num_connections: members.length,
          debug_info: { host: `applink-${made}`, build_number: 10, approximate_connection_time: 18_060 },
          connection_info: { app_id: o.appId },
        }),
      );
      return true;
    },
    leave: (wire) => {
      const member = memberOf(wire);
      if (member === undefined) return;
      members.splice(members.indexOf(member), 1);
      if (member.closing !== null) clearTimeout(member.closing);
      // What it did not acknowledge comes over another one, at once.
      for (const settle of member.waiting.values()) settle(null);
    },
    heard: (wire, text) => {
      const member = memberOf(wire);
      const frame = fieldsIn(text);
      const id = frame?.['envelope_id'];
      if (member === undefined || frame === null || typeof id !== 'string') return;
      const settle = member.waiting.get(id);
      const payload = fieldsIn(JSON.stringify(frame['payload'] ?? null));
      // What belongs to another connection, or comes too late, acknowledges nothing.
      seen.push({ envelope: id, connection: member.id, payload, counted: settle !== undefined });
      if (seen.length > MOST_ACKS) seen.shift();
      settle?.({ payload });
    },
    send: ({ type, payload, retry }) =>
      new Promise((resolve) => {
        const member = members[turn++ % Math.max(1, members.length)];
        if (member === undefined) {
          resolve(null);
          return;
        }
        const id = `${o.makeId()}-${o.makeId()}`.toLowerCase();
        const settle = (acked: Acked): void => {
          clearTimeout(timer);
          member.waiting.delete(id);
          resolve(acked);
        };
        const timer = setTimeout(() => settle(null), ANSWER_MS);
        member.waiting.set(id, settle);
        member.wire.send(
          JSON.stringify({
            envelope_id: id,
            payload,
            type,
            accepts_response_payload: type !== 'events_api',
            ...(retry === null ? {} : { retry_attempt: retry.attempt, retry_reason: retry.reason }),
          }),
        );
      }),
    open: () => members.map(({ id }) => id),
    goodbye: (reason, id) => {
      const member = named(id);
      member.wire.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: `applink-${member.id}` } }));
      // A warning comes some seconds before; the others are about now.
      if (reason === 'warning') member.closing = setTimeout(() => member.wire.close(), WARNED_MS);
      else member.wire.close();
    },
    wire: (id) => named(id).wire,
    acks: () => [...seen],
    close: () => {
      for (const { wire } of members.toReversed()) wire.cut();
    },
  };
};
