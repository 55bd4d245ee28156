/**
 * What we hold of a tenant from which the bot was taken away, shredded: questions end, on record; what conversations remember and where chats are reached goes; what
 * should have left from there is given up, on record, for nobody can take it away any more. What a legal hold keeps stays. Done again it finds what is left.
 */

import type { Purged } from './audit.ts';
import { questionKeptBy, questionsOf, standingNow, transcriptHeldBy, transcriptsOf } from './held.ts';
import { pendingOf } from './orders/take-back.ts';
import { pagesOf } from './pages.ts';
import type { KeptReference, Pending } from './ports.ts';
import { platformOf } from './sealing.ts';
import { leavingHeldBy } from './standing.ts';
import type { PlatformName } from './types.ts';
import type { World } from './world.ts';

const MOST_LISTED = 500;

/** Entries on their way to the log at once. */
const MOST_AT_ONCE = 64;

export interface Tenants {
  readonly platform: PlatformName;
  readonly tenants: ReadonlySet<string>;
}

/** What one walk did. `flying`: questions that somebody still works on; they end by themselves, and nothing of theirs can be shown any more. */
export interface PurgeWalk extends Purged {
  readonly flying: number;
}

/** Goes through the whole store once. Refuses as the store and the audit log do; then it is to be done again. */
export const purgeTenants = async (world: World, of: Tenants): Promise<PurgeWalk> => {
  const questions = await endQuestions(world, of);
  const transcripts = await shredTranscripts(world, of);
  const messages = await giveUpMessages(world, of);
  const references = await forgetReferences(world, of);
  return {
    questions: questions.ended,
    transcripts: transcripts.shredded,
    references,
    messages: messages.given,
    held: questions.held + transcripts.held + messages.held,
    flying: questions.flying,
  };
};

const endQuestions = async (world: World, { platform, tenants }: Tenants) => {
  const done = { ended: 0, held: 0, flying: 0 };
  for await (const question of questionsOf(world)) {
    const { id, tenant, conversation, state } = question;
    if (!tenants.has(tenant) || platformOf(question.account) !== platform) continue;
    if (state === 'leased') {
      done.flying += 1;
      continue;
    }
    // What waits for its turn has no words to keep: it would have ended anyway.
    if ((state === 'parked' || state === 'dead') && (await questionKeptBy(world, question)) !== null) {
      done.held += 1;
      continue;
    }
    const at = world.clock.now();
    await world.audit.append(
      state === 'dead'
        ? { kind: 'dead-letter', at, question: id, change: 'shredded', code: 'uninstalled', as: null, by: null }
        : { kind: 'undeliverable', at, question: id, code: 'uninstalled' },
    );
    const outcome = await world.store.inbox.drop({ tenant, conversation, id, now: world.clock.now() });
    if (outcome === 'dropped') done.ended += 1;
    if (outcome === 'leased') done.flying += 1;
  }
  return done;
};

const shredTranscripts = async (world: World, { platform, tenants }: Tenants) => {
  const done = { shredded: 0, held: 0 };
  const standing = await standingNow(world);
  for await (const transcript of transcriptsOf(world)) {
    const { tenant, conversation } = transcript;
    if (!tenants.has(tenant) || platformOf(transcript.account) !== platform) continue;
    if (transcriptHeldBy(world, standing, transcript) !== null) done.held += 1;
    else if ((await world.store.conversations.shred({ tenant, conversation })) === 'shredded') done.shredded += 1;
  }
  return done;
};

/** The engine that removes what is due forgets what only is to be forgotten, and calls nobody for it. */
const giveUpMessages = async (world: World, { platform, tenants }: Tenants) => {
  const done = { given: 0, held: 0 };
  const standing = await standingNow(world);
  let some: Pending[] = [];
  const giveUp = async (): Promise<void> => {
    const batch = some;
    some = [];
    // On record first: that it stays there is said before we forget that it should have left.
    await Promise.all(batch.filter(({ then }) => then === 'remove').map((pending) => noteLeft(world, pending)));
    const removeAt = world.clock.now();
    await Promise.all(
      batch.map(({ ref, about }) =>
        world.store.expiries.schedule({ ref, removeAt, about, then: 'forget', again: null }),
      ),
    );
    done.given += batch.filter(({ then }) => then === 'remove').length;
  };
  for await (const pending of pendingOf(world)) {
    const { ref } = pending;
    if (ref.platform !== platform || !tenants.has(ref.tenant)) continue;
    if (leavingHeldBy(standing, pending) !== null) {
      done.held += 1;
      continue;
    }
    some.push(pending);
    if (some.length >= MOST_AT_ONCE) await giveUp();
  }
  await giveUp();
  return done;
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
