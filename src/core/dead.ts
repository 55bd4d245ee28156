/**
 * Questions that failed too often. The person got an apology; the question is set aside as a dead letter, with its words, sealed, so that an
 * admin who has mended the cause can have it answered after all.
 */
import type { DeadLetterEntry } from './audit.ts';
import { codeOf } from './errors.ts';
import type { Claim } from './ports.ts';
import type { World } from './world.ts';

/** Over a weekend. Then its words are shredded; its end was the apology. */
export const DEAD_MS = 3 * 24 * 60 * 60_000;

/** The apology was shown: the question ends as a dead letter. */
export const setAside = async (world: World, claim: Claim, code: string): Promise<'buried' | 'full' | 'lost'> => {
  const now = world.clock.now();
  await note(world, { question: claim.id, change: 'set-aside', code });
  const buried = await world.store.inbox.bury({ id: claim.id, lease: claim.lease, code, until: now + DEAD_MS, now });
  world.log.error('question.set-aside', { id: claim.id, code, count: claim.attempts });
  world.metrics.count('set_aside');
  if (buried === 'full') world.log.error('dead-letters.full', { id: claim.id });
  return buried;
};

/** A question that has ended otherwise, and whose words a legal hold keeps: it lies among the dead letters, and is kept there for as long as it stands. */
export const keepWords = async (world: World, claim: Claim): Promise<void> => {
  const now = world.clock.now();
  await note(world, { question: claim.id, change: 'set-aside', code: HELD });
  const until = now + DEAD_MS;
  const buried = await world.store.inbox.bury({ id: claim.id, lease: claim.lease, code: HELD, until, held: true, now });
  if (buried !== 'full') return;
  world.log.error('dead-letters.full', { id: claim.id, code: HELD });
  await note(world, { question: claim.id, change: 'shredded', code: HELD });
};

const HELD = 'held';

/**
 * Has a dead letter answered after all, under a new id, which is returned; null: there is no such letter, or its time is over. It is
 * on record before it is done: an order whose new id is in no decision came too late. `by`: a keyed hash or a name of whoever ordered it.
 * `as`: a new id of the caller's; ordered again with the same one, it is done once.
 * Refuses with `audit-unavailable` and `store-unavailable`.
 */
export const retryDead = async (
  world: Pick<World, 'audit' | 'clock' | 'names' | 'random' | 'store'>,
  id: string,
  by: string,
  as = `retry:${world.random.id()}`,
): Promise<string | null> => {
  const now = world.clock.now();
  const byName = await world.names.byFingerprint({ fingerprint: by, purpose: 'officer' });
  await world.audit.append({ kind: 'dead-letter', at: now, question: id, change: 'retry', code: null, as, by, byName });
  return (await world.store.inbox.retry({ id, as, now })) === 'queued' ? as : null;
};

/** Shreds the words whose time is over: of what is parked, and of dead letters, which is on record. */
export const sweepWords = async (world: World): Promise<void> => {
  const shredded = await world.store.inbox.sweep({ now: world.clock.now() });
  for (const { id, code } of shredded) await note(world, { question: id, change: 'shredded', code });
};

/** What cannot be recorded has happened all the same. */
const note = async (world: World, o: Pick<DeadLetterEntry, 'question' | 'change' | 'code'>): Promise<void> => {
  try {
    await world.audit.append({ kind: 'dead-letter', at: world.clock.now(), as: null, by: null, byName: null, ...o });
  } catch (error) {
    world.log.error('audit.dead-letter-lost', { id: o.question, code: codeOf(error) });
  }
};
