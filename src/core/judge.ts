/**
 * Step 7: whether what is asked may be answered; `understood.ts` says what that is. Reads nothing but directory and grants,
 * touches no backend and leaves no trace; `explain` and the conversation itself use this one function.
 */
import { type Circumstances, circumstances, mayAsk, relationTo } from './askable.ts';
import type { Backend, Clock, Grants, Policy } from './ports.ts';
import type { ConversationState } from './state.ts';
import type {
  About,
  Colleague,
  Decision,
  Intent,
  Obligations,
  PerLocale,
  Person,
  PlaceKind,
  PlatformName,
  Relation,
  Verdict,
} from './types.ts';
import { type Asked, type UnderstandPorts, understand } from './understood.ts';

export interface JudgePorts extends UnderstandPorts {
  readonly policy: Policy;
  readonly grants: Grants;
  readonly clock: Clock;
  /** Descriptions only; nothing is fetched here. */
  readonly backend: Pick<Backend, 'operation'>;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly intent: Intent | null;
  /** Suspected, and the intent's own. */
  readonly topics: readonly string[];
  /** Topics that their guards suspect. */
  readonly suspected: readonly string[];
  readonly about: Relation | null;
  /** How they stand to whom the intent is about, whatever it was refused for; null: there is no intent. */
  readonly relation: Relation | null;
  readonly subject: Colleague | null;
  readonly candidates: readonly Colleague[];
  /** Rule ids, or a code where no rule decided. */
  readonly reasons: readonly string[];
  readonly obligations: Obligations | null;
  /** The topic that a refusal speaks of. */
  readonly refusedTopic: string | null;
  /** Refused because a guard suspects that topic, and for nothing else. It counts against nobody who works here. */
  readonly onSuspicion: boolean;
  /** No rule on what was asked refused it: it was suspected and no more, or is refused for who asks alone. Nobody is told of it. */
  readonly guessed: boolean;
  /** HR's own words of the refusal, whom they name to ask, and how to use a right that the law gives. */
  readonly words: Partial<PerLocale<string>>;
  readonly contact: Partial<PerLocale<string>>;
  readonly rights: Partial<PerLocale<string>>;
  /** Closest permitted intents, for buttons: where nothing was recognised, and where only a suspicion refused. */
  readonly suggestions: readonly Intent[];
  /** The rules that decided it last (`Policy.version`); others that came in force meanwhile have it judged anew. */
  readonly policy: string;
  /** What the data is asked for with; the second check uses the same. */
  readonly request: Circumstances;
}

const MOST_SUGGESTIONS = 3;

interface Case {
  readonly ports: JudgePorts;
  readonly asked: Asked;
  readonly person: Person;
  readonly platform: PlatformName;
  readonly place: PlaceKind;
  readonly state: ConversationState;
}

/** Judges one question. For guests and people of other companies every no is the same no (Slack requirement 33). */
export const judge = async (o: Case): Promise<Judgement> => {
  const { policy } = o.ports;
  // Others may come in force while it is looked up whom it is about: it is those that decide which count, in the same moment.
  let by = policy.version;
  const decide: typeof policy.decide = (request) => {
    by = policy.version;
    return policy.decide(request);
  };
  const ports = { ...o.ports, policy: { ...policy, decide } };
  const judgement = { ...(await judged({ ...o, ports })), policy: by };
  const { verdict, onSuspicion } = judgement;
  if (!isOutsider(o.person) || verdict === 'answer') return { ...judgement, guessed: onSuspicion };
  const guessed = onSuspicion || verdict !== 'refuse';
  return { ...judgement, verdict: 'refuse', suggestions: [], candidates: [], onSuspicion: false, guessed };
};

/** Whoever must not learn from a no what there is. */
export const isOutsider = ({ kind }: Pick<Person, 'kind'>): boolean => kind === 'guest' || kind === 'external';

