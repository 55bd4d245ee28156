/** That this process began to answer, and that it ended, on record; by both an auditor sees when there was none, and what ran. */
import type { StartEntry, StopEntry } from '../core/audit.ts';
import type { Audit, Clock } from '../core/ports.ts';

export interface RunNotes {
  /** Refuses with `audit-unavailable`; then it does not start. */
  started(o: Omit<StartEntry, 'kind' | 'at' | 'version' | 'settings'>): Promise<void>;
  /** Once, and only of what was started. Never rejects: a log that is gone has said so before. */
  stopped(how: StopEntry['how']): Promise<void>;
}

export const createRunNotes = (o: {
  readonly audit: Pick<Audit, 'append'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly version: string;
  /** See `settingsHash`. */
  readonly settings: string;
}): RunNotes => {
  const { audit, clock, version, settings } = o;
  let runs = false;
  return {
    started: async (stands) => {
      await audit.append({ kind: 'start', at: clock.now(), version, settings, ...stands });
      runs = true;
    },
    stopped: async (how) => {
      if (!runs) return;
      runs = false;
      await audit.append({ kind: 'stop', at: clock.now(), version, settings, how }).catch(() => undefined);
    },
  };
};
