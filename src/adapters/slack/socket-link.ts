/** One connection of Socket Mode, from the handshake to its end. */
import { globalAgent } from 'node:http';
import { globalAgent as secureAgent } from 'node:https';
import WebSocket from 'ws';
import { codeOf } from '../../core/errors.ts';
import type { Clock, Log, Metrics } from '../../core/ports.ts';
import { inTime } from '../bounded/waiting.ts';
import { BODY_LIMIT } from './intake.ts';
import type { Fields } from './read.ts';
import { ackOf, type Frame, type Goodbye, readFrame } from './socket-frames.ts';

/** Of a frame, bytes. What is larger than a payload may be is let be; what is larger than this ends the connection. */
const MOST_FRAME = 4 * BODY_LIMIT;

/** Slack says hello in well under a second. ms. */
const HELLO_MS = 10_000;

/** Slack pings every few seconds; we do every ten, and what was silent for three of them is dead. ms. */
const BEAT_MS = 10_000;
const SILENT_MS = 30_000;

/** Payloads in hand at once, of one connection; what comes beside them comes again. */
const MOST_AT_ONCE = 256;

/** How long the other side may take to say goodbye, ms. */
const GOODBYE_MS = 500;

type Envelope = Extract<Frame, { readonly kind: 'envelope' }>;

/** Why a connection is no longer the one to rely on. `closed`: it is gone. `foreign`: it is of another app. */
export type Leaving = Goodbye | 'closed' | 'silent' | 'foreign';

/** What becomes of a payload; null: it is not acknowledged, so Slack sends it again. Asked late, it may become ours after all. */
export interface Received {
  readonly acked: Fields | 'nothing-to-say' | null;
  readonly later: Promise<boolean>;
}

export interface Link {
  /** Whether Slack said hello. False where that did not come in time, or the connection failed. Never rejects. */
  readonly ready: Promise<boolean>;
  /** Resolves once it is to be replaced. It may still stand and bring payloads. Never rejects. */
  readonly leaving: Promise<Leaving>;
  open(): boolean;
  /** Goes on taking until Slack closes it or the time is up, then ends. Never rejects. */
  retire(o: { readonly graceMs: number }): Promise<void>;
  /** Takes nothing more, acknowledges what is in hand within the time, and ends. Never rejects. */
  close(o: { readonly graceMs: number }): Promise<void>;
}

export interface LinkOptions {
  readonly url: string;
  readonly appId: string;
  /** Never rejects. */
  readonly receive: (payload: Fields) => Promise<Received>;
  readonly reject: (reason: string) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export const openLink = (o: LinkOptions): Link => {
  const { clock, log } = o;
  const socket = new WebSocket(o.url, {
    handshakeTimeout: HELLO_MS,
    maxPayload: MOST_FRAME,
    // What is unpacked would not be bounded by what came.
    perMessageDeflate: false,
    // Node's own, so that it goes by the proxy that Node is told of.
    agent: o.url.startsWith('wss:') ? secureAgent : globalAgent,
  });
  const ended = new AbortController();
  const ready = settable<boolean>();
  const leaving = settable<Leaving>();
  const inHand = new Set<Promise<void>>();
  let heard = clock.now();
  let greeted = false;
  let taking = true;

  const counted = (outcome: string): void => o.metrics.count('slack_envelopes', { outcome });

  const acknowledge = (ack: string, outcome: string): void => {
    // Where it is gone by now, Slack sends the payload again, and it is known then.
    if (socket.readyState !== WebSocket.OPEN) counted('ack-lost');
    else socket.send(ack, (error) => counted(error instanceof Error ? 'ack-lost' : outcome));
  };

  const work = async (envelope: Envelope): Promise<void> => {
    const { acked, later } = await o.receive(envelope.payload);
    if (acked !== null) {
      acknowledge(ackOf(envelope, acked === 'nothing-to-say' ? null : acked), 'acked');
      return;
    }
    counted('not-acked');
    // Durable a little later than Slack likes: saying so still spares the next delivery.
    void later.then((ours) => (ours ? acknowledge(ackOf(envelope, null), 'acked-late') : undefined));
  };

  const begin = (envelope: Envelope): void => {
    if (!greeted || !taking || inHand.size >= MOST_AT_ONCE) {
      counted('not-taken');
      return;
    }
    const done = work(envelope)
      .catch((error: unknown) => log.error('slack.receiver-failed', { code: codeOf(error) }))
      .finally(() => inHand.delete(done));
    inHand.add(done);
  };

  const greet = (appId: string | null): void => {
    if (appId === null || appId === o.appId) {
      greeted = true;
      ready.set(true);
      return;
    }
    log.error('slack.socket-foreign', { code: 'app-foreign' });
    leaving.set('foreign');
    socket.terminate();
  };

  const take = (frame: Frame): void => {
    if (frame.kind === 'malformed') o.reject('body-malformed');
    else if (frame.kind === 'disconnect') leaving.set(frame.reason);
    else if (frame.kind === 'hello') greet(frame.appId);
    else if (frame.kind === 'envelope') begin(frame);
  };

  const heardFrom = (): void => {
    heard = clock.now();
  };
  socket.on('ping', heardFrom);
  socket.on('pong', heardFrom);
  socket.on('message', (data) => {
    heardFrom();
    if (typeof data !== 'string') o.reject('body-malformed');
    else if (Buffer.byteLength(data) > BODY_LIMIT) o.reject('body-too-large');
    else take(readFrame(data));
  });
  // Its message may hold the address, which is as good as a key. The end follows.
  socket.on('error', (error) => log.warn('slack.socket-failed', { code: codeOf(error) }));
  socket.on('close', () => {
    ended.abort();
    ready.set(false);
    leaving.set('closed');
  });

  const watch = async (): Promise<void> => {
    await clock.sleep(HELLO_MS, ended.signal);
    if (!ended.signal.aborted && !greeted) socket.terminate();
    while (!ended.signal.aborted) {
      await clock.sleep(BEAT_MS, ended.signal);
      if (ended.signal.aborted) return;
      if (clock.now() - heard >= SILENT_MS) {
        leaving.set('silent');
        socket.terminate();
      } else if (socket.readyState === WebSocket.OPEN) socket.ping();
    }
  };
  void watch();

  const gone = new Promise<void>((resolve) => {
    if (ended.signal.aborted) resolve();
    ended.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const close = async ({ graceMs }: { readonly graceMs: number }): Promise<void> => {
    taking = false;
    await inTime(clock, graceMs, Promise.allSettled(inHand));
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
    else socket.close(1_000);
    await inTime(clock, GOODBYE_MS, gone);
    socket.terminate();
  };

  return {
    ready: ready.value,
    leaving: leaving.value,
    open: () => greeted && socket.readyState === WebSocket.OPEN,
    retire: async ({ graceMs }) => {
      await inTime(clock, graceMs, gone);
      await close({ graceMs });
    },
    close,
  };
};

/** A promise that is settled by whoever comes first. */
const settable = <T>(): { readonly value: Promise<T>; readonly set: (value: T) => void } => {
  let set: (value: T) => void = () => undefined;
  const value = new Promise<T>((resolve) => {
    set = resolve;
  });
  return { value, set };
};
