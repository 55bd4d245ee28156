/** Judges every request that the rules of some actions can tell apart. How many they are is said first, and too many are refused. */
import { SottoError } from '../../core/errors.ts';
import type { PolicyRequest } from '../../core/types.ts';
import type { LoadedPack } from '../loaded-pack.ts';
import { knownOf } from '../schema.ts';
import type { Rule } from '../slices.ts';
import { type Cells, cellsOf } from './cells.ts';
import type { Outcome } from './messages.ts';
import { type Running, withJudges } from './running.ts';
import type { TimeSpan } from './time-cut.ts';

/** A pack's policy, read and checked. `rules`: of the pack alone, without restrictions. */
export type TrialPack = Pick<LoadedPack, 'catalogue' | 'schema' | 'actions' | 'rules'>;

/** At a quarter of a millisecond each this is under a minute. */
export const BUDGET = 200_000;

export interface JudgedAction extends Cells {
  readonly count: number;
  outcome(at: number): Outcome;
}

const declare = (cells: readonly Cells[], budget: number): number => {
  const endless = cells.find(({ count }) => count === null);
  if (endless !== undefined) {
    throw new SottoError(
      'usage',
      `Who reaches "${endless.action}" cannot be tried out: a rule reads something that has no end of different values (a sum of numbers, a time of day within a moment, more than 12 topics). Compare with constants instead.`,
    );
  }
  const total = cells.reduce((sum, { count }) => sum + (count ?? 0), 0);
  if (total > budget) {
    throw new SottoError(
      'usage',
      `This would take ${total} requests, and at most ${budget} are tried out. Ask about fewer topics, or let the rules name fewer groups.`,
    );
  }
  return total;
};

/** Refuses with `usage` above the budget, before anything is judged. */
export const enumerate = async (
  o: Running & {
    readonly pack: TrialPack;
    readonly rules: readonly Rule[];
    readonly actions: readonly string[];
    readonly span: TimeSpan;
    readonly budget?: number | undefined;
  },
): Promise<readonly JudgedAction[]> => {
  const { pack, rules, span } = o;
  const known = knownOf(pack.catalogue);
  const all = o.actions.map((action) => cellsOf({ action, topic: pack.actions.get(action) ?? '', rules, known, span }));
  const total = declare(all, o.budget ?? BUDGET);
  o.progress({ done: 0, total });
  if (total === 0) return [];
  const data = { schema: pack.schema, actions: [...pack.actions], known, sides: [{ rules }] };
  const answer = await withJudges({ ...o, data }, (call) => call({ kind: 'cells', actions: o.actions, span }));
  if (answer.kind !== 'cells') throw new SottoError('policy-invalid', 'What judges by the rules answered nonsense.');
  const { outcomes, actions } = answer.judged;
  const found = new Map(actions.map(({ action, cells }) => [action, cells]));
  return all.map((it) => ({
    ...it,
    count: it.count ?? 0,
    outcome: (at) => {
      const outcome = outcomes[found.get(it.action)?.[at] ?? -1];
      if (outcome === undefined) throw new RangeError('There is no such cell.');
      return outcome;
    },
  }));
};

export interface Violations {
  /** Requests that were judged, and how many of them are permitted although they may not be. */
  readonly judged: number;
  readonly cells: number;
  /** The first of those. */
  readonly witness: PolicyRequest | null;
}

/** Whether an invariant holds ("no contractor reaches salary"): counts the permitted requests that it says cannot be. */
export const violationsOf = (
  actions: readonly JudgedAction[],
  forbidden: (request: PolicyRequest) => boolean,
): Violations => {
  let cells = 0;
  let witness: PolicyRequest | null = null;
  for (const { count, request, outcome } of actions) {
    for (let at = 0; at < count; at += 1) {
      if (outcome(at).effect !== 'permit' || !forbidden(request(at))) continue;
      cells += 1;
      witness ??= request(at);
    }
  }
  return { judged: actions.reduce((sum, { count }) => sum + count, 0), cells, witness };
};
