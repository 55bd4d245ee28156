/** What the parts of a webhook in hand each other. */
import type { HttpRequest } from '../../../core/ports.ts';

/** Why a request is not believed, or not taken; goes to the audit log, with no word of what it said. */
export type HookFault =
  | 'not-https'
  | 'origin'
  | 'proof-missing'
  | 'proof-malformed'
  | 'proof-mismatch'
  | 'proof-issuer'
  | 'proof-audience'
  | 'proof-ended'
  | 'proof-digest'
  | 'stale'
  | 'early'
  | 'body-type'
  | 'body-deep'
  | 'body-malformed'
  | 'fields'
  | 'too-many'
  | 'replay';

/**
 * `at`: when it says that it was sent, ms since the epoch. `id`: what the proof calls it; the same for whoever sends it again. `proof`: names
 * these very bytes with this very time; the same only for what was sent before.
 */
export type Proved =
  | { readonly ok: true; readonly at: number; readonly id: string; readonly proof: string }
  | { readonly ok: false; readonly fault: HookFault };

/** Touches no state. Rejects where it cannot be told: the vault, or whoever has the public keys, does not answer. */
export type Prove = (request: Pick<HttpRequest, 'headers' | 'body'>) => Promise<Proved>;

export const unproved = (fault: HookFault): Proved => ({ ok: false, fault });
