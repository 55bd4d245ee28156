import { codeOf } from '../../core/errors.ts';
import type { Clock, Log, Metrics, Platform, PlatformLimits } from '../../core/ports.ts';
import { type Address, VIEW_CHANNEL } from '../../core/types.ts';
import { failed } from '../bounded/fault.ts';
import { type Call, changed } from './call.ts';
import { fits, renderCard } from './card.ts';
import { LIMIT_CODES } from './faults.ts';
import type { Homes } from './home.ts';
import { type Fields, fieldsAt, isFields, stringAt } from './read.ts';
import { respondTo } from './respond.ts';
import { escapeMarkup } from './text.ts';
import { createUsedAddresses } from './used-addresses.ts';
import type { Views } from './views.ts';

/** Marks our messages, so that one whose reply was lost can be looked up. */
const EVENT_TYPE = 'sotto_reply';

/**
 * Slack promises 50 calls a minute and more, by method and workspace (Tier 3). No minute sees more than 45 of ours (Slack requirement 18):
 * what the bucket holds, and what comes in meanwhile.
 */
const TIER_3 = { perMinute: 42, burst: 3 } as const;
const LIMITS: PlatformLimits = {
  remove: { name: 'chat.delete', ...TIER_3 },
  update: { name: 'chat.update', ...TIER_3 },
  keptBy: 'core',
  reached: LIMIT_CODES,
};

/** Newest first, a page at a time; 15 is the most that some apps are given. */
const PAGE = 15;
const MOST_PAGES = 10;

/** Nothing is a link, a mention or a preview unless we say so, and we never do (Slack requirement 22). */
const PLAIN = { parse: 'none', link_names: false } as const;

/**
 * Slack as the core sees it. Fails as the port says: `lost` only where a post may have happened. A rate limit, a dead
 * token and codes that Slack does not document are `later`; whoever calls has a limit on how often it tries. Nothing here is called
 * before its turn, and a removal or a change of a message does not wait for one: the core counts those, and is told when to come again.
 */
