/**
 * What Cedar's validator lets pass: a comparison of two kinds of thing that are never the same, such as a place with a person. It is
 * false for ever, so an `unless` that holds it takes nothing away and a forbid that holds it forbids nothing (found by slips of the pen).
 */
import type { PolicyJson, SchemaJson } from './engine.ts';

type Schema = SchemaJson<string>;

/** Names of entity types; null: it cannot be told here, and Cedar looks after it. */
type Types = ReadonlySet<string> | null;

interface Known {
  /** Of the attributes of `context` and of `principal`, by name. */
  readonly context: ReadonlyMap<string, string>;
  readonly principal: ReadonlyMap<string, string>;
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The attributes that hold an entity, or a set of entities, with its type. */
const entityAttributes = (attributes: unknown, entities: ReadonlySet<string>): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const [name, attribute] of Object.entries(isFields(attributes) ? attributes : {})) {
    const inner = isFields(attribute) && isFields(attribute['element']) ? attribute['element'] : attribute;
    const type = isFields(inner) ? inner['name'] : undefined;
    if (typeof type === 'string' && entities.has(type)) found.set(name, type);
  }
  return found;
};

const knownOf = (schema: Schema): Known => {
  const space: unknown = schema[''];
  const { entityTypes, actions } = isFields(space) ? space : {};
  const entities = new Set(Object.keys(isFields(entityTypes) ? entityTypes : {}));
  const contexts = Object.values(isFields(actions) ? actions : {}).flatMap((action) => {
    const appliesTo = isFields(action) ? action['appliesTo'] : undefined;
    const context = isFields(appliesTo) ? appliesTo['context'] : undefined;
    return isFields(context) ? [context['attributes']] : [];
  });
  const user = isFields(entityTypes) && isFields(entityTypes['User']) ? entityTypes['User']['shape'] : undefined;
  return {
    context: entityAttributes(contexts[0], entities),
    principal: entityAttributes(isFields(user) ? user['attributes'] : undefined, entities),
  };
};

const VARIABLES: Readonly<Record<string, string>> = { principal: 'User', resource: 'Person', action: 'Action' };

const joined = (all: readonly Types[]): Types => {
  const found = all.flatMap((types) => (types === null ? [null] : [...types]));
  return found.includes(null) ? null : new Set(found.flatMap((type) => type ?? []));
};

/** Of an expression, or of what is in a set. */
const typesOf = (expression: unknown, known: Known): Types => {
  if (!isFields(expression)) return null;
  const { Var: variable, Value: value, Set: set, '.': access, 'if-then-else': either } = expression;
  if (typeof variable === 'string') {
    const type = VARIABLES[variable];
    return type === undefined ? null : new Set([type]);
  }
  if (isFields(value) && isFields(value['__entity'])) return new Set([String(value['__entity']['type'])]);
  if (Array.isArray(set)) return joined(set.map((each) => typesOf(each, known)));
  if (isFields(either)) return joined([typesOf(either['then'], known), typesOf(either['else'], known)]);
  if (isFields(access) && isFields(access['left'])) {
    const of = access['left']['Var'];
    const attributes = of === 'context' ? known.context : of === 'principal' ? known.principal : null;
    const type = attributes?.get(String(access['attr']));
    return type === undefined ? null : new Set([type]);
  }
  return null;
};

/** People are in groups, intents in topics; else a thing is in itself alone. */
const mayBeIn = (inner: string, outer: string): boolean => inner === outer || (inner === 'User' && outer === 'Group');

const COMPARISONS: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left === right,
  in: mayBeIn,
  contains: (left, right) => left === right,
  containsAll: (left, right) => left === right,
  containsAny: (left, right) => left === right,
};

/** Deeper than any rule that is read (`splitRules`); what lies below would not be looked at. */
const MOST_DEPTH = 1_000;

const compared = (expression: unknown, known: Known, found: Set<string>, depth: number): void => {
  if (depth > MOST_DEPTH) throw new RangeError('a rule is deeper than one that was read can be');
  if (Array.isArray(expression)) for (const each of expression) compared(each, known, found, depth + 1);
  if (!isFields(expression)) return;
  for (const [operator, inner] of Object.entries(expression)) {
    const fits = COMPARISONS[operator];
    if (fits !== undefined && isFields(inner)) {
      const [left, right] = [typesOf(inner['left'], known), typesOf(inner['right'], known)];
      for (const one of left ?? [])
        for (const other of right ?? []) if (!fits(one, other)) found.add(`a ${one} with a ${other}`);
    }
    compared(inner, known, found, depth + 1);
  }
};

/** What a rule compares in vain, each once, as "a Place with a User". */
export const comparedInVain = (rule: PolicyJson, schema: Schema): readonly string[] => {
  const found = new Set<string>();
  compared(rule.conditions, knownOf(schema), found, 0);
  return [...found];
};
