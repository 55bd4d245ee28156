/**
 * What one bad system costs the others. People ask three systems at a steady pace; in every other round the first of them hangs, errors
 * or trickles. What is compared is how long the calls of the other two took, in rounds that take turns.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Backend } from '../../src/core/ports.ts';
import { type Figure, figure, median, roundsIn } from '../figure.ts';
import type { Behaviour, Systems } from './systems.ts';

/** Calls of each system in a second. */
const PER_SECOND = 60;

const ROUND_MS = 1_200;

/** With the limits that hold where nothing is said: under way, and waiting. */
const SHARE = 16 + 12;

/** The first is nothing bad: what its figures are off from 1 is the machine's noise. */
const BAD: readonly Behaviour[] = ['well', 'hangs', 'errors', 'trickles'];

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;

interface Round {
  /** Of the others' calls, ms. */
  readonly p50: number;
  readonly p99: number;
  /** Of the others' calls: not answered. */
  readonly lost: number;
  /** Of the first system's calls: most at once, and how long each held somebody, ms. */
  readonly held: number;
  readonly holdMedian: number;
}

const round = async (backend: Backend, ms: number): Promise<Round> => {
  const took: number[] = [];
  const heldFor: number[] = [];
  const all: Promise<void>[] = [];
  let lost = 0;
  let under = 0;
  let held = 0;
  const one = async (name: string, nth: number): Promise<void> => {
    const from = performance.now();
    const person = `p${nth % 50}`;
    const first = name === 'first';
    if (first) {
      under += 1;
      // Who is told at once holds nothing.
      setImmediate(() => {
        held = Math.max(held, under);
      });
    }
    const fetched = await backend.fetch({ operation: `${name}.one`, subject: 'evan', asker: person, id: 'q' });
    const ms = performance.now() - from;
    if (first) {
      under -= 1;
      heldFor.push(ms);
    } else {
      took.push(ms);
      if (!fetched.ok) lost += 1;
    }
  };
  const from = performance.now();
  for (let nth = 0; ; nth++) {
    const due = from + (nth * 1_000) / PER_SECOND;
    if (due > from + ms) break;
    const left = due - performance.now();
    if (left > 0) await wait(left);
    for (const name of ['first', 'second', 'third']) all.push(one(name, nth));
  }
  await Promise.all(all);
  took.sort((a, b) => a - b);
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99), lost, held, holdMedian: median(heldFor) };
};

export const besideFigures = async (systems: Systems, seconds: number): Promise<readonly Figure[]> => {
  const rounds = roundsIn(seconds, 11);
  const ms = seconds < 2 ? 300 : ROUND_MS;
  const others = { second: 'well', third: 'well' } as const;
  const figures: Figure[] = [];
  // So that nobody pays for what is done for the first time.
  await round(systems.backend({ first: 'well', ...others }), ms);
  for (const bad of BAD) {
    const p50: number[] = [];
    const p99: number[] = [];
    const plain: number[] = [];
    const held: number[] = [];
    const holds: number[] = [];
    let lost = 0;
    for (let nth = 0; nth < rounds; nth++) {
      // Which comes first takes turns as well.
      const pair: Partial<Record<'well' | 'bad', Round>> = {};
      for (const which of nth % 2 === 0 ? (['well', 'bad'] as const) : (['bad', 'well'] as const))
        pair[which] = await round(systems.backend({ first: which === 'well' ? 'well' : bad, ...others }), ms);
      const { well, bad: worse } = pair;
      if (well === undefined || worse === undefined) continue;
      p50.push(worse.p50 / well.p50);
      p99.push(worse.p99 / well.p99);
      plain.push(well.p99);
      held.push(worse.held);
      holds.push(worse.holdMedian);
      lost += worse.lost;
    }
    const name = bad === 'well' ? 'none is bad' : `one of three systems ${bad}`;
    const aimed = (most: number): number | null => (bad === 'well' ? null : most);
    figures.push(
      figure({
        id: `${name}: the others' p50`,
        value: median(p50),
        unit: '× without it',
        target: aimed(1.2),
        direction: 'max',
      }),
      figure({
        id: `${name}: the others' p99`,
        value: median(p99),
        unit: '× without it',
        target: aimed(1.5),
        direction: 'max',
      }),
      figure({
        id: `${name}: the others' p99 without it`,
        value: median(plain),
        unit: 'ms',
        target: null,
        direction: 'max',
      }),
      figure({
        id: `${name}: calls of the others that failed`,
        value: lost,
        unit: 'calls',
        target: 0,
        direction: 'max',
      }),
      figure({
        id: `${name}: most of its calls at once, those that wait among them`,
        value: Math.max(...held),
        unit: 'calls',
        target: SHARE,
        direction: 'max',
      }),
      figure({
        id: `${name}: one of its calls is told so after, in the middle`,
        value: median(holds),
        unit: 'ms',
        target: null,
        direction: 'max',
      }),
    );
  }
  return figures;
};