export const createPlatform = (o: {
  readonly appId: string;
  readonly call: Call;
  readonly views: Views;
  readonly homes: Homes;
  /** In which language Slack shows somebody what it says; see `Profiles`. */
  readonly locale: NonNullable<Platform['locale']>;
  readonly mayRespondTo: (url: string) => boolean;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Metrics;
}): Platform => {
  const { call } = o;
  const addresses = createUsedAddresses(o.clock);

  return {
    name: 'slack',
    limits: LIMITS,

    post: async ({ to, card, key }) => {
      if (!fits(card)) return { ok: false, fault: 'never', code: 'button_too_long' };
      const { text, blocks } = renderCard(card);
      const where = to.channel ?? to.user;
      const outcome = await call(
        to.tenant,
        'chat.postMessage',
        (client) =>
          client.chat.postMessage({
            channel: where,
            text,
            blocks,
            ...(isThread(to) ? { thread_ts: to.thread } : {}),
            metadata: { event_type: EVENT_TYPE, event_payload: { key } },
            unfurl_links: false,
            unfurl_media: false,
            ...PLAIN,
          }),
        { channel: where },
      );
      if ('fault' in outcome) return failed(outcome.fault, { absent: 'never', unclear: 'lost' });
      const { channel, ts } = outcome.done;
      if (channel === undefined || ts === undefined) return { ok: false, fault: 'lost', code: 'answer_unreadable' };
      return { ok: true, ref: { platform: 'slack', tenant: to.tenant, channel, id: ts } };
    },

    // The bot may read the history of private chats only (scope im:history), and in that no thread.
    looksUp: ({ channel, thread }) => (channel?.startsWith('D') ?? false) && (thread ?? null) === null,

    find: async ({ to, key }) => {
      const { channel } = to;
      if (channel === null) return { ok: false, fault: 'never', code: 'channel_unknown' };
      let cursor = '';
      for (let page = 0; page < MOST_PAGES; page++) {
        const outcome = await call(to.tenant, 'conversations.history', (client) =>
          client.conversations.history({
            channel,
            limit: PAGE,
            include_all_metadata: true,
            ...(cursor === '' ? {} : { cursor }),
          }),
        );
        if ('fault' in outcome) return failed(outcome.fault, { absent: 'never', unclear: 'later' });
        const { messages, has_more: more, response_metadata: next } = outcome.done;
        const id = ownWithKey(messages ?? [], { key, appId: o.appId });
        if (id !== null) return { ok: true, ref: { platform: 'slack', tenant: to.tenant, channel, id } };
        cursor = next?.next_cursor ?? '';
        if (more !== true || cursor === '') return { ok: false, fault: 'gone', code: 'message_not_found' };
      }
      // Further back nobody looked, so nobody may say that there is none.
      return { ok: false, fault: 'later', code: 'history_too_long' };
    },

    update: async ({ ref, card }) => {
      if (ref.channel === VIEW_CHANNEL) return o.views.update({ ref, card });
      if (!fits(card)) return { ok: false, fault: 'never', code: 'button_too_long' };
      const { text, blocks } = renderCard(card);
      return changed(
        await call(ref.tenant, 'chat.update', (client) =>
          client.chat.update({ channel: ref.channel, ts: ref.id, text, blocks, ...PLAIN }),
        ),
      );
    },

    remove: async ({ ref }) => {
      if (ref.channel === VIEW_CHANNEL) return o.views.blank(ref);
      return changed(
        await call(ref.tenant, 'chat.delete', (client) => client.chat.delete({ channel: ref.channel, ts: ref.id })),
      );
    },

    whisper: async ({ to, channel, thread, text }) => {
      await call(to.tenant, 'chat.postEphemeral', (client) =>
        client.chat.postEphemeral({
          channel,
          user: to.user,
          text: escapeMarkup(text),
          ...(thread === null ? {} : { thread_ts: thread }),
          ...PLAIN,
        }),
      );
    },

    aside: async ({ to, channel, thread, card }) => {
      if (!fits(card)) return { ok: false, fault: 'never', code: 'button_too_long' };
      const { text, blocks } = renderCard(card);
      const outcome = await call(to.tenant, 'chat.postEphemeral', (client) =>
        client.chat.postEphemeral({
          channel,
          user: to.user,
          text,
          blocks,
          ...(thread === null ? {} : { thread_ts: thread }),
          ...PLAIN,
        }),
      );
      if ('fault' in outcome) return failed(outcome.fault, { absent: 'never', unclear: 'lost' });
      const { message_ts: message } = outcome.done;
      return message === undefined ? { ok: false, fault: 'lost', code: 'answer_unreadable' } : { ok: true, message };
    },

    locale: o.locale,

    showHome: ({ account, home }) => o.homes.show({ account, home }),

    respond: async ({ to, card }) => {
      try {
        const said = addresses.use(to) && (await respondTo({ url: to, card, mayRespondTo: o.mayRespondTo }));
        o.metrics.count('slack_calls', { method: 'response_url', outcome: said ? 'ok' : 'failed' });
      } catch (error) {
        o.log.error('slack.respond-failed', { code: codeOf(error) });
      }
    },
  };
};

const isThread = (to: Address): to is Address & { readonly thread: string } => (to.thread ?? null) !== null;

/** Only our own app's message counts, whatever others put into theirs. */
const ownWithKey = (
  messages: readonly unknown[],
  { key, appId }: { readonly key: string; readonly appId: string },
): string | null => {
  const own = messages.filter(isFields).find((message: Fields) => {
    const metadata = fieldsAt(message, 'metadata');
    return (
      message['app_id'] === appId &&
      metadata['event_type'] === EVENT_TYPE &&
      fieldsAt(metadata, 'event_payload')['key'] === key
    );
  });
  return own === undefined ? null : stringAt(own, 'ts');
};
