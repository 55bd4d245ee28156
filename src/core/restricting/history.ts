/** Who changed what, when and why: the versions of what is restricted, and what stood at each of them. */
import { z } from 'zod';
import { restrictionsHash } from '../backed-up.ts';
import type { RestrictionChange } from '../ports.ts';
import { changeContext } from '../sealing.ts';
import { storedRestriction } from '../stored.ts';
import type { PerLocale, Restriction } from '../types.ts';
import type { World } from '../world.ts';
import { applied } from './delta.ts';

const shape = z.strictObject({
  /** Id of the draft that it came of. */
  proposal: z.string(),
  /** Directory ids. */
  by: z.string().nullable(),
  approvedBy: z.string().nullable(),
  why: z.string(),
  /** Of the whole policy from then on. */
  hash: z.string(),
  /** The pack that whoever published it decided by; see `Pinning`. */
  pack: z.string(),
  /** What it meant, as it was said to whoever published it. */
  sentence: z.strictObject({ en: z.string(), de: z.string() }),
  before: z.array(storedRestriction),
  put: z.array(storedRestriction),
  remove: z.array(z.string()),
  /** `restrictionsHash` of everything that stood before and after. */
  from: z.string(),
  to: z.string(),
  /** The version that it was made on; which one it made is for the store to say. One that is copied to another is none of ours. */
  after: z.int(),
});

export interface Detail {
  readonly proposal: string;
  readonly by: string | null;
  readonly approvedBy: string | null;
  readonly why: string;
  readonly hash: string;
  readonly pack: string;
  readonly sentence: PerLocale<string>;
  readonly before: readonly Restriction[];
  readonly put: readonly Restriction[];
  readonly remove: readonly string[];
  readonly from: string;
  readonly to: string;
}

type Known = Pick<World, 'store' | 'sealer'>;

/** As the store keeps it. `after`: the version that it is made on, which the store compares. */
export const recordOf = (
  { sealer }: Pick<World, 'sealer'>,
  {
    after,
    detail,
    ...o
  }: Omit<RestrictionChange, 'detail' | 'version'> & { readonly after: number; readonly detail: Detail },
): Omit<RestrictionChange, 'version'> => ({
  ...o,
  detail: sealer.seal(changeContext(o), JSON.stringify({ ...detail, after })),
});

/**
 * Null where it does not open, or is not one of ours. Nothing can lie between it and what it was made on, so one that was copied to
 * a later version is behind a change that it does not know of. `older`: the version of the record before; null: there is none.
 */
const readDetail = (
  { sealer }: Pick<World, 'sealer'>,
  change: RestrictionChange,
  older: number | null,
): Detail | null => {
  const plain = sealer.open(changeContext(change), change.detail);
  if (plain === null) return null;
  const parsed = shape.safeParse(JSON.parse(plain));
  if (!parsed.success) return null;
  const { after, ...detail } = parsed.data;
  return after < change.version && (older === null || older <= after) ? detail : null;
};

const PAGE = 50;

/** The newest first, with what opens of each. */
export async function* versions({
  store,
  sealer,
}: Known): AsyncGenerator<{ readonly change: RestrictionChange; readonly detail: Detail | null }> {
  let newer: RestrictionChange | null = null;
  for (;;) {
    const before: number | null = newer?.version ?? null;
    const page: readonly RestrictionChange[] = await store.restrictions.changes({ before, limit: PAGE });
    for (const change of page) {
      if (newer !== null) yield { change: newer, detail: readDetail({ sealer }, newer, change.version) };
      newer = change;
    }
    if (page.length === PAGE) continue;
    if (newer !== null) yield { change: newer, detail: readDetail({ sealer }, newer, null) };
    return;
  }
}

/** What the one restriction is called that was changed; null: several were, or none. */
export const changedTitle = ({ put, before, remove }: Pick<Detail, 'put' | 'before' | 'remove'>): string | null =>
  put.length + remove.length === 1 ? ((put[0] ?? before[0])?.title ?? null) : null;

/** The last so many. */
export const lastVersions = async (
  world: Known,
  most: number,
): Promise<readonly { readonly change: RestrictionChange; readonly detail: Detail }[]> => {
  const found = [];
  for await (const { change, detail } of versions(world)) {
    // Before one that does not open nothing can be rolled back to.
    if (detail === null || found.length >= most) break;
    found.push({ change, detail });
  }
  return found;
};

/**
 * What stood at a version, by undoing what came since, the newest first. Null where the chain has a gap: somebody changed something
 * without a record, or one of them does not open.
 */
export const standingAt = async (
  world: Known,
  { version, standing }: { readonly version: number; readonly standing: readonly Restriction[] },
): Promise<readonly Restriction[] | null> => {
  let stood = standing;
  for await (const { change, detail } of versions(world)) {
    if (detail === null || detail.to !== restrictionsHash(stood)) return null;
    if (change.version === version) return stood;
    if (change.version < version) return null;
    stood = applied(stood, { put: detail.before, remove: detail.put.map(({ id }) => id) });
  }
  return null;
};

/** How far back a press that comes again is looked for. */
const MOST_LOOKED = 200;

/** The version that this draft became; null: none that is known. */
export const versionOf = async (world: Known, proposal: string): Promise<number | null> => {
  let looked = 0;
  for await (const { change, detail } of versions(world)) {
    if (detail?.proposal === proposal) return change.version;
    if (++looked >= MOST_LOOKED) return null;
  }
  return null;
};
