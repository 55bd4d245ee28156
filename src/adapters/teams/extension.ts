/**
 * "Ask Sotto privately": the message extension, from where somebody writes, from the command box, or on a message. Its question never enters
 * a chat. It can be used where the bot is not, so it stands in no place: the answer goes to the person's private chat.
 */
import { ASIDE_ACTION, type Press, type Submit } from '../../core/types.ts';
import { cut } from './lines.ts';
import { type Arrived, type ParseOptions, timeOf } from './parse.ts';
import { type Fields, fieldsAt, listAt, stringAt, wireIdAt } from './read.ts';
import { submitOf } from './submitted.ts';
import { htmlToWords } from './text.ts';
import { accountOf } from './whereabouts.ts';

/** The command; the manifest names the same. */
export const EXTENSION_COMMAND = 'askPrivately';

/** Asks for the form, and sends it. */
export const EXTENSION_FETCH = 'composeExtension/fetchTask';
export const EXTENSION_SUBMIT = 'composeExtension/submitAction';

/** What a form is filled with of a message. Characters; the form takes as many. */
const LONGEST_TAKEN = 2_000;

/**
 * Who used it. One talk for all that somebody asks so, wherever they are. A code for why they are turned away: a bot, somebody without an
 * account, or a command that is none of ours.
 */
const askerOf = (activity: Fields, o: ParseOptions): Arrived | { readonly rejected: string } => {
  const account = accountOf(activity, o.tenant);
  if ('rejected' in account) return account;
  const id = wireIdAt(activity, 'id');
  if (id === null || stringAt(fieldsAt(activity, 'value'), 'commandId') !== EXTENSION_COMMAND)
    return { rejected: 'extension-unknown' };
  const talk = `teams:${o.tenant}:${account.user}`;
  return {
    id: `${talk}:${id}`,
    account,
    // The form stands in no chat.
    place: { kind: 'direct', channel: account.user, thread: null },
    conversation: talk,
    at: timeOf(activity, o),
  };
};

/**
 * The press that opens the form. `value`: the words of the message that it was used on, where whoever uses it wrote them; other people's words
 * are not taken over, for they would lie in our store under the asker's name.
 */
export const parseExtension = (
  activity: Fields,
  o: ParseOptions,
): { readonly press: Press } | { readonly rejected: string } => {
  const asker = askerOf(activity, o);
  if ('rejected' in asker) return asker;
  const value = ownWords(fieldsAt(fieldsAt(activity, 'value'), 'messagePayload'), asker.account.user);
  return { press: { kind: 'press', ...asker, action: ASIDE_ACTION, value, respondTo: null, message: null } };
};

/** What was filled in and sent. */
export const parseExtensionSubmit = (
  activity: Fields,
  o: ParseOptions,
): { readonly submit: Submit } | { readonly rejected: string } => {
  const asker = askerOf(activity, o);
  if ('rejected' in asker) return asker;
  const submit = submitOf(activity, asker);
  return submit === null ? { rejected: 'form-unknown' } : { submit };
};

const ownWords = (message: Fields, user: string): string => {
  const from = fieldsAt(message, 'from');
  const writer = fieldsAt(from, 'user');
  const isOwn = stringAt(writer, 'id')?.toLowerCase() === user && (from['application'] ?? null) === null;
  const body = fieldsAt(message, 'body');
  const content = stringAt(body, 'content');
  if (!isOwn || content === null) return '';
  const words = body['contentType'] === 'html' ? htmlToWords(content, botsIn(message)) : content.trim();
  return cut(words, LONGEST_TAKEN).toWellFormed();
};

/** Whom a message may mention, and more. */
const MOST_MENTIONS = 100;

/** The numbers of the mentions that name an app and no person. */
const botsIn = (message: Fields): ReadonlySet<string> =>
  new Set(
    listAt(message, 'mentions', MOST_MENTIONS)
      .filter((mention) => stringAt(fieldsAt(fieldsAt(mention, 'mentioned'), 'application'), 'id') !== null)
      .map(({ id }) => String(id)),
  );
