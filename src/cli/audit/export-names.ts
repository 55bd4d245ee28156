/** Opens the names in entries that are taken out, through the running Sotto: it alone has the keys, and none of them leaves it. */
import { z } from 'zod';
import { namesIn } from '../../core/audit-names.ts';
import { askRunning } from '../order.ts';

/** People that are remembered, so that each is asked for about once. */
const MOST_KEPT = 100_000;

/** Directory ids by fingerprint. */
type NamesOf = (entry: Readonly<Record<string, unknown>>) => Promise<ReadonlyMap<string, string>>;

/** Of whoever was forgotten there is none. Refuses with code `usage` where the running Sotto opens none (any more). */
export const openingNames = (ticket: string): NamesOf => {
  const kept = new Map<string, string | null>();
  return async (entry) => {
    const all = namesIn(entry);
    const unknown = all.filter(({ fingerprint }) => !kept.has(fingerprint));
    if (unknown.length > 0) {
      const { ids } = await askRunning({
        method: 'POST',
        path: '/audit-export/names',
        body: { ticket, names: unknown },
        shape: z.object({ ids: z.array(z.string().nullable()) }),
      });
      for (const [at, { fingerprint }] of unknown.entries()) kept.set(fingerprint, ids[at] ?? null);
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_KEPT) break;
        kept.delete(oldest);
      }
    }
    return new Map(
      all.flatMap(({ fingerprint }) => {
        const id = kept.get(fingerprint) ?? null;
        return id === null ? [] : [[fingerprint, id] as const];
      }),
    );
  };
};
