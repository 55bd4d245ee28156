/** By what sealed names open, in memory. */
import type { KeptNameKey, NameKeys } from '../../../src/core/ports.ts';
import type { Shelf } from './tables.ts';

export const createNameKeys = ({ tables: { nameKeys } }: Shelf): NameKeys => {
  const found = (owners: readonly string[]): KeptNameKey | null => {
    const owner = owners.find((one) => nameKeys.has(one));
    return owner === undefined ? null : { owner, value: nameKeys.get(owner) ?? '' };
  };
  return {
    find: async ({ owners }) => found(owners),
    keep: async ({ owners, value }) => {
      const [owner] = owners;
      const stands = found(owners);
      if (stands !== null || owner === undefined) return stands;
      nameKeys.set(owner, value);
      return { owner, value };
    },
    forget: async ({ owners }) => [...new Set(owners)].filter((owner) => nameKeys.delete(owner)).length,
  };
};
