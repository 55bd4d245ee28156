/** What was done to the restrictions since the log last said how they stood, as far as it was Sotto who says it. */
import type { Sealer, Store } from '../../core/ports.ts';
import { versions } from '../../core/restricting/history.ts';

/** One change. Null in its place: its detail does not open, so that anybody may have written it. */
export interface Link {
  readonly version: number;
  /** Hashes of the restrictions before and after. */
  readonly from: string;
  readonly to: string;
  /** Two people approved what stood then. */
  readonly approved: boolean;
}

/** The newest first. `since`: null: the newest alone. */
export const linksSince = async (
  o: { readonly store: Store; readonly sealer: Sealer },
  since: number | null,
): Promise<readonly (Link | null)[]> => {
  const links: (Link | null)[] = [];
  for await (const { change, detail } of versions(o)) {
    if (since !== null && change.version <= since) break;
    const { version } = change;
    const approved = change.change === 'approved' && detail?.approvedBy !== null;
    links.push(detail === null ? null : { version, from: detail.from, to: detail.to, approved });
    if (since === null || detail === null) break;
  }
  return links;
};
