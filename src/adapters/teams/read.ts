/** What is read of what Teams sends. */
import { type Fields, isFields, stringAt } from '../bounded/fields.ts';

export { type Fields, fieldsAt, fieldsIn, isFields, stringAt } from '../bounded/fields.ts';

/** The objects of the list at this key, the first `most` of them. */
export const listAt = (from: Fields, key: string, most: number): readonly Fields[] => {
  const list = from[key];
  return Array.isArray(list) ? list.slice(0, most).filter(isFields) : [];
};

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isGuid = (value: string): boolean => GUID.test(value);

/** Ids of Entra (apps, tenants, people) in lower case, so that one id has one spelling. */
export const guidAt = (from: Fields, key: string): string | null => {
  const value = stringAt(from, key);
  return value !== null && GUID.test(value) ? value.toLowerCase() : null;
};

/** Ids of chats, messages and accounts on the wire: printable ASCII without blanks, such as `19:…@thread.tacv2`. */
const WIRE_ID = /^[\x21-\x7e]{1,512}$/;

export const wireIdAt = (from: Fields, key: string): string | null => {
  const value = stringAt(from, key);
  return value !== null && WIRE_ID.test(value) ? value : null;
};
