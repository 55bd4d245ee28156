import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { aboutOf, askedAt, isAnswer, matches, wantedOf } from '../../src/core/about.ts';

const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
const sealerOf = (current: number, ...others: readonly number[]) =>
  createSealer({ dataKey: { current: keyOf(current), accepted: [current, ...others].map(keyOf) } });
const sealer = sealerOf(1);

const AT = 1_700_000_000_000;
const asked = { person: 'evan', conversation: 'slack:T1:D1', topic: 'leave', intent: 'leave.balance', at: AT };

describe('what an answer is about', () => {
  it('is 27 characters, and none of what it is made of', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(), (person, intent, at) => {
        expect(aboutOf(sealer, { ...asked, person, intent, at })).toMatch(/^[A-Za-z0-9_-]{20}[0-9a-z]{7}$/);
      }),
    );
    expect(aboutOf(sealer, asked)).not.toMatch(/evan|leave/);
  });

  it('differs for the same word as a person and as a topic, and from what the audit log calls them', () => {
    const about = aboutOf(sealer, { ...asked, person: 'x', conversation: 'x', topic: 'x', intent: 'x' });
    expect(about.slice(0, 6)).not.toBe(about.slice(6, 12));
    expect(about.slice(12, 16)).not.toBe(about.slice(16, 20));
    const fingerprint = Buffer.from(sealer.fingerprint('evan'), 'hex').toString('base64url');
    expect(fingerprint.startsWith(aboutOf(sealer, asked).slice(0, 6))).toBe(false);
  });

  it('says whether it is an answer, or only tells what was asked, and is found alike', () => {
    const told = aboutOf(sealer, { ...asked, answer: false });
    expect(told).toHaveLength(27);
    expect([isAnswer(aboutOf(sealer, asked)), isAnswer(told)]).toEqual([true, false]);
    expect(askedAt(told)).toBe(AT);
    expect(matches(told, wantedOf(sealer, { person: 'evan', topic: 'leave', since: AT, before: AT + 1 }))).toBe(true);
    expect(matches(told, wantedOf(sealer, { since: AT + 1_000 }))).toBe(false);
  });

  it('is found by any of its parts, and by none of another', () => {
    const about = aboutOf(sealer, asked);
    for (const part of ['person', 'conversation', 'topic', 'intent'] as const) {
      expect(matches(about, wantedOf(sealer, { [part]: asked[part] }))).toBe(true);
      expect(matches(about, wantedOf(sealer, { [part]: 'another' }))).toBe(false);
    }
    expect(matches(about, wantedOf(sealer, { person: 'evan', topic: 'salary' }))).toBe(false);
    expect(matches(about, wantedOf(sealer, {}))).toBe(true);
  });

  it('is found by when it was asked, to the second', () => {
    const about = aboutOf(sealer, { ...asked, at: AT + 999 });
    expect(askedAt(about)).toBe(AT);
    expect(matches(about, wantedOf(sealer, { since: AT + 500 }))).toBe(true);
    expect(matches(about, wantedOf(sealer, { since: AT + 1_000 }))).toBe(false);
    expect(matches(about, wantedOf(sealer, { before: AT + 1 }))).toBe(true);
    expect(matches(about, wantedOf(sealer, { before: AT }))).toBe(false);
  });

  it('is found after the data key was rotated, as long as the old key is accepted', () => {
    const about = aboutOf(sealer, asked);
    expect(matches(about, wantedOf(sealerOf(2, 1), { person: 'evan', intent: 'leave.balance' }))).toBe(true);
    expect(matches(about, wantedOf(sealerOf(2), { person: 'evan' }))).toBe(false);
  });
});
