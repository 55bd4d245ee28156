/** Stands in the place of `src/core/recognise/colliding.ts` in a process that `learnt.js` was loaded into: what was tried out once is known. */
import { type Collision, collidingIntents as trying } from '../../src/core/recognise/colliding.ts';
import { sharedFindings } from './shared-model.ts';

export const collidingIntents: typeof trying = (o) => {
  const findings = sharedFindings<readonly Collision[]>(`colliding ${o.catalogue.hash} ${o.seed ?? 1}`);
  const found = findings.read() ?? trying(o);
  findings.write(found);
  return found;
};
