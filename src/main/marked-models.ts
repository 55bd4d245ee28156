/**
 * A cache of models that is believed only with a keyed hash of ours: what the recogniser learnt decides what people are taken to ask,
 * so nobody else may put a model in its place, nor another pack's.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Log, ModelCache, Sealer } from '../core/ports.ts';

/** Bytes of a keyed hash, in hex. */
const MARK = 32;

/** Keeps bytes with a keyed hash behind them, and gives back only those that bear one. Others are said in the log, and are none. */
export const markedModels = (o: {
  readonly cache: ModelCache;
  readonly sealer: Pick<Sealer, 'fingerprint' | 'fingerprints'>;
  readonly log: Pick<Log, 'warn'>;
}): ModelCache => {
  const { cache, sealer } = o;
  const named = (key: string, bytes: Uint8Array): string =>
    `recogniser model ${key} ${createHash('sha256').update(bytes).digest('hex')}`;
  return {
    read: async (key) => {
      const kept = await cache.read(key);
      if (kept === null) return null;
      const bytes = kept.subarray(0, Math.max(0, kept.length - MARK));
      const mark = kept.subarray(bytes.length);
      const isOurs = sealer
        .fingerprints(named(key, bytes))
        .map((expected) => Buffer.from(expected, 'latin1'))
        .some((expected) => expected.length === mark.length && timingSafeEqual(expected, mark));
      if (isOurs) return bytes;
      o.log.warn('recogniser.model-refused', { code: 'not-ours' });
      return null;
    },
    write: (key, bytes) => cache.write(key, Buffer.concat([bytes, Buffer.from(sealer.fingerprint(named(key, bytes)))])),
  };
};
