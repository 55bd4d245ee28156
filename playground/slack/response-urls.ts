import type { Clock } from '../../src/core/ports.ts';
import { checkBlocks } from './blocks.ts';
import { LONGEST, RESPONSE_MS, RESPONSE_USES } from './rules.ts';
import type { Json } from './types.ts';
import type { Channel, Message, Workspace } from './workspace.ts';

/** Unused ones are forgotten after this many. */
const MOST_OPEN = 1_000;

/** The addresses at which a press or a command is answered. */
export interface ResponseUrls {
  /** Opens one and returns its id. */
  open(o: {
    readonly workspace: Workspace;
    readonly user: string;
    readonly channel: Channel;
    readonly message: Message | null;
  }): string;
  /** Slack answers `ok` in plain text, or a code with a status that is no success. */
  use(id: string, body: Json): { readonly status: number; readonly body: string };
}

export const createResponseUrls = (o: {
  readonly clock: Pick<Clock, 'now'>;
  readonly makeId: () => string;
}): ResponseUrls => {
  const open = new Map<
    string,
    {
      workspace: Workspace;
      user: string;
      channel: Channel;
      message: Message | null;
      until: number;
      left: number;
    }
  >();

  return {
    open: ({ workspace, user, channel, message }) => {
      const id = o.makeId();
      open.set(id, { workspace, user, channel, message, until: o.clock.now() + RESPONSE_MS, left: RESPONSE_USES });
      const oldest = open.keys().next();
      if (open.size > MOST_OPEN && oldest.done === false) open.delete(oldest.value);
      return id;
    },
    use: (id, body) => {
      const url = open.get(id);
      if (url === undefined || o.clock.now() > url.until) return { status: 404, body: 'expired_url' };
      if (url.left <= 0) return { status: 404, body: 'used_url' };
      const fault = faultIn(body);
      const checked = checkBlocks(body['blocks'], o.makeId);
      if (fault !== null || !checked.ok) return { status: 400, body: fault ?? (checked.ok ? '' : checked.error) };
      const text = typeof body['text'] === 'string' ? body['text'] : '';
      const deletes = body['delete_original'] === true;
      if (text === '' && checked.blocks.length === 0 && !deletes) return { status: 400, body: 'no_text' };
      url.left -= 1;
      if (deletes) {
        if (url.message !== null) url.workspace.remove(url.message);
        return { status: 200, body: 'ok' };
      }
      if (body['replace_original'] === true && url.message !== null) {
        url.workspace.change(url.message, { text, blocks: checked.blocks, metadata: url.message.metadata });
        return { status: 200, body: 'ok' };
      }
      const ephemeralFor = body['response_type'] === 'in_channel' ? null : url.user;
      url.workspace.add({
        channel: url.channel,
        user: null,
        bot: url.workspace.bot,
        text,
        blocks: checked.blocks,
        metadata: null,
        threadTs: null,
        ephemeralFor,
      });
      return { status: 200, body: 'ok' };
    },
  };
};

const KEYS = ['text', 'blocks', 'response_type', 'replace_original', 'delete_original', 'thread_ts'];

/** What Slack would not take, or would pass over. */
const faultIn = (body: Json): string | null => {
  const { text, response_type: type, replace_original: replaces, delete_original: deletes } = body;
  if (Object.keys(body).some((key) => !KEYS.includes(key))) return 'invalid_payload';
  if (text !== undefined && typeof text !== 'string') return 'invalid_payload';
  if (type !== undefined && type !== 'ephemeral' && type !== 'in_channel') return 'invalid_payload';
  if ([replaces, deletes].some((flag) => flag !== undefined && typeof flag !== 'boolean')) return 'invalid_payload';
  return typeof text === 'string' && text.length > LONGEST.text ? 'msg_too_long' : null;
};
