import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { backlogInWords } from '../../src/cli/expiries.ts';
import { expiryRows } from '../../src/core/census.ts';
import { createExpiring } from '../../src/core/expire.ts';
import type { Platform } from '../../src/core/ports.ts';
import type { World } from '../../src/core/world.ts';
import { until } from '../support/until.ts';
import { HOLD, PERMIT } from '../support/world.ts';
import { openPeople, type People } from './orders/people.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let p: People;
/** Told of what is too much. */
let warned: string[];
let world: World;
beforeEach(async () => {
  p = await openPeople();
  warned = [];
  const slack = p.world.platforms.get('slack');
  if (slack === undefined) throw new Error('no platform');
  // It removes sixty within the hour.
  const limit = { name: 'calls', perMinute: 1, burst: 1 };
  const slow: Platform = { ...slack, limits: { remove: limit, update: limit, keptBy: 'core' } };
  const warn: World['log']['warn'] = (event, { count } = {}) => void warned.push(`${event} ${count}`);
  const log = { ...p.world.log, warn };
  // What stands is asked for anew each time, as a process does.
  world = { ...p.world, platforms: new Map([['slack', slow]]), log, standing: () => p.t.script.standing };
});
afterEach(() => p.close());

const pending = (of: 'evan' | 'mona', n: number, removeAt: number) => async () => {
  p.t.script.decide = () => HOLD;
  await p.ask(of);
  const { removals } = await p.world.store.expiries.scan({ cursor: null, limit: 500 });
  const like = removals.find(({ ref }) => ref.channel === `D-${of}`);
  if (like === undefined) throw new Error('nothing stands');
  for (let i = 1; i < n; i++)
    await p.world.store.expiries.schedule({ ...like, ref: { ...like.ref, id: `${of}-${i}` }, removeAt });
};
const inWords = async () => {
  const none = { p50: 0, p99: 0, most: 0 };
  const rows = [...(await expiryRows(world))];
  return backlogInWords({ now: p.clock.now(), rows, lateness: { count: 0, engine: none, platform: none } });
};

describe('what a legal hold keeps', () => {
  it('is told apart from what must leave, and is no warning, neither in the command nor in the log', async () => {
    await pending('evan', 70, p.clock.now() + MINUTE)();
    await pending('mona', 3, p.clock.now() + 2 * MINUTE)();
    p.t.script.decide = () => PERMIT;
    await p.ask('evan');
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.refresh();
    const [before] = await expiryRows(world);
    expect(before).toMatchObject({ pending: 3, due: 0, dueWithinHour: 3, recallable: 0, held: 71, overbooked: false });
    // Nobody is there to remove what is due.
    await p.clock.advance(20 * MINUTE);
    expect(await expiryRows(world)).toMatchObject([{ pending: 3, due: 3, dueWithinHour: 0, held: 71 }]);
    expect(await inWords()).toEqual([
      expect.stringMatching(
        /^slack T1: 3 to be removed.*3 are due, the first since 18 min.*; 71 are kept by legal holds\.$/,
      ),
      expect.stringMatching(/^WARNING: slack T1: an answer should have left 18 min ago\./),
    ]);
    const expiring = createExpiring(world);
    expiring.start();
    await until(async () => {
      await p.clock.advance(MINUTE);
      return p.clock.now() > 1_700_000_000_000 + 2 * HOUR;
    });
    await until(async () => (await expiryRows(world))[0]?.pending === 0);
    expect(await inWords()).toEqual([
      'slack T1: 0 to be removed, 0 of them within the hour, 0 are due; 0 more stay in the chat and are known for a week; 71 are kept by legal holds.',
    ]);
    expect(warned.filter((line) => line.startsWith('removals.'))).toEqual([]);
    const stopped = expiring.stop({ graceMs: 0 });
    await p.clock.advance(1_000);
    await stopped;
  }, 40_000);

  it('is what must leave once the hold is lifted, and then it is too much', async () => {
    await pending('evan', 70, p.clock.now() + MINUTE)();
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.refresh();
    expect(await expiryRows(world)).toMatchObject([{ held: 70, overbooked: false }]);
    await p.order({ kind: 'lift', id: 'h1' });
    expect(await expiryRows(world)).toMatchObject([{ held: 0, dueWithinHour: 70, overbooked: true }]);
    expect((await inWords()).join('\n')).toContain('WARNING: slack T1: 70 must leave within the hour');
  });
});
