/**
 * One question, in order. The order on this page is the order of events and the security property: nobody is looked
 * up before the question is durable, nothing is decided before it is known who asks, no backend is touched before the
 * decision is on record, and nothing is shown before its end is. Steps 1 to 3 (verify, accept, queue) came before.
 */

import { expiredCard } from './again.ts';
import {
  apologyCard,
  filesCard,
  notYoursCard,
  strangerCard,
  strictest,
  throttledCard,
  throttledTopicCard,
} from './answer.ts';
import { burnt, fromHr, fromOperators, fromThemselves, whileStill } from './before-asking.ts';
import { listsAll } from './can-ask.ts';
import { commit, type Outcome, PLAIN } from './commit.ts';
import { codeOf, SottoError } from './errors.ts';
import { type Expired, readPress } from './interact.ts';
import { judge } from './judge.ts';
import { isOutsider, type Judgement, keptOf } from './judgement.ts';
import { outcomesOf } from './outcomes.ts';
import type { Claim, Found } from './ports.ts';
import { slowedSeconds, spokenOf } from './probing.ts';
import type { Reply } from './reply.ts';
import { show } from './show.ts';
import { NO_SLOTS } from './slot-types.ts';
import type { ConversationState } from './state.ts';
import { claimedState, read, record, strangersLocale, who } from './steps.ts';
import { TOPIC_WAIT_SECONDS, throttled, topicThrottle } from './throttle.ts';
import type { Card, Person, Press, Question } from './types.ts';
import { showTyping } from './typing.ts';
import type { Asked } from './understood.ts';
import { judgePorts, type World } from './world.ts';
import { readWriting, type Writing } from './writing/carried.ts';
import { askedIn, carryOut } from './writing/carry-out.ts';
import { decideWrite } from './writing/decide.ts';
import { restsUntil } from './writing/once.ts';
import { writesOf } from './writing/ready.ts';
import { afterFailure } from './writing/told-again.ts';

/** HR may publish a restriction while a question is on its way; it is judged anew at most so often. */
const MOST_JUDGEMENTS = 3;

/** A question that failed so often without an outcome is answered with an apology instead of being tried again, and set aside. */
const MOST_TRIES = 5;

/** Steps 4 to 12 for one claimed question or press. Throws only where the store itself fails; the lease then brings it back. */
export const converse = async (world: World, claim: Claim, inbound: Question | Press): Promise<void> => {
  const typingOver = showTyping(world, inbound);
  await steps(world, claim, inbound, typingOver).finally(typingOver);
};

const steps = async (world: World, claim: Claim, inbound: Question | Press, typingOver: () => void): Promise<void> => {
  // With an outbox it was decided before and has been recalled since; what failed was only to show it.
  const recalled = claim.outbox !== null;
  const poisoned = !recalled && claim.attempts > MOST_TRIES;
  if (poisoned) await burnt(world, claim, inbound);
  // Looking them up may be what it dies of; then the apology is said without.
  const lookedUp = recalled || claim.attempts <= MOST_TRIES + 1;
  const writing =
    inbound.kind === 'press' ? readWriting(inbound, { sealer: world.sealer, now: world.clock.now() }) : null;
  const resting = writing === null ? null : await restsUntil(world, writing);
  if (resting !== null) {
    const { id, lease } = claim;
    await world.store.inbox.release({ id, lease, notBefore: resting, code: 'write-under-way', paced: true });
    return;
  }
  const found: Found = lookedUp ? await who(world, inbound.account) : { ok: false, why: 'unreachable' };
  const wait = throttled(claim.counts);
  // Beside the answer, which does not wait for it; whoever asks too much is told nothing more.
  const telling = wait === null && lookedUp && !recalled ? world.firstUse?.tell({ ...inbound, found }) : undefined;
  const state = claimedState(world, claim, inbound.account);
  const overTopic = topicThrottle(world);

  let broken = poisoned;
  for (let round = 1; round <= MOST_JUDGEMENTS; round++) {
    const { restrictionsVersion } = world.policy;
    let outcome: Outcome;
    try {
      if (broken) throw new SottoError('deadline', 'This question failed too often.');
      const decide = (): Promise<Outcome> =>
        decideAndRead(world, claim, inbound, found, wait, overTopic, state, writing);
      outcome =
        writing === null || inbound.kind !== 'press'
          ? await decide()
          : await decideWrite(world, claim, inbound, found, writing, decide);
      await levelled(world, claim, found, outcome);
    } catch (error) {
      // Promise 1: an error refuses. The apology needs no record, since it discloses nothing of what may have been read.
      world.log.error('question.failed', { id: claim.id, code: codeOf(error) });
      const locale = found.ok ? found.person.locale : 'en';
      const after = poisoned ? { kind: 'bury' as const, code: claim.failure ?? codeOf(error) } : null;
      const ended =
        writing === null || inbound.kind !== 'press'
          ? null
          : await afterFailure(world, claim, inbound, { found, writing, last: poisoned, error, after });
      outcome = ended ?? {
        card: apologyCard(locale),
        verdict: 'apology',
        judgement: null,
        obligations: PLAIN,
        locale,
        after,
      };
    }
    // An apology rests on no rule either.
    const restsOn = outcome.verdict === 'apology' || outcome.ruleless ? Number.MAX_SAFE_INTEGER : restrictionsVersion;
    const committed = await commit(world, claim, inbound, found, outcome, state, restsOn);
    typingOver();
    if (committed.status === 'committed') {
      noteRefusal(world, found, outcome, committed.remembered);
      // Also where it is shown later, by whoever comes next: nobody else begins what goes on.
      await show(world, claim, committed.outbox, committed.reply).finally(() => outcome.afterwards?.());
      await telling;
      return;
    }
    if (committed.status === 'lost') return;
    broken = await world.policyCaughtUp().then(
      () => false,
      () => true,
    );
  }
  throw new SottoError(
    'deadline',
    'The restrictions changed faster than one question could be judged. It is tried again.',
  );
};

