/** For processes that are started time and again: knows what the tests of faults ask, by a word of it, and is there at once. */
import type { Recogniser } from '../../src/core/ports.ts';
import type { Recognition } from '../../src/core/types.ts';

const recognition = (intent: string | null, topics: readonly string[]): Recognition => ({
  intent,
  best: intent,
  confidence: intent === null ? 0 : 1,
  topics,
  ranking: [],
  also: [],
});

export const quickRecogniser: Recogniser = {
  recognise: ({ text }) => {
    if (text.includes('leave')) return recognition('leave.balance', ['leave']);
    if (text.includes('earn')) return recognition('salary.compensation', ['salary']);
    if (text.includes('meals')) return recognition('expenses.limits', ['expenses']);
    return recognition(null, []);
  },
  knows: () => true,
};
