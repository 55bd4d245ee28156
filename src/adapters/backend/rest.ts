/**
 * Systems of record behind REST operations that a YAML file describes. No redirect is followed, every call has a
 * deadline, a response is read up to a bound, and only declared fields come out.
 */
import type { Backend, Clock, Fetched, Log, Metrics, Secrets } from '../../core/ports.ts';
import type { SlotValues } from '../../core/types.ts';
import { parsedJson, readText } from '../bounded/body.ts';
import { createCredentials, type Tried, type WithCredential } from '../bounded/credentials.ts';
import { codeOfFetch } from '../bounded/failure.ts';
import { sooner } from '../bounded/waiting.ts';
import { type Described, readDescriptions } from './description.ts';
import { recordsOf } from './records.ts';

const MOST_BYTES = 256 * 1024;
const MOST_DEPTH = 16;
const MOST_ID = 200;

/** Printable ASCII without blanks: what a header may hold without changing its meaning. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

export interface RestBackendOptions {
  /** Folder of descriptions; see `description.ts` for their shape. */
  readonly folder: string;
  /** Where tokens come from; needed only by descriptions that name a secret. */
  readonly secrets?: Secrets;
  /** By which a token that was refused is tried last for a while; default: the machine's. */
  readonly clock?: Pick<Clock, 'now'>;
  readonly log?: Log;
  readonly metrics?: Metrics;
}

/**
 * Refuses with code `settings` where a description is wrong. A system that refuses a token (401) is asked again with another one that
 * the vault accepts: it may have been rotated there sooner or later than here.
 */
export const createRestBackend = ({ folder, secrets, clock = Date, log, metrics }: RestBackendOptions): Backend => {
  const operations = readDescriptions(folder);
  const tokens = new Map<string, WithCredential>();
  if (secrets !== undefined) {
    for (const { secret: name } of operations.values())
      if (name !== null)
        tokens.set(name, createCredentials({ name, secret: () => secrets.get(name), clock, log, metrics }));
  }
  return {
    operation: (name) => {
      const described = operations.get(name);
      if (described === undefined) return null;
      const { dataClass, list, bySubject, slots } = described;
      return { name, dataClass, list, bySubject, ...(slots === undefined ? {} : { slots }) };
    },
    fetch: async ({ operation, subject, asker, id, slots = {} }) => {
      const described = operations.get(operation);
      if (described === undefined) return { ok: false, code: 'unreachable' };
      try {
        const withToken = described.secret === null ? null : tokens.get(described.secret);
        if (withToken === undefined) return { ok: false, code: 'refused' };
        const fetched = await call(described, { subject, asker, id, slots, withToken });
        log?.debug?.('backend.called', { id, name: operation, code: fetched.ok ? 'ok' : fetched.code });
        return fetched;
      } catch (error) {
        log?.warn('backend.failed', { id, name: operation, code: codeOfFetch(error) });
        return { ok: false, code: 'unreachable' };
      }
    },
  };
};

interface Ids {
  readonly subject: string;
  readonly asker: string;
  readonly id: string;
  readonly slots: SlotValues;
}

const call = async (
  described: Described,
  /** Null: the system asks for no token. */
  o: Ids & { readonly withToken: WithCredential | null },
): Promise<Fetched> => {
  const url = addressOf(described, o);
  if (url === null) return { ok: false, code: 'not-found' };
  const signal = AbortSignal.timeout(described.timeoutMs);
  const headers: Record<string, string> = { accept: 'application/json', 'accept-encoding': 'identity' };
  if (o.id.length <= MOST_ID && HEADER_SAFE.test(o.id)) headers['x-request-id'] = o.id;
  if (o.withToken === null) return (await askTwice(described, url, { headers, signal })).outcome;
  const asked = o.withToken<Fetched>(async (token) => {
    // The vault may have been slow. Whoever waited has gone by now.
    signal.throwIfAborted();
    // A header that cannot be written is an error whose text holds the token: it must not come to that.
    if (!HEADER_SAFE.test(token)) return { refused: true, outcome: { ok: false, code: 'refused' } };
    return askTwice(described, url, { headers: { ...headers, authorization: `Bearer ${token}` }, signal });
  });
  // The vault is waited for no longer than the call may take.
  return sooner(asked, signal);
};

