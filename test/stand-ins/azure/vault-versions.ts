/** What lies in the stand-in's vault: secrets, each a set of versions with their attributes. */
import { randomBytes } from 'node:crypto';

/** When and whether a version may be used; times in ms since the epoch, null: no bound. */
export interface Validity {
  readonly enabled: boolean;
  readonly notBefore: number | null;
  readonly expiresOn: number | null;
}

export interface Version extends Validity {
  readonly id: string;
  readonly value: string;
  /** ms, but told in whole seconds, as the vault does. */
  readonly created: number;
}

export interface Versions {
  add(name: string, value: string, validity: Validity): string;
  change(name: string, id: string, change: Partial<Validity>): void;
  remove(name: string): void;
  /** In an order that tells nothing, as a real vault may give it; empty: no such secret. */
  of(name: string): readonly Version[];
  find(name: string, id: string): Version | null;
  /** The last created, whatever its state. */
  newest(name: string): Version | null;
  names(): readonly string[];
}

export const createVersions = (now: () => number): Versions => {
  const secrets = new Map<string, Version[]>();
  const of = (name: string): readonly Version[] => secrets.get(name.toLowerCase()) ?? [];
  return {
    add: (name, value, validity) => {
      const id = randomBytes(16).toString('hex');
      secrets.set(name.toLowerCase(), [...of(name), { ...validity, id, value, created: now() }]);
      return id;
    },
    change: (name, id, change) => {
      if (!of(name).some((version) => version.id === id)) throw new Error(`There is no version ${id} of ${name}.`);
      secrets.set(
        name.toLowerCase(),
        of(name).map((version) => (version.id === id ? { ...version, ...change } : version)),
      );
    },
    remove: (name) => {
      secrets.delete(name.toLowerCase());
    },
    of: (name) => of(name).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    find: (name, id) => of(name).find((version) => version.id === id) ?? null,
    newest: (name) => of(name).at(-1) ?? null,
    names: () => [...secrets.keys()],
  };
};

/** As the vault puts them on the wire: epoch seconds, absent where there is no bound. */
export const attributesOf = (version: Version): Readonly<Record<string, unknown>> => {
  const seconds = (ms: number): number => Math.floor(ms / 1_000);
  return {
    enabled: version.enabled,
    ...(version.notBefore === null ? {} : { nbf: seconds(version.notBefore) }),
    ...(version.expiresOn === null ? {} : { exp: seconds(version.expiresOn) }),
    created: seconds(version.created),
    updated: seconds(version.created),
    recoveryLevel: 'Recoverable+Purgeable',
    recoverableDays: 90,
  };
};
