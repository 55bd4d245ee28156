/** What stands in an entry, of whatever version and from whomever: only what has the right type and a bounded length. */

export type Fields = Readonly<Record<string, unknown>>;

/** Ids, codes and names are shorter and have no control characters. */
const LONGEST = 120;
/** A person's groups beyond these are not counted. */
const MOST_OF_A_LIST = 500;

const cut = (text: string): string => {
  const plain = text.slice(0, LONGEST + 1).replace(/\p{Cc}|\p{Cs}/gu, '\ufffd');
  return plain.length <= LONGEST ? plain : `${plain.slice(0, LONGEST - 1)}…`;
};

/** Empty: there is none. */
export const textOf = (entry: Fields, name: string): string => {
  const value = entry[name];
  return typeof value === 'string' ? cut(value) : '';
};

/** Whole, at most 4,096 characters: what must not be cut. Null: there is none. */
export const wholeOf = (entry: Fields, name: string): string | null => {
  const value = entry[name];
  return typeof value === 'string' && value !== '' && value.length <= 4_096 ? value : null;
};

export const numberOf = (entry: Fields, name: string): number | null => {
  const value = entry[name];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
};

/** Null: it is no list. */
export const listOf = (entry: Fields, name: string): readonly string[] | null => {
  const value = entry[name];
  if (!Array.isArray(value)) return null;
  return value
    .slice(0, MOST_OF_A_LIST)
    .filter((one): one is string => typeof one === 'string' && one !== '')
    .map(cut);
};
