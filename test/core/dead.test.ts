import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '../../src/core/audit.ts';
import { DEAD_MS, retryDead } from '../../src/core/dead.ts';
import { SottoError } from '../../src/core/errors.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createTestWorld, question, type TestWorld } from '../support/world.ts';

describe('a poisoned question', () => {
  let t: TestWorld;
  let clock: FakeClock;
  let work: Work;
  /** Set: the store does not take any outcome but an apology's. */
  let poisoned: boolean;
  /** Set: the process dies at this call. */
  let diesAt: string | null;
  let world: World;

  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    poisoned = true;
    diesAt = null;
    const { inbox } = t.world.store;
    const dying =
      <A, R>(name: string, call: (o: A) => Promise<R>) =>
      async (o: A): Promise<R> => {
        if (diesAt === name) throw new SottoError('store-unavailable', 'The process died here.');
        return call(o);
      };
    world = {
      ...t.world,
      store: {
        ...t.world.store,
        inbox: {
          ...inbox,
          commit: async (o) => {
            if (poisoned && o.restrictionsVersion !== Number.MAX_SAFE_INTEGER)
              throw new SottoError('store-unavailable', 'No.');
            return dying('commit', inbox.commit)(o);
          },
          bury: dying('bury', inbox.bury),
        },
      },
      audit: { append: dying('audit', t.world.audit.append) },
    };
    work = createWork(world);
  });
  afterEach(async () => {
    await stop();
    await t.close();
  });

  const stop = async (): Promise<void> => {
    const stopping = work.stop({ graceMs: 0 });
    await clock.advance(1_000);
    await stopping;
  };
  const passUntil = async (happened: () => boolean | Promise<boolean>, mostMs = 120_000): Promise<void> => {
    for (let passed = 0; !(await happened()); passed += 250) {
      if (passed > mostMs) throw new Error(`it did not happen: ${happened.toString()}`);
      await clock.advance(250);
    }
  };
  const census = () => t.store.inbox.census({ now: clock.now() });
  const buried = (): Promise<void> => passUntil(async () => (await census()).dead === 1);
  const texts = (): readonly string[] => t.messages.map(({ card }) => card.text);
  const letters = (): readonly AuditEntry[] => t.entries.filter(({ kind }) => kind === 'dead-letter');

  it('is answered with one apology and set aside, with what it failed with, and the next goes on', async () => {
    const poison = question();
    work.start();
    await work.accept(poison);
    await work.accept(question());
    await passUntil(() => texts().length === 1);
    poisoned = false;
    await passUntil(() => texts().length === 2);
    expect(texts()).toEqual([expect.stringContaining('Something went wrong'), 'You have 12 days.']);
    const [letter, ...more] = await t.store.inbox.dead({ limit: 10 });
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ id: poison.id, code: 'store-unavailable', attempts: 6 });
    expect(JSON.stringify(letter)).not.toMatch(/leave|EVAN,|days/);
    expect(letters()).toMatchObject([{ question: poison.id, change: 'set-aside', code: 'store-unavailable' }]);
    expect(t.entries.filter((entry) => entry.kind === 'disclosure' && entry.question === poison.id)).toMatchObject([
      { verdict: 'apology' },
    ]);
  });

  it('that kills its process each time is set aside as what its lease lapsed on, without looking anybody up again', async () => {
    const poison = question();
    await work.accept(poison);
    await clock.advance(1);
    await passUntil(async () => (await census()).queued === 1);
    // Whoever claims it dies.
    for (let death = 2; death <= 6; death++) {
      await clock.advance(100_000);
      expect(await t.store.inbox.claim({ now: clock.now(), leaseMs: 60_000, limit: 1 })).toMatchObject([
        { attempts: death },
      ]);
    }
    poisoned = false;
    await clock.advance(100_000);
    t.calls.length = 0;
    work.start();
    await buried();
    expect(t.calls).not.toContain('directory.find');
    expect(texts()).toEqual([expect.stringContaining('Something went wrong')]);
    expect(await t.store.inbox.dead({ limit: 10 })).toMatchObject([
      { id: poison.id, code: 'lease-lapsed', attempts: 7 },
    ]);
  });

  it('whose every attempt to apologise dies as well ends as undeliverable', async () => {
    work.start();
    diesAt = 'commit';
    await work.accept(question());
    await passUntil(async () => Object.values(await census()).every((count) => count === 0));
    expect(t.entries.at(-1)).toMatchObject({ kind: 'undeliverable', code: 'store-unavailable' });
    expect(texts()).toEqual([]);
  });

  it.each(['commit', 'bury', 'audit'] as const)(
    'whose process dies at %s has one apology and one letter after its restart',
    async (where) => {
      work.start();
      await work.accept(question());
      await passUntil(() => t.calls.filter((call) => call === 'directory.find').length >= 4);
      diesAt = where;
      await clock.advance(8_000);
      diesAt = null;
      await buried();
      expect(texts()).toEqual([expect.stringContaining('Something went wrong')]);
      expect(await t.store.inbox.dead({ limit: 10 })).toHaveLength(1);
    },
  );

  it('that cannot be apologised for, since the platform refuses for good, is undeliverable and no letter', async () => {
    t.script.post = () => ({ ok: false, fault: 'never', code: 'channel_not_found' });
    work.start();
    await work.accept(question());
    await passUntil(() => t.calls.includes('settle undeliverable'));
    expect((await census()).dead).toBe(0);
  });

  it('is answered after all when an admin has it asked once more, under a new id and on record', async () => {
    const poison = question();
    work.start();
    await work.accept(poison);
    await buried();
    poisoned = false;
    const as = await retryDead(world, poison.id, 'admin-hash');
    expect(as).toMatch(/^retry:/);
    await passUntil(() => texts().length === 2);
    expect(texts()[1]).toBe('You have 12 days.');
    expect(letters()[1]).toMatchObject({ question: poison.id, change: 'retry', as, by: 'admin-hash' });
    expect(t.entries.find((entry) => entry.kind === 'decision' && entry.question === as)).toMatchObject({
      verdict: 'answer',
    });
    await passUntil(async () => (await census()).leased === 0);
    expect(await retryDead(world, poison.id, 'admin-hash')).toBeNull();
    expect(await retryDead(world, poison.id, 'admin-hash', as ?? '')).toBe(as);
    await passUntil(async () => (await census()).leased === 0);
    expect(texts()).toHaveLength(2);
    expect(await work.accept(poison)).toBe('repeat');
  });

  it('is not retried where that cannot be recorded', async () => {
    const poison = question();
    work.start();
    await work.accept(poison);
    await buried();
    t.script.auditFails = () => true;
    await expect(retryDead(world, poison.id, 'admin-hash')).rejects.toMatchObject({ code: 'audit-unavailable' });
    expect((await census()).dead).toBe(1);
  });

  it('is shredded when its time is over, and that is on record', async () => {
    const poison = question();
    work.start();
    await work.accept(poison);
    await buried();
    await stop();
    await clock.advance(DEAD_MS);
    work = createWork(world);
    work.start();
    await passUntil(async () => (await census()).dead === 0);
    await passUntil(() => letters().length === 2);
    expect(letters()[1]).toMatchObject({ question: poison.id, change: 'shredded' });
    expect(await retryDead(world, poison.id, 'admin-hash')).toBeNull();
  });
});
