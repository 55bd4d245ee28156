/** What is wrong with a file that people write, in the words of somebody who must mend it. */
import type { z } from 'zod';

/** Completes "PLACE …". */
export const issueInWords = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys'
    ? `has the unknown key ${issue.keys.map((key) => JSON.stringify(key.slice(0, 80))).join(', ')}, and nothing unknown is passed over in silence. Correct the spelling or remove it.`
    : `${issue.message}. Mend it there.`;
