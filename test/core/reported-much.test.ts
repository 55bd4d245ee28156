import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AuditEntry, ReportedEntry } from '../../src/core/audit.ts';
import type { Chore, Reported } from '../../src/core/chore-types.ts';
import { questionsOf } from '../../src/core/held.ts';
import { parseChore, writeChore } from '../../src/core/inbound.ts';
import type { ReportKind } from '../../src/core/ports.ts';
import { repliesIn } from '../../src/core/replies/replies.ts';
import { takeReport } from '../../src/core/reported.ts';
import { ALARMING, countedAt, countHeld, MOST_IN_ALL, MOST_OF_ONE, placeOf } from '../../src/core/reported-much.ts';
import { inboundContext } from '../../src/core/sealing.ts';
import { createSurprises } from '../../src/core/surprises.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { both, createTestWorld, EVAN, IN_VIEW, MONA, PERMIT, REFUSE, type TestWorld } from '../support/world.ts';

const HOUR = 60 * 60_000;
const HOOKS = ['one', 'two', 'three', 'four'];
const kindOf = (name: string): ReportKind => ({
  name,
  dataClass: 'leave',
  intent: 'leave.balance',
  say: both('It was decided: {what}.'),
  people: 1_000,
  holds: new Map(),
});
const more = (count: number): string => repliesIn('en').reported.more({ count });

let clock: FakeClock;
let t: TestWorld;
let world: World;
let works: Work[];
beforeEach(async () => {
  clock = createFakeClock();
  t = createTestWorld({ clock });
  world = { ...t.world, hooks: new Map(HOOKS.map((name) => [name, kindOf(name)])) };
  works = [];
  await clock.advance(HOUR - (clock.now() % HOUR) + 60_000);
});
afterEach(async () => {
  const stopping = works.map((work) => work.stop({ graceMs: 500 }));
  await clock.advance(1_000);
  await Promise.all(stopping);
  await t.close();
});

const started = (of: World = world): Work => {
  const work = createWork(of);
  work.start();
  works.push(work);
  return work;
};
let sent = 0;
const take = async (work: Work, o: { readonly hook?: string; readonly subject?: string } = {}): Promise<void> => {
  sent += 1;
  const record = { subject: o.subject ?? 'evan', fields: { what: { type: 'text' as const, value: `number ${sent}` } } };
  const report = { hook: o.hook ?? 'one', id: `r-${sent}`, proof: `p-${sent}`, at: clock.now(), record };
  expect(await takeReport(world, (chore) => work.accept(chore), report)).toBe('taken');
};
const outcomes = () =>
  t.entries.filter((entry): entry is ReportedEntry => entry.kind === 'reported').map(({ outcome }) => outcome);
const timesOf = (outcome: ReportedEntry['outcome']) => outcomes().filter((each) => each === outcome).length;
/** By then each of them that is shown stands, too. */
const recorded = (times: number) =>
  until(async () => {
    await clock.advance(500);
    return outcomes().length >= times && t.entries.filter(isEnd).length >= outcomes().filter(isShown).length;
  });
const isShown = (outcome: ReportedEntry['outcome']) => ['told', 'offered', 'counted'].includes(outcome);
const isEnd = ({ kind }: AuditEntry) => kind === 'disclosure' || kind === 'undeliverable';
const said = () => t.messages.map(({ card: { text } }) => text);
const floods = async (work: Work, times: number, o: Parameters<typeof take>[1] = {}): Promise<void> => {
  const before = outcomes().length;
  for (let each = 0; each < times; each++) await take(work, o);
  await recorded(before + times);
};
const hourLater = async (): Promise<void> => {
  const before = timesOf('counted') + timesOf('refused');
  await clock.advance(countedAt(Math.floor(clock.now() / HOUR) * HOUR) - clock.now());
  await until(async () => {
    await clock.advance(500);
    return timesOf('counted') + timesOf('refused') > before;
  });
  await recorded(0);
};

