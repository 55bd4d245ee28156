/**
 * What the rules of an action can tell apart, read from Cedar's JSON form of them. Whatever they do not mention cannot change an
 * answer, so nobody has to try it. What is not understood here counts as told apart in every way, never as not at all.
 */
import type { PolicyJson } from '../engine.ts';
import { asNode, attributeOf, CHANGES, isNode, MIRRORED, numberOf, operands } from './expressions.ts';

/** Of the request; numbers are compared with constants, sets asked whether they hold one. */
const NUMBERS = ['signInAgeMinutes', 'denials', 'hour', 'weekday', 'now'] as const;
const SETS = ['asked', 'refused'] as const;
const VALUES = ['country', 'kind', 'place', 'platform', 'relation'] as const;

export type NumberName = (typeof NUMBERS)[number];
export type SetName = (typeof SETS)[number];
export type ValueName = (typeof VALUES)[number];
type AttributeName = NumberName | SetName | ValueName;

const isNumber = (name: string): name is NumberName => NUMBERS.some((it) => it === name);
const isSet = (name: string): name is SetName => SETS.some((it) => it === name);
const isAttribute = (name: string): name is AttributeName =>
  isNumber(name) || isSet(name) || VALUES.some((it) => it === name);

export interface Mentions {
  /** Ids of entities that are named, by type. */
  readonly entities: ReadonlyMap<string, ReadonlySet<string>>;
  readonly texts: ReadonlySet<string>;
  /** How an attribute is read: `compared` with what is named, or `whole`, in a way that any two of its values may differ in. */
  readonly reads: ReadonlyMap<AttributeName, 'compared' | 'whole'>;
  /** Of a number: the smallest value of each stretch within which the rules cannot tell values apart. `now` in ms. */
  readonly bounds: ReadonlyMap<NumberName, ReadonlySet<number>>;
  /** Something is read that is not known here, or the person as a whole: then nothing may be left out. */
  readonly everything: boolean;
}

