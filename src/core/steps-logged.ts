/** Where the log is at its most talkative: every step of a question, by its id, and how long it took. */
import type { Clock, Log } from './ports.ts';
import { type Reached, telling } from './reached.ts';
import type { World } from './world.ts';

/** The same world, whose steps are logged under this id; where nobody reads them it is the very same. */
export const stepsLogged = (world: World, id: string): World => {
  if (world.log.debug === undefined) return world;
  return telling(world, stepLog({ log: world.log, clock: world.clock, id }));
};

const stepLog = (o: { readonly log: Log; readonly clock: Clock; readonly id: string }): Reached => {
  const begun = new Map<string, number>();
  return (reached) => {
    const [when, step = ''] = reached.split(' ', 2);
    const now = o.clock.now();
    if (when === 'before') begun.set(step, now);
    else o.log.debug?.('step', { id: o.id, step, ms: now - (begun.get(step) ?? now) });
  };
};
