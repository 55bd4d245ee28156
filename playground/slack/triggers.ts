import type { Clock } from '../../src/core/ports.ts';
import { TRIGGER_MS } from './rules.ts';

/** Unused ones are forgotten after this many. */
const MOST_TRIGGERS = 1_000;

export type TriggerFault = 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id';

/** What a press or a command may open one view with, within three seconds. */
export interface Triggers {
  issue(o: { readonly user: string; readonly teamId: string; readonly view?: string }): string;
  /** Whom it belongs to, and the view in which it came to be. From then on it is used up. One of another workspace is none. */
  exchange(
    trigger: string,
    teamId: string,
  ): { readonly user: string; readonly view: string | null } | { readonly error: TriggerFault };
  /** The workspace that it was issued in; null: none of ours. */
  teamOf(trigger: string): string | null;
}

export const createTriggers = (o: { readonly clock: Pick<Clock, 'now'>; readonly makeId: () => string }): Triggers => {
  const issued = new Map<
    string,
    {
      readonly user: string;
      readonly teamId: string;
      readonly view: string | null;
      readonly until: number;
      used: boolean;
    }
  >();
  let last = 0;

  return {
    issue: ({ user, teamId, view = null }) => {
      last += 1;
      const trigger = `${o.clock.now()}.${last}.${o.makeId()}${o.makeId()}`.toLowerCase();
      issued.set(trigger, { user, teamId, view, until: o.clock.now() + TRIGGER_MS, used: false });
      const oldest = issued.keys().next();
      if (issued.size > MOST_TRIGGERS && oldest.done === false) issued.delete(oldest.value);
      return trigger;
    },
    exchange: (trigger, teamId) => {
      const known = issued.get(trigger);
      if (known?.teamId !== teamId) return { error: 'invalid_trigger_id' };
      if (known.used) return { error: 'exchanged_trigger_id' };
      if (o.clock.now() > known.until) return { error: 'expired_trigger_id' };
      known.used = true;
      return { user: known.user, view: known.view };
    },
    teamOf: (trigger) => issued.get(trigger)?.teamId ?? null,
  };
};
