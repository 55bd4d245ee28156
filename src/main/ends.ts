/** When secrets and certificates end: for the metrics, for `sotto doctor`, and for a warning in the log in good time. */
import { certificateEnd } from '../adapters/bounded/certificate.ts';
import { within } from '../adapters/bounded/waiting.ts';
import type { Clock, Log, Secret, Secrets } from '../core/ports.ts';

/** The same warning again after this, ms. */
const AGAIN_MS = 6 * 60 * 60_000;

/** Whoever reads the metrics waits for a vault no longer than this, ms; what it told last is shown then. */
const LOOK_MS = 1_000;

/** Names that are remembered; a bound for the memory. */
const MOST_NAMES = 64;

/** When a secret ends, by what the vault says and by the certificate in it; null: no end is known. */
export const endOfSecret = ({ current, until }: Secret): number | null => {
  const ends = [until ?? null, certificateEnd(current)].filter((end) => end !== null);
  return ends.length === 0 ? null : Math.min(...ends);
};

interface Known {
  readonly end: number | null;
  /** A certificate in it ends before the vault says that it does. */
  readonly sooner: boolean;
}

type SecondsLeft = Readonly<Record<string, number>>;

export interface Ends {
  /** The secrets as they are, with a note of when each ends. */
  readonly secrets: Secrets;
  /** Of all that were ever asked for, in seconds, by name; below 0 once it has ended. One without a known end is absent. */
  secondsLeft(): Promise<SecondsLeft>;
  certificatesLeft(): SecondsLeft;
  /** Warns of certificates in secrets that end within the lead, each again after six hours; of other ends the vault's adapter does. */
  warn(): void;
}

export const createEnds = (o: {
  readonly secrets: Secrets;
  /** By name; whoever keeps one warns of its end. */
  readonly certificates?: Readonly<Record<string, () => number | null>>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long before an end it is warned of, ms. */
  readonly warnMs: number;
}): Ends => {
  const { clock } = o;
  /** What ended stays known until there is something new, so that the metric says so. */
  const known = new Map<string, Known>();
  const warned = new Map<string, number>();
  /** Reading a certificate costs more than looking at the time, and a secret is the same one most times. */
  const read = new Map<string, { readonly secret: Secret; readonly known: Known }>();

  const noted = (name: string, secret: Secret): Known => {
    const before = read.get(name);
    if (before?.secret.current === secret.current && before.secret.until === secret.until) return before.known;
    const end = endOfSecret(secret);
    const fresh = { end, sooner: end !== null && end !== (secret.until ?? null) };
    read.set(name, { secret, known: fresh });
    return fresh;
  };
  const get = async (name: string): Promise<Secret> => {
    const secret = await o.secrets.get(name);
    if (known.has(name) || known.size < MOST_NAMES) known.set(name, noted(name, secret));
    return secret;
  };

  const left = (ends: readonly (readonly [string, number | null])[]): SecondsLeft => {
    const now = clock.now();
    return Object.fromEntries(
      ends.flatMap(([name, end]) => (end === null ? [] : [[name, Math.floor((end - now) / 1_000)]])),
    );
  };

  return {
    secrets: { get },
    secondsLeft: async () => {
      const looks = [...known.keys()].map((name) => get(name).catch(() => undefined));
      await within({ ms: LOOK_MS }, () => Promise.all(looks)).catch(() => undefined);
      return left([...known].map(([name, { end }]) => [name, end]));
    },
    certificatesLeft: () => left(Object.entries(o.certificates ?? {}).map(([name, end]) => [name, end()])),
    warn: () => {
      const now = clock.now();
      for (const [name, { end, sooner }] of known) {
        if (end === null || !sooner || end - now > o.warnMs) continue;
        const last = warned.get(name);
        if (last !== undefined && now >= last && now - last < AGAIN_MS) continue;
        warned.set(name, now);
        o.log.error('secrets.expiring', { name, leftMs: end - now });
      }
    },
  };
};
