/** Why something was decided as it was, as it stands on record. */
import type { Decision } from './types.ts';

/** Rule ids; where no rule refused, the code of why. */
export const reasonsOf = (decision: Decision): readonly string[] =>
  decision.effect === 'refuse' && decision.rules.length === 0 ? [decision.why] : decision.rules;
