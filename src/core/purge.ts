/**
 * What we hold of a tenant, or of a chat, from which the bot was taken away, shredded: questions end, on record; what conversations remember and where chats are reached
 * goes; what should have left from there is given up, on record, for nobody can take it away any more. What a legal hold keeps stays. Done again it finds what is left.
 */

import type { Purged } from './audit.ts';
import { questionKeptBy, questionsOf, standingNow, transcriptHeldBy, transcriptsOf } from './held.ts';
import { pendingOf } from './orders/take-back.ts';
import { pagesOf } from './pages.ts';
import type { KeptQuestion, KeptReference, Pending } from './ports.ts';
import { accountKey, platformOf } from './sealing.ts';
import { leavingHeldBy } from './standing.ts';
import type { MessageRef, PlatformName } from './types.ts';
import type { World } from './world.ts';

const MOST_LISTED = 500;

/** Entries on their way to the log at once. */
const MOST_AT_ONCE = 64;

export interface Tenants {
  readonly platform: PlatformName;
  readonly tenants: ReadonlySet<string>;
}

/** A chat, and what of it is to go. */
export interface Chat {
  readonly platform: PlatformName;
  readonly tenant: string;
  readonly channel: string;
  /** What ordered it: it is no question that could end by it, and what was accepted later comes of the bot being back. */
  readonly by: { readonly id: string; readonly acceptedAt: number };
  /** Whether what should have left from there is given up. False: the engine that removes what is due tries each, and puts on record what is refused. */
  readonly messages: boolean;
}

/** What one walk did. `flying`: questions that somebody still works on; they end by themselves, and nothing of theirs can be shown any more. */
export interface PurgeWalk extends Purged {
  readonly flying: number;
}

type Sum = { -readonly [K in keyof PurgeWalk]: PurgeWalk[K] };
const nothing = (): Sum => ({ questions: 0, transcripts: 0, references: 0, messages: 0, held: 0, flying: 0 });

/** What a walk is about, and where it counts what it did; null: that is none of it. */
interface Scope {
  readonly ofTalk: (talk: Talk) => Sum | null;
  readonly ofQuestion: (question: Talk & Pick<KeptQuestion, 'id' | 'state' | 'acceptedAt'>) => Sum | null;
  readonly ofMessage: (ref: MessageRef) => Sum | null;
}

interface Talk {
  readonly platform: PlatformName;
  readonly tenant: string;
  readonly conversation: string;
}

/** Goes through the whole store once. Refuses as the store and the audit log do; then it is to be done again. */
export const purgeTenants = async (world: World, of: Tenants): Promise<PurgeWalk> => {
  const sum = nothing();
  const mine = ({ platform, tenant }: Pick<MessageRef, 'platform' | 'tenant'>): Sum | null =>
    platform === of.platform && of.tenants.has(tenant) ? sum : null;
  await walk(world, { ofTalk: mine, ofQuestion: mine, ofMessage: mine });
  sum.references = await forgetReferences(world, of);
  return sum;
};

/** The talk that everybody in a chat has with the bot; where each has one of their own, the person stands behind it. */
export const talkOf = ({ platform, tenant, channel }: Pick<MessageRef, 'platform' | 'tenant' | 'channel'>): string =>
  `${platform}:${tenant}:${channel}`;

/**
 * The same of some chats, in one walk; what was done is told apart by chat, in their order. What these chats are reached by goes, and nothing else of their tenant.
 * Refuses as the store and the audit log do.
 */
export const purgeChats = async (world: World, chats: readonly Chat[]): Promise<readonly PurgeWalk[]> => {
  const counted = chats.map((chat) => ({ ...chat, sum: nothing() }));
  const byTalk = new Map(counted.map((chat) => [talkOf(chat), chat]));
  const orders = new Set(chats.map(({ by }) => by.id));
  /** The chat itself, or what stands before the person in the name of their talk. */
  const chatOf = ({ conversation }: Talk) => {
    for (let end = conversation.length; end > 0; end = conversation.lastIndexOf(':', end - 1)) {
      const found = byTalk.get(conversation.slice(0, end));
      if (found !== undefined) return found;
    }
    return null;
  };
  await walk(world, {
    ofTalk: (talk) => chatOf(talk)?.sum ?? null,
    ofQuestion: (question) => {
      const chat = chatOf(question);
      if (chat === null || orders.has(question.id) || question.acceptedAt > chat.by.acceptedAt) return null;
      // In the chat's own talk whatever waits for its turn waits behind the order, whatever time it came at.
      return question.state === 'queued' && question.conversation === talkOf(chat) ? null : chat.sum;
    },
    ofMessage: (ref) => {
      const chat = byTalk.get(talkOf(ref));
      return chat?.messages === true ? chat.sum : null;
    },
  });
  return counted.map((chat) => byTalk.get(talkOf(chat))?.sum ?? chat.sum);
};

