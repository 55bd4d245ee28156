/** Reads the columns of a row as what they are. A column of another type means a damaged file, which is never guessed at. */
import { SottoError } from '../../core/errors.ts';

export type Row = Readonly<Record<string, unknown>>;

const damaged = (column: string): SottoError =>
  new SottoError(
    'store-unavailable',
    `The store holds something unreadable in column "${column}", so nothing was decided on it. Restore a backup, or start with a new SOTTO_DATA folder.`,
  );

export const textOf = (row: Row, column: string): string => {
  const value = row[column];
  if (typeof value !== 'string') throw damaged(column);
  return value;
};

export const numberOf = (row: Row, column: string): number => {
  const value = row[column];
  if (typeof value !== 'number') throw damaged(column);
  return value;
};

export const textOrNull = (row: Row, column: string): string | null =>
  row[column] === null ? null : textOf(row, column);

export const numberOrNull = (row: Row, column: string): number | null =>
  row[column] === null ? null : numberOf(row, column);

/** One of the words that may stand there. */
export const oneOf = <const W extends string>(row: Row, column: string, words: readonly W[]): W => {
  const word = words.find((one) => one === row[column]);
  if (word === undefined) throw damaged(column);
  return word;
};

/** JSON that we wrote. */
export const jsonOf = (row: Row, column: string): unknown => {
  try {
    return JSON.parse(textOf(row, column));
  } catch {
    throw damaged(column);
  }
};
