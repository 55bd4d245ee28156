/** Step 11: what the steps have made of a question, and how it becomes durable, together or not at all. */
import { aboutOf } from './about.ts';
import { sealedAgain } from './again.ts';
import type { Reported } from './chore-types.ts';
import { memoryEnds } from './held.ts';
import { viewMessageSeconds } from './interact.ts';
import type { Judgement } from './judgement.ts';
import { meantBy } from './meant.ts';
import type { Claim, Found, Outbox } from './ports.ts';
import { type Reply, writeReply } from './reply.ts';
import { accountKey, replyContext, stateContext } from './sealing.ts';
import { type ConversationState, topicsOf, turnOf, withTurn, written } from './state.ts';
import type { Card, Intent, Obligations, Press, Question } from './types.ts';
import type { World } from './world.ts';

export const PLAIN: Obligations = { show: 'message', expiresSeconds: null, moreTime: 0, redact: [] };

/** Of the message that carries a view's button: harmless, and gone when nobody pressed in time. */
export const ofView = (rules: Obligations): Obligations => ({
  show: 'view',
  expiresSeconds: viewMessageSeconds(rules),
  moreTime: 0,
  redact: [],
});

/** What the steps have made of a question: all that is committed and shown. */
export interface Outcome {
  readonly card: Card;
  readonly verdict: Reply['verdict'];
  readonly judgement: Judgement | null;
  readonly obligations: Obligations;
  readonly locale: Reply['locale'];
  /** True: refused because who asks could not be checked just now, or because of the operators. Like what failed on our side, that counts against nobody. */
  readonly unchecked?: boolean;
  /** True: it rests on no rule, so no newer rule can undo it. */
  readonly ruleless?: boolean;
  /** Of an answer: it can be recalled. Held and forgotten is whatever tells what was asked, by its judgement. */
  readonly tells?: { readonly person: string; readonly intent: Intent };
  /** Id of the intent under which they wrote what this gives back to them: it is found as theirs, also where nothing was judged. */
  readonly wrote?: string;
  /** What goes on here once this is durable and was shown, or was to be: where that was put off, it is shown after it. A crash before that loses it. */
  readonly afterwards?: () => void;
  /** What becomes of the question once this is shown; see `Reply`. */
  readonly after?: Reply['after'];
}

type Committed =
  | {
      readonly status: 'committed';
      readonly outbox: Outbox;
      readonly reply: Reply;
      /** What the conversation remembers now; null: nothing more than before. */
      readonly remembered: ConversationState | null;
    }
  | { readonly status: 'superseded' | 'lost' };

