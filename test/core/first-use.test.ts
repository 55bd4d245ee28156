import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFirstUse, type FirstUse } from '../../src/core/first-use.ts';
import type { Account, Person } from '../../src/core/types.ts';
import { createWork } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { createTestWorld, EVAN, GUS, HOLD, question, type TestWorld } from '../support/world.ts';

const ERIN: Person = { ...EVAN, id: 'erin', locale: 'de', country: 'DE' };

describe('what everybody is told once', () => {
  let t: TestWorld;
  let clock: FakeClock;
  let one: FirstUse;
  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    one = process();
  });
  afterEach(() => t.close());

  /** As another process has it: the same store and platform, nothing remembered. */
  const process = (world: World = t.world): FirstUse =>
    createFirstUse({ ...world, metrics: { count: () => undefined } });
  const { account, place } = question();
  const tell = (
    o: { readonly by?: FirstUse; readonly person?: Person; readonly at?: typeof place; readonly from?: Account } = {},
  ) =>
    (o.by ?? one).tell({
      account: o.from ?? account,
      place: o.at ?? place,
      found: { ok: true, person: o.person ?? EVAN },
    });
  const notices = () => t.messages.filter(({ card }) => /machine|Maschine/.test(card.text));
  const lapse = () => clock.advance(3 * 60_000);

  it('is told to each person once, whatever they ask, wherever and through whatever process', async () => {
    await tell();
    await tell();
    await tell({ by: process() });
    await lapse();
    await tell({ by: process() });
    await tell({ at: { kind: 'channel', channel: 'C1', thread: null } });
    expect(notices()).toHaveLength(1);
    await tell({ person: ERIN, from: { ...account, user: 'UERIN' } });
    expect(notices()).toHaveLength(2);
  });

  it('is told once though many processes answer at the same moment', async () => {
    await Promise.all(Array.from({ length: 12 }, () => tell({ by: process() })));
    expect(notices()).toHaveLength(1);
  });

  it('says what holds in this set-up: the machine, what it keeps and until when, what stays, and how to leave no trace', async () => {
    await tell({ by: process({ ...t.world, conversationMs: 7 * 3_600_000 }) });
    const [text = ''] = notices().map(({ card }) => card.text);
    for (const part of ['machine', '7 hours', '30 days', 'stays in Slack', 'your own messages', '/sotto', 'my data'])
      expect(text).toContain(part);
    await tell({ person: ERIN, from: { ...account, user: 'UERIN' } });
    for (const part of ['eine Maschine', '24 Stunden', '/sotto', 'meine Daten'])
      expect(notices()[1]?.card.text).toContain(part);
  });

  it('stands in the private chat, where one asked there and where one asked in a channel', async () => {
    await tell();
    await tell({
      person: ERIN,
      from: { ...account, user: 'UERIN' },
      at: { kind: 'shared', channel: 'C1', thread: '1.0' },
    });
    expect(notices().map(({ ref }) => ref.channel)).toEqual(['D0EVAN', 'D-UERIN']);
  });

  it('tells guests and people whom the directory does not know of nothing that could be asked', async () => {
    await tell({ person: GUS, from: { ...account, user: 'UGUS' } });
    await one.tell({
      account: { ...account, user: 'UXENA', external: true },
      place,
      found: { ok: false, why: 'external' },
    });
    await one.tell({
      account: { ...account, user: 'UXENA', external: true },
      place,
      found: { ok: false, why: 'external' },
    });
    expect(notices()).toHaveLength(2);
    for (const { card } of notices()) {
      for (const part of ['/sotto', 'my data', 'onfidential answer']) expect(card.text).not.toContain(part);
      expect(card.buttons).toEqual([]);
    }
    expect(new Set(notices().map(({ card }) => card.text)).size).toBe(1);
  });

  it('is told to nobody of whom it is not known just now who they are, nor to a bot', async () => {
    for (const why of ['unreachable', 'stale', 'bot'] as const)
      await one.tell({ account, place, found: { ok: false, why } });
    expect(t.messages).toEqual([]);
    await tell();
    expect(notices()).toHaveLength(1);
  });

  it('is looked for, not told again, where a process died between the mark and its end', async () => {
    const dying = {
      ...t.world,
      store: { ...t.store, marks: { ...t.store.marks, done: () => Promise.reject(new Error('killed')) } },
    };
    await tell({ by: process(dying) });
    expect(notices()).toHaveLength(1);
    await tell();
    expect(notices()).toHaveLength(1);
    await lapse();
    await tell();
    expect(notices()).toHaveLength(1);
    expect(t.calls).toContain('find');
    expect(await t.store.marks.find({ owners: t.world.sealer.fingerprints('evan') })).toMatchObject({ told: true });
  });

  it('is told by the next question where a process died before it was posted, once the mark has lapsed', async () => {
    await t.store.marks.begin({
      owners: t.world.sealer.fingerprints('evan'),
      now: clock.now(),
      until: clock.now() + 60_000,
    });
    await tell();
    expect(notices()).toEqual([]);
    await lapse();
    await tell();
    expect(notices()).toHaveLength(1);
  });

  it('is told again rather than never, where a process died and nobody can look', async () => {
    t.script.looksUp = false;
    await t.store.marks.begin({
      owners: t.world.sealer.fingerprints('evan'),
      now: clock.now(),
      until: clock.now() + 60_000,
    });
    await lapse();
    await tell();
    expect(notices()).toHaveLength(1);
  });

  it('is tried again with the next question where the platform would not have it, and never holds up a failure', async () => {
    t.script.post = () => ({ ok: false, fault: 'never', code: 'is_archived' });
    await tell();
    await tell();
    expect(notices()).toEqual([]);
    t.script.post = () => null;
    await lapse();
    await tell();
    expect(notices()).toHaveLength(1);
    const broken = {
      ...t.world,
      store: { ...t.store, marks: { ...t.store.marks, begin: () => Promise.reject(new Error()) } },
    };
    await expect(tell({ by: process(broken), person: ERIN })).resolves.toBe('no');
  });

  it('is told anew to whoever was forgotten', async () => {
    await tell();
    await t.store.marks.forget({ owners: t.world.sealer.fingerprints('evan') });
    one.forgotten('evan');
    await tell();
    expect(notices()).toHaveLength(2);
  });

  it('asks the store once for whoever was told, however much they ask', async () => {
    let begun = 0;
    const counting = {
      ...t.world,
      store: {
        ...t.store,
        marks: {
          ...t.store.marks,
          begin: (o: Parameters<typeof t.store.marks.begin>[0]) => {
            begun += 1;
            return t.store.marks.begin(o);
          },
        },
      },
    };
    const by = process(counting);
    for (let n = 0; n < 20; n++) await tell({ by });
    expect(begun).toBe(1);
  });

  it('holds no answer up: the answer is shown while the notice hangs', async () => {
    let go = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      go = resolve;
    });
    const [platform] = [...t.world.platforms.values()];
    if (platform === undefined) throw new Error('no platform');
    const hanging: typeof platform = {
      ...platform,
      post: async (o) => {
        if (o.card.text.includes('machine')) await slow;
        return platform.post(o);
      },
    };
    const firstUse = process({ ...t.world, platforms: new Map([['slack', hanging]]) });
    t.script.decide = () => HOLD;
    const work = createWork({ ...t.world, firstUse });
    await work.accept(question({ at: clock.now() }));
    await until(() => t.messages.some(({ card }) => card.text.includes('12 days')));
    expect(notices()).toEqual([]);
    go();
    await until(() => notices().length === 1);
    await work.stop({ graceMs: 0 });
  });
});
