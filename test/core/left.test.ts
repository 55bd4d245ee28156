import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Left } from '../../src/core/chore-types.ts';
import { questionsOf } from '../../src/core/held.ts';
import type { Pending } from '../../src/core/ports.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { leavingOf, refOf } from '../contracts/making.ts';
import { until } from '../support/until.ts';
import { HOLD, question } from '../support/world.ts';
import { accountOf, openPeople, type People } from './orders/people.ts';

const HOUR = 60 * 60_000;

let p: People;
const running: Work[] = [];
beforeEach(async () => {
  p = await openPeople();
  p.t.script.decide = () => HOLD;
});
afterEach(async () => {
  const stopping = running.splice(0).map((work) => work.stop({ graceMs: 500 }));
  await p.clock.advance(1_000);
  await Promise.all(stopping);
  await p.close();
});

const started = (world: World = p.world): Work => {
  const work = createWork(world);
  work.start();
  running.push(work);
  return work;
};
const leftOf = (who: 'evan' | 'mona', over: Partial<Left> = {}): Left => ({
  kind: 'left',
  id: `left-${who}`,
  account: accountOf(who),
  place: { kind: 'direct', channel: `D-${who}`, thread: null },
  conversation: `slack:T1:D-${who}`,
  at: p.clock.now(),
  group: null,
  ...over,
});
const entries = (kind: string) => p.t.entries.filter((entry) => entry.kind === kind);
const purges = () => entries('installation').filter((entry) => 'change' in entry && entry.change === 'purged');
const pending = async (): Promise<readonly Pending[]> =>
  (await p.world.store.expiries.scan({ cursor: null, limit: 500 })).removals.filter(({ then }) => then === 'remove');
const ids = async (): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const { id } of questionsOf(p.world)) found.push(id);
  return found.toSorted();
};
const moving = (done: () => boolean | Promise<boolean>): Promise<void> =>
  until(async () => {
    await p.clock.advance(500);
    return done();
  });
const keep = (key: string, owner = '') =>
  p.world.store.references.keep({ tenant: 'T1', key, owner, value: 'x', until: p.clock.now() + HOUR });
const known = async (...keys: readonly string[]): Promise<readonly boolean[]> =>
  Promise.all(
    keys.map(async (key) => (await p.world.store.references.find({ tenant: 'T1', key, now: p.clock.now() })) !== null),
  );

