/** What Slack says over a socket, read as carefully as what comes over http: the sender is proved by the token, the shape by nobody. */
import { fieldsIn } from '../bounded/fields.ts';
import { type Fields, fieldsAt, idAt, isFields, stringAt } from './read.ts';

/** Why a connection should be replaced. `other`: in words that are not documented, and treated like a refresh. */
export type Goodbye = 'warning' | 'refresh_requested' | 'link_disabled' | 'other';

export type Frame =
  /** The connection stands. `appId`: whose it is; null: Slack does not say. */
  | { readonly kind: 'hello'; readonly appId: string | null }
  | { readonly kind: 'disconnect'; readonly reason: Goodbye }
  | {
      readonly kind: 'envelope';
      /** By which it is acknowledged. */
      readonly id: string;
      readonly payload: Fields;
      /** Whether the acknowledgement may say something. */
      readonly answerable: boolean;
      /** Slack sent it before, and had no answer. */
      readonly again: boolean;
    }
  | { readonly kind: 'malformed' }
  /** Nothing that asks for anything. */
  | { readonly kind: 'other' };

const MALFORMED: Frame = { kind: 'malformed' };
const PAYLOADS: readonly string[] = ['events_api', 'interactive', 'slash_commands'];
const GOODBYES: readonly string[] = ['warning', 'refresh_requested', 'link_disabled'] satisfies readonly Goodbye[];

/** Slack's are UUIDs. What is sent back is bounded. */
const ENVELOPE = /^[A-Za-z0-9-]{1,64}$/;

export const readFrame = (text: string): Frame => {
  const frame = fieldsIn(text);
  if (frame === null) return MALFORMED;
  const type = stringAt(frame, 'type');
  if (type === 'hello') return { kind: 'hello', appId: idAt(fieldsAt(frame, 'connection_info'), 'app_id') };
  if (type === 'disconnect') {
    const reason = stringAt(frame, 'reason') ?? '';
    return { kind: 'disconnect', reason: isGoodbye(reason) ? reason : 'other' };
  }
  if (type === null) return MALFORMED;
  if (!PAYLOADS.includes(type)) return { kind: 'other' };
  const id = stringAt(frame, 'envelope_id');
  const payload = frame['payload'];
  if (id === null || !ENVELOPE.test(id) || !isFields(payload)) return MALFORMED;
  // An event that is no object would throw deep inside Bolt.
  if ('event' in payload ? !isFields(payload['event']) : type === 'events_api' && payload['type'] === 'event_callback')
    return MALFORMED;
  const attempt = frame['retry_attempt'];
  return {
    kind: 'envelope',
    id,
    payload,
    answerable: frame['accepts_response_payload'] === true,
    again: typeof attempt === 'number' && attempt > 0,
  };
};

const isGoodbye = (reason: string): reason is Goodbye => GOODBYES.includes(reason);

/** The acknowledgement of an envelope, with what Slack is told where it listens. */
export const ackOf = (envelope: { readonly id: string; readonly answerable: boolean }, answer: Fields | null): string =>
  JSON.stringify({
    envelope_id: envelope.id,
    ...(answer === null || !envelope.answerable ? {} : { payload: answer }),
  });
