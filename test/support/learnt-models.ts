/** Stands in the place of `src/core/recognise/kept-model.ts` in a process that `learnt.js` was loaded into: what was learnt once is known. */
import { flushCompileCache } from 'node:module';
import { openRecogniser as opening } from '../../src/core/recognise/kept-model.ts';
import { sharedModels } from './shared-model.ts';

export * from '../../src/core/recognise/kept-model.ts';

/** Finds what the process has kept itself before what all tests share, and keeps what it learns in both. */
export const openRecogniser: typeof opening = async (o) => {
  const shared = sharedModels();
  const recogniser = await opening({
    ...o,
    cache: {
      read: async (key) => (await o.cache?.read(key)) ?? shared.read(key),
      write: async (key, bytes) => {
        await shared.write(key, bytes);
        await o.cache?.write(key, bytes);
      },
    },
  });
  // One that is killed writes nothing at its end.
  flushCompileCache();
  return recogniser;
};
