import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { paceOf, type Window } from '../../../src/adapters/slack/pace.ts';
import { createPacer, type Turn } from '../../../src/adapters/slack/pacer.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const MINUTE = 60_000;

/** A call as Slack may have counted it: at any moment between these. */
interface Counted {
  readonly from: number;
  readonly to: number;
}

/** Whether Slack could have counted more within any of these windows: what began in it counts as late as it can, what ended in it as early. */
const exceeded = (calls: readonly Counted[], windows: readonly Window[]): boolean =>
  windows.some(([most, withinMs]) =>
    calls.some(({ from }) => calls.filter((other) => other.from <= from && other.to > from - withinMs).length > most),
  );

/** Few, so that each of them is flooded. */
const METHODS = ['chat.postMessage', 'chat.postMessage', 'conversations.history'] as const;

describe('R18 R26 turns for calls', () => {
  it('R18 keep to Slack’s limits for each workspace, method and channel, whatever is asked and however long calls take', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            afterMs: fc.constantFrom(0, 0, 0, 0, 1, 40, 300),
            tenant: fc.constantFrom('T1', 'T1', 'T2'),
            method: fc.constantFrom(...METHODS),
            channel: fc.constantFrom('C1', 'C2'),
            tookMs: fc.constantFrom(1, 100, 900, 8_000),
          }),
          { minLength: 200, maxLength: 600 },
        ),
        async (calls) => {
          const clock = createFakeClock();
          const pacer = createPacer({ clock });
          const made = new Map<string, Counted[]>();
          const note = (key: string, counted: Counted) => made.set(key, [...(made.get(key) ?? []), counted]);
          const all: Promise<void>[] = [];
          for (const { afterMs, tenant, method, channel, tookMs } of calls) {
            if (afterMs > 0) await clock.advance(afterMs);
            all.push(
              pacer.turn({ tenant, method, channel }).then(async (turn: Turn) => {
                if (!turn.ok) {
                  expect(turn.afterMs).toBeGreaterThan(0);
                  return;
                }
                const from = clock.now();
                await clock.sleep(tookMs);
                turn.done();
                note(`${tenant} ${method}`, { from, to: clock.now() });
                if (paceOf(method).perChannel !== undefined)
                  note(`${tenant} ${method} ${channel}`, { from, to: clock.now() });
              }),
            );
          }
          await clock.advance(10 * MINUTE);
          await Promise.all(all);
          for (const [key, counted] of made) {
            const [, method = '', channel] = key.split(' ');
            const { windows, perChannel } = paceOf(method);
            expect({ key, exceeded: exceeded(counted, channel === undefined ? windows : (perChannel ?? [])) }).toEqual({
              key,
              exceeded: false,
            });
          }
        },
      ),
      { numRuns: 15, endOnFailure: true },
    );
  }, 60_000);

  it('R18 leave no workspace, no method and no channel waiting for another', async () => {
    const clock = createFakeClock();
    const pacer = createPacer({ clock });
    const asked = Array.from({ length: 500 }, (_, n) =>
      pacer.turn({ tenant: 'T1', method: 'chat.postMessage', channel: `C${n % 7}` }),
    );
    for (const other of [
      { tenant: 'T2', method: 'chat.postMessage', channel: 'C1' },
      { tenant: 'T1', method: 'users.info' },
    ]) {
      expect(await pacer.turn(other)).toMatchObject({ ok: true });
    }
    await clock.advance(MINUTE);
    const turns = await Promise.all(asked);
    // Twenty at once, four that waited two seconds at most; nobody else holds a place meanwhile.
    expect(turns.filter(({ ok }) => ok).length).toBeLessThanOrEqual(24);
    expect(turns.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(20);
  });

  it('R18 tell each that is sent away another time, at the pace that there will be', async () => {
    const clock = createFakeClock();
    const pacer = createPacer({ clock });
    const call = { tenant: 'T1', method: 'users.info' };
    for (let n = 0; n < 90; n++) {
      const turn = await pacer.turn(call);
      if (turn.ok) turn.done();
    }
    const away = await Promise.all(Array.from({ length: 200 }, () => pacer.turn(call)));
    const times = away.flatMap((turn) => (turn.ok ? [] : [turn.afterMs]));
    expect(times).toHaveLength(200);
    expect(times[0]).toBeGreaterThanOrEqual(MINUTE);
    // Ninety a minute come in, so two hundred need more than two.
    expect(Math.max(...times)).toBeGreaterThan(2 * MINUTE);
    expect(times.filter((ms) => ms < 1.5 * MINUTE).length).toBeLessThanOrEqual(90);
  });

  it('R26 wait as long as Slack says, by workspace and method, and nobody else does', async () => {
    const clock = createFakeClock();
    const pacer = createPacer({ clock });
    const post = { tenant: 'T1', method: 'chat.postMessage' };
    const first = await pacer.turn({ ...post, channel: 'C1' });
    if (!first.ok) throw new Error('no turn');
    first.done({ waitMs: 30_000 });
    for (const channel of ['C1', 'C2'])
      expect(await pacer.turn({ ...post, channel })).toMatchObject({ ok: false, afterMs: expect.any(Number) });
    expect(await pacer.turn({ ...post, tenant: 'T2', channel: 'C1' })).toMatchObject({ ok: true });
    expect(await pacer.turn({ tenant: 'T1', method: 'views.open' })).toMatchObject({ ok: true });
    await clock.advance(29_990);
    const soon = pacer.turn({ ...post, channel: 'C2' });
    await clock.advance(9);
    let came = false;
    void soon.then(() => {
      came = true;
    });
    await clock.advance(0);
    expect(came).toBe(false);
    await clock.advance(1);
    expect(await soon).toMatchObject({ ok: true });
  });

  it('R26 wait as long as Slack says also where nothing else is paced', async () => {
    const clock = createFakeClock();
    const pacer = createPacer({ clock, unsafeUnpaced: true });
    const post = { tenant: 'T1', method: 'chat.postMessage', channel: 'C1' };
    const turns = await Promise.all(Array.from({ length: 1_000 }, () => pacer.turn(post)));
    expect(turns.every(({ ok }) => ok)).toBe(true);
    const [first] = turns;
    if (first?.ok === true) first.done({ waitMs: 5_000 });
    expect(await pacer.turn(post)).toMatchObject({ ok: false, afterMs: 5_000 });
  });

  it('R18 survive a clock that is set back by an hour: nobody waits for that hour, and no limit is passed', async () => {
    const real = createFakeClock();
    let back = 0;
    const pacer = createPacer({ clock: { now: () => real.now() - back, sleep: real.sleep } });
    const call = { tenant: 'T1', method: 'users.info' };
    const made = async (wanted: number): Promise<number> => {
      let count = 0;
      for (let n = 0; n < wanted; n++) {
        const turn = await pacer.turn(call);
        if (!turn.ok) continue;
        turn.done(count === 0 ? { waitMs: 5_000 } : {});
        count += 1;
        await real.advance(count === 1 ? 5_001 : 0);
      }
      return count;
    };
    expect(await made(200)).toBe(90);
    back = 60 * MINUTE;
    const away = await pacer.turn(call);
    expect(away.ok ? 0 : away.afterMs).toBeGreaterThan(MINUTE / 2);
    expect(away.ok ? 0 : away.afterMs).toBeLessThan(3 * MINUTE);
    await real.advance(MINUTE + 100);
    expect(await made(200)).toBe(90);
  });

  it('R18 forget nothing that is in use, and do not grow without end', async () => {
    const clock = createFakeClock();
    const pacer = createPacer({ clock });
    const held = await pacer.turn({ tenant: 'T', method: 'users.info' });
    if (held.ok) held.done({ waitMs: 10 * MINUTE });
    for (let n = 0; n < 19_999; n++) await pacer.turn({ tenant: `T${n}`, method: 'users.info' });
    // All of them are under way: there is room for no other, and that is said.
    expect(await pacer.turn({ tenant: 'new', method: 'users.info' })).toEqual({ ok: false, afterMs: 1_000 });
    expect(await pacer.turn({ tenant: 'T', method: 'users.info' })).toMatchObject({ ok: false });
  });
});
