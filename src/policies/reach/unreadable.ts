/**
 * Rules that let more pass where the state of a conversation cannot be read. It counts then as the worst that it may have held: very many
 * refusals, every topic asked about and refused. A forbid that waits for them forbids; a permit that waits for them would permit.
 */
import type { PolicyJson } from '../engine.ts';
import { asNode, attributeOf, isNode, MIRRORED, operands } from './expressions.ts';

/** Whether more of the state makes an expression true or false; `either`: one cannot tell. */
type Way = 'true' | 'false' | 'either';

const TURNED: Readonly<Record<Way, Way>> = { true: 'false', false: 'true', either: 'either' };

/** What the state is in a request. */
const STATE = new Set(['asked', 'refused', 'denials']);

const isState = (expression: unknown): boolean => STATE.has(attributeOf(expression) ?? '');

const readsState = (expression: unknown): boolean =>
  isState(expression) ||
  (Array.isArray(expression) ? expression : Object.values(asNode(expression))).some(
    (inner) => typeof inner === 'object' && inner !== null && readsState(inner),
  );

const SETS: Readonly<Record<string, readonly [Way, Way]>> = {
  contains: ['true', 'either'],
  containsAny: ['true', 'true'],
  containsAll: ['true', 'false'],
};
const NUMBERS: Readonly<Record<string, Way>> = { '>': 'true', '>=': 'true', '<': 'false', '<=': 'false' };

/** In which ways an expression depends on the state; none: it does not read it. */
const waysOf = (expression: unknown): readonly Way[] => {
  if (!readsState(expression)) return [];
  const [[operator, inner] = ['', null]] = Object.entries(asNode(expression));
  const [left, right] = operands(inner);
  const alone = isState(left) ? !readsState(right) : isState(right) && !readsState(left);
  if (operator === '!') return waysOf(asNode(inner)['arg']).map((way) => TURNED[way]);
  if (operator === '&&' || operator === '||') return [...waysOf(left), ...waysOf(right)];
  if (operator === 'if-then-else' && isNode(inner) && !readsState(inner['if']))
    return [...waysOf(inner['then']), ...waysOf(inner['else'])];
  if (operator === 'isEmpty' && isState(asNode(inner)['arg'])) return ['false'];
  const set = SETS[operator];
  if (set !== undefined && alone) return [isState(left) ? set[0] : set[1]];
  const number = NUMBERS[isState(left) ? operator : (MIRRORED[operator] ?? operator)];
  if (number !== undefined && alone) return [number];
  return ['either'];
};

/** Whether this rule may let somebody have an answer because the state could not be read, which they would not have otherwise. */
export const opensUnread = ({ effect, conditions }: PolicyJson): boolean => {
  const safe: Way = effect === 'permit' ? 'false' : 'true';
  return conditions.some(({ kind, body }) =>
    waysOf(body).some((way) => (kind === 'unless' ? TURNED[way] : way) !== safe),
  );
};
