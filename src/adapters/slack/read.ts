/** What is read of Slack's payloads. */
import { type Fields, isFields, stringAt } from '../bounded/fields.ts';

export { type Fields, fieldsAt, isFields, stringAt } from '../bounded/fields.ts';

/** The first object of the list at this key; null where there is none. */
export const firstAt = (from: Fields, key: string): Fields | null => {
  const list = from[key];
  const first: unknown = Array.isArray(list) ? list[0] : null;
  return isFields(first) ? first : null;
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
