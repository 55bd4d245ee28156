/**
 * A press that opens a view: the answer is shown there and never becomes a message. The order is that of a question:
 * who, how often, what, whether, on record, read; then the view's end is durable, and only then is it filled. Nothing is
 * kept of what it showed. A view may be opened again until its message leaves; each time is authorised afresh.
 */
import { aboutOf } from './about.ts';
import {
  answerCard,
  apologyCard,
  isStale,
  notYoursCard,
  refusalCard,
  stillCard,
  strangerCard,
  strictest,
  throttledCard,
  viewExpiredCard,
  viewedCard,
} from './answer.ts';
import { permittedIntents } from './askable.ts';
import { sayingPerson } from './asking-person.ts';
import type { DisclosureEntry } from './audit.ts';
import { codeOf, SottoError } from './errors.ts';
import { readPress, viewSeconds } from './interact.ts';
import { judge } from './judge.ts';
import { noteShown } from './owed.ts';
import type { About, Found, OpenedView } from './ports.ts';
import { slowedSeconds, spokenOf } from './probing.ts';
import { asPersonCard, withSignIn } from './sign-in/offer.ts';
import { type Attempt, counted, read, record, stateOf, strangersLocale, who } from './steps.ts';
import { standsStill } from './still.ts';
import { throttled } from './throttle.ts';
import { type Card, type Locale, type Press, VIEW_CHANNEL } from './types.ts';
import { judgePorts, type World } from './world.ts';

/** HR may publish a restriction while a view is being filled; it is judged anew at most so often. */
const MOST_JUDGEMENTS = 3;

/** How often the end of a message is looked for, and the pause between, ms. */
const MOST_LOOKS = 4;
const LOOK_AGAIN_MS = 250;

/** What the view will hold. `seconds`: it is an answer, which leaves so long after the first opening. */
interface Filling {
  readonly card: Card;
  readonly verdict: DisclosureEntry['verdict'];
  readonly seconds: number | null;
  readonly locale: Locale;
  /** Of an answer. */
  readonly about?: About;
  /** Of a refusal that counts: whose it is, and the topics that it speaks of. */
  readonly refused?: { readonly person: string; readonly topics: readonly string[] };
}

/** Fills an open view, whatever comes: with the answer, or with why there is none. Never throws. */
export const fillView = async (world: World, press: Press, view: OpenedView): Promise<void> => {
  const attempt: Attempt = { id: press.id, attempts: 1 };
  let locale: Locale = 'en';
  try {
    const found = await who(world, press.account);
    if (found.ok) locale = found.person.locale;
    const ready = await upToDate(world, async () =>
      putOnRecord(world, press, view, await decideAndRead(world, attempt, press, found)),
    );
    const { refused } = ready.filling;
    if (refused !== undefined) world.probing?.refused({ ...refused, state: null });
    await reveal(world, press, view, ready);
  } catch (error) {
    // Promise 1: an error refuses, and shows nothing of what may have been read.
    world.log.error('view.failed', { id: press.id, code: codeOf(error) });
    await view.reveal(apologyCard(locale)).catch(() => undefined);
  }
};

/** What was decided counts only under the restrictions that stand in the store by now (the design's step 11). */
const upToDate = async (world: World, decide: () => Promise<Omit<Ready, 'restsOn'>>): Promise<Ready> => {
  for (let round = 1; round <= MOST_JUDGEMENTS; round++) {
    const { restrictionsVersion } = world.policy;
    const ready = await decide();
    await world.policyCaughtUp();
    if (world.policy.restrictionsVersion === restrictionsVersion) return { ...ready, restsOn: restrictionsVersion };
  }
  throw new SottoError('deadline', 'The restrictions changed faster than one view could be filled. Press again.');
};

