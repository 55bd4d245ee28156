import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFirstUse } from '../../src/core/first-use.ts';
import { en } from '../../src/core/replies/en.ts';
import { NOTHING_STANDS } from '../../src/core/standing.ts';
import type { Opened } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createTestWorld, GUS, PERMIT, question, REFUSE, type TestWorld } from '../support/world.ts';

describe('the greeting of whoever adds the app', () => {
  let t: TestWorld;
  let world: World;
  let work: Work;
  let clock: FakeClock;
  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    t.script.decide = () => PERMIT;
    world = { ...t.world, firstUse: createFirstUse({ ...t.world, metrics: { count: () => undefined } }) };
    work = createWork(world);
  });
  afterEach(async () => {
    await work.stop({ graceMs: 0 });
    await t.close();
  });
  const added = (over: Partial<Opened> = {}): Promise<void> => {
    const { text: _text, ...arrived } = question();
    return work.added({ ...arrived, kind: 'opened', id: 'added', ...over });
  };
  const texts = () => t.messages.map(({ card: { title, text } }) => `${title ?? ''}\n${text}`);

  it('is one card: what everybody is told once, and below it what this person may ask', async () => {
    t.script.decide = ({ action }) => (action === 'salary.payslip' ? REFUSE : PERMIT);
    await added();
    expect(texts()).toHaveLength(1);
    for (const part of [en.privacy.welcome, 'machine', en.home.canAsk, 'title of leave.balance'])
      expect(texts()[0]).toContain(part);
    expect(texts()[0]).not.toContain('salary.payslip');
  });

  it('comes once though the platform says it twice, and whoever was told before has what they may ask alone', async () => {
    await Promise.all([added(), added({ id: 'again' })]);
    expect(texts()).toHaveLength(1);
    await clock.advance(10 * 60_000);
    await Promise.all([added({ id: 'much later' }), added({ id: 'much later, again' })]);
    expect(texts()).toHaveLength(2);
    expect(texts()[1]).toContain(en.home.canAsk);
    expect(texts()[1]).not.toContain('machine');
  });

  it('is on record before it is said, since who may ask what is data, and where it cannot be, says nothing of that', async () => {
    let recorded = -1;
    t.script.decide = () => {
      if (recorded < 0) recorded = t.entries.filter(({ kind }) => kind === 'decision').length;
      return PERMIT;
    };
    await added();
    expect(recorded).toBe(1);
    expect(t.entries).toMatchObject([
      { kind: 'decision', question: 'added', verdict: 'answer', reasons: ['welcome'], intent: null },
      { kind: 'disclosure', question: 'added', verdict: 'answer', channel: expect.stringMatching(/./), removeAt: null },
    ]);
    await clock.advance(10 * 60_000);
    t.script.auditFails = () => true;
    await added({ id: 'again' });
    expect(texts()).toHaveLength(1);
    await added({ id: 'somebody else', account: { ...question().account, user: 'UELSE' } });
    await clock.advance(10 * 60_000);
    t.script.find = async () => ({ ok: true, person: GUS });
    await added({ id: 'a third', account: { ...question().account, user: 'UGUS' } });
    expect(texts().at(-1)).toContain('machine');
    expect(texts().at(-1)).not.toContain(en.home.canAsk);
    expect(t.entries).toHaveLength(2);
  });

  it('is left out in a chat of several, and for whoever does too much', async () => {
    await added({ place: { kind: 'channel', channel: 'C1', thread: null } });
    const { counters } = t.store;
    work = createWork({ ...world, store: { ...t.store, counters: { ...counters, add: async () => 1_000_000 } } });
    await added();
    expect(texts()).toEqual([]);
  });

  it('offers nothing while nobody is answered, and guests nothing but the notice', async () => {
    t.script.standing = { ...NOTHING_STANDS, paused: { by: 'x', at: 1 } as never };
    await added();
    expect(texts()[0]).toContain('machine');
    expect(texts()[0]).not.toContain(en.home.canAsk);
    t.script.standing = NOTHING_STANDS;
    t.script.find = async () => ({ ok: true, person: GUS });
    t.script.decide = () => REFUSE;
    await added({ account: { ...question().account, user: 'UGUS' } });
    expect(texts()[1]).toContain('machine');
    expect(texts()[1]).not.toContain('leave');
  });

  it('costs nobody anything where it fails: they are told with their first question', async () => {
    t.script.post = () => ({ ok: false, fault: 'never', code: 'refused' });
    await added();
    const broken = { ...t.store, counters: { ...t.store.counters, add: () => Promise.reject(new Error('away')) } };
    work = createWork({ ...world, store: broken });
    await expect(added()).resolves.toBeUndefined();
    expect(texts()).toEqual([]);
    expect(texts()).toEqual([]);
  });
});
