/** `sotto serve` with what no setting can change: a shorter lease, a clock that is set from outside, a step to die at. A process of its own. */
import { closeSync, openSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { writeHeapSnapshot } from 'node:v8';
import { claimForServing } from '../../src/adapters/files/data-folder.ts';
import { systemClock } from '../../src/adapters/system/system.ts';
import { untilStopped } from '../../src/cli/until-stopped.ts';
import { environment, readConfig } from '../../src/config.ts';
import type { Reached } from '../../src/core/reached.ts';
import { startSotto } from '../../src/main.ts';
import { newerStore } from './newer-store.ts';
import { quickRecogniser } from './quick-recogniser.ts';
import { sharedModels } from './shared-model.ts';
import type { Doom, Told, Unlike } from './sotto-process.ts';

interface Given extends Unlike {
  readonly doom?: Doom;
}

const { leaseMs, spreadMs, movable = false, quick = false, newer, doom } = JSON.parse(process.argv[2] ?? '{}') as Given;
const machine = systemClock();
let ahead = 0;
let dying: Doom | null = doom ?? null;
process.on('message', (told: Told) => {
  const done = (): void => void process.send?.('set');
  if ('snapshot' in told) {
    // Once whatever is under way has let go.
    setTimeout(() => {
      for (let round = 0; round < 3; round++) globalThis.gc?.();
      writeHeapSnapshot(told.snapshot);
      done();
    }, 100);
    return;
  }
  if ('ahead' in told) ahead = told.ahead;
  else dying = told;
  done();
});

const reached: Reached = (step) => {
  if (step !== dying?.dieAt) return;
  const { once } = dying;
  dying = null;
  try {
    // One of several makes it; the others live on.
    closeSync(openSync(once, 'wx'));
  } catch {
    return;
  }
  process.kill(process.pid, 'SIGKILL');
};

const read = readConfig(environment());
if (!read.ok) throw new Error(read.findings.join('\n'));
const { store, dataFolder } = read.config;
claimForServing(dataFolder, store.kind === 'sqlite' ? store.path : null);
const running = await startSotto({
  config: read.config,
  reached,
  // It would stand beside every first answer; what crashes do to it is tested where it is told.
  firstUse: false,
  ...(leaseMs === undefined ? {} : { leaseMs }),
  ...(spreadMs === undefined ? {} : { spreadMs }),
  ...(newer === undefined ? {} : { openStore: newerStore(newer) }),
  ...(quick ? { recogniser: quickRecogniser } : { unsafeModelCache: sharedModels() }),
  ...(movable ? { clock: { now: () => machine.now() + ahead, sleep: machine.sleep } } : {}),
});
// Whoever reads that it listens may stop it the moment after.
const stopped = untilStopped(running.stop);
console.log(`Sotto listens on ${running.url}, health and metrics on ${running.opsUrl}.`);
// One that is killed writes nothing at its end.
flushCompileCache();
await stopped;
