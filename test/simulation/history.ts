/**
 * What really happened in a run: noted by the store, the platform, the backend and the audit log themselves, never by
 * the core. A history is plain data, so that it prints, compares and can be judged by a function that knows nothing else.
 */
import type { AuditEntry } from '../../src/core/audit.ts';
import type { MessageRef, PlaceKind, Restriction } from '../../src/core/types.ts';

/** What a message or a view shows. `moment`, `apology`, `notice` and `tombstone` are fixed words that tell nothing. */
export type Sight = 'moment' | 'apology' | 'notice' | 'tombstone' | 'reply';

export type Happened =
  /** Somebody asked or pressed. `view`: a press that opens one, which is answered there and then. */
  | {
      readonly kind: 'asked';
      readonly id: string;
      /** Directory id; null: nobody knows them. */
      readonly person: string | null;
      readonly place: PlaceKind;
      readonly conversation: string;
      readonly view: boolean;
    }
  /** The platform got its 2xx. */
  | { readonly kind: 'taken'; readonly id: string; readonly how: 'accepted' | 'repeat' }
  // The store.
  | { readonly kind: 'kept'; readonly id: string; readonly conversation: string; readonly stored: string }
  | { readonly kind: 'claimed'; readonly id: string; readonly attempts: number }
  | {
      readonly kind: 'committed';
      readonly id: string;
      readonly key: string;
      /** Of the restrictions that stood in the store at that moment. */
      readonly version: number;
      readonly stored: string;
    }
  | { readonly kind: 'held'; readonly id: string; readonly ref: MessageRef }
  | { readonly kind: 'settled'; readonly id: string; readonly conversation: string; readonly end: string }
  /** It waits for somebody, and blocks nobody. */
  | { readonly kind: 'parked'; readonly id: string; readonly conversation: string }
  | { readonly kind: 'scheduled'; readonly ref: string; readonly removeAt: number }
  | { readonly kind: 'let-go'; readonly ref: string }
  | { readonly kind: 'published'; readonly version: number; readonly restrictions: readonly Restriction[] }
  /** A process looked which restrictions stand in the store. */
  | { readonly kind: 'looked'; readonly by: string; readonly version: number }
  // The rest of the world.
  | { readonly kind: 'recorded'; readonly entry: AuditEntry }
  | {
      readonly kind: 'fetched';
      readonly by: string;
      readonly id: string;
      readonly operation: string;
      readonly dataClass: string;
      readonly asker: string;
      readonly subject: string;
    }
  /** A system of record did something. `write`: the key that it was given. */
  | { readonly kind: 'wrote'; readonly operation: string; readonly write: string }
  | {
      readonly kind: 'shown';
      readonly ref: string;
      /** Travels with a message; null: a view. */
      readonly key: string | null;
      /** Of the press that opened the view; null: a message. */
      readonly press: string | null;
      /** Account that sees it, as a key. */
      readonly viewer: string;
      readonly sight: Sight;
      /** The whole card. */
      readonly card: string;
    }
  | { readonly kind: 'removed'; readonly ref: string }
  | { readonly kind: 'logged'; readonly line: string }
  | { readonly kind: 'started' | 'crashed'; readonly by: string }
  /** Something that goes wrong, from now until then. */
  | { readonly kind: 'fault'; readonly name: string; readonly until: number }
  /** From now on nothing goes wrong any more. */
  | { readonly kind: 'healed' }
  /** The run is over: everything that still lies in the store, as text. */
  | { readonly kind: 'end'; readonly left: string };

/** One line of a history. */
export type Line = Happened & { readonly at: number };

export interface History {
  readonly lines: readonly Line[];
  note(happened: Happened): void;
}

export const createHistory = (now: () => number): History => {
  const lines: Line[] = [];
  return { lines, note: (happened) => void lines.push({ at: now(), ...happened }) };
};

/** As a person reads it; two runs of one seed print the same. */
export const printed = (lines: readonly Line[], start: number): string =>
  lines
    .map(
      ({ at, kind, ...rest }) => `${((at - start) / 1_000).toFixed(3).padStart(10)}  ${kind} ${JSON.stringify(rest)}`,
    )
    .join('\n');
