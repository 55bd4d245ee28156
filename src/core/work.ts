/** The loops: accept, claim, run, drain. Bounded in number and time; whatever is cut off here is claimed again elsewhere. */
import { isAnswer } from './about.ts';
import { tryAgainCard } from './answer.ts';
import { isAsideForm } from './aside/form.ts';
import { openAside, takeAside } from './aside/in-view.ts';
import { createBehind } from './behind.ts';
import { type DoChore, persistent } from './chores.ts';
import { converse } from './converse.ts';
import { sweepWords } from './dead.ts';
import { isDonating, offersDonating } from './donating/buttons.ts';
import { openDonating, takeDonation } from './donating/in-view.ts';
import { codeOf, SottoError } from './errors.ts';
import { fenced } from './fence.ts';
import { keepHeld } from './held.ts';
import { pageOf, showHome } from './home.ts';
import { isChore, kept, parseChore, parseInbound, writeChore, writeInbound } from './inbound.ts';
import { createLeases } from './leases.ts';
import { createLeave } from './left.ts';
import { giveMore } from './more.ts';
import { answerOnPage } from './on-page.ts';
import { lapse } from './parked.ts';
import { createPlaces } from './places.ts';
import type { Claim, OpenedView } from './ports.ts';
import { answerAtOnce, isPrivacyPress } from './privacy/at-once.ts';
import { isPrivacyForm, openPrivacy, takePrivacy } from './privacy/in-view.ts';
import { isRecalled, takeAway } from './recalled.ts';
import { sweepDecisions } from './recording.ts';
import { parseReply } from './reply.ts';
import { createReport, tellElsewhere } from './reported.ts';
import { openForm } from './restricting/asking.ts';
import { takeForm } from './restricting/sent.ts';
import { accountKey, inboundContext, platformOf, replyContext } from './sealing.ts';
import { isStale, mayBeShed, shed } from './shed.ts';
import { giveUp, MOST_ATTEMPTS, show } from './show.ts';
import { stepsLogged } from './steps-logged.ts';
import { countsOf } from './throttle.ts';
import {
  ASIDE_ACTION,
  type Card,
  type Chore,
  FORM_ACTION,
  type Inbound,
  type Opened,
  type Press,
  type Question,
  type Submit,
} from './types.ts';
import { unopened } from './unopened.ts';
import { fillView } from './view.ts';
import { welcome } from './welcome.ts';
import { createWithdraw } from './withdrawn.ts';
import type { World } from './world.ts';
import { opensWriting } from './writing/buttons.ts';
import { isWriteForm } from './writing/carried.ts';
import { openWriting, takeWriting } from './writing/in-view.ts';

/** Without a reason to wake earlier the loop looks after so long, ms: other processes may have left something. */
const LOOK_EVERY_MS = 1_000;

/** And so long while something that was queued here may be freed by another process, ms. */
const HURRY_EVERY_MS = 100;

/** While more arrive at once than so many, they are taken and queued: who sends waits seconds, who asked can wait longer. */
export const MOST_ARRIVING = 8;

/** For so many that were taken meanwhile one of those that wait is begun, so that a stream that never ebbs starves nobody. */
export const TAKEN_FOR_EACH = 16;

/** A question that broke is left alone for so long, ms, before it is tried again. */
const BREATHER_MS = 2_000;

const SWEEP_EVERY_MS = 60_000;

/** A question of a tenant whose credential is refused waits so long, ms, and is looked at every so often. */
const PARKED_MS = 4 * 60 * 60_000;
const PARKED_LOOK_MS = 15_000;

/** Given as the reason where a wait is only cut short: an error made each time would cost more than the wait. */
const OVER = 'over';

