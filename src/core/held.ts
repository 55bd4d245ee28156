/**
 * Legal holds. What one covers is not removed, shredded or forgotten until it is lifted: answers in chats (`expire.ts` asks
 * before it touches the platform), what conversations remember, questions that were set aside or wait for somebody. What has
 * a deadline is never left to pass it: before anything is swept, what is held and near its end is moved on. Nothing is kept
 * that would not have been kept anyway: the words of a question that ends are shredded, held or not.
 */
import { hashesOf, matches, recalledBy, wantedBy, wantedOf } from './about.ts';
import { pagesOf } from './pages.ts';
import type { Hold, KeptQuestion, Transcript } from './ports.ts';
import { stateContext } from './sealing.ts';
import { type Covers, type StandingView, standingView } from './standing.ts';
import { parseState, topicsOf } from './state.ts';
import { MOST_HOLD_HASHES } from './stored.ts';
import { type AccountRef, createWhose, isOf } from './whose.ts';
import type { World } from './world.ts';

/** Looked for that long before its end: two sweeps, so that one may fail. */
const NEAR_MS = 2 * 60_000;

/** A held transcript is kept so far ahead that no outage of ours lets it go by itself; lifting brings its own deadline back. */
const HELD_MS = 10 * 365 * 24 * 60 * 60_000;

/** Whatever is kept longer than any setting allows was put there by a hold. */
const FAR_MS = 721 * 60 * 60_000;

/** A held question is moved on by so much at a time: when the hold is lifted, its end is never further away. */
const ASIDE_MS = 60 * 60_000;

const MOST_LISTED = 500;

/** By what was kept with a hold, and by every data key that is accepted: once a hold or a recall, and anew when the data key is rotated. */
export const coversOf =
  (sealer: Pick<World['sealer'], 'fingerprints'>): Covers =>
  (order) => {
    const wanted =
      'on' in order
        ? wantedBy(order.on, [...(order.hashes ?? []), ...hashesOf(sealer, order)])
        : wantedOf(sealer, recalledBy(order));
    return (about) => matches(about, wanted);
  };

/** What is kept with a hold: by the newest keys, the newest last. Half of what there is room for, so that it stays while they are accepted. */
export const hashesFor = (
  sealer: Pick<World['sealer'], 'fingerprints'>,
  hold: Pick<Hold, 'on' | 'what'>,
): readonly string[] =>
  hashesOf(sealer, hold)
    .slice(0, MOST_HOLD_HASHES / 2)
    .toReversed();

/**
 * Keeps with every hold how what it covers is hashed here, so that neither a data key that goes nor one that others have not
 * heard of yet hides anything from it. Done before anything is hashed under a new key. True: something was new.
 */
export const hashHolds = async (
  store: { readonly standing: Pick<World['store']['standing'], 'hashHold'> },
  sealer: Pick<World['sealer'], 'fingerprints'>,
  holds: readonly Hold[],
): Promise<boolean> => {
  let any = false;
  for (const hold of holds) {
    const hashes = hashesFor(sealer, hold);
    if (hashes.every((hash) => hold.hashes?.includes(hash) === true)) continue;
    await store.standing.hashHold({ id: hold.id, hashes });
    any = true;
  }
  return any;
};

/** What stands in the store now, not what this process knew a moment ago. */
export const standingNow = async (world: World): Promise<StandingView> =>
  standingView(await world.store.standing.current(), coversOf(world.sealer));

/** Id of the hold that covers what a conversation remembers; null: none. A topic's hold covers every conversation in which it came up. */
const memoryHeldBy = (
  standing: StandingView,
  o: { readonly conversation: string; readonly about: string; readonly topics: readonly string[] },
): string | null => {
  const named = standing.holds.find(
    ({ on, what }) => (on === 'conversation' && what === o.conversation) || (on === 'topic' && o.topics.includes(what)),
  );
  return named?.id ?? standing.heldBy(o.about);
};

/**
 * When a conversation's memory is shredded. Never later for being talked on, only for being held. Whose talk could not be told
 * (an empty `about`) may be somebody's who is; if it is not, the next sweep gives back its own deadline.
 */
export const memoryEnds = (
  world: Pick<World, 'standing' | 'conversationMs'>,
  o: Parameters<typeof memoryHeldBy>[1] & { readonly startedAt: number; readonly now: number },
): number => {
  const standing = world.standing();
  const may = o.about === '' && standing.holds.some(({ on }) => on === 'person');
  const held = may || memoryHeldBy(standing, o) !== null;
  return held ? o.now + HELD_MS : o.startedAt + world.conversationMs;
};

/**
 * The same of one that is kept: its state is opened only where a topic is held. What does not open, since the key that it was
 * sealed with is gone, may be about any topic.
 */
export const transcriptHeldBy = (world: World, standing: StandingView, transcript: Transcript): string | null => {
  const { conversation, about } = transcript;
  const held = standing.holds.flatMap(({ on, what }) => (on === 'topic' ? [what] : []));
  const state = held.length === 0 ? null : openState(world, transcript);
  const topics = state === null ? held : topicsOf(state);
  return memoryHeldBy(standing, { conversation, about, topics });
};

