/** One question through the whole core, its store and its audit log; platform, policy and recogniser answer at once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWork } from '../src/core/work.ts';
import { createTestWorld, HOLD, PERMIT, question, type TestWorld } from '../test/support/world.ts';
import { type Bench, figure, median } from './figure.ts';

interface Round {
  readonly perSecond: number;
  readonly cpuMicros: number;
  readonly trips: number;
}

/** Asks until the time is up, `atOnce` conversations side by side. */
export const askCore = async (o: {
  readonly seconds: number;
  readonly atOnce: number;
  readonly hold: boolean;
}): Promise<Round> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const t: TestWorld = createTestWorld({ folder });
  t.script.decide = () => (o.hold ? HOLD : PERMIT);
  const work = createWork(t.world);
  const cpu = process.cpuUsage();
  const begun = performance.now();
  let asked = 0;
  const one = async (conversation: string): Promise<void> => {
    while (performance.now() - begun < o.seconds * 1_000) {
      asked += 1;
      const settled = asked;
      await work.accept(
        question({ conversation, account: { platform: 'slack', tenant: 'T1', user: `U${settled}`, external: false } }),
      );
      while ((await t.store.inbox.backlog()).claimed >= o.atOnce) await new Promise(setImmediate);
    }
  };
  await Promise.all(Array.from({ length: o.atOnce }, (_, i) => one(`c${i}`)));
  await work.stop({ graceMs: 5_000 });
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const trips = t.calls.filter((call) => ['commit', 'hold'].includes(call)).length / Math.max(1, asked) + 1;
  await t.close();
  rmSync(folder, { recursive: true, force: true });
  return { perSecond: asked / seconds, cpuMicros: (user + system) / asked, trips };
};

export const bench: Bench = async ({ seconds }) => {
  const rounds = { plain: [] as Round[], held: [] as Round[] };
  for (let i = 0; i < 3; i++) {
    rounds.plain.push(await askCore({ seconds: seconds / 6, atOnce: 16, hold: false }));
    rounds.held.push(await askCore({ seconds: seconds / 6, atOnce: 16, hold: true }));
  }
  const middle = (of: readonly Round[], pick: (r: Round) => number): number => median(of.map(pick));
  return [
    figure({
      id: 'awaited trips, message',
      value: middle(rounds.plain, (r) => r.trips),
      unit: 'trips',
      target: 2,
      direction: 'max',
    }),
    figure({
      id: 'awaited trips, hold-reveal',
      value: middle(rounds.held, (r) => r.trips),
      unit: 'trips',
      target: 3,
      direction: 'max',
    }),
    figure({
      id: 'questions, message',
      value: middle(rounds.plain, (r) => r.perSecond),
      unit: '/s',
      target: null,
      direction: 'min',
    }),
    figure({
      id: 'CPU a question, message',
      value: middle(rounds.plain, (r) => r.cpuMicros),
      unit: 'µs',
      target: null,
      direction: 'max',
    }),
    figure({
      id: 'CPU a question, hold-reveal',
      value: middle(rounds.held, (r) => r.cpuMicros),
      unit: 'µs',
      target: null,
      direction: 'max',
    }),
  ];
};
