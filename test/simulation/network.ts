/**
 * The way from one process to what it reaches: takes time, fails, loses replies, and may be the last thing the process
 * did. A call has happened once it arrived, whoever still waits for it; whoever died hears nothing any more.
 */
import { SottoError } from '../../src/core/errors.ts';
import type { Failed } from '../../src/core/ports.ts';
import type { Time } from './time.ts';
import type { Site, Weather } from './weather.ts';

/** A process as far as the network cares. */
export interface Host {
  readonly name: string;
  alive(): boolean;
  /** Runs it as soon as the process can: at once, after it has been standing still, or never where it is dead. */
  wake(run: () => void): void;
  stall(ms: number): void;
  jump(ms: number): void;
  die(): void;
}

/** Why a call failed, as whoever called sees it. `lost`: it did happen. */
type Trouble = 'away' | 'limits' | 'lost';

/** After so long, ms, an adapter gives up a call that hangs. */
const DEADLINE_MS = 4_000;

/** How long the platform tells people to wait who are too fast, ms. */
const LIMITED_MS = 3_000;

const platformFault = (verb: string, why: Trouble): Failed<'lost' | 'later'> => {
  if (why === 'limits') return { ok: false, fault: 'later', code: 'ratelimited', afterMs: LIMITED_MS };
  return { ok: false, fault: verb === 'post' && why === 'lost' ? 'lost' : 'later', code: 'no_answer' };
};

/** What the adapters make of a failed call: an error with its code, or a value where the port has one. */
const failing = (site: Site, verb: string, why: Trouble): unknown => {
  switch (site) {
    case 'slack':
    case 'teams':
      return verb === 'whisper' || verb === 'respond' ? undefined : platformFault(verb, why);
    case 'backend':
      return { ok: false, code: verb === 'write' && why === 'lost' ? 'doubt' : 'unreachable' };
    case 'store':
      throw new SottoError('store-unavailable', 'The store is away.');
    case 'audit':
      throw new SottoError('audit-unavailable', 'The audit log is away.');
    case 'directory':
      throw new SottoError('directory-unavailable', 'The directory is away.');
  }
};

export interface Network {
  /**
   * A port as this process has it. `near`: verbs that are answered without a call. A verb's full name, as faults name it, is
   * `part.verb` (`inbox.commit`, `audit.append`).
   */
  reach<P extends object>(o: {
    readonly site: Site;
    readonly part: string;
    readonly port: P;
    readonly near?: readonly (keyof P)[];
  }): P;
}

export const createNetwork = (o: { readonly time: Time; readonly weather: Weather; readonly host: Host }): Network => {
  const { time, weather, host } = o;

  const call = <T>(site: Site, part: string, verb: string, happen: () => Promise<T>): Promise<T> => {
    const name = `${part}.${verb}`;
    // Whatever else it was about to do when it died.
    if (!host.alive()) return new Promise(() => undefined);
    const blow = weather.blowAt(host.name, name);
    if (blow?.kind === 'crash' && blow.before) {
      host.die();
      return new Promise(() => undefined);
    }
    const answer = (why: Trouble): Promise<T> => {
      const failed = Promise.resolve().then(() => failing(site, verb, why) as T);
      // It may be on its way for long, or to somebody who is dead.
      failed.catch(() => undefined);
      return failed;
    };
    /** What becomes of it when it arrives. */
    const arrive = (): { readonly outcome: Promise<T>; readonly after: number } => {
      const away = weather.isAway(site);
      if (away !== null) {
        const why = away === 'limits' && (site === 'slack' || site === 'teams') ? 'limits' : 'away';
        return { outcome: answer(why), after: away === 'hangs' ? DEADLINE_MS : 0 };
      }
      const outcome = happen();
      return weather.losesReply(name) ? { outcome: answer('lost'), after: DEADLINE_MS } : { outcome, after: 0 };
    };

    const there = weather.way(site);
    if (there === 0 && blow === null && weather.isAway(site) !== 'hangs') {
      const { outcome, after } = arrive();
      if (after === 0) return outcome;
      return new Promise((resolve) => time.at(time.now() + after, () => host.wake(() => resolve(outcome))));
    }
    return new Promise((resolve) => {
      time.at(time.now() + there, () => {
        const { outcome, after } = arrive();
        const back = after + weather.way(site);
        if (blow?.kind === 'crash') return host.die();
        if (blow?.kind === 'stall') host.stall(blow.for);
        if (blow?.kind === 'jump') host.jump(blow.by);
        if (back === 0) host.wake(() => resolve(outcome));
        else time.at(time.now() + back, () => host.wake(() => resolve(outcome)));
      });
    });
  };

  return {
    reach: <P extends object>({
      site,
      part,
      port,
      near = [],
    }: Parameters<Network['reach']>[0] & { readonly port: P }): P =>
      Object.fromEntries(
        Object.entries(port).map(([verb, made]) => {
          if (typeof made !== 'function' || (near as readonly string[]).includes(verb)) return [verb, made];
          return [verb, (...given: readonly unknown[]) => call(site, part, verb, () => made(...given))];
        }),
      ) as P,
  };
};
