/**
 * What systems of record call people, and whose each of those names is. Words only, no port, so that every directory tells the same
 * people apart in the same way: what two people share is nobody's.
 */
import type { Identifier } from './backend-ports.ts';
import type { Colleague } from './types.ts';

const BY: readonly Identifier[] = ['email', 'employee-number', 'user-name'];

export type Identifiers = Readonly<Partial<Record<Identifier, string | null | undefined>>>;

/** As a record may name its subject (`adapters/backend/records.ts`): what is written otherwise is no identifier. */
const IDENTIFIER = /^[A-Za-z0-9._@+-]{1,200}$/;

export interface IdentifierIndex {
  /** Null: somebody who is no colleague. What they are called is theirs all the same, and so nobody else's alone. */
  add(person: Colleague | null, identifiers: Identifiers): void;
  /** Null: there is none, or it is somebody else's, too. */
  identifier(o: { readonly person: string; readonly by: Identifier }): string | null;
  /** Null: it is nobody's, or several people's. */
  identified(o: { readonly by: Identifier; readonly value: string }): Colleague | null;
  /** How many values several people share, of each kind: for whoever must mend them. */
  shared(): Readonly<Record<Identifier, number>>;
}

/** Numbers are compared as they are; addresses and names to sign in by as mail and SCIM (RFC 7643, 4.1.1) do, in one case. */
const keyOf = (by: Identifier, value: string): string =>
  `${by} ${by === 'employee-number' ? value : value.toLowerCase()}`;

export const createIdentifierIndex = (): IdentifierIndex => {
  const called = new Map<string, Identifiers>();
  /** `several`: more than one person's. Null: of somebody who is no colleague. */
  const owners = new Map<string, Colleague | 'several' | null>();

  const own = (value: string | null | undefined): string | null =>
    typeof value === 'string' && IDENTIFIER.test(value) ? value : null;

  return {
    add: (person, identifiers) => {
      if (person !== null) called.set(person.id, identifiers);
      for (const by of BY) {
        const value = own(identifiers[by]);
        if (value === null) continue;
        const key = keyOf(by, value);
        owners.set(key, owners.has(key) ? 'several' : person);
      }
    },
    identifier: ({ person, by }) => {
      const value = own(called.get(person)?.[by]);
      if (value === null) return null;
      const owner = owners.get(keyOf(by, value));
      return typeof owner === 'object' && owner?.id === person ? value : null;
    },
    identified: ({ by, value }) => {
      const owner = own(value) === null ? undefined : owners.get(keyOf(by, value));
      return typeof owner === 'object' ? owner : null;
    },
    shared: () => {
      const count = (by: Identifier): number =>
        [...owners].filter(([key, owner]) => owner === 'several' && key.startsWith(`${by} `)).length;
      return { email: count('email'), 'employee-number': count('employee-number'), 'user-name': count('user-name') };
    },
  };
};
