/**
 * The bot was taken out of a chat (Teams requirement 23): what conversations there remember, what was asked there and has not ended, where it is reached, and what should
 * have left from there goes, on record. The order for it lies in the inbox, so a crash at any line loses none.
 */
import type { Purged } from './audit.ts';
import type { Left } from './chore-types.ts';
import type { Claim } from './ports.ts';
import { type Chat, channelsOf, type PurgeWalk, purgeChats } from './purge.ts';
import { inWalks } from './walks.ts';
import type { World } from './world.ts';

/** While somebody works on what was asked there it is looked at again after so long, ms, and so often. */
const AGAIN_MS = 5_000;
const MOST_ROUNDS = 6;

/** A team of Teams has a thousand channels at most; beyond this something is wrong. */
const MOST_CHANNELS = 5_000;

/** Ends such an order. Refuses as the store and the audit log do; then it is claimed again. */
export type Leave = (claim: Claim, left: Left) => Promise<void>;

/** An app that is taken away from everybody comes as one order a chat. */
export const createLeave = (world: World): Leave => {
  const purged = inWalks((chats: readonly Chat[]) => purgeChats(world, chats));

  return async (claim, left) => {
    const { id, account, place, group } = left;
    const { platform, tenant } = account;
    const mine = { id, lease: claim.lease };
    const seen = new Set<string>();
    /** Of a team so many channels are listed at once; those that were forgotten make room for the others. */
    const others = async (): Promise<readonly string[]> =>
      group === null ? [] : (await channelsOf(world, { platform, tenant, group })).filter((own) => !seen.has(own));

    let sum = NOTHING;
    let channels = [...new Set([place.channel, ...(await others())])];
    while (channels.length > 0 && seen.size < MOST_CHANNELS) {
      const by = { id, acceptedAt: claim.acceptedAt };
      // Where each has a talk of their own, somebody may be answered by now since the bot is back; what is shown to them must leave.
      const messages = place.kind === 'direct';
      const walks = await purged(channels.map((channel) => ({ platform, tenant, channel, by, messages })));
      sum = walks.reduce(together, sum);
      if (sum.flying > 0 && claim.attempts < MOST_ROUNDS) {
        await world.store.inbox.release({ ...mine, notBefore: world.clock.now() + AGAIN_MS, code: 'still-at-work' });
        return;
      }
      for (const channel of channels) {
        await world.store.references.forget({ tenant, key: channel });
        seen.add(channel);
      }
      channels = [...(await others())];
    }
    const { flying: _, ...done } = sum;
    // Both at the end: neither is missing where a process dies, and neither stands there once for each attempt.
    const entry = { kind: 'installation', platform, tenant, channel: place.channel, code: null } as const;
    await world.audit.append({ ...entry, at: world.clock.now(), change: 'uninstalled', purged: null });
    const all: Purged = { ...done, references: seen.size };
    await world.audit.append({ ...entry, at: world.clock.now(), change: 'purged', purged: all });
    world.log.info('installation.left', { name: platform, tenant, count: all.questions + all.transcripts });
    await world.store.inbox.settle({ ...mine, end: 'ignored', expiry: null, now: world.clock.now() });
  };
};

const NOTHING: PurgeWalk = { questions: 0, transcripts: 0, references: 0, messages: 0, held: 0, flying: 0 };

const together = (one: PurgeWalk, other: PurgeWalk): PurgeWalk => ({
  questions: one.questions + other.questions,
  transcripts: one.transcripts + other.transcripts,
  references: one.references + other.references,
  messages: one.messages + other.messages,
  held: one.held + other.held,
  flying: one.flying + other.flying,
});
