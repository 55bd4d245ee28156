import { parsedJson } from '../../src/adapters/bounded/body.ts';
import { isFields } from '../../src/adapters/bounded/fields.ts';
import { checkBlocks } from './blocks.ts';
import { LONGEST } from './rules.ts';
import type { Bot, Token } from './tokens.ts';
import type { Json } from './types.ts';
import type { Message, Workspace } from './workspace.ts';

/** Who calls: the token was checked before, and its scope. */
export type Caller = Pick<Token, 'bot' | 'teamId' | 'enterpriseId' | 'scopes' | 'expiresAt'>;

/** What Slack's method answers. Arguments are strings, as on the wire. */
export type Method = (args: Json, caller: Caller) => Json;

/** A refusal in Slack's shape. */
export const refused = (error: string, why?: string): Json => ({
  ok: false,
  error,
  ...(why === undefined ? {} : { response_metadata: { messages: [`[ERROR] ${why}`] } }),
});

export const textOf = (args: Json, key: string): string => {
  const value = args[key];
  return typeof value === 'string' ? value : '';
};

/** The methods that this slice of Sotto uses, in Slack's shapes and with Slack's refusals. */
export const createMethods = (o: {
  readonly workspace: Workspace;
  readonly messagesTab: boolean;
  readonly now: () => number;
  readonly makeId: () => string;
  readonly refusesOwn: () => { readonly deleting: boolean; readonly updating: boolean };
}): Readonly<Record<string, Method>> => {
  const { workspace } = o;

  const profileOf = ({ id, appId, name }: Bot): Json => ({
    id,
    app_id: appId,
    name,
    deleted: false,
    updated: 1_700_000_000,
    team_id: workspace.teamId,
    icons: { image_36: '', image_48: '', image_72: '' },
  });

  const common = ({ user, bot, text, blocks, threadTs, editedAt }: Message): Json => ({
    type: 'message',
    text,
    team: workspace.teamId,
    ...(bot === null ? { user } : { user: bot.user, bot_id: bot.id, app_id: bot.appId, bot_profile: profileOf(bot) }),
    ...(blocks.length === 0 ? {} : { blocks }),
    ...(threadTs === null ? {} : { thread_ts: threadTs }),
    ...(editedAt === null ? {} : { edited: { user: bot?.user ?? user, ts: editedAt } }),
  });

  /** The content of a post or an update; a refusal where Slack would not take it. */
  const contentOf = (
    args: Json,
  ):
    | { readonly text: string; readonly blocks: readonly Json[]; readonly metadata: Json | null }
    | { readonly refusal: Json } => {
    const text = textOf(args, 'text');
    const checked = checkBlocks(args['blocks'], o.makeId);
    if (!checked.ok) return { refusal: refused(checked.error, checked.why) };
    if (text === '' && checked.blocks.length === 0) return { refusal: refused('no_text') };
    if (text.length > LONGEST.text) return { refusal: refused('msg_too_long') };
    const given = textOf(args, 'metadata');
    if (given === '') return { text, blocks: checked.blocks, metadata: null };
    if (given.length > LONGEST.metadata) return { refusal: refused('metadata_too_large') };
    const metadata = parsedJson(given);
    if (!isFields(metadata) || typeof metadata['event_type'] !== 'string' || !isFields(metadata['event_payload']))
      return { refusal: refused('invalid_metadata_format') };
    return { text, blocks: checked.blocks, metadata };
  };

  const own = (args: Json): Message | null => workspace.find(textOf(args, 'channel'), textOf(args, 'ts'));

  return {
    // Of an installation in a whole enterprise, the team is the enterprise.
    'auth.test': (_args, { bot, teamId, enterpriseId, expiresAt }) => ({
      ok: true,
      url: `https://${domainOf(workspace)}.${teamId === null ? 'enterprise.' : ''}slack.com/`,
      team: workspace.name,
      user: bot.name,
      team_id: teamId ?? enterpriseId,
      user_id: bot.user,
      bot_id: bot.id,
      ...(enterpriseId === null ? {} : { enterprise_id: enterpriseId }),
      is_enterprise_install: teamId === null,
      ...(expiresAt === null ? {} : { expires_in: Math.max(0, Math.floor((expiresAt - o.now()) / 1_000)) }),
    }),

    'chat.postMessage': (args, { bot }) => {
      const to = textOf(args, 'channel');
      const channel = /^[UW]/.test(to) ? workspace.direct(to) : workspace.channel(to);
      if (channel === null) return refused('channel_not_found');
      if (channel.archived) return refused('is_archived');
      if (!channel.botIsIn) return refused('not_in_channel');
      if (channel.kind === 'direct' && !o.messagesTab) return refused('messages_tab_disabled');
      const content = contentOf(args);
      if ('refusal' in content) return content.refusal;
      const threadTs = textOf(args, 'thread_ts') || null;
      const message = workspace.add({ channel, user: null, bot, ...content, threadTs, ephemeralFor: null });
      const { metadata } = message;
      return {
        ok: true,
        channel: channel.id,
        ts: message.ts,
        message: { ...common(message), ts: message.ts, ...(metadata === null ? {} : { metadata }) },
      };
    },

    'chat.postEphemeral': (args, { bot }) => {
      const channel = workspace.channel(textOf(args, 'channel'));
      if (channel === null) return refused('channel_not_found');
      if (channel.archived) return refused('is_archived');
      if (!channel.botIsIn) return refused('not_in_channel');
      const user = textOf(args, 'user');
      if (!channel.members.has(user)) return refused('user_not_in_channel');
      const content = contentOf(args);
      if ('refusal' in content) return content.refusal;
      const threadTs = textOf(args, 'thread_ts') || null;
      const message = workspace.add({ channel, user: null, bot, ...content, threadTs, ephemeralFor: user });
      return { ok: true, message_ts: message.ts };
    },

    'chat.update': (args, { bot }) => {
      if (workspace.channel(textOf(args, 'channel')) === null) return refused('channel_not_found');
      const message = own(args);
      if (message === null || message.ephemeralFor !== null) return refused('message_not_found');
      if (message.bot?.id !== bot.id || o.refusesOwn().updating) return refused('cant_update_message');
      const content = contentOf(args);
      if ('refusal' in content) return content.refusal;
      // An update that brings no metadata keeps what was there.
      workspace.change(message, { ...content, metadata: content.metadata ?? message.metadata });
      return {
        ok: true,
        channel: message.channel.id,
        ts: message.ts,
        text: message.text,
        message: common(message),
      };
    },

    'chat.delete': (args, { bot }) => {
      if (workspace.channel(textOf(args, 'channel')) === null) return refused('channel_not_found');
      const message = own(args);
      if (message === null || message.ephemeralFor !== null) return refused('message_not_found');
      if (message.bot?.id !== bot.id || o.refusesOwn().deleting) return refused('cant_delete_message');
      workspace.remove(message);
      return { ok: true, channel: message.channel.id, ts: message.ts };
    },

    'conversations.history': (args) => {
      const channel = workspace.channel(textOf(args, 'channel'));
      if (channel === null) return refused('channel_not_found');
      if (!channel.botIsIn) return refused('not_in_channel');
      const cursor = readCursor(textOf(args, 'cursor'));
      if (cursor === null) return refused('invalid_cursor');
      const limit = Math.min(999, Math.max(1, Number(textOf(args, 'limit') || '100') || 100));
      const withMetadata = ['true', '1'].includes(textOf(args, 'include_all_metadata'));
      const older = workspace
        .standing(channel.id)
        .toReversed()
        .filter(({ ts }) => cursor === '' || Number(ts) < Number(cursor));
      const page = older.slice(0, limit);
      const more = older.length > page.length;
      return {
        ok: true,
        messages: page.map((message) => ({
          ...common(message),
          ts: message.ts,
          ...(withMetadata && message.metadata !== null ? { metadata: message.metadata } : {}),
        })),
        has_more: more,
        pin_count: 0,
        channel_actions_ts: null,
        channel_actions_count: 0,
        ...(more ? { response_metadata: { next_cursor: writeCursor(page.at(-1)?.ts ?? '') } } : {}),
      };
    },
  };
};

/** The name of the workspace in addresses. */
export const domainOf = ({ name }: Pick<Workspace, 'name'>): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-');

const writeCursor = (ts: string): string => Buffer.from(`next_ts:${ts}`).toString('base64');

/** Empty: the first page; null: not one of ours. */
const readCursor = (cursor: string): string | null => {
  if (cursor === '') return '';
  const match = /^next_ts:([0-9]+\.[0-9]+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'));
  return match?.[1] ?? null;
};
