/** Official shapes: JSON whose values only show a type. */
import { readFileSync } from 'node:fs';

export type Shape = Readonly<Record<string, unknown>>;

export const readJson = (path: string): Shape => {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isShape(value)) throw new Error(`${path} holds no JSON object.`);
  return value;
};

export const isShape = (value: unknown): value is Shape =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const stringsIn = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];

/** Two shapes of one thing as one. Where one of them is null, the other tells the type. */
export const mergeShapes = (one: unknown, other: unknown): unknown => {
  if (one === undefined || one === null) return other === undefined ? one : other;
  if (Array.isArray(one) && Array.isArray(other)) return [...one, ...other];
  if (!isShape(one) || !isShape(other)) return one;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...keys].map((key) => [key, mergeShapes(one[key], other[key])]));
};

/** Everywhere in a shape: what things of each `type` look like. For blocks, whose kinds the samples spread over many places. */
export const shapesByType = (...samples: readonly unknown[]): ReadonlyMap<string, Shape> => {
  const found = new Map<string, Shape>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isShape(value)) return;
    const { type } = value;
    if (typeof type === 'string' && type !== '') found.set(type, mergeShapes(found.get(type), value) as Shape);
    Object.values(value).forEach(walk);
  };
  samples.forEach(walk);
  return found;
};

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);

/**
 * Where something differs from its official shape: a field that the shape lacks, another type. What the shape leaves empty
 * (`{}`, `[]`) may be anything. `blocks` are cut from some samples, so they are held against the kinds of block instead.
 */
export const differences = (
  actual: unknown,
  shape: unknown,
  o: { readonly byType: ReadonlyMap<string, Shape>; readonly mayBeNull: ReadonlySet<string> },
  path = '',
): readonly string[] => {
  if (actual === null) return o.mayBeNull.has(path) || shape === null ? [] : [`${path} is null`];
  if (typeOf(actual) !== typeOf(shape)) return [`${path} is ${typeOf(actual)}, officially ${typeOf(shape)}`];
  if (Array.isArray(actual) && Array.isArray(shape)) {
    if (shape.length === 0) return [];
    const item: unknown = shape.reduce(mergeShapes, undefined);
    return actual.flatMap((value) => differences(value, item, o, `${path}[]`));
  }
  if (!isShape(actual) || !isShape(shape) || Object.keys(shape).length === 0) return [];
  return Object.entries(actual).flatMap(([key, value]) => {
    const at = `${path}.${key}`;
    if (key === 'blocks') return blockFaults(value, o.byType, at);
    // Keyed by the ids of blocks and fields, which are the app's own.
    if (key === 'values') return enteredFaults(value, o.byType, at);
    return Object.hasOwn(shape, key) ? differences(value, shape[key], o, at) : [`${at} is in no official shape`];
  });
};

/** By block, by field: what was entered, of the kind that its `type` names. */
const enteredFaults = (value: unknown, byType: ReadonlyMap<string, Shape>, path: string): readonly string[] =>
  (isShape(value) ? Object.values(value) : [])
    .flatMap((fields) => (isShape(fields) ? Object.values(fields) : []))
    .flatMap((entered) => blockFaults(entered, byType, `${path}.*.*`));

/** `inside`: what stands there officially, for the parts that name no type of their own (options). */
const blockFaults = (
  value: unknown,
  byType: ReadonlyMap<string, Shape>,
  path: string,
  inside?: unknown,
): readonly string[] => {
  if (Array.isArray(value)) {
    const item: unknown = Array.isArray(inside) ? inside.reduce(mergeShapes, undefined) : undefined;
    return value.flatMap((each) => blockFaults(each, byType, `${path}[]`, item));
  }
  if (!isShape(value)) return [];
  const { type } = value;
  const shape = typeof type === 'string' ? byType.get(type) : isShape(inside) ? inside : undefined;
  if (shape === undefined) return [`${path} is of a kind that no official sample has`];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = `${path}.${key}`;
    if (!Object.hasOwn(shape, key)) return [`${at} is in no official shape of ${String(type)}`];
    if (typeOf(inner) !== typeOf(shape[key])) return [`${at} is ${typeOf(inner)}, officially ${typeOf(shape[key])}`];
    return typeof inner === 'object' ? blockFaults(inner, byType, at, shape[key]) : [];
  });
};

/** Every path that holds null in a real payload. */
export const nullPaths = (value: unknown, path = ''): readonly string[] => {
  if (value === null) return [path];
  if (Array.isArray(value)) return value.flatMap((item) => nullPaths(item, `${path}[]`));
  return isShape(value) ? Object.entries(value).flatMap(([key, inner]) => nullPaths(inner, `${path}.${key}`)) : [];
};
