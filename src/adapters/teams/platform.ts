import { codeOf } from '../../core/errors.ts';
import type {
  Budgets,
  Changed,
  Clock,
  Failed,
  Log,
  Metrics,
  Platform,
  PlatformLimits,
  Posted,
} from '../../core/ports.ts';
import { type Address, type MessageRef, VIEW_CHANNEL } from '../../core/types.ts';
import { type CallFault, failed, pacedFault } from '../bounded/fault.ts';
import { fits, messageOf } from './card.ts';
import type { Connector, Where } from './connector.ts';
import { fault, type Outcome } from './faults.ts';
import { createPacer } from './pacer.ts';
import { ALL_CALLS } from './shares.ts';

/**
 * Under which service address a chat is reached, as Teams said last. Plain text here; whoever keeps it seals it. Refreshed
 * with every activity that comes in, for addresses change and the old ones then answer 403 (Teams requirement 24).
 */
export interface ServiceAddresses {
  /** `key`: the id of the chat, without a thread; '' for the tenant's latest. */
  keep(o: { readonly tenant: string; readonly key: string; readonly value: string }): Promise<void>;
  /** Null: none is known. */
  find(o: { readonly tenant: string; readonly key: string }): Promise<string | null>;
}

const LIMITS: PlatformLimits = { remove: ALL_CALLS, update: ALL_CALLS, keptBy: 'adapter' };

/** The pace of making new chats, which stand in none yet. */
const NEW_CHATS = '';

/**
 * Teams as the core sees it. It looks nothing up, so every answer starts as a placeholder. Fails as the port says: `lost`
 * only where a message may have been posted. Calls are paced within Teams' limits before they are made; one that would
 * wait longer than two seconds is `later` (Teams requirement 13).
 */
export const createTeamsPlatform = (o: {
  readonly connector: Connector;
  readonly reference: ServiceAddresses;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Shared with the other processes of the bot; absent: this is the only one. */
  readonly budgets?: Budgets;
}): Platform => {
  const pacer = createPacer(o);

  const addressOf = async (tenant: string, channel: string): Promise<string | CallFault> => {
    try {
      const found = channel === '' ? null : await o.reference.find({ tenant, key: chatOf(channel) });
      return found ?? (await o.reference.find({ tenant, key: '' })) ?? fault('passing', 'service_url_unknown');
    } catch (error) {
      return fault('passing', codeOf(error), { alarm: true });
    }
  };

  /** Finds the address, waits for its turn, makes the call, and remembers to wait where the platform says so. */
  const call = async <T>(
    tenant: string,
    channel: string,
    make: (at: Where) => Promise<Outcome<T>>,
    removal = false,
  ): Promise<Outcome<T>> => {
    const serviceUrl = await addressOf(tenant, channel);
    if (typeof serviceUrl !== 'string') {
      o.log.warn('teams.no-address', { tenant, code: serviceUrl.code });
      return { fault: serviceUrl };
    }
    // Teams counts a channel as one, whatever the thread.
    const lane = { tenant, conversation: chatOf(channel) };
    const turn = await pacer.turn({ ...lane, removal });
    if (!turn.ok) {
      o.metrics.count('teams_paced');
      return { fault: pacedFault(turn.afterMs) };
    }
    const outcome = await make({ tenant, serviceUrl, conversation: channel }).finally(turn.done);
    if ('fault' in outcome && outcome.fault.kind === 'limited') {
      pacer.hold({ ...lane, ms: outcome.fault.afterMs ?? 0 });
    }
    return outcome;
  };

  /** The known chat, or the one that Teams makes once for each person. Asking again harms nobody: nothing is posted by it. */
  const chatWith = async ({ tenant, user, channel }: Address): Promise<string | Failed<'later' | 'never'>> => {
    if (channel !== null) return channel;
    const made = await call(tenant, NEW_CHATS, async ({ serviceUrl }) => {
      const chat = await o.connector.personalChat({ tenant, serviceUrl, user });
      if ('done' in chat) await keep(tenant, chat.done.conversation, serviceUrl);
      return chat;
    });
    return 'fault' in made ? failed(made.fault, { absent: 'never', unclear: 'later' }) : made.done.conversation;
  };

  /** So that what is posted there is changed and removed under the same address. Without it the tenant's latest has to do. */
  const keep = async (tenant: string, key: string, value: string): Promise<void> => {
    try {
      await o.reference.keep({ tenant, key, value });
    } catch (error) {
      o.log.warn('teams.address-not-kept', { tenant, code: codeOf(error) });
    }
  };

  const change = async (
    ref: MessageRef,
    make: (at: Where) => Promise<Outcome<null>>,
    removal = false,
  ): Promise<Changed> => {
    // A dialog is the client's own: from outside it can be neither changed nor closed.
    if (ref.channel === VIEW_CHANNEL) return { ok: false, fault: 'gone', code: 'dialog' };
    const outcome = await call(ref.tenant, ref.channel, make, removal);
    return 'done' in outcome ? { ok: true } : failed(outcome.fault, { absent: 'gone', unclear: 'later' });
  };

  return {
    name: 'teams',
    limits: LIMITS,

    post: async ({ to, card, key }): Promise<Posted> => {
      if (!fits(card)) return { ok: false, fault: 'never', code: 'button_too_long' };
      const channel = await chatWith(to);
      if (typeof channel !== 'string') return channel;
      const outcome = await call(to.tenant, channel, (at) =>
        o.connector.create({ ...at, activity: messageOf(card, key) }),
      );
      if ('fault' in outcome) return failed(outcome.fault, { absent: 'never', unclear: 'lost' });
      return { ok: true, ref: { platform: 'teams', tenant: to.tenant, channel, id: outcome.done.id } };
    },

    looksUp: () => false,

    find: async () => ({ ok: false, fault: 'never', code: 'no_look_up' }),

    update: async ({ ref, card }) => {
      if (!fits(card)) return { ok: false, fault: 'never', code: 'button_too_long' };
      return change(ref, (at) => o.connector.update({ ...at, id: ref.id, activity: messageOf(card, null) }));
    },

    remove: async ({ ref }) => change(ref, (at) => o.connector.remove({ ...at, id: ref.id }), true),

    // Teams has no line for one person alone that works everywhere, so it is one that anybody may read.
    whisper: async ({ to, channel, thread, text }) => {
      const where = thread === null ? channel : `${chatOf(channel)};messageid=${thread}`;
      const card = { text, note: null, buttons: [], fallback: null };
      await call(to.tenant, where, (at) => o.connector.create({ ...at, activity: messageOf(card, null) }));
    },

    // A press is answered within its own request here.
    respond: async () => undefined,
  };
};

/** A channel's id without the thread that may stand behind it. */
const chatOf = (channel: string): string => channel.split(';', 1)[0] ?? channel;
