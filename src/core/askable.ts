/**
 * What can I ask? Whatever offers something to ask (help, suggestions, "I meant", the bot's own page) goes by the decision that the
 * question itself would meet, for this person, here, with what came before in the conversation.
 */
import type { Policy } from './ports.ts';
import { askedTopics, type ConversationState, denials, refusedOf } from './state.ts';
import type {
  Catalogue,
  Colleague,
  Intent,
  Person,
  PlaceKind,
  PlatformName,
  PolicyRequest,
  Relation,
} from './types.ts';

/** What all decisions on one question share. */
export type Circumstances = Omit<PolicyRequest, 'action' | 'about'>;

/** Without a sign-in, which is looked up only where it would change the answer. */
export const circumstances = (o: {
  readonly person: Person;
  readonly platform: PlatformName;
  readonly place: PlaceKind;
  readonly state: ConversationState;
  readonly catalogue: Pick<Catalogue, 'topics'>;
  readonly now: number;
}): Circumstances => {
  const { person, platform, place, state, now } = o;
  const all = (): readonly string[] => [...o.catalogue.topics.keys()];
  return {
    person,
    platform,
    place,
    signInAgeMinutes: null,
    denials: denials(state, now),
    asked: askedTopics(state, now) ?? all(),
    refused: refusedOf(state, now) ?? all(),
    now,
  };
};

/** Decided once for each intent and relation of one question, however many offers are made on it. */
const decided = new WeakMap<Circumstances, Map<string, boolean>>();

/** Whether they could be answered, also after one more sign-in or in their private chat. */
export const mayAsk = (policy: Policy, request: Circumstances, intent: Intent, about: Relation = 'self'): boolean => {
  const known = decided.get(request) ?? new Map<string, boolean>();
  decided.set(request, known);
  const key = `${about} ${intent.id}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const decision = policy.decide({ ...request, action: intent.id, about });
  const may = decision.effect === 'permit' || decision.helps !== null;
  known.set(key, may);
  return may;
};

/** Everything that this person could be answered here, about themselves. */
export const permittedIntents = (
  ports: { readonly catalogue: Pick<Catalogue, 'intents'>; readonly policy: Policy },
  request: Circumstances,
): readonly Intent[] => [...ports.catalogue.intents.values()].filter((intent) => mayAsk(ports.policy, request, intent));

/** How somebody stands to a colleague. */
export const relationTo = (asker: Pick<Person, 'id'>, subject: Colleague): Relation => {
  if (subject.id === asker.id) return 'self';
  return subject.manager === asker.id ? 'report' : 'other';
};
