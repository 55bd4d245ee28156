/**
 * Systems of record behind REST operations that a YAML file describes. No redirect is followed, every call has a
 * deadline, a response is read up to a bound, and only declared fields come out.
 */
import { codeOf } from '../../core/errors.ts';
import type { Backend, Fetched, Log, Secrets } from '../../core/ports.ts';
import { type Described, readDescriptions } from './description.ts';
import { recordsOf } from './records.ts';

const MOST_BYTES = 256 * 1024;
const MOST_DEPTH = 16;

export interface RestBackendOptions {
  /** Folder of descriptions; see `description.ts` for their shape. */
  readonly folder: string;
  /** Where tokens come from; needed only by descriptions that name a secret. */
  readonly secrets?: Secrets;
  readonly log?: Log;
}

/** Refuses with code `settings` where a description is wrong. */
export const createRestBackend = ({ folder, secrets, log }: RestBackendOptions): Backend => {
  const operations = readDescriptions(folder);
  return {
    operation: (name) => {
      const described = operations.get(name);
      if (described === undefined) return null;
      const { dataClass, list, bySubject } = described;
      return { name, dataClass, list, bySubject };
    },
    fetch: async ({ operation, subject, asker, id }) => {
      const described = operations.get(operation);
      if (described === undefined) return { ok: false, code: 'unreachable' };
      try {
        return await call(described, { subject, asker, id, secrets });
      } catch (error) {
        log?.warn('backend.failed', { id, name: operation, code: codeOf(error) });
        return { ok: false, code: 'unreachable' };
      }
    },
  };
};

const call = async (
  described: Described,
  o: { readonly subject: string; readonly asker: string; readonly id: string; readonly secrets: Secrets | undefined },
): Promise<Fetched> => {
  const path = described.path
    .replaceAll('{subject}', encodeURIComponent(o.subject))
    .replaceAll('{asker}', encodeURIComponent(o.asker));
  const headers: Record<string, string> = { accept: 'application/json', 'x-request-id': o.id };
  if (described.secret !== null) {
    if (o.secrets === undefined) return { ok: false, code: 'refused' };
    headers['authorization'] = `Bearer ${(await o.secrets.get(described.secret)).current}`;
  }
  const response = await fetch(`${described.baseUrl}${path}`, {
    headers,
    redirect: 'error',
    signal: AbortSignal.timeout(described.timeoutMs),
  });
  const outcome = codeFor(response.status);
  if (outcome !== null) {
    await response.body?.cancel();
    return { ok: false, code: outcome };
  }
  if (!/^application\/json\s*(?:;|$)/i.test(response.headers.get('content-type') ?? '')) {
    await response.body?.cancel();
    return { ok: false, code: 'malformed' };
  }
  const text = await bounded(response);
  const body = text === null ? null : parsed(text);
  const records = body === null ? null : recordsOf(described, body);
  return records === null ? { ok: false, code: 'malformed' } : { ok: true, records };
};

const codeFor = (status: number): Extract<Fetched, { ok: false }>['code'] | null => {
  if (status === 200) return null;
  if (status === 404) return 'not-found';
  return status === 401 || status === 403 ? 'refused' : 'unreachable';
};

/** Null past the bound; a length that the other side announces is not believed. */
const bounded = async (response: Response): Promise<string | null> => {
  if (response.body === null) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Null where it is not JSON, or nested deeper than any record is. */
const parsed = (text: string): unknown => {
  let depth = 0;
  for (const character of text) {
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    // Brackets inside strings count too: that errs on the safe side, and no field of ours holds seventeen open ones.
    if (depth > MOST_DEPTH) return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
