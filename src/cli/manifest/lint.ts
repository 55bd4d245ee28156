/** What both lints share. A finding is a sentence that says what, why and how to mend it. */
import type { z } from 'zod';

/** Deeper than any manifest; past it a walk ends. */
const DEEPEST = 20;

interface Text {
  /** As in `bots[0].commandLists[1].scopes`. */
  readonly path: string;
  readonly text: string;
}

export const pathOf = (keys: readonly PropertyKey[]): string =>
  keys.map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at === 0 ? '' : '.'}${String(key)}`)).join('');

/** Every string of a JSON value, and where it stands. */
export const textsOf = (value: unknown, keys: readonly PropertyKey[] = []): readonly Text[] => {
  if (typeof value === 'string') return [{ path: pathOf(keys), text: value }];
  if (typeof value !== 'object' || value === null || keys.length > DEEPEST) return [];
  const parts: readonly (readonly [PropertyKey, unknown])[] = Array.isArray(value)
    ? value.map((part: unknown, at) => [at, part] as const)
    : Object.entries(value);
  return parts.flatMap(([key, part]) => textsOf(part, [...keys, key]));
};

/** Plain http anywhere, and what was left unfilled. Both platforms' schemas let both pass. */
export const lintTexts = (value: unknown): readonly string[] =>
  textsOf(value).flatMap(({ path, text }) => [
    ...(/^http:/i.test(text)
      ? [`${path} is "${text}", and plain http can be read and changed on the way. Make it https.`]
      : []),
    ...(/\{\{|\}\}/.test(text)
      ? [`${path} is "${text}", which nobody filled in. Make the manifest with "sotto manifest".`]
      : []),
  ]);

/** What differs from the shape, one sentence for each place. */
export const lintShape = (error: z.ZodError): readonly string[] =>
  error.issues.flatMap((issue) => {
    const path = pathOf(issue.path) || 'the manifest';
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map(
        (key) => `${path} has "${key}", a key that manifests do not have there. Mend its name or take it away.`,
      );
    }
    return [`${path} is not as it must be: ${issue.message}. Mend it there.`];
  });

/** A JSON file's value, or why it is none. */
export const readJson = (
  name: string,
  bytes: Uint8Array,
): { readonly value: unknown } | { readonly finding: string } => {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) };
  } catch {
    return { finding: `${name} is not JSON in UTF-8 without a byte order mark. Write it so.` };
  }
};
