/**
 * Legal hold: what it covers is neither removed nor shredded until two operators have lifted it. Whom it concerns is not told:
 * what the bot says of removal is said with "unless the law obliges your company to keep it", to everybody and once.
 */
import { matches, wantedOf } from '../about.ts';
import { codeOf } from '../errors.ts';
import { coversOf, hashesFor, keepHeld, standingNow, transcriptHeldBy, transcriptsOf } from '../held.ts';
import type { Hold } from '../ports.ts';
import { leavingHeldBy, type StandingView, standingView } from '../standing.ts';
import type { World } from '../world.ts';
import { noteDeed } from './deed.ts';
import type { Executor } from './execute.ts';
import { pendingOf } from './take-back.ts';
import type { OrderOf } from './types.ts';
import { count } from './words.ts';

export const hold: Executor<'hold'> = async (world, order, ordered) => {
  const { on, what } = order;
  const { id, by, at } = ordered;
  await noteDeed(world, ordered, { what: 'hold', on, target: on === 'topic' ? what : world.sealer.fingerprint(what) });
  const placed = await world.store.standing.placeHold({
    id,
    on,
    what,
    placedAt: at,
    by,
    hashes: hashesFor(world.sealer, order),
  });
  if (placed === 'full')
    return {
      ok: false,
      says: [
        'There are as many holds as can be kept, so this one was not placed. Lift one that is over: "sotto hold list".',
      ],
      data: { placed: false },
    };
  if (placed === 'lifted')
    return {
      ok: true,
      says: [`The hold ${id} was placed, and has been lifted since.`],
      data: { placed: false, hold: id },
    };
  await keepHeld(world, { all: true });
  const covered = await coveredBy(world, { id, on, what, placedAt: at, by });
  return {
    ok: true,
    says: [
      `The hold ${id} stands, in every process within a second.`,
      ...(await doubts(world, order)),
      `It covers ${count(covered.answers, 'message')} in chats and ${count(covered.transcripts, 'transcript')} just now, and whatever comes later.`,
      on === 'topic'
        ? 'Of questions that were set aside or wait for somebody it covers none: what they ask is sealed. Hold the person or the conversation for those.'
        : 'Questions of theirs that were set aside or wait for somebody are kept as well.',
      'The words of a question that ends are shredded as ever, and a transcript holds twenty turns (the newest, but that refusals of the last hour go last) and the topics of others. What the platform keeps is held there, not here.',
      `"sotto hold lift ${id}" ends it; two operators must confirm that.`,
    ],
    data: { placed: true, hold: id, on, ...covered },
  };
};

/** What the name could be wrong in. It is placed all the same: somebody who left, or a topic of yesterday's pack, can be held. */
const doubts = async (world: World, { on, what }: OrderOf<'hold'>): Promise<readonly string[]> => {
  if (on === 'topic' && !world.catalogue.topics.has(what)) return ['The pack has no topic of that name (any more).'];
  if (on !== 'person') return [];
  try {
    const colleague = await world.directory.colleague(what);
    return colleague === null ? ['The directory knows nobody with that id (any more).'] : [];
  } catch (error) {
    world.log.warn('hold.directory', { code: codeOf(error) });
    return ['The directory could not be asked whether there is somebody with that id.'];
  }
};

const coveredBy = async (
  world: World,
  only: Hold,
): Promise<{ readonly answers: number; readonly transcripts: number }> => {
  const wanted = wantedOf(world.sealer, { [only.on]: only.what });
  let answers = 0;
  const alone = standingView({ paused: null, holds: [only] }, () => (about) => matches(about, wanted));
  for await (const pending of pendingOf(world)) if (leavingHeldBy(alone, pending) !== null) answers += 1;
  let transcripts = 0;
  for await (const transcript of transcriptsOf(world))
    if (transcriptHeldBy(world, alone, transcript) !== null) transcripts += 1;
  return { answers, transcripts };
};

export const lift: Executor<'lift'> = async (world, { id }, ordered) => {
  await noteDeed(world, ordered, { what: 'lift', on: 'hold', target: id });
  const { holds: before } = await world.store.standing.current();
  const over = before.find((each) => each.id === id);
  const lifted = await world.store.standing.liftHold({ id });
  // Also where it was lifted before: a predecessor may not have come this far.
  await keepHeld(world);
  const standing = await standingNow(world);
  const { holds } = standing;
  const overdue = await letGo(world, over ?? null, standing);
  return {
    // It stood when this was ordered, so whatever lifted it has done what was ordered.
    ok: true,
    says: [
      lifted === 'lifted'
        ? `The hold ${id} is lifted, in every process within a second.`
        : `The hold ${id} does not stand any more: it was lifted before.`,
      `${count(overdue, 'message')} whose time is over ${overdue === 1 ? 'leaves' : 'leave'} now, others at their own time. Transcripts have their own deadline again; questions that were set aside end within the hour.`,
      holds.length === 0
        ? 'No hold stands.'
        : `${count(holds.length, 'hold')} still stand${holds.length === 1 ? 's' : ''}.`,
    ],
    data: { lifted: true, hold: id, standing: holds.length, overdue },
  };
};

/**
 * What the hold kept beyond its time is due now. Left alone it would be within a minute: what is held is looked at once a
 * minute, and another process may believe for a moment longer that it is. `over` null: a predecessor lifted it, and what it covered
 * is not known any more; then it is whatever is overdue, is held by none, and was never tried in vain.
 */
const letGo = async (world: World, over: Hold | null, standing: StandingView): Promise<number> => {
  await world.policyCaughtUp();
  const now = world.clock.now();
  const covers = over === null ? null : coversOf(world.sealer)(over);
  let overdue = 0;
  for await (const { ref, about, removeAt, then, again, attempts, leased } of pendingOf(world)) {
    if (about === null || removeAt > now || standing.heldBy(about) !== null) continue;
    if (covers === null ? attempts > 0 || leased : !covers(about)) continue;
    overdue += 1;
    await world.store.expiries.schedule({ ref, removeAt: now, about, then, again });
  }
  return overdue;
};
