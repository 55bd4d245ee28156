/** What a system's answer says before anything is taken out of it: by its status, and as JSON that is no deeper than any record. */
import type { CallFault } from '../../../core/ports.ts';
import { parsedJson } from '../../bounded/body.ts';
import type { DescribedBackend } from '../described.ts';
import type { Answered } from './types.ts';

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json$/;

/** Of a read: null where its answer is to be read. */
export const faultOfRead = (status: number): CallFault | null => {
  if (status === 200) return null;
  if (status === 404) return 'not-found';
  // 403 is about the person or the record, and no other token of ours would change it.
  return status === 401 || status === 403 ? 'refused' : 'unreachable';
};

/** Undefined where it is not JSON, was not read whole, or is nested deeper than the description allows. */
export const jsonOf = (came: Answered, { limits }: Pick<DescribedBackend, 'limits'>): unknown =>
  !JSON_TYPE.test(came.type) || came.text === null || isDeep(came.text, limits.depth)
    ? undefined
    : parsedJson(came.text);

/** Brackets inside strings count too: that errs on the safe side. */
export const isDeep = (text: string, most: number): boolean => {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > most) return true;
  }
  return false;
};
