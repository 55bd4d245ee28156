import type { Issued } from './authority.ts';
import type { Certificate } from './certificate.ts';

export type BlobRight = 'read' | 'write' | 'delete' | 'lock';

export type BlobVerb = 'list' | 'get' | 'put' | 'delete' | 'look' | 'container';

/** `short`: all but the first byte comes, then the connection ends; `stall`: then nothing comes. `lost`: it is done, and the connection ends before the answer. `unlocked`: the lock that is asked for is not set. */
export type BlobFault = {
  readonly on?: BlobVerb;
  /** How often; for ever unless given. */
  readonly times?: number;
} & (
  | { readonly kind: 'status'; readonly status: number; readonly code: string; readonly retryAfterSeconds?: number }
  | { readonly kind: 'hang' | 'reset' | 'lost' | 'redirect' | 'damage' | 'short' | 'stall' | 'unlocked' }
  | { readonly kind: 'challenge'; readonly resource: string }
);

export interface BlobOptions {
  readonly certificate: Certificate;
  readonly tenant: string;
  readonly issued: (token: string) => Issued | null;
  readonly rights: readonly BlobRight[];
  /** Whether the container has version-level immutability. */
  readonly locks: boolean;
  readonly now: () => number;
}

export interface BlobStandIn {
  /** Of the one container that there is. */
  readonly url: string;
  allow(rights: readonly BlobRight[]): void;
  fail(fault: BlobFault): void;
  heal(): void;
  /** Every call in order, such as `put audit/one 201`. */
  calls(): readonly string[];
  /** What no caller of ours may do: overwrite, ask without a version, lock where nothing can be locked. */
  offences(): readonly string[];
  /** Until when the oldest version of a blob is locked, ms; null: it is not there or not locked. */
  lockedUntil(name: string): number | null;
  /**
   * What an owner of the account tries by hand: null where it was done, or Azure's word for why not. Where versions are kept, whatever
   * is overwritten or deleted stays as an older version; `purge` deletes the oldest of them.
   */
  meddle(how: 'delete' | 'overwrite' | 'purge', name: string): string | null;
  close(): Promise<void>;
}
