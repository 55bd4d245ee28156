/** Proof by a secret that both sides have: Standard Webhooks, or an HMAC over the time and the body as the description says. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { HttpRequest, Secret } from '../../../core/ports.ts';
import { provedWebhook } from '../../bounded/webhooks.ts';
import type { HookShape } from '../describing/hook.ts';
import { listed } from './listed.ts';
import { type HookFault, type Prove, unproved } from './types.ts';

type Hmac = Extract<HookShape['proof'], { readonly hmac: unknown }>['hmac'];

/** A shorter secret could be guessed, and an empty one signs for everybody. Characters. */
export const SHORTEST_SECRET = 16;

export const byStandard =
  (o: { readonly secret: () => Promise<Secret> }): Prove =>
  async ({ headers, body }) => {
    const id = headers['webhook-id'];
    const timestamp = headers['webhook-timestamp'];
    const signature = headers['webhook-signature'];
    if (!id || !timestamp || !signature) return unproved('proof-missing');
    const { accepted } = await o.secret();
    const proved = provedWebhook({ secrets: accepted, headers: { id, timestamp, signature }, body });
    if (proved === null) return unproved('proof-mismatch');
    const proof = createHash('sha256').update(`${id}.${timestamp}.`).update(body).digest('hex');
    return { ok: true, at: proved.at, id, proof };
  };

/** Seconds or ms since the epoch, of this century. */
const STAMP = { seconds: /^[1-9][0-9]{8,9}$/, ms: /^[1-9][0-9]{11,12}$/ } as const;

const BYTES = { sha256: 32, sha512: 64 } as const;

/** Null: it is not written as the description says, in full and in one way alone. */
const given = (text: string, { algorithm, encoding, prefix }: Hmac): Buffer | null => {
  if (!text.startsWith(prefix)) return null;
  const written = text.slice(prefix.length);
  const shape = encoding === 'hex' ? /^[0-9a-fA-F]{1,128}$/ : /^[A-Za-z0-9+/]{1,88}={0,2}$/;
  if (!shape.test(written)) return null;
  const mac = Buffer.from(written, encoding);
  const same = mac.toString(encoding) === (encoding === 'hex' ? written.toLowerCase() : written);
  return same && mac.length === BYTES[algorithm] ? mac : null;
};

type Read = { readonly stamp: string; readonly macs: readonly Buffer[] };

/** The time and every signature, each in the form that the description says; one that is not makes the others worth nothing. */
const readProof = (hmac: Hmac, headers: HttpRequest['headers']): Read | HookFault => {
  const { timestamp, signature } = hmac;
  const written = headers[hmac.header];
  const apart = timestamp.header === undefined ? null : headers[timestamp.header];
  if (!written || apart === undefined || apart === '') return 'proof-missing';
  const list =
    signature === undefined
      ? { stamp: null, signatures: [written] }
      : listed(written, { ...signature, signature: signature.key, timestamp: timestamp.key ?? null });
  const stamp = apart ?? list?.stamp ?? '';
  if (list === null || !STAMP[timestamp.unit].test(stamp)) return 'proof-malformed';
  const macs = list.signatures.map((one) => given(one, hmac));
  return macs.every((mac) => mac !== null) ? { stamp, macs } : 'proof-malformed';
};

export const byHmac =
  (o: { readonly hmac: Hmac; readonly secret: () => Promise<Secret> }): Prove =>
  async ({ headers, body }) => {
    const { hmac } = o;
    const read = readProof(hmac, headers);
    if (typeof read === 'string') return unproved(read);
    const { stamp, macs } = read;
    const [before = '', after = ''] = hmac.signed.replace('{timestamp}', stamp).split('{body}');
    let proved = false;
    for (const secret of (await o.secret()).accepted) {
      if (secret.length < SHORTEST_SECRET) continue;
      const due = createHmac(hmac.algorithm, secret).update(before).update(body).update(after).digest();
      for (const mac of macs) proved = timingSafeEqual(due, mac) || proved;
    }
    if (!proved) return unproved('proof-mismatch');
    // By what is signed: of several signatures one may be left out, or another stand first.
    const proof = createHash('sha256').update(before).update(body).update(after).digest('hex');
    return { ok: true, at: Number(stamp) * (hmac.timestamp.unit === 'seconds' ? 1_000 : 1), id: proof, proof };
  };
