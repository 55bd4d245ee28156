/** A description, read: what the rest of this folder works from. */
import type { FieldValue, Held, Operation, Saying } from '../../core/ports.ts';
import type { PerLocale } from '../../core/types.ts';
import type { BackendShape } from './describing/backend.ts';
import type { HookShape } from './describing/hook.ts';
import type { Json } from './describing/operation.ts';
import type { SignInShape } from './describing/signing-in.ts';
import type { Take } from './describing/taking.ts';
import type { Template } from './describing/template.ts';

/** One system. */
export interface DescribedBackend {
  readonly name: string;
  readonly baseUrl: string;
  /** Hosts that may be called for it, the base address' first. */
  readonly hosts: readonly string[];
  readonly network: BackendShape['network'];
  readonly timeoutMs: number;
  readonly limits: BackendShape['limits'];
  readonly breaker: BackendShape['breaker'];
  /** One token that stands in the vault, sent as it is; null: none. */
  readonly token: string | null;
  /** Null: it asks for none, or for that token. */
  readonly signIn: SignInShape | null;
  readonly lookup: DescribedLookup | null;
}

export interface DescribedLookup {
  readonly path: string;
  readonly query: readonly (readonly [string, Template])[];
  readonly id: Take;
  readonly proof: Take;
  readonly forMs: number;
}

export interface DescribedField {
  readonly type: FieldValue['type'] | 'decimal' | 'moment' | 'choice';
  readonly take: Take;
  /** Of money: where its currency stands, from the record. */
  readonly currency: Take | null;
  readonly optional: boolean;
  /** Of a choice: by its code. */
  readonly values: ReadonlyMap<string, PerLocale<string>>;
  readonly holds: readonly Held[];
}

export interface DescribedWrite {
  readonly again: { readonly header: string } | { readonly find: string } | 'never';
  /** What is kept of the response. */
  readonly result: ReadonlyMap<string, Take>;
}

/** How the next page of a list is asked for. */
export interface DescribedPages {
  readonly by: 'cursor' | 'offset' | 'number';
  /** Of the query. */
  readonly parameter: string;
  /** Of a cursor: where the response says it. Null: it is counted. */
  readonly next: Take | null;
  /** It stands there as a parameter of an address. */
  readonly isLink: boolean;
  /** What counting begins with. */
  readonly first: number;
  /** Records of a page; null: as many as come. */
  readonly size: number | null;
  /** Where each record says which it is; null: it does not. */
  readonly id: Take | null;
  readonly most: number;
}

/** One operation. */
export interface Described extends Operation {
  readonly backend: DescribedBackend;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: Template;
  readonly query: readonly (readonly [string, Template])[];
  readonly headers: Readonly<Record<string, string>>;
  /** Its texts hold places; null: none is sent. */
  readonly body: Json | null;
  readonly subject: Take;
  /** Null: the answer is one record. */
  readonly records: Take | null;
  /** The list may be left out where it is empty. */
  readonly recordsMayLack: boolean;
  /** Null: it comes in one piece. */
  readonly pages: DescribedPages | null;
  /** Where the response says that there is more; null: it does not. */
  readonly more: Take | null;
  /** Where it, or the header of this name in lower case, says how many there are in all; null: nothing does. */
  readonly total: Take | { readonly header: string } | null;
  /** Where the one record stands; null: the response is the record. */
  readonly one: Take | null;
  /** Where it would stand there may be nothing. */
  readonly oneMayLack: boolean;
  readonly fields: ReadonlyMap<string, DescribedField>;
  /** Of a read. */
  readonly retries: number;
  /** ms; 0: never kept. */
  readonly cacheMs: number;
  readonly write: DescribedWrite | null;
}

/** A webhook in. */
export interface DescribedHook extends Pick<HookShape, 'proof' | 'from' | 'bytes' | 'people' | 'intent'> {
  readonly name: string;
  readonly backend: DescribedBackend;
  /** By what its system names people; null: by directory id. */
  readonly goesBy: Operation['goesBy'] | null;
  readonly windowMs: number;
  readonly id: Take | null;
  readonly subject: Take;
  readonly dataClass: string;
  readonly fields: ReadonlyMap<string, DescribedField>;
  readonly say: PerLocale<string>;
}

export interface Descriptions {
  readonly backends: ReadonlyMap<string, DescribedBackend>;
  readonly operations: ReadonlyMap<string, Described>;
  readonly hooks: ReadonlyMap<string, DescribedHook>;
  /** Names of the secrets that any of them needs. */
  readonly secrets: readonly string[];
  /** SHA-256 of all that was read, hex. */
  readonly hash: string;
}

export type { Saying };
