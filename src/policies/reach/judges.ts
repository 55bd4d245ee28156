/** Judges by one set of rules within the worker: Cedar behind its guard, each different request once. */
import { SottoError } from '../../core/errors.ts';
import type { PolicyRequest } from '../../core/types.ts';
import { decideBy, refusal } from '../decide.ts';
import { type Ask, createEngine, type EngineAnswer } from '../engine.ts';
import { checkRequest } from '../request.ts';
import { slicesOf } from '../slices.ts';
import type { JudgingData, Outcome, Side } from './messages.ts';

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** Enough for every cell within the budget and the two more that a refusal asks for. */
const MOST_REMEMBERED = 1_000_000;

export const createJudge = (
  data: Pick<JudgingData, 'schema' | 'actions' | 'known'>,
  { rules }: Side,
): ((request: PolicyRequest) => Outcome) => {
  const engine = createEngine({ schema: data.schema, log: SILENT });
  engine.load({ slices: slicesOf(rules, new Map(data.actions)), verify: () => {} });
  const notes = new Map(rules.map((rule) => [rule.id, rule.notes]));
  const answers = new Map<string, EngineAnswer>();
  const ask: Ask = (action, request) => {
    const [who] = request.entities;
    const key = JSON.stringify([action, request.context, who]);
    const known = answers.get(key) ?? engine.ask(action, request);
    // What it says of a dead engine would be counted as a refusal, and make a restriction look stricter than it is.
    if (known.kind === 'engine') throw new SottoError('policy-invalid', 'The policy engine died while it judged.');
    if (answers.size < MOST_REMEMBERED) answers.set(key, known);
    return known;
  };
  return (request) => {
    const checked = checkRequest(request, data.known);
    const decision = checked === null ? refusal('request') : decideBy({ ask, notes, request: checked });
    if (decision.effect === 'permit') return decision;
    const { effect, why, rules: reasons, helps } = decision;
    return { effect, why, rules: reasons, helps };
  };
};