/** Steps 4 to 10. */
const decideAndRead = async (world: World, attempt: Attempt, press: Press, found: Found): Promise<Filling> => {
  const still = standsStill(world);
  if (still !== null) {
    const [person, spoken] = found.ok ? [found.person, found.person.locale] : [null, 'en' as const];
    await record(world, attempt, press, { person, verdict: 'refuse', reasons: [still] });
    return { card: stillCard(spoken, still), verdict: 'refuse', seconds: null, locale: spoken };
  }
  if (!found.ok) {
    const reasons = [`account-${found.why}`];
    await record(world, attempt, press, { person: null, verdict: 'refuse', reasons });
    const locale = await strangersLocale(world, press.account);
    return { card: strangerCard(found.why, locale), verdict: 'refuse', seconds: null, locale };
  }
  const { person } = found;
  const { locale } = person;
  const simple = async (verdict: 'refuse' | 'throttled', reason: string, card: Card): Promise<Filling> => {
    await record(world, attempt, press, { person, verdict, reasons: [reason] });
    return { card, verdict, seconds: null, locale };
  };
  const wait = throttled(await counted(world, press));
  if (wait !== null) return simple('throttled', 'throttled', throttledCard(locale, wait));

  const state = await stateOf(world, press);
  const now = world.clock.now();
  const slowed = slowedSeconds(state, now);
  if (slowed !== null) return simple('throttled', 'slowed', throttledCard(locale, slowed));
  const asked = await readPress({ sealer: world.sealer, directory: world.directory, press, now });
  if (asked?.kind === 'expired') return simple('refuse', 'button-expired', viewExpiredCard(locale));
  if (asked === null) return simple('refuse', 'button-not-yours', notYoursCard(locale));

  const judgement = await judge({
    ports: judgePorts(world),
    asked,
    person,
    platform: press.account.platform,
    place: press.place.kind,
    state,
  });
  const { verdict, intent, obligations, reasons } = judgement;
  await record(world, attempt, press, { person, verdict, reasons, judgement });
  world.recording?.keep({ id: press.id, judgement, verdict });
  const counts = { refused: { person: person.id, topics: spokenOf(judgement) } };
  const permitted = () => permittedIntents(judgePorts(world), judgement.request);
  const { catalogue } = world;
  const orPerson = (card: Card): Card => sayingPerson(world, { card, person, request: judgement.request, intent });
  if (verdict !== 'answer' || intent === null || obligations === null) {
    // A button in a view would have no message to belong to.
    const refused = refusalCard({
      judgement,
      person,
      catalogue,
      signIn: world.signInOffered ? 'press' : 'nowhere',
      permitted,
      button: ({ label }) => ({ action: '', label, value: '' }),
    });
    const { account } = press;
    const bare = { ...refused, buttons: [] };
    const said = verdict === 'refuse' && !isStale(reasons) ? orPerson(bare) : bare;
    const card = await withSignIn(world, { card: said, judgement, person, account });
    const filling: Filling = { card, verdict, seconds: null, locale };
    return verdict === 'refuse' && !judgement.guessed && !isStale(reasons) ? { ...filling, ...counts } : filling;
  }
  const fetched = await read(world, attempt, { intent, judgement, locale });
  if (fetched?.ok === false && fetched.why === 'sign-in') {
    const signIn = world.signInOffered ? 'press' : 'nowhere';
    const card = await asPersonCard(world, { intent, signIn, person, account: press.account });
    return { card, verdict: 'step-up', seconds: null, locale };
  }
  const showing = strictest([obligations, ...(fetched?.ok === true ? fetched.obligations : [])]);
  const card = answerCard({ intent, judgement, person, catalogue, read: fetched, obligations: showing, permitted });
  if (fetched?.ok === false) {
    const stale = fetched.why === 'refused' && isStale(fetched.reasons);
    const filling: Filling = { card: stale ? card : orPerson(card), verdict, seconds: null, locale };
    return fetched.why === 'refused' && !isStale(fetched.reasons) ? { ...filling, ...counts } : filling;
  }
  const { conversation } = press;
  const about = aboutOf(world.sealer, {
    person: person.id,
    conversation,
    topic: intent.topic,
    intent: intent.id,
    at: now,
  });
  return { card, verdict, seconds: viewSeconds(showing), locale, about };
};