/** Null where it does not open. */
export const openState = (world: World, transcript: Transcript) => {
  const plain = world.sealer.open(stateContext(transcript), transcript.state);
  return plain === null ? null : parseState(plain, world.clock.now());
};

/**
 * Moves on what is held and near its end, and gives back its own deadline to what is not held any more. Before every sweep.
 * `all`: transcripts however far their end is, when a hold is placed; those that come later are kept from their commit on.
 */
export const keepHeld = async (world: World, { all = false }: { readonly all?: boolean } = {}): Promise<void> => {
  const standing = await standingNow(world);
  if (standing.holds.length > 0) {
    await keepMemories(world, standing, all ? FAR_MS : NEAR_MS);
    await keepAside(world, standing);
  }
  await letMemoriesGo(world, standing);
};

/** Everything that conversations remember and that ends after `from` and by `to`. */
export const transcriptsOf = (
  { store }: Pick<World, 'store'>,
  {
    from = Number.NEGATIVE_INFINITY,
    to = Number.POSITIVE_INFINITY,
  }: { readonly from?: number; readonly to?: number } = {},
): AsyncGenerator<Transcript> =>
  pagesOf(async (cursor) => {
    const { transcripts: items, cursor: next } = await store.conversations.scan({
      from,
      to,
      cursor,
      limit: MOST_LISTED,
    });
    return { items, cursor: next };
  });

/** Everything that is kept of questions; with `dueBy`, what is set aside and ends by then. */
export const questionsOf = (
  { store }: Pick<World, 'store'>,
  { dueBy = null }: { readonly dueBy?: number | null } = {},
): AsyncGenerator<KeptQuestion> =>
  pagesOf(async (cursor) => {
    const { questions: items, cursor: next } = await store.inbox.scan({ dueBy, cursor, limit: MOST_LISTED });
    return { items, cursor: next };
  });

const keepMemories = async (world: World, standing: StandingView, withinMs: number): Promise<void> => {
  const now = world.clock.now();
  for await (const transcript of transcriptsOf(world, { to: now + withinMs })) {
    if (transcriptHeldBy(world, standing, transcript) === null) continue;
    const { tenant, conversation, until: seen } = transcript;
    await world.store.conversations.keepUntil({ tenant, conversation, seen, until: now + HELD_MS });
  }
};

const letMemoriesGo = async (world: World, standing: StandingView): Promise<void> => {
  const now = world.clock.now();
  for await (const transcript of transcriptsOf(world, { from: now + FAR_MS })) {
    if (transcriptHeldBy(world, standing, transcript) !== null) continue;
    const startedAt = openState(world, transcript)?.startedAt;
    // What does not open says nothing of when it began, and serves nobody.
    const until = startedAt === undefined ? now : Math.max(now, startedAt + world.conversationMs);
    const { tenant, conversation, until: seen } = transcript;
    await world.store.conversations.keepUntil({ tenant, conversation, seen, until });
  }
};

/** What keeps a question. `sure`: false where nobody could say whose it is, which may be somebody's who is held. */
export interface KeptBy {
  /** Id of the hold. */
  readonly hold: string;
  readonly sure: boolean;
}

type Asked = AccountRef & { readonly conversation: string };

/**
 * By its conversation or its person. An account that the directory does not know (any more) may be that of somebody who is held
 * and has left. A topic's hold covers no question: what it asks is only known by opening it.
 */
const keepersOf = async (
  world: World,
  { holds }: StandingView,
): Promise<(question: Asked) => Promise<KeptBy | null>> => {
  const people = holds.filter(({ on }) => on === 'person');
  const whose = await createWhose(
    world,
    people.map(({ what }) => ({ person: what, accounts: [] })),
  );
  return async (question) => {
    const talk = holds.find(({ on, what }) => on === 'conversation' && what === question.conversation);
    if (talk !== undefined) return { hold: talk.id, sure: true };
    const [first] = people;
    const owner = first === undefined ? 'other' : await whose.of(question);
    if (first === undefined || owner === 'other') return null;
    const theirs = people.find(({ what }) => isOf(owner, what));
    return theirs === undefined ? { hold: first.id, sure: false } : { hold: theirs.id, sure: true };
  };
};

/** Which hold keeps this question by what stands in the store now; null: none. */
export const questionKeptBy = async (world: World, question: Asked): Promise<KeptBy | null> =>
  (await keepersOf(world, await standingNow(world)))(question);

/** Questions that were set aside or wait for somebody. A topic holds none: what they ask is only known by opening them. */
const keepAside = async (world: World, standing: StandingView): Promise<void> => {
  const now = world.clock.now();
  if (standing.holds.every(({ on }) => on === 'topic')) return;
  const keptBy = await keepersOf(world, standing);
  for await (const question of questionsOf(world, { dueBy: now + NEAR_MS })) {
    if (question.until === null || (await keptBy(question)) === null) continue;
    const { tenant, conversation, id, state, until: seen } = question;
    // What waits for somebody ends in its time, and is set aside then. It is moved on only where nobody has come to that yet.
    if (state === 'parked' && seen > now) continue;
    const until = now + (state === 'parked' ? NEAR_MS : ASIDE_MS);
    await world.store.inbox.keepUntil({ tenant, conversation, id, seen, until });
  }
};
