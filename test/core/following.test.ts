import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AuditCopy, CopiedEntry, Cursors } from '../../src/core/audit-copy-ports.ts';
import { SottoError } from '../../src/core/errors.ts';
import { createFollowing, type Followed, type Following } from '../../src/core/following.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

const away = (): SottoError => new SottoError('audit-copy-unavailable', 'away');

/** What survives the end of a process: logs of so many entries, cursors, and what arrived. */
const createWorld = () => {
  const sizes = new Map<string, number>([['slot-0', 0]]);
  const kept = new Map<string, number>();
  const arrived: { readonly origin: string; readonly index: number }[] = [];
  const said: string[] = [];
  return { sizes, kept, arrived, said, broken: new Set<string>() };
};
type Made = ReturnType<typeof createWorld>;

/** A place that does as it is told: `lose` takes what it is handed and loses it with its connection. */
const createSink = (world: Made, o: { readonly confirms: boolean }) => {
  const how: { next: ('take' | 'refuse' | 'unclear' | 'lose')[] } = { next: [] };
  let breaks = 0;
  let flying: { origin: string; index: number }[] = [];
  const sink: AuditCopy = {
    name: 'sink',
    confirms: o.confirms,
    write: async ({ origin, entries }) => {
      const what = how.next.shift() ?? 'take';
      const given = entries.map(({ index }: CopiedEntry) => ({ origin, index: index ?? -1 }));
      if (what === 'refuse') throw away();
      // What follows on one connection what was lost is lost as well.
      if (what === 'lose' || flying.length > 0) {
        flying.push(...given);
        return;
      }
      world.arrived.push(...given);
      if (what === 'unclear') throw away();
    },
    breaks: () => breaks,
    onlyThere: async () => null,
    keeps: async () => null,
    close: async () => flying.length === 0,
  };
  const cut = (): void => {
    flying = [];
    breaks += 1;
  };
  return { sink, how, cut };
};

const start = (world: Made, sink: AuditCopy, clock: FakeClock): Following => {
  const followed: Followed = {
    logs: async () => [...world.sizes].map(([origin, size]) => ({ origin, size })),
    read: async ({ origin, from, size }) => {
      if (world.broken.has(origin)) throw new SottoError('audit-unavailable', 'cannot be read');
      const next = Math.min(size, from + 10);
      const entries = Array.from({ length: next - from }, (_, i) => ({ index: from + i, json: '{}' }));
      return { entries, next, note: next === size ? 'note' : null };
    },
  };
  const cursors: Cursors = {
    load: async ({ origin }) => world.kept.get(origin) ?? 0,
    save: async ({ origin, next }) => void world.kept.set(origin, next),
  };
  const note = (event: string) => void world.said.push(event);
  const following = createFollowing({
    role: 'copy',
    sink,
    followed,
    cursors,
    clock,
    log: { info: note, warn: note, error: note },
  });
  following.start();
  return following;
};

const pass = async (clock: FakeClock, ms: number): Promise<void> => {
  for (let left = ms; left > 0; left -= 500) await clock.advance(Math.min(left, 500));
};
const firsts = (world: Made, origin = 'slot-0'): readonly number[] => [
  ...new Set(world.arrived.filter((one) => one.origin === origin).map(({ index }) => index)),
];
const upTo = (size: number): readonly number[] => Array.from({ length: size }, (_, i) => i);

