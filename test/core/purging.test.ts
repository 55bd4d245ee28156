import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SottoError } from '../../src/core/errors.ts';
import { createExpiring } from '../../src/core/expire.ts';
import { questionsOf } from '../../src/core/held.ts';
import { createTenancy, type Tenancy } from '../../src/core/lifecycle.ts';
import type { Expiries, Platform } from '../../src/core/ports.ts';
import { createPurging, type Purging } from '../../src/core/purging.ts';
import { createWork } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { leavingOf, questionOf, refOf } from '../contracts/making.ts';
import { until } from '../support/until.ts';
import { HOLD, PERMIT, question } from '../support/world.ts';
import { openPeople, type People } from './orders/people.ts';

const HOUR = 60 * 60_000;
const T1 = { platform: 'slack', tenant: 'T1' } as const;

let p: People;
let tenancy: Tenancy;
let world: World;
const running: { stop(): Promise<void> }[] = [];
beforeEach(async () => {
  p = await openPeople();
  p.t.script.decide = () => HOLD;
  tenancy = createTenancy({ ...p.world, clock: p.clock });
  world = { ...p.world, tenancy };
  await tenancy.start();
  running.push(tenancy);
});
afterEach(async () => {
  const stopping = running.splice(0).map((each) => each.stop());
  await p.clock.advance(1_000);
  await Promise.all(stopping);
  await p.close();
});

const purging = (of: World = world): Purging => {
  const made = createPurging(of, tenancy);
  made.start();
  running.push(made);
  return made;
};
const uninstall = (platform: 'slack' | 'teams' = 'slack') =>
  tenancy.end({ platform, tenant: 'T1', event: 'uninstalled', mark: '' });
/** Until it is on record that all is shredded. */
const purged = async (): Promise<void> => {
  for (let step = 0; step < 200; step++) {
    if ((await p.world.store.installations.find(T1))?.purging === false) return;
    await p.clock.advance(250);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('It was never shredded.');
};
const ids = async (): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const { id } of questionsOf(p.world)) found.push(id);
  return found.toSorted();
};
const pending = async (): Promise<Awaited<ReturnType<Expiries['scan']>>['removals']> =>
  (await p.world.store.expiries.scan({ cursor: null, limit: 500 })).removals;
const keep = (tenant: string, key: string) =>
  p.world.store.references.keep({ tenant, key, owner: '', value: 'x', until: p.clock.now() + HOUR });
const reference = (tenant: string, key: string) => p.world.store.references.find({ tenant, key, now: p.clock.now() });
const entries = (kind: string) => p.t.entries.filter((entry) => entry.kind === kind);

/** Something of every kind in this tenant, and something of another's. */
const fill = async (): Promise<readonly string[]> => {
  await p.ask('evan');
  await p.ask('mona');
  const ends = p.clock.now() + HOUR;
  const own = [await p.queue('evan'), await p.park('evan', ends), await p.bury('mona', ends)];
  await keep('T1', 'D-1');
  await keep('T2', 'D-1');
  const times = { now: p.clock.now(), claim: false };
  await p.world.store.inbox.accept(questionOf('of-T2', { tenant: 'T2', conversation: 'c2', ...times }));
  await p.world.store.inbox.accept(
    questionOf('of-teams', { tenant: 'T1', conversation: 'c3', account: 'teams:u1', ...times }),
  );
  await p.world.store.expiries.schedule(leavingOf(refOf('m1', { tenant: 'T2' }), ends));
  return own;
};

