/**
 * Where an action has very many rules, most are for groups that whoever asks is not in, and Cedar copies all of them on every call
 * (R12). Such an action is also prepared for the commonest sorts of people, without the rules whose principal clause names a group
 * that they are not in: those can neither apply nor fail, so the answer is the same. Nor do its rules need their action clause there,
 * which is true of all of them.
 */
import type { CedarRequest, PolicyJson, RuleSet } from './engine.ts';
import { KINDS } from './schema.ts';
import { covers, type Rule } from './slices.ts';

/** With fewer rules a copy costs less than it would take to keep several. */
export const MANY_RULES = 32;

/** Prepared sets are never freed (R6), so an action has at most so many. */
const MOST_SORTS = 12;

export interface Crowded {
  /** Further sets of rules by action: each with a name of its own. */
  readonly sets: ReadonlyMap<string, ReadonlyMap<string, RuleSet>>;
  /** The name of the set that whoever asks is answered from; the action's own where they are of no common sort. */
  setFor(action: string, request: CedarRequest): string;
}

/** The one group that the principal clause names; null: it may be for anybody. */
const groupOf = ({ principal }: PolicyJson): string | null => {
  if (principal.op !== 'in' || !('entity' in principal)) return null;
  const entity = '__entity' in principal.entity ? principal.entity.__entity : principal.entity;
  return entity.type === 'Group' ? entity.id : null;
};

const nameOf = (action: string, groups: readonly string[]): string => `${action}|${groups.toSorted().join(',')}`;

/** Of the groups that rules name: none, a kind of people, or employees in one more. */
const sortsOf = (named: ReadonlySet<string>): readonly (readonly string[])[] => {
  const kinds = KINDS.filter((kind) => named.has(kind));
  const employee = kinds.filter((kind) => kind === 'employee');
  const others = [...named].filter((group) => KINDS.every((kind) => kind !== group)).sort();
  return [[], ...kinds.map((kind) => [kind]), ...others.map((group) => [...employee, group])].slice(0, MOST_SORTS);
};

export const crowdedOf = (rules: readonly Rule[], actions: ReadonlyMap<string, string>): Crowded => {
  const named = new Map<string, ReadonlySet<string>>();
  const sets = new Map<string, ReadonlyMap<string, RuleSet>>();
  for (const [action, topic] of actions) {
    const own = rules.filter((rule) => covers(rule.json, action, topic));
    if (own.length < MANY_RULES) continue;
    const groups = new Set(own.flatMap(({ json }) => groupOf(json) ?? []));
    const setOf = (sort: readonly string[]): RuleSet =>
      Object.fromEntries(
        own
          .filter(({ json }) => {
            const group = groupOf(json);
            return group === null || sort.includes(group);
          })
          .map(({ id, source, bare }) => [id, bare ?? source]),
      );
    named.set(action, groups);
    sets.set(action, new Map(sortsOf(groups).map((sort) => [nameOf(action, sort), setOf(sort)])));
  }
  return {
    sets,
    setFor: (action, { entities }) => {
      const groups = named.get(action);
      if (groups === undefined) return action;
      const mine = entities.flatMap(({ parents }) => parents.map((it) => ('__entity' in it ? it.__entity.id : it.id)));
      const name = nameOf(action, [...new Set(mine.filter((group) => groups.has(group)))]);
      return sets.get(action)?.has(name) === true ? name : action;
    },
  };
};
