import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { aboutOf } from '../../src/core/about.ts';
import { createLiveAnswers } from '../../src/core/live-answers.ts';
import type { Expiries, Pending } from '../../src/core/ports.ts';
import { VIEW_CHANNEL } from '../../src/core/types.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const sealer = createSealer({ dataKey: { current: KEY, accepted: [KEY] } });

const pendingOf = (
  id: string,
  {
    person = 'evan',
    answer = true,
    ...o
  }: Partial<Pending> & { readonly person?: string; readonly answer?: boolean } = {},
): Pending => ({
  ref: { platform: 'slack', tenant: 'T1', channel: 'D1', id },
  removeAt: 9_000,
  about: aboutOf(sealer, { person, conversation: 'c', topic: 't', intent: 'i', at: 5_000, answer }),
  then: 'remove',
  again: null,
  attempts: 0,
  leased: false,
  ...o,
});

const over = (all: () => readonly Pending[]) => {
  const clock = createFakeClock();
  let scans = 0;
  const scan: Expiries['scan'] = async ({ cursor, limit }) => {
    if (cursor === null) scans += 1;
    const from = Number(cursor ?? 0);
    const removals = all().slice(from, from + limit);
    return { removals, cursor: from + limit < all().length ? String(from + limit) : null };
  };
  const live = createLiveAnswers({ store: { expiries: { scan } as Expiries }, sealer, clock });
  return { live, clock, scans: () => scans };
};

describe('answers that still stand', () => {
  it('are those of this person that leave, what leaves first first, and nothing else', async () => {
    const { live } = over(() => [
      pendingOf('later', { removeAt: 20_000 }),
      pendingOf('hers', { person: 'mona' }),
      pendingOf('stays', { then: 'forget' }),
      pendingOf('refusal', { answer: false }),
      pendingOf('nothing', { about: null }),
      pendingOf('window', { ref: { platform: 'slack', tenant: 'T1', channel: VIEW_CHANNEL, id: 'V1' } }),
      pendingOf('sooner', { removeAt: 10_000 }),
    ]);
    expect((await live.of('evan'))?.map(({ ref }) => ref.id)).toEqual(['sooner', 'later']);
    expect((await live.of('evan'))?.[0]).toMatchObject({ askedAt: 5_000, removeAt: 10_000 });
    expect((await live.of('mona'))?.map(({ ref }) => ref.id)).toEqual(['hers']);
    expect(await live.of('erin')).toEqual([]);
  });

  it('are looked for once for everybody who looks within a moment, and anew for whoever has changed something', async () => {
    const all = [pendingOf('a')];
    const { live, clock, scans } = over(() => all);
    await Promise.all(['evan', 'mona', 'evan'].map((who) => live.of(who)));
    expect(scans()).toBe(1);
    all.push(pendingOf('b'));
    expect(await live.of('evan')).toHaveLength(1);
    expect(await live.of('evan', { anew: true })).toHaveLength(2);
    expect(scans()).toBe(2);
    await clock.advance(101);
    await live.of('evan');
    expect(scans()).toBe(3);
  });

  it('are said to be unknown, not none, where there is more than can be gone through', async () => {
    const one = pendingOf('x', { about: null });
    const many: readonly Pending[] = Array.from({ length: 1_000_001 }, () => one);
    const { live } = over(() => many);
    expect(await live.of('evan')).toBeNull();
  });

  it('are looked for again after a store that was away', async () => {
    let away = true;
    const { live } = over(() => {
      if (away) throw new Error('away');
      return [pendingOf('a')];
    });
    await expect(live.of('evan')).rejects.toThrow('away');
    away = false;
    expect(await live.of('evan')).toHaveLength(1);
  });
});
