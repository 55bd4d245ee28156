import type { HttpRequest } from '../../core/ports.ts';
import { type Fields, fieldsIn, stringAt } from './read.ts';

export type Body =
  | { readonly ok: true; readonly activity: Fields }
  | { readonly ok: false; readonly status: 400 | 413 | 415; readonly reason: string };

/** Activities are far smaller (a message has 28 KB). Bytes. */
export const BODY_LIMIT = 256 * 1_024;

/** The form of a request, before anything in it is believed (Teams requirement 4): an activity in JSON that says its type. */
export const readBody = ({ headers, body }: HttpRequest): Body => {
  const refused = (status: 400 | 413 | 415, reason: string): Body => ({ ok: false, status, reason });
  if (body.length > BODY_LIMIT) return refused(413, 'body-too-large');
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') return refused(415, 'body-not-json');
  const activity = fieldsIn(body.toString('utf8'));
  if (activity === null || (stringAt(activity, 'type') ?? '') === '') return refused(400, 'body-malformed');
  return { ok: true, activity };
};
