/** What each method takes, by Slack's method reference, as far as Sotto has a use for it; all else is refused, where Slack would pass over it. */
import type { Json } from './types.ts';

/** `flag`: true or false, `whole`: a number of 0 or more, `json`: fields or a list written as JSON. */
type Kind = 'text' | 'flag' | 'whole' | 'json';

const CONTENT = { text: 'text', blocks: 'json', metadata: 'json', parse: 'text', link_names: 'flag' } as const;

const ARGUMENTS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  'auth.revoke': { test: 'flag' },
  'auth.test': {},
  'oauth.v2.access': {
    client_id: 'text',
    client_secret: 'text',
    code: 'text',
    redirect_uri: 'text',
    grant_type: 'text',
    refresh_token: 'text',
  },
  'oauth.v2.exchange': { client_id: 'text', client_secret: 'text' },
  'chat.postMessage': {
    ...CONTENT,
    channel: 'text',
    thread_ts: 'text',
    reply_broadcast: 'flag',
    mrkdwn: 'flag',
    unfurl_links: 'flag',
    unfurl_media: 'flag',
  },
  'chat.postEphemeral': { ...CONTENT, channel: 'text', user: 'text', thread_ts: 'text' },
  'chat.update': { ...CONTENT, channel: 'text', ts: 'text', reply_broadcast: 'flag' },
  'chat.delete': { channel: 'text', ts: 'text' },
  'conversations.history': {
    channel: 'text',
    cursor: 'text',
    include_all_metadata: 'flag',
    inclusive: 'flag',
    latest: 'text',
    limit: 'whole',
    oldest: 'text',
  },
  'users.info': { user: 'text', include_locale: 'flag' },
  'users.lookupByEmail': { email: 'text' },
  'views.open': { trigger_id: 'text', view: 'text' },
  'views.push': { trigger_id: 'text', view: 'text' },
  'views.publish': { user_id: 'text', view: 'text', hash: 'text' },
  'views.update': { view_id: 'text', external_id: 'text', view: 'text', hash: 'text' },
};

/** Arguments by which a bot would write under another name; they need a scope that Sotto never asks for. */
const CUSTOM = ['username', 'icon_emoji', 'icon_url', 'as_user'];

/** Whether the call would be made in a customised name. */
export const isCustomised = (method: string, args: Json): boolean =>
  method.startsWith('chat.') && CUSTOM.some((key) => key in args);

/** What is wrong with the arguments; null: nothing. What is demanded is looked at elsewhere. */
export const argumentFault = (method: string, args: Json): string | null => {
  const known = ARGUMENTS[method];
  if (known === undefined) return null;
  for (const [key, value] of Object.entries(args)) {
    if (key === 'token') continue;
    // Which workspace is meant, for a token that is good in several; others pass over it.
    if (key === 'team_id' && typeof value === 'string') continue;
    const kind = Object.hasOwn(known, key) ? known[key] : undefined;
    if (kind === undefined) return `invalid additional property: ${key}`;
    if (!fits(kind, value)) return `must be a valid ${kind} [json-pointer:/${key}]`;
  }
  return null;
};

const fits = (kind: Kind, value: unknown): boolean => {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'flag':
      return typeof value === 'boolean' || (typeof value === 'string' && ['true', 'false', '1', '0'].includes(value));
    case 'whole':
      return /^[0-9]{1,9}$/.test(typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '');
    case 'json':
      // Text that is no JSON has a code of its own in each method.
      return typeof value === 'string' || (typeof value === 'object' && value !== null);
  }
};
