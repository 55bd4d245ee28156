import { hash } from 'node:crypto';
import { asTimeZone } from '../../core/time-zones.ts';
import type { Press, Question } from '../../core/types.ts';
import { type Fields, fieldsAt, isFields, stringAt, wireIdAt } from './read.ts';
import { mentionsOf, toPlainWords } from './text.ts';
import { whereaboutsOf } from './whereabouts.ts';

/** Whatever a card's button carries; Teams allows a card of 28 KB. Characters. */
const LONGEST_VALUE = 16_000;
const LONGEST_ACTION = 200;

/** Something for the core, a code for why it is turned away, or null: it is nothing that anybody asked of the bot. */
export type Parsed = { readonly inbound: Question | Press } | { readonly rejected: string } | null;

export interface ParseOptions {
  /** That the gate has proved. */
  readonly tenant: string;
  /** ms since the epoch; stands in for a time that cannot be read. */
  readonly now: number;
}

/**
 * A message: a question, or the press of a card's button, which Teams sends as a message without words. In chats with more
 * than one person only what mentions the bot is for it. Every delivery of one message gives the same id.
 */
export const parseMessage = (activity: Fields, o: ParseOptions): Parsed => {
  const where = whereaboutsOf(activity, o.tenant);
  if ('rejected' in where) return where;
  const id = wireIdAt(activity, 'id');
  if (id === null) return { rejected: 'message-unreadable' };
  if (isFields(activity['value'])) {
    const press = pressOf(activity, activity['value']['sotto'], o);
    return press === null ? { rejected: 'press-unknown' } : { inbound: press };
  }
  const text = stringAt(activity, 'text');
  const recipient = fieldsAt(activity, 'recipient');
  const bot = stringAt(recipient, 'id') ?? '';
  const mentions = mentionsOf(activity);
  // Sent to the bot alone, as by a slash command: nobody else there sees it, and nobody is mentioned in it.
  const unseen = where.place.kind !== 'direct' && recipient['isTargeted'] === true;
  const isForUs = where.place.kind === 'direct' || unseen || mentions.some((mention) => mention.id === bot);
  if (text === null || !isForUs) return null;
  return {
    inbound: {
      kind: 'question',
      id: idOf(where.place.channel, id, o),
      ...where,
      at: timeOf(activity, o),
      text: toPlainWords({ text, mentions, bot }),
      timeZone: asTimeZone(activity['localTimezone']),
      ...(unseen ? { aside: 'command' } : {}),
    },
  };
};

/** The press of a button that opens a dialog; null where it is none of ours. */
export const parseFetch = (activity: Fields, o: ParseOptions): Press | null => {
  const { sotto } = fieldsAt(fieldsAt(activity, 'value'), 'data');
  const press = pressOf(activity, sotto, o);
  if (press === null) return null;
  const { account, action, value, message } = press;
  return { ...press, copies: idBy(press, [account.user, action, value, message?.id ?? '']) };
};

/**
 * An id made of what was done and not of the activity: what has no answer in time, Teams sends again under its id and then as a
 * new activity (Teams facts, section 9). `parts` tell it from everything else that is done in that chat.
 */
export const idBy = ({ account, place }: Pick<Arrived, 'account' | 'place'>, parts: readonly unknown[]): string =>
  `teams:${account.tenant}:${place.channel}:${hash('sha256', JSON.stringify(parts), 'base64url')}`;

/** Who did something in a chat, where and when, and by which id every delivery of it is known; null where that cannot be read. */
export type Arrived = Pick<Press, 'id' | 'account' | 'place' | 'conversation' | 'at'>;

export const arrivedOf = (activity: Fields, o: ParseOptions): Arrived | null => {
  const where = whereaboutsOf(activity, o.tenant);
  const id = wireIdAt(activity, 'id');
  if ('rejected' in where || id === null) return null;
  return { id: idOf(where.place.channel, id, o), ...where, at: timeOf(activity, o) };
};

const pressOf = (activity: Fields, sotto: unknown, o: ParseOptions): Press | null => {
  const arrived = arrivedOf(activity, o);
  if (arrived === null || !isFields(sotto)) return null;
  const action = stringAt(sotto, 'action');
  const value = stringAt(sotto, 'value');
  if (action === null || action.length > LONGEST_ACTION || value === null || value.length > LONGEST_VALUE) return null;
  const { channel } = arrived.place;
  const message = wireIdAt(activity, 'replyToId');
  return {
    kind: 'press',
    ...arrived,
    action,
    value,
    respondTo: null,
    message: message === null ? null : { platform: 'teams', tenant: o.tenant, channel, id: message },
  };
};

const idOf = (channel: string, id: string, { tenant }: ParseOptions): string => `teams:${tenant}:${channel}:${id}`;

export const timeOf = (activity: Fields, { now }: ParseOptions): number => {
  const at = Date.parse(stringAt(activity, 'timestamp') ?? '');
  return Number.isNaN(at) ? now : at;
};
