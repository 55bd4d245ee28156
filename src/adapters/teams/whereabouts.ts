import type { Account, Place, PlaceKind } from '../../core/types.ts';
import { type Fields, fieldsAt, guidAt, stringAt, wireIdAt } from './read.ts';

/** Who did something, where, and which talk it belongs to. */
export interface Whereabouts {
  readonly account: Account;
  readonly place: Place;
  readonly conversation: string;
}

/** In front of the id of the message that a channel's thread hangs on. */
const THREAD = ';messageid=';

/** Bots' accounts on the wire. */
const BOT = '28:';

/**
 * Read from an activity that the gate has verified, or a code for why nobody is answered there: a bot, or somebody without
 * an account of Entra (Teams requirement 20). An account of another company is `external`, and is told so by the core.
 */
export const whereaboutsOf = (activity: Fields, tenant: string): Whereabouts | { readonly rejected: string } => {
  const account = accountOf(activity, tenant);
  if ('rejected' in account) return account;
  const chat = chatOf(activity);
  if (chat === null) return { rejected: 'conversation-unreadable' };
  const { channel, thread } = chat;
  const kind = kindOf(activity, account.external);
  const conversation = `teams:${tenant}:${channel}`;
  return {
    account,
    place: { kind, channel, thread },
    // A private chat is one talk; in a shared place each person has a talk of their own.
    conversation: kind === 'direct' ? conversation : `${conversation}:${account.user}`,
  };
};

/** Who did something, wherever that was; refused as by `whereaboutsOf`. */
export const accountOf = (activity: Fields, tenant: string): Account | { readonly rejected: string } => {
  const from = fieldsAt(activity, 'from');
  const sender = wireIdAt(from, 'id');
  const role = stringAt(from, 'role');
  if (sender === null) return { rejected: 'sender-unreadable' };
  if (sender.startsWith(BOT) || role === 'bot' || role === 'skill') return { rejected: 'sender-bot' };
  const user = guidAt(from, 'aadObjectId');
  if (user === null) return { rejected: 'sender-anonymous' };
  const home = from['tenantId'];
  const external = home !== undefined && home !== null && guidAt(from, 'tenantId') !== tenant;
  return { platform: 'teams', tenant, user, external };
};

/** A chat's id, without the thread that Teams hangs on it. */
export const chatOf = (activity: Fields): Pick<Place, 'channel' | 'thread'> | null => {
  const [channel = '', thread = ''] = wireIdAt(fieldsAt(activity, 'conversation'), 'id')?.split(THREAD, 2) ?? [];
  return channel === '' ? null : { channel, thread: thread === '' ? null : thread };
};

/** Ends the ids of chats of two, which name both. */
const OF_TWO = '@unq.gbl.spaces';

/**
 * Whether it is one person's own chat with the bot. A chat of two people is `personal` on the wire as well: where an id names two, the bot must
 * be one of them.
 */
export const isDirect = (activity: Fields): boolean => {
  const { conversationType, isGroup, id } = fieldsAt(activity, 'conversation');
  if (conversationType !== 'personal' || isGroup === true) return false;
  if (typeof id !== 'string' || !id.toLowerCase().includes(OF_TWO)) return true;
  const bot = (stringAt(fieldsAt(activity, 'recipient'), 'id') ?? '').replace(BOT, '').toLowerCase();
  return bot !== '' && id.toLowerCase().includes(bot);
};

/** What the payload does not say clearly counts as shared with another company, where least is permitted. */
const kindOf = (activity: Fields, external: boolean): PlaceKind => {
  const { conversationType } = fieldsAt(activity, 'conversation');
  if (isDirect(activity)) return 'direct';
  if (external) return 'shared';
  if (conversationType === 'groupChat') return 'group';
  if (conversationType !== 'channel') return 'shared';
  const type = fieldsAt(fieldsAt(activity, 'channelData'), 'channel')['type'];
  return type === undefined || type === null || type === 'standard' || type === 'private' ? 'channel' : 'shared';
};
