import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isAnswer } from '../../src/core/about.ts';
import type { ReportedEntry } from '../../src/core/audit.ts';
import { readPress } from '../../src/core/interact.ts';
import type { HookReport, ReportKind } from '../../src/core/ports.ts';
import { takeReport } from '../../src/core/reported.ts';
import type { Decision, PolicyRequest, Press } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { both, createTestWorld, EVAN, HOLD, IN_VIEW, MONA, PERMIT, REFUSE, type TestWorld } from '../support/world.ts';

const SECRET_WORDS = 'Printer on floor four';

const KIND: ReportKind = {
  name: 'leave-decided',
  dataClass: 'leave',
  intent: 'leave.balance',
  say: both('It was decided: {what}.'),
  people: 1_000,
  holds: new Map(),
};

const reportOf = (over: Partial<HookReport> = {}, what = SECRET_WORDS): HookReport => ({
  hook: KIND.name,
  id: 'r-1',
  proof: 'aa',
  at: 1_000,
  record: { subject: 'evan', fields: { what: { type: 'text', value: what } } },
  ...over,
});

let clock: FakeClock;
let t: TestWorld;
let running: Work[] = [];
beforeEach(() => {
  clock = createFakeClock();
  t = createTestWorld({ clock });
});
afterEach(async () => {
  const stopping = running.map((work) => work.stop({ graceMs: 500 }));
  running = [];
  await clock.advance(1_000);
  await Promise.all(stopping);
  await t.close();
});

const worldOf = (over: Partial<World> = {}): World => ({
  ...t.world,
  hooks: new Map([[KIND.name, KIND]]),
  ...over,
});
const started = (world: World = worldOf()): Work => {
  const work = createWork(world);
  work.start();
  running.push(work);
  return work;
};
const take = (work: Work, report: HookReport = reportOf(), world: World = worldOf()) =>
  takeReport(world, (chore) => work.accept(chore), report);
const noted = (): readonly ReportedEntry[] =>
  t.entries.filter((entry): entry is ReportedEntry => entry.kind === 'reported');
const ended = () => t.calls.filter((call) => call.startsWith('settle')).length;
const moving = (done: () => boolean | Promise<boolean>): Promise<void> =>
  until(async () => {
    await clock.advance(500);
    return done();
  });
/** Taken, looked up, and ended as theirs or as nobody's. */
const settled = (times: number) => moving(() => ended() >= times);
const said = () => t.messages.map(({ card: { text } }) => text);
const byAction =
  (rules: { readonly intent: Decision; readonly data: Decision }) =>
  ({ action }: PolicyRequest): Decision =>
    action.startsWith('data:') ? rules.data : rules.intent;

