/** The recogniser of the pack: as an earlier start left it in the data folder, or learnt now. */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createModelCache } from '../adapters/files/model-cache.ts';
import type { Config } from '../config.ts';
import type { ModelCache, Sealer } from '../core/ports.ts';
import { openRecogniser } from '../core/recognise/kept-model.ts';
import type { OwnRecogniser } from '../core/recognise/recogniser.ts';
import type { Catalogue } from '../core/types.ts';
import { markedModels } from './marked-models.ts';
import type { Tools } from './opening.ts';

/** Before anything listens or is leased: learning takes seconds. */
export const openOwnRecogniser = (o: {
  readonly config: Pick<Config, 'dataFolder'>;
  readonly catalogue: Catalogue;
  readonly sealer: Pick<Sealer, 'fingerprint' | 'fingerprints'>;
  readonly tools: Pick<Tools, 'clock' | 'log'>;
  readonly unsafeModelCache: ModelCache | undefined;
  readonly onLearning: ((share: number) => void) | undefined;
}): Promise<OwnRecogniser> => {
  const { clock, log } = o.tools;
  const folder = join(o.config.dataFolder, 'recogniser');
  return openRecogniser({
    catalogue: o.catalogue,
    cache: o.unsafeModelCache ?? markedModels({ cache: createModelCache({ folder }), sealer: o.sealer, log }),
    clock,
    log,
    breathe: () => setImmediate(),
    onProgress: o.onLearning,
  });
};