/** What is revealed, its end on record. */
interface Ready {
  readonly filling: Filling;
  /** Of an answer; null: its message has left, or it is none. */
  readonly removeAt: number | null;
  /** The version of the restrictions that it was decided by. */
  readonly restsOn: number;
}

/**
 * Step 11. The message that carries the button says until when; a message that has left is "expired". A recall that comes before it
 * is on record is seen when the versions are compared; one that comes later finds it.
 */
const putOnRecord = async (
  world: World,
  press: Press,
  { ref }: OpenedView,
  filling: Filling,
): Promise<Omit<Ready, 'restsOn'>> => {
  const { seconds, about = null } = filling;
  if (seconds === null) return { filling, removeAt: null };
  const removeAt = await firstOpened(world, press, seconds);
  if (removeAt === null || removeAt <= world.clock.now()) return { filling, removeAt: null };
  if (ref !== null) await world.store.expiries.schedule({ ref, removeAt, about, then: 'remove', again: null });
  return { filling, removeAt };
};

/** Step 12. */
const reveal = async (world: World, press: Press, view: OpenedView, ready: Ready): Promise<void> => {
  const { filling, removeAt } = ready;
  const { card, seconds, locale } = filling;
  if (seconds === null) {
    await view.reveal(card);
    return;
  }
  const left = removeAt === null ? 0 : removeAt - world.clock.now();
  if (removeAt === null || left <= 0) {
    await view.reveal(viewExpiredCard(locale));
    return;
  }
  // It may have taken a while since it was decided.
  const still = standsStill(world);
  if (still !== null) {
    await view.reveal(stillCard(locale, still));
    return;
  }
  const shown = viewedCard({ card, locale, seconds: Math.ceil(left / 1_000), closes: view.ref !== null });
  const revealed = await view.reveal(shown);
  // `later` leaves open whether it was filled, and what may have been seen counts as seen.
  if (!revealed.ok && revealed.fault !== 'later') return;
  await Promise.all([blankIfOver(world, view, ready), disclosed(world, press, view, filling, removeAt)]);
};

/** A view that took so long to fill that it was blanked meanwhile, or was recalled meanwhile, is blanked again. */
const blankIfOver = async (world: World, { ref }: OpenedView, { filling, removeAt, restsOn }: Ready): Promise<void> => {
  const { about = null } = filling;
  if (ref === null || removeAt === null) return;
  // Where the store is away, what this process knows decides; the window's own end is on record.
  await world.policyCaughtUp().catch(() => undefined);
  const now = world.clock.now();
  const recalled = about !== null && world.standing().recalled({ about, restsOn });
  if (now < removeAt && !recalled) return;
  await world.store.expiries.schedule({ ref, removeAt: now, about, then: 'remove', again: null });
};

/**
 * The time runs from the first opening: a later one can only move the end nearer, which it does not. The end of a message
 * is on record a moment after it was posted, so who presses at once is not told "expired" at once.
 */
const firstOpened = async (world: World, { message }: Press, seconds: number): Promise<number | null> => {
  if (message === null) return null;
  for (let look = 1; ; look++) {
    const end = await world.store.expiries.sooner({ ref: message, removeAt: world.clock.now() + seconds * 1_000 });
    if (end !== null || look === MOST_LOOKS) return end;
    await world.clock.sleep(LOOK_AGAIN_MS);
  }
};

const disclosed = async (
  world: World,
  press: Press,
  view: OpenedView,
  { verdict }: Filling,
  removeAt: number,
): Promise<void> => {
  await noteShown(world, {
    kind: 'disclosure',
    at: world.clock.now(),
    question: press.id,
    verdict,
    channel: VIEW_CHANNEL,
    message: view.ref?.id ?? press.id,
    removeAt: view.ref === null ? null : removeAt,
  });
};