/** Collects what these rules mention. Only what stands in them: nothing is looked up. */
export const mentionsOf = (rules: readonly PolicyJson[]): Mentions => {
  const entities = new Map<string, Set<string>>();
  const texts = new Set<string>();
  const reads = new Map<AttributeName, 'compared' | 'whole'>();
  const bounds = new Map<NumberName, Set<number>>();
  let everything = false;

  const readAs = (name: string, how: 'compared' | 'whole'): void => {
    if (!isAttribute(name)) everything = true;
    else if (reads.get(name) !== 'whole') reads.set(name, how);
  };
  const entity = (it: unknown): void => {
    const inner = asNode(it);
    const { type, id } = isNode(inner['__entity']) ? inner['__entity'] : inner;
    if (typeof type !== 'string' || typeof id !== 'string') return;
    entities.set(type, (entities.get(type) ?? new Set()).add(id));
  };
  const literal = (value: unknown): void => {
    if (typeof value === 'string') texts.add(value);
    else if (Array.isArray(value)) for (const it of value) literal(it);
    else if (isNode(value)) {
      entity(value);
      for (const it of Object.values(value)) literal(it);
    }
  };
  /** True where it was a number beside a constant, and is dealt with. */
  const compared = (operator: string, left: unknown, right: unknown): boolean => {
    const own = attributeOf(left);
    const constant = numberOf(right);
    if (own !== null && isNumber(own) && constant !== null) {
      const known = bounds.get(own) ?? new Set();
      for (const at of CHANGES[operator]?.(constant) ?? []) known.add(at);
      bounds.set(own, known);
      readAs(own, 'compared');
      return true;
    }
    const mirrored = attributeOf(right);
    return (
      mirrored !== null && isNumber(mirrored) && own === null && compared(MIRRORED[operator] ?? operator, right, left)
    );
  };
  const isLiteral = (it: unknown): boolean =>
    isNode(it) && ('Value' in it || (Array.isArray(it['Set']) && it['Set'].every(isLiteral)));
  /** True where a set of the request is asked for what is named, and is dealt with. */
  const asksSet = (set: unknown, named: unknown): boolean => {
    const name = attributeOf(set);
    if (name === null || !isSet(name) || !isLiteral(named)) return false;
    readAs(name, 'compared');
    visit(named, false);
    return true;
  };
  /** `[1, 2].contains(context.hour)`. */
  const listsNumbers = (list: unknown, number: unknown): boolean => {
    const { Set: members } = asNode(list);
    return (
      Array.isArray(members) &&
      members.length > 0 &&
      members.every((it) => numberOf(it) !== null) &&
      members.every((it) => compared('==', number, it))
    );
  };
  /** Something that is not known: its parts may be read in any way. */
  const unknown = (it: unknown): void => {
    if (typeof it === 'string') {
      texts.add(it);
      if (isAttribute(it)) readAs(it, 'whole');
    } else if (Array.isArray(it)) for (const part of it) unknown(part);
    else if (isNode(it)) {
      entity(it);
      if (Object.keys(it).length === 1) visit(it, true);
      else for (const part of Object.values(it)) unknown(part);
    }
  };

  /** `opaque`: what the expression gives goes into something that is not known, or that looks into it. */
  type Visit = (inner: unknown, opaque: boolean) => void;

  const both: Visit = (inner) => {
    for (const operand of operands(inner)) visit(operand, false);
  };
  const argument: Visit = (inner) => visit(asNode(inner)['arg'], false);
  const comparison =
    (operator: string): Visit =>
    (inner) => {
      if (!compared(operator, ...operands(inner))) both(inner, false);
    };
  const attribute =
    (operator: '.' | 'has'): Visit =>
    (inner, opaque) => {
      const { left, attr } = asNode(inner);
      for (const name of (Array.isArray(attr) ? attr : [attr]).map(String)) {
        const whole = opaque || (operator === '.' && (isNumber(name) || isSet(name)));
        readAs(name, whole ? 'whole' : 'compared');
      }
      if (!('Var' in asNode(left))) visit(left, opaque);
    };
  const visits: Readonly<Record<string, Visit>> = {
    Value: (inner) => literal(inner),
    Var: (inner, opaque) => {
      if (inner === 'context' || (inner === 'principal' && opaque)) everything = true;
    },
    '.': attribute('.'),
    has: attribute('has'),
    '==': comparison('=='),
    '!=': comparison('!='),
    '<': comparison('<'),
    '<=': comparison('<='),
    '>': comparison('>'),
    '>=': comparison('>='),
    contains: (inner, opaque) => {
      const [left, right] = operands(inner);
      if (!asksSet(left, right) && !listsNumbers(left, right)) both(inner, opaque);
    },
    containsAll: (inner, opaque) => {
      const [left, right] = operands(inner);
      if (!asksSet(left, right)) both(inner, opaque);
    },
    containsAny: (inner, opaque) => {
      const [left, right] = operands(inner);
      if (!asksSet(left, right) && !asksSet(right, left)) both(inner, opaque);
    },
    in: both,
    '&&': both,
    '||': both,
    '+': both,
    '-': both,
    '*': both,
    '!': argument,
    neg: argument,
    isEmpty: argument,
    is: (inner) => {
      const { left, in: within } = asNode(inner);
      visit(left, false);
      if (within !== undefined) visit(within, false);
    },
    like: (inner) => visit(asNode(inner)['left'], true),
    'if-then-else': (inner, opaque) => {
      const { if: condition, then, else: otherwise } = asNode(inner);
      visit(condition, false);
      visit(then, opaque);
      visit(otherwise, opaque);
    },
    Set: (inner, opaque) => {
      for (const member of Array.isArray(inner) ? inner : []) visit(member, opaque);
    },
    Record: (inner, opaque) => {
      for (const member of Object.values(asNode(inner))) visit(member, opaque);
    },
  };
  const visit: Visit = (expression, opaque) => {
    const [[operator, inner] = ['', null]] = Object.entries(asNode(expression));
    const known = Object.hasOwn(visits, operator) ? visits[operator] : undefined;
    if (known === undefined) unknown(inner);
    else known(inner, opaque);
  };

  for (const rule of rules) {
    const { principal } = rule;
    if ('entity' in principal) entity(principal.entity);
    if (principal.op === 'is' && principal.in !== undefined && 'entity' in principal.in) entity(principal.in.entity);
    if ('slot' in principal) everything = true;
    for (const condition of rule.conditions) visit(condition.body, false);
  }
  return { entities, texts, reads, bounds, everything };
};
