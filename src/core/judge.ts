/**
 * Step 7: whether what is asked may be answered; `understood.ts` says what that is. Reads nothing but directory and grants,
 * touches no backend and leaves no trace; `explain` and the conversation itself use this one function.
 */
import { circumstances, mayAsk, relationTo } from './askable.ts';
import { isOutsider, type Judgement, NOTHING_SAID } from './judgement.ts';
import type { Backend, Clock, Policy } from './ports.ts';
import { reasonsOf } from './reasons.ts';
import type { SignInsKept } from './sign-in/grants.ts';
import { mostMinutes } from './sign-in/minutes.ts';
import { SKEW_MS } from './sign-in/prove.ts';
import { NO_SLOTS } from './slot-types.ts';
import { slotToAsk, valuesToOffer } from './slots.ts';
import type { ConversationState } from './state.ts';
import type { Decision, Intent, Person, PlaceKind, PlatformName, Relation, Verdict } from './types.ts';
import { type Asked, type Meant, type UnderstandPorts, type Understood, understand } from './understood.ts';

export interface JudgePorts extends UnderstandPorts {
  readonly policy: Policy;
  readonly grants: SignInsKept;
  readonly clock: Clock;
  /** Descriptions only; nothing is fetched here. */
  readonly backend: Pick<Backend, 'operation'>;
}

const MOST_SUGGESTIONS = 3;

interface Case {
  readonly ports: JudgePorts;
  readonly asked: Asked;
  readonly person: Person;
  readonly platform: PlatformName;
  readonly place: PlaceKind;
  readonly state: ConversationState;
  /** Id of the question, where it waited for a sign-in and is judged again. */
  readonly resumes?: string;
}

/** Judges one question. For guests and people of other companies every no is the same no (Slack requirement 33). */
export const judge = async (o: Case): Promise<Judgement> => {
  const { policy } = o.ports;
  // Others may come in force while it is looked up whom it is about: it is those that decide which count, in the same moment.
  let by = inForce(policy);
  const decide: typeof policy.decide = (request) => {
    by = inForce(policy);
    return policy.decide(request);
  };
  let restsOn: string | null = null;
  const lastSignIn: SignInsKept['lastSignIn'] = async (of) => {
    const signIn = await o.ports.grants.lastSignIn(of);
    // One of the future proves nothing, but another process that kept it may be a little ahead.
    if (signIn === null || signIn.at > of.now + SKEW_MS) return null;
    restsOn = signIn.id;
    return signIn;
  };
  const ports = { ...o.ports, policy: { ...policy, decide }, grants: { lastSignIn } };
  const judgement = { ...(await judged({ ...o, ports })), ...by, restsOn };
  const { verdict, onSuspicion } = judgement;
  if (!isOutsider(o.person) || verdict === 'answer') return { ...judgement, guessed: onSuspicion };
  const guessed = onSuspicion || verdict !== 'refuse';
  return {
    ...judgement,
    verdict: 'refuse',
    suggestions: [],
    candidates: [],
    asks: null,
    asksSelf: false,
    onSuspicion: false,
    guessed,
  };
};

type Told = Omit<Judgement, 'guessed' | 'policy' | 'restrictions' | 'restsOn'>;

const inForce = ({ version, restrictionsVersion }: Policy): Pick<Judgement, 'policy' | 'restrictions'> => ({
  policy: version,
  restrictions: restrictionsVersion,
});

