/** What was learnt, kept between starts. Whatever is wrong with what was kept, the pack is learnt anew: never a failed start. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { codeOf } from '../errors.ts';
import type { Clock, Log, ModelCache } from '../ports.ts';
import { frozen, thawed } from './frozen.ts';
import { type LearnPack, lessonsOf } from './lessons.ts';
import { type Lessons, type OwnRecogniser, recogniserOf } from './recogniser.ts';

/**
 * Names the way of learning and the shape of what is kept: raised whenever one pack and seed would give other weights than before. A
 * test holds a model's hash against it.
 */
export const ALGORITHM = 11;

/** The pack's hash is of all that it was read from, so no sentence changes without it. */
export const modelKey = ({ catalogue, seed = 1 }: LearnPack): string =>
  createHash('sha256')
    .update(JSON.stringify(['sotto model', ALGORITHM, catalogue.hash, seed]))
    .digest('hex');

const numbers = <T extends Int8Array | Int32Array | Float32Array | Float64Array>(name: string) =>
  z.custom<T>((it) => Object.prototype.toString.call(it) === `[object ${name}]`);
const texts = z.array(z.string());
const weights = z.strictObject({
  columns: z.int(),
  table: numbers<Int8Array>('Int8Array'),
  scales: numbers<Float32Array>('Float32Array'),
  biases: numbers<Float64Array>('Float64Array'),
});
const shape = z.strictObject({
  vocabulary: z.strictObject({
    texts: z.int(),
    words: texts,
    counts: numbers<Int32Array>('Int32Array'),
    ids: numbers<Int32Array>('Int32Array'),
    strangers: texts,
    hashes: numbers<Int32Array>('Int32Array'),
    frequencies: numbers<Int32Array>('Int32Array'),
  }),
  classifier: weights,
  guards: weights,
  talk: numbers<Int32Array>('Int32Array'),
  intents: texts,
  threshold: z.number(),
  topics: texts,
  topicThresholds: z.strictObject({
    suspects: numbers<Float64Array>('Float64Array'),
    doubts: numbers<Float64Array>('Float64Array'),
  }),
  topicOf: numbers<Int32Array>('Int32Array'),
  familiar: texts,
});

/** Null where it is not what `bytesOf` made. */
export const lessonsIn = (bytes: Uint8Array): Lessons | null => {
  const read = shape.safeParse(thawed(bytes));
  return read.success ? read.data : null;
};

export const bytesOf = (lessons: Lessons): Uint8Array => frozen(lessons);

/** So often the log says how far learning is, in the course of it. */
const SAID = 4;

export interface OpenRecogniser extends LearnPack {
  /** Null: nothing is kept. */
  readonly cache: ModelCache | null;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** Lets others have their turn between two steps of learning, which takes seconds. */
  readonly breathe: () => Promise<void>;
  /** Told shares from 0 to 1; nothing where nothing is learnt. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** The recogniser of a pack: as it was kept, or learnt now and kept. A cache that fails is said in the log and costs the time of learning. */
export const openRecogniser = async (o: OpenRecogniser): Promise<OwnRecogniser> => {
  const { cache, clock, log } = o;
  const key = modelKey(o);
  const began = clock.now();
  const kept = cache === null ? null : await reading(cache, key, log);
  if (kept !== null) {
    log.info('recogniser.loaded', { ms: clock.now() - began });
    return recogniserOf(kept);
  }
  const lessons = await learning(o);
  log.info('recogniser.learnt', { ms: clock.now() - began, count: lessons.vocabulary.texts });
  try {
    await cache?.write(key, bytesOf(lessons));
  } catch (error) {
    log.warn('recogniser.model-not-kept', { code: codeOf(error) });
  }
  return recogniserOf(lessons);
};

const reading = async (cache: ModelCache, key: string, log: Pick<Log, 'warn'>): Promise<Lessons | null> => {
  try {
    const bytes = await cache.read(key);
    if (bytes === null) return null;
    const lessons = lessonsIn(bytes);
    if (lessons === null) log.warn('recogniser.model-refused', { code: 'malformed' });
    return lessons;
  } catch (error) {
    log.warn('recogniser.model-refused', { code: codeOf(error) });
    return null;
  }
};

const learning = async (o: OpenRecogniser): Promise<Lessons> => {
  const steps = lessonsOf(o);
  let said = 0;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    o.onProgress?.(step.value);
    if (Math.floor(SAID * step.value) > said) {
      said = Math.floor(SAID * step.value);
      o.log.info('recogniser.learning', { count: Math.round((100 * said) / SAID) });
    }
    await o.breathe();
  }
};
