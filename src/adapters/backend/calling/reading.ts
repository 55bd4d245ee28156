/** Reads what an operation gives: asked again where the connection broke, within the one deadline. */
import type { Calling, Fetched, Random } from '../../../core/ports.ts';
import type { Described } from '../described.ts';
import { recordsOf } from '../records.ts';
import { faultOfRead, jsonOf } from './answered.ts';
import type { Filling } from './filling.ts';
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
  const request = requestOf(described, o.calling.id, o.filling);
  if (request === null) return { ok: false, code: 'not-found' };
  const came = await askAgain({ ...o, request, retries: described.retries });
  return taken(described, came, o.seen);
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

const taken = (described: Described, came: Came, seen: Seen | undefined): Fetched => {
  if (came.how === 'busy') return { ok: false, code: 'busy' };
  if (came.how === 'no-sign-in') return { ok: false, code: came.code };
  if (came.how !== 'answered') return { ok: false, code: 'unreachable' };
  const code = faultOfRead(came.status);
  if (code !== null) return { ok: false, code };
  if (came.cut === true) return { ok: false, code: 'unreachable' };
  const body = jsonOf(came, described.backend);
  if (body !== undefined) seen?.({ operation: described.name, body });
  const records = recordsOf(described, body);
  return records === null ? { ok: false, code: 'malformed' } : { ok: true, records };
};
