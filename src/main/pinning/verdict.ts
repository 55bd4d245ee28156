/** Whether what this process has, and what stands in the store, is what was approved. */
import type { Link } from './chain.ts';
import type { Mark } from './marks.ts';

/** What stands in the store by now. */
export interface Stored {
  readonly version: number;
  /** Hash of the restrictions alone. */
  readonly restrictions: string;
  /** The whole policy that whoever changed them last made of it; null: nobody said. */
  readonly stated: string | null;
  /** Changes since the log last said how they stood, the newest first; where it never did, the newest alone. */
  readonly links: readonly (Link | null)[];
}

/** How the pack of this process stands to the one that was approved. */
export type PackVerdict = 'first' | 'same' | 'stricter' | 'unproved';

/**
 * `pinned`: its name; null: none is, or what it says that it decides by is not what it is named after. What the log and what Sotto sealed since
 * say is what counts, not the pin: whoever may write to the store can write another one. `compare`: asked where they differ.
 */
export const packVerdict = (o: {
  readonly own: string;
  readonly pinned: string | null;
  readonly compare: () => Exclude<PackVerdict, 'first'>;
  readonly links: Stored['links'];
  readonly mark: Mark | null;
  /** What was pinned when this process began: whoever writes another pin meanwhile, and has nothing sealed, opens nothing. Null: nothing, or it begins. */
  readonly began: string | null;
  /** A pin stands, or the store came out of a backup. */
  readonly used: boolean;
}): PackVerdict => {
  const { own, pinned, mark } = o;
  const approved = o.links.find((link) => link !== null && link.pack !== null)?.pack ?? mark?.pack ?? o.began ?? pinned;
  // Nothing says what was approved. A store that was in use is not believed: what that pack permitted is not known.
  if (approved === null) return o.used ? 'unproved' : 'first';
  if (own === approved) return own === pinned ? 'same' : 'first';
  return pinned === approved ? o.compare() : 'unproved';
};

/**
 * Whether the restrictions are those that the log says stood, or what HR has made of them since, change by change. `policy`: what this
 * process makes of its pack and of them; `pinned`: that is the approved pack.
 */
export const restrictionsVerdict = (o: {
  readonly policy: string;
  readonly pinned: boolean;
  readonly stored: Stored;
  readonly mark: Mark | null;
}): 'right' | 'wrong' => {
  const { mark, stored } = o;
  const { links, stated } = stored;
  let stood = stored.restrictions;
  for (const link of links) {
    if (stood === mark?.restrictions) return 'right';
    if (link?.to !== stood) return 'wrong';
    if (link.approved) return 'right';
    stood = link.from;
  }
  if (mark !== null) return stood === mark.restrictions ? 'right' : 'wrong';
  return links.length === 0 && o.pinned && stated !== null && stated !== o.policy ? 'wrong' : 'right';
};
