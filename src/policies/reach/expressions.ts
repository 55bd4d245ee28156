/** Small pieces of Cedar's JSON form of a rule, read without trusting its shape. */

export type Node = Readonly<Record<string, unknown>>;

export const isNode = (it: unknown): it is Node => typeof it === 'object' && it !== null && !Array.isArray(it);
export const asNode = (it: unknown): Node => (isNode(it) ? it : {});
export const operands = (it: unknown): readonly [unknown, unknown] => [asNode(it)['left'], asNode(it)['right']];

/** `context.X` or `principal.X`: X. */
export const attributeOf = (expression: unknown): string | null => {
  const { left, attr } = asNode(asNode(expression)['.']);
  const of = asNode(left)['Var'];
  return typeof attr === 'string' && (of === 'context' || of === 'principal') ? attr : null;
};

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2}(?:\.\d{3})?)(?:Z|([+-]\d{2})(\d{2})))?$/;

/** A whole number, or a moment in ms; null: neither, or too large to be told exactly. */
export const numberOf = (expression: unknown): number | null => {
  const node = asNode(expression);
  if (typeof node['Value'] === 'number') return Number.isSafeInteger(node['Value']) ? node['Value'] : null;
  const negated = numberOfNegated(node['neg']);
  if (negated !== null) return negated;
  const text = Array.isArray(node['datetime']) ? asNode(node['datetime'][0])['Value'] : null;
  const parts = typeof text === 'string' ? MOMENT.exec(text) : null;
  if (parts === null) return null;
  const [, day, time = '00:00:00', hours, minutes] = parts;
  const at = Date.parse(`${day}T${time}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`);
  return Number.isNaN(at) ? null : at;
};

const numberOfNegated = (neg: unknown): number | null => {
  const { Value } = asNode(asNode(neg)['arg']);
  return typeof Value === 'number' && Number.isSafeInteger(Value) ? -Value : null;
};

/** The values at which an answer changes: below it is one thing, from it on another. */
export const CHANGES: Readonly<Record<string, (constant: number) => readonly number[]>> = {
  '==': (c) => [c, c + 1],
  '!=': (c) => [c, c + 1],
  '<': (c) => [c],
  '>=': (c) => [c],
  '<=': (c) => [c + 1],
  '>': (c) => [c + 1],
};
export const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
