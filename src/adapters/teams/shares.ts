/**
 * What all processes of the bot may call together, counted in the store: of a tenant, and of one conversation (Teams requirement 13). Nobody waits for the store:
 * each process may be ahead of it by its shares, and the budgets leave room for those.
 */
import { createLocalShare, type LocalShare } from '../../core/budget.ts';
import type { Budgets, CallLimit, Clock } from '../../core/ports.ts';
import { packParts } from '../../core/stored.ts';

/**
 * Teams facts: 50 a second for an app and tenant. 42 come in each second, 2 may have been saved up, and each of two processes may be ahead by its shares.
 */
export const ALL_CALLS: CallLimit = { name: 'all', perMinute: 42 * 60, burst: 2 };

/**
 * Teams facts, section 9: 7 within a second, 8 within two, 60 within thirty. One comes in each second, 3 may have been saved up, and each of three processes may be
 * ahead by one: 7, 8 and 36.
 */
const CHAT: CallLimit = { name: 'chat', perMinute: 60, burst: 3 };

/** The same: 1,800 within an hour. Asked only of a chat where this process made so many calls within one: of two processes 200, and 100 and 24 × 60 of both. */
const CHAT_HOUR: CallLimit = { name: 'chat-hour', perMinute: 24, burst: 100 };
const MANY_CALLS = 100;

/** What a process may be ahead of a tenant's budget: by so many removals, and by so many other calls. Of a chat's: by one. */
const AHEAD = { removal: 1, other: 2 } as const;
const AHEAD_OF_CHAT = 1;

/** Of a tenant's budget, what other calls leave to removals: what must go goes before what comes. */
const LEFT_TO_REMOVALS = 1;

/** A bound for the memory, not a limit on chats: the share that was unused longest is forgotten. */
const MOST_SHARES = 15_000;

export interface Lane {
  readonly tenant: string;
  /** Without a thread. */
  readonly conversation: string;
}

export interface Shares {
  /** Resolves to 0 when the call may be made, and is counted; else to when to come again, ms, where that is after `until` (ms since the epoch). `lately`: calls that were made here within an hour. */
  take(o: Lane & { readonly removal: boolean; readonly lately: number; readonly until: number }): Promise<number>;
  /** Teams said to wait: no process calls anything of this chat before. */
  hold(o: Lane & { readonly until: number }): void;
}

export const createShares = (o: { readonly clock: Clock; readonly budgets: Budgets }): Shares => {
  const { clock, budgets } = o;
  const shares = new Map<string, LocalShare>();

  const shareOf = (key: string, size: number, { perMinute, burst }: CallLimit, leave = 0, kind = ''): LocalShare => {
    const name = `${key} ${kind}`;
    const share =
      shares.get(name) ??
      createLocalShare({
        size,
        now: clock.now,
        take: (want) => budgets.take({ key, want, perMinute, burst, leave, now: clock.now() }),
      });
    shares.delete(name);
    shares.set(name, share);
    const oldest = shares.keys().next();
    if (shares.size > MOST_SHARES && oldest.done === false) shares.delete(oldest.value);
    return share;
  };

  const ofChat = ({ tenant, conversation }: Lane, limit: CallLimit) => {
    const key = packParts(['teams', tenant, `${limit.name} ${conversation}`]);
    return { key, share: shareOf(key, AHEAD_OF_CHAT, limit) };
  };

  const ofTenant = (tenant: string, removal: boolean): LocalShare => {
    const key = packParts(['teams', tenant, ALL_CALLS.name]);
    const kind = removal ? 'removal' : 'other';
    return shareOf(key, AHEAD[kind], ALL_CALLS, removal ? 0 : LEFT_TO_REMOVALS, kind);
  };

  const taken = async (share: LocalShare, until: number): Promise<number> => {
    for (;;) {
      const wait = share.use();
      if (wait === 0) return 0;
      if (clock.now() + wait > until) return wait;
      await clock.sleep(wait);
    }
  };

  return {
    take: async ({ removal, lately, until, ...lane }) => {
      const all = [
        ofChat(lane, CHAT).share,
        ...(lately >= MANY_CALLS ? [ofChat(lane, CHAT_HOUR).share] : []),
        ofTenant(lane.tenant, removal),
      ];
      for (const share of all) {
        const wait = await taken(share, until);
        if (wait > 0) return wait;
      }
      return 0;
    },
    hold: ({ until, ...lane }) => {
      const { key, share } = ofChat(lane, CHAT);
      share.hold(until);
      // Where the store is away, the others learn it from Teams.
      budgets.pause({ key, until }).catch(() => undefined);
    },
  };
};
