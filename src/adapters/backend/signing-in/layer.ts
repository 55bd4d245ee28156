/** Signing in goes through layers: each adds its own to what a request carries, and tries again with what else it has where that alone was refused. */
import type { Request, Sent } from '../calling/types.ts';
import type { OwnCertificate } from './certificates.ts';
import type { SignInFault } from './types.ts';

export type Came = Sent | { readonly how: 'no-sign-in'; readonly code: SignInFault };

export interface Carried {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly certificate: OwnCertificate | null;
}

export interface Asked {
  readonly request: Request;
  /** Directory id of who asks. */
  readonly person: string;
  readonly signal: AbortSignal;
  /** What the layers before it have put there. */
  readonly carried: Carried;
  /** The layers after it, and the sending at last. */
  readonly next: (carried: Carried) => Promise<Came>;
}

/** Rejects as the vault does, and with the signal's reason. */
export type Layer = (asked: Asked) => Promise<Came>;

export const withHeader = (carried: Carried, name: string, value: string): Carried => ({
  ...carried,
  headers: { ...carried.headers, [name]: value },
});

/** By its credentials alone, so that for sure nothing was done. */
export const isRefused = (came: Came): boolean => came.how === 'answered' && came.status === 401;

/** Printable ASCII without blanks: what a header may hold without changing its meaning. */
export const isHeaderSafe = (value: string): boolean => /^[\x21-\x7e]+$/.test(value);

export const notSignedIn = (code: SignInFault): Came => ({ how: 'no-sign-in', code });