const judged = async (o: Case): Promise<Told> => {
  const { ports, asked, person, state } = o;
  const { catalogue, policy } = ports;
  const now = ports.clock.now();
  const understood = await understand({ ports, asked, person, state, now, resumes: o.resumes ?? null });
  const { suspected, closest, unrecognised } = understood;
  const all = meantIn(understood);

  let request = circumstances({ person, platform: o.platform, place: o.place, state, catalogue, now });
  /** A sign-in is looked up only where it would change the answer: the trip is spent when a rule reads it. */
  const decide = async (action: string, relation: Relation): Promise<Decision> => {
    const first = policy.decide({ ...request, action, about: relation });
    const mayHelp = first.effect === 'refuse' && (first.helps === 'sign-in' || first.helps === 'sign-in-and-private');
    if (!mayHelp || request.signInAgeMinutes !== null) return first;
    const signIn = await ports.grants.lastSignIn({ person: person.id, now });
    if (signIn === null) return first;
    request = { ...request, signInAgeMinutes: Math.max(0, Math.ceil((now - signIn.at) / 60_000)) };
    return policy.decide({ ...request, action, about: relation });
  };

  const topics = [...new Set([...suspected, ...all.map(({ intent }) => intent.topic)])];
  const about = (meant: Meant | null): Omit<Told, 'verdict' | 'reasons' | 'request'> => ({
    ...NOTHING_SAID,
    intent: meant?.intent ?? null,
    topics,
    suspected,
    about: meant?.about.relation ?? null,
    relation: meant?.about.relation ?? null,
    subject: (meant ?? understood).about.subject,
    candidates: (meant ?? understood).about.candidates,
    slots: meant?.slots.values ?? NO_SLOTS,
    heard: unrecognised?.heard ?? null,
    nearest: unrecognised?.nearest ?? null,
  });
  const refusal = (decision: Refused, meant: Meant | null, topic: string): Told => ({
    ...about(meant),
    verdict: verdictOf(decision),
    reasons: reasonsOf(decision),
    refusedTopic: topic,
    words: decision.words,
    contact: decision.contact,
    rights: decision.rights,
    request,
  });

  /** What may be offered to choose from instead. What is chosen is judged like anything else, but that nobody has to guess. */
  const offered = (from: readonly Intent[]): readonly Intent[] =>
    from.filter((it) => mayAsk(policy, request, it)).slice(0, MOST_SUGGESTIONS);

  const [first = null] = all;
  for (const topic of suspected) {
    if (all.some(({ intent }) => intent.topic === topic)) continue;
    const decision = await decide(`${topic}.suspected`, 'other');
    if (decision.effect === 'permit') continue;
    const refused = { ...refusal(decision, first, topic), verdict: 'refuse', about: 'other' } as const;
    // Whom the directory does not vouch for just now is refused for that, whatever is suspected.
    if (decision.why === 'stale') return refused;
    // What would be refused without it rests on more than a suspicion.
    if (all.some((it) => !mayAsk(policy, request, it.intent, it.about.relation))) return refused;
    return { ...refused, onSuspicion: true, suggestions: offered(closest.filter((it) => it.topic !== topic)) };
  }

  if (first === null) {
    const suggestions = offered(unrecognised?.closest ?? []);
    const said = { ...about(null), verdict: 'unknown', reasons: ['not-recognised'], suggestions, request } as const;
    // That something they may not ask is near is told by nothing, and what is offered instead was not meant.
    const isOffered = suggestions.some(({ topic }) => topic === said.nearest);
    return said.heard === 'near' && !isOffered ? { ...said, heard: 'far' } : said;
  }

  const decisions: { readonly meant: Meant; readonly decision: Decision }[] = [];
  for (const meant of all) decisions.push({ meant, decision: await decide(meant.intent.id, meant.about.relation) });
  const mayBeSuspected = async (topic: string): Promise<boolean> =>
    (await decide(`${topic}.suspected`, 'other')).effect === 'permit';
  const worst = Math.max(...decisions.map((it) => severity(it.decision)));
  const tied = decisions.filter((it) => severity(it.decision) === worst);
  let [strictest] = tied;
  // Refused alike, it is told of the topic that is kept: that leave is restricted is no answer to a question about pay.
  for (const each of tied.length > 1 && worst > 0 ? tied : []) {
    if (await mayBeSuspected(each.meant.intent.topic)) continue;
    strictest = each;
    break;
  }
  const [{ decision } = { decision: null }] = decisions;
  /** Of all that waits for it, so that one sign-in is enough. */
  const minutes = (): number | null => {
    if (worst !== SEVERITY['step-up']) return null;
    const each = tied.map(({ meant: { intent, about: whom } }) =>
      mostMinutes(policy, { ...request, action: intent.id, about: whom.relation }),
    );
    return Math.min(...each.map((one) => one ?? 0));
  };
  if (strictest?.decision.effect === 'refuse') {
    const { intent } = strictest.meant;
    const refused = { ...refusal(strictest.decision, strictest.meant, intent.topic), signInMinutes: minutes() };
    const only = all.length === 1 && strictest.meant.about.mayBeSelf === true && refused.verdict === 'refuse';
    // Of a topic that may not even be suspected unclear stays other.
    const light = only && (await mayBeSuspected(intent.topic));
    if (!light || !mayAsk(policy, request, intent)) return refused;
    return { ...about(first), verdict: 'which', asksSelf: true, reasons: ['about-unclear'], request };
  }
  if (decision?.effect !== 'permit') throw new Error('The strictest of what is permitted is permitted.');
  const permitted = { ...about(first), reasons: decision.rules, obligations: decision.obligations, request };
  const { intent } = first;
  if (needsSubject(ports.backend, first)) {
    const candidates = first.about.candidates.filter((it) => mayAsk(policy, request, intent, relationTo(person, it)));
    return { ...permitted, verdict: 'which', candidates };
  }
  // What writes asks for it in a form, with all that is known filled in. The pack says so too where nothing describes the operation.
  const writes =
    intent.form !== undefined ||
    (intent.operation !== null && ports.backend.operation(intent.operation)?.writes !== undefined);
  const slot = intent.operation === null || writes ? null : slotToAsk(intent, first.slots);
  if (slot !== null)
    return { ...permitted, verdict: 'which', asks: { slot, values: valuesToOffer(slot, understood.today) } };
  return { ...permitted, verdict: 'answer', also: all.slice(1), onlyNow: understood.onlyNow };
};

type Refused = Extract<Decision, { effect: 'refuse' }>;

/** All that is asked, the likeliest first. */
const meantIn = ({ intent, about, slots, also }: Understood): readonly Meant[] =>
  intent === null ? also : [{ intent, about, slots }, ...also];

const verdictOf = (decision: Refused): Verdict => {
  if (decision.helps === 'sign-in') return 'step-up';
  return decision.helps === null ? 'refuse' : 'private-only';
};

const SEVERITY: { readonly [V in Verdict]?: number } = { 'step-up': 1, 'private-only': 2, refuse: 3 };

/** A message that asks several things is judged by the strictest of them. */
const severity = (decision: Decision): number =>
  decision.effect === 'permit' ? 0 : (SEVERITY[verdictOf(decision)] ?? 3);

/** Asked back only once it is known that the answer would be permitted whoever is meant: so asking tells nothing. */
const needsSubject = (backend: JudgePorts['backend'], { intent, about }: Meant): boolean =>
  intent.operation !== null && backend.operation(intent.operation)?.bySubject === true && about.subject === null;
