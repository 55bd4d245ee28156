/** Stands in the place of `src/main/recogniser.ts` in a process that `learnt.js` was loaded into. */
import { flushCompileCache } from 'node:module';
import { openOwnRecogniser as learning } from '../../src/main/recogniser.ts';
import { sharedModels } from './shared-model.ts';

export const openOwnRecogniser: typeof learning = async (o) => {
  const recogniser = await learning({ ...o, unsafeModelCache: o.unsafeModelCache ?? sharedModels() });
  // One that is killed writes nothing at its end.
  flushCompileCache();
  return recogniser;
};
