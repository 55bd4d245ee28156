/** kill -9 at every named step of a question, on the embedded store: started again, it answers once, and what must leave leaves. */
import { everyStep, killedAtEveryStep } from './kill-steps.ts';

killedAtEveryStep({
  who: 'one process on the embedded store that is killed with -9',
  deaths: everyStep({ on: 'slack' }),
  workers: 1,
  lanes: 2,
  latestMs: 75_000,
});
