/** A process of its own: prints, in MB, the memory that learning the pack adds, after it and at most. Started with `--expose-gc`. */
import { setTimeout as wait } from 'node:timers/promises';
import { createRecogniser } from '../../src/core/recognise/recogniser.ts';
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

const catalogue = loadCatalogue({ folders: packFolders(null) });
const before = await settled();
const recogniser = createRecogniser({ catalogue });
const peak = process.resourceUsage().maxRSS * 1024;
const after = await settled();
// Asked afterwards, so that it is not collected before.
if (recogniser.recognise({ text: 'what do I earn?', locale: 'en' }).intent === null)
  console.error('What it learnt says nothing.');
console.log(JSON.stringify({ added: (after - before) / 1e6, peak: (peak - before) / 1e6 }));
