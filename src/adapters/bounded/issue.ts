/** What is wrong with a file that people write, in the words of somebody who must mend it. */

/** As the shape of a file tells it. */
interface Issue {
  readonly code?: string | undefined;
  readonly message: string;
  /** Of `unrecognized_keys`. */
  readonly keys?: readonly string[];
  readonly path: readonly PropertyKey[];
  /** Of `invalid_union`: what is wrong by each of its shapes, from there on. */
  readonly errors?: readonly (readonly Issue[])[];
}

/** A shape that was not meant: it is of another type, or has none of the keys that were written. */
const isOther = (issues: readonly Issue[]): boolean =>
  issues.some(({ code, path }) => path.length === 0 && (code === 'invalid_type' || code === 'unrecognized_keys'));

/** Of what may be written in several ways, what is wrong with the one that was meant; where that cannot be told, that it is none of them. */
export const issuesOfOne = (issue: Issue): readonly Issue[] => {
  const meant = issue.errors?.filter((errors) => !isOther(errors)) ?? [];
  const [only] = meant;
  if (issue.code !== 'invalid_union' || only === undefined || meant.length > 1) return [issue];
  return only.flatMap((inner) => issuesOfOne({ ...inner, path: [...issue.path, ...inner.path] }));
};

/** Completes "PLACE …". */
export const issueInWords = ({ code, message, keys }: Omit<Issue, 'path'>): string => {
  // The shape's own words for a key that is not there.
  if (code === 'invalid_type' && message.endsWith(', received undefined')) return 'is missing. Say it there.';
  return code === 'unrecognized_keys' && keys !== undefined
    ? `has the unknown key ${keys.map((key) => JSON.stringify(key.slice(0, 80))).join(', ')}, and nothing unknown is passed over in silence. Correct the spelling or remove it.`
    : `${message}. Mend it there.`;
};