describe('what is held of a tenant that took the bot away', () => {
  it('R24 ends and is shredded, on record, and nothing of another tenant or platform', async () => {
    const own = await fill();
    const shown = (await pending()).filter(({ ref }) => ref.tenant === 'T1');
    expect(shown.length).toBeGreaterThan(0);
    purging();
    const expiring = createExpiring(world);
    expiring.start();
    running.push({ stop: () => expiring.stop({ graceMs: 1_000 }) });
    await uninstall();
    await purged();
    expect(await ids()).toEqual(['of-T2', 'of-teams']);
    expect(await p.transcripts()).toEqual([]);
    expect([await reference('T1', 'D-1'), await reference('T2', 'D-1')]).toEqual([null, 'x']);
    await until(async () => {
      await p.clock.advance(500);
      return (await pending()).length === 1;
    });
    expect((await pending()).map(({ ref }) => ref.tenant)).toEqual(['T2']);
    // Nobody was asked to take anything away there: it could not be done.
    expect(p.t.calls.filter((call) => call.startsWith('platform.remove'))).toEqual([]);
    expect(entries('installation')).toMatchObject([
      { platform: 'slack', tenant: 'T1', change: 'uninstalled', purged: null },
      {
        change: 'purged',
        purged: { questions: 3, transcripts: 2, references: 1, messages: shown.length, held: 0 },
      },
    ]);
    const ended = [...entries('undeliverable'), ...entries('dead-letter')].map((entry) => [
      'question' in entry ? entry.question : null,
      'code' in entry ? entry.code : null,
    ]);
    for (const id of own) expect(ended).toContainEqual([id, 'uninstalled']);
    const left = entries('removal').map((entry) => [
      'message' in entry ? entry.message : null,
      'state' in entry ? entry.state : null,
      'code' in entry ? entry.code : null,
    ]);
    expect(new Set(left.map(String))).toEqual(
      new Set(shown.map(({ ref }) => [ref.id, 'refused-by-platform', 'uninstalled'].join(','))),
    );
    expect(left).toHaveLength(shown.length);
  });

  it('R24 but for what a legal hold keeps', async () => {
    await fill();
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    purging();
    await uninstall();
    await purged();
    expect((await p.transcripts()).map(({ account }) => account)).toEqual(['slack:UEVAN']);
    const kept = (await pending()).filter(({ ref, then }) => ref.tenant === 'T1' && then === 'remove');
    expect(kept.length).toBeGreaterThan(0);
    const last = entries('installation').at(-1);
    expect(last).toMatchObject({ change: 'purged', purged: { questions: 2, transcripts: 1, references: 1 } });
    // His transcript, his parked question, and what he was shown.
    expect(last?.kind === 'installation' ? last.purged?.held : 0).toBe(2 + kept.length);
  });

  it('R24 and stays while it cannot be put on record', async () => {
    const own = await fill();
    let away = true;
    const append: World['audit']['append'] = async (entry) => {
      if (away) throw new SottoError('audit-unavailable', 'It is away.');
      return p.world.audit.append(entry);
    };
    purging({ ...world, audit: { append } });
    await uninstall();
    for (let step = 0; step < 8; step++) {
      await p.clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await ids()).toEqual(expect.arrayContaining([...own]));
    away = false;
    await purged();
    expect(await ids()).toEqual(['of-T2', 'of-teams']);
  });

  it('R24 by one process for all, and by the next where that one died in the middle', async () => {
    await fill();
    const drop = world.store.inbox.drop;
    const dying: World = {
      ...world,
      store: { ...world.store, inbox: { ...world.store.inbox, drop: () => new Promise(() => undefined) } },
    };
    const first = createPurging(dying, tenancy);
    first.start();
    await uninstall();
    await p.clock.advance(1_000);
    purging({ ...world, store: { ...world.store, inbox: { ...world.store.inbox, drop } } });
    for (let step = 0; step < 10; step++) await p.clock.advance(1_000);
    expect((await p.world.store.installations.find(T1))?.purging).toBe(true);
    await p.clock.advance(60_000);
    await purged();
    expect(await ids()).toEqual(['of-T2', 'of-teams']);
  });

  it('R24 and what was on its way ends as undeliverable, and is shown to nobody', async () => {
    await p.ask('evan');
    const before = p.t.messages.length;
    await uninstall();
    const work = createWork(world);
    const inbound = question({
      account: { ...T1, user: 'UEVAN', external: false },
      conversation: 'slack:T1:D-evan',
      place: { kind: 'direct', channel: 'D-evan', thread: null },
      at: p.clock.now(),
    });
    expect(await work.accept(inbound)).toBe('accepted');
    await until(() => entries('undeliverable').length > 0);
    expect(entries('undeliverable')).toMatchObject([{ question: inbound.id, code: 'uninstalled' }]);
    expect(p.t.messages).toHaveLength(before);
  });
});