/**
 * How long it takes to understand something depends on what it is, and how long somebody waits would tell them. So an outsider's no comes at the
 * next full step after it was accepted (Slack requirement 33); the step is far longer than understanding takes.
 */
const STEP_MS = 400;

const levelled = async ({ clock }: World, claim: Claim, found: Found, { verdict }: Outcome): Promise<void> => {
  if (!found.ok || !isOutsider(found.person) || verdict === 'answer') return;
  const passed = Math.max(0, clock.now() - claim.acceptedAt);
  await clock.sleep(STEP_MS - (passed % STEP_MS));
};

/** Behind the question: it is told above a limit, over all conversations of this person. */
const noteRefusal = (
  world: World,
  found: Found,
  { verdict, judgement }: Outcome,
  state: ConversationState | null,
): void => {
  // What is not remembered of it counts against nobody.
  if (!found.ok || verdict !== 'refuse' || state === null || judgement?.guessed === true) return;
  const { person } = found;
  // Outsiders' talks remember every no alike.
  world.probing?.refused({ person: person.id, topics: spokenOf(judgement), state: isOutsider(person) ? null : state });
};

/** Steps 4 to 10. */
const decideAndRead = async (
  world: World,
  claim: Claim,
  inbound: Question | Press,
  found: Found,
  wait: number | null,
  overTopic: ReturnType<typeof topicThrottle>,
  state: ConversationState,
  writing: Writing | null,
): Promise<Outcome> => {
  const ordered = await fromOperators(world, claim, inbound, found);
  if (ordered !== null) return ordered;
  const restricted = await fromHr(world, claim, inbound, found);
  if (restricted !== null) return restricted;
  const theirs = await fromThemselves(world, claim, inbound, found);
  if (theirs !== null) return theirs;
  const stood = await whileStill(world, claim, inbound, found);
  if (stood !== null) return stood;
  if (!found.ok) {
    await record(world, claim, inbound, {
      person: null,
      verdict: 'refuse',
      reasons: [`account-${found.why}`],
    });
    const unchecked = found.why === 'unreachable' || found.why === 'stale';
    const locale = await strangersLocale(world, inbound.account);
    const card = strangerCard(found.why, locale);
    return { card, verdict: 'refuse', judgement: null, obligations: PLAIN, locale, unchecked };
  }
  const { person } = found;
  const { locale } = person;
  const simple = async (verdict: 'refuse' | 'throttled', reason: string, card: Card): Promise<Outcome> => {
    await record(world, claim, inbound, { person, verdict, reasons: [reason] });
    return { card, verdict, judgement: null, obligations: PLAIN, locale };
  };
  if (wait !== null) return simple('throttled', 'throttled', throttledCard(locale, wait));
  // What waited for a sign-in was asked before.
  const slowed = claim.parked === null ? slowedSeconds(state, world.clock.now()) : null;
  if (slowed !== null) return simple('throttled', 'slowed', throttledCard(locale, slowed));

  if (inbound.kind === 'question' && inbound.file === true) {
    // Nothing was refused to them but to read it.
    return { ...(await simple('refuse', 'file', filesCard(locale))), unchecked: true };
  }
  const asked: Asked | Expired | null =
    inbound.kind === 'question'
      ? askedBy(world, inbound, locale)
      : writing !== null
        ? await askedIn(world, writing)
        : await readPress({ sealer: world.sealer, directory: world.directory, press: inbound, now: world.clock.now() });
  if (asked?.kind === 'expired') {
    const card = expiredCard({ world, account: inbound.account, locale, ask: asked.ask });
    // Nothing was refused to them but a button's time.
    return { ...(await simple('refuse', 'button-expired', card)), unchecked: true };
  }
  if (asked === null) return simple('refuse', 'button-not-yours', notYoursCard(locale));

  const judged = await judgedForHere(world, {
    asked,
    person,
    inbound,
    state,
    ...(claim.parked === null ? {} : { resumes: claim.id }),
  });
  const busy = overTopic({ judgement: judged, person, tenant: inbound.account.tenant });
  const judgement: Judgement =
    busy === null
      ? keptOf(judged, person)
      : { ...judged, verdict: 'throttled', reasons: ['throttled-topic'], obligations: null };
  await record(world, claim, inbound, {
    person,
    verdict: judgement.verdict,
    reasons: judgement.reasons,
    judgement,
  });
  world.recording?.keep({ id: claim.id, judgement, verdict: judgement.verdict });
  if (judgement.verdict === 'unknown') world.metrics.count('not_recognised', { heard: judgement.heard ?? 'far' });

  if (busy !== null) {
    const card = throttledTopicCard(locale, busy, TOPIC_WAIT_SECONDS);
    return { card, verdict: 'throttled', judgement, obligations: PLAIN, locale };
  }
  const become = outcomesOf(world, claim, inbound, { person, judgement });
  const { intent, obligations } = judgement;
  if (judgement.verdict !== 'answer' || intent === null || obligations === null)
    return become.refused({ write: writing?.id });
  if (writing !== null && inbound.kind === 'press')
    return carryOut(world, claim, inbound, { person, judgement, writing });
  // Nothing is written because it was asked for: here there is only the button of the form.
  if (writesOf(world, intent) !== null) return become.form(intent);
  // A view's answer is read when it is opened, not before (the design's show modes): here there is only the button.
  if (obligations.show === 'view') return become.inView(intent, obligations);

  const fetched = await read(world, claim, { intent, judgement, locale });
  if (fetched?.ok === false && fetched.why === 'refused') return become.dataRefused(intent, fetched.reasons);
  if (fetched?.ok === false && fetched.why === 'sign-in') return become.askingForToken(intent);
  const showing = strictest([obligations, ...(fetched?.ok === true ? fetched.obligations : [])]);
  // The rule of the data may be stricter than that of the question. What was read is let go.
  return showing.show === 'view' ? become.inView(intent, showing) : become.answered(intent, fetched, showing);
};

/** What a question asks; one without any word asks what can be asked. */
const askedBy = ({ catalogue }: World, { text, account, timeZone, at }: Question, locale: Reply['locale']): Asked => {
  const help =
    text.trim() === '' ? [...catalogue.intents.values()].find((intent) => listsAll(intent, locale)) : undefined;
  return help === undefined
    ? { kind: 'text', text, where: account, timeZone: timeZone ?? null, at }
    : { kind: 'chosen', intent: help.id, subject: null, slots: NO_SLOTS };
};

/**
 * Steps 6 and 7. What may be answered in private only is answered in the private chat, wherever it was asked: so a
 * shared place's "only in private" is asked again for the private chat.
 */
const judgedForHere = async (
  world: World,
  o: {
    readonly asked: Asked;
    readonly person: Person;
    readonly inbound: Question | Press;
    readonly state: ConversationState;
    readonly resumes?: string;
  },
): Promise<Judgement> => {
  const { inbound, ...of } = o;
  const at = { ...of, ports: judgePorts(world), platform: inbound.account.platform };
  const here = await judge({ ...at, place: inbound.place.kind });
  return here.verdict === 'private-only' && inbound.place.kind !== 'direct' ? judge({ ...at, place: 'direct' }) : here;
};
