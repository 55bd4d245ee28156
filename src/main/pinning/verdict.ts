/** Whether what this process has, and what stands in the store, is what was approved. */
import type { Marks } from './marks.ts';

/** What stands in the store by now. */
export interface Stored {
  readonly version: number;
  /** Hash of the restrictions alone. */
  readonly restrictions: string;
  /** The whole policy that whoever changed them last made of it; null: nobody said. */
  readonly stated: string | null;
  /**
   * The newest change that is on record there, and the hash of the restrictions that it left, as its sealed detail says: only Sotto
   * can seal one. `to` null: it does not open. Null: none is on record.
   */
  readonly changed: { readonly version: number; readonly to: string | null } | null;
}

export interface Have {
  readonly pack: string;
  /** What this process makes of its pack and the stored restrictions. */
  readonly policy: string;
}

/** How the pack of this process stands to the one that was approved. */
export type PackVerdict = 'first' | 'same' | 'stricter' | 'weaker';

/** `pinned`: its name; null: none is. `compare`: asked where they differ. */
export const packVerdict = async (o: {
  readonly have: Pick<Have, 'pack'>;
  readonly pinned: string | null;
  readonly compare: () => Promise<Exclude<PackVerdict, 'first'>>;
  readonly marks: Marks;
}): Promise<PackVerdict> => {
  const { have, pinned, marks } = o;
  // A store that knows of no pack, though the log does, is not the one that the log is of; and what that pack permitted is not known.
  if (pinned === null) return marks.stood === null || marks.stood.pack === have.pack ? 'first' : 'weaker';
  return pinned === have.pack ? 'same' : o.compare();
};

/** Whether the restrictions are those that the log says stood, or what HR has made of them since. `pinned`: the pack is the approved one. */
export const restrictionsVerdict = (o: {
  readonly have: Have;
  readonly pinned: boolean;
  readonly stored: Stored;
  readonly marks: Marks;
}): 'right' | 'wrong' => {
  const { have, stored, marks } = o;
  const { changed, stated } = stored;
  const { stood } = marks;
  // Between its change and the next look a process may have died; then the log knows of it by the change alone.
  if (marks.changed !== null && stored.version < marks.changed.version && marks.changed.policy !== have.policy)
    return 'wrong';
  if (stood?.restrictions === stored.restrictions) return 'right';
  if (stood !== null && (changed === null || changed.version <= stood.version)) return 'wrong';
  if (changed !== null) return changed.to === stored.restrictions ? 'right' : 'wrong';
  return o.pinned && stated !== null && stated !== have.policy ? 'wrong' : 'right';
};