export interface Work {
  /** Steps 2 and 3. `unavailable`: it was not taken, and the platform should send it again. Never throws. */
  accept(inbound: Inbound): Promise<'accepted' | 'repeat' | 'unavailable'>;
  /** A press that opened a view: fills it, or says there that it could not. Never throws. */
  open(press: Press, view: OpenedView): Promise<void>;
  /** A form that was sent: answers it in the view that it was sent from. Rejects where nothing became of it: it must stay as it was filled in. */
  submit(submit: Submit, view: OpenedView): Promise<void>;
  /** Somebody looks at the bot's own page: shows it. Never throws. */
  opened(opened: Opened): Promise<void>;
  /** Somebody added the app to their private chat: greets them. Never throws. */
  added(opened: Opened): Promise<void>;
  /** A press that takes more time: `say` answers it. Resolves once that is decided and durable. Never throws. */
  more(press: Press, say: (card: Card) => Promise<void>): Promise<void>;
  /** A press on the bot's own page that stands in a view: answers it there. Never throws. */
  onPage(press: Press, view: OpenedView): Promise<void>;
  /** Takes and queues, and answers nothing until `start`. Whoever presses is told to try again. */
  holdBack(): void;
  start(): void;
  /** Takes no more, lets what is in flight finish within `graceMs`, and leaves the rest to the next start. */
  stop(o: { readonly graceMs: number }): Promise<void>;
}

