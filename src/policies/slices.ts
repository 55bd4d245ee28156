import type { Notes } from './annotations.ts';
import type { PolicyJson, RuleSet } from './engine.ts';

/** A rule that has been read and checked. `source` is what Cedar is given. */
export interface Rule {
  readonly id: string;
  readonly source: string | PolicyJson;
  /** The same rule for a set of one action: without action clause and annotations. Absent: `source` serves. */
  readonly bare?: string;
  readonly json: PolicyJson;
  readonly notes: Notes;
}

const idOf = (entity: PolicyJsonEntity): string => ('__entity' in entity ? entity.__entity.id : entity.id);
type PolicyJsonEntity = Extract<PolicyJson['action'], { entities: unknown }>['entities'][number];

/** Whether a rule's action clause names the action or its topic, or names none. What its conditions say does not matter here. */
export const covers = (rule: PolicyJson, action: string, topic: string): boolean => {
  const clause = rule.action;
  if (clause.op === 'All') return true;
  const entities = 'entities' in clause ? clause.entities : 'entity' in clause ? [clause.entity] : [];
  const named = entities.map(idOf);
  return named.includes(action) || (clause.op === 'in' && named.includes(topic));
};

/** One small set of rules for each action: Cedar copies a set on every call, so its time grows with the set (R12). */
export const slicesOf = (rules: readonly Rule[], actions: ReadonlyMap<string, string>): ReadonlyMap<string, RuleSet> =>
  new Map(
    [...actions].map(([action, topic]) => [
      action,
      Object.fromEntries(rules.filter((it) => covers(it.json, action, topic)).map((it) => [it.id, it.source])),
    ]),
  );