describe('what a system reports', () => {
  it('is told to whom it is about, in private, once, with a button that asks the question afresh', async () => {
    const work = started();
    expect(await take(work)).toBe('taken');
    await settled(2);
    expect(said()).toEqual([`It was decided: ${SECRET_WORDS}.`]);
    const [message] = t.messages;
    expect(message?.ref.channel).toBe('D0EVAN');
    const [button] = message?.card.buttons ?? [];
    const press = { account: { platform: 'slack', tenant: 'T1', user: 'UEVAN' }, ...button } as unknown as Press;
    const { sealer, directory } = t.world;
    expect(await readPress({ sealer, directory, press, now: clock.now() })).toMatchObject({
      kind: 'chosen',
      intent: 'leave.balance',
      subject: null,
    });
    expect(noted()).toMatchObject([
      {
        outcome: 'told',
        hook: KIND.name,
        platform: 'slack',
        tenant: 'T1',
        dataClass: 'leave',
        intent: 'leave.balance',
        reasons: ['a-permit'],
        person: t.world.sealer.fingerprint('evan'),
      },
    ]);
    expect(t.entries.filter(({ kind }) => kind === 'disclosure')).toMatchObject([{ question: noted()[0]?.question }]);
    expect(JSON.stringify(t.entries)).not.toContain(SECRET_WORDS);
  });

  it('is on record before anything is posted, and is judged by its question and by its data, about themselves, in private', async () => {
    const asked: PolicyRequest[] = [];
    t.script.decide = (request) => {
      asked.push(request);
      return PERMIT;
    };
    await take(started());
    await settled(2);
    const order = t.calls.filter((call) => /^(audit|commit|post|backend)/.test(call));
    expect(order.map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
      'audit reported',
      'commit',
      'post It',
      'audit disclosure',
    ]);
    const decisions = asked.filter(({ action }) => ['leave.balance', 'data:leave'].includes(action));
    expect(new Set(decisions.map(({ action }) => action))).toEqual(new Set(['leave.balance', 'data:leave']));
    for (const decision of decisions) expect(decision).toMatchObject({ about: 'self', place: 'direct' });
  });

  it.each<[string, Decision, Decision]>([
    ['its data asks for a view', PERMIT, IN_VIEW],
    ['its data asks for an end', PERMIT, HOLD],
    ['its question asks for a view', IN_VIEW, PERMIT],
    ['its question asks for an end', HOLD, PERMIT],
    [
      'a field that would be told is left out',
      PERMIT,
      { ...PERMIT, obligations: { show: 'message', expiresSeconds: null, moreTime: 0, redact: ['what'] } } as Decision,
    ],
    ['its data asks for a sign-in', PERMIT, { ...REFUSE, helps: 'sign-in' } as Decision],
    ['its question asks for a sign-in', { ...REFUSE, helps: 'sign-in' } as Decision, PERMIT],
  ])('is a line that tells nothing, and the button, where %s', async (_, intent, data) => {
    t.script.decide = byAction({ intent, data });
    await take(started());
    await settled(2);
    expect(noted()).toMatchObject([{ outcome: 'offered' }]);
    expect(t.messages).toHaveLength(1);
    const shown = JSON.stringify(t.messages);
    expect(shown).toContain('Something about you has come in');
    for (const told of [SECRET_WORDS, 'decided', 'leave', 'title of']) expect(shown).not.toContain(told);
    expect(t.messages[0]?.card.buttons).toHaveLength(1);
  });

  it.each<[string, Decision, Decision]>([
    ['its data', PERMIT, REFUSE],
    ['its question', REFUSE, PERMIT],
    ['one that only another place would help', PERMIT, { ...REFUSE, helps: 'private' } as Decision],
  ])('is told to nobody where policy refuses %s, and that is on record', async (_, intent, data) => {
    t.script.decide = byAction({ intent, data });
    await take(started());
    await settled(2);
    expect(noted()).toMatchObject([{ outcome: 'refused' }]);
    expect(t.messages).toEqual([]);
  });

  it('is told to nobody where it holds what it should not, though it is declared', async () => {
    t.script.screen = ({ text }) => (text.includes('Printer') ? ['iban'] : []);
    const work = started();
    await take(work);
    await settled(2);
    expect(noted()).toMatchObject([{ outcome: 'surprise' }]);
    const surprises = t.entries.filter(({ kind }) => kind === 'surprise');
    expect(surprises).toMatchObject([
      { question: noted()[0]?.question, operation: KIND.name, field: 'what', held: 'iban' },
    ]);
    expect(t.messages).toEqual([]);
  });

  it('is told to nobody where nothing could look at what it holds', async () => {
    const world = worldOf({ backend: { ...t.world.backend } });
    await take(started(world), reportOf(), world);
    await settled(2);
    expect(noted()).toMatchObject([{ outcome: 'surprise' }]);
    expect(t.messages).toEqual([]);
  });

  it('can be recalled as an answer where it is told in words, and not where it tells nothing', async () => {
    const abouts: (string | null)[] = [];
    const { inbox } = t.world.store;
    const commit: typeof inbox.commit = async (o) => {
      abouts.push(o.outbox.about);
      return inbox.commit(o);
    };
    const world = worldOf({ store: { ...t.world.store, inbox: { ...inbox, commit } } });
    const work = started(world);
    await take(work);
    await settled(2);
    t.script.decide = byAction({ intent: PERMIT, data: HOLD });
    await take(work, reportOf({ id: 'r-2', proof: 'bb' }));
    await settled(4);
    expect(abouts.map((about) => about !== null && isAnswer(about))).toEqual([true, false]);
  });

  it('is told where what it holds is declared to be there', async () => {
    t.script.screen = ({ text }) => (text.includes('Printer') ? ['iban'] : []);
    const world = worldOf({
      hooks: new Map([[KIND.name, { ...KIND, holds: new Map([['what', ['iban'] as const]]) }]]),
    });
    await take(started(world), reportOf(), world);
    await settled(2);
    expect(noted()).toMatchObject([{ outcome: 'told' }]);
  });

  it('is about nobody where the directory knows nobody so, and nowhere to be told where they have no account', async () => {
    const work = started();
    await take(work, reportOf({ id: 'a', record: { subject: 'stranger', fields: reportOf().record.fields } }));
    await settled(1);
    await take(work, reportOf({ id: 'b', record: { subject: 'mona', fields: reportOf().record.fields } }));
    await settled(2);
    expect(noted().map(({ outcome, person }) => [outcome, person])).toEqual([
      ['nobody', null],
      ['nowhere', t.world.sealer.fingerprint('mona')],
    ]);
    expect(t.messages).toEqual([]);
  });

  it('goes to no account that has become somebody else’s, nor to one of somebody who may not use the bot', async () => {
    const work = started();
    t.script.find = async () => ({ ok: true, person: MONA });
    await take(work, reportOf({ id: 'a' }));
    await settled(1);
    t.script.find = async () => ({ ok: false, why: 'deactivated' });
    await take(work, reportOf({ id: 'b' }));
    await settled(2);
    expect(noted().map(({ outcome }) => outcome)).toEqual(['nowhere', 'nowhere']);
    expect(t.messages).toEqual([]);
  });

  it('goes to no account that becomes somebody else’s after it was chosen', async () => {
    let finds = 0;
    t.script.find = async () => {
      finds += 1;
      return { ok: true, person: finds === 1 ? EVAN : MONA };
    };
    await take(started());
    await settled(2);
    expect(noted().map(({ outcome, person }) => [outcome, person])).toEqual([
      ['nowhere', t.world.sealer.fingerprint('evan')],
    ]);
    expect(t.messages).toEqual([]);
  });

  it('goes to the next account of theirs where the first has become somebody else’s', async () => {
    t.script.accounts = async () => ['UMONA', 'UEVAN'].map((user) => ({ platform: 'slack', tenant: 'T1', user }));
    t.script.find = async ({ user }) => ({ ok: true, person: user === 'UMONA' ? MONA : EVAN });
    await take(started());
    await settled(2);
    expect(t.messages.map(({ ref }) => ref.channel)).toEqual(['D0EVAN']);
    expect(noted().map(({ outcome }) => outcome)).toEqual(['told']);
  });

  it('is tried on five accounts of theirs and no more', async () => {
    t.script.accounts = async () =>
      Array.from({ length: 12 }, (_, n) => ({ platform: 'slack', tenant: 'T1', user: `U${n}` }));
    t.script.post = () => ({ ok: false, fault: 'never', code: 'user_not_found' });
    await take(started());
    await settled(6);
    await clock.advance(60_000);
    expect(noted()).toHaveLength(5);
  });

  it.each<[string, Decision, Decision]>([
    ['its question', { ...REFUSE, rules: ['stale'] } as Decision, PERMIT],
    ['its data', PERMIT, { ...REFUSE, rules: ['stale'] } as Decision],
  ])('waits where %s may be told only to whom the directory knows afresh', async (_, intent, data) => {
    t.script.decide = byAction({ intent, data });
    await take(started());
    await clock.advance(20_000);
    expect([noted(), t.messages]).toEqual([[], []]);
    t.script.decide = byAction({ intent: PERMIT, data: PERMIT });
    await settled(2);
    expect(noted()).toMatchObject([{ outcome: 'told' }]);
  });

  it('is told on the next account of theirs where it can never be shown on the first, once, and on no third', async () => {
    const users = ['UGONE', 'UEVAN', 'UEVAN2'];
    t.script.accounts = async () => users.map((user) => ({ platform: 'slack', tenant: 'T1', user }));
    let tries = 0;
    t.script.post = () => {
      tries += 1;
      return tries === 1 ? { ok: false, fault: 'never', code: 'user_not_found' } : null;
    };
    const work = started();
    await take(work);
    await settled(3);
    expect(said()).toEqual([`It was decided: ${SECRET_WORDS}.`]);
    expect(t.messages[0]?.ref.channel).toBe('D0EVAN');
    expect(t.entries.filter(({ kind }) => kind === 'undeliverable')).toMatchObject([{ code: 'user_not_found' }]);
    expect(noted().map(({ outcome }) => outcome)).toEqual(['told', 'told']);
    expect(await take(work)).toBe('replay');
  });

  it('ends where none of their accounts can be shown anything, and where it is unclear whether it stands no second is told', async () => {
    const users = ['U1', 'U2'];
    t.script.accounts = async () => users.map((user) => ({ platform: 'slack', tenant: 'T1', user }));
    t.script.post = () => ({ ok: false, fault: 'never', code: 'user_not_found' });
    const work = started();
    await take(work);
    await settled(3);
    expect(t.entries.filter(({ kind }) => kind === 'undeliverable')).toHaveLength(2);
    t.script.post = () => ({ ok: false, fault: 'later', code: 'internal_error' });
    const before = noted().length;
    await take(work, reportOf({ id: 'r-2', proof: 'bb' }));
    await until(async () => {
      await clock.advance(60_000);
      return t.entries.filter(({ kind }) => kind === 'undeliverable').length === 3;
    });
    expect(noted().slice(before)).toHaveLength(1);
  });

  it('goes by what its system calls people, where it has names of its own for them', async () => {
    const looked: unknown[] = [];
    const directory: World['directory'] = {
      ...t.world.directory,
      identified: async (o) => {
        looked.push(o);
        return o.value === 'E-7' ? EVAN : null;
      },
    };
    const world = worldOf({ directory, hooks: new Map([[KIND.name, { ...KIND, goesBy: 'employee-number' }]]) });
    const work = started(world);
    await take(work, reportOf({ record: { subject: 'E-7', fields: reportOf().record.fields } }), world);
    await settled(2);
    // A directory id is nobody's number.
    await take(work, reportOf({ id: 'r-2' }), world);
    await settled(3);
    expect(looked).toEqual([
      { by: 'employee-number', value: 'E-7' },
      { by: 'employee-number', value: 'evan' },
    ]);
    expect(noted().map(({ outcome }) => outcome)).toEqual(['told', 'nobody']);
  });

  it('is told once however often it comes: the same request is a replay, another about the same a repeat', async () => {
    const work = started();
    const first = reportOf();
    expect(await take(work, first)).toBe('taken');
    expect(await take(work, first)).toBe('replay');
    expect(await take(work, { ...first, proof: 'bb' })).toBe('repeat');
    expect(await take(work, { ...first, proof: 'bb' })).toBe('replay');
    await settled(2);
    expect(await take(work, { ...first, proof: 'cc' })).toBe('repeat');
    await clock.advance(5_000);
    expect(said()).toHaveLength(1);
    // Another webhook's ids are its own.
    expect(await take(work, { ...first, hook: 'other' })).toBe('taken');
    await settled(3);
    expect(noted().map(({ outcome }) => outcome)).toEqual(['told', 'strange']);
  });

  it('is not thanked for while it cannot be kept', async () => {
    const work = started();
    const inbox = { ...t.world.store.inbox, accept: async () => Promise.reject(new Error('away')) };
    const world = worldOf({ store: { ...t.world.store, inbox } });
    expect(await take(createWork(world), reportOf(), world)).toBe('unavailable');
    expect(await take(work)).toBe('taken');
    await settled(2);
    expect(said()).toHaveLength(1);
  });

  it('waits while the directory cannot say, while the log takes nothing, and while nobody is answered', async () => {
    const work = started();
    t.script.find = async () => ({ ok: false, why: 'unreachable' });
    await take(work);
    await clock.advance(20_000);
    expect([noted(), t.messages]).toEqual([[], []]);
    t.script.find = async () => ({ ok: true, person: EVAN });
    let fails = true;
    t.script.auditFails = ({ kind }) => kind === 'reported' && fails;
    await moving(() => t.calls.includes('audit reported'));
    await clock.advance(20_000);
    expect([noted(), t.messages]).toEqual([[], []]);
    fails = false;
    t.script.closed = true;
    await clock.advance(60_000);
    expect([noted(), t.messages]).toEqual([[], []]);
    t.script.closed = false;
    await settled(2);
    expect(noted()).toMatchObject([{ outcome: 'told' }]);
    expect(said()).toHaveLength(1);
  });

  it('is given up, on record, where nobody was answered for a day', async () => {
    t.script.closed = true;
    await take(started());
    const giving = () => t.entries.filter(({ kind }) => kind === 'undeliverable' || kind === 'dead-letter');
    for (let hour = 0; hour < 30 && giving().length === 0; hour++) await clock.advance(60 * 60_000);
    t.script.closed = false;
    await clock.advance(60_000);
    expect(t.messages).toEqual([]);
    expect(giving()).toHaveLength(1);
  });

  it('is judged by the rules of the moment: what HR forbids while it waits is not told', async () => {
    t.script.closed = true;
    await take(started());
    await clock.advance(20_000);
    t.script.decide = byAction({ intent: REFUSE, data: REFUSE });
    t.script.closed = false;
    await settled(2);
    expect(noted()).toMatchObject([{ outcome: 'refused' }]);
    expect(t.messages).toEqual([]);
  });

  it('loses nothing and tells once though its process is gone at any call', async () => {
    const calls = ['directory.find', 'audit reported', 'commit', 'post It', 'audit disclosure', 'settle'];
    for (const [at, call] of calls.entries()) {
      const work = started();
      const before = t.calls.length;
      const messages = t.messages.length;
      // As if the process had died there: whatever it does from now on never happens, and its lease lapses.
      const dead = diesAt(t, worldOf(), call);
      const dying = createWork(dead.world);
      expect(
        await takeReport(worldOf(), (chore) => dying.accept(chore), reportOf({ id: `crash-${at}`, proof: `p${at}` })),
      ).toBe('taken');
      await moving(() => dead.died());
      await clock.advance(70_000);
      await moving(() => t.messages.length > messages && t.calls.slice(before).includes('audit disclosure'));
      await clock.advance(70_000);
      expect([call, t.messages.length - messages]).toEqual([call, 1]);
      await work.stop({ graceMs: 0 });
    }
  });
});

