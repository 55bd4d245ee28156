import { describe, expect, it } from '@jest/globals';
import { readStateName } from '../../../src/main/backup/names.ts';
import { decision } from '../../adapters/audit-log/support.ts';
import { leavingOf, refOf } from '../../contracts/making.ts';
import { emptyData, lookInto, newPlace, openMachine, restoring } from './support.ts';

const MANY = 100_000;
const AT_ONCE = 5_000;

/** Far above what it takes: only whatever goes wrong by orders of magnitude is found. */
const MOST_MS = 120_000;

describe('with a hundred thousand answers that must leave, and as many entries on record,', () => {
  it('a backup and a restore take seconds', async () => {
    const machine = await openMachine();
    const place = newPlace();
    for (let from = 0; from < MANY; from += AT_ONCE) {
      const numbers = Array.from({ length: AT_ONCE }, (_, n) => from + n);
      await Promise.all([
        ...numbers.map((n) =>
          machine.store.expiries.schedule(
            leavingOf(
              refOf(`17714424${n % 90}.${String(n).padStart(6, '0')}`, { channel: `D0${n % 997}AB` }),
              1_900_000_000_000 + n,
              {
                about: `${n}`.padStart(27, 'a'),
              },
            ),
          ),
        ),
        ...numbers.map((n) => machine.audit.append(decision(n))),
      ]);
    }
    await machine.audit.keep();

    globalThis.gc?.();
    const before = process.memoryUsage();
    let most = 0;
    const watch = setInterval(() => {
      const { heapUsed, external, arrayBuffers } = process.memoryUsage();
      most = Math.max(most, heapUsed + external + arrayBuffers);
    }, 5);
    const begun = performance.now();
    const name = await machine.backUp(place);
    const backupMs = performance.now() - begun;
    clearInterval(watch);
    const stateBytes = place.held.state.get(name)?.length ?? 0;
    const auditBytes = [...place.held.audit.values()].reduce((sum, { length }) => sum + length, 0);
    expect(readStateName(name)).not.toBeNull();

    const again = performance.now();
    await machine.backUp(place);
    const againMs = performance.now() - again;
    await machine.stop();

    const empty = emptyData();
    const restored = performance.now();
    const report = await restoring(machine, [place], empty);
    const restoreMs = performance.now() - restored;
    expect(report).toMatchObject({ removals: MANY, logs: [{ entries: MANY, lost: 0 }] });
    expect(await lookInto(empty, ({ expiries }) => expiries.census({ now: 0 }))).toMatchObject([{ pending: MANY }]);
    expect(Math.max(backupMs, restoreMs)).toBeLessThan(MOST_MS);
    const grown = Math.max(0, most - before.heapUsed - before.external - before.arrayBuffers);
    console.log(
      `${MANY} removals and entries: first backup ${Math.round(backupMs)} ms, the next ${Math.round(againMs)} ms, restore ${Math.round(restoreMs)} ms; ` +
        `state ${stateBytes} bytes, audit ${auditBytes} bytes; memory grew by at most ${Math.round(grown / 1024 / 1024)} MiB meanwhile.`,
    );
  }, 300_000);
});
