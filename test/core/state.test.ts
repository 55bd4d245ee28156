import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DENIALS_UNREADABLE, denials, freshState, parseState, withTurn, written } from '../../src/core/state.ts';

const refusal = (at: number) => ({ at, verdict: 'refuse', intent: null, topics: [], about: null }) as const;

describe('what a conversation remembers', () => {
  it('counts the refusals of the last hour and forgets older ones', () => {
    const now = 10_000_000;
    const state = [now - 3_700_000, now - 10, now].reduce((s, at) => withTurn(s, refusal(at)), freshState(0));
    expect(denials(state, now)).toBe(2);
  });

  it('keeps no more than twenty turns', () => {
    const state = Array.from({ length: 50 }, (_, i) => i).reduce((s, at) => withTurn(s, refusal(at)), freshState(0));
    expect(state.turns).toHaveLength(20);
    expect(state.turns.at(-1)?.at).toBe(49);
  });

  it('reads back what it wrote', () => {
    const state = withTurn(freshState(5), refusal(6));
    expect(parseState(written(state), 7)).toEqual(state);
  });

  it('takes what cannot be read for the worst, never for a fresh start', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constant(null), fc.string(), fc.json()), (json) => {
        expect(denials(parseState(json, 0), 0)).toBe(DENIALS_UNREADABLE);
      }),
    );
  });

  it('counts an unreadable state as the worst for an hour, also after it was written anew', () => {
    const next = withTurn(parseState('?', 1_000), { ...refusal(1_000), verdict: 'answer' });
    const again = parseState(written(next), 2_000);
    expect(denials(again, 2_000)).toBe(DENIALS_UNREADABLE);
    expect(denials(again, 1_000 + 60 * 60_000)).toBe(0);
  });

  it('says when it began, so that chatting on does not prolong it', () => {
    expect(withTurn(freshState(5), refusal(500)).startedAt).toBe(5);
  });
});
