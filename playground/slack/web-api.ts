/** The Web API methods of this slice, in Slack's own shapes and with its own refusals. */
import { z } from 'zod';
import { blocksSchema, METHODS, SCOPES } from './rules.ts';
import type { SeenMessage } from './types.ts';
import type { Workspace } from './workspace.ts';

export type Answer =
  | { readonly ok: true; readonly [key: string]: unknown }
  | { readonly ok: false; readonly error: string; readonly [key: string]: unknown };

export type Arguments = Readonly<Record<string, unknown>>;

const refuse = (error: string, more: object = {}): Answer => ({ ok: false, error, ...more });

const text = z.string();

/** Before any method: token, method, scope. Null: go on. */
export const refusal = (o: {
  readonly method: string;
  readonly token: string | null;
  readonly botToken: string;
}): Answer | null => {
  const { method, token } = o;
  const rule = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (rule === undefined) return refuse('unknown_method', { req_method: method });
  if (token === null) return refuse('not_authed');
  if (token !== o.botToken) return refuse('invalid_auth');
  if (rule.scope !== null && !SCOPES.includes(rule.scope)) {
    return refuse('missing_scope', { needed: rule.scope, provided: SCOPES.join(',') });
  }
  return null;
};

export const perform = (o: {
  readonly method: string;
  readonly args: Arguments;
  readonly workspace: Workspace;
  readonly teamId: string;
  readonly appId: string;
  readonly now: number;
}): Answer => {
  const { method, args, workspace } = o;
  const team = o.teamId;
  switch (method) {
    case 'auth.test':
      return {
        ok: true,
        url: 'https://sotto.slack.example/',
        team: 'Sotto',
        user: 'sotto',
        team_id: team,
        user_id: workspace.botUserId,
        bot_id: workspace.botId,
        is_enterprise_install: false,
      };
    case 'chat.postMessage':
      return post(o);
    case 'chat.postEphemeral':
      return postEphemeral(o);
    case 'chat.update':
      return update(o);
    case 'chat.delete': {
      const message = own(workspace, args);
      if (message === 'message_not_found') return refuse('message_not_found');
      if (message === 'not_own') return refuse('cant_delete_message');
      workspace.remove(message.channel, message.ts);
      return { ok: true, channel: message.channel, ts: message.ts };
    }
    default:
      return history(o);
  }
};

type Call = Parameters<typeof perform>[0];

/** Slack takes JSON arrays as text in a form; a JSON body holds them as they are. */
const structured = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

const written = (args: Arguments): { readonly text: string; readonly blocks: readonly unknown[] } | Answer => {
  const said = text.safeParse(args['text']).data ?? '';
  const blocks = blocksSchema.safeParse(structured(args['blocks'] ?? []));
  if (!blocks.success)
    return refuse('invalid_blocks', {
      response_metadata: { messages: blocks.error.issues.map(({ message }) => message) },
    });
  if (said === '' && blocks.data.length === 0) return refuse('no_text');
  if (said.length > 40_000) return refuse('msg_too_long');
  return { text: said, blocks: blocks.data };
};

const isAnswer = (value: object): value is Answer => 'ok' in value;

const post = ({ args, workspace, teamId, appId }: Call): Answer => {
  const channel = workspace.channel(text.safeParse(args['channel']).data ?? '');
  if (channel === undefined) return refuse('channel_not_found');
  const content = written(args);
  if (isAnswer(content)) return content;
  const metadata = z
    .strictObject({ event_type: text.min(1), event_payload: z.record(text, z.unknown()) })
    .optional()
    .safeParse(structured(args['metadata']));
  if (!metadata.success) return refuse('metadata_must_be_sent_from_app');
  const ts = workspace.nextTs();
  const threadTs = text.safeParse(args['thread_ts']).data;
  const message: SeenMessage = {
    channel: channel.id,
    ts,
    user: workspace.botUserId,
    bot: true,
    ...content,
    ...(metadata.data === undefined ? {} : { metadata: metadata.data }),
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
  };
  workspace.add(message);
  return { ok: true, channel: channel.id, ts, message: wire(message, teamId, appId, workspace) };
};

const postEphemeral = ({ args, workspace }: Call): Answer => {
  const channel = workspace.channel(text.safeParse(args['channel']).data ?? '');
  const user = text.safeParse(args['user']).data ?? '';
  if (channel === undefined) return refuse('channel_not_found');
  if (!channel.members.has(user)) return refuse('user_not_in_channel');
  const content = written(args);
  if (isAnswer(content)) return content;
  const ts = workspace.nextTs();
  workspace.add({ channel: channel.id, ts, user: workspace.botUserId, bot: true, ...content, ephemeralFor: user });
  return { ok: true, message_ts: ts };
};

/** A message of ours that stands in the history; ephemeral ones do not. */
const own = (workspace: Workspace, args: Arguments): SeenMessage | 'message_not_found' | 'not_own' => {
  const message = workspace.find(text.safeParse(args['channel']).data ?? '', text.safeParse(args['ts']).data ?? '');
  if (message === undefined) return 'message_not_found';
  return message.user === workspace.botUserId ? message : 'not_own';
};

const update = ({ args, workspace, now, teamId, appId }: Call): Answer => {
  const message = own(workspace, args);
  if (message === 'message_not_found') return refuse('message_not_found');
  if (message === 'not_own') return refuse('cant_update_message');
  const content = written(args);
  if (isAnswer(content)) return content;
  const next: SeenMessage = { ...message, ...content, editedAt: now };
  workspace.replace(next);
  return {
    ok: true,
    channel: next.channel,
    ts: next.ts,
    text: next.text,
    message: wire(next, teamId, appId, workspace),
  };
};

const history = ({ args, workspace, teamId, appId }: Call): Answer => {
  const channel = workspace.channel(text.safeParse(args['channel']).data ?? '');
  if (channel === undefined || text.safeParse(args['channel']).data !== channel.id) return refuse('channel_not_found');
  // im:history opens private chats and nothing else.
  if (channel.kind !== 'im') return refuse('missing_scope', { needed: 'channels:history', provided: SCOPES.join(',') });
  const limit = z.coerce
    .number()
    .int()
    .min(1)
    .max(999)
    .safeParse(args['limit'] ?? 100);
  if (!limit.success) return refuse('invalid_limit');
  const withMetadata = args['include_all_metadata'] === true || args['include_all_metadata'] === 'true';
  const all = workspace.all().filter((message) => message.channel === channel.id && message.ephemeralFor === undefined);
  const messages = all
    .slice(-limit.data)
    .reverse()
    .map((message) => {
      const { metadata, ...rest } = wire(message, teamId, appId, workspace);
      return withMetadata && metadata !== undefined ? { ...rest, metadata } : rest;
    });
  return { ok: true, messages, has_more: all.length > limit.data, pin_count: 0 };
};

/** A message as Slack's API and events carry it. */
const wire = (message: SeenMessage, teamId: string, appId: string, workspace: Workspace) => ({
  type: 'message',
  user: message.user,
  ts: message.ts,
  text: message.text,
  team: teamId,
  blocks: message.blocks,
  ...(message.bot ? { bot_id: workspace.botId, app_id: appId } : {}),
  ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
  ...(message.editedAt === undefined
    ? {}
    : { edited: { user: workspace.botId, ts: `${Math.floor(message.editedAt / 1000)}.000000` } }),
  ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
});
