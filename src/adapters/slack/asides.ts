/**
 * Ways to ask that leave no question in a channel: the command and the shortcuts. Slack sends none of them a second time, and none
 * has an event's id: they are known by who, where and the trigger (Slack facts, section 3).
 */
import { createHash } from 'node:crypto';
import { ASIDE_ACTION, type Place, type Press, type Question } from '../../core/types.ts';
import { externalOf, type Whereabouts } from './parse.ts';
import { type Fields, fieldsAt, idAt, msOf, stringAt, tsAt } from './read.ts';
import { cut, toPlainWords } from './text.ts';

/** The slash command; the manifest names the same. */
export const COMMAND = '/sotto';

/** Of the shortcut on a message, and of the one that stands everywhere; the manifest names the same. */
export const MESSAGE_SHORTCUT = 'sotto.ask-privately';
export const GLOBAL_SHORTCUT = 'sotto.ask';

/** What a form is filled with of a message. Characters; the form takes as many. */
const LONGEST_TAKEN = 2_000;

type Asker = Pick<Question, 'account' | 'conversation'>;

/** One talk for all that somebody asks so, wherever they are. */
const askerOf = (o: { readonly tenant: string; readonly user: string; readonly external: boolean }): Asker => ({
  account: { platform: 'slack', tenant: o.tenant, user: o.user, external: o.external },
  conversation: `slack:${o.tenant}:${o.user}`,
});

/**
 * Others may be in any chat but the one with the bot, and Slack does not say which that is: so nowhere is private. Whether another company
 * is in a channel it does not say either.
 */
const placeOf = (body: Fields, channel: string): Place => {
  const name = stringAt(body, 'channel_name') ?? '';
  const few = channel.startsWith('D') || name === 'directmessage' || name.startsWith('mpdm-');
  return { kind: few ? 'group' : 'channel', channel, thread: null };
};

/** The question of a command; null for every other command, and for what Slack does not send. Without words it asks for help. */
export const parseCommand = (body: Fields, o: Whereabouts & { readonly now: number }): Question | null => {
  const user = idAt(body, 'user_id');
  const channel = idAt(body, 'channel_id');
  const trigger = stringAt(body, 'trigger_id');
  if (body['command'] !== COMMAND || user === null || channel === null || trigger === null) return null;
  // Of the trigger only a hash: it may open a view, and ids are logged.
  const once = createHash('sha256').update(trigger).digest('base64url').slice(0, 22);
  return {
    kind: 'question',
    id: `slack:${o.tenant}:${user}:${once}`,
    // Slack offers a command to the workspace's own people; whose account it is the directory says.
    ...askerOf({ tenant: o.tenant, user, external: false }),
    place: placeOf(body, channel),
    at: o.now,
    text: toPlainWords(stringAt(body, 'text') ?? '', o.bot),
    aside: 'command',
  };
};

/**
 * A shortcut of ours; null for every other. `value` is the message's words where whoever uses it wrote them: other people's words
 * are not taken over (Slack facts, section 5: an id in a payload proves who acts, and nothing else does).
 */
export const parseShortcut = (
  body: Fields,
  o: Whereabouts & { readonly mayRespondTo: (url: string) => boolean },
): Press | null => {
  const known =
    (body['type'] === 'message_action' && body['callback_id'] === MESSAGE_SHORTCUT) ||
    (body['type'] === 'shortcut' && body['callback_id'] === GLOBAL_SHORTCUT);
  const sender = fieldsAt(body, 'user');
  const user = idAt(sender, 'id');
  const ts = tsAt(body, 'action_ts');
  if (!known || user === null || ts === null) return null;
  const message = fieldsAt(body, 'message');
  const isOwn = idAt(message, 'user') === user && message['bot_id'] === undefined && message['app_id'] === undefined;
  const respondTo = stringAt(body, 'response_url');
  return {
    kind: 'press',
    id: `slack:${o.tenant}:${user}:${ts}`,
    ...askerOf({ tenant: o.tenant, user, external: externalOf(sender, o) }),
    // The form stands in no chat.
    place: { kind: 'direct', channel: user, thread: null },
    at: msOf(ts),
    action: ASIDE_ACTION,
    value: isOwn ? cut(toPlainWords(stringAt(message, 'text') ?? '', o.bot), LONGEST_TAKEN) : '',
    respondTo: respondTo !== null && o.mayRespondTo(respondTo) ? respondTo : null,
    message: null,
  };
};
