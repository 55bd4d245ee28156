/**
 * More time: the button of an answer that is about to leave. A press is answered at once and by nobody but the platform's own
 * answer to it; it is authorised afresh, as if the same were asked about the same person now, and is on record before the
 * deadline moves. It may be delivered again: a press that was counted before moves nothing. What the answer says is not
 * touched, for nobody has it any more; its small print has said that the time can be taken again.
 */
import { z } from 'zod';
import { expiredCard } from './again.ts';
import {
  apologyCard,
  moreTimeCard,
  noMoreTimeCard,
  notYoursCard,
  refusalCard,
  stillCard,
  strangerCard,
  throttledCard,
} from './answer.ts';
import { permittedIntents } from './askable.ts';
import { codeOf } from './errors.ts';
import { chosen } from './interact.ts';
import { judge } from './judge.ts';
import { type MoreTime, moreShape } from './more-shape.ts';
import type { Sealer } from './ports.ts';
import { contextOf } from './sealing.ts';
import { withSignIn } from './sign-in/offer.ts';
import { counted, record, stateOf, strangersLocale, who } from './steps.ts';
import { standsStill } from './still.ts';
import { throttled } from './throttle.ts';
import { type Button, type Card, type Locale, type MessageRef, MORE_ACTION, type Press } from './types.ts';
import { judgePorts, type World } from './world.ts';

/** Which deadline a press may move: the button is made once the message stands, so it can move no other. */
const carried = moreShape.extend({
  action: z.literal(MORE_ACTION),
  channel: z.string(),
  message: z.string(),
  /** The deadline as it was first put on record, ms since the epoch. */
  first: z.int(),
});

export const moreTimeButton = (o: {
  readonly sealer: Sealer;
  /** Of the asker: as a claim names it. */
  readonly account: { readonly tenant: string; readonly key: string };
  readonly more: MoreTime;
  readonly label: string;
  readonly ref: MessageRef;
  readonly first: number;
}): Button => ({
  action: MORE_ACTION,
  label: o.label,
  value: o.sealer.seal(
    { tenant: o.account.tenant, person: o.account.key, purpose: 'press' },
    JSON.stringify({
      action: MORE_ACTION,
      ...o.more,
      channel: o.ref.channel,
      message: o.ref.id,
      first: o.first,
    } satisfies z.infer<typeof carried>),
  ),
});

type Carried = z.infer<typeof carried>;

/** Null where the button is forged or somebody else's. */
const readMore = (world: World, press: Press): Carried | null => {
  const plain = world.sealer.open(contextOf(press.account, 'press'), press.value);
  const parsed = plain === null ? null : carried.safeParse(JSON.parse(plain));
  return parsed?.success === true ? parsed.data : null;
};

/** Later than any deadline: to bring one no nearer than that is to ask which one stands. */
const FAR = 8_640_000_000_000_000;

/**
 * The deadline that stands, null where the answer has left. Only ever whole steps are added to a deadline, and none that is
 * another's (a recall's, a tombstone's) is that far away, so an answer that was called off is not held back.
 */
const standing = async (
  world: World,
  { ref, carried: it }: { readonly ref: MessageRef; readonly carried: Carried },
) => {
  const end = await world.store.expiries.sooner({ ref, removeAt: FAR });
  const stepMs = it.seconds * 1_000;
  return end === null || end <= world.clock.now() || (end - it.first) % stepMs !== 0 ? null : end;
};

/** How long a press is known by its id, ms. Platforms send again within minutes. */
const REPEAT_MS = 60 * 60_000;

/** How long a copy under another id is known for one, ms: Teams sends one after half a minute (Teams requirement 15). */
const COPY_MS = 60_000;

/** Gives more time, or says why not; `say` answers the press. Never throws. */
export const giveMore = async (world: World, press: Press, say: (card: Card) => Promise<void>): Promise<void> => {
  const known = { locale: 'en' as Locale };
  let card: Card;
  try {
    card = await decided(world, press, known);
  } catch (error) {
    // Promise 1: an error refuses. The answer leaves as was announced.
    world.log.error('more-time.failed', { id: press.id, code: codeOf(error) });
    card = apologyCard(known.locale);
  }
  await say(card).catch(() => undefined); // Best effort, as everything that answers a press.
};