/** A world that hangs for ever at one call, before it is made. */
const diesAt = (test: TestWorld, world: World, call: string) => {
  let died = false;
  const hang = (): Promise<never> => {
    died = true;
    return new Promise<never>(() => undefined);
  };
  const stopsAt =
    <A extends readonly unknown[], R>(name: string, verb: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      died || call === name ? hang() : verb(...args);
  const { inbox } = world.store;
  const slack = test.world.platforms.get('slack');
  if (slack === undefined) throw new Error('There is no Slack in the test world.');
  return {
    died: () => died,
    world: {
      ...world,
      directory: { ...world.directory, find: stopsAt('directory.find', world.directory.find) },
      audit: {
        append: (entry: Parameters<World['audit']['append']>[0]) =>
          died || call === `audit ${entry.kind}` ? hang() : world.audit.append(entry),
      },
      platforms: new Map([
        ['slack' as const, { ...slack, post: stopsAt('post It', slack.post), find: stopsAt('find', slack.find) }],
      ]),
      store: {
        ...world.store,
        inbox: {
          ...inbox,
          commit: stopsAt('commit', inbox.commit),
          settle: stopsAt('settle', inbox.settle),
          release: stopsAt('release', inbox.release),
          renew: stopsAt('renew', inbox.renew),
          accept: (o: Parameters<typeof inbox.accept>[0]) => (died ? hang() : inbox.accept(o)),
        },
      },
    } as World,
  };
};