export const createWork = (world: World): Work => {
  const inFlight = new Set<Promise<void>>();
  /** What is being worked on here, by id. */
  const atWork = new Map<string, Promise<void>>();
  const places = createPlaces({ platforms: world.platforms.size });
  const stopping = new AbortController();
  const leases = createLeases(world);
  const leave = createLeave(world);
  const withdraw = createWithdraw(world);
  const report = createReport(world, (chore) => accept(chore));
  const doChore = persistent(world, (claim, chore) => {
    if (chore.kind === 'reported') return report(claim, chore);
    return chore.kind === 'left' ? leave(claim, chore) : withdraw(claim, chore);
  });
  const behind = createBehind();
  /** Wakes the loop that claims, where it sleeps. */
  let nudge = (): void => undefined;
  let loops: readonly Promise<void>[] = [];
  let heldBack = false;
  /** Arrivals that the store is being told of now. */
  let arriving = 0;
  /** Taken since they were too many, and not yet made up for by one that was begun. */
  let takenMeanwhile = 0;

  const forQueue = (): number =>
    arriving < MOST_ARRIVING
      ? places.forQueue()
      : Math.min(places.forQueue(), Math.floor(takenMeanwhile / TAKEN_FOR_EACH));

  /** Runs one claim to its end or to its release, keeping the lease meanwhile. Never rejects. */
  const run = (claim: Claim, o: Running): void => {
    // Our own claims lapse as well where our clock jumps: then the next attempt waits until the one under way is over.
    const before = atWork.get(claim.id);
    const work = (before === undefined ? work1(claim, o) : before.then(() => work1(claim, o))).finally(() => {
      if (atWork.get(claim.id) === work) atWork.delete(claim.id);
      leases.drop(claim);
      // A question that was claimed as it arrived frees what was queued behind it or for want of a place, and nothing else.
      const arrived = o.asked?.kind === 'question' && places.forQueue() > 0;
      o.leave();
      inFlight.delete(work);
      if (behind.ended(claim.conversation) || !arrived) nudge();
    });
    inFlight.add(work);
    atWork.set(claim.id, work);
    leases.keep(claim);
  };

  const work1 = async (claim: Claim, o: Running): Promise<void> => {
    try {
      await runClaim(stepsLogged(fenced(world, claim), claim.id), claim, o, {
        doChore,
        accept: (chore) => accept(chore),
      });
    } catch (error) {
      world.log.error('claim.failed', { id: claim.id, code: codeOf(error), count: claim.attempts });
      world.metrics.count('claims_failed');
      await world.store.inbox
        .release({
          id: claim.id,
          lease: claim.lease,
          notBefore: world.clock.now() + BREATHER_MS,
          code: codeOf(error),
        })
        .catch(() => undefined); // The store is away: the lease lapses by itself.
    }
  };

  const sleepUntilNudged = (ms: number): Promise<void> => {
    const waking = new AbortController();
    // The signal's reason is given, for making the usual one costs more than the rest of a nudge.
    nudge = () => waking.abort('nudged');
    return world.clock.sleep(ms, AbortSignal.any([waking.signal, stopping.signal]));
  };

  const claimLoop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let nudged = false;
      nudge = () => {
        nudged = true;
      };
      try {
        const limit = forQueue();
        takenMeanwhile = arriving < MOST_ARRIVING ? 0 : takenMeanwhile - limit * TAKEN_FOR_EACH;
        const now = world.clock.now();
        const claims = limit > 0 ? await world.store.inbox.claim({ now, leaseMs: world.leaseMs, limit }) : [];
        // As many as were asked for: more may wait.
        for (const claim of claims) {
          run(claim, { leave: places.take('queued', platformOf(claim.account)), pressed: claims.length === limit });
        }
        if (claims.length > 0) continue;
        const next = limit > 0 ? await world.store.inbox.next({ now }) : null;
        const most = behind.hurry(now) ? HURRY_EVERY_MS : LOOK_EVERY_MS;
        const wait = next === null ? most : Math.min(most, Math.max(10, next - now));
        if (!nudged) await sleepUntilNudged(wait);
      } catch (error) {
        world.log.error('claims.failed', { code: codeOf(error) });
        await world.clock.sleep(LOOK_EVERY_MS, stopping.signal);
      }
    }
  };

  const pressable = ({ account }: Pick<Press, 'account'>): boolean =>
    !heldBack && !stopping.signal.aborted && places.free('press', account.platform);

  /** A press that is answered at once. `answer` never rejects. */
  const pressed = async ({ account }: Pick<Press, 'account'>, answer: () => Promise<void>): Promise<void> => {
    const leave = places.take('press', account.platform);
    const work = answer().finally(() => {
      leave();
      inFlight.delete(work);
    });
    inFlight.add(work);
    await work;
  };

  /** `said`: to the press, which has no other place to be answered in. */
  const pageAnew = (inbound: Inbound, after: Promise<void> = Promise.resolve(), said?: Card): void => {
    const opened = pageOf(world, inbound);
    if (opened === null) return;
    void after.then(async () => {
      if (pressable(opened)) await pressed(opened, () => showHome(stepsLogged(world, opened.id), opened, { said }));
    });
  };

  const sweepLoop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // What is held is moved on first. Where that fails nothing is swept: what was shredded does not come back.
      const failed = (error: unknown): void => world.log.error('sweep.failed', { code: codeOf(error) });
      const kept = await keepHeld(world).then(
        () => true,
        (error: unknown) => {
          failed(error);
          return false;
        },
      );
      if (kept) {
        await world.store.conversations.sweep({ now: world.clock.now() }).catch(failed);
        await sweepWords(world).catch(failed);
      }
      // No hold keeps these. Proposals that have had their time are shredded by being looked at.
      await sweepDecisions(world).catch(failed);
      await world.store.donations.sweep({ now: world.clock.now() }).catch(failed);
      await world.store.looks.sweep({ now: world.clock.now() }).catch(failed);
      await world.store.writes.sweep({ now: world.clock.now() }).catch(failed);
      await world.store.proposals.all({ now: world.clock.now() }).catch(failed);
      await world.clock.sleep(SWEEP_EVERY_MS, stopping.signal);
    }
  };

  const fillOf = (press: Press): typeof fillView => {
    if (press.action === ASIDE_ACTION) return openAside;
    if (press.action !== FORM_ACTION) return fillView;
    if (offersDonating(press, world)) return openDonating;
    if (opensWriting(press, world)) return openWriting;
    return isPrivacyPress(world, press) ? openPrivacy : openForm;
  };

  const takeOf = (submit: Submit): typeof takeForm => {
    if (isAsideForm(submit, world)) return takeQuestion;
    if (isDonating(submit, world)) return takeDonation;
    if (isWriteForm(submit, world)) return takeWrite;
    return isPrivacyForm(world, submit) ? takePrivacy : takeForm;
  };

  const takeWrite: typeof takeForm = (logged, submit, view) => takeWriting(logged, submit, view, accept);

  const takeQuestion: typeof takeForm = (logged, submit, view) => takeAside(logged, submit, view, accept);

  const accept: Work['accept'] = async (inbound) => {
    if (inbound.kind === 'submit' || inbound.kind === 'opened') return 'accepted';
    if (stopping.signal.aborted) return 'unavailable';
    const as = inbound.kind === 'press' ? 'press' : 'arrived';
    const { platform } = inbound.account;
    // Taken before it is known whether the conversation is idle, so that many at once do not all find the same place.
    const pressing = as === 'arrived' && arriving >= MOST_ARRIVING;
    const giveBack = !heldBack && !pressing && places.free(as, platform) ? places.take(as, platform) : null;
    arriving += 1;
    try {
      const accepted = await acceptInbound(world, inbound, giveBack !== null);
      if (accepted.status === 'claimed') {
        const asked = isChore(inbound) ? {} : { asked: kept(inbound) };
        run(accepted.claim, { leave: giveBack ?? (() => undefined), pressed: false, ...asked });
      } else giveBack?.();
      if (accepted.status !== 'repeat') pageAnew(inbound, atWork.get(inbound.id));
      if (accepted.status === 'queued') {
        behind.queued({ conversation: inbound.conversation, now: world.clock.now() });
        nudge();
      }
      world.metrics.count('accepted', { status: accepted.status });
      world.log.debug?.('accepted', { id: inbound.id, code: accepted.status });
      return accepted.status === 'repeat' ? 'repeat' : 'accepted';
    } catch (error) {
      giveBack?.();
      world.log.error('accept.failed', { id: inbound.id, code: codeOf(error) });
      return 'unavailable';
    } finally {
      if (arriving >= MOST_ARRIVING) takenMeanwhile = Math.min(takenMeanwhile + 1, MOST_ARRIVING * TAKEN_FOR_EACH);
      arriving -= 1;
      if (arriving === MOST_ARRIVING - 1 || takenMeanwhile >= TAKEN_FOR_EACH) nudge();
    }
  };

  const open: Work['open'] = async (press, view) => {
    if (!pressable(press)) {
      await view.reveal(tryAgainCard).catch(() => undefined);
      return;
    }
    world.metrics.count('views');
    const fill = fillOf(press);
    await pressed(press, () => fill(stepsLogged(world, press.id), press, view));
    pageAnew(press);
  };

  const more: Work['more'] = async (press, say) => {
    if (!pressable(press)) {
      await say(tryAgainCard).catch(() => undefined);
      return;
    }
    world.metrics.count('more_time');
    const answer = isPrivacyPress(world, press) ? answerAtOnce : giveMore;
    const heard: Card[] = [];
    const noting = async (card: Card): Promise<void> => {
      heard.push(card);
      await say(card);
    };
    await pressed(press, () => answer(stepsLogged(world, press.id), press, noting));
    pageAnew(press, undefined, heard[0]);
  };

  return {
    accept,
    open,
    onPage: async (press, view) => {
      if (!pressable(press)) await view.reveal(tryAgainCard).catch(() => undefined);
      else await answerOnPage(stepsLogged(world, press.id), press, view, { open, more, accept });
    },
    submit: async (submit, view) => {
      if (!pressable(submit)) throw new SottoError('busy', 'No form is taken just now. It stays open: send it again.');
      world.metrics.count('forms');
      const take = takeOf(submit);
      await pressed(submit, () => take(stepsLogged(world, submit.id), submit, view));
    },
    opened: async (opened) => {
      // The page that stands there stays as it is; it is made anew when it is next opened.
      if (pressable(opened)) await pressed(opened, () => showHome(stepsLogged(world, opened.id), opened));
    },
    added: async (opened) => {
      // Whom there is no room for is told with their first question.
      if (pressable(opened)) await pressed(opened, () => welcome(stepsLogged(world, opened.id), opened));
    },
    more,
    holdBack: () => {
      heldBack = true;
    },
    start: () => {
      heldBack = false;
      loops = [claimLoop(), sweepLoop()];
    },
    stop: async ({ graceMs }) => {
      stopping.abort();
      const cut = new AbortController();
      await Promise.race([Promise.allSettled([...inFlight, ...loops]), world.clock.sleep(graceMs, cut.signal)]);
      cut.abort(OVER);
    },
  };
};

