/** Seals values for the store (`envelope.ts` says how), opens them, wraps them anew, and makes keyed hashes. */
import { createHmac, type KeyObject } from 'node:crypto';
import { SottoError } from '../../core/errors.ts';
import type { Rewrapped, Rewraps, SealContext, Sealer, Secret } from '../../core/ports.ts';
import { type DataKeys, readDataKeys } from './data-key.ts';
import { envelopeOf, FORMAT, labelOf, MOST_BYTES, openBytes, sealBytes, wrapAnew } from './envelope.ts';
import { type HashKeys, readHashKeys } from './hash-keys.ts';

/** First byte of the plain value: how the rest is encoded. A text with half a character would not survive UTF-8. */
const UTF8 = 0;
const UTF16 = 1;

const encode = (plain: string): Buffer => {
  if (plain.isWellFormed()) return Buffer.from(String.fromCharCode(UTF8) + plain);
  return Buffer.concat([Buffer.of(UTF16), Buffer.from(plain, 'utf16le')]);
};

const decode = (bytes: Buffer): string => bytes.toString(bytes[0] === UTF16 ? 'utf16le' : 'utf8', 1);

const sealWith = ({ current }: DataKeys, context: SealContext, plain: string): string => {
  const value = encode(plain);
  if (value.length > MOST_BYTES) {
    throw new SottoError(
      'store-unavailable',
      `A value of ${value.length} bytes is too large to be kept; the most is ${MOST_BYTES}. Nothing was sealed.`,
    );
  }
  const sealed = sealBytes(current, context, value);
  // Nobody reads these bytes any more, and what takes their place in memory may be long in coming.
  value.fill(0);
  return sealed;
};

const openWith = ({ byId }: DataKeys, context: SealContext, text: string): string | null => {
  const envelope = envelopeOf(text);
  const dataKey = envelope === null ? undefined : byId.get(envelope.keyId);
  if (envelope === null || dataKey === undefined) return null;
  const plain = openBytes(envelope, dataKey, context);
  if (plain === null) return null;
  const value = decode(plain);
  plain.fill(0);
  return value;
};

const LOST = { how: 'lost' } as const;

const rewrapWith = (keys: DataKeys, context: SealContext, text: string): Rewrapped => {
  const label = labelOf(text);
  if (label?.format === FORMAT && label.keyId === keys.current.id) return { how: 'current' };
  // Others are ahead of us: what they wrapped anew is not wrapped back.
  if (label !== null && keys.newer.has(label.keyId)) return { how: 'current' };
  const envelope = envelopeOf(text);
  const from = envelope === null ? undefined : keys.byId.get(envelope.keyId);
  if (envelope === null || from === undefined) return LOST;
  // An older format is bound to less: what was sealed in it is sealed anew as a whole.
  const plain = envelope.format === FORMAT ? null : openBytes(envelope, from, context);
  const sealed =
    envelope.format === FORMAT
      ? wrapAnew(envelope, from, keys.current, context)
      : plain && sealBytes(keys.current, context, plain);
  plain?.fill(0);
  return sealed === null ? LOST : { how: 'rewrapped', sealed };
};

const hash = (key: KeyObject, value: string): string =>
  createHmac('sha256', key).update(value).digest('hex').slice(0, 32);

export interface RotatingSealer extends Sealer, Rewraps {
  /** Takes the data key's new state after a rotation; refuses a malformed one with code `settings` and keeps the old. */
  rotate(dataKey: Secret): void;
  /** Hashes by these from now on, the first one for what is new; no rotation of the data key changes that. Refuses with `settings` what is no key. */
  hashBy(keys: readonly string[]): void;
  /** Keys that hashes were made by before there were any of their own: one of each data key that is accepted. */
  derivedHashKeys(): readonly string[];
  /** Under which data key new values are sealed: its id, which tells nothing about it. */
  keyId(): string;
}

/**
 * Refuses a data key that is not 32 bytes of base64 with code `settings`. Values of more than 256 KiB are not sealed
 * (`store-unavailable`). Until it is told keys to hash by, it hashes by keys derived from the data keys.
 */
export const createSealer = (o: { readonly dataKey: Secret }): RotatingSealer => {
  let keys = readDataKeys(o.dataKey);
  let own: HashKeys | null = null;
  const hashKeys = (): HashKeys => own ?? keys.hashing;
  return {
    seal: (context, plain) => sealWith(keys, context, plain),
    open: (context, sealed) => openWith(keys, context, sealed),
    rewrap: (context, sealed) => rewrapWith(keys, context, sealed),
    fingerprint: (value) => hash(hashKeys().first, value),
    fingerprints: (value) => hashKeys().all.map((key) => hash(key, value)),
    rotate: (dataKey) => {
      keys = readDataKeys(dataKey);
    },
    hashBy: (texts) => {
      own = readHashKeys(texts);
    },
    derivedHashKeys: () => keys.hashing.all.map((key) => key.export().toString('base64')),
    keyId: () => keys.current.id,
  };
};
