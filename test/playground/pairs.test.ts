import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

interface Item {
  readonly id: string;
  readonly from: 'person' | 'sotto';
  readonly at: number;
  readonly text: string;
  readonly why: object | null;
}
type Pairs = (left: readonly Item[], right: readonly Item[]) => readonly (readonly [Item | null, Item | null])[];

// The page's modules are plain JavaScript for browsers; this one needs none.
const { pairs } = (await import(join(import.meta.dirname, '../../playground/page/pairs.js'))) as {
  readonly pairs: Pairs;
};

const permitted = { verdict: 'answer', intent: 'leave.balance', reasons: ['own-leave'] };
const refused = { verdict: 'refuse', intent: 'salary.someone', reasons: ['not-permitted'] };
const question = (id: string, at: number, text: string): Item => ({ id, from: 'person', at, text, why: null });
const answer = (id: string, at: number, why: object | null): Item => ({ id, from: 'sotto', at, text: id, why });
const ids = (left: readonly Item[], right: readonly Item[]) =>
  pairs(left, right).map(([one, other]) => `${one?.id ?? '-'} ${other?.id ?? '-'}`);

/** The question that stands last at or before this. */
const lastQuestion = (talk: readonly Item[], item: Item): Item | undefined =>
  talk.slice(0, talk.indexOf(item) + 1).findLast(({ from }) => from === 'person');

describe('what stands beside each other', () => {
  it('is the same question, and the answers to it', () => {
    const left = [question('q1', 0, 'Leave?'), answer('a1', 90, permitted)];
    const right = [question('Q1', 5, ' Leave? '), answer('A1', 400, { ...permitted, auditIndex: 9 })];
    expect(ids(left, right)).toEqual(['q1 Q1', 'a1 A1']);
  });

  it('is a row of its own for what was asked or answered on one platform only', () => {
    const left = [question('q1', 0, 'Leave?'), answer('a1', 90, permitted), question('q3', 9_000, 'Pay?')];
    const right = [question('Q2', 4_000, 'Tickets?'), answer('A2', 4_090, permitted), question('Q3', 9_001, 'Pay?')];
    expect(ids(left, right)).toEqual(['q1 -', 'a1 -', '- Q2', '- A2', 'q3 Q3']);
  });

  it('finds together again after one platform answered more', () => {
    const left = [question('q1', 0, 'Leave?'), answer('a1', 90, permitted), answer('more', 2_000, refused)];
    const right = [question('Q1', 0, 'Leave?'), answer('A1', 90, permitted)];
    const [q2, Q2] = [question('q2', 5_000, 'Pay?'), question('Q2', 5_000, 'Pay?')];
    expect(ids([...left, q2], [...right, Q2])).toEqual(['q1 Q1', 'a1 A1', 'more -', 'q2 Q2']);
  });

  it('puts answers that were decided apart beside each other, but joins those that were decided alike first', () => {
    const q = [question('q1', 0, 'Pay?'), question('Q1', 0, 'Pay?')] as const;
    expect(ids([q[0], answer('a1', 9, permitted)], [q[1], answer('A1', 9, refused)])).toEqual(['q1 Q1', 'a1 A1']);
    const left = [q[0], answer('a1', 9, refused), answer('a2', 10, permitted)];
    expect(ids(left, [q[1], answer('A2', 10, permitted)])).toEqual(['q1 Q1', 'a1 -', 'a2 A2']);
  });

  it('joins a question with the one that was sent at the same moment', () => {
    const right = [question('Q0', 0, 'Leave?'), answer('A0', 90, permitted), question('Q1', 2_000, 'Leave?')];
    expect(ids([question('q1', 2_001, 'Leave?')], right)).toEqual(['- Q0', '- A0', 'q1 Q1']);
  });

  it('joins an answer to a press with the same press made later on the other platform', () => {
    const left = [question('q1', 0, 'Plants?'), answer('a1', 90, refused), answer('pressed', 3_000, permitted)];
    const right = [question('Q1', 0, 'Plants?'), answer('A1', 90, refused), answer('PRESSED', 200_000, permitted)];
    expect(ids(left, right)).toEqual(['q1 Q1', 'a1 A1', 'pressed PRESSED']);
  });

  it('does not join what was said minutes apart', () => {
    expect(ids([question('q1', 0, 'Leave?')], [question('Q1', 300_000, 'Leave?')])).toEqual(['q1 -', '- Q1']);
  });

  const talk = fc
    .array(
      fc.record({
        wait: fc.integer({ min: 0, max: 40_000 }),
        from: fc.constantFrom('person' as const, 'sotto' as const),
        text: fc.constantFrom('a', 'b', ''),
        why: fc.constantFrom(null, permitted, refused),
      }),
      { maxLength: 12 },
    )
    .map((list) => {
      let at = 0;
      return list.map(({ wait, from, text, why }, index): Item => {
        at += wait;
        return { id: `${index}`, from, at, text, why: from === 'person' ? null : why };
      });
    });

  it('holds every message of both once and in order, and joins like with like only', () => {
    fc.assert(
      fc.property(talk, talk, (left, right) => {
        const rows = pairs(left, right);
        expect(rows.flatMap(([one]) => one ?? [])).toEqual(left);
        expect(rows.flatMap(([, other]) => other ?? [])).toEqual(right);
        for (const [one, other] of rows) {
          if (one === null || other === null) continue;
          expect(one.from).toBe(other.from);
          const [asked, askedThere] = [lastQuestion(left, one), lastQuestion(right, other)];
          expect(asked?.text).toBe(askedThere?.text);
          expect(Math.abs((asked ?? one).at - (askedThere ?? other).at)).toBeLessThanOrEqual(60_000);
        }
      }),
    );
  });

  it('joins every message of a talk with itself', () => {
    fc.assert(
      fc.property(talk, (left) => {
        expect(pairs(left, left)).toEqual(left.map((one) => [one, one]));
      }),
    );
  });
});
