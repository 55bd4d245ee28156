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
  Random,
} from '../../core/ports.ts';
import { type Address, type MessageRef, VIEW_CHANNEL } from '../../core/types.ts';
import { failed } from '../bounded/fault.ts';
import { createCalling, threadOf } from './calling.ts';
import { fits, messageOf } from './card.ts';
import type { Bearer, Connector, Where } from './connector.ts';
import { type Consent, createConsent } from './consent.ts';
import type { Outcome } from './faults.ts';
import { createLook } from './look.ts';
import type { References } from './references.ts';
import { ALL_CALLS } from './shares.ts';
import { createTargeted } from './targeted.ts';

const LIMITS: PlatformLimits = { remove: ALL_CALLS, update: ALL_CALLS, keptBy: 'adapter' };

/** The pace of making new chats, which stand in none yet. */
const NEW_CHATS = '';

export interface TeamsPlatform extends Platform {
  /** Teams has answered what it was asked beside the sign-in link of this name. */
  readonly consentAnswered: Consent['answered'];
}

/**
 * Teams as the core sees it. It looks nothing up, so every answer starts as a placeholder. Fails as the port says: `lost`
 * only where a message may have been posted. Calls are paced within Teams' limits before they are made; one that would
 * wait longer than two seconds is `later` (Teams requirement 13).
 */
export const createTeamsPlatform = (o: {
  readonly connector: Connector;
  readonly reference: Pick<References, 'keep' | 'find'>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Shared with the other processes of the bot; absent: this is the only one. */
  readonly budgets?: Budgets;
  /** See `createPacer`. */
  readonly unsafeUnpaced?: boolean;
  /** The bot's own token. */
  readonly bearer: Bearer;
  /** Where people and Teams reach this bot, without a slash at its end; null: it was not said. */
  readonly publicUrl: string | null;
  /** Answers and lines that one person alone sees in a chat of several. Absent: there are none, and a line is one that anybody may read. */
  readonly targeted?: { readonly moment: string } | null;
  /** Single sign-on, which is asked for beside a sign-in link. Absent or null: nobody is asked. */
  readonly singleSignOn?: { readonly appId: string; readonly connection: string } | null;
}): TeamsPlatform => {
  const calling = createCalling(o);
  const { call } = calling;
  const { publicUrl, singleSignOn } = o;
  const consent =
    singleSignOn == null || publicUrl === null ? null : createConsent({ ...o, ...singleSignOn, publicUrl, call });

  /** The known chat, or the one that Teams makes once for each person. Asking again harms nobody: nothing is posted by it. */
  const chatWith = async ({ tenant, user, channel }: Address): Promise<string | Failed<'later' | 'never'>> => {
    // What was asked by the message extension came from no chat: there the person stands for the one with them.
    if (channel !== null && channel !== user) return channel;
    const made = await call({ tenant, channel: NEW_CHATS }, async ({ serviceUrl }) => {
      const chat = await o.connector.personalChat({ tenant, serviceUrl, user });
      if ('done' in chat) await keep({ tenant, key: chat.done.conversation, owner: user, value: serviceUrl });
      return chat;
    });
    return 'fault' in made ? failed(made.fault, { absent: 'never', unclear: 'later' }) : made.done.conversation;
  };

  /** So that what is posted there is changed and removed under the same address. Without it the tenant's latest has to do. */
  const keep = async (address: Parameters<References['keep']>[0]): Promise<void> => {
    try {
      await o.reference.keep(address);
    } catch (error) {
      o.log.warn('teams.address-not-kept', { tenant: address.tenant, code: codeOf(error) });
    }
  };

  const change = async (
    ref: MessageRef,
    make: (at: Where) => Promise<Outcome<null>>,
    removal = false,
  ): Promise<Changed> => {
    // A dialog is the client's own: from outside it can be neither changed nor closed.
    if (ref.channel === VIEW_CHANNEL) return { ok: false, fault: 'gone', code: 'dialog' };
    const outcome = await call({ tenant: ref.tenant, channel: ref.channel, removal }, make);
    return 'done' in outcome ? { ok: true } : failed(outcome.fault, { absent: 'gone', unclear: 'later' });
  };

  const targeted =
    (o.targeted ?? null) === null ? null : createTargeted({ ...o, moment: o.targeted?.moment ?? '', call });

  return {
    name: 'teams',
    limits: LIMITS,

    post: async ({ to, card, key }): Promise<Posted> => {
      if (!fits(card)) return { ok: false, fault: 'never', code: 'button_too_long' };
      const channel = await chatWith(to);
      if (typeof channel !== 'string') return channel;
      const where = threadOf(channel, to.thread ?? null);
      const outcome = await call({ tenant: to.tenant, channel: where }, (at) =>
        o.connector.create({ ...at, activity: messageOf(card, key) }),
      );
      if ('fault' in outcome) return failed(outcome.fault, { absent: 'never', unclear: 'lost' });
      consent?.beside({ tenant: to.tenant, channel }, card);
      return { ok: true, ref: { platform: 'teams', tenant: to.tenant, channel, id: outcome.done.id } };
    },

    looksUp: () => false,

    find: async () => ({ ok: false, fault: 'never', code: 'no_look_up' }),

    update: async ({ ref, card }) => {
      if (!fits(card)) return { ok: false, fault: 'never', code: 'button_too_long' };
      const changed = await change(ref, (at) =>
        o.connector.update({ ...at, id: ref.id, activity: messageOf(card, null) }),
      );
      if (changed.ok) consent?.beside(ref, card);
      return changed;
    },

    remove: async ({ ref }) => change(ref, (at) => o.connector.remove({ ...at, id: ref.id }), true),

    whisper: async ({ to, channel, thread, text }) => {
      const where = threadOf(channel, thread);
      const card = { text, note: null, buttons: [], fallback: null };
      if (targeted !== null && (await targeted.line({ to, where, card })) !== 'no') return;
      // It tells nothing, so it may be one that anybody reads.
      await call({ tenant: to.tenant, channel: where }, (at) =>
        o.connector.create({ ...at, activity: messageOf(card, null) }),
      );
    },

    typing: async ({ tenant, channel, thread }) => {
      await call({ tenant, channel: threadOf(channel, thread) }, (at) => o.connector.typing(at));
    },

    ...(targeted === null
      ? {}
      : {
          aside: ({ to, channel, thread, card }) => targeted.show({ to, where: threadOf(channel, thread), card }),
        }),

    // A press is answered within its own request here.
    respond: async () => undefined,

    look: createLook({ ...o, latest: calling.latest }),

    consentAnswered: (name) => consent?.answered(name),
  };
};
