/** Somebody changed or deleted what they had written: what was asked by it ends (Teams requirement 22). It is never asked again by that. */

import type { Withdrawn } from '../../core/chore-types.ts';
import { SottoError } from '../../core/errors.ts';
import type { Occurrence } from './occurrences.ts';
import { arrivedOf } from './parse.ts';
import { type Fields, fieldsAt, wireIdAt } from './read.ts';
import type { AcceptInbound } from './receiver.ts';

/** What people do; Teams sends the same activities where a message is changed by something else. */
const EVENTS: Readonly<Record<string, Withdrawn['how']>> = {
  editMessage: 'edited',
  softDeleteMessage: 'deleted',
};

/** The order for it is durable once this resolves. Rejects where it could not be kept, so that Teams sends it again. */
export const createWithdrawal =
  (o: { readonly accept: AcceptInbound }): Occurrence =>
  async ({ activity, tenant, arrivedAt }) => {
    const withdrawn = withdrawnBy(activity, { tenant, now: arrivedAt });
    if (withdrawn === null) return;
    if ((await o.accept(withdrawn)) === 'unavailable')
      throw new SottoError('store-unavailable', 'That a question was changed or deleted could not be kept.');
  };

const withdrawnBy = (activity: Fields, o: { readonly tenant: string; readonly now: number }): Withdrawn | null => {
  const how = EVENTS[String(fieldsAt(activity, 'channelData')['eventType'])];
  const arrived = arrivedOf(activity, o);
  const written = wireIdAt(activity, 'id') ?? '';
  if (how === undefined || arrived === null) return null;
  return {
    kind: 'withdrawn',
    ...arrived,
    // A message may be changed more than once, and then deleted; each is told once.
    id: `${arrived.id}:${how}:${arrived.at}`,
    question: arrived.id,
    talk: arrived.conversation,
    // It must not wait behind the question that it ends.
    conversation: `${arrived.conversation}:withdrawn`,
    // Messages are numbered by their time, ms since the epoch.
    asked: /^[0-9]{13}$/.test(written) ? Number(written) : null,
    how,
  };
};
