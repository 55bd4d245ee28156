/** Whether what a description says of pages agrees with itself and with the rest of its operation. */
import type { OperationShape } from './operation.ts';
import type { PagesShape } from './paging.ts';

/** The number of records in a page; null: it is not said, or not so that it could be read. */
export const sizeOf = ({ size }: PagesShape, query: Readonly<Record<string, string>>): number | null => {
  if (size === undefined || typeof size === 'number') return size ?? null;
  const text = Object.hasOwn(query, size) ? (query[size] ?? '') : '';
  return /^[1-9][0-9]{0,2}$|^1000$/.test(text) ? Number(text) : null;
};

/** Where within the operation, and what completes "PLACE …". */
type Fault = readonly [path: readonly string[], what: string];

const ofKind = (pages: PagesShape): readonly Fault[] => {
  const kinds = [pages.cursor, pages.offset, pages.number].filter((kind) => kind !== undefined);
  if (kinds.length !== 1) return [[['pages'], 'needs one of cursor, offset and number, and not more than one']];
  if (pages.cursor === undefined)
    return [pages.next, pages.link].some((place) => place !== undefined)
      ? [[['pages'], 'has next or link, which belong to a cursor']]
      : [];
  if ((pages.next === undefined) === (pages.link === undefined))
    return [[['pages', 'cursor'], 'needs next or link: where the response says it. One of them']];
  return pages.first !== undefined || pages.size !== undefined
    ? [[['pages'], 'has first or size, which belong to an offset or a number']]
    : [];
};

const ofEnd = (op: OperationShape, pages: PagesShape): readonly Fault[] => {
  if (pages.cursor !== undefined)
    return op.total === undefined
      ? []
      : [[['total'], 'cannot stand beside a cursor, which says itself whether there is more']];
  if (typeof pages.size === 'string' && sizeOf(pages, op.query) === null)
    return [[['pages', 'size'], `is "${pages.size}", and query has no such parameter that is a number from 1 to 1000`]];
  return pages.size === undefined && op.total === undefined && op.more === undefined
    ? [[['pages'], 'needs size, total or more, or nobody knows when it is the last page']]
    : [];
};

export const faultsOfPaging = (op: OperationShape): readonly Fault[] => {
  const { pages, more, total } = op;
  const said = Object.entries({ pages, more, total }).filter(([, value]) => value !== undefined);
  if (op.records === undefined || op.write !== undefined)
    return said.map(([name]) => [[name], 'is for a list: say where it stands (records)']);
  if (pages === undefined) return [];
  const parameter = pages.cursor ?? pages.offset ?? pages.number ?? '';
  return [
    ...ofKind(pages),
    ...ofEnd(op, pages),
    ...(Object.hasOwn(op.query, parameter)
      ? [[['pages'], `asks with "${parameter}", which stands in query as well. Take it out there`] as const]
      : []),
  ];
};
