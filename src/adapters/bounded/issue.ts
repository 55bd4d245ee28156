/** What is wrong with a file that people write, in the words of somebody who must mend it. */

/** As the shape of a file tells it. */
interface Issue {
  readonly code?: string | undefined;
  readonly message: string;
  /** Of `unrecognized_keys`. */
  readonly keys?: readonly string[];
}

/** Completes "PLACE …". */
export const issueInWords = ({ code, message, keys }: Issue): string =>
  code === 'unrecognized_keys' && keys !== undefined
    ? `has the unknown key ${keys.map((key) => JSON.stringify(key.slice(0, 80))).join(', ')}, and nothing unknown is passed over in silence. Correct the spelling or remove it.`
    : `${message}. Mend it there.`;
