/** What was done to the restrictions since the log last said how they stood, as far as it was Sotto who says it. */
import type { Sealer, Store } from '../../core/ports.ts';
import { versions } from '../../core/restricting/history.ts';
import type { Mark } from './marks.ts';

/** One change. Null in its place: its detail does not open, so that anybody may have written it. */
export interface Link {
  readonly version: number;
  /** Hashes of the restrictions before and after. */
  readonly from: string;
  readonly to: string;
  /** Two people approved what stood then. */
  readonly approved: boolean;
  /** The pack that was approved, or proved to permit no more than the one of before; null: it is about restrictions alone. */
  readonly pack: string | null;
}

/**
 * The newest first. `since`: null: the newest alone. In a store that is older than the mark, versions begin again below it: there it is the
 * time, sealed like the rest, that tells what came after.
 */
export const linksSince = async (
  o: { readonly store: Store; readonly sealer: Sealer },
  since: Pick<Mark, 'version' | 'at'> | null,
): Promise<readonly (Link | null)[]> => {
  const links: (Link | null)[] = [];
  for await (const { change, detail } of versions(o)) {
    if (since !== null && change.version <= since.version && change.at <= since.at) break;
    const { version } = change;
    const ofPack = change.change === 'approved';
    links.push(
      detail === null
        ? null
        : {
            version,
            from: detail.from,
            to: detail.to,
            approved: ofPack && detail.approvedBy !== null,
            pack: ofPack ? detail.pack : null,
          },
    );
    if (since === null || detail === null) break;
  }
  return links;
};
