/** A header that lists its parts, as "t=1764270000,v1=…,v1=…": when it was sent, signatures by every secret that counts, and what is not ours to know. */

/** Of several secrets while one is rotated, and of ways of signing that we do not know. Whoever sends more is trying. */
const MOST_PARTS = 16;
const MOST_SIGNATURES = 8;
const LONGEST = 2_048;

/** Without blanks: of a header that came twice the second one begins with one. */
const PART = /^([A-Za-z][A-Za-z0-9_-]{0,31})=([A-Za-z0-9+/=._:-]{1,200})$/;

/**
 * What stands under the two keys, as it is written. Other keys are left alone, whatever they say. Null: it is no such list, it has no
 * signature or more than eight, or the time stands in it twice. `stamp` is null where no time was looked for.
 */
export const listed = (
  text: string,
  keys: { readonly separator: string; readonly timestamp: string | null; readonly signature: string },
): { readonly stamp: string | null; readonly signatures: readonly string[] } | null => {
  if (text.length > LONGEST) return null;
  const parts = text.split(keys.separator, MOST_PARTS + 1);
  if (parts.length > MOST_PARTS) return null;
  const stamps: string[] = [];
  const signatures: string[] = [];
  for (const part of parts) {
    const [, key, value] = PART.exec(part) ?? [];
    if (key === undefined || value === undefined) return null;
    if (key === keys.timestamp) stamps.push(value);
    else if (key === keys.signature) signatures.push(value);
  }
  if (signatures.length === 0 || signatures.length > MOST_SIGNATURES) return null;
  if (stamps.length !== (keys.timestamp === null ? 0 : 1)) return null;
  return { stamp: stamps[0] ?? null, signatures };
};
