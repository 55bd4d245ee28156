/**
 * The second process: watches a store as `sotto serve` does, and says when what was published is in force here. Its arguments are the
 * address of a Redis and the folders of the rules.
 */
import { randomBytes } from 'node:crypto';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { systemClock } from '../../src/adapters/system/system.ts';
import { openJudging } from '../../src/main/judging.ts';
import { createWatching } from '../../src/main/watching.ts';
import { pack } from './pack.ts';
import { openStore } from './stores.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const nothing = async (): Promise<void> => undefined;

/** Nothing that is kept here is anybody's. */
const DATA_KEY = randomBytes(32).toString('base64');

const [address = '', ...folders] = process.argv.slice(2);
const store = await openStore(address);
const clock = systemClock();
const judging = await openJudging({
  pack: { catalogue: pack, folders },
  store,
  sealer: createSealer({ dataKey: { current: DATA_KEY, accepted: [DATA_KEY] } }),
  metrics: { set: () => undefined },
  clock,
  log: silent,
});
let version = judging.policy.restrictionsVersion;
const watching = createWatching({
  judging: {
    refresh: async () => {
      await judging.refresh();
      if (judging.policy.restrictionsVersion === version) return;
      version = judging.policy.restrictionsVersion;
      process.send?.({ version, at: Date.now() });
    },
  },
  rotation: { look: nothing, gone: () => [] } as unknown as Parameters<typeof createWatching>[0]['rotation'],
  audit: { held: () => true, keep: nothing },
  hashKeys: { keep: nothing },
  ends: { warn: () => undefined },
  answering: { keep: nothing },
  clock,
  log: silent,
});
watching.start({ keep: async () => 'held' });
process.send?.({ version, at: Date.now() });
process.once('disconnect', () => process.exit(0));