/** Trip 1. */
const acceptInbound = (
  world: World,
  inbound: Question | Press | Chore,
  claim: boolean,
): ReturnType<World['store']['inbox']['accept']> => {
  const { account } = inbound;
  const key = accountKey(account);
  return world.store.inbox.accept({
    id: inbound.id,
    conversation: inbound.conversation,
    tenant: account.tenant,
    account: key,
    inbound: world.sealer.seal(
      inboundContext({ tenant: account.tenant, account: key, conversation: inbound.conversation }),
      isChore(inbound) ? writeChore(inbound) : writeInbound(inbound),
    ),
    // Nobody asked anything by it.
    counts: isChore(inbound) ? [] : countsOf({ account: `${account.tenant}:${key}`, tenant: account.tenant }),
    now: world.clock.now(),
    leaseMs: world.leaseMs,
    claim,
  });
};

interface Running {
  /** Gives its place back. */
  readonly leave: () => void;
  readonly pressed: boolean;
  /** What was accepted just now and is sealed in the claim: it need not be opened and read again. */
  readonly asked?: Question | Press;
}

/**
 * The credential of its tenant is refused until somebody mends that. It waits, and none of its attempts is counted: it is not its fault. Whoever asked so long ago
 * that they have asked elsewhere by now is not answered any more, which is on record.
 */
