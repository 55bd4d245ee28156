import { describe, expect, it } from '@jest/globals';
import { check } from './checker/checker.ts';
import { printed } from './history.ts';
import { type Run, runSeed, START } from './run.ts';

/** How many seeds are run: SIMULATION_SEEDS. */
const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? 5_000);

/** The one to be replayed and printed, whatever it finds: SEED. */
const ONLY = process.env['SEED'] === undefined ? null : Number(process.env['SEED']);

/** Never more for one seed on the slowest machine, ms. */
const SLOWEST_SEED_MS = 60;

const breather = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Everything about a seed that broke a promise; empty: it broke none. */
const told = ({ seed, lines }: Run): string => {
  const findings = check(lines);
  if (findings.length === 0) return '';
  return [
    `Seed ${seed} breaks a promise. Replay it with: SEED=${seed} npm test -- test/simulation/simulation`,
    ...findings.map(({ promise, at, what }) => `  promise ${promise}, ${(at - START) / 1_000} s: ${what}`),
    printed(lines, START),
  ].join('\n');
};

describe('the core in a simulated town', () => {
  it(
    `keeps promises 1 to 7, whatever goes wrong, in ${ONLY === null ? `${SEEDS} seeds` : `seed ${ONLY}`}`,
    async () => {
      const [first, last] = ONLY === null ? [1, SEEDS] : [ONLY, ONLY];
      for (let seed = first; seed <= last; seed++) {
        const run = await runSeed(seed);
        if (ONLY !== null) process.stdout.write(`${printed(run.lines, START)}\n`);
        expect(told(run)).toBe('');
        const questions = run.lines.filter((line) => line.kind === 'asked').length;
        const faults = run.lines.filter((line) => line.kind === 'fault').length;
        if (questions < 8 || faults < 3) throw new Error(`Seed ${seed} is too easy: ${questions} and ${faults}.`);
        if (seed % 64 === 0) await breather();
      }
    },
    60_000 + SEEDS * SLOWEST_SEED_MS,
  );

  it('has one history for a seed, however often it is run', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const [once, again] = [await runSeed(seed), await runSeed(seed)];
      expect(printed(again.lines, START)).toBe(printed(once.lines, START));
      expect(again.happened).toBe(once.happened);
    }
  });

  it('has as many histories as seeds', async () => {
    const histories = new Set<string>();
    for (let seed = 1; seed <= 25; seed++) histories.add(printed((await runSeed(seed)).lines, START));
    expect(histories.size).toBe(25);
  });

  it('meets every kind of end, verdict and fault within a few hundred seeds', async () => {
    const met = new Set<string>();
    for (let seed = 1; seed <= 400; seed++) {
      for (const line of (await runSeed(seed)).lines) {
        if (line.kind === 'settled') met.add(`ended ${line.end}`);
        else if (line.kind === 'shown') met.add(`shown ${line.sight}`);
        else if (line.kind === 'recorded' && line.entry.kind === 'decision') met.add(`decided ${line.entry.verdict}`);
        else if (line.kind === 'recorded' && line.entry.kind === 'write') met.add(`write ${line.entry.state}`);
        else if (line.kind === 'recorded') met.add(`recorded ${line.entry.kind}`);
        else if (line.kind === 'fault') met.add(`fault ${/^lost|"kind":"([a-z]+)"/.exec(line.name)?.[1] ?? 'lost'}`);
      }
    }
    const decided = ['answer', 'refuse', 'step-up', 'unknown', 'throttled'].map((verdict) => `decided ${verdict}`);
    const recorded = ['disclosure', 'data-refused', 'removal', 'undeliverable'].map((kind) => `recorded ${kind}`);
    const writes = ['begun', 'done', 'not-done', 'doubt', 'undone'].map((state) => `write ${state}`);
    const shown = ['moment', 'reply', 'apology', 'notice', 'tombstone'].map((sight) => `shown ${sight}`);
    const faults = [
      'away',
      'slow',
      'refuses',
      'engine',
      'crash',
      'drain',
      'stall',
      'jump',
      'publish',
      'lift',
      'lost',
    ].map((kind) => `fault ${kind}`);
    for (const one of [...decided, ...recorded, ...writes, ...shown, ...faults, 'ended shown', 'ended undeliverable'])
      expect(met).toContain(one);
  });
});
