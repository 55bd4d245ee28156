import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import type { DecisionEntry } from '../../src/core/audit.ts';
import { PARK_MS } from '../../src/core/parked.ts';
import { signedIn } from '../../src/core/signed-in.ts';
import type { Decision, PolicyRequest, Question } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { haveSignedIn } from '../support/signing-in.ts';
import {
  createTestWorld,
  EVAN,
  GUS,
  MONA,
  PERMIT,
  question,
  REFUSE,
  recognised,
  recordOf,
  type TestWorld,
} from '../support/world.ts';

const NEEDS_SIGN_IN: Decision = {
  effect: 'refuse',
  why: 'not-permitted',
  rules: ['recent-sign-in'],
  helps: 'sign-in',
  words: {},
  contact: {},
  rights: {},
};

const withSignIn = ({ signInAgeMinutes }: PolicyRequest): Decision =>
  signInAgeMinutes !== null && signInAgeMinutes <= 15 ? PERMIT : NEEDS_SIGN_IN;

describe('a question that needs a sign-in', () => {
  let t: TestWorld;
  let clock: FakeClock;
  let work: Work;
  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    t.script.decide = withSignIn;
    work = createWork(t.world);
    work.start();
  });
  afterEach(async () => {
    const stopping = work.stop({ graceMs: 0 });
    await clock.advance(1_000);
    await stopping;
    await t.close();
  });

  /** Lets time pass in small steps, until it has happened. */
  const passUntil = async (happened: () => boolean | Promise<boolean>, mostMs = 60_000): Promise<void> => {
    for (let passed = 0; !(await happened()); passed += 100) {
      if (passed > mostMs) throw new Error(`it did not happen: ${happened.toString()}`);
      await clock.advance(100);
    }
  };
  const census = () => t.store.inbox.census({ now: clock.now() });
  const parked = (count: number): Promise<void> => passUntil(async () => (await census()).parked === count);
  const nothingLeft = (): Promise<void> =>
    passUntil(async () => Object.values(await census()).every((count) => count === 0));
  const texts = (): readonly string[] => t.messages.map(({ card }) => card.text);
  const decisions = (id: string): readonly DecisionEntry[] =>
    t.entries.filter((entry): entry is DecisionEntry => entry.kind === 'decision' && entry.question === id);
  const ask = async (o: Partial<Question> = {}): Promise<Question> => {
    const asked = question(o);
    expect(await work.accept(asked)).toBe('accepted');
    return asked;
  };
  /** How many questions it brought back. */
  const signIn = async (person = 'evan', world: Parameters<typeof signedIn>[0] = t.world): Promise<number> => {
    const now = clock.now();
    const signed = await signedIn(world, { person, at: now, until: now + 900_000, by: 'test' });
    return signed.ok ? signed.answered : -1;
  };

  it('says so, is parked once that is shown, and is answered by itself when they have signed in', async () => {
    const { id } = await ask();
    await parked(1);
    expect(t.calls.slice(t.calls.indexOf('commit'))).toEqual([
      'commit',
      expect.stringMatching(/^post/),
      'audit disclosure',
      // It tells what was asked, so it is known by what it is about.
      'schedule',
      'park',
    ]);
    expect(texts()).toEqual([expect.stringContaining('sign in within 10 minutes')]);
    expect(t.calls.filter((call) => call.startsWith('backend'))).toEqual([]);
    expect(await signIn()).toBe(1);
    await passUntil(() => texts().length === 2);
    expect(texts()[1]).toBe('You have 12 days.');
    await nothingLeft();
    expect(decisions(id).map(({ verdict }) => verdict)).toEqual(['step-up', 'answer']);
    expect(t.entries.find(({ kind }) => kind === 'grant')).toMatchObject({ change: 'given', by: 'test' });
    expect(await signIn()).toBe(0);
  });

  it('is answered also where the sign-in came before it was parked: a process died after it had said so', async () => {
    await work.stop({ graceMs: 0 });
    let dies = true;
    const { inbox } = t.world.store;
    const park: typeof inbox.park = async (o) => {
      if (dies) throw new Error('killed');
      return inbox.park(o);
    };
    work = createWork({ ...t.world, store: { ...t.world.store, inbox: { ...inbox, park } } });
    work.start();
    const { id } = await ask();
    await passUntil(() => texts().length === 1);
    expect(await signIn()).toBe(0);
    dies = false;
    await passUntil(() => texts().length === 2, 300_000);
    expect(texts()[1]).toBe('You have 12 days.');
    await nothingLeft();
    expect(decisions(id).map(({ verdict }) => verdict)).toEqual(['step-up', 'answer']);
  });

  it('waits where the sign-in that is known did not do when it was judged', async () => {
    const now = clock.now();
    await haveSignedIn(t.world, { person: 'evan', at: now - 20 * 60_000, until: now + 900_000, now });
    await ask();
    await parked(1);
    await clock.advance(60_000);
    expect(await census()).toMatchObject({ parked: 1, queued: 0, leased: 0 });
    expect(await signIn()).toBe(1);
    await passUntil(() => texts().length === 2);
    expect(texts()[1]).toBe('You have 12 days.');
  });

  it('does not wait where nobody can sign in, and says so', async () => {
    await work.stop({ graceMs: 0 });
    work = createWork({ ...t.world, signInOffered: false });
    work.start();
    await ask();
    await nothingLeft();
    expect(texts()).toEqual([expect.stringContaining('nobody can sign in here yet')]);
    expect(t.calls).toContain('settle shown');
  });

  it('is found although the data key was rotated meanwhile', async () => {
    await ask();
    await parked(1);
    const accepted = [Buffer.alloc(32, 9), Buffer.alloc(32, 7)].map((key) => key.toString('base64'));
    const sealer = createSealer({ dataKey: { current: accepted[0] ?? '', accepted } });
    expect(sealer.fingerprint('x')).not.toBe(t.world.sealer.fingerprint('x'));
    expect(await signIn('evan', { ...t.world, sealer })).toBe(1);
  });

  it('blocks nobody meanwhile: what is asked after it in its conversation is answered', async () => {
    await ask();
    await parked(1);
    t.script.decide = () => PERMIT;
    await ask();
    await passUntil(() => texts().length === 2);
    expect(texts()[1]).toBe('You have 12 days.');
    expect((await census()).parked).toBe(1);
  });

  it('is judged afresh then: what HR has restricted meanwhile is refused', async () => {
    const { id } = await ask();
    await parked(1);
    t.script.decide = () => REFUSE;
    await signIn();
    await passUntil(() => texts().length === 2);
    expect(texts()[1]).toContain('restricted');
    expect(decisions(id).map(({ verdict }) => verdict)).toEqual(['step-up', 'refuse']);
    expect(t.calls.filter((call) => call.startsWith('backend'))).toEqual([]);
  });

  it('is not brought back by somebody else who signs in', async () => {
    await ask();
    await parked(1);
    expect(await signIn('mona')).toBe(0);
    expect((await census()).parked).toBe(1);
  });

  it('waits once: where that sign-in does not do either, it says to ask again and ends', async () => {
    await ask();
    await parked(1);
    t.script.decide = () => NEEDS_SIGN_IN;
    await signIn();
    await passUntil(() => texts().length === 2);
    expect(texts()[1]).toContain('sign in and ask again');
    await nothingLeft();
    expect(t.calls).toContain('settle shown');
  });

  it('several are answered in the order in which they were asked', async () => {
    const ids: string[] = [];
    for (const [at, intent] of ['leave.balance', 'salary.payslip', 'leave.policy'].entries()) {
      t.script.recognition = recognised(intent);
      ids.push((await ask()).id);
      await parked(at + 1);
    }
    t.script.recognition = recognised('leave.balance');
    expect(await signIn()).toBe(3);
    await nothingLeft();
    expect(
      t.entries.flatMap((entry) => (entry.kind === 'disclosure' && entry.verdict === 'answer' ? [entry.question] : [])),
    ).toEqual(ids);
  });

  it('asked twice, the same is answered once, and the other ends on record', async () => {
    const first = await ask();
    await parked(1);
    const second = await ask({ text: 'how many days of leave have I left please?' });
    await parked(2);
    expect(await signIn()).toBe(1);
    await passUntil(() => decisions(first.id).length === 2);
    await passUntil(() => texts().length === 3);
    await clock.advance(PARK_MS + 5_000);
    expect(texts()).toHaveLength(3);
    expect(decisions(first.id)[1]).toMatchObject({ verdict: 'refuse', reasons: ['asked-again'], place: 'direct' });
    expect(decisions(second.id)[1]).toMatchObject({ verdict: 'answer' });
  });

  it('asked in a channel as well, the same is answered once', async () => {
    await ask({ place: { kind: 'channel', channel: 'C1', thread: '1.0' }, conversation: 'slack:T1:C1:UEVAN' });
    await parked(1);
    await ask();
    await parked(2);
    expect(await signIn()).toBe(1);
    await passUntil(() => texts().length === 3);
    await passUntil(async () => (await census()).leased === 0);
    expect(texts().filter((text) => text === 'You have 12 days.')).toHaveLength(1);
    expect(t.calls.filter((call) => call === 'whisper')).toHaveLength(1);
  });

  it('asked in a channel, is answered in private, and the channel hears of it once', async () => {
    await ask({ place: { kind: 'channel', channel: 'C1', thread: '1.0' }, conversation: 'slack:T1:C1:UEVAN' });
    await parked(1);
    await signIn();
    await nothingLeft();
    expect(texts()[1]).toBe('You have 12 days.');
    expect(t.calls.filter((call) => call === 'whisper')).toHaveLength(1);
  });

  it('is refused and recorded when its time is over, and nothing more is shown', async () => {
    const { id } = await ask();
    await parked(1);
    await clock.advance(PARK_MS);
    await nothingLeft();
    expect(t.calls).toContain('settle lapsed');
    expect(decisions(id)[1]).toMatchObject({ verdict: 'refuse', reasons: ['parked-too-long'], intent: null });
    expect(texts()).toHaveLength(1);
    expect(await signIn()).toBe(0);
  });

  it('does not end unrecorded: where the log cannot be written, it is refused once it can', async () => {
    const { id } = await ask();
    await parked(1);
    t.script.auditFails = () => true;
    await clock.advance(PARK_MS + 3_000);
    expect((await census()).queued + (await census()).parked + (await census()).leased).toBe(1);
    t.script.auditFails = () => false;
    await passUntil(() => t.calls.includes('settle lapsed'));
    expect(decisions(id)).toHaveLength(2);
  });

  it('loses its words at its deadline though nobody should claim it, and is refused all the same', async () => {
    const { id } = await ask();
    await parked(1);
    const stopping = work.stop({ graceMs: 0 });
    await clock.advance(PARK_MS);
    await stopping;
    await t.store.inbox.sweep({ now: clock.now() });
    work = createWork(t.world);
    work.start();
    await passUntil(() => t.calls.includes('settle lapsed'));
    expect(decisions(id)[1]).toMatchObject({ reasons: ['parked-too-long'], place: null, platform: 'slack' });
  });

  it.each(['it is shown', 'it is parked'] as const)(
    'whose process dies before %s is parked by the next one, and said to sign in once',
    async (where) => {
      let dies = true;
      const inbox = {
        ...t.world.store.inbox,
        park: async (park: Parameters<typeof t.world.store.inbox.park>[0]) => {
          if (dies) throw new Error('the process died here');
          return t.world.store.inbox.park(park);
        },
      };
      t.script.post = () => (where === 'it is shown' && dies ? { ok: false, fault: 'later', code: 'x' } : null);
      const stopping = work.stop({ graceMs: 0 });
      await clock.advance(1_000);
      await stopping;
      work = createWork({ ...t.world, store: { ...t.world.store, inbox } });
      work.start();
      await ask();
      await passUntil(async () => t.calls.filter((call) => call.startsWith('post')).length >= 1);
      await clock.advance(500);
      dies = false;
      await parked(1);
      expect(texts()).toHaveLength(1);
      await signIn();
      await passUntil(() => texts().length === 2);
    },
  );

  it('is not parked for a guest, whose every no is the same', async () => {
    t.script.find = async () => ({ ok: true, person: GUS });
    await ask();
    await passUntil(() => t.calls.includes('settle shown'));
    expect((await census()).parked).toBe(0);
    expect(texts()[0]).not.toContain('sign');
  });

  it('is found by whoever it belongs to, not by its account: two people on one store do not meet', async () => {
    await ask();
    await parked(1);
    t.script.find = async () => ({ ok: true, person: MONA });
    await ask({
      account: { platform: 'slack', tenant: 'T1', user: 'UMONA', external: false },
      conversation: 'slack:T1:D0MONA',
    });
    await parked(2);
    t.script.find = async (account) => ({ ok: true, person: account.user === 'UMONA' ? MONA : EVAN });
    t.script.fetch = () => ({ ok: true, records: [recordOf('mona')] });
    expect(await signIn('mona')).toBe(1);
    await passUntil(() => texts().length === 3);
    expect((await census()).parked).toBe(1);
  });

  it('is parked as well where a system is asked as the person and has no token of theirs, and waits once', async () => {
    t.script.decide = () => PERMIT;
    t.script.fetch = () => ({ ok: false, code: 'sign-in' });
    // Signed in long before, without a token: that does not bring it back.
    await signIn();
    const asked = await ask();
    await parked(1);
    expect(texts().at(-1)).toMatch(/in your own name.*I answer by myself/s);
    await clock.advance(2_000);
    expect((await census()).parked).toBe(1);
    // The authority takes the next one neither: it does not wait for ever.
    expect(await signIn()).toBe(1);
    await nothingLeft();
    expect(texts().at(-1)).toContain('and ask again');
    expect(decisions(asked.id).map(({ verdict }) => verdict)).toEqual(['answer', 'answer']);
  });
});
