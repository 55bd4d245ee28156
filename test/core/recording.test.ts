import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeptDecision } from '../../src/core/ports.ts';
import { createRecording, type Recording, recordedQuestions, sweepDecisions } from '../../src/core/recording.ts';
import type { RecordedQuestion } from '../../src/core/restricting-ports.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import {
  createTestWorld,
  EVAN,
  IN_VIEW,
  PERMIT,
  pressOf,
  question,
  REFUSE,
  recognised,
  type TestWorld,
} from '../support/world.ts';

/** A store of decisions in memory, which can be away. */
const memory = () => {
  const kept = new Map<string, KeptDecision>();
  const batches: number[] = [];
  let away = false;
  return {
    kept,
    batches,
    setAway: (is: boolean) => {
      away = is;
    },
    decisions: {
      add: async ({ decisions }) => {
        if (away) throw new Error('away');
        batches.push(decisions.length);
        for (const each of decisions) if (!kept.has(each.id)) kept.set(each.id, each);
      },
      scan: async ({ since, cursor, limit }) => {
        const all = [...kept.values()].filter(({ at }) => at >= since);
        const from = Number(cursor ?? 0);
        const next = from + limit;
        return { decisions: all.slice(from, next), cursor: next < all.length ? `${next}` : null };
      },
      forget: async () => 0,
      sweep: async ({ before, limit }) => {
        const old = [...kept.values()].filter(({ at }) => at < before).slice(0, limit);
        for (const { id } of old) kept.delete(id);
        return old.length;
      },
    } satisfies World['store']['decisions'],
  };
};

