/**
 * Every call that a write makes may be the last before a crash: the process dies before it took effect, and after it did but before that was heard.
 * Another goes on once the lease is over. Whatever the call, and whatever keeps the system from doing a thing twice: it was done once at most, and
 * what is told is true.
 */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Platform, WriteOperation } from '../../../src/core/ports.ts';
import { signedIn } from '../../../src/core/signed-in.ts';
import type { Account, PlatformName, Press, Submit } from '../../../src/core/types.ts';
import { createWork } from '../../../src/core/work.ts';
import type { World } from '../../../src/core/world.ts';
import { undoButton, writePress } from '../../../src/core/writing/carried.ts';
import { dyingProcess, type Fatal } from '../../support/dying-process.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { both, createTestWorld, intentOf, REFUSE, type TestWorld } from '../../support/world.ts';
import { BOOK, createWritingBackend, type WritingBackend } from '../../support/writing-backend.ts';

const ACCOUNT: Account = { platform: 'slack', tenant: 'T1', user: 'UEVAN', external: false };
const ARRIVED = {
  account: ACCOUNT,
  place: { kind: 'direct', channel: 'D0EVAN', thread: null },
  conversation: 'slack:T1:D0EVAN',
  at: 1_000,
} as const;

/** What a write calls when nothing goes wrong, from the first thing that it looks up. */
const CALLS = [
  'find', // is one under way
  'find', // was it done
  'record decision',
  'record write',
  'begin',
  'write',
  'change',
  'record write',
  'find', // is anything left open
  'commit',
  'post',
  'record disclosure',
  'settle',
] as const;

const processOf = (world: World, o: Fatal | null) => {
  const { made, over, step } = dyingProcess<string>(o);
  const { inbox, writes } = world.store;
  const platform = (each: Platform): Platform => ({
    ...each,
    post: step('post', each.post),
    update: step(null, each.update),
  });
  const watched: World = {
    ...world,
    platforms: new Map([...world.platforms].map(([name, each]): [PlatformName, Platform] => [name, platform(each)])),
    audit: { append: (entry) => step(`record ${entry.kind}`, world.audit.append)(entry) },
    store: {
      ...world.store,
      writes: {
        ...writes,
        find: step('find', writes.find),
        begin: step('begin', writes.begin),
        change: step('change', writes.change),
      },
      inbox: {
        ...inbox,
        commit: step('commit', inbox.commit),
        settle: step('settle', inbox.settle),
        park: step('park', inbox.park),
        release: step(null, inbox.release),
        renew: step(null, inbox.renew),
        claim: step(null, inbox.claim),
      },
    },
  };
  return { world: watched, over, made, write: step };
};

