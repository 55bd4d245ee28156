/**
 * What stands in an archive of state, row by row. Named one by one: what is not named here is in no backup. A section that is added
 * gets a name of its own and a new format (`FORMAT`), so that no version restores a part and takes it for the whole.
 */
import { z } from 'zod';
import { invalid } from '../../adapters/archive/header.ts';
import type { KeptHashKey, Leaving, RestrictionChange, Sealer, Stands, Store } from '../../core/ports.ts';
import { safely } from '../../core/safely.ts';
import { changeContext, hashKeyContext, referenceContext } from '../../core/sealing.ts';
import { storedRestriction } from '../../core/stored.ts';
import { CHANGES, storedPin } from '../../core/stored-restrictions.ts';
import { isStretchKey } from './stretch-keys.ts';

const text = z.string().max(100_000);
const time = z.number().int();

/** As much as can be sealed, in characters. */
const MOST_DETAIL = 256 * 1024;

/** What stands but for what has rows of its own. */
export type StandsRow = Omit<Stands, 'changes' | 'pin'>;

const stands: z.ZodType<StandsRow> = z.strictObject({
  version: z.number().int().nonnegative(),
  restrictions: z.array(storedRestriction),
  /** Not in format 1. */
  hash: text.nullable().default(null),
  paused: z.strictObject({ since: time, by: text }).nullable(),
  holds: z.array(
    z.strictObject({
      id: text,
      on: z.enum(['person', 'conversation', 'topic']),
      what: text,
      placedAt: time,
      by: text,
      hashes: z.array(text).exactOptional(),
    }),
  ),
  recalls: z.array(
    z.strictObject({
      id: text,
      intent: text.nullable(),
      topic: text.nullable(),
      since: time.nullable(),
      version: time,
    }),
  ),
  origins: z.array(z.strictObject({ origin: text, size: z.number().int().nonnegative() })),
});

const counts = z.record(z.string(), z.number().int().nonnegative());

const shape = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('settings'), settings: z.record(z.string(), text) }),
  z.strictObject({ is: z.literal('stands'), stands }),
  z.strictObject({ is: z.literal('pin'), pin: storedPin }),
  /** The newest first. `detail` is open here; empty: it could not be opened any more. */
  z.strictObject({
    is: z.literal('change'),
    version: time,
    at: time,
    id: text.nullable(),
    change: z.enum(CHANGES),
    detail: z.string().max(MOST_DETAIL),
  }),
  /** Open as well. By it people are recognised in the audit log, in what must leave and in holds; or stretches of the log are sealed under it. */
  z.strictObject({ is: z.literal('hash-key'), id: text, value: text }),
  /** A sign-in, in what an older version made. It does not come back: it may have been ended since. */
  z.strictObject({ is: z.literal('grant'), person: text, at: time, until: time }),
  /** `value` is open here: an archive rests on no other data key than its own. */
  z.strictObject({ is: z.literal('reference'), tenant: text, key: text, owner: text, value: text, until: time }),
  z.strictObject({
    is: z.literal('removal'),
    /** Platform, tenant, channel, id. */
    ref: z.tuple([z.enum(['slack', 'teams']), text, text, text]),
    at: time,
    about: text.nullable(),
    then: z.enum(['remove', 'forget']),
  }),
  z.strictObject({ is: z.literal('end'), counts }),
]);

export type Row = z.infer<typeof shape>;
type RowOf<K extends Row['is']> = Extract<Row, { readonly is: K }>;

/** What is counted row by row. The first two are not in format 1. */
const SECTIONS = ['pins', 'changes', 'hash-keys', 'grants', 'references', 'removals'] as const;

/** Rows read at once. */
const PAGE = 500;

type Counts = Record<string, number>;

