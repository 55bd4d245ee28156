/**
 * Legal holds. What one covers is not removed, shredded or forgotten until it is lifted: answers in chats (`expire.ts` asks
 * before it touches the platform), what conversations remember, questions that were set aside or wait for somebody. What has
 * a deadline is never left to pass it: before anything is swept, what is held and near its end is moved on. Nothing is kept
 * that would not have been kept anyway: the words of a question that ends are shredded, held or not.
 */
import { matches, recalledBy, wantedOf } from './about.ts';
import { pagesOf } from './pages.ts';
import type { KeptQuestion, Transcript } from './ports.ts';
import { type Covers, type StandingView, standingView } from './standing.ts';
import { parseState } from './state.ts';
import { type AccountRef, createWhose } from './whose.ts';
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

/** Hashed under every accepted data key, once a hold or a recall. */
export const coversOf =
  (sealer: World['sealer']): Covers =>
  (order) => {
    const wanted = wantedOf(sealer, 'on' in order ? { [order.on]: order.what } : recalledBy(order));
    return (about) => matches(about, wanted);
  };

/** What stands in the store now, not what this process knew a moment ago. */
export const standingNow = async (world: World): Promise<StandingView> =>
  standingView(await world.store.standing.current(), coversOf(world.sealer));

/** Id of the hold that covers what a conversation remembers; null: none. A topic's hold covers every conversation in which it came up. */
export const memoryHeldBy = (
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

/** The same of one that is kept: its state is opened only where a topic is held. */
export const transcriptHeldBy = (world: World, standing: StandingView, transcript: Transcript): string | null => {
  const { conversation, about } = transcript;
  const topics = standing.holds.some(({ on }) => on === 'topic')
    ? (openState(world, transcript)?.turns.flatMap((turn) => turn.topics) ?? [])
    : [];
  return memoryHeldBy(standing, { conversation, about, topics });
};

/** Null where it does not open. */
export const openState = (world: World, { tenant, account, state }: Transcript) => {
  const plain = world.sealer.open({ tenant, person: account, purpose: 'conversation' }, state);
  return plain === null ? null : parseState(plain, world.clock.now());
};

/** Moves on what is held and near its end, and gives back its own deadline to what is not held any more. Before every sweep. */
export const keepHeld = async (world: World): Promise<void> => {
  const standing = await standingNow(world);
  if (standing.holds.length > 0) {
    await keepMemories(world, standing);
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

const keepMemories = async (world: World, standing: StandingView): Promise<void> => {
  const now = world.clock.now();
  for await (const transcript of transcriptsOf(world, { to: now + NEAR_MS })) {
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

/**
 * Whether a hold covers this question, by its person or its conversation. Who cannot be looked up just now may be somebody who is
 * held. A topic's hold covers none: what it asks is only known by opening it.
 */
export const isHeld = async (
  world: World,
  question: AccountRef & { readonly conversation: string },
): Promise<boolean> => {
  const { holds } = world.standing();
  if (holds.some(({ on, what }) => on === 'conversation' && what === question.conversation)) return true;
  const people = holds.filter(({ on }) => on === 'person').map(({ what }) => ({ person: what, accounts: [] }));
  if (people.length === 0) return false;
  const owner = await (await createWhose(world, people)).of(question);
  return owner !== 'other' && owner !== 'unknown';
};

/** Questions that were set aside or wait for somebody. A topic holds none: what they ask is only known by opening them. */
const keepAside = async (world: World, standing: StandingView): Promise<void> => {
  const now = world.clock.now();
  const held = standing.holds.filter(({ on }) => on !== 'topic');
  if (held.length === 0) return;
  const persons = held.filter(({ on }) => on === 'person').map(({ what }) => what);
  const whose = await createWhose(
    world,
    persons.map((person) => ({ person, accounts: [] })),
  );
  for await (const question of questionsOf(world, { dueBy: now + NEAR_MS })) {
    if (question.until === null) continue;
    const talk = held.some(({ on, what }) => on === 'conversation' && what === question.conversation);
    // Who cannot be looked up just now may be somebody who is held.
    const owner = talk ? 'unsure' : await whose.of(question);
    if (owner === 'other' || owner === 'unknown') continue;
    const { tenant, conversation, id, state, until: seen } = question;
    // What waits for somebody ends in its time, and is set aside then. It is moved on only where nobody has come to that yet.
    if (state === 'parked' && seen > now) continue;
    const until = now + (state === 'parked' ? NEAR_MS : ASIDE_MS);
    await world.store.inbox.keepUntil({ tenant, conversation, id, seen, until });
  }
};
