/** What the stand-in for Key Vault is told and what it tells. */
import type { Issued } from './authority.ts';
import type { Certificate } from './certificate.ts';
import type { VaultKeys } from './vault-keys.ts';
import type { Validity, Versions } from './vault-versions.ts';

/** On secrets, and on keys. */
export type VaultRight = 'get' | 'list' | 'set' | KeyRight;
export type KeyRight = 'getKey' | 'wrapKey' | 'unwrapKey';

/** `on`: only requests that list, that read one secret, or that use a key. `skip`: so many of them pass first. `times`: so often; for ever unless given. */
export type VaultFault = {
  readonly on?: 'list' | 'get' | 'key';
  readonly skip?: number;
  readonly times?: number;
} & (
  | { readonly kind: 'status'; readonly status: 401 | 403 | 429 | 500 | 503; readonly retryAfterSeconds?: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  /** The challenge names this resource instead of the vault's. */
  | { readonly kind: 'challenge'; readonly resource: string }
);

export interface SeenCall {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly status: number;
}

export interface VaultStandIn {
  readonly url: string;
  /** Adds a version, usable at once and for ever unless told otherwise, and returns its id. */
  put(name: string, value: string, validity?: Partial<Validity>): string;
  change(name: string, version: string, change: Partial<Validity>): void;
  takeAway(name: string): void;
  versions: Versions;
  keys: VaultKeys;
  /** What an application may do from now on. */
  allow(client: string, rights: readonly VaultRight[]): void;
  fail(fault: VaultFault): void;
  /** Ends every fault, and drops the connections that hang. */
  heal(): void;
  /** Answers a list of versions that are not there with 404 instead of an empty list; what a live vault does is not proved. */
  listMissingAs404(yes: boolean): void;
  calls(): readonly SeenCall[];
  /** Calls with a token, by kind; challenges not counted. */
  counts(): { readonly list: number; readonly get: number; readonly challenges: number };
  /** What no client may do: a body before the token, an unknown path or api-version. Empty in a good run. */
  offences(): readonly string[];
  close(): Promise<void>;
}

export interface VaultOptions {
  readonly certificate: Certificate;
  readonly tenant: string;
  /** Whom the challenge sends to. */
  readonly authorityUrl: string;
  /** The authority's word on a token. */
  readonly issued: (token: string) => Issued | null;
  /** Rights by application. */
  readonly rights: Readonly<Record<string, readonly VaultRight[]>>;
  /** Drives `created`; what is valid when is the client's business. */
  readonly now: () => number;
}
