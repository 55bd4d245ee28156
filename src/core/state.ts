/** What a conversation remembers: what was decided, and no words. Sealed all the same; it is nobody's business. */
import { z } from 'zod';
import type { Relation, Verdict } from './types.ts';

const MOST_TURNS = 20;

/** A refusal counts against a conversation for an hour. */
const DENIAL_WINDOW_MS = 60 * 60_000;

/** Reported where the state cannot be read: a rule that counts refusals must then refuse (policy requirement R19). */
export const DENIALS_UNREADABLE = 1_000;

const turn = z.strictObject({
  at: z.number(),
  verdict: z.enum(['answer', 'refuse', 'step-up', 'private-only', 'which', 'unknown', 'throttled']),
  intent: z.string().nullable(),
  topics: z.array(z.string()),
  about: z.enum(['self', 'report', 'other']).nullable(),
});
const shape = z.strictObject({
  startedAt: z.number(),
  turns: z.array(turn).max(MOST_TURNS),
  unreadableUntil: z.number().optional(),
});

export interface Turn {
  readonly at: number;
  readonly verdict: Verdict;
  readonly intent: string | null;
  readonly topics: readonly string[];
  readonly about: Relation | null;
}

export interface ConversationState {
  readonly startedAt: number;
  readonly turns: readonly Turn[];
  /** Set where a state was there and could not be read: for so long it counts as the worst that it may have held. */
  readonly unreadableUntil?: number;
}

export const freshState = (now: number): ConversationState => ({ startedAt: now, turns: [] });

/** Null in, fresh out; what does not parse is unreadable, which is not the same as new. */
export const parseState = (json: string | null, now: number): ConversationState => {
  const unreadable = { ...freshState(now), unreadableUntil: now + DENIAL_WINDOW_MS };
  if (json === null) return unreadable;
  try {
    const { unreadableUntil, ...state } = shape.parse(JSON.parse(json));
    return unreadableUntil === undefined ? state : { ...state, unreadableUntil };
  } catch {
    return unreadable;
  }
};

export const withTurn = (state: ConversationState, turn: Turn): ConversationState => ({
  ...state,
  turns: [...state.turns, turn].slice(-MOST_TURNS),
});

export const written = (state: ConversationState): string => JSON.stringify(state);

/** Refusals in this conversation within the last hour. */
export const denials = (state: ConversationState, now: number): number =>
  (state.unreadableUntil ?? 0) > now
    ? DENIALS_UNREADABLE
    : state.turns.filter(({ verdict, at }) => verdict === 'refuse' && at > now - DENIAL_WINDOW_MS).length;
