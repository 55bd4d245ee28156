import { shortHash, wholeHash } from './canonical.ts';
import type { Pack } from './contents.ts';
import { type Crowded, crowdedOf } from './crowded.ts';
import { cedarVersion, type RuleSet, type SchemaJson } from './engine.ts';
import { actionsOf, schemaOf } from './schema.ts';
import { covers, type Rule, slicesOf } from './slices.ts';

/** A pack as it was loaded and checked, without HR's restrictions: what decides, what is pinned, what a change is tried out on. */
export interface LoadedPack {
  readonly catalogue: Pack;
  readonly schema: SchemaJson<string>;
  /** Each action with its topic. */
  readonly actions: ReadonlyMap<string, string>;
  readonly rules: readonly Rule[];
  /** The pack's rules of each action. */
  readonly slices: ReadonlyMap<string, RuleSet>;
  readonly crowded: Crowded;
  /**
   * Names the whole policy that these restrictions make of the pack (R24, R30): Cedar's version, the pack, the schema, and the
   * canonical JSON form of every rule. 16 hex digits: it is compared and read out, and what it names is always looked at as well.
   */
  versionWith(restricting: readonly Rule[]): string;
}

const byId = (rules: readonly Rule[]) => Object.fromEntries(rules.map(({ id, json }) => [id, json]));

/** `rules`: of the pack alone, as the worker read them. */
export const loadedPack = (o: { readonly catalogue: Pack; readonly rules: readonly Rule[] }): LoadedPack => {
  const { catalogue, rules } = o;
  const schema = schemaOf(catalogue);
  const actions = actionsOf(catalogue);
  const pack = wholeHash({ cedar: cedarVersion(), pack: catalogue.hash, schema, rules: byId(rules) });
  return {
    catalogue,
    schema,
    actions,
    rules,
    slices: slicesOf(rules, actions),
    crowded: crowdedOf(rules, actions),
    versionWith: (restricting) => shortHash({ pack, restrictions: byId(restricting) }),
  };
};

/** Actions that a rule's action clause covers, in the order of the pack. */
export const coveredBy = (rule: Rule, actions: LoadedPack['actions']): readonly string[] =>
  [...actions].flatMap(([action, topic]) => (covers(rule.json, action, topic) ? [action] : []));
