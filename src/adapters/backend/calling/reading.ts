/** Reads what an operation gives, page by page where it comes so: asked again where the connection broke, within the one deadline. */
import type { BackendRecord, CallFault, Calling, Fetched, Random } from '../../../core/ports.ts';
import type { Described } from '../described.ts';
import { type Identified, identifiedOf } from '../records.ts';
import { faultOfRead, jsonOf } from './answered.ts';
import type { Filling } from './filling.ts';
import { firstPosition, nextOf, pageOf } from './paging.ts';
import { requestOf } from './requesting.ts';
import type { Line } from './system.ts';
import type { Came, Request } from './types.ts';

/** Before it is asked again, ms: at least half of it, at most all, and twice as much the next time. */
const PAUSE_MS = 50;

/** Sees what a read was answered with, before anything is taken of it. */
export type Seen = (o: { readonly operation: string; readonly body: unknown }) => void;

/** Within a call. `filling`: with what it is filled, as the system calls people. */
export const readWith = async (o: {
  readonly described: Described;
  readonly line: Line;
  readonly calling: Pick<Calling, 'id'>;
  readonly filling: Filling;
  readonly random: Pick<Random, 'fraction'>;
  readonly seen?: Seen | undefined;
}): Promise<Fetched> => {
  const { described } = o;
  const { pages, backend } = described;
  const gathered = createGathered(backend.limits.records);
  const followed = new Set<string>();
  let position = firstPosition(pages);
  let characters = 0;
  for (let nth = 1; ; nth++) {
    const request = requestOf(pageOf(described, position), o.calling.id, o.filling);
    if (request === null) return { ok: false, code: 'not-found' };
    const page = taken(described, await askAgain({ ...o, request, retries: described.retries }), o.seen);
    // What is said to be there and is not is no end: half of an answer is none.
    if (!page.ok) return nth > 1 && page.code === 'not-found' ? { ok: false, code: 'malformed' } : page;
    characters += page.characters;
    const { records } = page;
    const fits = gathered.add(records);
    const count = records.length;
    const next = nextOf(described, { ...page, position, count, sofar: gathered.sofar(), followed });
    if (!fits || next.how === 'stuck' || next.how === 'short')
      return { ok: true, records: gathered.records, more: true };
    if (next.how === 'end') return { ok: true, records: gathered.records };
    if (nth >= (pages?.most ?? 1) || gathered.isFull() || characters >= MOST_CHARACTERS)
      return { ok: true, records: gathered.records, more: true };
    ({ position } = next);
    if (position.value !== null) followed.add(position.value);
  }
};

/** Of one answer, over all of its pages: each is bounded by itself as well. */
const MOST_CHARACTERS = 1024 * 1024;

/** The records of all pages, each once, as far as they say which they are. */
const createGathered = (most: number) => {
  const records: BackendRecord[] = [];
  const known = new Set<string>();
  let sofar = 0;
  return {
    records,
    sofar: (): number => sofar,
    isFull: (): boolean => records.length >= most,
    /** False: there are more than may be. */
    add: (page: readonly Identified[]): boolean => {
      sofar += page.length;
      for (const { record, id } of page) {
        if (id !== null && known.has(id)) continue;
        if (records.length >= most) return false;
        if (id !== null) known.add(id);
        records.push(record);
      }
      return true;
    },
  };
};

/** Reading changes nothing: what was lost on the way is asked for again. */
export const askAgain = async (o: {
  readonly line: Line;
  readonly request: Request;
  readonly retries: number;
  readonly random: Pick<Random, 'fraction'>;
}): Promise<Came> => {
  const { line, random } = o;
  let came = await line.ask(o.request);
  for (let again = 0; again < o.retries && isBroken(came) && !line.signal.aborted; again++) {
    await pause(PAUSE_MS * 2 ** again * (0.5 + random.fraction() / 2), line.signal);
    if (line.signal.aborted) break;
    came = await line.ask(o.request);
  }
  return came;
};

const isBroken = (came: Came): boolean =>
  came.how === 'lost' || came.how === 'not-sent' || (came.how === 'answered' && came.cut === true);

/** Ends with the signal. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener('abort', over, { once: true });
    if (signal.aborted) over();
  });

type Page =
  | {
      readonly ok: true;
      readonly records: readonly Identified[];
      readonly body: unknown;
      readonly noted: string | undefined;
      readonly characters: number;
    }
  | { readonly ok: false; readonly code: CallFault };

const taken = (described: Described, came: Came, seen: Seen | undefined): Page => {
  if (came.how === 'busy') return { ok: false, code: 'busy' };
  if (came.how === 'no-sign-in') return { ok: false, code: came.code };
  if (came.how !== 'answered') return { ok: false, code: 'unreachable' };
  const code = faultOfRead(came.status);
  if (code !== null) return { ok: false, code };
  if (came.cut === true) return { ok: false, code: 'unreachable' };
  const body = jsonOf(came, described.backend);
  if (body !== undefined) seen?.({ operation: described.name, body });
  const records = identifiedOf(described, body);
  if (records === null) return { ok: false, code: 'malformed' };
  return { ok: true, records, body, noted: came.noted, characters: came.text?.length ?? 0 };
};
