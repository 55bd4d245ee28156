/** Reads what must leave without touching it: page by page, and counted. */
import type { Expiries, ExpiryCensus, Pending } from '../../core/ports.ts';
import { packParts, unpackParts, whole } from '../../core/stored.ts';
import type { PlatformName } from '../../core/types.ts';
import type { Adopting } from './adopting.ts';
import type { Connection } from './connection.ts';
import { BUCKETS, platformOfLetter, readMember } from './expiry-layout.ts';
import * as scripts from './expiry-scripts.ts';
import { isTag, type Keys, tenantOf } from './keys.ts';
import { listOf, numberOf, numberOrNull, textOf, textOrNull } from './replies.ts';
import type { Shards } from './shards.ts';

/** Of one page, whatever a caller asks for. */
const MOST_SCANNED = 1_000;

/** Buckets counted by one script: Redis does nothing else meanwhile. */
const COUNTED = 256;

/** Entries of `late` that are read at once. */
const LATE = 500;

const HOUR_MS = 60 * 60_000;

interface Row {
  readonly bucket: number;
  readonly member: string;
  readonly pending: Pending | null;
}

const rowOf = (tag: string, row: unknown): Row => {
  const [bucket, member, removeAt, attempts, leased, again] = listOf(row);
  const read = { tenant: tenantOf(tag), removeAt: numberOf(removeAt), again: textOrNull(again) };
  const leaving = readMember(textOf(member), read);
  return {
    bucket: numberOf(bucket),
    member: textOf(member),
    pending: leaving === null ? null : { ...leaving, attempts: numberOf(attempts), leased: numberOf(leased) === 1 },
  };
};

const byPlace = (a: Row, b: Row): number => a.bucket - b.bucket || (a.member < b.member ? -1 : 1);

/** Where a page ended: on this tag, in this bucket, behind this entry ('': before the first). */
interface Cursor {
  readonly tag: string;
  readonly bucket: number;
  readonly after: string;
}

const pack = ({ tag, bucket, after }: Cursor): string => packParts([tag, `${bucket}`, after]);

/** One that nobody gave begins from the start. */
const unpack = (cursor: string | null): Cursor => {
  const [tag = '', bucket = '', after = ''] = unpackParts(cursor ?? '');
  return isTag(tag) && /^\d{1,5}$/.test(bucket)
    ? { tag, bucket: Number(bucket), after }
    : { tag: '', bucket: 0, after: '' };
};

type Sums = { -readonly [K in keyof Omit<ExpiryCensus, 'failing'>]: ExpiryCensus[K] } & {
  readonly failing: Record<string, number>;
};

const earlier = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

