import type { Decision, Obligations } from '../core/types.ts';
import { type Notes, obligationsOf, saidOf, strictest } from './annotations.ts';
import type { Ask, EngineAnswer } from './engine.ts';
import { DATA, SUSPECTED } from './names.ts';
import { type CheckedRequest, cedarRequest } from './request.ts';

type Refusal = Extract<Decision, { effect: 'refuse' }>;

export const refusal = (why: Refusal['why'], rules: readonly string[] = []): Refusal => ({
  effect: 'refuse',
  why,
  rules,
  helps: null,
  words: {},
  contact: {},
  rights: {},
});

type NotesById = ReadonlyMap<string, Notes>;

interface Deciding {
  readonly ask: Ask;
  readonly notes: NotesById;
  readonly request: CheckedRequest;
}

const notesOf = (answer: { readonly rules: readonly string[] }, notes: NotesById): readonly Notes[] =>
  answer.rules.flatMap((id) => notes.get(id) ?? []);

/** The changes that a person can make themselves, the smallest first. */
const CHANGES = [
  { helps: 'sign-in', signIn: true, place: false },
  { helps: 'private', signIn: false, place: true },
  { helps: 'sign-in-and-private', signIn: true, place: true },
] as const;

/** Shown with care, or for a time only: nothing that may rest on what the directory said before. */
const isSensitive = ({ show, expiresSeconds }: Obligations): boolean => show !== 'message' || expiresSeconds !== null;

/** What the permitting rules ask for; null where the notes of one are missing, for it would be shown without its obligations. */
const asked = (answer: Extract<EngineAnswer, { kind: 'permit' }>, notes: NotesById): Obligations | null => {
  const found = notesOf(answer, notes);
  return found.length < answer.rules.length ? null : obligationsOf(found);
};

/**
 * What would make it a permit, found by asking again with a fresh sign-in, in private, or both (R38). Guests and people of
 * other companies are offered nothing (R39): for them every refusal looks alike. `stale`: it would be permitted then, were
 * it known afresh who asks; to send somebody to sign in for that would be in vain.
 */
const whatHelps = (o: Deciding): Refusal['helps'] | 'stale' => {
  const { ask, request } = o;
  if (request.person.kind === 'guest' || request.person.kind === 'external') return null;
  const fresh = request.signInAgeMinutes === 0;
  const direct = request.place === 'direct';
  let stale = false;
  for (const change of CHANGES) {
    if ((change.signIn && fresh) || (change.place && direct)) continue;
    const changed: CheckedRequest = {
      ...request,
      ...(change.signIn ? { signInAgeMinutes: 0 } : {}),
      ...(change.place ? { place: 'direct' } : {}),
    };
    const answer = ask(request.action, cedarRequest(changed));
    if (answer.kind !== 'permit') continue;
    const obligations = asked(answer, o.notes);
    if (obligations !== null && (request.person.fresh || !isSensitive(obligations))) return change.helps;
    stale ||= obligations !== null;
  }
  return stale ? 'stale' : null;
};

/** A hint must not lead to anybody's data, or past a suspicion. */
const mayBeHinted = (action: string): boolean => !action.startsWith(DATA) && !action.endsWith(`.${SUSPECTED}`);

/**
 * As `decideVouched`, with groups that only a chat platform vouches for. What they forbid is forbidden; what they permit must be permitted without
 * them as well, but where it is harmless with them and without: then it is given. Of what is permitted both ways the care of both is taken.
 */
export const decideBy = (o: Deciding): Decision => {
  const { hints, groups } = o.request;
  const without = decideVouched(o);
  if (hints.length === 0) return without;
  const hinted = decideVouched({ ...o, request: { ...o.request, groups: [...groups, ...hints] } });
  // Nobody is sent to sign in for what they would be refused all the same.
  if (hinted.effect === 'refuse')
    return without.effect === 'refuse' && without.helps !== hinted.helps ? { ...hinted, helps: null } : hinted;
  if (without.effect === 'refuse')
    return isSensitive(hinted.obligations) || !mayBeHinted(o.request.action) ? without : hinted;
  return {
    effect: 'permit',
    rules: [...new Set([...without.rules, ...hinted.rules])],
    obligations: strictest([without.obligations, hinted.obligations]),
  };
};

/**
 * A decision from the engine's answers. A rule that failed refuses, even where others permit (R1, R20). What is sensitive is
 * refused as `stale` to whoever the directory does not vouch for just now; that is never more than was permitted before.
 */
const decideVouched = (o: Deciding): Decision => {
  const answer: EngineAnswer = o.ask(o.request.action, cedarRequest(o.request));
  if (answer.kind === 'engine' || answer.kind === 'request') return refusal(answer.kind);
  if (answer.kind === 'rule-error') return refusal('policy-error', answer.rules);
  const notes = notesOf(answer, o.notes);
  if (notes.length < answer.rules.length) return refusal('engine', answer.rules);
  if (answer.kind === 'permit') {
    const obligations = obligationsOf(notes);
    if (!o.request.person.fresh && isSensitive(obligations)) return refusal('stale');
    return { effect: 'permit', rules: answer.rules, obligations };
  }
  const helps = whatHelps(o);
  if (helps === 'stale') return refusal('stale');
  return {
    ...refusal(answer.rules.length > 0 ? 'forbidden' : 'not-permitted', answer.rules),
    helps,
    ...saidOf(notes),
  };
};
