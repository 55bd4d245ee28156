import { codeOf } from '../../core/errors.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Opened } from '../../core/types.ts';
import type { Locales } from './locale.ts';
import type { Occurrence } from './occurrences.ts';
import { arrivedOf } from './parse.ts';

/**
 * The app was added. In somebody's private chat they are greeted; Teams is not kept waiting for that, and where it fails they are told
 * with their first question. In a chat of several nothing is said that nobody asked for.
 */
export const createAdded =
  (o: {
    readonly added: (opened: Opened) => Promise<void>;
    readonly heard: Locales['note'];
    readonly clock: Clock;
    readonly log: Log;
  }): Occurrence =>
  async ({ activity, tenant }) => {
    const arrived = arrivedOf(activity, { tenant, now: o.clock.now() });
    if (arrived === null || arrived.place.kind !== 'direct') return;
    o.heard(arrived.account, activity);
    void o
      .added({ kind: 'opened', ...arrived })
      .catch((error: unknown) => o.log.warn('teams.not-greeted', { tenant, code: codeOf(error) }));
  };
