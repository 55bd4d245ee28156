/** What every store writes alike: references as text, sliding counts, restrictions as they are read back, whole milliseconds, slots of audit logs. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { SottoError } from './errors.ts';
import type { Confirmation, Origin, Parking, Restored } from './store-ports.ts';
import type { MessageRef, PlatformName, Restriction } from './types.ts';

const escaped = (part: string): string =>
  part.replace(/[^\x20-\x24\x26-\x7b\x7d\x7e]/g, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const unescaped = (part: string): string =>
  part.replace(/%([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/**
 * Several texts as one, each readable again. `%`, `|` and everything outside printable ASCII are written as `%` and four
 * hex digits of the UTF-16 unit, so that different parts never give the same text.
 */
export const packParts = (parts: readonly string[]): string => parts.map(escaped).join('|');

export const unpackParts = (packed: string): readonly string[] => packed.split('|').map(unescaped);

const PLATFORMS: ReadonlyMap<string, PlatformName> = new Map([
  ['slack', 'slack'],
  ['teams', 'teams'],
]);

/** A message's reference as one string, `platform|tenant|channel|id`: what an expiry is known by. Ids only, so that it may stand unsealed. */
export const packRef = (ref: MessageRef): string => packParts([ref.platform, ref.tenant, ref.channel, ref.id]);

/** Null where it is not one of ours. */
export const unpackRef = (member: string): MessageRef | null => {
  const [name = '', tenant, channel, id, ...rest] = unpackParts(member);
  const platform = PLATFORMS.get(name);
  if (platform === undefined || tenant === undefined || channel === undefined || id === undefined) return null;
  return rest.length > 0 ? null : { platform, tenant, channel, id };
};

/** The failure of an attempt that never said how it ended: most likely it took its process along. */
export const LAPSED = 'lease-lapsed';

/** A code as it is kept with a question: bounded, whoever made it. */
export const keptCode = (code: string): string => code.slice(0, 64);

/** Null where it was never parked. Whatever else stands there counts as what is refused at its end all the same. */
export const parkingOf = (text: string | null): Parking | null => {
  if (text === null) return null;
  return text === 'confirmation' ? 'confirmation' : 'sign-in';
};

/** More parked questions of one person are never told at once. */
export const MOST_PARKED_TOLD = 100;

/** Dead letters that lie in a store at once, beyond which the next one's words are shredded. */
export const MOST_DEAD = 10_000;

/** Two fixed buckets of a count: the one that began at `bucket × windowMs`, and the one before it. */
export interface Buckets {
  readonly bucket: number;
  readonly current: number;
  readonly previous: number;
}

interface At {
  readonly windowMs: number;
  readonly now: number;
}

/** The buckets as they stand at `now`; null: nothing was counted yet. A clock that was set back does not bring an old bucket back. */
export const turned = ({ windowMs, now }: At, buckets: Buckets | null): Buckets => {
  const at = Math.floor(now / windowMs);
  if (buckets === null) return { bucket: at, current: 0, previous: 0 };
  if (at <= buckets.bucket) return buckets;
  return { bucket: at, current: 0, previous: at === buckets.bucket + 1 ? buckets.current : 0 };
};

/**
 * Sliding counts from two fixed buckets: with `t` the share of the current bucket that has passed,
 * count = current + ceil(previous × (1 − t)). Rounded up, so that a limit is never exceeded by rounding. It assumes that
 * the previous bucket filled evenly; each count costs one row of two numbers, whatever the traffic.
 */
export const slidingCount = ({ windowMs, now }: At, { bucket, current, previous }: Buckets): number => {
  const passed = Math.min(1, Math.max(0, now / windowMs - bucket));
  return current + Math.ceil(previous * (1 - passed));
};

/** Read as strictly as a foreign file: a restriction that cannot be read must not silently restrict less. */
export const storedRestriction: z.ZodType<Restriction> = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    forbids: z.array(z.string()),
    // What an older version wrote has none of those with a default.
    appliesTo: z.array(z.string()).default([]),
    exceptGroups: z.array(z.string()),
    places: z.array(z.enum(['direct', 'group', 'channel', 'shared'])).default([]),
    countries: z.array(z.string()),
    from: z.string().nullable().default(null),
    until: z.string().nullable(),
    words: z.record(z.string(), z.string()),
    contact: z.record(z.string(), z.string()).default({}),
    rights: z.record(z.string(), z.string()).default({}),
    suspendedUntil: z.string().nullable().default(null),
  })
  .readonly();

