/**
 * Places in a description that a call fills: `{subject}`, `{slot.month.from}`, `{words.details}`. What may stand where is said by
 * whoever reads the description; what is put there is encoded by position (`address.ts`, `body.ts`), and nothing that somebody wrote
 * stands anywhere but in the body of a write.
 */

export type Place =
  /** Whose data, and who asks, as the system calls them. */
  | { readonly of: 'subject' | 'asker' }
  /** What the directory says of who asks. */
  | { readonly of: 'country' | 'locale' }
  /** `part`: the first or last day of a period. */
  | { readonly of: 'slot'; readonly name: string; readonly part: 'from' | 'to' | null }
  /** What the person wrote into the form of a write, to be sent. */
  | { readonly of: 'words'; readonly name: string }
  /** The idempotency key of a write. */
  | { readonly of: 'key' }
  /** What was taken out of a write's response, for the operation that looks for it or takes it back. */
  | { readonly of: 'result'; readonly name: string };

/** `number`: the place stands alone and its value is written as a JSON number (`{subject:number}`). */
export interface Template {
  readonly parts: readonly (string | Place)[];
  readonly number: boolean;
}

const PLACE =
  /\{(subject|asker|asker\.country|asker\.locale|key|slot\.[a-z][a-z0-9-]{0,31}(?:\.(?:from|to))?|words\.[A-Za-z][A-Za-z0-9]{0,63}|result\.[A-Za-z][A-Za-z0-9]{0,63})(:number)?\}/g;

const placeOf = (text: string): Place => {
  const [first = '', name = '', part] = text.split('.');
  if (first === 'slot') return { of: 'slot', name, part: part === 'from' || part === 'to' ? part : null };
  if (first === 'words' || first === 'result') return { of: first, name };
  if (first === 'asker' && name !== '') return { of: name === 'country' ? 'country' : 'locale' };
  return { of: first === 'subject' ? 'subject' : first === 'key' ? 'key' : 'asker' };
};

/** Null where a brace stands alone, or holds what is no place. */
export const readTemplate = (text: string): Template | null => {
  const parts: (string | Place)[] = [];
  let end = 0;
  let number = false;
  for (const match of text.matchAll(PLACE)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push(placeOf(match[1] ?? ''));
    number ||= match[2] !== undefined;
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  if (parts.some((part) => typeof part === 'string' && /[{}]/.test(part))) return null;
  return number && parts.length !== 1 ? null : { parts, number };
};

/** The places of a template, in order. */
export const placesOf = ({ parts }: Template): readonly Place[] =>
  parts.filter((part): part is Place => typeof part !== 'string');

/** As it is written in a description. */
export const writtenPlace = (place: Place): string => {
  switch (place.of) {
    case 'slot':
      return `{slot.${place.name}${place.part === null ? '' : `.${place.part}`}}`;
    case 'words':
    case 'result':
      return `{${place.of}.${place.name}}`;
    case 'country':
    case 'locale':
      return `{asker.${place.of}}`;
    default:
      return `{${place.of}}`;
  }
};
