/** What was ordered late: what a log knows of orders that a state which comes back out of a backup does not know. */
import { entriesIn, readEntries } from './reader.ts';

/** What may make a restored state older than what was in force. */
export interface LateOrder {
  readonly what: string;
  readonly at: number;
  /** Of the restrictions, where it says one. */
  readonly version: number | null;
}

/** What makes another pack the approved one: an older pin would let the one of before answer again. */
const PINNED = new Set<unknown>(['stricter', 'approved']);

/** Orders that change what stands, or what is kept and shown of somebody. */
const ORDERS = new Set<unknown>(['pause', 'resume', 'hold', 'lift', 'recall', 'forget']);

/** More are not told; the latest count. */
const MOST_TOLD = 1_000;

/**
 * Changes of restrictions to a version above `version`, and packs that were approved or orders that were begun or done from the entry `from`
 * on, whatever a clock said; where that is null, after `at`. The last ones. Rejects where the log cannot be read.
 */
export const ordersAfter = async (o: {
  /** The folder of one log. */
  readonly folder: string;
  readonly version: number;
  readonly from: number | null;
  readonly at: number;
}): Promise<readonly LateOrder[]> => {
  const found: LateOrder[] = [];
  for await (const run of readEntries({ folder: o.folder }))
    for (const { index, entry } of entriesIn(run)) {
      const order = lateOrder(entry, o.version, o.from === null ? Number(entry['at']) > o.at : index >= o.from);
      if (order !== null) found.push(order);
      if (found.length > MOST_TOLD) found.shift();
    }
  return found;
};

const lateOrder = (
  { kind, what, how, version, at, change }: Readonly<Record<string, unknown>>,
  above: number,
  isLate: boolean,
): LateOrder | null => {
  if (typeof at !== 'number') return null;
  if (kind === 'restriction')
    return typeof version === 'number' && version > above ? { what: kind, at, version } : null;
  const counts =
    kind === 'order'
      ? ORDERS.has(what) && (change === 'begun' || change === 'done')
      : kind === 'pack' && PINNED.has(how);
  return counts && isLate ? { what: kind === 'pack' ? kind : String(what), at, version: null } : null;
};
