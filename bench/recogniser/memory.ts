/**
 * A process of its own: opens the recogniser of the pack that ships as a start of the product does, with a folder where it is kept, and
 * prints the memory that this adds, in MB, after it and at most. Started with `--expose-gc`.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { createModelCache } from '../../src/adapters/files/model-cache.ts';
import { openRecogniser } from '../../src/core/recognise/kept-model.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders } from '../../src/policies/pack.ts';

const settled = async (): Promise<number> => {
  // Twice: what the first round frees, the second gives back.
  for (let round = 0; round < 2; round++) {
    globalThis.gc?.();
    await wait(50);
  }
  return process.memoryUsage.rss();
};

const [folder = ''] = process.argv.slice(2);
const catalogue = loadCatalogue({ folders: packFolders(null) });
const before = await settled();
const recogniser = await openRecogniser({
  catalogue,
  cache: createModelCache({ folder }),
  clock: { now: () => Date.now() },
  log: { info: () => undefined, warn: () => undefined },
  breathe: async () => undefined,
});
const peak = process.resourceUsage().maxRSS * 1024;
const after = await settled();
// Asked afterwards, so that it is not collected before.
const { intent } = recogniser.recognise({ text: 'what do I earn?', locale: 'en' });
console.log(JSON.stringify({ added: (after - before) / 1e6, peak: (peak - before) / 1e6, intent }));
