/**
 * The names of people in the audit log, sealed. An entry holds somebody's fingerprint, by which they are recognised and not read, and beside it their directory id
 * under a key of their own. That key lies in the store, sealed, and in no backup: once it is shredded, their name opens in no entry, in no copy of any log.
 * The fingerprint is the record: where no name can be had the entry has none (null), and goes on.
 *
 * What a process remembers is sealed names, never a key. So whoever was forgotten is forgotten in all processes at once; one that remembers a name of theirs
 * goes on writing that, and nobody reads it, until its time is over (`KEPT_MS`) and they get another key.
 */
import { z } from 'zod';
import { codeOf } from './errors.ts';
import type { Clock, KeptNameKey, Log, Metrics, NameCipher, NamePurpose, SealedName, Sealer, Store } from './ports.ts';
import { nameKeyContext } from './sealing.ts';
import { packParts } from './stored.ts';

/** So long a name is written as it was sealed, ms. */
const KEPT_MS = 10 * 60_000;

/** Where none could be had it is tried again after that, ms. */
const AGAIN_MS = 10_000;

/** Names that are remembered: two of a person at most. A few hundred bytes each. */
const MOST_KEPT = 10_000;

/** The whole of a name key's record. `person`: the directory id, so that an entry can be named by whoever knows the fingerprint alone. */
const shape = z.strictObject({ key: z.string(), person: z.string() });

export interface SealedNames {
  /** Null: it cannot be had just now, which is counted. Never rejects, and asks the store only where this process named nobody so in the last minutes. */
  of(o: { readonly person: string; readonly purpose: NamePurpose }): Promise<SealedName | null>;
  /** The same of somebody of whom only the fingerprint is known: null as well where none was ever named under it. */
  byFingerprint(o: { readonly fingerprint: string; readonly purpose: NamePurpose }): Promise<SealedName | null>;
  /**
   * The directory id; null: the key was shredded, or it is no name of this fingerprint and purpose. Asks the store each time. Refuses with
   * `store-unavailable`.
   */
  open(o: {
    readonly fingerprint: string;
    readonly name: SealedName;
    readonly purpose: NamePurpose;
  }): Promise<string | null>;
  /** Shreds the key: their name opens in no entry any more. Returns how many there were. Refuses with `store-unavailable`. */
  forget(person: string): Promise<number>;
}

export const createSealedNames = (o: {
  readonly store: Pick<Store, 'nameKeys'>;
  readonly sealer: Pick<Sealer, 'seal' | 'open' | 'fingerprint' | 'fingerprints'>;
  readonly cipher: NameCipher;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
}): SealedNames => {
  const { store, sealer, cipher, clock, log, metrics } = o;
  /** The oldest first. */
  const kept = new Map<string, { readonly name: SealedName | null; readonly until: number }>();
  const asking = new Map<string, Promise<SealedName | null>>();

  const opened = ({ owner, value }: KeptNameKey): z.infer<typeof shape> | null => {
    const plain = sealer.open(nameKeyContext(owner), value);
    return plain === null ? null : shape.parse(JSON.parse(plain));
  };
  const boundTo = (fingerprint: string, purpose: NamePurpose): string => packParts(['name', purpose, fingerprint]);

  /** Names it by what stands. Null: that opens under no data key that is accepted here. */
  const sealed = (stands: KeptNameKey, fingerprint: string, purpose: NamePurpose): SealedName | null => {
    const found = opened(stands);
    if (found === null) return null;
    const { key, person } = found;
    const body = cipher.seal({ key, bound: boundTo(fingerprint, purpose), plain: person });
    // A key that was made when other keys of hashes were in force lies under another fingerprint of theirs.
    return stands.owner === fingerprint ? body : `${stands.owner}.${body}`;
  };

  const remember = (id: string, name: SealedName | null): void => {
    kept.delete(id);
    kept.set(id, { name, until: clock.now() + (name === null ? AGAIN_MS : KEPT_MS) });
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  };

  const named = (
    fingerprint: string,
    purpose: NamePurpose,
    stand: () => Promise<KeptNameKey | null>,
  ): Promise<SealedName | null> => {
    const id = `${purpose} ${fingerprint}`;
    const has = kept.get(id);
    if (has !== undefined && clock.now() < has.until) return Promise.resolve(has.name);
    const begun = asking.get(id);
    if (begun !== undefined) return begun;
    const asked = (async () => {
      try {
        const stands = await stand();
        const name = stands === null ? null : sealed(stands, fingerprint, purpose);
        if (name === null) metrics.count('names_missing');
        remember(id, name);
        return name;
      } catch (error) {
        log.warn('names.failed', { code: codeOf(error) });
        metrics.count('names_missing');
        remember(id, null);
        return null;
      } finally {
        asking.delete(id);
      }
    })();
    asking.set(id, asked);
    return asked;
  };

  const keyOf = async (person: string): Promise<KeptNameKey | null> => {
    const owners = sealer.fingerprints(person);
    const stands = await store.nameKeys.find({ owners });
    const [owner] = owners;
    if (stands !== null || owner === undefined) return stands;
    const value = sealer.seal(nameKeyContext(owner), JSON.stringify({ key: cipher.newKey(), person }));
    return store.nameKeys.keep({ owners, value });
  };

  return {
    of: ({ person, purpose }) => named(sealer.fingerprint(person), purpose, () => keyOf(person)),
    byFingerprint: ({ fingerprint, purpose }) =>
      named(fingerprint, purpose, () => store.nameKeys.find({ owners: [fingerprint] })),
    open: async ({ fingerprint, name, purpose }) => {
      const [owner, body] = name.includes('.') ? (name.split('.', 2) as [string, string]) : [fingerprint, name];
      const stands = await store.nameKeys.find({ owners: [owner] });
      const found = stands === null ? null : opened(stands);
      return found === null
        ? null
        : cipher.open({ key: found.key, bound: boundTo(fingerprint, purpose), sealed: body });
    },
    forget: async (person) => {
      const owners = sealer.fingerprints(person);
      const gone = await store.nameKeys.forget({ owners });
      for (const owner of owners) for (const purpose of PURPOSES) kept.delete(`${purpose} ${owner}`);
      return gone;
    },
  };
};

const PURPOSES: readonly NamePurpose[] = ['asker', 'officer'];
