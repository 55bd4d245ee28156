/**
 * A question that has waited too long while everything is taken: it is told so, at the price of a record, a commit and a
 * message, and nobody is looked up, nothing recognised, decided or read. It ends once like any other.
 */
import { shedCard } from './answer.ts';
import { commit, PLAIN } from './commit.ts';
import { codesIn } from './orders/code.ts';
import type { Claim } from './ports.ts';
import { show } from './show.ts';
import { claimedState, record } from './steps.ts';
import type { Press, Question } from './types.ts';
import type { World } from './world.ts';
import { WRITE_ACTION } from './writing/carried.ts';

/**
 * Whoever asked has turned to something else by then, and those who ask now are answered sooner for it. ms. Long enough for a burst
 * that only the platform's pace slows: there a sorry line takes as many calls as an answer (decision 0021).
 */
export const PATIENCE_MS = 180_000;

/** Only what was never begun: a question that a predecessor worked on may have been read for already, and one that was parked waited for the person. */
export const isStale = (claim: Claim, now: number): boolean =>
  claim.attempts === 1 && claim.parked === null && claim.outbox === null && now - claim.acceptedAt > PATIENCE_MS;

/**
 * What has an operator's code in it is looked at, however much waits: it may be the order to pause, or one that others could read. Whoever
 * writes what only looks like one asks no cheaper than before: they are counted, as always. Nor is a form that was sent: it has words in it that nobody keeps
 * elsewhere, and nobody sends many.
 */
export const mayBeShed = (inbound: Question | Press): boolean =>
  inbound.kind === 'question' ? codesIn(inbound.text).length === 0 : inbound.action !== WRITE_ACTION;

/** Throws where it cannot be put on record; then it is tried again as a question. */
export const shed = async (world: World, claim: Claim, inbound: Question | Press): Promise<void> => {
  const { account } = inbound;
  await record(world, claim, inbound, { person: null, verdict: 'throttled', reasons: ['shed'] });
  const committed = await commit(
    world,
    claim,
    inbound,
    null,
    // Nobody was looked up, so nobody knows in which language they read.
    { card: shedCard, verdict: 'throttled', judgement: null, obligations: PLAIN, locale: 'en', unchecked: true },
    claimedState(world, claim, account),
    // It rests on no rule, so no newer rule can undo it.
    Number.MAX_SAFE_INTEGER,
  );
  world.metrics.count('shed');
  if (committed.status === 'committed') await show(world, claim, committed.outbox, committed.reply);
};