describe('what was judged', () => {
  let clock: FakeClock;
  let t: TestWorld;
  let store: ReturnType<typeof memory>;
  let recording: Recording;
  let world: World;
  let work: Work;
  let counted: string[];
  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    store = memory();
    counted = [];
    const base = {
      ...t.world,
      store: { ...t.world.store, decisions: store.decisions },
      metrics: { ...t.world.metrics, count: (name: string) => void counted.push(name) },
    };
    recording = createRecording({ ...base, groups: new Set(['employee', 'payroll']) });
    world = { ...base, recording };
    work = createWork(world);
    t.script.find = async () => ({ ok: true, person: { ...EVAN, groups: ['payroll', 'choir'] } });
  });
  afterEach(async () => {
    await recording.stop({ graceMs: 0 });
    await work.stop({ graceMs: 2_000 });
    await t.close();
  });

  const ask = async (o: Parameters<typeof question>[0] = {}): Promise<string> => {
    const asked = question(o);
    await work.accept(asked);
    await until(async () => (await t.store.inbox.census({ now: clock.now() })).leased === 0);
    return asked.id;
  };
  const all = async (since = 0): Promise<readonly RecordedQuestion[]> => {
    const found: RecordedQuestion[] = [];
    const reading = (async () => {
      for await (const some of recordedQuestions(world, { since })) found.push(...some);
    })();
    let over = false;
    void reading.finally(() => {
      over = true;
    });
    while (!over) {
      await clock.advance(1);
      await new Promise(setImmediate);
    }
    return found;
  };

  it('is kept within a second or two: what was asked of the policy, and not a word of the question', async () => {
    recording.start();
    t.script.recognition = recognised('leave.balance', ['salary']);
    t.script.decide = ({ action }) => (action === 'salary.suspected' ? REFUSE : PERMIT);
    const id = await ask({ text: 'how many days, and what does Mona earn?' });
    expect(store.kept.size).toBe(0);
    await clock.advance(1_000);
    expect([...store.kept.keys()]).toEqual([id]);
    expect(await all()).toEqual([
      {
        at: 1_700_000_000_000,
        person: world.sealer.fingerprint('evan'),
        kind: 'employee',
        groups: ['payroll'],
        country: 'US',
        platform: 'slack',
        place: 'direct',
        signInAgeMinutes: null,
        denials: 0,
        asked: [],
        refused: [],
        intent: 'leave.balance',
        // Of the intent, although it was refused for a suspicion.
        about: expect.stringMatching(/^(?:self|other)$/),
        suspected: ['salary'],
        verdict: 'refuse',
      },
    ]);
    const [kept] = store.kept.values();
    expect(kept).toMatchObject({ owner: world.sealer.fingerprint('evan') });
    for (const word of ['leave', 'payroll', 'days', 'Mona']) expect(JSON.stringify(kept)).not.toContain(word);
  });

  it('is what a press in a view was judged as, too, and nothing where nothing was judged', async () => {
    recording.start();
    t.script.decide = () => IN_VIEW;
    await ask();
    const message = t.messages.at(-1);
    const press = pressOf(message?.card.buttons[0], message?.ref ?? null);
    await work.open(press, t.openView());
    t.script.find = async () => ({ ok: false, why: 'unknown' });
    await ask();
    await clock.advance(1_000);
    expect(store.kept.size).toBe(2);
    expect(store.kept.has(press.id)).toBe(true);
  });

  it('is not kept where the record that counts could not be made', async () => {
    recording.start();
    t.script.auditFails = () => true;
    await ask();
    await clock.advance(1_000);
    expect(store.kept.size).toBe(0);
  });

  it('holds nothing up and fails nothing where the store is away, and is brought once it is back', async () => {
    recording.start();
    store.setAway(true);
    for (let n = 0; n < 3; n++) await ask();
    expect(t.messages).toHaveLength(3);
    await clock.advance(3_000);
    expect(store.kept.size).toBe(0);
    store.setAway(false);
    await clock.advance(1_000);
    expect(store.kept.size).toBe(3);
    expect(counted).not.toContain('decisions_dropped');
  });

  it('loses the oldest where too much waits, and says how many', async () => {
    const judgement = await judged();
    store.setAway(true);
    for (let n = 0; n < 10_003; n++) recording.keep({ id: `q${n}`, judgement, verdict: 'answer' });
    expect(counted.filter((name) => name === 'decisions_dropped')).toHaveLength(3);
    store.setAway(false);
    recording.start();
    await clock.advance(1_000);
    await until(() => store.kept.size === 10_000);
    expect([store.kept.has('q2'), store.kept.has('q3')]).toEqual([false, true]);
    // In batches, so that no call is large.
    expect(Math.max(...store.batches)).toBeLessThanOrEqual(250);
  });

  it('counts once where it was judged again before it was kept, as it was judged last', async () => {
    const judgement = await judged();
    recording.keep({ id: 'q1', judgement, verdict: 'answer' });
    recording.keep({ id: 'q1', judgement, verdict: 'refuse' });
    await recording.stop({ graceMs: 1_000 });
    expect((await all()).map(({ verdict }) => verdict)).toEqual(['refuse']);
  });

  it('is brought to the store at the end, and no longer than there is time', async () => {
    const judgement = await judged();
    recording.keep({ id: 'q1', judgement, verdict: 'answer' });
    await recording.stop({ graceMs: 1_000 });
    expect(store.kept.size).toBe(1);
    const stuck = createRecording({
      ...world,
      store: { decisions: { ...store.decisions, add: () => new Promise(() => undefined) } },
      groups: new Set(),
    });
    stuck.keep({ id: 'q2', judgement, verdict: 'answer' });
    let ended = false;
    void stuck.stop({ graceMs: 1_000 }).then(() => {
      ended = true;
    });
    await clock.advance(999);
    expect(ended).toBe(false);
    await clock.advance(1);
    await until(() => ended);
  });

  it('is read since a time, a hundred at most at once, and without what does not open or is none', async () => {
    const judgement = await judged();
    for (let n = 0; n < 1_234; n++) recording.keep({ id: `q${n}`, judgement, verdict: 'answer' });
    await recording.stop({ graceMs: 1_000 });
    const [first, second] = store.kept.values();
    if (first === undefined || second === undefined) throw new Error('nothing was kept');
    store.kept.set('moved', { ...first, id: 'moved' });
    store.kept.set('none', {
      ...second,
      id: 'none',
      value: world.sealer.seal(
        { tenant: '', person: second.owner, purpose: 'decision', record: 'none' },
        JSON.stringify({ at: 1, person: 'x' }),
      ),
    });
    expect(await all()).toHaveLength(1_234);
    expect(await all(clock.now() + 1)).toEqual([]);
    const sizes: number[] = [];
    const reading = recordedQuestions({ ...world, clock: { ...clock, sleep: async () => undefined } }, { since: 0 });
    for await (const some of reading) sizes.push(some.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  });

  it('is shredded after thirty days, a bounded part at a time', async () => {
    const judgement = await judged();
    for (let n = 0; n < 700; n++) recording.keep({ id: `q${n}`, judgement, verdict: 'answer' });
    await recording.stop({ graceMs: 1_000 });
    await clock.advance(30 * 24 * 60 * 60_000);
    await sweepDecisions(world);
    expect(store.kept.size).toBe(700);
    await clock.advance(1);
    await sweepDecisions(world);
    expect(store.kept.size).toBe(0);
  });

  /** A judgement as the conversation makes one. */
  const judged = async () => {
    const seen: Parameters<Recording['keep']>[0][] = [];
    const listening = createWork({
      ...world,
      recording: { ...recording, keep: (each) => void seen.push(each) },
    });
    await listening.accept(question());
    await until(() => seen.length === 1);
    await until(async () => (await t.store.inbox.census({ now: clock.now() })).leased === 0);
    await listening.stop({ graceMs: 2_000 });
    const [one] = seen;
    if (one === undefined) throw new Error('nothing was judged');
    return one.judgement;
  };
});
