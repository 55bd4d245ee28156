/** What became of each write, in memory. */
import type { KeptWrite, Writes } from '../../../src/core/ports.ts';
import { whole } from '../../../src/core/stored.ts';
import { WRITES_MS, WRITES_WITHIN_MS } from '../../../src/core/stored-writes.ts';
import type { Shelf } from './tables.ts';

export const createWrites = ({ tables: { writes } }: Shelf): Writes => {
  const isOver = (now: number, { at }: KeptWrite): boolean => at <= whole(now) - WRITES_MS;
  const sweep = (now: number): number => {
    const gone = [...writes.values()].filter((write) => isOver(now, write));
    for (const { id } of gone) writes.delete(id);
    return gone.length;
  };
  return {
    begin: async ({ id, owner, value, most, now }) => {
      sweep(now);
      const stands = writes.get(id);
      if (stands !== undefined) return { status: 'known', write: stands };
      const lately = [...writes.values()].filter(
        (write) => write.owner === owner && write.at > whole(now) - WRITES_WITHIN_MS,
      );
      if (most !== null && lately.length >= most) return { status: 'enough' };
      const at = whole(now);
      writes.set(id, { id, at, owner, state: 'begun', tries: 1, triedAt: at, code: null, value });
      return { status: 'begun' };
    },
    change: async ({ id, had, has, value }) => {
      const stands = writes.get(id);
      if (stands === undefined) return 'gone';
      const { state, tries, triedAt } = stands;
      if (state !== had.state || tries !== had.tries || triedAt !== whole(had.triedAt)) return 'changed';
      const kept = stands.owner === '' ? stands.value : (value ?? stands.value);
      writes.set(id, { ...stands, ...has, triedAt: whole(has.triedAt), value: kept });
      return 'put';
    },
    find: async ({ id, now }) => {
      const stands = writes.get(id);
      return stands !== undefined && !isOver(now, stands) ? stands : null;
    },
    of: async ({ owners, now }) =>
      [...writes.values()]
        .filter((write) => write.owner !== '' && owners.includes(write.owner) && !isOver(now, write))
        .toSorted((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1)),
    forget: async ({ owners }) => {
      const theirs = [...writes.values()].filter(({ owner }) => owner !== '' && owners.includes(owner));
      for (const write of theirs) writes.set(write.id, { ...write, owner: '', value: '' });
      return theirs.length;
    },
    sweep: async ({ now }) => sweep(now),
  };
};
