import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mostMinutes } from '../../../src/core/sign-in/minutes.ts';
import type { Decision, PolicyRequest } from '../../../src/core/types.ts';
import { PERMIT, REFUSE } from '../../support/world.ts';

const REQUEST = { action: 'salary.payslip', signInAgeMinutes: null } as unknown as PolicyRequest;
const policy = (permits: (age: number) => boolean) => {
  const asked: number[] = [];
  const decide = ({ signInAgeMinutes: age }: PolicyRequest): Decision => {
    asked.push(age ?? -1);
    return age !== null && permits(age) ? PERMIT : REFUSE;
  };
  return { asked, decide };
};

describe('the minutes that a rule asks for', () => {
  it('are those of the rule, whatever they are, and are found in a dozen decisions', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_440 }), (minutes) => {
        const rule = policy((age) => age <= minutes);
        expect(mostMinutes(rule, REQUEST)).toBe(minutes);
        expect(rule.asked.length).toBeLessThanOrEqual(13);
      }),
    );
  });

  it('are a day where the rule asks for no age, or for a longer one', () => {
    expect(
      mostMinutes(
        policy(() => true),
        REQUEST,
      ),
    ).toBe(1_440);
    expect(
      mostMinutes(
        policy((age) => age <= 50_000),
        REQUEST,
      ),
    ).toBe(1_440);
  });

  it('are none where not even a sign-in of this moment helps', () => {
    expect(
      mostMinutes(
        policy(() => false),
        REQUEST,
      ),
    ).toBeNull();
  });
});
