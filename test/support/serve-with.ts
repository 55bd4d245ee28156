/** `sotto serve` with what no setting can change: a shorter lease, a clock that is set from outside. A process of its own. */
import { claimForServing } from '../../src/adapters/files/data-folder.ts';
import { systemClock } from '../../src/adapters/system/system.ts';
import { untilStopped } from '../../src/cli/until-stopped.ts';
import { environment, readConfig } from '../../src/config.ts';
import { startSotto } from '../../src/main.ts';
import type { Unlike } from './sotto-process.ts';

const { leaseMs, movable = false } = JSON.parse(process.argv[2] ?? '{}') as Unlike;
const machine = systemClock();
let ahead = 0;
process.on('message', (message: { readonly ahead: number }) => {
  ahead = message.ahead;
  process.send?.('set');
});

const read = readConfig(environment());
if (!read.ok) throw new Error(read.findings.join('\n'));
const { store, dataFolder } = read.config;
claimForServing(dataFolder, store.kind === 'sqlite' ? store.path : null);
const running = await startSotto({
  config: read.config,
  ...(leaseMs === undefined ? {} : { leaseMs }),
  ...(movable ? { clock: { now: () => machine.now() + ahead, sleep: machine.sleep } } : {}),
});
console.log(`Sotto listens on ${running.url}, health and metrics on ${running.opsUrl}.`);
await untilStopped(running.stop);
