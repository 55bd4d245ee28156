/** Where backups are kept: a folder, a container in Azure. What is in them is the business of whoever writes them. */

/**
 * `state`: an archive of what stands in the store and of the settings; old ones are deleted. `audit`: a stretch of one audit log, which is
 * never changed and never deleted by us.
 */
export type BackupKind = 'state' | 'audit';

const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,118}[a-z0-9])?$/;

/** Whether a place takes this name: nothing that means something else to a file system, an address or a shell. */
export const isBackupName = (name: string): boolean => NAME.test(name);

export interface StoredBackup {
  readonly name: string;
  readonly bytes: number;
}

/**
 * Names are lower-case letters, digits, dots and dashes, at most 120 characters, begin and end with a letter or a digit, and sort by age;
 * any other is refused with `backup-invalid`. Every verb has a deadline of its own and refuses with code `backup-unavailable` where the
 * place does not answer, is full or forbids it.
 */
export interface BackupPlace {
  /** For sentences: a path or an address, never a secret. */
  readonly name: string;
  /** All of a kind, by name, ascending. */
  list(kind: BackupKind): Promise<readonly StoredBackup[]>;
  /** Null: there is none of that name. Refuses with `backup-invalid` where it is larger than `mostBytes`. */
  read(o: { readonly kind: BackupKind; readonly name: string; readonly mostBytes: number }): Promise<Buffer | null>;
  /** Whole and durable once it resolves, or not there at all; nothing is ever overwritten: `exists`. */
  write(o: { readonly kind: BackupKind; readonly name: string; readonly bytes: Buffer }): Promise<'written' | 'exists'>;
  /** State only: no stretch of an audit log is ever deleted. One that is not there is fine. */
  remove(name: string): Promise<void>;
}