export const createExpiryViews = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly shards: Shards;
  readonly adopting: Adopting;
}): Pick<Expiries, 'scan' | 'census'> => {
  const { connection, keys } = o;

  const tagsNow = async (): Promise<readonly string[]> => {
    const tags = (await o.shards.known()).toSorted();
    await o.adopting.done(tags);
    return tags;
  };

  /** Rows behind the cursor, of one tag, in order; and the bucket to go on with. */
  const rowsAfter = async ({ tag, bucket, after }: Cursor, limit: number) => {
    const base = keys.base(tag);
    const reply = await connection.run(scripts.scan, {
      what: 'look through the removals',
      keys: [`${base}first`],
      args: [base, bucket, BUCKETS, limit + 1],
    });
    const [next, rows] = listOf(reply);
    const all = listOf(rows).map((row) => rowOf(tag, row));
    const left = all.filter((row) => row.bucket > bucket || row.member > after).toSorted(byPlace);
    return { rows: left, next: numberOf(next) };
  };

  const countInto = async (tag: string, now: number, sumsOf: (letter: string) => Sums | null): Promise<void> => {
    const base = keys.base(tag);
    const hour = now + HOUR_MS;
    for (let from = 0; from < BUCKETS; from += COUNTED) {
      const reply = await connection.run(scripts.count, {
        what: 'count the removals',
        keys: [`${base}first`],
        args: [base, from, from + COUNTED, now, hour],
      });
      for (const row of listOf(reply)) {
        const [letter, pending, recallable, due, soon, oldest] = listOf(row);
        const sums = sumsOf(textOf(letter));
        if (sums === null) continue;
        sums.pending += numberOf(pending);
        sums.recallable += numberOf(recallable);
        sums.due += numberOf(due);
        sums.dueWithinHour += numberOf(soon);
        sums.oldestDueAt = earlier(sums.oldestDueAt, numberOrNull(oldest));
      }
    }
    // What was tried in vain or put off was counted by when it can be claimed, not by its own deadline.
    await each(`${base}late`, (letter, value) => {
      const sums = sumsOf(letter);
      if (sums !== null) putRight(sums, value, now, hour);
    });
    await each(`${base}going`, (letter, value) => {
      const [, attempts = '0', , code = ''] = value.split('|', 4);
      const sums = sumsOf(letter);
      if (sums !== null && attempts !== '0') fails(sums, code);
    });
  };

  /** Every field of a hash, some at a time; each is told by its first letter and its value. */
  const each = async (key: string, seen: (letter: string, value: string) => void): Promise<void> => {
    let cursor = '0';
    do {
      const page = await connection.ask('count the removals', 'HSCAN', key, cursor, 'COUNT', LATE);
      const [next, fields] = listOf(page);
      const list = listOf(fields).map(textOf);
      for (let at = 0; at + 1 < list.length; at += 2) seen(list[at]?.slice(0, 1) ?? '', list[at + 1] ?? '');
      cursor = textOf(next);
    } while (cursor !== '0');
  };

  return {
    scan: async ({ cursor, limit }) => {
      const most = Math.max(1, Math.min(MOST_SCANNED, Math.floor(limit)));
      const tags = await tagsNow();
      const removals: Pending[] = [];
      let at = unpack(cursor);
      if (!tags.includes(at.tag)) at = { tag: tags.find((tag) => tag > at.tag) ?? '', bucket: 0, after: '' };
      while (at.tag !== '') {
        const { rows, next } = await rowsAfter(at, most - removals.length);
        const some = rows.slice(0, most - removals.length);
        removals.push(...some.flatMap(({ pending }) => pending ?? []));
        const last = some.at(-1);
        if (some.length < rows.length && last !== undefined)
          return { removals, cursor: pack({ tag: at.tag, bucket: last.bucket, after: last.member }) };
        if (next < BUCKETS) at = { tag: at.tag, bucket: next, after: '' };
        else at = { tag: tags.find((tag) => tag > at.tag) ?? '', bucket: 0, after: '' };
        if (removals.length >= most) return { removals, cursor: at.tag === '' ? null : pack(at) };
      }
      return { removals, cursor: null };
    },
    census: async ({ now }) => {
      const all = new Map<string, Sums>();
      const sumsOf = (tenant: string, platform: PlatformName): Sums => {
        const key = packParts([platform, tenant]);
        const none = { pending: 0, due: 0, oldestDueAt: null, dueWithinHour: 0, recallable: 0, failing: {} };
        const sums = all.get(key) ?? { platform, tenant, ...none };
        all.set(key, sums);
        return sums;
      };
      for (const tag of await tagsNow())
        await countInto(tag, whole(now), (letter) => {
          const platform = platformOfLetter(letter);
          return platform === null ? null : sumsOf(tenantOf(tag), platform);
        });
      return [...all].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sums]) => sums);
    },
  };
};

const LATE_SHAPE = /^(-?\d+)\|(\d+)\|(-?\d+)\|(.)\|(.*)$/;

const fails = (sums: Sums, code: string): void => {
  const name = code || 'unknown';
  sums.failing[name] = (sums.failing[name] ?? 0) + 1;
};

const putRight = (sums: Sums, late: string, now: number, hour: number): void => {
  const [, removeAt, attempts, claimable, mark, code = ''] = LATE_SHAPE.exec(late) ?? [];
  if (removeAt === undefined) return;
  if (attempts !== '0') fails(sums, code);
  if (mark === 'f' || mark === 'F') return;
  const [own, counted] = [Number(removeAt), Number(claimable)];
  const within = (at: number): boolean => at > now && at <= hour;
  if (counted > now && own <= now) sums.due += 1;
  if (within(counted)) sums.dueWithinHour -= 1;
  if (within(own)) sums.dueWithinHour += 1;
  if (own <= now) sums.oldestDueAt = earlier(sums.oldestDueAt, own);
};
