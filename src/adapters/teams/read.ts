/** Careful reading of what Teams sends: vendor types are not always what arrives. */

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object at this key; an empty one where there is none. */
export const fieldsAt = (from: Fields, key: string): Fields => {
  const value = from[key];
  return isFields(value) ? value : {};
};

/** The objects of the list at this key, the first `most` of them. */
export const listAt = (from: Fields, key: string, most: number): readonly Fields[] => {
  const list = from[key];
  return Array.isArray(list) ? list.slice(0, most).filter(isFields) : [];
};

export const stringAt = (from: Fields, key: string): string | null => {
  const value = from[key];
  return typeof value === 'string' ? value : null;
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

/** An object in JSON; null for everything else. */
export const fieldsIn = (json: string): Fields | null => {
  try {
    const value: unknown = JSON.parse(json);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
};
