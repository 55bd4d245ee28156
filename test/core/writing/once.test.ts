import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Claim, WriteState } from '../../../src/core/ports.ts';
import type { Press, Submit } from '../../../src/core/types.ts';
import { createWork } from '../../../src/core/work.ts';
import type { World } from '../../../src/core/world.ts';
import { readWriting, writePress } from '../../../src/core/writing/carried.ts';
import { settleWrite } from '../../../src/core/writing/kept.ts';
import { begin, endWaiting } from '../../../src/core/writing/once.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { both, createTestWorld, EVAN, intentOf, REFUSE, type TestWorld } from '../../support/world.ts';
import { BOOK, createWritingBackend, type WritingBackend } from '../../support/writing-backend.ts';

const ARRIVED = {
  account: { platform: 'slack', tenant: 'T1', user: 'U-evan', external: false },
  place: { kind: 'direct', channel: 'D1', thread: null },
  conversation: 'D1',
  at: 1_700_000_000_000,
} as const;

describe('one attempt at a write', () => {
  let t: TestWorld;
  let clock: FakeClock;
  let system: WritingBackend;
  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    system = createWritingBackend();
    t.script.operation = (name) => system.operation(name);
    t.script.write = (o) => system.write(o);
    const intents = t.world.catalogue.intents as Map<string, ReturnType<typeof intentOf>>;
    intents.set(BOOK, intentOf({ id: BOOK, title: both('Book leave'), say: both('Booked under {number}.') }));
  });
  afterEach(() => t.close());

  const press = (): Press => {
    const submit: Submit = { ...ARRIVED, kind: 'submit', id: 's1', state: '', values: {} };
    const form = { id: 'form-1', intent: BOOK, subject: null };
    return writePress({ sealer: t.world.sealer, now: clock.now() }, { submit, form, slots: {}, words: {} });
  };
  const kept = () => t.store.writes.find({ id: 'w-form-1', now: clock.now() });

  it('is not begun where its claim is another process’s by now', async () => {
    const inbound = press();
    const writing = readWriting(inbound, { sealer: t.world.sealer, now: clock.now() });
    const described = system.operation(BOOK);
    if (writing === null || described === null) throw new Error('no write');
    const claim = { id: inbound.id, lease: 'somebody-else', attempts: 1 } as Claim;
    const o = {
      person: EVAN,
      writing,
      described,
      subject: EVAN.id,
      call: { operation: BOOK, slots: {}, result: null },
    };
    await expect(begin(t.world, claim, inbound, o as Parameters<typeof begin>[3])).rejects.toMatchObject({
      code: 'deadline',
    });
    expect(await kept()).toBeNull();
  });

  it('goes on after a sign-in by the press that waited, as long as that is known, and by no other', async () => {
    const inbound = press();
    const now = clock.now();
    const writing = readWriting(inbound, { sealer: t.world.sealer, now });
    const described = system.operation(BOOK);
    if (writing === null) throw new Error('no write');
    const call = { operation: BOOK, slots: {}, result: null };
    const o = { person: EVAN, writing, described, subject: EVAN.id, call } as unknown as Parameters<typeof begin>[3];
    const inbox = { ...t.world.store.inbox, renew: async () => 'renewed' as never };
    const world: World = { ...t.world, store: { ...t.world.store, inbox } };
    const begins = (id: string) => begin(world, { id, lease: 'l', attempts: 1 } as Claim, { ...inbound, id }, o);
    const waits = async (): Promise<void> => {
      const write = await kept();
      if (write === null) throw new Error('no write');
      const { tries, triedAt } = write;
      const has = { state: 'not-done', tries, triedAt, code: 'sign-in' } as const;
      await t.store.writes.change({ id: writing.id, had: write, has, value: null });
    };
    expect(await begins(inbound.id)).toMatchObject({ how: 'go', again: false });
    await waits();
    expect(await begins('another')).toMatchObject({ how: 'ended', write: { state: 'not-done' } });
    expect(await begins(inbound.id)).toMatchObject({ how: 'go', again: false, stands: { tries: 2 } });
    await waits();
    await t.store.writes.forget({ owners: t.world.sealer.fingerprints(EVAN.id) });
    expect(await begins(inbound.id)).toMatchObject({ how: 'ended', write: { state: 'not-done' } });
  });

  it('calls nothing where its process stood still since it began, and is told as not done', async () => {
    const { writes } = t.world.store;
    const stoodStill: World = {
      ...t.world,
      store: {
        ...t.world.store,
        writes: {
          ...writes,
          begin: async (o) => {
            const begun = await writes.begin(o);
            await clock.advance(10_001);
            return begun;
          },
        },
      },
    };
    const work = createWork(stoodStill);
    await work.accept(press());
    await until(() => t.messages.length > 0);
    expect(system.asked).toEqual([]);
    expect(t.messages.at(-1)?.card.text).toContain('nothing was done');
    expect(await kept()).toMatchObject({ state: 'not-done' });
    await work.stop({ graceMs: 0 });
  });

  it('is not said to be undone where its process stood still before it was done again: the first time may have done it', async () => {
    const now = clock.now();
    await t.store.writes.begin({ id: 'w-form-1', owner: '', value: '', most: null, now });
    await clock.advance(31_000);
    const { writes } = t.world.store;
    let still = true;
    const change: typeof writes.change = async (o) => {
      const changed = await writes.change(o);
      if (still) await clock.advance(10_001);
      still = false;
      return changed;
    };
    const work = createWork({ ...t.world, store: { ...t.world.store, writes: { ...writes, change } } });
    work.start();
    await work.accept(press());
    await until(() => !still);
    expect(t.messages).toEqual([]);
    expect(await kept()).toMatchObject({ state: 'begun', tries: 2 });
    expect(system.asked).toEqual([]);
    for (let n = 0; n < 30 && t.messages.length === 0; n++) await clock.advance(2_500);
    expect(system.asked).toMatchObject([{ again: true }]);
    expect(t.messages.map(({ card }) => card.text)).toEqual(['Booked under N1.']);
    await work.stop({ graceMs: 0 });
  });

  it('is left alone for half a minute, three times what a call may take, where another may be under way', async () => {
    await t.store.writes.begin({ id: 'w-form-1', owner: '', value: '', most: null, now: clock.now() });
    const work = createWork(t.world);
    work.start();
    await work.accept(press());
    for (let n = 0; n < 29; n++) await clock.advance(1_000);
    expect(system.asked).toEqual([]);
    expect(await kept()).toMatchObject({ state: 'begun', tries: 1 });
    for (let n = 0; n < 5; n++) await clock.advance(1_000);
    await until(() => t.messages.length > 0);
    expect(system.asked).toMatchObject([{ again: true }]);
    await work.stop({ graceMs: 0 });
  });

  it('is not begun before the directory said what the system calls them, however long that takes', async () => {
    const { operation } = system;
    t.script.operation = (name) => ({ ...operation(name), goesBy: 'email' });
    Object.assign(t.world.directory, {
      identifier: async () => {
        await clock.advance(30_001);
        return 'evan@example.com';
      },
    });
    const work = createWork(t.world);
    await work.accept(press());
    await until(() => t.messages.length > 0);
    expect(system.asked).toHaveLength(1);
    // Whoever is asked is asked at once after the row says so: nobody else takes it up meanwhile.
    expect(clock.now() - ((await kept())?.triedAt ?? 0)).toBe(0);
    await work.stop({ graceMs: 0 });
  });

  it('ends as it ended first, whatever a later one makes of it', async () => {
    const work = createWork(t.world);
    await work.accept(press());
    await until(() => t.messages.length > 0);
    const write = await kept();
    if (write === null) throw new Error('no write');
    expect(write).toMatchObject({ state: 'done', tries: 1 });
    const late = { id: 'w-form-1', state: 'doubt', code: 'late', value: null } as const;
    const { triedAt, code } = write;
    const had = { state: 'begun', tries: 1, triedAt, code } as const;
    expect(await settleWrite(t.world, { ...late, had })).toBe(false);
    expect(await kept()).toMatchObject({ state: 'done' });
    await work.stop({ graceMs: 0 });
  });

  it('is not said to be undone by an attempt that another has taken over', async () => {
    const now = clock.now();
    await t.store.writes.begin({ id: 'w-form-1', owner: '', value: '', most: null, now });
    const first = { state: 'begun', tries: 1, triedAt: now, code: null } as const;
    const second = { ...first, tries: 2, triedAt: now + 30_000 };
    expect(await t.store.writes.change({ id: 'w-form-1', had: first, has: second, value: null })).toBe('put');
    const of = { id: 'w-form-1', had: first, value: null, code: null };
    expect(await settleWrite(t.world, { ...of, state: 'not-done' })).toBe(false);
    expect(await kept()).toMatchObject({ state: 'begun', tries: 2 });
    expect(await settleWrite(t.world, { ...of, state: 'done' })).toBe(true);
  });

  describe('whose form is opened again while it waits', () => {
    const id = 'w-form-1';
    const at = (state: WriteState, code: string | null) => async (): Promise<void> => {
      const now = clock.now();
      await t.store.writes.begin({ id, owner: '', value: '', most: null, now });
      if (state === 'begun') return;
      expect(await settleWrite(t.world, { id, state, code, value: null } as Parameters<typeof settleWrite>[1])).toBe(
        true,
      );
    };

    it.each([
      ['never began', async () => undefined],
      ['waits for a token', at('not-done', 'sign-in')],
      ['was opened again before', at('not-done', 'sent-anew')],
      ['was not done', at('not-done', 'refused')],
    ])('is not written any more where it %s', async (_, stands) => {
      await stands();
      expect(await endWaiting(t.world, id)).toBe(true);
      expect(await kept()).toMatchObject({ state: 'not-done' });
      const work = createWork(t.world);
      await work.accept(press());
      await until(() => t.messages.length > 0);
      expect(system.asked).toEqual([]);
      expect(t.messages.at(-1)?.card.text).toContain('nothing was done');
      await work.stop({ graceMs: 0 });
    });

    it.each([
      ['is being written', at('begun', null)],
      ['was done', at('done', null)],
      ['is not known', at('doubt', 'doubt')],
    ])('stays where it %s: it is too late', async (_, stands) => {
      await stands();
      const write = await kept();
      expect(await endWaiting(t.world, id)).toBe(false);
      expect(await kept()).toEqual(write);
    });

    it('is for whoever was first, it or what waits', async () => {
      await at('not-done', 'sign-in')();
      const { writes } = t.world.store;
      const change: typeof writes.change = async (o) => {
        await writes.change({ ...o, has: { ...o.has, state: 'begun', tries: 2, code: null } });
        return writes.change(o);
      };
      expect(await endWaiting({ ...t.world, store: { ...t.world.store, writes: { ...writes, change } } }, id)).toBe(
        false,
      );
      expect(await kept()).toMatchObject({ state: 'begun', tries: 2 });
    });

    describe('and whose process dies between the two things that ends it', () => {
      const dies = async (): Promise<void> => {
        const { writes } = t.world.store;
        const change = (): Promise<never> => Promise.reject(new Error('killed'));
        const dying = { ...t.world, store: { ...t.world.store, writes: { ...writes, change } } };
        await expect(endWaiting(dying, id)).rejects.toThrow('killed');
      };
      const said = (): string => t.messages.at(-1)?.card.text ?? '';
      const passUntilSaid = async (): Promise<void> => {
        for (let n = 0; n < 30 && t.messages.length === 0; n++) await clock.advance(2_500);
        await until(() => t.messages.length > 0);
      };

      it.each(['key', 'look', 'never'] as const)(
        'is told as not done, which is known, with a system that takes "%s"',
        async (again) => {
          system.again = again;
          await dies();
          const work = createWork(t.world);
          work.start();
          await work.accept(press());
          await passUntilSaid();
          expect(said()).toContain('nothing was done');
          expect(t.messages.at(-1)?.card.buttons.map(({ label }) => label)).toEqual(['Open the form']);
          expect(system.asked).toEqual([]);
          expect(await kept()).toMatchObject({ state: 'not-done', code: 'interrupted' });
          await work.stop({ graceMs: 0 });
        },
      );

      it('is told so, too, where a rule came between', async () => {
        await dies();
        t.script.decide = () => REFUSE;
        const work = createWork(t.world);
        work.start();
        await work.accept(press());
        await passUntilSaid();
        expect(said()).toContain('nothing was done');
        await work.stop({ graceMs: 0 });
      });

      it('is told so, too, where its press failed too often before anybody looked', async () => {
        await dies();
        t.script.decide = () => {
          throw new Error('broken');
        };
        const work = createWork(t.world);
        work.start();
        await work.accept(press());
        for (let n = 0; n < 60 && t.messages.length === 0; n++) await clock.advance(5_000);
        expect(said()).toContain('nothing was done');
        expect(await kept()).toMatchObject({ state: 'not-done', code: 'failed-too-often' });
        await work.stop({ graceMs: 0 });
      });

      it('opens its form once they press again, and is never written', async () => {
        await dies();
        expect(await endWaiting(t.world, id)).toBe(true);
        expect(await kept()).toMatchObject({ state: 'not-done', code: 'sent-anew' });
      });

      it('and of two who end it at once each is right that it is over', async () => {
        const { writes } = t.world.store;
        let other: boolean | null = null;
        const change: typeof writes.change = async (o) => {
          other ??= await endWaiting(t.world, id);
          return writes.change(o);
        };
        const slow = { ...t.world, store: { ...t.world.store, writes: { ...writes, change } } };
        expect(await endWaiting(slow, id)).toBe(true);
        expect(other).toBe(true);
        expect(await kept()).toMatchObject({ state: 'not-done', code: 'sent-anew' });
      });
    });
  });
});
