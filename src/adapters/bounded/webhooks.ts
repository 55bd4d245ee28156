/**
 * Webhooks as the specification of Standard Webhooks has them: an HMAC-SHA256 over "ID.TIMESTAMP.BODY", by a secret that both sides have.
 * Signed here for what goes out, checked for what comes in. Whether a time is near enough, and an id new, whoever asks decides.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Lower-case names. */
export interface WebhookHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

const PREFIX = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]{1,120}={0,2}$/;
/** Bytes of a secret, as the specification asks; a longer one is no weaker. */
const LEAST_SECRET = 24;
const MOST_SECRET = 64;

/** Without the dot that joins it to the time, so that nothing signed can be read in two ways. */
const ID = /^[\x21-\x2d\x2f-\x7e]{1,200}$/;
const SECONDS = /^(?:0|[1-9][0-9]{0,10})$/;

/** Of several secrets while one is rotated; whoever sends more is trying. */
const MOST_SIGNATURES = 8;
const SIGNATURE = /^v1,[A-Za-z0-9+/]{43}=$/;
/** Of this version or another; a header that came twice is none, however good each of them. */
const WELL_FORMED = /^v[0-9][a-z0-9]{0,7},[A-Za-z0-9+/_=-]{1,88}$/;

/** The bytes of a secret: base64, with or without `whsec_` before it. Null: it is none, or shorter or longer than 24 to 64 bytes. */
export const webhookKey = (secret: string): Buffer | null => {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  const key = BASE64.test(text) && text.length % 4 === 0 ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  // A text that decodes to the same bytes as another is a slip of somebody's.
  return key.length >= LEAST_SECRET && key.length <= MOST_SECRET && key.toString('base64') === text ? key : null;
};

const macOf = (key: Buffer, o: { readonly id: string; readonly seconds: string; readonly body: string | Uint8Array }) =>
  createHmac('sha256', key).update(`${o.id}.${o.seconds}.`).update(o.body).digest();

/**
 * What a request carries; `at`: ms since the epoch. Null: the secret is none, or the id holds a blank, a dot, or anything but printable
 * ASCII, or is longer than 200 characters.
 */
export const signWebhook = (o: {
  readonly secret: string;
  readonly id: string;
  readonly at: number;
  readonly body: string | Uint8Array;
}): WebhookHeaders | null => {
  const key = webhookKey(o.secret);
  const seconds = String(Math.floor(o.at / 1_000));
  if (key === null || !ID.test(o.id) || !SECONDS.test(seconds)) return null;
  const mac = macOf(key, { id: o.id, seconds, body: o.body }).toString('base64');
  return { 'webhook-id': o.id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${mac}` };
};

/**
 * Whether one of the signatures is by one of the secrets, over this id, this time and these very bytes. In the same time whichever it is.
 * Then `at` is when it says it was sent, ms since the epoch. Null: it is not proved. Never throws. A secret that is none proves nothing.
 */
export const provedWebhook = (o: {
  /** All that are accepted now. */
  readonly secrets: readonly string[];
  /** As they came. */
  readonly headers: { readonly id: string; readonly timestamp: string; readonly signature: string };
  readonly body: string | Uint8Array;
}): { readonly at: number } | null => {
  const { id, timestamp, signature } = o.headers;
  if (!ID.test(id) || !SECONDS.test(timestamp) || signature.length > MOST_SIGNATURES * 100) return null;
  const all = signature.split(' ');
  if (all.length > MOST_SIGNATURES || !all.every((one) => WELL_FORMED.test(one))) return null;
  const given = all.filter((one) => SIGNATURE.test(one));
  const macs = given.map((one) => Buffer.from(one.slice('v1,'.length), 'base64'));
  let proved = false;
  for (const secret of o.secrets) {
    const key = webhookKey(secret);
    if (key === null) continue;
    const mac = macOf(key, { id, seconds: timestamp, body: o.body });
    for (const one of macs) proved = timingSafeEqual(mac, one) || proved;
  }
  return proved ? { at: Number(timestamp) * 1_000 } : null;
};
