/** Opens the names in entries that are taken out, through the running Sotto: it alone has the keys, and none of them leaves it. */
import { z } from 'zod';
import { type NamedIn, namesIn } from '../../core/audit-names.ts';
import { askRunning } from '../order.ts';

/** Names that are remembered, so that what one process wrote within minutes is asked for about once. */
const MOST_KEPT = 100_000;

/** Whoever is forgotten meanwhile is named no more after that, ms. */
const KEPT_MS = 10_000;

/** As `exportNamesShape` has it: so many at once, none longer. */
const MOST_AT_ONCE = 100;
const LONGEST = { fingerprint: 200, name: 2_000 };

/** Directory ids by fingerprint. */
type NamesOf = (entry: Readonly<Record<string, unknown>>) => Promise<ReadonlyMap<string, string>>;

type Ask = (names: readonly NamedIn[]) => Promise<readonly (string | null)[]>;

const askedOf =
  (ticket: string): Ask =>
  async (names) => {
    const { ids } = await askRunning({
      method: 'POST',
      path: '/audit-export/names',
      body: { ticket, names },
      shape: z.object({ ids: z.array(z.string().nullable()) }),
    });
    return ids;
  };

/**
 * Of whoever was forgotten there is none. What is remembered is each name as it was sealed: under one key it opens and under an older one, which was shredded, it does not,
 * whoever it is of. Refuses with code `usage` where the running Sotto opens none (any more).
 */
export const openingNames = (
  ticket: string,
  { ask = askedOf(ticket), now = () => performance.now() }: { readonly ask?: Ask; readonly now?: () => number } = {},
): NamesOf => {
  const kept = new Map<string, { readonly id: string | null; readonly until: number }>();
  const keyOf = ({ fingerprint, name, purpose }: NamedIn): string => JSON.stringify([purpose, fingerprint, name]);
  const known = (named: NamedIn) => {
    const has = kept.get(keyOf(named));
    return has !== undefined && now() < has.until ? has : null;
  };
  return async (entry) => {
    // What is longer is no name, and opens as none.
    const all = namesIn(entry).filter(
      ({ fingerprint, name }) => fingerprint.length <= LONGEST.fingerprint && name.length <= LONGEST.name,
    );
    const found = new Map<string, string>();
    for (let at = 0; at < all.length; at += MOST_AT_ONCE) {
      const some = all.slice(at, at + MOST_AT_ONCE);
      const unknown = some.filter((named) => known(named) === null);
      const ids = unknown.length === 0 ? [] : await ask(unknown);
      for (const [index, named] of unknown.entries()) {
        const key = keyOf(named);
        // The oldest first.
        kept.delete(key);
        kept.set(key, { id: ids[index] ?? null, until: now() + KEPT_MS });
      }
      for (const named of some) {
        const id = kept.get(keyOf(named))?.id ?? null;
        if (id !== null) found.set(named.fingerprint, id);
      }
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_KEPT) break;
        kept.delete(oldest);
      }
    }
    return found;
  };
};
