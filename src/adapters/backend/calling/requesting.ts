/** From an operation and what it is asked with to the request that is sent. */
import type { Described } from '../described.ts';
import { addressOf, bodyOf, type Filling } from './filling.ts';
import type { Request } from './types.ts';

const MOST_ID = 200;

const KEY = /^[\x21-\x7e]{1,64}$/;

/** Printable ASCII without blanks: what a header may hold without changing its meaning. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

/** Null where something does not fit: then nothing is sent. `id`: of the question, for the system's own log. */
export const requestOf = (described: Described, id: string, filling: Filling): Request | null => {
  const url = addressOf(described, filling);
  const body = bodyOf(described, filling);
  if (url === null || body === null) return null;
  const headers: Record<string, string> = { accept: 'application/json' };
  for (const [name, value] of Object.entries(described.headers)) headers[name.toLowerCase()] = value;
  if (body !== undefined) headers['content-type'] ??= 'application/json';
  if (id.length <= MOST_ID && HEADER_SAFE.test(id)) headers['x-request-id'] = id;
  const again = described.write?.again;
  if (typeof again === 'object' && 'header' in again) {
    if (filling.key === undefined || !KEY.test(filling.key)) return null;
    headers[again.header.toLowerCase()] = filling.key;
  }
  const { total } = described;
  const note = typeof total === 'object' && total !== null ? { note: total.header } : {};
  return { method: described.method, url, headers, body: body ?? null, ...note };
};
