import { afterEach, describe, expect, it } from '@jest/globals';
import type { LiveEntry } from '../../../src/core/audit.ts';
import { SottoError } from '../../../src/core/errors.ts';
import { createExpiring, type Expiring } from '../../../src/core/expire.ts';
import { runLive } from '../../../src/core/live/live.ts';
import type { LiveReport, LiveTrip } from '../../../src/core/live/types.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createTestWorld, EVAN, GUS, type TestWorld } from '../../support/world.ts';

const OPERATOR = { ...EVAN, groups: ['employee', 'operators'] };

interface Bench extends TestWorld {
  readonly clock: FakeClock;
  /** Asks for it, and lets time pass until it is over. */
  run(person?: string): Promise<LiveReport>;
  live(): readonly LiveEntry['change'][];
}

let open: { readonly bench: TestWorld; readonly engine: Expiring | null }[] = [];
afterEach(async () => {
  for (const { bench, engine } of open) {
    await engine?.stop({ graceMs: 0 });
    await bench.close();
  }
  open = [];
});

const opened = ({ engine: runs = true }: { readonly engine?: boolean } = {}): Bench => {
  const clock = createFakeClock();
  const bench = createTestWorld({ clock });
  bench.script.find = async () => ({ ok: true, person: OPERATOR });
  const engine = runs ? createExpiring(bench.world) : null;
  engine?.start();
  open.push({ bench, engine });
  return {
    ...bench,
    clock,
    run: async (person = 'evan') => {
      let over = false;
      const report = runLive(bench.world, { person }).finally(() => {
        over = true;
      });
      for (let turn = 0; !over && turn < 2_000; turn++) await clock.advance(250);
      return report;
    },
    live: () => bench.entries.flatMap((entry) => (entry.kind === 'live' ? [entry.change] : [])),
  };
};

const tripOf = (report: LiveReport): LiveTrip => {
  const [trip] = report.ok ? report.trips : [];
  if (trip === undefined) throw new Error(report.ok ? 'no trip' : report.says);
  return trip;
};
const stepsOf = (trip: LiveTrip): readonly string[] => trip.steps.map(({ step, ok, code }) => `${step} ${ok} ${code}`);

