import { type Account, LINK_ACTION, type MessageRef, type Place, type Press, type Question } from '../../core/types.ts';
import { actionOf } from './card.ts';
import type { HomeMarks } from './home-mark.ts';
import { type Fields, fieldsAt, firstAt, idAt, msOf, stringAt, tsAt } from './read.ts';
import { toPlainWords } from './text.ts';

const SLACKBOT = 'USLACKBOT';

/** Slack's own limit on a button's value. Characters. */
const LONGEST_VALUE = 2_000;

/** What parsing needs to know beside the payload. */
export interface Whereabouts {
  /** The installation; see `installationOf`. */
  readonly tenant: string;
  readonly allowed: ReadonlySet<string>;
  /** The bot's own user ids, as far as they are known. */
  readonly bot: string | null;
}

/**
 * A question from an event, also where it is refused for a file; null for everything that is none: edits, deletions, bots, the bot itself, messages in
 * channels that do not mention it (Slack requirements 9 and 10). Both events that Slack sends for one message, and every
 * retry, give the same id.
 */
export const parseQuestion = (body: Fields, { tenant, allowed, bot: known }: Whereabouts): Question | null => {
  const event = fieldsAt(body, 'event');
  const authorized = firstAt(body, 'authorizations');
  const bot = known ?? (authorized?.['is_bot'] === true ? idAt(authorized, 'user_id') : null);
  const channel = idAt(event, 'channel');
  const user = idAt(event, 'user');
  const ts = tsAt(event, 'ts');
  if (channel === null || user === null || ts === null) return null;
  if (user === SLACKBOT || user === bot) return null;
  for (const mark of ['bot_id', 'edited', 'hidden']) {
    if (isSet(event[mark])) return null;
  }
  const file = hasFile(event);
  if (isSet(event['subtype']) && !file) return null;
  const direct = channel.startsWith('D');
  if (
    event['type'] === 'message' ? !direct || (event['channel_type'] ?? 'im') !== 'im' : event['type'] !== 'app_mention'
  )
    return null;

  const shared = body['is_ext_shared_channel'] === true;
  const homes = ['user_team', 'source_team', 'team'].map((key) => stringAt(event, key)).filter((home) => home !== null);
  const home = homes[0] ?? null;
  const external = home === null ? shared : !allowed.has(home) && home !== tenant;
  const few = event['channel_type'] === 'mpim' ? 'group' : 'channel';
  const kind = direct ? 'direct' : shared || external ? 'shared' : few;
  return {
    kind: 'question',
    id: `slack:${tenant}:${channel}:${ts}`,
    ...whoseIs({ tenant, user, external, place: { kind, channel, thread: tsAt(event, 'thread_ts') } }),
    at: msOf(ts),
    // The words beside a file may be about what stands in it.
    ...(file ? { text: '', file } : { text: toPlainWords(stringAt(event, 'text') ?? '', bot) }),
  };
};

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== false;

/** Slack marks a message with a file, and a mention of the bot in one lists the files alone. */
const hasFile = (event: Fields): boolean =>
  isSet(event['subtype'])
    ? event['subtype'] === 'file_share'
    : Array.isArray(event['files']) && event['files'].length > 0;

/** A press of a button in a message or on the bot's own page; null for everything else that people can do with blocks. */
export const parsePress = (
  body: Fields,
  o: Omit<Whereabouts, 'bot'> & {
    readonly mayRespondTo: (url: string) => boolean;
    readonly marks: Pick<HomeMarks, 'channelOf'>;
  },
): Press | null => {
  if (body['type'] !== 'block_actions') return null;
  const action = firstAt(body, 'actions');
  const presser = fieldsAt(body, 'user');
  const user = idAt(presser, 'id');
  const named = idAt(fieldsAt(body, 'channel'), 'id') ?? idAt(fieldsAt(body, 'container'), 'channel_id');
  const channel = named ?? (user === null ? null : homeChannel(body, { ...o, user }));
  if (action?.['type'] !== 'button' || user === null || channel === null) return null;
  const name = stringAt(action, 'action_id');
  const value = stringAt(action, 'value') ?? '';
  const ts = tsAt(action, 'action_ts');
  if (name === null || ts === null || value.length > LONGEST_VALUE) return null;
  // It has led to its page already.
  if (actionOf(name) === LINK_ACTION) return null;

  const external = externalOf(presser, o);
  const kind = channel.startsWith('D') || channel === user ? 'direct' : external ? 'shared' : 'channel';
  const respondTo = stringAt(body, 'response_url');
  return {
    kind: 'press',
    id: `slack:${o.tenant}:${user}:${ts}`,
    ...whoseIs({
      tenant: o.tenant,
      user,
      external,
      place: { kind, channel, thread: tsAt(fieldsAt(body, 'container'), 'thread_ts') },
    }),
    at: msOf(ts),
    action: actionOf(name),
    value,
    respondTo: respondTo !== null && o.mayRespondTo(respondTo) ? respondTo : null,
    message: named === null ? null : messageOf(body, { tenant: o.tenant, channel: named }),
  };
};

/** Whose home is another company. */
export const externalOf = (user: Fields, { tenant, allowed }: Pick<Whereabouts, 'tenant' | 'allowed'>): boolean => {
  const home = idAt(user, 'team_id');
  return home !== null && !allowed.has(home) && home !== tenant;
};

/**
 * A page of the bot's own stands in no chat. What is pressed there belongs to the person's private one, which the page says
 * where we could tell it; else to the person alone: Slack takes their id for that chat where something is posted.
 */
const homeChannel = (
  body: Fields,
  o: { readonly tenant: string; readonly user: string; readonly marks: Pick<HomeMarks, 'channelOf'> },
): string | null => {
  const view = fieldsAt(body, 'view');
  if (view['type'] !== 'home') return null;
  return o.marks.channelOf(stringAt(view, 'private_metadata'), o) ?? o.user;
};

/** What a press may open a view with, once and within three seconds; null where the payload carries none. Never logged or kept. */
export const triggerOf = (body: Fields): string | null => {
  const trigger = stringAt(body, 'trigger_id');
  return trigger !== null && /^[A-Za-z0-9.]{3,200}$/.test(trigger) ? trigger : null;
};

/** The message that carries the button. Slack signed the payload, so nobody can name another. */
const messageOf = (body: Fields, at: { readonly tenant: string; readonly channel: string }): MessageRef | null => {
  const id = tsAt(fieldsAt(body, 'container'), 'message_ts') ?? tsAt(fieldsAt(body, 'message'), 'ts');
  return id === null ? null : { platform: 'slack', ...at, id };
};

/** A private chat is one talk; in a channel each person has a talk of their own. */
export const whoseIs = (o: {
  readonly tenant: string;
  readonly user: string;
  readonly external: boolean;
  readonly place: Place;
}): { readonly account: Account; readonly place: Place; readonly conversation: string } => {
  const { tenant, user, external, place } = o;
  const conversation = `slack:${tenant}:${place.channel}`;
  return {
    account: { platform: 'slack', tenant, user, external },
    place,
    conversation: place.kind === 'direct' ? conversation : `${conversation}:${user}`,
  };
};
