/** Judges a question without asking it: the real recogniser and policies, no backend, no store, no trace. */
import { answerCard, refusalCard, viewCard } from './answer.ts';
import { permittedIntents } from './askable.ts';
import { VIEW_WAIT_SECONDS } from './interact.ts';
import { type JudgePorts, judge } from './judge.ts';
import type { Judgement } from './judgement.ts';
import { withAlso } from './offering.ts';
import { askedTopics, type ConversationState, freshState, turnOf, withTurn } from './state.ts';
import type { Card, Intent, Person, PlaceKind, PlatformName, Relation, ShowMode, Verdict } from './types.ts';
import type { Asked } from './understood.ts';
import { readyCard, writesOf } from './writing/ready.ts';

export interface Explanation {
  readonly outcome: Verdict;
  readonly intent: string | null;
  readonly topics: readonly string[];
  readonly about: Relation | null;
  readonly reasons: readonly string[];
  /** What would be said; empty where the words would come from a backend. */
  readonly reply: string;
  readonly show: ShowMode | null;
  readonly expiresSeconds: number | null;
}

export const explainQuestion = async (o: {
  readonly ports: JudgePorts;
  readonly person: Person;
  readonly platform: PlatformName;
  readonly place: PlaceKind;
  readonly asked: Asked;
  /** What was asked before in this conversation, oldest first. */
  readonly history: readonly string[];
  /** Refusals to assume instead of those of the history. */
  readonly denials: number | null;
}): Promise<Explanation> => {
  const { ports, person, platform, place } = o;
  const now = ports.clock.now();
  let state: ConversationState = freshState(now);
  const ask = (asked: Asked): Promise<Judgement> => judge({ ports, asked, person, platform, place, state });
  for (const text of o.history) {
    const judgement = await ask({ kind: 'text', text });
    state = withTurn(state, turnOf({ at: now, verdict: judgement.verdict, judgement }));
  }
  if (o.denials !== null) state = assuming(state, o.denials, now);
  const judgement = await ask(o.asked);
  const { verdict, intent, obligations } = judgement;
  return {
    outcome: verdict,
    intent: intent?.id ?? null,
    topics: judgement.topics,
    about: judgement.about,
    reasons: judgement.reasons,
    reply: said(o.ports, person, judgement)?.text ?? '',
    show: obligations?.show ?? null,
    expiresSeconds: obligations?.expiresSeconds ?? null,
  };
};

/** The same with so many refusals, of nothing in particular. What was asked stays asked. */
const assuming = (state: ConversationState, count: number, now: number): ConversationState => {
  const refusal = turnOf({ at: now, verdict: 'refuse', judgement: null });
  const asked = { ...turnOf({ at: now, verdict: 'unknown', judgement: null }), topics: askedTopics(state, now) ?? [] };
  return { startedAt: state.startedAt, turns: [asked, ...Array.from({ length: count }, () => refusal)] };
};

const said = (ports: JudgePorts, person: Person, judgement: Judgement): Card | null => {
  const { intent, obligations } = judgement;
  const permitted = (): readonly Intent[] => permittedIntents(ports, judgement.request);
  const { catalogue } = ports;
  if (judgement.verdict !== 'answer' || intent === null || obligations === null) {
    return refusalCard({
      judgement,
      person,
      catalogue,
      signIn: 'nowhere',
      permitted,
      button: ({ label }) => ({ action: 'sotto.ask', label, value: '' }),
    });
  }
  if (writesOf(ports, intent) !== null) {
    const { locale } = person;
    const card = readyCard({ intent, locale, button: null });
    return withAlso({ card, judgement, locale, button: ({ label }) => ({ action: '', label, value: '' }) });
  }
  if (obligations.show === 'view') {
    const { locale } = person;
    const button = { action: '', label: '', value: '' };
    const card = viewCard({ intent, locale, seconds: VIEW_WAIT_SECONDS, button });
    return withAlso({ card, judgement, locale, button: () => button });
  }
  return intent.operation === null
    ? answerCard({ intent, judgement, person, catalogue, read: null, obligations, permitted })
    : null;
};
