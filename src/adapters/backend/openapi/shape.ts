/** From a response's schema to what could be taken of it. */
import { faultOfPath } from '../describing/taking.ts';
import { at, entriesAt, isRow, listAt, type Row, resolved, textAt } from './document.ts';

/** Steps into a record. */
const MOST_STEPS = 4;
/** Of one operation. */
const MOST_LEAVES = 50;
const MOST_CODES = 20;
/** Parts of schemas that are looked at for one operation: one that multiplies itself ends here. */
const MOST_LOOKS = 2_000;
/** Of one schema within another (allOf and its like). */
const MOST_PARTS = 8;

/** Something that could be a field. */
export interface Leaf {
  readonly steps: readonly string[];
  readonly type: 'text' | 'number' | 'date' | 'moment' | 'choice';
  readonly optional: boolean;
  /** Of a choice. */
  readonly codes: readonly string[];
}

export interface ResponseShape {
  /** As a description says it; null: not so. */
  readonly records: string | null;
  readonly one: string | null;
  readonly leaves: readonly Leaf[];
  /** More than are listed. */
  readonly more: boolean;
}

interface Looking {
  readonly document: Row;
  looks: number;
}

interface Property {
  readonly schema: Row;
  readonly optional: boolean;
}

const lookAt = (looking: Looking, value: unknown): Row | null => {
  looking.looks += 1;
  return looking.looks > MOST_LOOKS ? null : resolved(looking.document, value);
};

/** `$.name` where that can be written so. Null: it is no path that a description could hold. */
export const pathOf = (steps: readonly string[]): string | null => {
  const written = steps.map((step) =>
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(step) ? `.${step}` : `['${step.replace(/[\\']/g, (sign) => `\\${sign}`)}']`,
  );
  const path = `$${written.join('')}`;
  return /\p{C}/u.test(path) || faultOfPath(path) !== null ? null : path;
};

/** As `taken` has it: a plain name, or a path. */
export const takenFrom = (steps: readonly string[]): string | null => {
  const [first = ''] = steps;
  return steps.length === 1 && /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(first) ? first : pathOf(steps);
};

const kindOf = (schema: Row): string | null => {
  const type = at(schema, 'type');
  if (typeof type === 'string') return type;
  const [one, ...others] = listAt(schema, 'type').filter((each) => each !== 'null');
  if (typeof one === 'string' && others.length === 0) return one;
  if (at(schema, 'items') !== undefined) return 'array';
  if (['properties', 'allOf', 'oneOf', 'anyOf'].some((name) => at(schema, name) !== undefined)) return 'object';
  return listAt(schema, 'enum').length > 0 ? 'string' : null;
};

const mayBeNull = (schema: Row): boolean => at(schema, 'nullable') === true || listAt(schema, 'type').includes('null');

/** Of a body, what must stand in it, and what may stand there besides. Parts (allOf) are put together; alternatives are nobody's to choose here. */
export const bodyNames = (
  document: Row,
  schema: unknown,
): { readonly needed: readonly string[]; readonly may: readonly string[] } => {
  const looking: Looking = { document, looks: 0 };
  const needed = new Set<string>();
  const named = new Set<string>();
  const read = (value: unknown, depth: number): void => {
    const part = lookAt(looking, value);
    if (part === null) return;
    for (const name of listAt(part, 'required')) if (typeof name === 'string') needed.add(name);
    for (const [name] of entriesAt(part, 'properties')) named.add(name);
    if (depth < MOST_PARTS) for (const inner of listAt(part, 'allOf').slice(0, MOST_PARTS)) read(inner, depth + 1);
  };
  read(schema, 0);
  return {
    needed: [...needed].slice(0, MOST_LEAVES),
    may: [...named].filter((name) => !needed.has(name)).slice(0, MOST_LEAVES),
  };
};

/** All that a schema says of an object; of alternatives (oneOf, anyOf) each may be missing. */
const propertiesOf = (looking: Looking, schema: Row, depth = 0): ReadonlyMap<string, Property> => {
  const found = new Map<string, Property>();
  const required = listAt(schema, 'required');
  for (const [name, value] of entriesAt(schema, 'properties')) {
    const property = lookAt(looking, value);
    if (property !== null)
      found.set(name, { schema: property, optional: !required.includes(name) || mayBeNull(property) });
  }
  if (depth >= MOST_PARTS) return found;
  for (const part of ['allOf', 'oneOf', 'anyOf'] as const)
    for (const value of listAt(schema, part)) {
      const within = lookAt(looking, value);
      if (within === null) continue;
      for (const [name, property] of propertiesOf(looking, within, depth + 1))
        if (!found.has(name)) found.set(name, { ...property, optional: property.optional || part !== 'allOf' });
    }
  return found;
};

