/** Each call to a chat: under which address, when its turn is, and what is remembered of the answer. */
import { codeOf } from '../../core/errors.ts';
import type { Budgets, Clock, Log, Metrics, Random } from '../../core/ports.ts';
import { type CallFault, pacedFault } from '../bounded/fault.ts';
import type { Where } from './connector.ts';
import { fault, type Outcome } from './faults.ts';
import { createPacer } from './pacer.ts';
import { type References, TENANT_KEY } from './references.ts';

/** A chat, with the thread behind it where it is one. */
export interface Called {
  readonly tenant: string;
  readonly channel: string;
  /** What must leave goes before what comes. */
  readonly removal?: boolean;
}

export interface Calling {
  /** Finds the address, waits for its turn, makes the call, and remembers to wait where Teams says so. */
  call<T>(called: Called, make: (at: Where) => Promise<Outcome<T>>): Promise<Outcome<T>>;
  /** The tenant's latest address; null: none is known. Rejects as the store does. */
  latest(tenant: string): Promise<string | null>;
}

/** Of a wait, what is added to it at most. */
const SPREAD = 0.25;

export const createCalling = (o: {
  readonly reference: Pick<References, 'find'>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Shared with the other processes of the bot; absent: this is the only one. */
  readonly budgets?: Budgets;
  /** See `createPacer`. */
  readonly unsafeUnpaced?: boolean;
}): Calling => {
  const pacer = createPacer(o);
  const latest = (tenant: string): Promise<string | null> => o.reference.find({ tenant, key: TENANT_KEY });

  /** `own`: it is the chat's, so there may be a later one of its tenant. */
  const addressOf = async ({
    tenant,
    channel,
  }: Called): Promise<{ readonly url: string; readonly own: boolean } | CallFault> => {
    try {
      const own = channel === '' ? null : await o.reference.find({ tenant, key: chatOf(channel) });
      const url = own ?? (await latest(tenant));
      return url === null ? fault('passing', 'service_url_unknown') : { url, own: own !== null };
    } catch (error) {
      return fault('passing', codeOf(error), { alarm: true });
    }
  };

  /** Null: there is none, or it is the same. */
  const laterThan = async (tenant: string, url: string): Promise<string | null> => {
    const other = await latest(tenant).catch(() => null);
    return other === url ? null : other;
  };

  const once = async <T>(
    { tenant, channel, removal = false }: Called,
    serviceUrl: string,
    make: (at: Where) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> => {
    // Teams counts a channel as one, whatever the thread.
    const lane = { tenant, conversation: chatOf(channel) };
    const turn = await pacer.turn({ ...lane, removal });
    if (!turn.ok) {
      o.metrics.count('teams_paced');
      return { fault: pacedFault(turn.afterMs) };
    }
    const outcome = await make({ tenant, serviceUrl, conversation: channel }).finally(turn.done);
    if (!('fault' in outcome)) return outcome;
    const { afterMs } = outcome.fault;
    if (outcome.fault.kind === 'limited') pacer.hold({ ...lane, ms: afterMs ?? 0 });
    // Never before Teams said, and not all at once (Teams requirement 9).
    return afterMs === undefined
      ? outcome
      : { fault: { ...outcome.fault, afterMs: Math.ceil(afterMs * (1 + SPREAD * o.random.fraction())) } };
  };

  return {
    latest,
    call: async (called, make) => {
      const { tenant } = called;
      const address = await addressOf(called);
      if (!('url' in address)) {
        o.log.warn('teams.no-address', { tenant, code: address.code });
        return { fault: address };
      }
      const outcome = await once(called, address.url, make);
      // Refused, so not done. An address that a chat had long ago is refused so too (Teams facts, section 5).
      if (!('fault' in outcome) || outcome.fault.because !== 'unsteady' || !address.own) return outcome;
      const later = await laterThan(tenant, address.url);
      return later === null ? outcome : once(called, later, make);
    },
  };
};

/** A channel's id without the thread that may stand behind it. */
export const chatOf = (channel: string): string => channel.split(';', 1)[0] ?? channel;

/** A channel with the thread behind it, as the Connector wants it; without one it begins a new thread. */
export const threadOf = (channel: string, thread: string | null): string =>
  thread === null ? channel : `${chatOf(channel)};messageid=${thread}`;