describe('what is followed', () => {
  it('is sent in order, a stretch at a time, and goes on as the log grows', async () => {
    const [world, clock] = [createWorld(), createFakeClock(0)];
    const { sink } = createSink(world, { confirms: true });
    const following = start(world, sink, clock);
    for (const size of [25, 25, 31, 90]) {
      world.sizes.set('slot-0', size);
      await pass(clock, 3_000);
    }
    expect(world.arrived.map(({ index }) => index)).toEqual(upTo(90));
    expect(world.kept.get('slot-0')).toBe(90);
    expect(following.behind()).toEqual({ entries: 0, ms: 0 });
    await following.stop({ graceMs: 0 });
  });

  it('is sent from its start where the cursor is of more than the log ever had, for that is another log', async () => {
    const [world, clock] = [createWorld(), createFakeClock(0)];
    world.kept.set('slot-0', 31);
    const { sink } = createSink(world, { confirms: true });
    const following = start(world, sink, clock);
    await pass(clock, 2_000);
    // Nothing is known yet of how long it is.
    expect(world.kept.get('slot-0')).toBe(31);
    world.sizes.set('slot-0', 30);
    await pass(clock, 3_000);
    expect(firsts(world)).toEqual(upTo(30));
    expect(world.kept.get('slot-0')).toBe(30);
    await following.stop({ graceMs: 0 });
  });

  it('is gone on with where its length could not be told at first', async () => {
    const [world, clock] = [createWorld(), createFakeClock(0)];
    world.kept.set('slot-0', 20);
    const { sink } = createSink(world, { confirms: true });
    const following = start(world, sink, clock);
    await pass(clock, 2_000);
    world.sizes.set('slot-0', 30);
    await pass(clock, 3_000);
    expect(world.arrived.map(({ index }) => index)).toEqual(upTo(30).slice(20));
    await following.stop({ graceMs: 0 });
  });

  it('is every log that is there, and one that cannot be read holds up no other', async () => {
    const [world, clock] = [createWorld(), createFakeClock(0)];
    const { sink } = createSink(world, { confirms: true });
    world.sizes.set('slot-0', 5).set('bad', 5).set('slot-1', 12);
    world.broken.add('bad');
    const following = start(world, sink, clock);
    await pass(clock, 3_000);
    expect([firsts(world), firsts(world, 'slot-1')]).toEqual([upTo(5), upTo(12)]);
    expect(world.said).toEqual(['audit-copy.failed']);
    expect(following.behind().entries).toBe(5);
    await following.stop({ graceMs: 0 });
  });

  it('is sent once more from the cursor by whoever comes next', async () => {
    const [world, clock] = [createWorld(), createFakeClock(0)];
    const { sink, how } = createSink(world, { confirms: true });
    world.sizes.set('slot-0', 30);
    how.next = ['take', 'unclear', 'refuse', 'refuse', 'refuse', 'refuse', 'refuse'];
    const first = start(world, sink, clock);
    await pass(clock, 2_000);
    await first.stop({ graceMs: 0 });
    how.next = [];
    const second = start(world, sink, clock);
    await pass(clock, 2_000);
    expect(world.arrived.map(({ index }) => index)).toEqual([...upTo(20), ...upTo(30).slice(10)]);
    await second.stop({ graceMs: 0 });
  });

  it('is sent to its end at a stop, as far as that goes in time', async () => {
    const [world, clock] = [createWorld(), createFakeClock(0)];
    const { sink } = createSink(world, { confirms: true });
    const following = start(world, sink, clock);
    await pass(clock, 1_000);
    world.sizes.set('slot-0', 95);
    await following.stop({ graceMs: 1_000 });
    expect(firsts(world)).toEqual(upTo(95));
  });
});

describe('a place that never confirms', () => {
  it('is believed after a while, and its cursor stands before what could still be lost', async () => {
    const [world, clock] = [createWorld(), createFakeClock(0)];
    const { sink } = createSink(world, { confirms: false });
    world.sizes.set('slot-0', 10);
    const following = start(world, sink, clock);
    await pass(clock, 5_000);
    expect([firsts(world).length, world.kept.get('slot-0'), following.behind().entries]).toEqual([10, undefined, 0]);
    await pass(clock, 10_000);
    expect(world.kept.get('slot-0')).toBe(10);
    await following.stop({ graceMs: 0 });
  });

  it('is sent again what it may have lost with its connection', async () => {
    const [world, clock] = [createWorld(), createFakeClock(0)];
    const { sink, how, cut } = createSink(world, { confirms: false });
    world.sizes.set('slot-0', 30);
    how.next = ['take', 'lose'];
    const following = start(world, sink, clock);
    await pass(clock, 3_000);
    expect(firsts(world)).toEqual(upTo(10));
    cut();
    await pass(clock, 3_000);
    expect(firsts(world)).toEqual(upTo(30));
    await following.stop({ graceMs: 0 });
  });

  it('that ended its side at a stop has all, and nothing is sent again', async () => {
    const [world, clock] = [createWorld(), createFakeClock(0)];
    const { sink } = createSink(world, { confirms: false });
    world.sizes.set('slot-0', 30);
    const following = start(world, sink, clock);
    await pass(clock, 1_000);
    await following.stop({ graceMs: 1_000 });
    expect(world.kept.get('slot-0')).toBe(30);
  });
});