const codesOf = (schema: Row): readonly string[] | null => {
  const codes = listAt(schema, 'enum').filter((code) => code !== null);
  const usable = codes.filter((code) => typeof code === 'string' && /^[\x20-\x7e]{1,64}$/.test(code));
  return codes.length > 0 && codes.length <= MOST_CODES && usable.length === codes.length ? usable.map(String) : null;
};

const typeOf = (schema: Row): Pick<Leaf, 'type' | 'codes'> | null => {
  switch (kindOf(schema)) {
    case 'string': {
      const format = textAt(schema, 'format');
      if (format === 'date') return { type: 'date', codes: [] };
      if (format === 'date-time') return { type: 'moment', codes: [] };
      const codes = codesOf(schema);
      return codes === null ? { type: 'text', codes: [] } : { type: 'choice', codes };
    }
    case 'integer':
    case 'number':
      return { type: 'number', codes: [] };
    default:
      return null;
  }
};

/** `around`: the objects that it stands in, of which none holds itself again. */
const leavesOf = (
  looking: Looking,
  schema: Row,
  o: { readonly steps: readonly string[]; readonly optional: boolean; readonly around: readonly Row[] },
): readonly Leaf[] => {
  if (o.steps.length >= MOST_STEPS || o.around.includes(schema)) return [];
  return [...propertiesOf(looking, schema)].flatMap(([name, property]): readonly Leaf[] => {
    const steps = [...o.steps, name];
    if (pathOf(steps) === null) return [];
    const optional = o.optional || property.optional;
    const typed = typeOf(property.schema);
    if (typed !== null) return [{ steps, optional, ...typed }];
    return kindOf(property.schema) === 'object'
      ? leavesOf(looking, property.schema, { steps, optional, around: [...o.around, schema] })
      : [];
  });
};

const itemsOf = (looking: Looking, schema: Row): Row | null =>
  kindOf(schema) === 'array' ? lookAt(looking, at(schema, 'items')) : null;

/** Null: it says nothing of a JSON object or of a list of them. */
export const shapeOf = (document: Row, value: unknown): ResponseShape | null => {
  const looking: Looking = { document, looks: 0 };
  const schema = lookAt(looking, value);
  if (schema === null) return null;
  const shape = (row: Row, where: Pick<ResponseShape, 'records' | 'one'>): ResponseShape => {
    const leaves = leavesOf(looking, row, { steps: [], optional: false, around: [] });
    return { ...where, leaves: leaves.slice(0, MOST_LEAVES), more: leaves.length > MOST_LEAVES };
  };
  const items = itemsOf(looking, schema);
  if (items !== null) return kindOf(items) === 'object' ? shape(items, { records: '$', one: null }) : null;
  if (kindOf(schema) !== 'object') return null;
  const properties = [...propertiesOf(looking, schema)];
  const lists = properties.flatMap(([name, property]) => {
    const row = itemsOf(looking, property.schema);
    return row !== null && isRow(row) && kindOf(row) === 'object' ? [[name, row] as const] : [];
  });
  const [list] = lists;
  const rest = properties.filter(([, property]) => typeOf(property.schema) !== null);
  const listed = list === undefined ? null : takenFrom([list[0]]);
  // Beside a list there are counts and pages; a record that holds a list of its own has an id.
  if (
    list !== undefined &&
    lists.length === 1 &&
    listed !== null &&
    !rest.some(([name]) => /^_?(?:[a-z]*_?)?id$/i.test(name))
  )
    return shape(list[1], { records: listed, one: null });
  const [only, ...others] = properties.filter(([, property]) => kindOf(property.schema) === 'object');
  const wrapped = only === undefined ? null : takenFrom([only[0]]);
  if (only !== undefined && others.length === 0 && wrapped !== null && /^(?:data|result|d|value)$/.test(only[0]))
    return shape(only[1].schema, { records: null, one: wrapped });
  return shape(schema, { records: null, one: null });
};
