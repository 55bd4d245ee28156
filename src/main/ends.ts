/** When secrets and certificates end: for the metrics, and for a warning in the log in good time. */
import { X509Certificate } from 'node:crypto';
import { within } from '../adapters/bounded/waiting.ts';
import type { Clock, Log, Secret, Secrets } from '../core/ports.ts';

/** The same warning again after this, ms. */
const AGAIN_MS = 6 * 60 * 60_000;

/** Whoever reads the metrics waits for a vault no longer than this, ms; what it told last is shown then. */
const LOOK_MS = 1_000;

/** Names that are remembered; a bound for the memory. */
const MOST_NAMES = 64;

const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,65536}-----END CERTIFICATE-----/g;

/** When the first of these certificates (PEM, a chain) ends, ms since the epoch; null: none can be read. */
export const endOf = (pem: string): number | null => {
  try {
    const ends = [...pem.matchAll(PEM)].map(([one]) => Date.parse(new X509Certificate(one).validTo));
    const first = Math.min(...ends);
    return Number.isFinite(first) ? first : null;
  } catch {
    return null;
  }
};

/** Seconds that are left, by name; below 0 once it has ended. Names without a known end are absent. */
export type SecondsLeft = Readonly<Record<string, number>>;

export interface Ends {
  /** The secrets as they are, with a note of when each ends. */
  readonly secrets: Secrets;
  /** Of all that were ever asked for. */
  secondsLeft(): Promise<SecondsLeft>;
  certificatesLeft(): SecondsLeft;
  /** Warns of certificates that end within the lead, each again after six hours. Secrets are warned of by the vault's adapter. */
  warn(): void;
}

export const createEnds = (o: {
  readonly secrets: Secrets;
  /** By name, asked whenever it is looked; null: no end is known. */
  readonly certificates?: Readonly<Record<string, () => number | null>>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long before an end it is warned of, ms. */
  readonly warnMs: number;
}): Ends => {
  const { clock } = o;
  const certificates = Object.entries(o.certificates ?? {});
  /** What ended stays known until there is something new, so that the metric says so. */
  const known = new Map<string, number | null>();
  const warned = new Map<string, number>();

  const get = async (name: string): Promise<Secret> => {
    const secret = await o.secrets.get(name);
    if (known.has(name) || known.size < MOST_NAMES) known.set(name, secret.until ?? null);
    return secret;
  };
  const left = (ends: Iterable<readonly [string, number | null]>): SecondsLeft =>
    Object.fromEntries(
      [...ends].flatMap(([name, end]) => (end === null ? [] : [[name, Math.floor((end - clock.now()) / 1_000)]])),
    );
  const certificateEnds = () => certificates.map(([name, end]) => [name, end()] as const);

  return {
    secrets: { get },
    secondsLeft: async () => {
      const looks = [...known.keys()].map((name) => get(name).catch(() => undefined));
      await within({ ms: LOOK_MS }, () => Promise.all(looks)).catch(() => undefined);
      return left(known);
    },
    certificatesLeft: () => left(certificateEnds()),
    warn: () => {
      const now = clock.now();
      for (const [name, end] of certificateEnds()) {
        if (end === null || end - now > o.warnMs) continue;
        const last = warned.get(name);
        if (last !== undefined && now >= last && now - last < AGAIN_MS) continue;
        warned.set(name, now);
        o.log.error('certificate.expiring', { name, leftMs: end - now });
      }
    },
  };
};
