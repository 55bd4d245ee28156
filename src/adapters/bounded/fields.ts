/** Careful reading of what came from outside: vendor types are not always what arrives. */
import { parsedJson } from './body.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object at this key; an empty one where there is none. */
export const fieldsAt = (from: Fields, key: string): Fields => {
  const value = from[key];
  return isFields(value) ? value : {};
};

export const stringAt = (from: Fields, key: string): string | null => {
  const value = from[key];
  return typeof value === 'string' ? value : null;
};

/** An object in JSON; null for everything else. */
export const fieldsIn = (json: string): Fields | null => {
  const value = parsedJson(json);
  return isFields(value) ? value : null;
};
