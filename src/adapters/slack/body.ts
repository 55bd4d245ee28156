import type { HttpRequest } from '../../core/ports.ts';
import { fieldsIn } from '../bounded/fields.ts';
import { type Fields, isFields } from './read.ts';

/** What a verified request carries; `malformed` is answered 400. */
export type Body =
  | { readonly kind: 'payload'; readonly fields: Fields }
  | { readonly kind: 'challenge'; readonly challenge: string }
  | { readonly kind: 'ssl-check' }
  | { readonly kind: 'malformed' };

const MALFORMED: Body = { kind: 'malformed' };

/** Slack's challenges are 52 characters. What is echoed is bounded. */
const LONGEST_CHALLENGE = 1_024;

/** Events come as JSON, presses as JSON in the form field `payload`, commands as form fields; with or without a charset. */
export const readBody = ({ headers, body }: HttpRequest): Body => {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json') return fromJson(body.toString('utf8'));
  if (type !== 'application/x-www-form-urlencoded') return MALFORMED;
  const form = new URLSearchParams(body.toString('utf8'));
  const payload = form.get('payload');
  if (payload !== null) return fromJson(payload);
  if (form.has('ssl_check')) return { kind: 'ssl-check' };
  return payloadOf(Object.fromEntries(form));
};

const fromJson = (text: string): Body => {
  const fields = fieldsIn(text);
  if (fields === null) return MALFORMED;
  if (fields['type'] === 'url_verification') {
    const challenge = fields['challenge'];
    if (typeof challenge !== 'string' || challenge.length > LONGEST_CHALLENGE) return MALFORMED;
    return { kind: 'challenge', challenge };
  }
  return payloadOf(fields);
};

/** An event that is no object would throw deep inside Bolt. */
const payloadOf = (fields: Fields): Body =>
  'event' in fields && !isFields(fields['event']) ? MALFORMED : { kind: 'payload', fields };
