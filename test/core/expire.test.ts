import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createExpiring, type Expiring } from '../../src/core/expire.ts';
import type { MessageRef } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import { createFakeClock } from '../support/fake-clock.ts';
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
    expect(t.messages.map(({ card }) => card.text)).toEqual([
      'This answer has been removed.\nDiese Antwort wurde entfernt.',
    ]);
    await until(async () => (await t.store.expiries.next()) === null);
  });

  it('blanks at once what the platform will not delete just now, and tries to delete the line, slowly and not for ever', async () => {
    const clock = createFakeClock();
    const other = createTestWorld({ clock });
    let refusing = true;
    other.script.remove = () =>
      refusing ? { ok: false, fault: 'never', code: 'cant_delete_message', because: 'unsteady' } : null;
    const ref: MessageRef = { platform: 'slack', tenant: 'T1', channel: 'D0EVAN', id: '1.0' };
    const standing = async (): Promise<void> => {
      other.messages.push({ ref, key: 'k', card: { text: 'Secret', note: null, buttons: [], fallback: null } });
      await other.store.expiries.schedule({ ref, removeAt: clock.now(), about: null, then: 'remove', again: null });
    };
    const states = () => other.entries.flatMap((entry) => (entry.kind === 'removal' ? [entry.state] : []));
    const tries = () => other.calls.filter((call) => call === 'remove').length;
    const passing = (so: () => boolean | Promise<boolean>, stepMs: number): Promise<void> =>
      until(async () => {
        await clock.advance(stepMs);
        return so();
      }, 20_000);
    await standing();
    const engine = createExpiring(other.world);
    engine.start();
    try {
      const begun = clock.now();
      await passing(() => states().length === 1, 100);
      expect(clock.now() - begun).toBeLessThan(10_000);
      expect([states(), other.messages[0]?.card.text]).toEqual([
        ['blanked'],
        'This answer has been removed.\nDiese Antwort wurde entfernt.',
      ]);
      // After an hour, six and twenty-four; then the line stays.
      await passing(async () => (await other.store.expiries.next()) === null, 30 * 60_000);
      expect([tries(), states(), other.calls.filter((call) => call === 'update').length]).toEqual([4, ['blanked'], 1]);
      expect(clock.now() - begun).toBeGreaterThan(24 * 3_600_000);

      other.messages.length = 0;
      await standing();
      await passing(() => states().length === 2, 100);
      refusing = false;
      await passing(async () => (await other.store.expiries.next()) === null, 30 * 60_000);
      expect([states().slice(1), other.messages]).toEqual([['blanked', 'removed'], []]);
    } finally {
      const stopped = engine.stop({ graceMs: 0 });
      await clock.advance(1_000);
      await stopped;
      await other.close();
    }
  }, 60_000);

  it('takes a code that nobody knows for passing, then for a refusal: the words are gone within minutes', async () => {
    const clock = createFakeClock();
    const other = createTestWorld({ clock });
    other.script.remove = () => ({ ok: false, fault: 'later', code: 'delete_failed', because: 'unknown' });
    const ref: MessageRef = { platform: 'slack', tenant: 'T1', channel: 'D0EVAN', id: '1.0' };
    other.messages.push({ ref, key: 'k', card: { text: 'Secret', note: null, buttons: [], fallback: null } });
    await other.store.expiries.schedule({ ref, removeAt: clock.now(), about: null, then: 'remove', again: null });
    const engine = createExpiring({ ...other.world, random: { ...other.world.random, fraction: () => 0.5 } });
    engine.start();
    try {
      const begun = clock.now();
      await until(async () => {
        await clock.advance(500);
        return other.entries.some(({ kind }) => kind === 'removal');
      }, 20_000);
      expect(other.entries).toMatchObject([{ kind: 'removal', state: 'blanked', attempts: 8 }]);
      expect(clock.now() - begun).toBeLessThan(6 * 60_000);
    } finally {
      const stopped = engine.stop({ graceMs: 0 });
      await clock.advance(1_000);
      await stopped;
      await other.close();
    }
  }, 60_000);

  it('says on record where the platform refuses both, and keeps trying', async () => {
    await shown();
    t.script.remove = () => ({ ok: false, fault: 'never', code: 'cant_delete_message' });
    t.script.update = (_ref: MessageRef) => ({ ok: false, fault: 'never', code: 'edit_window_closed' });
    expiring.start();
    await until(() => removals().length === 1);
    expect(removals()).toMatchObject([{ state: 'refused-by-platform', code: 'edit_window_closed' }]);
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
