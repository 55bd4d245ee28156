/** Careful reading of payloads: vendor types are not always what arrives. */

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object at this key; an empty one where there is none. */
export const fieldsAt = (from: Fields, key: string): Fields => {
  const value = from[key];
  return isFields(value) ? value : {};
};

/** The first object of the list at this key; null where there is none. */
export const firstAt = (from: Fields, key: string): Fields | null => {
  const list = from[key];
  const first: unknown = Array.isArray(list) ? list[0] : null;
  return isFields(first) ? first : null;
};

export const stringAt = (from: Fields, key: string): string | null => {
  const value = from[key];
  return typeof value === 'string' ? value : null;
};

/** Slack's ids: capital letters and digits. */
const ID = /^[A-Z0-9]{2,32}$/;

export const idAt = (from: Fields, key: string): string | null => {
  const value = stringAt(from, key);
  return value !== null && ID.test(value) ? value : null;
};

/** Seconds and microseconds, as in `1771442483.260129`; also the id of a message within its channel. */
const TS = /^[0-9]{1,12}\.[0-9]{1,9}$/;

export const tsAt = (from: Fields, key: string): string | null => {
  const value = stringAt(from, key);
  return value !== null && TS.test(value) ? value : null;
};

/** ms since the epoch. */
export const msOf = (ts: string): number => Math.round(Number(ts) * 1_000);
