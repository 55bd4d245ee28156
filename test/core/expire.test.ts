import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createExpiring, type Expiring } from '../../src/core/expire.ts';
import type { MessageRef } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import { until } from '../support/until.ts';
import { createTestWorld, HOLD, question, type TestWorld } from '../support/world.ts';

describe('removing what is due', () => {
  let t: TestWorld;
  let work: Work;
  let expiring: Expiring;
  beforeEach(() => {
    t = createTestWorld();
    const world = { ...t.world, random: { ...t.world.random, fraction: () => 0 } };
    work = createWork(world);
    expiring = createExpiring(world);
    t.script.decide = () =>
      HOLD.effect === 'permit' ? { ...HOLD, obligations: { ...HOLD.obligations, expiresSeconds: 1 } } : HOLD;
  });
  afterEach(async () => {
    await expiring.stop({ graceMs: 2_000 });
    await work.stop({ graceMs: 2_000 });
    await t.close();
  });

  const shown = async (): Promise<void> => {
    await work.accept(question());
    await until(() => t.calls.includes('settle shown'));
  };
  const removals = (): readonly unknown[] => t.entries.filter(({ kind }) => kind === 'removal');

  it('removes an answer when its time is up, not before, and records that it did', async () => {
    await shown();
    expiring.start();
    await until(() => removals().length === 1);
    expect(t.messages).toEqual([]);
    const [removal] = t.entries.flatMap((entry) => (entry.kind === 'removal' ? [entry] : []));
    expect(removal?.at).toBeGreaterThanOrEqual(removal?.dueAt ?? Number.POSITIVE_INFINITY);
    expect(removal?.dueAt).toBe(t.entries.flatMap((entry) => (entry.kind === 'disclosure' ? [entry.removeAt] : []))[0]);
    expect(removals()).toMatchObject([{ state: 'removed', attempts: 0 }]);
    await until(async () => (await t.store.expiries.next()) === null);
  });

  it('takes a message that is already gone for removed', async () => {
    await shown();
    t.messages.length = 0;
    expiring.start();
    await until(() => removals().length === 1);
    expect(removals()).toMatchObject([{ state: 'already-gone' }]);
  });

  it('tries again after a passing failure and never drops it', async () => {
    await shown();
    let failures = 3;
    t.script.remove = () => (failures-- > 0 ? { ok: false, fault: 'later', code: 'ratelimited' } : null);
    expiring.start();
    await until(() => removals().length === 1, 25_000);
    expect(removals()).toMatchObject([{ state: 'removed', attempts: 3 }]);
  });

  it('blanks what the platform will not delete', async () => {
    await shown();
    t.script.remove = () => ({ ok: false, fault: 'never', code: 'cant_delete_message' });
    expiring.start();
    await until(() => removals().length === 1);
    expect(removals()).toMatchObject([{ state: 'blanked' }]);
    expect(t.messages.map(({ card }) => card.text)).toEqual(['This answer has been removed.']);
  });

  it('says on record where the platform refuses both, and keeps trying', async () => {
    await shown();
    t.script.remove = () => ({ ok: false, fault: 'never', code: 'cant_delete_message' });
    t.script.update = (_ref: MessageRef) => ({ ok: false, fault: 'never', code: 'edit_window_closed' });
    expiring.start();
    await until(() => removals().length === 1);
    expect(removals()).toMatchObject([{ state: 'refused-by-platform' }]);
    await until(async () => ((await t.store.expiries.next()) ?? 0) > Date.now() + 60_000);
  });

  it('tries a rate-limited tombstone again soon, not in hours', async () => {
    await shown();
    let busy = 1;
    t.script.remove = () => ({ ok: false, fault: 'never', code: 'cant_delete_message' });
    t.script.update = () => (busy-- > 0 ? { ok: false, fault: 'later', code: 'ratelimited' } : null);
    expiring.start();
    await until(() => removals().length === 1);
    expect(removals()).toMatchObject([{ state: 'blanked' }]);
  });

  it('records a final refusal also when it was not the first thing that went wrong', async () => {
    await shown();
    let busy = 1;
    t.script.remove = () =>
      busy-- > 0
        ? { ok: false, fault: 'later', code: 'ratelimited' }
        : { ok: false, fault: 'never', code: 'no_permission' };
    t.script.update = () => ({ ok: false, fault: 'never', code: 'is_inactive' });
    expiring.start();
    await until(() => removals().length === 1);
    expect(removals()).toMatchObject([{ state: 'refused-by-platform', attempts: 1 }]);
  });
});
