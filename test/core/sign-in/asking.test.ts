/** What a rule asks of a sign-in, as people read it, and what stands on record of its use. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEntry, DecisionEntry } from '../../../src/core/audit.ts';
import { endSignIns, endsTooOften } from '../../../src/core/sign-in/ends.ts';
import { lastSignIn } from '../../../src/core/sign-in/grants.ts';
import { counted } from '../../../src/core/steps.ts';
import { PERSON_PER_MINUTE } from '../../../src/core/throttle.ts';
import type { Decision, PolicyRequest, Question } from '../../../src/core/types.ts';
import { createWork, type Work } from '../../../src/core/work.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { haveSignedIn } from '../../support/signing-in.ts';
import { createTestWorld, EVAN, MONA, PERMIT, question, REFUSE, type TestWorld } from '../../support/world.ts';

const MINUTE = 60_000;

/** A rule that asks for a sign-in of so many minutes. */
const within =
  (minutes: number) =>
  ({ signInAgeMinutes: age }: PolicyRequest): Decision =>
    age !== null && age <= minutes
      ? PERMIT
      : { ...(REFUSE as Extract<Decision, { effect: 'refuse' }>), helps: 'sign-in' };

describe('a rule that asks for a strong sign-in', () => {
  let t: TestWorld;
  let clock: FakeClock;
  let work: Work;
  let asked = 0;
  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    work = createWork(t.world);
    work.start();
  });
  afterEach(async () => {
    await work.stop({ graceMs: 0 });
    await t.close();
  });

  const decided =
    (id: string) =>
    (entry: AuditEntry): entry is DecisionEntry =>
      entry.kind === 'decision' && entry.question === id;
  /** What they read, and the decision on it. */
  const ask = async (o: Partial<Question> = {}) => {
    asked += 1;
    const one = question({ id: `asked-${asked}`, ...o });
    const before = t.messages.length;
    expect(await work.accept(one)).toBe('accepted');
    for (let passed = 0; t.messages.length === before && passed < MINUTE; passed += 100) await clock.advance(100);
    // Until it is settled or parked: what signs in before that would answer it at once.
    for (let n = 0; n < 5; n++) await clock.advance(100);
    return { text: t.messages.at(-1)?.card.text ?? '', decision: t.entries.find(decided(one.id)) };
  };
  const signIn = (minutesAgo: number): Promise<void> =>
    haveSignedIn(t.world, {
      person: 'evan',
      at: clock.now() - minutesAgo * MINUTE,
      until: clock.now() + 60 * MINUTE,
      now: clock.now(),
    });

  it.each([
    [1, 'from the last minute', 'aus der letzten Minute'],
    [7, 'from the last 7 minutes', 'aus den letzten 7 Minuten'],
    [90, 'from the last 90 minutes', 'aus den letzten 90 Minuten'],
    [480, 'from the last 8 hours', 'aus den letzten 8 Stunden'],
  ])('says its own minutes, in either language: %d', async (minutes, english, german) => {
    t.script.decide = within(minutes);
    expect((await ask()).text).toContain(english);
    t.script.find = async () => ({ ok: true, person: { ...EVAN, locale: 'de' } });
    expect((await ask({ conversation: 'another' })).text).toContain(german);
  });

  it('has the sign-in on record that a decision rests on, by its id, and none where no rule looked at one', async () => {
    const before = await ask();
    expect(before.decision).toMatchObject({ verdict: 'answer' });
    expect(before.decision).not.toHaveProperty('signIn');

    t.script.decide = within(15);
    expect((await ask()).decision).not.toHaveProperty('signIn');
    await signIn(20);
    const old = await lastSignIn(t.world, { person: 'evan', now: clock.now() });
    expect((await ask()).decision).toMatchObject({ verdict: 'step-up', signIn: old?.id });
    await signIn(3);
    const fresh = await lastSignIn(t.world, { person: 'evan', now: clock.now() });
    expect(fresh?.id).not.toBe(old?.id);
    const answered = await ask();
    expect(answered.decision).toMatchObject({ verdict: 'answer', signIn: fresh?.id });
    expect(answered.text).toBe('You have 12 days.');
  });

  it('takes one that a process kept whose clock is ahead for one of now, and none of the future', async () => {
    t.script.decide = within(15);
    await signIn(-2);
    expect((await ask()).decision).toMatchObject({ verdict: 'step-up' });
    await endSignIns(t.world, { person: 'evan', why: 'signed-out' });
    await signIn(-0.5);
    expect((await ask()).decision).toMatchObject({ verdict: 'answer' });
  });

  it('can be ended however much is asked in their name or around them, and that is bounded by itself', async () => {
    await signIn(1);
    const { account } = question();
    for (let n = 0; n < PERSON_PER_MINUTE; n++) await counted(t.world, { account });
    expect((await ask()).decision).toMatchObject({ verdict: 'throttled' });
    expect((await ask({ text: 'that wasn’t me' })).decision).toMatchObject({ verdict: 'answer' });
    expect(await lastSignIn(t.world, { person: 'evan', now: clock.now() })).toBe(null);
    const room = Array.from({ length: 20 }, () => endsTooOften(t.world, EVAN));
    expect(room.lastIndexOf(null)).toBe(8);
    expect((await ask({ text: 'sign out' })).decision).toMatchObject({ verdict: 'throttled' });
    expect(endsTooOften(t.world, MONA)).toBe(null);
  });

  it.each([
    ['sign out', 'You have signed out.'],
    ['that wasn’t me', 'I have ended it.'],
  ])('is asked again once they write “%s”, whatever is restricted', async (text, said) => {
    await signIn(1);
    t.script.decide = () => REFUSE;
    const ended = await ask({ text });
    expect(ended.text).toContain(said);
    expect(ended.decision).toMatchObject({ verdict: 'answer', reasons: ['sign-in', expect.any(String)] });
    t.script.decide = within(15);
    expect((await ask()).decision).toMatchObject({ verdict: 'step-up' });
    expect((await ask({ text })).text).toContain(text === 'sign out' ? 'No sign-in of yours counted.' : said);
  });
});