/** Everything that a backup takes, one row after another; `counts` is complete once they are through. */
export async function* takeRows(o: {
  readonly store: Pick<Store, 'snapshots' | 'expiries' | 'hashKeys'>;
  readonly sealer: Pick<Sealer, 'open'>;
  readonly stands: Stands;
  readonly settings: Readonly<Record<string, string>>;
  readonly now: number;
  readonly counts: Counts;
  /** Filled with the ids of the keys of stretches. */
  readonly stretchKeys: string[];
}): AsyncGenerator<Row> {
  const { store, stands: stood, counts: sums } = o;
  const add = (name: string, more = 1): void => {
    sums[name] = (sums[name] ?? 0) + more;
  };
  yield { is: 'settings', settings: { ...o.settings } };
  const { changes, pin, ...stands } = stood;
  yield { is: 'stands', stands };
  add('settings', Object.keys(o.settings).length);
  add('restrictions', stood.restrictions.length);
  add('holds', stood.holds.length);
  add('recalls', stood.recalls.length);
  for (const name of SECTIONS) add(name, 0);
  if (pin !== null) {
    add('pins');
    yield { is: 'pin', pin };
  }
  for (const { version, at, id, change, detail } of changes) {
    add('changes');
    const open = o.sealer.open(changeContext({ at, change, id }), detail);
    // That it happened is kept, also where its data key is gone.
    yield { is: 'change', version, at, id, change, detail: open ?? '' };
  }
  for (const { id, value } of await store.hashKeys.all()) {
    const open = o.sealer.open(hashKeyContext(id), value);
    if (open === null) continue;
    add('hash-keys');
    if (isStretchKey({ id })) o.stretchKeys.push(id);
    yield { is: 'hash-key', id, value: open };
  }
  for await (const { tenant, key, owner, value, until } of pages((cursor) =>
    store.snapshots
      .references({ cursor, limit: PAGE })
      .then(({ references, ...rest }) => ({ items: references, ...rest })),
  )) {
    const open = until <= o.now ? null : o.sealer.open(referenceContext({ tenant, key }), value);
    // Its data key is gone: it could be opened nowhere any more.
    if (open === null) continue;
    add('references');
    yield { is: 'reference', tenant, key, owner, value: open, until };
  }
  for await (const { ref, removeAt, about, then } of pages((cursor) =>
    store.expiries.scan({ cursor, limit: PAGE }).then(({ removals, ...rest }) => ({ items: removals, ...rest })),
  )) {
    add('removals');
    // What would be shown in its place is left out: it is sealed as a reply is, and whoever wants to asks again by writing.
    yield { is: 'removal', ref: [ref.platform, ref.tenant, ref.channel, ref.id], at: removeAt, about, then };
  }
  yield { is: 'end', counts: { ...sums } };
}

async function* pages<T>(
  read: (cursor: string | null) => Promise<{ readonly items: readonly T[]; readonly cursor: string | null }>,
): AsyncGenerator<T> {
  for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
    const page: Awaited<ReturnType<typeof read>> = await read(cursor);
    yield* page.items;
    cursor = page.cursor;
  }
}

/** The rows of an archive, each as it must be. Refuses with `backup-invalid` any other, and one that does not end as it says. */
export async function* readRows(
  name: string,
  lines: AsyncIterable<unknown>,
): AsyncGenerator<Exclude<Row, RowOf<'end'>>> {
  const unreadable = () =>
    invalid(
      `The archive ${name} holds something that this version of Sotto does not know, or less than it says. Nothing was changed. Restore with the version that made it.`,
    );
  const seen: Counts = Object.fromEntries(SECTIONS.map((section) => [section, 0]));
  let ended = false;
  for await (const line of lines) {
    const parsed = safely(shape, line);
    if (!parsed.success || ended) throw unreadable();
    const row = parsed.data;
    if (row.is === 'end') {
      ended = true;
      if (Object.entries(seen).some(([section, count]) => (row.counts[section] ?? 0) !== count)) throw unreadable();
      continue;
    }
    const section = `${row.is}s`;
    if (section in seen) seen[section] = (seen[section] ?? 0) + 1;
    yield row;
  }
  if (!ended) throw unreadable();
}

/** As a store takes it back. */
export const leavingOfRow = ({ ref, at, about, then }: RowOf<'removal'>): Leaving => {
  const [platform, tenant, channel, id] = ref;
  return { ref: { platform, tenant, channel, id }, removeAt: at, about, then, again: null };
};

export const changeOfRow = ({ version, at, id, change, detail }: RowOf<'change'>): RestrictionChange => ({
  version,
  at,
  id,
  change,
  detail,
});

/** Opened; the oldest first. */
export type OpenHashKey = Pick<KeptHashKey, 'id' | 'value'>;
