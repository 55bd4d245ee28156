/** The operations of an OpenAPI document, and what each is asked with. */
import { at, entriesAt, isRow, listAt, type Row, resolved, textAt } from './document.ts';
import { bodyNames, type ResponseShape, shapeOf } from './shape.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const MOST_PATHS = 5_000;
const MOST_PARAMETERS = 100;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
}

export interface Found {
  readonly method: Uppercase<(typeof METHODS)[number]>;
  readonly path: string;
  /** Null: it has none. */
  readonly id: string | null;
  readonly summary: string | null;
  readonly parameters: readonly Parameter[];
  /** Names of the body's fields that it must have. */
  readonly body: readonly string[];
  /** Names of those that it may have. */
  readonly mayBody: readonly string[];
  readonly response: ResponseShape | null;
}

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json\b/i;

const schemaIn = (document: Row, holder: unknown): unknown => {
  const content = entriesAt(resolved(document, holder), 'content');
  return at(content.find(([type]) => JSON_TYPE.test(type))?.[1], 'schema');
};

const responseOf = (document: Row, operation: Row): ResponseShape | null => {
  const responses = at(operation, 'responses');
  const [first] = ['200', '201', '202', '2XX', 'default'].filter((status) => at(responses, status) !== undefined);
  return first === undefined ? null : shapeOf(document, schemaIn(document, at(responses, first)));
};

/** An operation's own outweighs that of its path, by name and place. */
const parametersOf = (document: Row, item: Row, operation: Row): readonly Parameter[] => {
  const all = new Map<string, Parameter>();
  for (const value of [...listAt(item, 'parameters'), ...listAt(operation, 'parameters')].slice(0, MOST_PARAMETERS)) {
    const parameter = resolved(document, value);
    const name = textAt(parameter, 'name');
    const where = textAt(parameter, 'in');
    if (name === null || (where !== 'path' && where !== 'query' && where !== 'header')) continue;
    all.set(`${where} ${name}`, { name, in: where, required: at(parameter, 'required') === true });
  }
  return [...all.values()];
};

const bodyOf = (document: Row, operation: Row): Pick<Found, 'body' | 'mayBody'> => {
  const { needed, may } = bodyNames(document, schemaIn(document, at(operation, 'requestBody')));
  return { body: needed, mayBody: may };
};

/** All of them, the document's order kept. Nothing is read of one until it is asked for: a document may hold thousands. */
export const operationsIn = (
  document: Row,
): readonly { readonly method: Found['method']; readonly path: string; readonly id: string | null; read(): Found }[] =>
  entriesAt(document, 'paths')
    .slice(0, MOST_PATHS)
    .flatMap(([path, value]) => {
      const item = resolved(document, value);
      if (item === null) return [];
      return METHODS.flatMap((name) => {
        const operation = at(item, name);
        if (!isRow(operation)) return [];
        const known = {
          method: name.toUpperCase() as Found['method'],
          path,
          id: textAt(operation, 'operationId'),
        };
        return [
          {
            ...known,
            read: (): Found => ({
              ...known,
              summary: textAt(operation, 'summary') ?? textAt(operation, 'description'),
              parameters: parametersOf(document, item, operation),
              ...bodyOf(document, operation),
              response: responseOf(document, operation),
            }),
          },
        ];
      });
    });
