/**
 * Systems that call people by an id of their own, and find it by what the directory calls them. What they find is used only where they
 * repeat what they were asked for: a search that ignores its filter gives the first person of all.
 */

import { SOMEBODY } from '../../../core/backend-ports.ts';
import type { BackendRecord, CallFault, Calling, Clock, Random } from '../../../core/ports.ts';
import type { Described, DescribedLookup } from '../described.ts';
import { takeOne } from '../describing/taking.ts';
import { placesOf } from '../describing/template.ts';
import { faultOfRead, jsonOf } from './answered.ts';
import { addressOf } from './filling.ts';
import { askAgain } from './reading.ts';
import type { Line } from './system.ts';

/** People; the one that was looked up longest ago goes first. */
const MOST = 5_000;

const ID = /^[A-Za-z0-9._@+-]{1,200}$/;

const ASKER = /\{asker(?::number)?\}/;

/** As the system calls them by ids of its own, and whom those stand for. */
export interface Named {
  readonly called: { readonly subject: string; readonly asker: string };
  /** The record with the name that the directory knows in place of the system's own id. */
  readonly back: (record: BackendRecord) => BackendRecord;
}

export type Found = { readonly ok: true; readonly named: Named } | { readonly ok: false; readonly code: CallFault };

export interface Lookup {
  /** Within a call. */
  find(o: { readonly described: Described; readonly calling: Calling; readonly line: Line }): Promise<Found>;
}

const namesAsker = ({ path, query, body }: Described): boolean =>
  [path, ...query.map(([, template]) => template)].some((it) => placesOf(it).some(({ of }) => of === 'asker')) ||
  (body !== null && ASKER.test(JSON.stringify(body)));

export const createLookup = (o: {
  readonly lookup: DescribedLookup;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'fraction'>;
}): Lookup => {
  const { lookup, clock, random } = o;
  const known = new Map<string, { readonly id: string; readonly at: number }>();

  const remembered = (key: string): string | null => {
    const one = known.get(key);
    const age = one === undefined ? Number.NaN : clock.now() - one.at;
    return one !== undefined && age >= 0 && age < lookup.forMs ? one.id : null;
  };
  const keep = (key: string, id: string): void => {
    if (lookup.forMs === 0) return;
    known.delete(key);
    known.set(key, { id, at: clock.now() });
    for (const oldest of known.keys()) {
      if (known.size <= MOST) break;
      known.delete(oldest);
    }
  };

  const idOf = async (
    described: Described,
    person: string,
    calling: Calling,
    line: Line,
  ): Promise<`=${string}` | CallFault> => {
    // What is asked as the person is what they may see.
    const key = JSON.stringify([described.asPerson === true ? calling.asker : '', person]);
    const before = remembered(key);
    if (before !== null) return `=${before}`;
    const { backend } = described;
    const path = { parts: [lookup.path], number: false };
    const url = addressOf({ backend, path, query: lookup.query }, { subject: person, asker: person });
    if (url === null) return 'not-found';
    const headers = { accept: 'application/json' };
    const request = { method: 'GET', url, headers, body: null } as const;
    const came = await askAgain({ line, request, retries: described.retries, random });
    if (came.how === 'busy') return 'busy';
    if (came.how === 'no-sign-in') return came.code;
    if (came.how !== 'answered') return 'unreachable';
    const fault = faultOfRead(came.status);
    if (fault !== null) return fault;
    if (came.cut === true) return 'unreachable';
    const body = jsonOf(came, backend);
    if (typeof body !== 'object' || body === null) return 'malformed';
    // Twice the same person is as little known as another one.
    if (!isSame(takeOne(lookup.proof, body), person, described.goesBy)) return 'not-found';
    const found = takeOne(lookup.id, body);
    const id = typeof found === 'number' && Number.isSafeInteger(found) ? String(found) : found;
    if (typeof id !== 'string' || !ID.test(id)) return 'not-found';
    keep(key, id);
    return `=${id}`;
  };

  return {
    find: async ({ described, calling, line }) => {
      const { subject, asker } = calling.called ?? calling;
      const whom = await idOf(described, subject, calling, line);
      if (!whom.startsWith('=')) return { ok: false, code: whom as CallFault };
      const own = whom.slice(1);
      const same = asker === subject || !namesAsker(described);
      const who = same ? whom : await idOf(described, asker, calling, line);
      if (!who.startsWith('=')) return { ok: false, code: who as CallFault };
      const called = { subject: own, asker: who.slice(1) };
      const back = (record: BackendRecord): BackendRecord => {
        if (record.subject === null) return record;
        if (record.subject === called.subject) return { ...record, subject };
        const isAsker = !same && record.subject === called.asker;
        return { ...record, subject: isAsker ? asker : SOMEBODY };
      };
      return { ok: true, named: { called, back } };
    },
  };
};

/** Whoever writes a mail address does not mind its case; everything else is the very same. */
const isSame = (found: unknown, asked: string, goesBy: Described['goesBy']): boolean => {
  const text = typeof found === 'number' ? String(found) : found;
  if (typeof text !== 'string') return false;
  return goesBy === 'email' ? lower(text) === lower(asked) : text === asked;
};

const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