const judged = async (o: Case): Promise<Omit<Judgement, 'guessed' | 'policy'>> => {
  const { ports, asked, person } = o;
  const { catalogue, policy } = ports;
  const now = ports.clock.now();
  const { intent, suspected, closest, about } = await understand({ ports, asked, person });

  let request = circumstances({ person, platform: o.platform, place: o.place, state: o.state, catalogue, now });
  /** A sign-in is looked up only where it would change the answer: the trip is spent when a rule reads it. */
  const decide = async (action: string, relation: Relation): Promise<Decision> => {
    const first = policy.decide({ ...request, action, about: relation });
    const mayHelp = first.effect === 'refuse' && (first.helps === 'sign-in' || first.helps === 'sign-in-and-private');
    if (!mayHelp || request.signInAgeMinutes !== null) return first;
    const signedInAt = await ports.grants.lastSignIn({ person: person.id, now });
    // One of the future proves nothing.
    if (signedInAt === null || signedInAt > now) return first;
    request = { ...request, signInAgeMinutes: Math.ceil((now - signedInAt) / 60_000) };
    return policy.decide({ ...request, action, about: relation });
  };

  const topics = [...new Set([...suspected, ...(intent === null ? [] : [intent.topic])])];
  const base = {
    intent,
    topics,
    suspected,
    about: intent === null ? null : about.relation,
    relation: intent === null ? null : about.relation,
    subject: about.subject,
    candidates: about.candidates,
    obligations: null,
    refusedTopic: null,
    onSuspicion: false,
    words: {},
    contact: {},
    rights: {},
    suggestions: [],
  };
  const refusal = (
    decision: Extract<Decision, { effect: 'refuse' }>,
    topic: string,
  ): Omit<Judgement, 'guessed' | 'policy'> => ({
    ...base,
    verdict: verdictOf(decision),
    reasons: decision.rules.length === 0 ? [decision.why] : decision.rules,
    refusedTopic: topic,
    words: decision.words,
    contact: decision.contact,
    rights: decision.rights,
    request,
  });

  /** What may be offered to choose from instead. What is chosen is judged like anything else, but that nobody has to guess. */
  const offered = (from: readonly Intent[]): readonly Intent[] =>
    from.filter((it) => mayAsk(policy, request, it)).slice(0, MOST_SUGGESTIONS);

  for (const topic of suspected) {
    if (topic === intent?.topic) continue;
    const decision = await decide(`${topic}.suspected`, 'other');
    if (decision.effect === 'permit') continue;
    const refused = { ...refusal(decision, topic), verdict: 'refuse', about: 'other' } as const;
    // Whom the directory does not vouch for just now is refused for that, whatever is suspected.
    if (decision.why === 'stale') return refused;
    // What would be refused without it rests on more than a suspicion.
    if (intent !== null && !mayAsk(policy, request, intent, about.relation)) return refused;
    return { ...refused, onSuspicion: true, suggestions: offered(closest.filter((it) => it.topic !== topic)) };
  }

  if (intent === null) {
    return { ...base, verdict: 'unknown', reasons: ['not-recognised'], suggestions: offered(closest), request };
  }

  const decision = await decide(intent.id, about.relation);
  if (decision.effect === 'refuse') return refusal(decision, intent.topic);
  const permitted = { ...base, reasons: decision.rules, obligations: decision.obligations, request };
  if (!needsSubject(ports.backend, intent, about)) return { ...permitted, verdict: 'answer' };
  const candidates = about.candidates.filter((it) => mayAsk(policy, request, intent, relationTo(person, it)));
  return { ...permitted, verdict: 'which', candidates };
};

const verdictOf = (decision: Extract<Decision, { effect: 'refuse' }>): Verdict => {
  if (decision.helps === 'sign-in') return 'step-up';
  return decision.helps === null ? 'refuse' : 'private-only';
};

/** Asked back only once it is known that the answer would be permitted whoever is meant: so asking tells nothing. */
const needsSubject = (backend: JudgePorts['backend'], intent: Intent, about: About): boolean =>
  intent.operation !== null && backend.operation(intent.operation)?.bySubject === true && about.subject === null;
