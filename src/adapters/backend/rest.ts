/**
 * Systems of record behind REST operations that a YAML file describes. No redirect is followed, every call has a deadline, a response
 * is read up to a bound, and only declared fields come out.
 */
import type {
  Backend,
  CallFault,
  Calling,
  Clock,
  Fetched,
  Log,
  Metrics,
  Operation,
  Secrets,
} from '../../core/ports.ts';
import type { OwnTokens } from '../../core/sign-in-ports.ts';
import { parsedJson } from '../bounded/body.ts';
import { addressOf, bodyOf } from './calling/filling.ts';
import { createSend } from './calling/send.ts';
import type { Request, Send, Sent } from './calling/types.ts';
import type { Described, DescribedBackend, Descriptions } from './described.ts';
import { readDescriptions } from './description.ts';
import { recordsOf } from './records.ts';
import { createSignIn } from './signing-in/sign-in.ts';
import type { SignIn } from './signing-in/types.ts';

const MOST_ID = 200;

/** Printable ASCII without blanks: what a header may hold without changing its meaning. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

export interface RestBackendOptions {
  /** Folder of descriptions; see `describing/` for their shape. */
  readonly folder: string;
  /** What was read of it already; absent: it is read here. */
  readonly descriptions?: Descriptions;
  /** Where secrets come from; needed only by descriptions that name one. */
  readonly secrets?: Secrets;
  /** Tokens of people, for systems that are asked as the person. Absent: nobody has one. */
  readonly own?: OwnTokens;
  /** By which a token that was refused is tried last for a while; default: the machine's. */
  readonly clock?: Pick<Clock, 'now'>;
  readonly log?: Log;
  readonly metrics?: Metrics;
}

/** One system, ready to be called. */
interface System {
  readonly signIn: SignIn;
  readonly send: Send;
}

/**
 * Refuses with code `settings` where a description is wrong. A system that refuses a token (401) is asked again with another one that
 * the vault accepts: it may have been rotated there sooner or later than here.
 */
export const createRestBackend = (o: RestBackendOptions): Backend => {
  const { secrets, own, clock = Date, log, metrics } = o;
  const { operations, backends } = o.descriptions ?? readDescriptions(o.folder);
  const systems = new Map(
    [...backends].map(([name, backend]): readonly [string, System] => {
      const send = createSend(backend);
      return [name, { signIn: createSignIn({ backend, send, secrets, own, clock, log, metrics }), send }];
    }),
  );
  return {
    operation: (name) => {
      const described = operations.get(name);
      return described === undefined ? null : operationOf(described);
    },
    fetch: async (calling) => {
      const described = operations.get(calling.operation);
      const system = described === undefined ? undefined : systems.get(described.backend.name);
      if (described === undefined || system === undefined || described.write !== null)
        return { ok: false, code: 'unreachable' };
      const fetched = await read(described, system, calling);
      const code = fetched.ok ? 'ok' : fetched.code;
      log?.debug?.('backend.called', { id: calling.id, name: calling.operation, code });
      return fetched;
    },
  };
};

const operationOf = (described: Described): Operation => {
  const { name, dataClass, list, bySubject, slots, goesBy, asPerson, writes, says, holds } = described;
  return {
    name,
    dataClass,
    list,
    bySubject,
    ...(slots === undefined ? {} : { slots }),
    ...(goesBy === undefined ? {} : { goesBy }),
    ...(asPerson === undefined ? {} : { asPerson }),
    ...(writes === undefined ? {} : { writes }),
    ...(says === undefined ? {} : { says }),
    ...(holds === undefined ? {} : { holds }),
  };
};

const read = async (described: Described, system: System, calling: Calling): Promise<Fetched> => {
  const request = requestOf(described, calling);
  if (request === null) return { ok: false, code: 'not-found' };
  const signal = AbortSignal.timeout(described.backend.timeoutMs);
  const came = await system.signIn({
    request,
    person: calling.asker,
    signal,
    send: (it, { headers, certificate }) =>
      sendAgain(described.retries, signal, () =>
        system.send({ ...it, headers: { ...it.headers, ...headers } }, { signal, certificate }),
      ),
  });
  if (came.how === 'no-sign-in') return { ok: false, code: came.code };
  if (came.how !== 'answered') return { ok: false, code: 'unreachable' };
  return taken(described, came);
};

const requestOf = (described: Described, calling: Calling): Request | null => {
  const url = addressOf(described, calling);
  const body = bodyOf(described, calling);
  if (url === null || body === null) return null;
  const headers: Record<string, string> = { accept: 'application/json', 'accept-encoding': 'identity' };
  for (const [name, value] of Object.entries(described.headers)) headers[name.toLowerCase()] = value;
  if (body !== undefined) headers['content-type'] ??= 'application/json';
  if (calling.id.length <= MOST_ID && HEADER_SAFE.test(calling.id)) headers['x-request-id'] = calling.id;
  return { method: described.method, url, headers, body: body ?? null };
};

/** Reading changes nothing: what was lost on the way is asked for again, within the same deadline. */
const sendAgain = async (retries: number, signal: AbortSignal, send: () => Promise<Sent>): Promise<Sent> => {
  let sent = await send();
  for (let again = 0; again < retries && sent.how !== 'answered' && !signal.aborted; again++) sent = await send();
  return sent;
};

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json$/;

const taken = (described: Described, came: Extract<Sent, { how: 'answered' }>): Fetched => {
  const code = codeFor(came.status);
  if (code !== null) return { ok: false, code };
  if (!JSON_TYPE.test(came.type) || came.text === null || isDeep(came.text, described.backend))
    return { ok: false, code: 'malformed' };
  const records = recordsOf(described, parsedJson(came.text));
  return records === null ? { ok: false, code: 'malformed' } : { ok: true, records };
};

const codeFor = (status: number): CallFault | null => {
  if (status === 200) return null;
  if (status === 404) return 'not-found';
  // 403 is about the person or the record, and no other token of ours would change it.
  return status === 401 || status === 403 ? 'refused' : 'unreachable';
};

/** Nested deeper than any record is. Brackets inside strings count too: that errs on the safe side. */
const isDeep = (text: string, { limits }: Pick<DescribedBackend, 'limits'>): boolean => {
  let depth = 0;
  for (const character of text) {
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > limits.depth) return true;
  }
  return false;
};
