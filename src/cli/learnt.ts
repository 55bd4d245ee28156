/** The recogniser of commands that judge and keep no trace: what `sotto ask` has learnt of the same pack, or learnt now and not kept. */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createModelCache } from '../adapters/files/model-cache.ts';
import { systemClock } from '../adapters/system/system.ts';
import { dataFolder, type Environment } from '../config.ts';
import type { ModelCache } from '../core/ports.ts';
import { openRecogniser } from '../core/recognise/kept-model.ts';
import type { OwnRecogniser } from '../core/recognise/recogniser.ts';
import type { Catalogue } from '../core/types.ts';

/** Where `sotto ask` keeps what it learnt. Believed as it is, for only stand-ins are asked. */
export const askedModels = (data: string): ModelCache => createModelCache({ folder: join(data, 'ask', 'recogniser') });

/** Learning takes seconds; `onLearning` is told how far it is, 0 to 1, and nothing where nothing is learnt. Nothing is written. */
export const learntRecogniser = (o: {
  readonly env: Environment;
  readonly catalogue: Catalogue;
  readonly onLearning?: ((share: number) => void) | undefined;
}): Promise<OwnRecogniser> => {
  const { read } = askedModels(dataFolder(o.env));
  return openRecogniser({
    catalogue: o.catalogue,
    cache: { read, write: async () => undefined },
    clock: systemClock(),
    log: { info: () => undefined, warn: () => undefined },
    breathe: () => setImmediate(),
    onProgress: o.onLearning,
  });
};
