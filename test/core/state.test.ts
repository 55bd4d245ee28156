import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  askedTopics,
  type ConversationState,
  DENIALS_UNREADABLE,
  denials,
  freshState,
  parseState,
  refusals,
  refusedOf,
  type Turn,
  withTurn,
  written,
} from '../../src/core/state.ts';
import type { Verdict } from '../../src/core/types.ts';

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

  it('R19 takes what cannot be read for the worst, never for a fresh start', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constant(null), fc.string(), fc.json()), (json) => {
        expect(denials(parseState(json, 0), 0)).toBe(DENIALS_UNREADABLE);
      }),
    );
  });

  it('R19 counts an unreadable state as the worst for an hour, also after it was written anew', () => {
    const next = withTurn(parseState('?', 1_000), { ...refusal(1_000), verdict: 'answer' });
    const again = parseState(written(next), 2_000);
    expect(denials(again, 2_000)).toBe(DENIALS_UNREADABLE);
    expect(denials(again, 1_000 + 60 * 60_000)).toBe(0);
  });

  it('says when it began, so that chatting on does not prolong it', () => {
    expect(withTurn(freshState(5), refusal(500)).startedAt).toBe(5);
  });

  const HOUR = 60 * 60_000;
  const TOPICS = ['salary', 'leave', 'it', 'people'] as const;
  const VERDICTS: readonly Verdict[] = ['answer', 'refuse', 'step-up', 'private-only', 'which', 'unknown', 'throttled'];
  const turns: fc.Arbitrary<readonly Turn[]> = fc
    .array(
      fc.record({
        after: fc.integer({ min: 0, max: 20 * 60_000 }),
        verdict: fc.constantFrom(...VERDICTS),
        topics: fc.uniqueArray(fc.constantFrom(...TOPICS), { maxLength: 3 }),
        suspicion: fc.boolean(),
        refused: fc.option(fc.constantFrom(...TOPICS), { nil: undefined }),
      }),
      { maxLength: 80 },
    )
    .map((all) => {
      let at = 10 * HOUR;
      return all.map(({ after, verdict, topics, suspicion, refused }): Turn => {
        at += after;
        return {
          at,
          verdict,
          intent: null,
          topics,
          about: null,
          ...(suspicion && verdict === 'refuse' ? { suspicion: true } : {}),
          ...(refused === undefined || verdict !== 'refuse' ? {} : { refused }),
        };
      });
    });
  const remembered = (all: readonly Turn[]): ConversationState =>
    all.reduce((state, turn) => parseState(written(withTurn(state, turn)), turn.at), freshState(0));
  const counted = (all: readonly Turn[], now: number): readonly Turn[] =>
    all.filter(({ at, verdict, suspicion }) => verdict === 'refuse' && suspicion !== true && at > now - HOUR);

  it('never loses a refusal that counts within the hour, however much else is said', () => {
    fc.assert(
      fc.property(turns, fc.integer({ min: 0, max: HOUR }), (all, later) => {
        const now = (all.at(-1)?.at ?? 0) + later;
        const wanted = counted(all, now);
        const state = remembered(all);
        // There is room for so many; whatever a rule counts up to, more are not fewer.
        expect(denials(state, now)).toBe(wanted.length >= 20 ? DENIALS_UNREADABLE : wanted.length);
        expect(refusals(state, now).last).toBe(wanted.at(-1)?.at ?? null);
      }),
    );
  });

  it('knows every topic that was asked about within the hour, and every one that was refused, however much else is said', () => {
    fc.assert(
      fc.property(turns, fc.integer({ min: 0, max: HOUR }), (all, later) => {
        const now = (all.at(-1)?.at ?? 0) + later;
        const state = remembered(all);
        const recent = all.filter(({ at }) => at > now - HOUR);
        expect(new Set(askedTopics(state, now))).toEqual(new Set(recent.flatMap(({ topics }) => topics)));
        const refused = counted(all, now).flatMap((turn) =>
          turn.refused === undefined ? turn.topics : [turn.refused],
        );
        expect(new Set(refusedOf(state, now))).toEqual(new Set(refused));
      }),
    );
  });

  it('stays small, whatever is said for however long', () => {
    fc.assert(
      fc.property(turns, (all) => {
        const state = remembered([...all, ...all.map((turn) => ({ ...turn, at: turn.at + HOUR }))]);
        expect(state.turns.length).toBeLessThanOrEqual(20);
        expect(state.faded?.length ?? 0).toBeLessThanOrEqual(TOPICS.length);
      }),
    );
    const many = Array.from({ length: 500 }, (_, n) => ({ ...refusal(n), topics: [`t${n}`] }));
    const state = many.reduce((s, turn) => withTurn(s, turn), freshState(0));
    expect(parseState(written(state), 500).unreadableUntil).toBeUndefined();
  });

  it('reads back whatever it wrote, and what an older version wrote', () => {
    fc.assert(
      fc.property(turns, (all) => {
        const state = all.reduce((s, turn) => withTurn(s, turn), freshState(5));
        expect(parseState(written(state), 0)).toEqual(state);
      }),
    );
    const older =
      '{"startedAt":5,"turns":[{"at":6,"verdict":"refuse","intent":null,"topics":["salary"],"about":null}]}';
    expect(denials(parseState(older, 7), 7)).toBe(1);
    expect(refusedOf(parseState(older, 7), 7)).toEqual(['salary']);
  });

  it('counts no refusal on a suspicion alone, and remembers what it was about as asked', () => {
    const state = withTurn(freshState(0), { ...refusal(10), topics: ['salary'], suspicion: true, refused: 'salary' });
    expect(denials(state, 20)).toBe(0);
    expect(refusedOf(state, 20)).toEqual([]);
    expect(askedTopics(state, 20)).toEqual(['salary']);
  });

  it('cannot tell what was asked or refused in one that cannot be read', () => {
    const state = parseState('?', 1_000);
    expect([askedTopics(state, 1_000), refusedOf(state, 1_000)]).toEqual([null, null]);
    expect(askedTopics(state, 1_000 + HOUR)).toEqual([]);
  });
});