describe('a write whose process dies', () => {
  let t: TestWorld;
  let clock: FakeClock;
  let system: WritingBackend;
  let works: ReturnType<typeof createWork>[] = [];

  const open = (again: WriteOperation['again']): void => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    system = createWritingBackend();
    system.again = again;
    works = [];
    t.script.operation = (name) => system.operation(name);
    t.script.write = (o) => system.write(o);
    const intents = t.world.catalogue.intents as Map<string, ReturnType<typeof intentOf>>;
    intents.set(BOOK, intentOf({ id: BOOK, title: both('Book leave'), say: both('Booked under {number}.') }));
  };
  afterEach(async () => {
    for (const work of works) await work.stop({ graceMs: 0 });
    await t.close();
  });

  const press = (): Press => {
    const submit: Submit = { ...ARRIVED, kind: 'submit', id: 's1', state: '', values: {} };
    const form = { id: 'form-1', intent: BOOK, subject: null };
    return writePress({ sealer: t.world.sealer, now: clock.now() }, { submit, form, slots: {}, words: {} });
  };

  /** Runs it until it dies or is done, and then what goes on with it. */
  const through = async (inbound: Press, o: Fatal | null) => {
    const first = processOf(t.world, o);
    const normal = t.script.write;
    t.script.write = first.write('write', normal);
    const work = createWork(first.world);
    works.push(work);
    const settled = () => t.store.inbox.backlog().then(({ claimed, waiting }) => claimed + waiting === 0);
    await work.accept(inbound);
    if (o === null) await until(settled);
    else {
      await first.over;
      t.script.write = normal;
      void work.stop({ graceMs: 0 });
      const next = createWork(t.world);
      works.push(next);
      next.start();
      // The lease, and the time that a call may still be under way.
      for (let n = 0; n < 60 && !(await settled()); n++) await clock.advance(5_000);
      expect(await settled()).toBe(true);
    }
    return first.made;
  };

  const said = (): readonly string[] => t.messages.map(({ card }) => card.text);

  it('makes these calls where nothing goes wrong', async () => {
    open('key');
    expect(await through(press(), null)).toEqual(CALLS);
    expect(said()).toEqual(['Booked under N1.']);
  });

  const cases = (['key', 'look', 'never'] as const).flatMap((again) =>
    CALLS.flatMap((call, fatal) => (['before', 'after'] as const).map((when) => ({ again, call, fatal, when }))),
  );

  it.each(cases)(
    '$when call $fatal, "$call", with a system that takes "$again": once, and told as it is',
    async ({ again, fatal, when }) => {
      open(again);
      await through(press(), { fatal, when });
      expect(system.effects.length).toBeLessThanOrEqual(1);
      const texts = said();
      // Where the post itself was lost it is looked up, and stands once.
      expect(texts).toHaveLength(1);
      const [text = ''] = texts;
      if (/Booked under|: done/.test(text)) expect(system.effects).toHaveLength(1);
      else if (text.includes('nothing was done')) expect(system.effects).toHaveLength(0);
      else expect(text).toContain('I do not know whether it was done');
      // Only a system that can do it twice leaves anything unknown.
      if (again !== 'never') expect(text).toMatch(/Booked under|: done/);
      const states = t.entries.flatMap((entry) => (entry.kind === 'write' ? [entry.state] : []));
      if (system.effects.length > 0) expect(states[0]).toBe('begun');
      expect(states.at(-1)).toMatch(/^(done|doubt)$/);
      expect(new Set(system.asked.map(({ key }) => key)).size).toBeLessThanOrEqual(1);
    },
  );

  it.each(['key', 'look', 'never'] as const)(
    'and whom a rule refuses meanwhile is told that it is not known, with a system that takes "%s"',
    async (again) => {
      open(again);
      const normal = t.script.write;
      t.script.write = async (o) => {
        t.script.decide = () => REFUSE;
        return normal(o);
      };
      await through(press(), { fatal: CALLS.indexOf('change'), when: 'before' });
      expect(said()).toHaveLength(1);
      expect(said()[0]).toContain('I do not know whether it was done');
      expect(system.asked).toHaveLength(1);
    },
  );

  it.each(cases.filter(({ again }) => again === 'key'))(
    'and takes back once, $when call $fatal',
    async ({ fatal, when }) => {
      open('key');
      await through(press(), null);
      const button = undoButton({
        sealer: t.world.sealer,
        account: ACCOUNT,
        id: 'w-form-1',
        intent: BOOK,
        subject: null,
        until: clock.now() + 60 * 60_000,
        label: 'Take it back',
      });
      const { action, value } = button;
      const undo: Press = { ...ARRIVED, kind: 'press', id: 'p2', action, value, respondTo: null, message: null };
      await through(undo, { fatal, when });
      expect(system.effects.filter(({ undone }) => undone)).toHaveLength(1);
      expect(system.effects).toHaveLength(2);
      expect(said()).toEqual(['Booked under N1.', 'Book leave: taken back.']);
      expect(await t.store.writes.find({ id: 'w-form-1', now: clock.now() })).toMatchObject({ state: 'undone' });
    },
  );

  describe('that waits for a token of whoever sent it', () => {
    let token: boolean;
    const census = () => t.store.inbox.census({ now: clock.now() });
    const passUntil = async (happened: () => boolean | Promise<boolean>): Promise<void> => {
      for (let n = 0; n < 120 && !(await happened()); n++) await clock.advance(2_500);
      expect(await happened()).toBe(true);
    };
    const begin = (again: WriteOperation['again']): void => {
      open(again);
      token = false;
      const { write } = t.script;
      t.script.write = async (o) => (token ? write(o) : { ok: false, code: 'sign-in' });
    };
    /** One process works until `done`, or dies; then another does. */
    const by = async (o: Fatal | null, inbound: Press | null, done: () => Promise<boolean>) => {
      const first = processOf(t.world, o);
      let dead = false;
      void first.over.then(() => {
        dead = true;
      });
      const normal = t.script.write;
      t.script.write = first.write('write', normal);
      const work = createWork(first.world);
      works.push(work);
      work.start();
      if (inbound !== null) await work.accept(inbound);
      await passUntil(async () => dead || (await done()));
      t.script.write = normal;
      void work.stop({ graceMs: 0 });
      if (dead) {
        const next = createWork(t.world);
        works.push(next);
        next.start();
        await passUntil(done);
        void next.stop({ graceMs: 0 });
      }
      await clock.advance(2_000);
      return first.made;
    };
    const waits = async (): Promise<boolean> => (await census()).parked === 1;
    const over = async (): Promise<boolean> => Object.values(await census()).every((count) => count === 0);
    const signIn = async (): Promise<void> => {
      token = true;
      const at = clock.now();
      await signedIn(t.world, { person: 'evan', at, until: at + 900_000, by: 'test' });
    };
    const WAITS = [...CALLS.slice(0, -1), 'park'];
    // The row stands from before: whoever goes on takes it by a change.
    const GOES_ON = [...CALLS.slice(0, 5), 'change', ...CALLS.slice(5)];

    it('makes these calls where nothing goes wrong', async () => {
      begin('key');
      expect(await by(null, press(), waits)).toEqual(WAITS);
      await signIn();
      expect(await by(null, null, over)).toEqual(GOES_ON);
      expect(said().at(-1)).toBe('Booked under N1.');
    });

    const both = (calls: readonly string[]) =>
      (['key', 'never'] as const).flatMap((again) =>
        calls.flatMap((call, fatal) => (['before', 'after'] as const).map((when) => ({ again, call, fatal, when }))),
      );

    it.each(both(WAITS))(
      '$when call $fatal of the first time, "$call", with a system that takes "$again"',
      async ({ again, fatal, when }) => {
        begin(again);
        const ended = async (): Promise<boolean> => (await waits()) || (await over());
        await by({ fatal, when }, press(), ended);
        expect(system.effects).toEqual([]);
        const waited = await waits();
        await signIn();
        await by(null, null, over);
        expect(system.effects.length).toBeLessThanOrEqual(1);
        const text = said().at(-1) ?? '';
        if (waited) expect(text).toBe('Booked under N1.');
        // A process that died while it called cannot be told from one whose call went out.
        else expect(text).toContain('I do not know whether it was done');
        if (again === 'key') expect(waited).toBe(true);
      },
    );

    it.each(both(GOES_ON))(
      '$when call $fatal once they signed in, "$call", with a system that takes "$again"',
      async ({ again, fatal, when }) => {
        begin(again);
        await by(null, press(), waits);
        await signIn();
        await by({ fatal, when }, null, over);
        expect(system.effects.length).toBeLessThanOrEqual(1);
        const [, text = ''] = said();
        expect(said()).toHaveLength(2);
        if (/Booked under|: done/.test(text)) expect(system.effects).toHaveLength(1);
        else expect(text).toContain('I do not know whether it was done');
        if (again === 'key') expect(text).toMatch(/Booked under|: done/);
        expect(new Set(system.asked.map(({ key }) => key)).size).toBeLessThanOrEqual(1);
      },
    );
  });

  it('is tried no more once it failed too often, and told as not known', async () => {
    open('key');
    t.script.write = async () => {
      throw new Error('unused');
    };
    t.script.auditFails = (entry) => entry.kind === 'write' && entry.state !== 'begun';
    const work = createWork(t.world);
    works.push(work);
    work.start();
    await work.accept(press());
    for (let n = 0; n < 60 && said().length === 0; n++) await clock.advance(5_000);
    expect(said()[0]).toContain('I do not know whether it was done');
    expect(t.calls.filter((call) => call === `write ${BOOK}`)).toHaveLength(1);
  });

  it('is told nothing of, however often it failed, before that is on record', async () => {
    open('key');
    let full = false;
    t.script.auditFails = (entry) => {
      full ||= entry.kind === 'write' && entry.state !== 'begun';
      return full;
    };
    const work = createWork(t.world);
    works.push(work);
    work.start();
    await work.accept(press());
    const tried = () => t.calls.filter((call) => call === 'audit decision').length;
    for (let n = 0; n < 60 && tried() < 8; n++) await clock.advance(5_000);
    expect(tried()).toBeGreaterThanOrEqual(8);
    expect(said()).toEqual([]);
    t.script.auditFails = () => false;
    for (let n = 0; n < 60 && said().length === 0; n++) await clock.advance(5_000);
    expect(said()[0]).toContain('done');
    expect(t.calls.filter((call) => call === `write ${BOOK}`)).toHaveLength(1);
  });

  it('is told as not done where it failed before it began', async () => {
    open('key');
    t.script.auditFails = (entry) => entry.kind === 'write';
    await through(press(), null);
    expect(said()).toEqual([
      'Book leave: nothing was done. Something went wrong on my side. Please try again in a few minutes.',
    ]);
    expect(system.asked).toEqual([]);
  });

  it('is never begun any more where it killed its process again and again before it began', async () => {
    open('key');
    for (let n = 0; n < 5; n++) {
      const dying = processOf(t.world, { fatal: CALLS.indexOf('record write'), when: 'before' });
      let dead = false;
      void dying.over.then(() => {
        dead = true;
      });
      const work = createWork(dying.world);
      if (n === 0) await work.accept(press());
      else work.start();
      for (let look = 0; look < 60 && !dead; look++) await clock.advance(5_000);
      expect(dead).toBe(true);
      void work.stop({ graceMs: 0 });
    }
    const work = createWork(t.world);
    works.push(work);
    work.start();
    for (let look = 0; look < 60 && said().length === 0; look++) await clock.advance(5_000);
    expect(said()[0]).toContain('nothing was done');
    // Asked once more under another id, as a dead letter is.
    await work.accept({ ...press(), id: 'another' });
    for (let look = 0; look < 60 && said().length < 2; look++) await clock.advance(5_000);
    expect(said()[1]).toContain('nothing was done');
    expect(system.asked).toEqual([]);
  });
});
