/**
 * Socket Mode: events without a public address. Slack is called, and what it says over the connection goes the way of a request
 * that was signed: app, workspace, inbox, and only then an acknowledgement.
 */
import type { Clock, Log, Metrics, Random, Secret } from '../../core/ports.ts';
import { sooner } from '../bounded/waiting.ts';
import { confirming, type Intake } from './intake.ts';
import type { Fields } from './read.ts';
import { createAddresses } from './socket-address.ts';
import { type Link, openLink, type Received } from './socket-link.ts';

/** Waits between attempts double, with jitter, and end here, ms: several processes must not come back at once. */
const FIRST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 60_000;

/** A connection that stood for less failed, whatever it said; so what is refreshed over and over is waited for too. ms. */
const STOOD_MS = 10_000;

/** Slack closes what it warned of within ten seconds; until then both connections bring payloads. ms. */
const OVERLAP_MS = 15_000;

/** What lasts is said again after so long, ms. */
const SAY_EVERY_MS = 60_000;

export interface SocketMode {
  /** Connects, and connects again for as long as it runs. Nothing is waited for. */
  start(): void;
  /** Whether events can come in now. */
  connected(): boolean;
  /** Takes nothing more, acknowledges what is in hand, and closes every connection. Never rejects. */
  stop(o: { readonly graceMs: number }): Promise<void>;
}

export interface SocketModeOptions {
  readonly appId: string;
  /** The app-level token, `xapp-…`. */
  readonly appToken: () => Promise<Secret>;
  readonly unsafeApiUrl: string | null;
  readonly intake: Intake;
  readonly reject: (reason: string) => void;
  readonly random: Pick<Random, 'fraction'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export const createSocketMode = (o: SocketModeOptions): SocketMode => {
  const { clock, log, metrics } = o;
  const addresses = createAddresses(o);
  const stopping = new AbortController();
  const links = new Set<Link>();
  const retiring = new Set<Promise<void>>();
  let loop: Promise<void> = Promise.resolve();
  let said: { readonly code: string; readonly at: number } | null = null;

  const counted = (outcome: string): void => metrics.count('slack_sockets', { outcome });

  /** What lasts is not said at every attempt. */
  const complain = (code: string, alarm: boolean): void => {
    const at = clock.now();
    if (said?.code === code && at - said.at < SAY_EVERY_MS) return;
    said = { code, at };
    if (alarm) log.error('slack.socket-refused', { code });
    else log.warn('slack.socket-away', { code });
  };

  const receive = async (payload: Fields): Promise<Received> => {
    const taken = await confirming(clock, (gone) => o.intake.take(payload, gone));
    return taken.kind === 'unavailable'
      ? { acked: null, later: taken.later }
      : { acked: taken.answer ?? 'nothing-to-say', later: Promise.resolve(false) };
  };

  /** A connection that said hello; else how long Slack wants to be left in peace, ms. */
  const connect = async (): Promise<Link | { readonly afterMs: number }> => {
    const address = await sooner(addresses(), stopping.signal).catch(() => null);
    if (address === null) return { afterMs: 0 };
    if ('code' in address) {
      counted('refused');
      complain(address.code, address.alarm);
      return { afterMs: address.afterMs ?? 0 };
    }
    // Opened now, nobody would close it.
    if (stopping.signal.aborted) return { afterMs: 0 };
    const link = openLink({ ...o, url: address.url, receive });
    links.add(link);
    if (await link.ready) {
      counted('opened');
      said = null;
      return link;
    }
    counted('failed');
    complain('no-hello', false);
    links.delete(link);
    await link.close({ graceMs: 0 });
    return { afterMs: 0 };
  };

  const retire = (link: Link): void => {
    const done = link.retire({ graceMs: OVERLAP_MS }).finally(() => {
      links.delete(link);
      retiring.delete(done);
    });
    retiring.add(done);
  };

  /** One connection after the other; the next stands before the one that was warned of is let go. */
  const keep = async (): Promise<void> => {
    let failures = 0;
    let old: Link | null = null;
    while (!stopping.signal.aborted) {
      const wait = failures === 0 ? 0 : Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 16));
      await clock.sleep(wait * (0.5 + o.random.fraction() / 2), stopping.signal);
      if (stopping.signal.aborted) break;
      const link: Link | { readonly afterMs: number } = await connect();
      if ('afterMs' in link) {
        failures += 1;
        await clock.sleep(Math.min(MOST_WAIT_MS, link.afterMs), stopping.signal);
        continue;
      }
      if (old !== null) retire(old);
      const since = clock.now();
      const why = await link.leaving;
      counted(why);
      if (why === 'link_disabled') log.error('slack.socket-disabled', { code: why });
      failures = clock.now() - since >= STOOD_MS && why !== 'link_disabled' ? 0 : failures + 1;
      old = link.open() ? link : null;
      if (old === null) links.delete(link);
    }
  };

  return {
    start: () => {
      loop = keep();
    },
    connected: () => !stopping.signal.aborted && [...links].some((link) => link.open()),
    stop: async ({ graceMs }) => {
      stopping.abort();
      await Promise.all([...links].map((link) => link.close({ graceMs })));
      await Promise.all([loop, ...retiring]);
    },
  };
};