interface Asking {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Reading changes nothing: what was lost on the way is asked for once more, within the same deadline. */
const askTwice = async (described: Described, url: string, o: Asking): Promise<Tried<Fetched>> => {
  try {
    return await ask(described, url, o);
  } catch (error) {
    if (o.signal.aborted) throw error;
    return ask(described, url, o);
  }
};

/** Figures, letters and what joins them in a date: no value of a slot is written otherwise, and no other is passed on. */
const VALUE = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

/** What a place in a description stands for: an id, a slot's value, or the first or last day of a period. Null: it holds what no slot does. */
const placed = (place: string, { subject, asker, slots }: Ids): string | null => {
  if (place === 'subject') return subject;
  if (place === 'asker') return asker;
  const [, name = '', part] = /^slot\.([a-z0-9-]+)(?:\.(from|to))?$/.exec(place) ?? [];
  const value = Object.hasOwn(slots, name) ? (slots[name] ?? '') : '';
  if (value === '') return '';
  const ends = value.split('/');
  if (ends.length > 2 || !ends.every((end) => VALUE.test(end))) return null;
  if (part === undefined) return value;
  return ends.length === 2 ? ((part === 'from' ? ends[0] : ends[1]) ?? null) : null;
};

const PLACE = /\{([a-z0-9.-]+)\}/g;

/**
 * Null where something cannot be one segment of a path: half a character, or `.` and `..`, which an address reads as "one
 * up" even where they are escaped. What an empty slot would fill in the query is left out.
 */
const addressOf = ({ baseUrl, path, query }: Described, ids: Ids): string | null => {
  let fit = true;
  const written = (place: string): string => {
    const id = placed(place, ids);
    fit &&= id !== null && id !== '.' && id !== '..' && id.length <= MOST_ID && id.isWellFormed();
    return fit ? encodeURIComponent(id ?? '') : '';
  };
  const filled = path.replace(PLACE, (_, place: string) => {
    const segment = written(place);
    fit &&= segment !== '';
    return segment;
  });
  const asked = [...query].flatMap(([name, place]) => {
    const value = written(place.slice(1, -1));
    return value === '' ? [] : [`${encodeURIComponent(name)}=${value}`];
  });
  return fit ? `${baseUrl}${filled}${asked.length === 0 ? '' : `?${asked.join('&')}`}` : null;
};

const ask = async (described: Described, url: string, o: Asking): Promise<Tried<Fetched>> => {
  const response = await fetch(url, { ...o, redirect: 'error' });
  const code = codeFor(response.status);
  if (code === null) return { refused: false, outcome: await read(described, response) };
  await response.body?.cancel();
  // 403 is about the person or the record, and no other token of ours would change it.
  return { refused: response.status === 401, outcome: { ok: false, code } };
};

const read = async (described: Described, response: Response): Promise<Fetched> => {
  if (!/^application\/json\s*(?:;|$)/i.test(response.headers.get('content-type') ?? '')) {
    await response.body?.cancel();
    return { ok: false, code: 'malformed' };
  }
  const text = await readText(response, MOST_BYTES);
  const records = text === null || isDeep(text) ? null : recordsOf(described, parsedJson(text));
  return records === null ? { ok: false, code: 'malformed' } : { ok: true, records };
};

const codeFor = (status: number): Extract<Fetched, { ok: false }>['code'] | null => {
  if (status === 200) return null;
  if (status === 404) return 'not-found';
  return status === 401 || status === 403 ? 'refused' : 'unreachable';
};

/** Nested deeper than any record is. Brackets inside strings count too: that errs on the safe side. */
const isDeep = (text: string): boolean => {
  let depth = 0;
  for (const character of text) {
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > MOST_DEPTH) return true;
  }
  return false;
};
