/**
 * Tokens that were proved a moment ago. Teams sends one token with many activities, and to prove its signature twice over costs
 * more than all else that is done with one. Remembered is a hash, and that this very key signed it; what a token claims, when it
 * ends and whether it fits the activity is looked at each time all the same.
 */
import { hash } from 'node:crypto';
import type { Clock } from '../../core/ports.ts';
import type { SigningKey } from './keys.ts';

/** Whoever would find a fault in one later finds it after so long, ms. */
const REMEMBERED_MS = 10 * 60_000;

/** Only what is proved is remembered, so strangers push nothing out. */
const MOST_REMEMBERED = 1_000;

export interface Proofs {
  /** Whether it was proved by this key; a key that was read anew is another. */
  knows(token: string, key: SigningKey): boolean;
  /** To be called for nothing that is not proved whole. */
  remember(token: string, key: SigningKey): void;
}

export const createProofs = (o: { readonly clock: Clock }): Proofs => {
  const proved = new Map<string, { readonly key: SigningKey; readonly until: number }>();
  return {
    knows: (token, key) => {
      const name = nameOf(token);
      const known = proved.get(name);
      if (known === undefined) return false;
      if (known.key === key && o.clock.now() < known.until) return true;
      proved.delete(name);
      return false;
    },
    remember: (token, key) => {
      const name = nameOf(token);
      proved.delete(name);
      proved.set(name, { key, until: o.clock.now() + REMEMBERED_MS });
      if (proved.size <= MOST_REMEMBERED) return;
      const oldest = proved.keys().next();
      if (oldest.done === false) proved.delete(oldest.value);
    },
  };
};

/** No token lies in memory for longer than its request. */
const nameOf = (token: string): string => hash('sha256', token, 'base64');
