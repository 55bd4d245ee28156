/** The app was taken away from a chat, or the bot out of it: what is held of that chat goes (Teams requirement 23). */

import type { Left } from '../../core/chore-types.ts';
import { SottoError } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import type { Occurrence } from './occurrences.ts';
import { type Fields, fieldsAt, guidAt, stringAt, wireIdAt } from './read.ts';
import type { AcceptInbound } from './receiver.ts';
import type { KeepReference } from './references.ts';
import { chatOf, isDirect } from './whereabouts.ts';

/** The order for it is durable once this resolves. Rejects where it could not be kept, so that Teams sends it again. */
export const createRemoved = (o: {
  readonly accept: AcceptInbound;
  readonly references: Pick<KeepReference, 'forget'>;
  readonly log: Log;
}): Occurrence => {
  return async ({ activity, tenant, arrivedAt }) => {
    const left = leftOf(activity, { tenant, at: arrivedAt });
    if (left === null) {
      o.log.warn('teams.removal-unreadable', { tenant });
      return;
    }
    o.references.forget({ tenant, channel: left.place.channel });
    if ((await o.accept(left)) === 'unavailable')
      throw new SottoError('store-unavailable', 'That the bot was taken out of a chat could not be kept.');
  };
};

/** Null: it does not say of which chat. Whoever took it away is nobody's asker, so an administrator without an account in the activity counts too. */
const leftOf = (activity: Fields, { tenant, at }: { readonly tenant: string; readonly at: number }): Left | null => {
  const chat = chatOf(activity);
  const id = wireIdAt(activity, 'id') ?? stringAt(activity, 'timestamp');
  if (chat === null || id === null) return null;
  const { channel } = chat;
  const direct = isDirect(activity);
  return {
    kind: 'left',
    // Two activities tell of one removal, each with an id of its own; the second finds nothing.
    id: `teams:${tenant}:${channel}:left:${id.slice(0, LONGEST_ID)}`,
    account: {
      platform: 'teams',
      tenant,
      user: guidAt(fieldsAt(activity, 'from'), 'aadObjectId') ?? '',
      external: false,
    },
    place: { kind: direct ? 'direct' : 'channel', channel, thread: null },
    conversation: `teams:${tenant}:${channel}`,
    at,
    group: direct ? null : teamOf(activity),
  };
};

const LONGEST_ID = 512;

/** The team that a channel belongs to, under which its channels are found again; null: it is no channel. */
export const teamOf = (activity: Fields): string | null => {
  const data = fieldsAt(activity, 'channelData');
  return wireIdAt(fieldsAt(data, 'team'), 'id') ?? wireIdAt(data, 'teamsTeamId');
};
