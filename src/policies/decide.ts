import type { Decision } from '../core/types.ts';
import { type Notes, obligationsOf, wordsOf } from './annotations.ts';
import type { Ask, EngineAnswer } from './engine.ts';
import { type CheckedRequest, cedarRequest } from './request.ts';

type Refusal = Extract<Decision, { effect: 'refuse' }>;

export const refusal = (why: Refusal['why'], rules: readonly string[] = []): Refusal => ({
  effect: 'refuse',
  why,
  rules,
  helps: null,
  words: {},
});

const notesOf = (answer: { readonly rules: readonly string[] }, notes: ReadonlyMap<string, Notes>): readonly Notes[] =>
  answer.rules.flatMap((id) => notes.get(id) ?? []);

/** The changes that a person can make themselves, the smallest first. */
const CHANGES = [
  { helps: 'sign-in', signIn: true, place: false },
  { helps: 'private', signIn: false, place: true },
  { helps: 'sign-in-and-private', signIn: true, place: true },
] as const;

/**
 * What would make it a permit, found by asking again with a fresh sign-in, in private, or both (R38). Guests and people of
 * other companies are offered nothing (R39): for them every refusal looks alike.
 */
const whatHelps = (ask: Ask, request: CheckedRequest): Refusal['helps'] => {
  if (request.person.kind === 'guest' || request.person.kind === 'external') return null;
  const fresh = request.signInAgeMinutes === 0;
  const direct = request.place === 'direct';
  for (const change of CHANGES) {
    if ((change.signIn && fresh) || (change.place && direct)) continue;
    const changed: CheckedRequest = {
      ...request,
      ...(change.signIn ? { signInAgeMinutes: 0 } : {}),
      ...(change.place ? { place: 'direct' } : {}),
    };
    if (ask(request.action, cedarRequest(changed)).kind === 'permit') return change.helps;
  }
  return null;
};

/** A decision from the engine's answers. A rule that failed refuses, even where others permit (R1, R20). */
export const decideBy = (o: {
  readonly ask: Ask;
  readonly notes: ReadonlyMap<string, Notes>;
  readonly request: CheckedRequest;
}): Decision => {
  const answer: EngineAnswer = o.ask(o.request.action, cedarRequest(o.request));
  if (answer.kind === 'engine' || answer.kind === 'request') return refusal(answer.kind);
  if (answer.kind === 'rule-error') return refusal('policy-error', answer.rules);
  const notes = notesOf(answer, o.notes);
  // A permit without the notes of its rule would be shown without their obligations.
  if (notes.length < answer.rules.length) return refusal('engine', answer.rules);
  if (answer.kind === 'permit') {
    return { effect: 'permit', rules: answer.rules, obligations: obligationsOf(notes) };
  }
  return {
    ...refusal(answer.rules.length > 0 ? 'forbidden' : 'not-permitted', answer.rules),
    helps: whatHelps(o.ask, o.request),
    words: wordsOf(notes),
  };
};
