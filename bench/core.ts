/**
 * The whole way of a question, in four parts: how often it waits for the store, what it costs beside the peers, how fast its
 * answer is visible, and what ten times as much of everything adds.
 */
import { cpuFigures } from './core/cpu.ts';
import { growthFigures } from './core/growth.ts';
import { tripFigures } from './core/trips.ts';
import { visibleFigures } from './core/visible.ts';
import type { Bench } from './figure.ts';

export const bench: Bench = async ({ seconds }) => [
  ...(await tripFigures()),
  ...(await cpuFigures(seconds)),
  ...(await visibleFigures(seconds)),
  ...(await growthFigures(seconds)),
];
