/** A place of backups in memory, as strict as the real ones, for tests of what is written there. */
import { type BackupKind, type BackupPlace, isBackupName } from '../../src/core/backup-ports.ts';
import { SottoError } from '../../src/core/errors.ts';

export interface MemoryPlace extends BackupPlace {
  /** What the place holds now, for tests to look at and to spoil. */
  readonly held: Readonly<Record<BackupKind, Map<string, Buffer>>>;
  /** From now on every verb refuses with `backup-unavailable`; `false`: it answers again. */
  away(gone: boolean): void;
}

export const createMemoryPlace = (o: { readonly name?: string } = {}): MemoryPlace => {
  const held = { state: new Map<string, Buffer>(), audit: new Map<string, Buffer>() };
  const label = o.name ?? 'memory';
  let gone = false;
  const check = (name?: string): void => {
    if (gone) throw new SottoError('backup-unavailable', `The place of backups ${label} is away.`);
    if (name !== undefined && !isBackupName(name))
      throw new SottoError('backup-invalid', 'That is no name of a backup.');
  };
  return {
    name: label,
    held,
    away: (next) => {
      gone = next;
    },
    list: async (kind) => {
      check();
      return [...held[kind]]
        .map(([name, { length }]) => ({ name, bytes: length }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
    read: async ({ kind, name, mostBytes }) => {
      check(name);
      const bytes = held[kind].get(name);
      if (bytes === undefined) return null;
      if (bytes.length > mostBytes)
        throw new SottoError('backup-invalid', `${name} is larger than ${mostBytes} bytes, so it is no backup.`);
      return Buffer.from(bytes);
    },
    write: async ({ kind, name, bytes }) => {
      check(name);
      if (held[kind].has(name)) return 'exists';
      held[kind].set(name, Buffer.from(bytes));
      return 'written';
    },
    remove: async (name) => {
      check(name);
      held.state.delete(name);
    },
  };
};
