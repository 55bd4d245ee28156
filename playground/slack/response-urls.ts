import type { Clock } from '../../src/core/ports.ts';
import { checkBlocks } from './blocks.ts';
import { RESPONSE_MS, RESPONSE_USES } from './rules.ts';
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
      const checked = checkBlocks(body['blocks'], o.makeId);
      if (!checked.ok) return { status: 400, body: checked.error };
      url.left -= 1;
      if (body['delete_original'] === true) {
        if (url.message !== null) url.workspace.remove(url.message);
        return { status: 200, body: 'ok' };
      }
      const text = typeof body['text'] === 'string' ? body['text'] : '';
      if (text === '' && checked.blocks.length === 0) return { status: 400, body: 'no_text' };
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
