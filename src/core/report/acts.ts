/** What officers did and what befell the logs: line by line, the newest first, so many of them. */
import { type Fields, listOf, numberOf, textOf, wholeOf } from './fields.ts';
import {
  type ClockFacts,
  DEED_ON,
  type DeedOn,
  type DeedRow,
  type Officer,
  RESTRICTION_CHANGES,
  type RestrictionRow,
  type Restrictions,
  type Rows,
  RUN_KINDS,
  type RunRow,
} from './types.ts';

const MOST_ROWS = 300;

interface Kept<T> {
  add(row: T): void;
  shown(): Rows<T>;
}

/** The newest of them, however many come and in whatever order. */
const keepNewest = <T extends { readonly at: number }>(): Kept<T> => {
  let rows: T[] = [];
  let total = 0;
  const newest = (): T[] => rows.toSorted((left, right) => right.at - left.at).slice(0, MOST_ROWS);
  return {
    add: (row) => {
      total += 1;
      rows.push(row);
      if (rows.length >= 4 * MOST_ROWS) rows = newest().reverse();
    },
    shown: () => ({ rows: newest(), total }),
  };
};

/** Null: nobody. */
const officerOf = (entry: Fields, by: string, name: string): Officer | null => {
  const fingerprint = textOf(entry, by);
  return fingerprint === '' ? null : { fingerprint, sealed: wholeOf(entry, name) };
};

export const createRestrictionTally = () => {
  const kept = keepNewest<RestrictionRow>();
  let [inForce, approved] = [0, 0];
  return {
    add: (entry: Fields, at: number): boolean => {
      const change = RESTRICTION_CHANGES.find((one) => one === entry['change']);
      if (change === undefined) return false;
      const version = numberOf(entry, 'version');
      const approvedBy = officerOf(entry, 'approvedBy', 'approvedByName');
      const by = officerOf(entry, 'by', 'byName');
      if (version !== null && change !== 'void') {
        inForce += 1;
        if (approvedBy !== null) approved += 1;
      }
      kept.add({ at, restriction: textOf(entry, 'restriction'), change, version, by, approvedBy });
      return true;
    },
    shown: (): Restrictions => ({ ...kept.shown(), inForce, approved }),
  };
};

/** Those whose target is no person and no chat. */
const SAID: readonly DeedOn[] = ['topic', 'intent', 'hold'];

export const createDeedTally = () => {
  const kept = keepNewest<DeedRow>();
  return {
    /** Of `deed` entries: what is about one person's data is counted elsewhere. */
    add: (entry: Fields, at: number): void => {
      const what = (['hold', 'lift', 'recall'] as const).find((one) => one === entry['what']);
      const on = DEED_ON.find((one) => one === entry['on']);
      const by = officerOf(entry, 'by', 'byName');
      if (what === undefined || on === undefined || by === null) return;
      kept.add({ at, what, on, target: SAID.includes(on) ? textOf(entry, 'target') : null, by: [by] });
    },
    /** Of `export` entries, once each is done. */
    exported: (entry: Fields, at: number): void => {
      if (entry['change'] !== 'done') return;
      const ofPerson = textOf(entry, 'person') !== '';
      const topic = textOf(entry, 'topic');
      const names: readonly unknown[] = Array.isArray(entry['byNames']) ? entry['byNames'] : [];
      const by = (listOf(entry, 'by') ?? []).map((fingerprint, index) => {
        const sealed = names[index];
        return { fingerprint, sealed: typeof sealed === 'string' ? sealed : null };
      });
      kept.add({
        at,
        what: 'audit-export',
        on: ofPerson ? 'person' : topic === '' ? 'all' : 'topic',
        target: ofPerson || topic === '' ? null : topic,
        by,
      });
    },
    shown: () => kept.shown(),
  };
};

/** Codes, numbers and hashes of an entry, by name, in its words. */
const DETAIL: { readonly [K in RunRow['what']]: readonly string[] } = {
  start: ['version', 'settings', 'closed'],
  stop: ['how'],
  recovered: ['droppedBytes', 'elsewhere'],
  restored: ['archive', 'untried', 'waitedMs'],
  lost: ['origin', 'found', 'size', 'entries'],
  pruned: ['origin', 'upTo'],
  key: ['key'],
  pack: ['how', 'pack', 'restrictionsVersion'],
};

/** A hash is known by its beginning. */
const HASH_LENGTH = 12;

const short = (text: string): string => (/^[0-9a-f]{32,}$/.test(text) ? text.slice(0, HASH_LENGTH) : text);

const detailOf = (entry: Fields, what: RunRow['what']): string =>
  DETAIL[what]
    .flatMap((name) => {
      const value = numberOf(entry, name) ?? short(textOf(entry, name));
      return value === '' ? [] : [`${name}: ${value}`];
    })
    .join(', ');

/** Platforms beyond these are not told of. */
const MOST_CLOCKS = 10;

export const createClockTally = () => {
  const clocks = new Map<string, ClockFacts>();
  return {
    /** False: it says nothing of a clock. */
    add: (entry: Fields): boolean => {
      const [platform, ahead] = [textOf(entry, 'platform'), numberOf(entry, 'aheadMs')];
      const known = clocks.get(platform);
      if (ahead === null || (known === undefined && clocks.size === MOST_CLOCKS)) return false;
      clocks.set(platform, {
        platform,
        most: Math.max(known?.most ?? ahead, ahead),
        least: Math.min(known?.least ?? ahead, ahead),
        measured: (known?.measured ?? 0) + (numberOf(entry, 'requests') ?? 0),
      });
      return true;
    },
    shown: (): readonly ClockFacts[] =>
      [...clocks.values()].sort((left, right) => (left.platform < right.platform ? -1 : 1)),
  };
};

export const createRunTally = () => {
  const kept = keepNewest<RunRow>();
  return {
    /** False: it is of none of these kinds. */
    add: (entry: Fields, at: number, origin: string): boolean => {
      const what = RUN_KINDS.find((one) => one === entry['kind']);
      if (what === undefined) return false;
      kept.add({ at, origin, what, detail: detailOf(entry, what) });
      return true;
    },
    shown: () => kept.shown(),
  };
};