describe('a place that is away', () => {
  it('is asked again with pauses, never more than a minute, and is said to be behind', async () => {
    const [world, clock] = [createWorld(), createFakeClock(0)];
    const { sink, how } = createSink(world, { confirms: true });
    let asked = 0;
    const counting: AuditCopy = {
      ...sink,
      write: async (given) => {
        asked += 1;
        return sink.write(given);
      },
    };
    how.next = Array.from({ length: 1_000 }, () => 'refuse' as const);
    world.sizes.set('slot-0', 7);
    const following = start(world, counting, clock);
    await pass(clock, 600_000);
    expect(asked).toBeGreaterThan(10);
    expect(asked).toBeLessThan(25);
    expect(following.behind().entries).toBe(7);
    expect(following.behind().ms).toBeGreaterThan(500_000);
    expect(world.said.filter((event) => event === 'audit-copy.behind').length).toBeGreaterThan(5);
    expect(world.said.length).toBeLessThan(25);
    how.next = [];
    await pass(clock, 61_000);
    expect(firsts(world)).toEqual(upTo(7));
    expect(following.behind()).toEqual({ entries: 0, ms: 0 });
    await following.stop({ graceMs: 0 });
  });

  it('does not hold up a stop', async () => {
    const [world, clock] = [createWorld(), createFakeClock(0)];
    const { sink } = createSink(world, { confirms: true });
    world.sizes.set('slot-0', 7);
    const hanging: AuditCopy = {
      ...sink,
      write: (_given, signal) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(away()))),
    };
    const following = start(world, hanging, clock);
    await pass(clock, 1_000);
    const stopped = following.stop({ graceMs: 1_000 });
    await pass(clock, 2_000);
    await stopped;
    expect(world.arrived).toEqual([]);
  });
});

it('whatever fails, breaks and ends, each entry arrives at least once, and none before one that precedes it', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('grow' as const), by: fc.integer({ min: 1, max: 25 }) }),
    fc.record({ do: fc.constantFrom('cut' as const, 'restart' as const, 'crash' as const, 'wait' as const) }),
    fc.record({
      do: fc.constant('fail' as const),
      how: fc.array(fc.constantFrom('take' as const, 'refuse' as const, 'unclear' as const, 'lose' as const), {
        maxLength: 5,
      }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(step, { maxLength: 25 }), async (confirms, steps) => {
      const [world, clock] = [createWorld(), createFakeClock(0)];
      let { sink, how, cut } = createSink(world, { confirms });
      let following = start(world, sink, clock);
      const anew = (): void => {
        ({ sink, how, cut } = createSink(world, { confirms }));
        following = start(world, sink, clock);
      };
      for (const [at, one] of steps.entries()) {
        // A connection that has lost something is known to be broken before what it took is believed.
        if (!confirms && at % 4 === 3) cut();
        if (one.do === 'grow') world.sizes.set('slot-0', (world.sizes.get('slot-0') ?? 0) + one.by);
        // One that confirms takes nothing that it could lose.
        else if (one.do === 'fail') how.next = one.how.map((each) => (confirms && each === 'lose' ? 'unclear' : each));
        else if (one.do === 'cut' && !confirms) cut();
        else if (one.do === 'restart') {
          const stopped = following.stop({ graceMs: 1_000 });
          await pass(clock, 2_000);
          await stopped;
          anew();
        } else if (one.do === 'crash') {
          // Nothing that the old one does counts any more, and its cursors stay where they were.
          const before = new Map(world.kept);
          const stopped = following.stop({ graceMs: 0 });
          await pass(clock, 1_000);
          await stopped;
          world.kept.clear();
          for (const [origin, next] of before) world.kept.set(origin, next);
          anew();
        }
        await pass(clock, 1_500);
      }
      if (!confirms) cut();
      how.next = [];
      await pass(clock, 70_000);
      expect(firsts(world)).toEqual(upTo(world.sizes.get('slot-0') ?? 0));
      await following.stop({ graceMs: 0 });
    }),
    { numRuns: 60 },
  );
});