/** Likewise what came out of a backup. */
export const storedRestored: z.ZodType<Restored> = z
  .strictObject({
    archive: z.string(),
    madeAt: z.number(),
    home: z.string(),
    state: z.enum(['restoring', 'restored']),
  })
  .readonly();

export const notRestoring = (): SottoError =>
  new SottoError(
    'store-unavailable',
    'This store is not being restored (any more), so nothing was put into it. Look what else uses it.',
  );

/** Of an order, as they are read back. */
export const storedConfirmations: z.ZodType<readonly Confirmation[]> = z
  .array(z.strictObject({ person: z.string(), by: z.string(), at: z.number(), proof: z.string() }).readonly())
  .readonly();

/** People who were told something once, all together; more than work anywhere. A mark is some eighty bytes. */
export const MOST_MARKS = 1_000_000;

/** People who were ever named in an audit entry and not forgotten; more than work anywhere. Each is some three hundred bytes. */
export const MOST_NAME_KEYS = 1_000_000;

/** Holds at once. */
export const MOST_HOLDS = 1_000;

/** Of holds that were lifted so many are remembered, so that none is placed again by its own order. An order is given up within minutes. */
export const MOST_LIFTED = 200;

/** Keyed hashes of one hold: data keys that came and went while it stood. */
export const MOST_HOLD_HASHES = 64;

/** The hashes of a hold with these added, the newest last; null: it has them all. */
export const moreHashes = (had: readonly string[], hashes: readonly string[]): readonly string[] | null => {
  const all = [...new Set([...had, ...hashes])];
  return all.length === had.length ? null : all.slice(-MOST_HOLD_HASHES);
};
/** Recalls that stand. */
export const MOST_RECALLS = 100;

/** Orders that wait for a confirmation, and all that are kept. */
export const MOST_WAITING_ORDERS = 16;
export const MOST_ORDERS = 64;

/** A time or a count as it is kept: rounded up, so that nothing is due too early. Refuses with `store-unavailable` what is no number. */
export const whole = (value: number): number => {
  const rounded = Math.ceil(value);
  if (!Number.isSafeInteger(rounded)) {
    throw new SottoError('store-unavailable', 'The store was given a time that is not a number. Nothing was changed.');
  }
  return rounded;
};

/** The home of logs that came out of a backup: they lie in its folder and are never leased again, for slots go by the home alone. */
export const closedHome = (home: string): string => `${home}.closed`;

const LOST = '.lost';

/** The home of a log of which an operator put on record that it is lost. No folder has it. */
export const lostHome = (home: string): string => (isLost({ home }) ? home : `${home}${LOST}`);

/** Whether it is on record that the log is lost. */
export const isLost = ({ home }: Pick<Origin, 'home'>): boolean => home.endsWith(LOST);

/**
 * Names of new slots begin so. In a store that came out of a backup, each restore has names of its own: a log that its backup did not know of
 * may come to light, and must not be taken for one that was begun since.
 */
const slotPrefix = (origins: readonly Origin[]): string => {
  const homes = origins.map(({ home }) => (isLost({ home }) ? home.slice(0, -LOST.length) : home));
  const closed = homes.find((home) => home.endsWith(closedHome('')));
  return closed === undefined ? 'slot-' : `slot-${hash('sha256', closed).slice(0, 8)}-`;
};

const slotNumber = (origin: string): number => {
  const digits = /^slot-(?:[0-9a-f]{8}-)?(0|[1-9][0-9]{0,8})$/.exec(origin)?.[1];
  return digits === undefined ? Number.POSITIVE_INFINITY : Number(digits);
};

/** `slot-2` before `slot-10`, names that are no slots last. */
const bySlot = (a: string, b: string): number => {
  const [x, y] = [slotNumber(a), slotNumber(b)];
  return x === y ? (a < b ? -1 : 1) : x - y;
};

const newSlot = (origins: readonly Origin[]): string => {
  const prefix = slotPrefix(origins);
  const taken = new Set(origins.map(({ origin }) => origin));
  let free = 0;
  while (taken.has(`${prefix}${free}`)) free += 1;
  return `${prefix}${free}`;
};

/** Which slot a process of this home may write: the lowest of the home that nobody writes, otherwise the lowest that is new. */
export const slotFor = (o: {
  readonly origins: readonly Origin[];
  readonly home: string;
  readonly now: number;
  /** Not these. */
  readonly except?: readonly string[] | undefined;
}): string => {
  const free = o.origins.filter(
    ({ origin, home, leasedUntil }) => home === o.home && leasedUntil <= o.now && o.except?.includes(origin) !== true,
  );
  const [lowest] = free.map(({ origin }) => origin).toSorted(bySlot);
  return lowest ?? newSlot(o.origins);
};