const waitForMending = async (world: World, claim: Claim): Promise<void> => {
  const now = world.clock.now();
  if (now - claim.acceptedAt >= PARKED_MS) return giveUp(world, claim, 'installation-parked');
  const { id, lease } = claim;
  await world.store.inbox.release({
    id,
    lease,
    notBefore: now + PARKED_LOOK_MS,
    code: 'installation-parked',
    paced: true,
  });
};

/** From wherever a predecessor left it: decided already, then only showing is left. */
const runClaim = async (
  world: World,
  claim: Claim,
  { pressed, asked }: Running,
  { doChore, accept }: { readonly doChore: DoChore; readonly accept: Work['accept'] },
): Promise<void> => {
  const installed = world.tenancy?.of({ platform: platformOf(claim.account), tenant: claim.tenant });
  // Nobody could be shown anything there. What stands of it there nobody can take away any more, and the purge says so.
  if (installed?.state === 'gone') return giveUp(world, claim, 'uninstalled');
  if (installed?.state === 'parked') return waitForMending(world, claim);
  if (claim.overdue) return lapse(world, claim);
  // Whatever it is, it kills whoever touches it: not even its apology could be shown.
  if (claim.attempts > MOST_ATTEMPTS)
    return giveUp(world, claim, claim.failure ?? 'failed-too-often', claim.outbox?.ref ?? undefined);
  if (claim.outbox !== null) {
    const plain = world.sealer.open(replyContext(claim), claim.outbox.reply);
    if (plain === null) return unopened(world, claim, 'reply-unreadable');
    const reply = parseReply(plain);
    if (reply === null) return giveUp(world, claim, 'reply-unreadable', claim.outbox.ref ?? undefined);
    // It may have lain here for minutes, and nobody who recalls waits for it.
    if (claim.outbox.about !== null && isAnswer(claim.outbox.about)) await world.policyCaughtUp();
    if (!isRecalled(world, claim.outbox, reply))
      return show(world, claim, claim.outbox, reply, () => tellElsewhere(world, accept, claim));
    const taken = await takeAway(world, claim, claim.outbox, reply);
    if (taken === 'later')
      throw new SottoError('deadline', 'It could not be looked up what stands of a recalled answer.');
  }
  if (asked !== undefined) return converse(world, claim, asked);
  const plain = world.sealer.open(inboundContext(claim), claim.inbound);
  if (plain === null) return unopened(world, claim, 'question-unreadable');
  const chore = parseChore(plain);
  if (chore !== null) return doChore(claim, chore);
  const inbound = parseInbound(plain);
  if (inbound === null) return giveUp(world, claim, 'question-unreadable');
  const turnedAway = pressed && isStale(claim, world.clock.now()) && mayBeShed(inbound);
  return turnedAway ? shed(world, claim, inbound) : converse(world, claim, inbound);
};