/** Step 11: outcome, conversation, sealed reply and its end become durable together, or none of them. */
export const commit = async (
  world: World,
  claim: Claim,
  inbound: Question | Press | Reported,
  /** Null: nobody was looked up. */
  found: Found | null,
  outcome: Outcome,
  state: ConversationState,
  restrictionsVersion: number,
): Promise<Committed> => {
  const now = world.clock.now();
  const { account, place } = inbound;
  const direct = place.kind === 'direct';
  const reply: Reply = {
    to: {
      tenant: account.tenant,
      user: account.user,
      channel: direct && place.channel !== '' ? place.channel : null,
      ...(direct && place.thread !== null ? { thread: place.thread } : {}),
    },
    card: outcome.card,
    locale: outcome.locale,
    verdict: outcome.verdict,
    // Whoever asked by a command was told so as it was taken.
    whisper: direct || isAside(inbound) ? null : { channel: place.channel, thread: place.thread },
    aside: mayStandInPlace(outcome, inbound) ? { channel: place.channel, thread: place.thread } : null,
    more: moreOf(outcome),
    restsOn: restrictionsVersion,
    after: outcome.after ?? null,
  };
  const { show: mode, expiresSeconds } = outcome.obligations;
  const platform = world.platforms.get(account.platform);
  const outbox: Outbox = {
    key: world.random.id(),
    reply: world.sealer.seal(
      replyContext({ tenant: account.tenant, account: accountKey(account), id: claim.id }),
      writeReply(reply),
    ),
    // Doubt about a lost reply must fall on a placeholder or on something that can be looked up, never on an answer.
    // What must leave is only ever filled in where its removal is on record already. A view's button tells nothing.
    placeholder:
      mode === 'hold-reveal' ||
      (mode === 'message' && expiresSeconds !== null) ||
      platform === undefined ||
      !platform.looksUp(reply.to),
    expiresMs: expiresSeconds === null ? null : expiresSeconds * 1000,
    ref: null,
    about: aboutOutcome(world, claim, found, outcome),
    again: reply.more === null ? null : sealedAgain({ world, account, locale: outcome.locale, ask: reply.more }),
  };
  const { judgement, verdict } = outcome;
  const remembered =
    verdict === 'apology' || outcome.unchecked
      ? null
      : withTurn(state, turnOf({ at: now, verdict, judgement, question: claim.id }));
  const next = remembered ?? state;
  const stateAbout = outbox.about ?? aboutTalk(world, claim, found, judgement);
  const status = await world.store.inbox.commit({
    id: claim.id,
    lease: claim.lease,
    restrictionsVersion,
    state: world.sealer.seal(
      stateContext({ tenant: account.tenant, account: accountKey(account), conversation: claim.conversation }),
      written(next),
    ),
    stateUntil: memoryEnds(world, {
      conversation: claim.conversation,
      about: stateAbout,
      topics: topicsOf(next),
      startedAt: next.startedAt,
      now,
    }),
    stateAbout,
    outbox,
    now,
    leaseMs: world.leaseMs,
  });
  return status === 'committed' ? { status, outbox, reply, remembered } : { status };
};

const isAside = (inbound: Question | Press | Reported): boolean =>
  inbound.kind === 'question' && inbound.aside !== undefined && inbound.aside !== null;

/** By a rule that was asked about this very place: where only the private chat would do, the answer goes there. */
const mayStandInPlace = (
  { verdict, obligations, judgement }: Outcome,
  { place }: Question | Press | Reported,
): boolean =>
  verdict === 'answer' &&
  obligations.inPlace === true &&
  obligations.show === 'message' &&
  obligations.expiresSeconds === null &&
  place.kind !== 'direct' &&
  judgement?.request.place === place.kind;

/** What its button asks for, where the time of the answer can be taken again. */
const moreOf = ({ judgement, obligations }: Outcome): Reply['more'] => {
  const { expiresSeconds: seconds, moreTime: times } = obligations;
  if (judgement === null || judgement.intent === null || seconds === null || times === 0) return null;
  return { intent: judgement.intent.id, ...meantBy(judgement), seconds, times };
};

/** Null: it tells nothing of what was asked. */
const aboutOutcome = (world: World, claim: Claim, found: Found | null, outcome: Outcome): Outbox['about'] => {
  const { tells, judgement } = outcome;
  const of = { conversation: claim.conversation, at: claim.acceptedAt };
  if (tells !== undefined) {
    const { person, intent } = tells;
    return aboutOf(world.sealer, { ...of, person, topic: intent.topic, intent: intent.id });
  }
  const { wrote } = outcome;
  if (found?.ok !== true || (judgement === null && wrote === undefined)) return null;
  const intent = judgement?.intent ?? (wrote === undefined ? null : world.catalogue.intents.get(wrote));
  const topic = judgement?.refusedTopic ?? intent?.topic ?? '';
  const person = found.person.id;
  return aboutOf(world.sealer, { ...of, person, topic, intent: intent?.id ?? wrote ?? '', answer: false });
};

/** Whose talk it is, whatever came of the question. Empty where that could not be told just now: what was told before stands. */
const aboutTalk = (world: World, claim: Claim, found: Found | null, judgement: Judgement | null): string =>
  found?.ok !== true
    ? ''
    : aboutOf(world.sealer, {
        person: found.person.id,
        conversation: claim.conversation,
        topic: judgement?.intent?.topic ?? '',
        intent: judgement?.intent?.id ?? '',
        at: claim.acceptedAt,
      });
