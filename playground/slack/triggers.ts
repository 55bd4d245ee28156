import type { Clock } from '../../src/core/ports.ts';
import { TRIGGER_MS } from './rules.ts';

/** Unused ones are forgotten after this many. */
const MOST_TRIGGERS = 1_000;

export type TriggerFault = 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id';

/** What a press or a command may open one view with, within three seconds. */
export interface Triggers {
  issue(user: string): string;
  /** Whom it belongs to. From then on it is used up. */
  exchange(trigger: string): { readonly user: string } | { readonly error: TriggerFault };
}

export const createTriggers = (o: { readonly clock: Pick<Clock, 'now'>; readonly makeId: () => string }): Triggers => {
  const issued = new Map<string, { readonly user: string; readonly until: number; used: boolean }>();
  let last = 0;

  return {
    issue: (user) => {
      last += 1;
      const trigger = `${o.clock.now()}.${last}.${o.makeId().toLowerCase()}`;
      issued.set(trigger, { user, until: o.clock.now() + TRIGGER_MS, used: false });
      const oldest = issued.keys().next();
      if (issued.size > MOST_TRIGGERS && oldest.done === false) issued.delete(oldest.value);
      return trigger;
    },
    exchange: (trigger) => {
      const known = issued.get(trigger);
      if (known === undefined) return { error: 'invalid_trigger_id' };
      if (known.used) return { error: 'exchanged_trigger_id' };
      if (o.clock.now() > known.until) return { error: 'expired_trigger_id' };
      known.used = true;
      return { user: known.user };
    },
  };
};