describe('a live trip', () => {
  it('posts, holds, reveals, finds, lets it leave, and finds it gone', async () => {
    const bench = opened();
    const trip = tripOf(await bench.run());
    expect(stepsOf(trip)).toEqual([
      'post true ok',
      'hold true ok',
      'reveal true ok',
      'find true ok',
      'leave true ok',
      'missing true not-found',
      'again true message_not_found',
    ]);
    expect([trip.state, bench.messages, bench.live()]).toEqual(['removed', [], ['begun', 'removed']]);
    expect(await bench.store.expiries.next()).toBeNull();
    for (const [at, step] of trip.steps.entries()) expect(step.at).toBeGreaterThanOrEqual(trip.steps[at - 1]?.at ?? 0);
  });

  it('is on record before it is posted, and its end before it is filled in', async () => {
    const bench = opened();
    await bench.run();
    const order = ['audit live', 'post One moment. Your operato', 'schedule', 'update', 'find', 'sooner', 'remove'];
    expect(bench.calls.filter((call) => order.includes(call)).slice(0, 6)).toEqual(order.slice(0, 6));
    expect(bench.calls.indexOf('remove')).toBeGreaterThan(bench.calls.indexOf('sooner'));
  });

  it('says the same where posts cannot be looked up, by taking it away once more', async () => {
    const bench = opened();
    bench.script.looksUp = false;
    const trip = tripOf(await bench.run());
    expect(trip.steps.map(({ step }) => step)).toEqual(['post', 'hold', 'reveal', 'leave', 'again']);
    expect(trip.state).toBe('removed');
  });

  it('is not done where it cannot be put on record', async () => {
    const bench = opened();
    bench.script.auditFails = ({ kind }) => kind === 'live';
    expect(await bench.run()).toMatchObject({ ok: false, says: expect.stringContaining('audit-unavailable') });
    expect(bench.calls.filter((call) => call.startsWith('post'))).toEqual([]);
  });

  it('says that a message is only blanked where the platform refuses to take it away', async () => {
    const bench = opened();
    bench.script.remove = () => ({ ok: false, fault: 'never', code: 'cant_delete_message' });
    const trip = tripOf(await bench.run());
    expect([trip.state, stepsOf(trip).slice(-2)]).toEqual([
      'blanked',
      ['missing false still_there', 'again false cant_delete_message'],
    ]);
    expect(bench.messages.map(({ card }) => card.text)).toEqual([
      'This answer has been removed.\nDiese Antwort wurde entfernt.',
    ]);
    expect(bench.live().at(-1)).toBe('blanked');
  });

  it('says that it is pending, and why, where taking it away fails; it leaves once that is over', async () => {
    const bench = opened();
    bench.script.remove = () => ({ ok: false, fault: 'later', code: 'fatal_error' });
    const trip = tripOf(await bench.run());
    expect([trip.state, stepsOf(trip).at(-1)]).toEqual(['pending', 'leave false fatal_error']);
    bench.script.remove = () => null;
    for (let minute = 0; minute < 30; minute++) await bench.clock.advance(60_000);
    expect(bench.messages).toEqual([]);
  });

  it('leaves by itself where the process ends in the middle of it', async () => {
    const bench = opened({ engine: false });
    bench.script.update = () => {
      throw new SottoError('store-unavailable', 'The process dies here.');
    };
    const trip = tripOf(await bench.run());
    expect(stepsOf(trip)).toContain('reveal false store-unavailable');
    expect([trip.state, bench.messages.length]).toEqual(['pending', 1]);
    const engine = createExpiring(bench.world);
    engine.start();
    for (let turn = 0; turn < 70; turn++) await bench.clock.advance(1_000);
    await engine.stop({ graceMs: 0 });
    expect(bench.messages).toEqual([]);
  });

  it('never reveals where its end could not be put on record, and takes the placeholder away at once', async () => {
    const bench = opened();
    const { expiries } = bench.world.store;
    Object.assign(expiries, {
      schedule: async () => {
        throw new SottoError('store-unavailable', 'The store is away.');
      },
    });
    const trip = tripOf(await bench.run());
    expect(stepsOf(trip).slice(0, 2)).toEqual(['post true ok', 'hold false store-unavailable']);
    expect(bench.calls).not.toContain('update');
    expect([trip.state, bench.messages]).toEqual(['removed', []]);
    bench.script.remove = () => ({ ok: false, fault: 'never', code: 'missing_scope' });
    expect(tripOf(await bench.run()).state).toBe('stays');
  });

  it('waits for its turn and tries again what did not happen, and never posts twice what may have', async () => {
    const bench = opened();
    let calls = 0;
    bench.script.post = () =>
      calls++ === 0 ? { ok: false, fault: 'later', code: 'ratelimited', afterMs: 3_000 } : null;
    expect(tripOf(await bench.run()).state).toBe('removed');
    expect(calls).toBe(2);
    bench.script.post = () => ({ ok: false, fault: 'lost', code: 'http_500' });
    const trip = tripOf(await bench.run());
    expect([trip.state, stepsOf(trip)]).toEqual(['lost', ['post false http_500']]);
    bench.script.post = () => ({ ok: false, fault: 'never', code: 'missing_scope' });
    expect(tripOf(await bench.run()).state).toBe('not-posted');
  });

  it('asks the platform how the installation stands, where it can tell', async () => {
    const bench = opened();
    const looked = [{ at: 'token', ok: true, code: 'ok', ms: 3 }] as const;
    Object.assign(bench.world.platforms.get('slack') ?? {}, { look: async () => looked });
    expect(tripOf(await bench.run()).looked).toEqual(looked);
  });
});

describe('whom a live trip goes to', () => {
  it.each([
    ['somebody who is no operator', { ...EVAN }],
    ['somebody whom the directory does not know afresh', { ...OPERATOR, fresh: false }],
    ['a guest in the group', { ...GUS, id: 'evan', groups: ['operators'] }],
  ])('is never %s', async (_, person) => {
    const bench = opened();
    bench.script.find = async () => ({ ok: true, person });
    expect(await bench.run()).toMatchObject({ ok: false, says: expect.stringContaining('no operator') });
    expect([bench.messages, bench.entries]).toEqual([[], []]);
  });

  it('is somebody with an account', async () => {
    const bench = opened();
    expect(await bench.run('nobody')).toMatchObject({
      ok: false,
      says: expect.stringContaining('Nobody with that id'),
    });
    expect(bench.calls.filter((call) => call.startsWith('post'))).toEqual([]);
  });

  it('gets five in ten minutes at most', async () => {
    const bench = opened();
    for (let run = 0; run < 5; run++) expect((await bench.run()).ok).toBe(true);
    expect(await bench.run()).toMatchObject({ ok: false, says: expect.stringContaining('5 times') });
    await bench.clock.advance(11 * 60_000);
    expect((await bench.run()).ok).toBe(true);
  });
});
