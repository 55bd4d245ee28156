/** What the stand-ins for what comes in from Teams offer: whoever signs, whoever sends, and the token service. */

import type { Json } from './types.ts';

/** A key that the issuer signs with. `unpublished`: signs under the id of the one for Teams, and is in no list. */
export type KeyName = 'msteams' | 'webchat' | 'none' | 'unpublished';

export interface MintOptions {
  /** Default: the key that is endorsed for Teams. */
  readonly key?: KeyName;
  /** Laid over the claims of a good token; null leaves one out. */
  readonly claims?: Json;
  /** Laid over the header of a good token; null leaves a field out. */
  readonly header?: Json;
  /** `none`: not signed at all. `hs256`: by HMAC over the public key. Default: by the key. */
  readonly how?: 'rs256' | 'none' | 'hs256';
}

/** How the addresses of the keys behave. `500` and `hang` are both documents; `no-keys`: an empty list. */
export type IssuerMode = 'ok' | '500' | 'hang' | 'no-keys';
