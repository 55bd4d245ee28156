/** One look at a secret: list its versions, fetch what counts and is not known yet, with a few attempts within one deadline. */
import { codeOf, hasCode, type SottoError } from '../../core/errors.ts';
import type { Clock, Random } from '../../core/ports.ts';
import { within } from '../bounded/waiting.ts';
import { faultOf, noSecret, unavailable, type VaultFault } from './faults.ts';
import type { Vault } from './vault.ts';
import { counting, endsAt, nextChange, type Version, whyNone } from './versions.ts';

const ATTEMPTS = 3;
const FIRST_WAIT_MS = 200;

/** Who asks for a longer pause gets it between two looks instead. */
const MOST_WAIT_MS = 2_000;

export interface HeldVersion {
  readonly version: Version;
  readonly value: string;
}

/** `failed`: the vault did not tell, or what it told cannot be used. */
export type Look =
  | {
      readonly kind: 'held';
      /** Those that count, the one to use first. */
      readonly held: readonly HeldVersion[];
      /** When time alone changes what is usable; null: never. */
      readonly changesAt: number | null;
      /** When the current one ends with nothing newer to follow it; null: never. */
      readonly endsAt: number | null;
    }
  | { readonly kind: 'none'; readonly code: string; readonly refusal: SottoError }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly refusal: SottoError;
      readonly afterMs: number | null;
      /** What the list still permits of the known versions; null: there was no list, so they stay what they were. */
      readonly left: readonly HeldVersion[] | null;
    };

type FailedLook = Extract<Look, { readonly kind: 'failed' }>;

export interface Reader {
  /** Never rejects. Values of `known` versions are not fetched again: a version never changes. */
  look(name: string, known: readonly HeldVersion[]): Promise<Look>;
}

type Asked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: VaultFault };

export const createReader = (o: {
  readonly vault: Vault;
  /** For sentences: the vault's name for `az`, and its host. */
  readonly named: { readonly vault: string; readonly host: string };
  readonly clock: Clock;
  readonly random: Random;
  /** How many versions of a secret are accepted at most. */
  readonly keep: (name: string) => number;
  /** Whether an older one counts past its end, until it is disabled or deleted. */
  readonly untilDisabled: (name: string) => boolean;
  readonly lookMs: number;
}): Reader => {
  const ask = async <T>(signal: AbortSignal, call: () => Promise<T>): Promise<Asked<T>> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return { ok: true, value: await call() };
      } catch (error) {
        if (hasCode(error, 'settings')) throw error;
        const fault = faultOf(error);
        const backoff = FIRST_WAIT_MS * 2 ** attempt * (0.5 + o.random.fraction());
        const wait = Math.max(backoff, fault.afterMs ?? 0);
        if (!fault.again || attempt === ATTEMPTS || wait > MOST_WAIT_MS || signal.aborted) return { ok: false, fault };
        await o.clock.sleep(wait, signal);
      }
    }
  };

  const look = async (
    name: string,
    signal: AbortSignal,
    known: readonly HeldVersion[],
    onLeft: (left: readonly HeldVersion[]) => void,
  ): Promise<Exclude<Look, FailedLook> | Omit<FailedLook, 'left'>> => {
    const where = { name, ...o.named };
    const failed = (fault: VaultFault, doing: 'list' | 'get') => ({
      kind: 'failed' as const,
      code: fault.kind,
      refusal: unavailable(fault, doing, where),
      afterMs: fault.afterMs,
    });
    const listed = await ask(signal, () => o.vault.versions(name, signal));
    if (!listed.ok && listed.fault.kind !== 'absent') return failed(listed.fault, 'list');
    let versions = listed.ok ? listed.value : [];

    const now = o.clock.now();
    const listedNow = counting(versions, { now, untilDisabled: o.untilDisabled(name) });
    onLeft(
      listedNow.flatMap((version) =>
        known.filter((one) => one.version.id === version.id).map(({ value }) => ({ version, value })),
      ),
    );
    const held: HeldVersion[] = [];
    for (const version of listedNow) {
      if (held.length === o.keep(name)) break;
      const value = known.find((one) => one.version.id === version.id)?.value;
      const asked: Asked<string> | null =
        value === undefined
          ? await ask(signal, () => o.vault.value(name, version.id, signal)).catch((error: unknown) => {
              // One that cannot be a secret keeps no newer one back.
              if (held.length > 0 && hasCode(error, 'settings')) return null;
              throw error;
            })
          : { ok: true, value };
      if (asked === null) continue;
      if (asked.ok) held.push({ version, value: asked.value });
      // It was taken away or disabled since the list was made: then the next older one is asked for.
      else if (asked.fault.kind === 'absent') versions = versions.filter(({ id }) => id !== version.id);
      else if (asked.fault.kind === 'disabled')
        versions = versions.map((one) => (one === version ? { ...one, enabled: false } : one));
      else return failed(asked.fault, 'get');
    }
    const [current] = held;
    if (current !== undefined)
      return {
        kind: 'held',
        held,
        changesAt: nextChange(versions, now),
        endsAt: endsAt(versions, current.version),
      };
    const why = whyNone(versions, now);
    return { kind: 'none', code: why, refusal: noSecret(why, where) };
  };

  return {
    look: async (name, known) => {
      // Kept outside of the look, for one that hangs after the list has come is ended by its deadline.
      let left: readonly HeldVersion[] | null = null;
      const onLeft = (some: readonly HeldVersion[]): void => {
        left = some;
      };
      try {
        const found = await within({ ms: o.lookMs }, (signal) => look(name, signal, known, onLeft));
        return found.kind === 'failed' ? { ...found, left } : found;
      } catch (error) {
        const where = { name, ...o.named };
        const refusal = hasCode(error, 'settings') ? error : unavailable(faultOf(error), 'list', where);
        return { kind: 'failed', code: codeOf(error), refusal, afterMs: null, left };
      }
    },
  };
};