describe('what is held of a chat that the bot was taken out of', () => {
  it('R23 goes, on record, and nothing of another chat', async () => {
    await p.ask('evan');
    await p.ask('mona');
    const ends = p.clock.now() + HOUR;
    const own = [await p.park('evan', ends), await p.bury('evan', ends)];
    const others = await p.park('mona', ends);
    await keep('D-evan');
    await keep('D-mona');
    await keep('');
    const shown = await pending();
    const evans = shown.filter(({ ref }) => ref.channel === 'D-evan');
    expect([evans.length > 0, shown.length > evans.length]).toEqual([true, true]);
    expect(await started().accept(leftOf('evan'))).toBe('accepted');
    await moving(() => purges().length > 0);
    await moving(async () => (await ids()).length === 1);
    expect(await ids()).toEqual([others]);
    expect((await p.transcripts()).map(({ account }) => account)).toEqual(['slack:UMONA']);
    expect(await known('D-evan', 'D-mona', '')).toEqual([false, true, true]);
    expect((await pending()).map(({ ref }) => ref.channel)).toEqual(
      shown.filter(({ ref }) => ref.channel !== 'D-evan').map(({ ref }) => ref.channel),
    );
    expect(entries('installation')).toMatchObject([
      { change: 'uninstalled', tenant: 'T1', channel: 'D-evan', purged: null },
      {
        change: 'purged',
        channel: 'D-evan',
        purged: { questions: 2, transcripts: 1, messages: evans.length, held: 0 },
      },
    ]);
    const gone = entries('undeliverable').concat(entries('dead-letter'));
    for (const id of own) expect(gone).toContainEqual(expect.objectContaining({ question: id, code: 'uninstalled' }));
    expect(entries('removal')).toMatchObject(
      evans.map(() => ({ channel: 'D-evan', state: 'refused-by-platform', code: 'uninstalled' })),
    );
  });

  it('R23 with all the channels of a team, and the talks that each person has in them', async () => {
    const channel = (name: string) =>
      p.ask('evan', {
        place: { kind: 'channel', channel: name, thread: null },
        conversation: `slack:T1:${name}:UEVAN`,
      });
    await channel('C-1');
    await channel('C-2');
    await channel('C-3');
    await keep('C-1', 'slack:team');
    await keep('C-2', 'slack:team');
    await keep('C-3', 'slack:other');
    await p.world.store.expiries.schedule(leavingOf(refOf('m1', { channel: 'C-1' }), p.clock.now() + HOUR));
    const place = { kind: 'channel', channel: 'C-1', thread: null } as const;
    await started().accept(leftOf('evan', { place, conversation: 'slack:T1:C-1', group: 'team' }));
    await moving(() => purges().length > 0);
    expect((await p.transcripts()).map(({ conversation }) => conversation)).toEqual(['slack:T1:C-3:UEVAN']);
    expect(await known('C-1', 'C-2', 'C-3')).toEqual([false, false, true]);
    // What must leave from there is still tried: somebody may be answered there again by now.
    expect((await pending()).map(({ ref }) => ref.channel)).toContain('C-1');
  });

  it('R23 after what was asked there before, and before what is asked there once it is back', async () => {
    const work = started();
    const asked = (id: string) =>
      question({
        id,
        account: accountOf('evan'),
        conversation: 'slack:T1:D-evan',
        place: { kind: 'direct', channel: 'D-evan', thread: null },
        at: p.clock.now(),
      });
    await Promise.all([work.accept(asked('q-before')), work.accept(leftOf('evan')), work.accept(asked('q-after'))]);
    await moving(() => entries('disclosure').length === 2);
    const order = p.t.entries.flatMap((entry) => {
      if (entry.kind === 'disclosure') return [entry.question];
      return entry.kind === 'installation' ? [entry.change] : [];
    });
    expect(order).toEqual(['q-before', 'uninstalled', 'purged', 'q-after']);
    // Whatever is shown after it was let in again has its end on record.
    expect((await pending()).filter(({ ref }) => ref.channel === 'D-evan')).toHaveLength(1);
  });

  it('R23 all the same where the process dies in the middle of it', async () => {
    await p.ask('evan');
    const { inbox, references } = p.world.store;
    const dying: World = {
      ...p.world,
      store: {
        ...p.world.store,
        inbox: { ...inbox, renew: () => new Promise(() => undefined) },
        references: { ...references, forget: () => new Promise(() => undefined) },
      },
    };
    await keep('D-evan');
    const first = started(dying);
    await first.accept(leftOf('evan'));
    await moving(async () => (await p.transcripts()).length === 0);
    running.splice(0);
    const stopped = first.stop({ graceMs: 10 });
    await p.clock.advance(20);
    await stopped;
    expect(await known('D-evan')).toEqual([true]);
    started();
    await p.clock.advance(p.world.leaseMs + 1_000);
    await moving(() => purges().length > 0);
    expect(await known('D-evan')).toEqual([false]);
    expect(entries('installation').map((entry) => 'change' in entry && entry.change)).toEqual([
      'uninstalled',
      'purged',
    ]);
  });

  it('R23 all the same where nothing can be put on record for a quarter of an hour', async () => {
    await p.ask('evan');
    await keep('D-evan');
    let away = true;
    const { audit } = p.world;
    const refusing: World = {
      ...p.world,
      audit: {
        ...audit,
        append: async (entry) => (away ? Promise.reject(new Error('disk full')) : audit.append(entry)),
      },
    };
    await started(refusing).accept(leftOf('evan'));
    for (let minute = 0; minute < 30; minute++) await p.clock.advance(30_000);
    expect([await known('D-evan'), purges()]).toEqual([[true], []]);
    away = false;
    await moving(() => purges().length > 0);
    expect([await known('D-evan'), await p.transcripts()]).toEqual([[false], []]);
    expect(entries('installation').map((entry) => 'change' in entry && entry.change)).toEqual([
      'uninstalled',
      'purged',
    ]);
  });

  it('R23 is on record though the process dies before the first line of it is written', async () => {
    const { audit } = p.world;
    let asked = false;
    const dying: World = {
      ...p.world,
      store: { ...p.world.store, inbox: { ...p.world.store.inbox, renew: () => new Promise(() => undefined) } },
      audit: {
        ...audit,
        append: () => {
          asked = true;
          return new Promise(() => undefined);
        },
      },
    };
    const first = started(dying);
    await first.accept(leftOf('evan'));
    await moving(() => asked);
    running.splice(0);
    const stopped = first.stop({ graceMs: 10 });
    await p.clock.advance(20);
    await stopped;
    started();
    await p.clock.advance(p.world.leaseMs + 1_000);
    await moving(() => purges().length > 0);
    expect(entries('installation').map((entry) => 'change' in entry && entry.change)).toEqual([
      'uninstalled',
      'purged',
    ]);
  });

  it('R23 with every channel of a team that has more of them than are listed at once', async () => {
    const names = Array.from({ length: 120 }, (_, n) => `C-${n}`);
    for (const name of names) await keep(name, 'slack:team');
    const place = { kind: 'channel', channel: 'C-0', thread: null } as const;
    await started().accept(leftOf('evan', { place, conversation: 'slack:T1:C-0', group: 'team' }));
    await moving(() => purges().length > 0);
    expect((await known(...names)).filter(Boolean)).toEqual([]);
    expect(purges()).toMatchObject([{ purged: { references: 120 } }]);
  });

  it('R23 in one walk through the store for the many that come at once', async () => {
    const scans: number[] = [];
    const { expiries } = p.world.store;
    const counted: World = {
      ...p.world,
      store: {
        ...p.world.store,
        expiries: {
          ...expiries,
          scan: async (o) => {
            scans.push(o.limit);
            return expiries.scan(o);
          },
        },
      },
    };
    const work = started(counted);
    const many = Array.from({ length: 40 }, (_, n) =>
      leftOf('evan', {
        id: `left-${n}`,
        conversation: `slack:T1:D-${n}`,
        place: { kind: 'direct', channel: `D-${n}`, thread: null },
      }),
    );
    await Promise.all(many.map((left) => work.accept(left)));
    await moving(() => purges().length === 40);
    expect(scans.length).toBeLessThan(20);
  });
});