/** Chats of a group, as what they are reached by names it. */
export const channelsOf = async (
  world: World,
  { platform, tenant, group }: { readonly platform: PlatformName; readonly tenant: string; readonly group: string },
): Promise<readonly string[]> => {
  const owner = accountKey({ platform, tenant, user: group, external: false });
  return (await world.store.references.of({ tenant, owner, now: world.clock.now() })).map(({ key }) => key);
};

const walk = async (world: World, scope: Scope): Promise<void> => {
  await endQuestions(world, scope);
  await shredTranscripts(world, scope);
  await giveUpMessages(world, scope);
};

const endQuestions = async (world: World, { ofQuestion }: Scope): Promise<void> => {
  for await (const question of questionsOf(world)) {
    const { id, tenant, conversation, state } = question;
    const sum = ofQuestion({ ...question, platform: platformOf(question.account) });
    if (sum === null) continue;
    if (state === 'leased') {
      sum.flying += 1;
      continue;
    }
    // What waits for its turn has no words to keep: it would have ended anyway.
    if ((state === 'parked' || state === 'dead') && (await questionKeptBy(world, question)) !== null) {
      sum.held += 1;
      continue;
    }
    const at = world.clock.now();
    await world.audit.append(
      state === 'dead'
        ? {
            kind: 'dead-letter',
            at,
            question: id,
            change: 'shredded',
            code: 'uninstalled',
            as: null,
            by: null,
            byName: null,
          }
        : { kind: 'undeliverable', at, question: id, code: 'uninstalled' },
    );
    const outcome = await world.store.inbox.drop({ tenant, conversation, id, now: world.clock.now() });
    if (outcome === 'dropped') sum.questions += 1;
    if (outcome === 'leased') sum.flying += 1;
  }
};

const shredTranscripts = async (world: World, { ofTalk }: Scope): Promise<void> => {
  const standing = await standingNow(world);
  for await (const transcript of transcriptsOf(world)) {
    const { tenant, conversation } = transcript;
    const sum = ofTalk({ platform: platformOf(transcript.account), tenant, conversation });
    if (sum === null) continue;
    if (transcriptHeldBy(world, standing, transcript) !== null) sum.held += 1;
    else if ((await world.store.conversations.shred({ tenant, conversation })) === 'shredded') sum.transcripts += 1;
  }
};

/** The engine that removes what is due forgets what only is to be forgotten, and calls nobody for it. */
const giveUpMessages = async (world: World, { ofMessage }: Scope): Promise<void> => {
  const standing = await standingNow(world);
  let some: { readonly pending: Pending; readonly sum: Sum }[] = [];
  const giveUp = async (): Promise<void> => {
    const batch = some;
    some = [];
    const removals = batch.filter(({ pending }) => pending.then === 'remove');
    // On record first: that it stays there is said before we forget that it should have left.
    await Promise.all(removals.map(({ pending }) => noteLeft(world, pending)));
    const removeAt = world.clock.now();
    await Promise.all(
      batch.map(({ pending: { ref, about } }) =>
        world.store.expiries.schedule({ ref, removeAt, about, then: 'forget', again: null }),
      ),
    );
    for (const { sum } of removals) sum.messages += 1;
  };
  for await (const pending of pendingOf(world)) {
    const sum = ofMessage(pending.ref);
    if (sum === null) continue;
    if (leavingHeldBy(standing, pending) !== null) {
      sum.held += 1;
      continue;
    }
    some.push({ pending, sum });
    if (some.length >= MOST_AT_ONCE) await giveUp();
  }
  await giveUp();
};

const noteLeft = async (world: World, { ref, removeAt, attempts }: Pending): Promise<void> => {
  await world.audit.append({
    kind: 'removal',
    at: world.clock.now(),
    platform: ref.platform,
    tenant: ref.tenant,
    channel: ref.channel,
    message: ref.id,
    state: 'refused-by-platform',
    code: 'uninstalled',
    dueAt: removeAt,
    attempts,
    engineMs: 0,
    platformMs: Math.max(0, world.clock.now() - removeAt),
  });
};

/** A tenant is one platform's, and its name is nobody else's. */
const forgetReferences = async (world: World, { tenants }: Tenants): Promise<number> => {
  let forgotten = 0;
  const all: AsyncGenerator<KeptReference> = pagesOf(async (cursor) => {
    const { references: items, cursor: next } = await world.store.snapshots.references({ cursor, limit: MOST_LISTED });
    return { items, cursor: next };
  });
  for await (const { tenant, key } of all) {
    if (!tenants.has(tenant)) continue;
    await world.store.references.forget({ tenant, key });
    forgotten += 1;
  }
  return forgotten;
};