describe('a tenant whose credential is refused', () => {
  it('R23 waits, without losing an attempt, and is answered once that is mended', async () => {
    await p.world.store.installations.install({ ...T1, value: 'x', endsAt: null, renewAt: null, now: p.clock.now() });
    const seen = async () => (await p.world.store.installations.find(T1))?.version ?? 0;
    await p.world.store.installations.turn({ ...T1, seen: await seen(), to: 'parked', code: 'c', now: p.clock.now() });
    await tenancy.read(T1);
    const work = createWork(world);
    work.start();
    running.push({ stop: () => work.stop({ graceMs: 500 }) });
    const inbound = question({ account: { ...T1, user: 'UEVAN', external: false }, at: p.clock.now() });
    await work.accept(inbound);
    for (let step = 0; step < 20; step++) {
      await p.clock.advance(15_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect([p.t.messages, entries('undeliverable'), await ids()]).toEqual([[], [], [inbound.id]]);
    await p.world.store.installations.turn({
      ...T1,
      seen: await seen(),
      to: 'installed',
      code: '',
      now: p.clock.now(),
    });
    await until(async () => {
      await p.clock.advance(1_000);
      return p.t.messages.length > 0;
    });
    expect(entries('undeliverable')).toEqual([]);
  });

  it('R23 but not for ever: after four hours it ends, on record', async () => {
    await p.world.store.installations.install({ ...T1, value: 'x', endsAt: null, renewAt: null, now: p.clock.now() });
    const seen = (await p.world.store.installations.find(T1))?.version ?? 0;
    await p.world.store.installations.turn({ ...T1, seen, to: 'parked', code: 'c', now: p.clock.now() });
    await tenancy.read(T1);
    const id = await p.queue('evan');
    const work = createWork(world);
    work.start();
    running.push({ stop: () => work.stop({ graceMs: 500 }) });
    await p.clock.advance(4 * HOUR);
    await until(async () => {
      await p.clock.advance(1_000);
      return entries('undeliverable').length > 0;
    });
    expect(entries('undeliverable')).toMatchObject([{ question: id, code: 'installation-parked' }]);
  });

  it('and takes with it the placeholder that nothing will fill', async () => {
    p.t.script.decide = () => PERMIT;
    const slack = world.platforms.get('slack');
    if (slack === undefined) throw new Error('There is no platform in the test world.');
    const unfilled: Platform = {
      ...slack,
      looksUp: () => false,
      update: async () => ({ ok: false, fault: 'later', code: 'busy' }),
    };
    await p.world.store.installations.install({ ...T1, value: 'x', endsAt: null, renewAt: null, now: p.clock.now() });
    const work = createWork({ ...world, platforms: new Map([['slack', unfilled]]) });
    work.start();
    running.push({ stop: () => work.stop({ graceMs: 500 }) });
    const inbound = question({ account: { ...T1, user: 'UEVAN', external: false }, at: p.clock.now() });
    await work.accept(inbound);
    await until(() => p.t.messages.length === 1);
    const seen = (await p.world.store.installations.find(T1))?.version ?? 0;
    await p.world.store.installations.turn({ ...T1, seen, to: 'parked', code: 'c', now: p.clock.now() });
    await tenancy.read(T1);
    await p.clock.advance(4 * HOUR);
    await until(async () => {
      await p.clock.advance(1_000);
      return entries('undeliverable').length > 0;
    });
    expect(entries('undeliverable')).toMatchObject([{ question: inbound.id, code: 'installation-parked' }]);
    // It is on record first.
    await until(async () => (await ids()).length === 0);
    const leaving = (await pending()).filter(({ ref }) => ref.id === p.t.messages[0]?.ref.id);
    expect(leaving).toMatchObject([{ then: 'remove' }]);
  });
});
