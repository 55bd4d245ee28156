/** Patterns of the names that a pack gives. All are anchored and linear; none lets a name carry markup or a prototype key. */

export const TOPIC_ID = /^[a-z][a-z0-9-]{0,31}$/;
export const INTENT_ID = /^[a-z][a-z0-9-]{0,31}\.[a-z][a-z0-9-]{0,47}$/;
export const DATA_CLASS = /^[a-z][a-z0-9-]{0,31}$/;
export const GROUP_ID = /^[a-z][a-z0-9-]{0,63}$/;
export const RULE_ID = /^[a-z][a-z0-9-]{0,63}$/;
export const FIELD_NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

/** What an intent may not be called, because every topic has it: the action that says "this looks like that topic". */
export const SUSPECTED = 'suspected';

/** What an action begins with that is the reading of a data class. */
export const DATA = 'data:';

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9]{0,63})\}/g;

/** The fields that a template names; null where a brace stands alone or holds something that is no field name. */
export const placeholdersOf = (template: string): ReadonlySet<string> | null => {
  const names = new Set(Array.from(template.matchAll(PLACEHOLDER), (match) => match[1] ?? ''));
  return /[{}]/.test(template.replace(PLACEHOLDER, '')) ? null : names;
};