describe('reports about one person', () => {
  it('are told one by one up to a number, and of those beyond, how many, once the hour is over', async () => {
    const work = started();
    await floods(work, MOST_OF_ONE + 4);
    expect([timesOf('told'), timesOf('held-back'), t.messages.length]).toEqual([MOST_OF_ONE, 4, MOST_OF_ONE]);
    await clock.advance(HOUR - 120_000);
    expect(t.messages).toHaveLength(MOST_OF_ONE);
    await hourLater();
    expect(said().slice(MOST_OF_ONE)).toEqual([more(4)]);
    expect(t.messages.at(-1)?.card.buttons).toHaveLength(1);
    expect(timesOf('counted')).toBe(1);
    await clock.advance(2 * HOUR);
    expect(t.messages).toHaveLength(MOST_OF_ONE + 1);
    // The next hour is a new one.
    await floods(work, 1);
    expect(said().at(-1)).toContain('It was decided');
    expect(t.entries.filter(({ kind }) => kind === 'undeliverable' || kind === 'dead-letter')).toEqual([]);
  });

  it('are ten, thirty in all, and told of from twenty held back, as is written for whoever runs it', () => {
    expect([MOST_OF_ONE, MOST_IN_ALL, ALARMING]).toEqual([10, 30, 20]);
  });

  it('are counted a minute after the hour and no sooner, for a process that began within it is through by then', async () => {
    const work = started();
    const over = (Math.floor(clock.now() / HOUR) + 1) * HOUR;
    await floods(work, MOST_OF_ONE + 1);
    await clock.advance(over + 59_000 - clock.now());
    for (let each = 0; each < 20; each++) await new Promise((resolve) => setImmediate(resolve));
    expect([timesOf('counted'), t.messages.length]).toEqual([0, MOST_OF_ONE]);
    await until(async () => {
      await clock.advance(500);
      return timesOf('counted') === 1;
    });
    expect(clock.now()).toBeGreaterThanOrEqual(over + 60_000);
  });

  it('are counted also for whoever is flooded by then again', async () => {
    const work = started();
    const over = (Math.floor(clock.now() / HOUR) + 1) * HOUR;
    await floods(work, MOST_OF_ONE + 3);
    await clock.advance(over + 1_000 - clock.now());
    for (let each = 0; each <= MOST_OF_ONE; each++) await take(work);
    await until(async () => {
      await clock.advance(200);
      return timesOf('held-back') === 4;
    });
    expect(timesOf('counted')).toBe(0);
    await until(async () => {
      await clock.advance(500);
      return timesOf('counted') === 1;
    });
    await recorded(0);
    expect([said().at(-1), timesOf('held-back')]).toEqual([more(3), 4]);
  });

  it('are kept nowhere once they are held back, and what is kept of them has no word of them', async () => {
    const work = started();
    await floods(work, MOST_OF_ONE + 3);
    const kept: (Chore | null)[] = [];
    for await (const question of questionsOf(world)) {
      const plain = world.sealer.open(inboundContext(question), question.inbound);
      kept.push(plain === null ? null : parseChore(plain));
    }
    expect(kept).toMatchObject([{ kind: 'reported', hook: 'one', record: { subject: null, fields: {} } }]);
    expect(JSON.stringify([kept, t.entries])).not.toMatch(/number [0-9]/);
  });

  it('are counted by webhook and person, and one that floods takes no other’s place', async () => {
    t.script.find = async ({ user }) => ({ ok: true, person: user === 'UMONA' ? MONA : EVAN });
    t.script.accounts = async (id) => [{ platform: 'slack', tenant: 'T1', user: `U${id.toUpperCase()}` }];
    const work = started();
    await floods(work, 3 * MOST_OF_ONE);
    expect(timesOf('told')).toBe(MOST_OF_ONE);
    await floods(work, 2, { subject: 'mona' });
    await floods(work, MOST_OF_ONE, { hook: 'two' });
    expect(timesOf('told')).toBe(2 * MOST_OF_ONE + 2);
    // All of them together have a limit as well.
    await floods(work, MOST_OF_ONE, { hook: 'three' });
    await floods(work, 3, { hook: 'four' });
    expect(timesOf('told')).toBe(MOST_IN_ALL + 2);
    await hourLater();
    await until(async () => {
      await clock.advance(500);
      return timesOf('counted') === 2;
    });
    expect(said().slice(-2).toSorted()).toEqual([more(2 * MOST_OF_ONE), more(3)].toSorted());
  });

  it('are counted by all processes together', async () => {
    const [one, other] = [started(), started({ ...world })];
    for (let each = 0; each < MOST_OF_ONE; each++) await Promise.all([take(one), take(other)]);
    await recorded(2 * MOST_OF_ONE);
    expect([timesOf('told'), timesOf('held-back')]).toEqual([MOST_OF_ONE, MOST_OF_ONE]);
    await hourLater();
    expect(said().filter((text) => text === more(MOST_OF_ONE))).toHaveLength(1);
  });

  it('tell nothing by their number where policy lets them know nothing by then, and nothing of their subject where it wants more care', async () => {
    const work = started();
    await floods(work, MOST_OF_ONE + 1);
    t.script.decide = () => REFUSE;
    await hourLater();
    expect([timesOf('counted'), t.messages.length]).toEqual([0, MOST_OF_ONE]);
    t.script.decide = () => IN_VIEW;
    await floods(work, MOST_OF_ONE + 1);
    await hourLater();
    const [button] = t.messages.at(-1)?.card.buttons ?? [];
    expect([said().at(-1), button?.label]).toEqual([more(1), repliesIn('en').reported.show]);
    expect(JSON.stringify(t.messages.at(-1))).not.toMatch(/leave|number/);
  });

  it('take no place where they are not told: what policy refuses, and what holds what it should not', async () => {
    const work = started();
    t.script.decide = () => REFUSE;
    await floods(work, MOST_OF_ONE);
    t.script.decide = () => PERMIT;
    t.script.screen = () => ['iban'];
    await floods(work, MOST_OF_ONE);
    t.script.screen = () => [];
    await floods(work, MOST_OF_ONE);
    expect([timesOf('refused'), timesOf('surprise'), timesOf('told')]).toEqual([MOST_OF_ONE, MOST_OF_ONE, MOST_OF_ONE]);
  });

  it('take one place each on however many accounts they are tried', async () => {
    t.script.accounts = async () => ['UGONE', 'UEVAN'].map((user) => ({ platform: 'slack', tenant: 'T1', user }));
    let tries = 0;
    t.script.post = () => {
      tries += 1;
      return tries % 2 === 1 ? { ok: false, fault: 'never', code: 'user_not_found' } : null;
    };
    const work = started();
    for (let each = 1; each <= MOST_OF_ONE; each++) {
      await take(work);
      await recorded(2 * each);
    }
    expect([timesOf('held-back'), t.messages.length]).toEqual([0, MOST_OF_ONE]);
  });

  it('are told to the security contact where they are more than can be meant, once a day and webhook, and not before', async () => {
    const contacted: World = {
      ...world,
      securityContact: 'mona',
      directory: {
        ...world.directory,
        accounts: async (id) => [{ platform: 'slack', tenant: 'T1', user: `U${id.toUpperCase()}` }],
      },
    };
    t.script.find = async ({ user }) => ({ ok: true, person: user === 'UMONA' ? MONA : EVAN });
    const surprises = createSurprises(contacted);
    const work = started({ ...contacted, surprises });
    const alarms = () => said().filter((text) => text === repliesIn('en').flooded({ hook: 'one' }));
    await floods(work, MOST_OF_ONE + ALARMING - 1);
    await clock.advance(1_000);
    expect(alarms()).toEqual([]);
    await floods(work, 1);
    await until(() => alarms().length > 0);
    await floods(work, 4);
    expect(t.messages.filter(({ ref }) => ref.channel === 'D-UMONA').map(({ card }) => card.text)).toEqual(alarms());
    expect(alarms()).toHaveLength(1);
    expect(alarms().join()).not.toContain('evan');
  });

  it('are held back of a webhook that reports about more people than its description says, and the security contact is told', async () => {
    const people = 3;
    const directory = {
      ...world.directory,
      colleague: async (called: string) => ({ ...EVAN, id: called }),
      accounts: async (id: string) => [{ platform: 'slack' as const, tenant: 'T1', user: `U${id}` }],
    };
    t.script.find = async ({ user }) => ({ ok: true, person: { ...EVAN, id: user.slice(1) } });
    const contacted = {
      ...world,
      directory,
      securityContact: 'safe',
      hooks: new Map(HOOKS.map((name) => [name, { ...kindOf(name), people }])),
    };
    const work = started({ ...contacted, surprises: createSurprises(contacted) });
    const alarms = () => said().filter((text) => text === repliesIn('en').spread({ hook: 'one', people }));
    for (const subject of ['a', 'b', 'c', 'a', 'b']) await floods(work, 1, { subject });
    await clock.advance(1_000);
    expect([timesOf('told'), timesOf('held-back'), alarms().length]).toEqual([5, 0, 0]);
    // One too many, and from then on nobody is told in its words.
    for (const subject of ['d', 'a', 'e']) await floods(work, 1, { subject });
    await until(() => alarms().length > 0);
    expect([timesOf('told'), timesOf('held-back')]).toEqual([5, 3]);
    expect(t.messages.filter(({ ref }) => ref.channel === 'D-Usafe').map(({ card }) => card.text)).toEqual(alarms());
    // That it floods somebody is another thing to be told of.
    await floods(work, ALARMING - 1, { subject: 'a' });
    await until(() => said().includes(repliesIn('en').flooded({ hook: 'one' })));
    // Another webhook has its own, and so has the next hour; nothing is lost.
    await floods(work, 1, { hook: 'two', subject: 'd' });
    expect(timesOf('told')).toBe(6);
    await hourLater();
    await until(async () => {
      await clock.advance(500);
      return timesOf('counted') === 3;
    });
    expect([1, ALARMING].map((count) => said().filter((text) => text === more(count)).length)).toEqual([2, 1]);
    await floods(work, 1, { subject: 'e' });
    expect([timesOf('told'), alarms().length]).toEqual([7, 1]);
  });

  it('lie in the inbox as a count of an hour and nothing else', () => {
    const chore = {
      kind: 'reported' as const,
      id: 'report-1-told',
      account: { platform: 'slack' as const, tenant: 'T1', user: 'UEVAN', external: false },
      place: { kind: 'direct' as const, channel: '', thread: null },
      conversation: 'report-1-told',
      at: 1,
      hook: 'one',
      person: 'evan',
      record: { subject: null, fields: {} },
      hour: HOUR,
    };
    expect(parseChore(writeChore(chore))).toEqual(chore);
    const { hour: _, ...report } = chore;
    expect(parseChore(writeChore(report))).toEqual(report);
  });
});

