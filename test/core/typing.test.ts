import { describe, expect, it } from '@jest/globals';
import type { Platform } from '../../src/core/ports.ts';
import type { Place } from '../../src/core/types.ts';
import { showTyping } from '../../src/core/typing.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { question } from '../support/world.ts';

const open = (typing: Platform['typing'], place?: Place) => {
  const clock = createFakeClock();
  const shown: unknown[] = [];
  const platform = {
    typing:
      typing &&
      (async (o: Parameters<NonNullable<Platform['typing']>>[0]) => {
        shown.push(o);
        await typing(o);
      }),
  };
  const platforms = new Map([['slack', platform]]) as unknown as Parameters<typeof showTyping>[0]['platforms'];
  const asked = question(place === undefined ? {} : { place });
  return { clock, shown, over: showTyping({ clock, platforms }, asked) };
};

describe('that somebody is at it', () => {
  it('is shown after a second and a half, again every five, and no more than a minute', async () => {
    const { clock, shown } = open(async () => undefined);
    await clock.advance(1_499);
    expect(shown).toEqual([]);
    await clock.advance(1);
    expect(shown).toEqual([{ tenant: 'T1', channel: 'D0EVAN', thread: null }]);
    await clock.advance(5_000);
    expect(shown).toHaveLength(2);
    for (let second = 0; second < 120; second++) await clock.advance(1_000);
    expect(shown).toHaveLength(12);
  });

  it('is shown no more when it is over, and leaves nothing that sleeps', async () => {
    const { clock, shown, over } = open(async () => undefined);
    await clock.advance(2_000);
    over();
    await clock.advance(60_000);
    expect([shown.length, clock.sleeping()]).toEqual([1, 0]);
  });

  it.each(['group', 'channel', 'shared'] as const)('is shown to nobody in a %s', async (kind) => {
    const { clock, shown } = open(async () => undefined, { kind, channel: 'C1', thread: null });
    await clock.advance(60_000);
    expect([shown.length, clock.sleeping()]).toEqual([0, 0]);
  });

  it('is shown to nobody who asked by a form, for that stands in no chat', async () => {
    const { user: channel } = question().account;
    const { clock, shown } = open(async () => undefined, { kind: 'direct', channel, thread: null });
    await clock.advance(60_000);
    expect([shown.length, clock.sleeping()]).toEqual([0, 0]);
  });

  it('harms nothing where the platform has none or fails', async () => {
    const none = open(undefined);
    await none.clock.advance(60_000);
    expect(none.clock.sleeping()).toBe(0);
    const failing = open(async () => Promise.reject(new Error('away')));
    await failing.clock.advance(60_000);
    expect(failing.shown).toHaveLength(1);
  });
});