const decided = async (world: World, press: Press, known: { locale: Locale }): Promise<Card> => {
  const attempt = { id: press.id, attempts: 1 };
  const found = await who(world, press.account);
  if (!found.ok) {
    const reasons = [`account-${found.why}`];
    await record(world, attempt, press, { person: null, verdict: 'refuse', reasons });
    return strangerCard(found.why, await strangersLocale(world, press.account));
  }
  const { person } = found;
  const { locale } = person;
  known.locale = locale;
  const simple = async (verdict: 'refuse' | 'throttled', reason: string, card: Card): Promise<Card> => {
    await record(world, attempt, press, { person, verdict, reasons: [reason] });
    return card;
  };
  const stands = async (): Promise<Card | null> => {
    const still = standsStill(world);
    return still === null ? null : simple('refuse', still, stillCard(locale, still));
  };
  const told = await stands();
  if (told !== null) return told;
  const wait = throttled(await counted(world, press));
  if (wait !== null) return simple('throttled', 'throttled', throttledCard(locale, wait));

  const it = readMore(world, press);
  const asked = it === null ? null : await chosen(world.directory, it);
  if (it === null || asked === null) return simple('refuse', 'button-not-yours', notYoursCard(locale));
  const { platform, tenant } = press.account;
  const ref: MessageRef = { platform, tenant, channel: it.channel, id: it.message };
  const end = await standing(world, { ref, carried: it });
  const expired = (): Promise<Card> =>
    simple('refuse', 'button-expired', expiredCard({ world, account: press.account, locale, ask: it }));
  if (end === null) return expired();

  await world.policyCaughtUp();
  const meanwhile = await stands();
  if (meanwhile !== null) return meanwhile;
  const judgement = await judge({
    ports: judgePorts(world),
    asked,
    person,
    platform,
    place: press.place.kind,
    state: await stateOf(world, press),
  });
  const { verdict, intent, obligations, reasons } = judgement;
  if (verdict !== 'answer' || intent === null || obligations === null) {
    await record(world, attempt, press, { person, verdict, reasons, judgement });
    const permitted = () => permittedIntents(judgePorts(world), judgement.request);
    const { catalogue } = world;
    const button = ({ label }: { readonly label: string }): Button => ({ action: '', label, value: '' });
    const signIn = world.signInOffered ? 'press' : 'nowhere';
    const card = { ...refusalCard({ judgement, person, catalogue, signIn, permitted, button }), buttons: [] };
    return withSignIn(world, { card, judgement, person, account: press.account });
  }
  const stepMs = it.seconds * 1_000;
  // What the rules allow now counts, and never more than was offered.
  const latest = it.first + Math.min(it.times, obligations.moreTime) * stepMs;
  const secondsLeft = (until: number): number => Math.max(1, Math.ceil((until - world.clock.now()) / 1_000));
  if (end + stepMs > latest) return simple('refuse', 'no-more-time', noMoreTimeCard(locale, secondsLeft(end)));

  await record(world, attempt, press, {
    person,
    verdict,
    reasons: [...reasons, 'more-time'],
    judgement,
  });
  const now = world.clock.now();
  const [byId, byCopies] = await Promise.all([
    world.store.counters.add({ key: `more:${press.id}`, windowMs: REPEAT_MS, now }),
    press.copies === undefined ? 1 : world.store.counters.add({ key: `more:${press.copies}`, windowMs: COPY_MS, now }),
  ]);
  const before = Math.max(byId, byCopies);
  const moved = before > 1 ? end : await world.store.expiries.later({ ref, seen: end, removeAt: end + stepMs });
  // It left while this was decided.
  if (moved === null || (before === 1 && moved < end + stepMs)) return expired();
  return moreTimeCard(locale, secondsLeft(moved));
};