describe('a store that fails at any moment', () => {
  const reportedOf = (id: string): Reported => ({
    kind: 'reported',
    id: `report-${id}-told`,
    account: { platform: 'slack', tenant: 'T1', user: 'UEVAN', external: false },
    place: { kind: 'direct', channel: '', thread: null },
    conversation: id,
    at: 0,
    hook: 'one',
    person: 'evan',
    record: { subject: 'evan', fields: {} },
  });

  it('holds nothing back whose count is not in the inbox', async () => {
    const reported = (at: number) => ({ reported: reportedOf(`kept-${at}`), person: 'evan', people: 1_000 });
    const kept: Reported[] = [];
    for (let at = 0; at < MOST_OF_ONE; at++)
      expect(await placeOf(t.world, { ...reported(at), keep: async () => undefined })).toEqual({ told: true });
    const away = async (): Promise<void> => Promise.reject(new Error('away'));
    await expect(placeOf(t.world, { ...reported(99), keep: away })).rejects.toThrow('away');
    const keep = async (count: Reported): Promise<void> => void kept.push(count);
    expect(await placeOf(t.world, { ...reported(99), keep })).toMatchObject({ told: false });
    expect(kept).toMatchObject([
      { hour: Math.floor(clock.now() / HOUR) * HOUR, person: 'evan', record: { fields: {} } },
    ]);
    // It is known to be, from then on.
    expect(await placeOf(t.world, { ...reported(99), keep: away })).toEqual({ told: false, held: 0, spread: false });
  });

  it('is told of all that were held back, however long nobody was answered since', async () => {
    const day = 24 * HOUR;
    await clock.advance(day - (clock.now() % day) - HOUR / 2);
    const hour = clock.now() - HOUR / 2;
    const keep = async (): Promise<void> => undefined;
    for (let at = 0; at < MOST_OF_ONE + 25; at++)
      await placeOf(t.world, { reported: reportedOf(`late-${at}`), person: 'evan', people: 1_000, keep });
    await clock.advance(20 * HOUR);
    expect(await countHeld(t.world, { hook: 'one', person: 'evan', hour })).toBe(25);
  });

  it('lets nobody be told more, loses none of those held back, and never says two things of one report', async () => {
    let run = 0;
    const faults = fc.array(fc.constantFrom('before', 'after', null, null, null), { maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), faults, async (reports, script) => {
        run += 1;
        const person = `person-${run}`;
        const left = [...script];
        let failed = 0;
        const failing =
          <A extends readonly unknown[], R>(verb: (...args: A) => Promise<R>) =>
          async (...args: A): Promise<R> => {
            const fault = left.shift() ?? null;
            if (fault !== null) failed += 1;
            if (fault === 'before') throw new Error('The store is away.');
            const result = await verb(...args);
            if (fault === 'after') throw new Error('The reply was lost.');
            return result;
          };
        const { counters } = t.world.store;
        const store = {
          ...t.world.store,
          counters: { ...counters, add: failing(counters.add), read: failing(counters.read) },
        };
        const kept = new Set<string>();
        const keep = failing(async ({ id }: Reported) => void kept.add(id));
        const placed = async (at: number): Promise<boolean> => {
          for (;;) {
            try {
              const reported = reportedOf(`${run}-${at}`);
              return (await placeOf({ ...t.world, store }, { reported, person, people: 1_000, keep })).told;
            } catch {
              // As its next attempt would.
            }
          }
        };
        const first: boolean[] = [];
        for (let at = 0; at < reports; at++) first.push(await placed(at));
        for (let at = 0; at < reports; at++) expect([at, await placed(at)]).toEqual([at, first[at]]);
        const told = first.filter(Boolean).length;
        const held = reports - told;
        expect(told).toBeLessThanOrEqual(MOST_OF_ONE);
        if (failed === 0) expect(told).toBe(Math.min(reports, MOST_OF_ONE));
        if (held === 0) return;
        expect(kept.size).toBe(1);
        const hour = Math.floor(clock.now() / HOUR) * HOUR;
        const count = await countHeld(t.world, { hook: 'one', person, hour });
        expect(count).toBeGreaterThanOrEqual(held);
        expect(count).toBeLessThanOrEqual(held + failed);
      }),
      { numRuns: 300 },
    );
  });
});
