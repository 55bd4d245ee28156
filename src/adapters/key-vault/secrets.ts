/** Secrets from Azure Key Vault, answered from memory and looked up in the background. */
import { SottoError } from '../../core/errors.ts';
import type { Clock, Log, Metrics, Random, Secrets } from '../../core/ports.ts';
import { vaultAddress, vaultName } from './address.ts';
import { createAlarms } from './alarms.ts';
import { createHolding, type Holding } from './holding.ts';
import { createReader } from './reader.ts';
import { createVault, type VaultCredential } from './vault.ts';

export type { VaultCredential } from './vault.ts';

/** What Key Vault allows in a name. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,126}$/;

/** A version that was put there, enabled, disabled or taken away is noticed within this, ms. */
const TTL_MS = 60_000;

/** One look with all its attempts, ms, and at most this share of the TTL. */
const LOOK_MS = 10_000;
const LOOK_SHARE = 4;

/** An alarm this long before a secret ends that nothing replaces (Key Vault requirement 8). */
const EXPIRY_LEAD_MS = 30 * 24 * 60 * 60_000;

/** The current version and the one before it. */
const KEEP = 2;
const MOST_KEEP = 8;

/** Names that are remembered; a bound for the memory. Sotto needs about ten. */
const MOST_NAMES = 200;

const TICK_MS = 1_000;

export interface KeyVaultOptions {
  /** `https://NAME.vault.azure.net`, or the stand-in's address. */
  readonly url: string;
  /** Of `createAzureCredential`. */
  readonly credential: VaultCredential;
  /** True for tests only: the vault is at https on this machine, and its challenge is not checked. */
  readonly unsafeStandIn: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** How many versions of a secret are accepted at most, by name, 1 to 8; 2 where it is not named. */
  readonly keep?: Readonly<Record<string, number>>;
  /** Names of which an older version counts past its end (`exp`), until it is disabled or deleted: of keys that open or prove old things. */
  readonly untilDisabled?: readonly string[];
  /** Within which a change is noticed, ms; 60 s unless given. */
  readonly ttlMs?: number;
  /** How long before the end of a secret the alarm is raised, ms; 30 days unless given. */
  readonly expiryLeadMs?: number;
  /** Certificates (PEM) that are trusted instead of the machine's: the stand-in's own. */
  readonly ca?: string;
}

/**
 * `current` is the newest version that is enabled and within its times; `accepted` are it and the usable ones before it, two
 * in all unless `keep` says otherwise: a key that was replaced stays good until it is disabled, expires, or is replaced
 * again. `until` is when the current one ends with nothing newer to follow it. A version whose time has not come is not used before it, and
 * one that has expired not after, also while the vault is away (Key Vault requirements 3, 4, 7). Of the names in `untilDisabled` an older
 * version opens past its end as well; where the end of every version has come, they too are refused.
 *
 * Once a secret is known, `get` answers from memory and waits for nobody; it is looked up anew in the background before
 * `ttlMs` is over, at once when a version begins or ends, and by one look however many ask. With `start` that goes on also
 * while nobody asks. While the vault does not answer, the last good value serves, with an alarm every minute that says for
 * how long and, where the value ends, how much time is left (requirement 6).
 *
 * Refuses with `secret-missing` where there is none, none that is enabled or none whose time it is, with
 * `secrets-unavailable` where the vault does not tell and nothing is known, and with `settings` where the address, a name or a
 * value cannot be right. `createKeyVaultSecrets` itself refuses with `settings` only.
 */
export const createKeyVaultSecrets = (
  o: KeyVaultOptions,
): Secrets & {
  /** Looks up what was ever asked for, in the background, until `stop`. */
  start(): void;
  stop(): void;
} => {
  const url = vaultAddress(o);
  const ttlMs = o.ttlMs ?? TTL_MS;
  for (const [name, count] of Object.entries(o.keep ?? {})) {
    if (!Number.isInteger(count) || count < 1 || count > MOST_KEEP)
      throw new SottoError('settings', `Of "${name}" ${count} versions should be accepted; 1 to ${MOST_KEEP} can be.`);
  }
  const untilDisabled = (name: string): boolean => o.untilDisabled?.includes(name) ?? false;
  const lookMs = Math.min(LOOK_MS, ttlMs / LOOK_SHARE);
  const reader = createReader({
    vault: createVault({ url, credential: o.credential, unsafeStandIn: o.unsafeStandIn, ca: o.ca, callMs: lookMs / 2 }),
    named: { vault: vaultName(url), host: url.host },
    clock: o.clock,
    random: o.random,
    keep: (name) => o.keep?.[name] ?? KEEP,
    untilDisabled,
    lookMs,
  });
  const alarms = createAlarms(o);
  const holdings = new Map<string, Holding>();
  let stopping: AbortController | null = null;

  const holdingOf = (name: string): Holding => {
    const known = holdings.get(name);
    if (known !== undefined) return known;
    const oldest = holdings.keys().next();
    if (holdings.size >= MOST_NAMES && oldest.done === false) holdings.delete(oldest.value);
    const { clock, random, metrics } = o;
    const expiryLeadMs = o.expiryLeadMs ?? EXPIRY_LEAD_MS;
    const holding = createHolding({
      name,
      reader,
      alarms,
      clock,
      random,
      metrics,
      ttlMs,
      expiryLeadMs,
      untilDisabled: untilDisabled(name),
    });
    holdings.set(name, holding);
    return holding;
  };

  return {
    get: async (name) => {
      if (!NAME.test(name)) {
        throw new SottoError(
          'settings',
          `A secret's name has letters, digits and "-" only, 127 at most; ${JSON.stringify(name.slice(0, 200))} has not.`,
        );
      }
      return holdingOf(name).get();
    },

    start: () => {
      if (stopping !== null) return;
      stopping = new AbortController();
      const { signal } = stopping;
      void (async () => {
        while (!signal.aborted) {
          for (const holding of holdings.values()) holding.tend();
          await o.clock.sleep(TICK_MS, signal);
        }
      })();
    },

    stop: () => {
      stopping?.abort();
      stopping = null;
    },
  };
};
