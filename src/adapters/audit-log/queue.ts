/** What waits for the next batch of a log. */
import type { SottoError } from '../../core/errors.ts';
import type { AuditReceipt } from '../../core/ports.ts';
import { type Spelt, WRAPPING_BYTES } from './batch.ts';
import { MAX_ENTRY_BYTES } from './bundle.ts';
import { unavailable } from './claim.ts';
import type { Keys } from './keys.ts';

const MAX_QUEUE_BYTES = 16 << 20;

export interface Waiting extends Spelt {
  readonly resolve: (receipt: AuditReceipt) => void;
  readonly reject: (error: SottoError) => void;
}

/** A change of keys that is not on the disk yet; `before` null: the log is only to be open. */
export interface Turn {
  readonly before: Keys | null;
  readonly resolve: () => void;
  readonly reject: (error: SottoError) => void;
}

export interface Queue {
  /** Throws with code `audit-unavailable` an entry that is too long, or one too many. */
  add(one: Waiting): void;
  turn(one: Turn): void;
  isEmpty(): boolean;
  /** Gives them, and keeps none. */
  takeEntries(): readonly Waiting[];
  takeTurns(): readonly Turn[];
}

/** `limit`: entries that may wait; besides, 16 MiB. */
export const createQueue = ({ origin, limit }: { readonly origin: string; readonly limit: number }): Queue => {
  let entries: Waiting[] = [];
  let bytes = 0;
  let turns: Turn[] = [];
  return {
    add: (one) => {
      if (one.bytes > MAX_ENTRY_BYTES - WRAPPING_BYTES) throw unavailable(origin, 'too-long');
      if (entries.length >= limit || bytes + one.bytes > MAX_QUEUE_BYTES) throw unavailable(origin, 'queue-full');
      entries.push(one);
      bytes += one.bytes;
    },
    turn: (one) => {
      turns.push(one);
    },
    isEmpty: () => entries.length === 0 && turns.length === 0,
    takeEntries: () => {
      const taken = entries;
      entries = [];
      bytes = 0;
      return taken;
    },
    takeTurns: () => {
      const taken = turns;
      turns = [];
      return taken;
    },
  };
};
