/**
 * Writes once. What came of it is said no better than it is known: a status that says that nothing was done is believed, a reply that
 * was lost or a fault within the system leaves a doubt, and only the system's word that it was done ends one.
 */
import type { Backend, CallFault, Random, Written } from '../../../core/ports.ts';
import type { Described } from '../described.ts';
import { takeOne } from '../describing/taking.ts';
import { placesOf } from '../describing/template.ts';
import { recordsOf } from '../records.ts';
import { jsonOf } from './answered.ts';
import type { Filling } from './filling.ts';
import { pause, readWith } from './reading.ts';
import { requestOf } from './requesting.ts';
import type { Line } from './system.ts';
import type { Answered, Came } from './types.ts';

export type Writing = Parameters<NonNullable<Backend['write']>>[0];

/** Before the one repeat under the same key, ms: at least half of it, at most all. */
const PAUSE_MS = 200;

const DOUBT: Written = { ok: false, code: 'doubt' };

/** Letters, digits, dots and dashes: all that a later call may be filled with. */
const RESULT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

/** What is written, within a call. `finder`: the operation that looks for it, where the description names one. */
interface Writ {
  readonly described: Described;
  readonly finder: Described | null;
  readonly line: Line;
  readonly writing: Writing;
  readonly filling: Filling;
  readonly random: Pick<Random, 'fraction'>;
}

/** Writes once, however often it has to be asked for. Never rejects. */
export const writeWith = async (o: Writ): Promise<Written> => {
  const { described, finder, line, writing, random } = o;
  const again = described.write?.again ?? 'never';
  const request = requestOf(described, writing.id, o.filling);
  if (request === null) return writing.again ? DOUBT : { ok: false, code: 'malformed' };
  const look = (): Promise<Written | 'not-there' | 'unknown'> => lookedFor(o);

  if (writing.again) {
    if (again === 'never') return DOUBT;
    if (finder !== null) {
      const found = await look();
      if (found === 'unknown') return DOUBT;
      if (found !== 'not-there') return found;
    }
  }

  const keyed = finder === null && again !== 'never';
  const first = toldBy(described, await line.ask(request), keyed);
  // Under a key of the system's the first time is the same as this one: only that it is done says more than was known.
  if (first !== 'doubt') return keyed && writing.again && !first.ok ? DOUBT : conflicted(o, first, look);
  if (keyed) {
    await pause(PAUSE_MS * (0.5 + random.fraction() / 2), line.signal);
    if (line.signal.aborted) return DOUBT;
    const second = toldBy(described, await line.ask(request), keyed);
    return second !== 'doubt' && second.ok ? second : DOUBT;
  }
  if (finder === null || line.signal.aborted) return DOUBT;
  // Not there yet is no word that it will not be: what was lost on the way back may still be at work.
  const found = await look();
  return typeof found === 'string' ? DOUBT : found;
};

type Told = Written | 'doubt' | { readonly ok: false; readonly code: 'conflict' };

const conflicted = async (
  { finder }: { readonly finder: Described | null },
  told: Exclude<Told, 'doubt'>,
  look: () => Promise<Written | 'not-there' | 'unknown'>,
): Promise<Written> => {
  if (told.ok || told.code !== 'conflict') return told as Written;
  // It may say that it has this already: then it is there to be found.
  if (finder === null) return { ok: false, code: 'refused' };
  const found = await look();
  return found === 'unknown' ? DOUBT : found === 'not-there' ? { ok: false, code: 'refused' } : found;
};

const toldBy = (described: Described, came: Came, keyed: boolean): Told => {
  switch (came.how) {
    case 'busy':
      return { ok: false, code: 'busy' };
    case 'no-sign-in':
      return { ok: false, code: came.code };
    case 'not-sent':
      return { ok: false, code: 'unreachable' };
    case 'lost':
      return 'doubt';
    case 'answered':
      return byStatus(described, came, keyed);
  }
};

/**
 * RFC 9110, 15; RFC 8470 (425); RFC 6585 (429). 207 (Multi-Status) may hold a failure, a redirect may be how it says that it was done, 408
 * is also said by proxies whose system is still at work, and 409 under a key that the first of two is.
 */
const byStatus = (described: Described, came: Answered, keyed: boolean): Told => {
  const { status } = came;
  if (status >= 200 && status < 300) return status === 207 ? 'doubt' : doneBy(described, came);
  if (status === 409) return keyed ? 'doubt' : { ok: false, code: 'conflict' };
  if (status === 425 || status === 429) return { ok: false, code: 'busy' };
  if (status === 404 || status === 410) return { ok: false, code: 'not-found' };
  const refused: CallFault = 'refused';
  if (status === 501 || status === 505) return { ok: false, code: refused };
  const standard = status >= 400 && status < 452 && status !== 408;
  return standard ? { ok: false, code: refused } : 'doubt';
};

/** It is done, whatever can be read of the rest. */
const doneBy = (described: Described, came: Answered): Written => {
  const body = jsonOf(came, described.backend);
  const [record] = recordsOf(described, body) ?? [];
  const result: [string, string][] = [];
  for (const [name, take] of described.write?.result ?? []) {
    const value = takenText(takeOne(take, body));
    if (value !== null) result.push([name, value]);
  }
  return { ok: true, record: record ?? null, result: Object.fromEntries(result) };
};

const takenText = (value: unknown): string | null => {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && RESULT.test(text) ? text : null;
};

/** By its key, with the operation that the description names. What it is called there is in the fields of the same names. */
const lookedFor = async (o: Writ): Promise<Written | 'not-there' | 'unknown'> => {
  const { finder } = o;
  if (finder === null || requestOf(finder, o.writing.id, o.filling) === null) return 'unknown';
  const fetched = await readWith({ ...o, described: finder, calling: o.writing });
  // Of a search that is not there it is not known what it would have found.
  const byKey = placesOf(finder.path).some(({ of }) => of === 'key');
  if (!fetched.ok) return fetched.code === 'not-found' && byKey ? 'not-there' : 'unknown';
  // What is beyond what was read could be it, or another one.
  if (fetched.more === true) return 'unknown';
  const [record, ...more] = fetched.records;
  if (record === undefined) return 'not-there';
  // One key is one thing: several say that it was looked for by something else.
  if (more.length > 0) return 'unknown';
  const result: [string, string][] = [];
  for (const name of o.described.write?.result.keys() ?? []) {
    const field = Object.hasOwn(record.fields, name) ? record.fields[name] : undefined;
    const value = field !== undefined && 'value' in field ? takenText(field.value) : null;
    if (value !== null) result.push([name, value]);
  }
  return { ok: true, record, result: Object.fromEntries(result) };
};
