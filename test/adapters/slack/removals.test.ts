import { afterEach, describe, expect, it } from '@jest/globals';
import type { RemovalEntry } from '../../../src/core/audit.ts';
import type { MessageRef, Place } from '../../../src/core/types.ts';
import { HOLD } from '../../support/world.ts';
import { type Between, DIRECT, GENERAL, openBetween } from './between.ts';
import { EVAN, TEAM } from './support.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const OTHER = 'T0OTHER000';
const OTHER_TOKEN = 'xoxb-token-of-the-other';

let b: Between | null = null;
const open = async (...o: Parameters<typeof openBetween>): Promise<Between> => {
  b = await openBetween(...o);
  return b;
};
afterEach(async () => {
  await b?.close();
  b = null;
});

const removals = ({ t }: Between): readonly RemovalEntry[] =>
  t.entries.flatMap((entry) => (entry.kind === 'removal' ? [entry] : []));
const deletions = ({ bench }: Between, team = TEAM) =>
  bench.standIn.requests().filter(({ method, team: of }) => method === 'chat.delete' && of === team);

/** Messages that stand and must leave now. */
const due = async (
  stage: Between,
  many: number,
  o: { readonly about?: string } = {},
): Promise<readonly MessageRef[]> => {
  const { bench, t, clock } = stage;
  const refs: MessageRef[] = [];
  for (let n = 0; n < many; n++) {
    // A post a second in one chat, and a little for clocks that do not tick alike.
    await clock.advance(1_100);
    const posted = await bench.slack.platform.post({
      to: { tenant: TEAM, user: EVAN, channel: DIRECT },
      card: { text: `Secret ${n}`, note: null, buttons: [], fallback: null },
      key: `k${n}`,
    });
    if (!posted.ok) throw new Error(posted.code);
    refs.push(posted.ref);
  }
  for (const ref of refs)
    await t.store.expiries.schedule({
      ref,
      removeAt: clock.now(),
      about: o.about ?? null,
      then: 'remove',
      again: null,
    });
  return refs;
};

/** The most within any minute. */
const mostInAMinute = (times: readonly number[]): number =>
  Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + MINUTE).length));

describe('R18 the pace of removals', () => {
  it('R18 is 45 a minute of one workspace at most, none of them refused, and another workspace does not wait for it', async () => {
    const stage = await open({
      adapter: {
        teamIds: [TEAM, OTHER],
        // Each workspace's own, as an installation has it.
      },
      standIn: {
        workspaces: [
          {
            teamId: OTHER,
            installation: 'workspace',
            botToken: OTHER_TOKEN,
            people: [{ user: 'U0OTHER000', name: 'Other', kind: 'employee' }],
          },
        ],
      },
    });
    const { t, clock, passing, removing } = stage;
    const began = clock.now();
    // What nobody can find counts as removed, and costs a call like any other.
    const gone = (tenant: string, n: number): MessageRef => ({
      platform: 'slack',
      tenant,
      channel: DIRECT,
      id: `${n + 1}.000001`,
    });
    for (let n = 0; n < 150; n++)
      await t.store.expiries.schedule({
        ref: gone(TEAM, n),
        removeAt: began,
        about: null,
        then: 'remove',
        again: null,
      });
    const world = { ...stage.world };
    const platform = stage.bench.slack.platform;
    const ofOther: number[] = [];
    world.platforms = new Map([
      [
        'slack',
        {
          ...platform,
          remove: async (o: { readonly ref: MessageRef }) => {
            if (o.ref.tenant !== OTHER) return platform.remove(o);
            ofOther.push(clock.now());
            return { ok: true as const };
          },
        },
      ],
    ]);
    removing(world);
    await passing(() => removals(stage).length > 20, 100);
    const at = clock.now();
    for (let n = 0; n < 3; n++)
      await t.store.expiries.schedule({ ref: gone(OTHER, n), removeAt: at, about: null, then: 'remove', again: null });
    await passing(() => ofOther.length === 3, 100);
    expect(Math.max(...ofOther) - at).toBeLessThan(2_000);
    await passing(() => removals(stage).length === 153, 500);
    const times = deletions(stage).map((request) => request.at);
    expect(times).toHaveLength(150);
    expect(mostInAMinute(times)).toBeLessThanOrEqual(45);
    expect(deletions(stage).filter(({ status, early }) => status === 429 || early)).toEqual([]);
    // 150 at 42 a minute: the last leaves three and a half minutes late, and that is the platform's doing.
    const late = removals(stage).filter(({ tenant }) => tenant === TEAM);
    const latest = Math.max(...late.map((entry) => entry.at - entry.dueAt));
    expect(latest).toBeGreaterThan(3 * MINUTE);
    expect(latest).toBeLessThan(4.5 * MINUTE);
    const own = late.map(({ engineMs }) => engineMs).toSorted((one, two) => one - two);
    expect(own[Math.floor(own.length * 0.99)]).toBeLessThan(5_000);
  }, 60_000);

  it('R18 is what Slack says where Slack says it, for every process, and not a moment sooner', async () => {
    const stage = await open();
    const { bench, passing, removing } = stage;
    await due(stage, 8);
    bench.standIn.fail({ method: 'chat.delete', how: '429' });
    removing();
    removing();
    await passing(() => removals(stage).length === 8, 20);
    const limited = deletions(stage).find(({ status }) => status === 429);
    expect(limited).toBeDefined();
    const later = deletions(stage).filter(({ ok, at }) => ok && at > (limited?.at ?? 0));
    expect(later.length).toBeGreaterThan(0);
    for (const { at } of later) expect(at - (limited?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
    // Nothing after it was said: what was under way just then, three at most of one workspace, nobody can call back, however long it takes.
    expect(deletions(stage).filter((request) => request.early).length).toBeLessThanOrEqual(2);
  });

  it('R18 two processes remove nothing twice', async () => {
    const stage = await open();
    await due(stage, 12);
    stage.removing();
    stage.removing();
    await stage.passing(() => removals(stage).length === 12, 200);
    expect(deletions(stage)).toHaveLength(12);
    expect(removals(stage).every(({ state }) => state === 'removed')).toBe(true);
  });
});

describe('R19 what becomes of a message that Slack will not delete', () => {
  const standing = ({ bench }: Between) =>
    bench.standIn.history({ user: EVAN }).flatMap(({ bot, text }) => (bot === null ? [] : [text]));

  it('R19 its words leave at once, and deleting the line is tried again slowly: once Slack mends it, nothing stands', async () => {
    const stage = await open();
    const { bench, passing, removing, t } = stage;
    await due(stage, 1);
    bench.standIn.refuseOwn({ deleting: true, updating: false });
    removing();
    await passing(() => removals(stage).length === 1);
    expect([removals(stage)[0]?.state, standing(stage)]).toEqual([
      'blanked',
      ['This answer has been removed.\nDiese Antwort wurde entfernt.'],
    ]);
    const before = deletions(stage).length;
    await passing(() => deletions(stage).length > before, 5 * MINUTE);
    bench.standIn.refuseOwn({ deleting: false, updating: false });
    await passing(() => removals(stage).length === 2, 30 * MINUTE);
    expect([removals(stage)[1]?.state, standing(stage), await t.store.expiries.next()]).toEqual(['removed', [], null]);
    expect(bench.standIn.requests().filter(({ method }) => method === 'chat.update')).toHaveLength(1);
  });

  it.each(['edit_window_closed', 'cant_update_message', 'is_inactive'])(
    'R19 that it could not be removed is on record once, counted, and an alarm, where the line is refused as well: %s',
    async (code) => {
      const stage = await open();
      const { bench, passing, removing, clock } = stage;
      await due(stage, 1);
      bench.standIn.fail({ method: 'chat.delete', how: 'cant_delete_message', times: 1_000 });
      bench.standIn.fail({ method: 'chat.update', how: code, times: 1_000 });
      const counted: unknown[] = [];
      const logged: unknown[] = [];
      removing({
        metrics: { count: (...what) => void counted.push(what), observe: () => undefined },
        log: { info: () => undefined, warn: () => undefined, error: (...what) => void logged.push(what) },
      });
      await passing(() => removals(stage).length === 1);
      expect(removals(stage)).toMatchObject([{ state: 'refused-by-platform', code }]);
      expect(counted).toContainEqual(['removals_refused', { code }]);
      expect(logged).toContainEqual(['removal.refused', { tenant: TEAM, code, count: 1, ms: expect.any(Number) }]);
      // It is never dropped: tried again after six hours, and on record once only.
      const [tries, at] = [deletions(stage).length, clock.now()];
      await passing(() => deletions(stage).length > tries, 30 * MINUTE);
      expect(clock.now() - at).toBeGreaterThanOrEqual(6 * HOUR - MINUTE);
      await clock.advance(MINUTE);
      expect(removals(stage)).toHaveLength(1);
    },
  );

  it('R19 a code that Slack does not document passes for some minutes, and is a refusal then', async () => {
    const stage = await open();
    const { bench, passing, removing } = stage;
    await due(stage, 1);
    bench.standIn.fail({ method: 'chat.delete', how: 'delete_failed', times: 1_000 });
    removing();
    await passing(() => removals(stage).length === 1);
    expect(removals(stage)).toMatchObject([{ state: 'blanked', attempts: 8 }]);
    expect(deletions(stage)).toHaveLength(9);
  });

  it.each(['token_revoked', 'account_inactive', 'accesslimited'])(
    'R19 a workspace whose installation is dead is parked, without an attempt of any message: %s',
    async (how) => {
      const stage = await open();
      const { bench, passing, removing, t } = stage;
      await due(stage, 3);
      bench.standIn.fail({ method: 'chat.delete', how, times: 3 });
      removing();
      await passing(() => deletions(stage).length >= 1, 50);
      await stage.clock.advance(2_000);
      const { removals: kept } = await t.store.expiries.scan({ cursor: null, limit: 9 });
      expect(kept.map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
      await passing(() => removals(stage).length === 3, MINUTE);
      expect(removals(stage)).toMatchObject([0, 1, 2].map(() => ({ state: 'removed', attempts: 0 })));
      // Three that were under way at most, and not one more before the time was over.
      expect(deletions(stage).length).toBeLessThanOrEqual(6);
    },
  );

  it('R19 a deletion that is repeated after an unclear answer is done', async () => {
    const stage = await open();
    await due(stage, 1);
    stage.bench.standIn.fail({ method: 'chat.delete', how: '500-after' });
    stage.removing();
    await stage.passing(() => removals(stage).length === 1);
    expect([removals(stage)[0]?.state, standing(stage)]).toEqual(['already-gone', []]);
  });
});

describe('R20 a legal hold', () => {
  it('R20 keeps the message without a call to Slack, and removes it once it is released', async () => {
    const about = 'aaaaaabbbbbbccccdddd0sgs7k0';
    const stage = await open();
    const [ref] = await due(stage, 1, { about });
    let held = true;
    const counted: string[] = [];
    stage.removing({
      standing: () => ({ ...stage.world.standing(), heldBy: (what) => (held && what === about ? 'hold-1' : null) }),
      metrics: { count: (name) => void counted.push(name), observe: () => undefined },
    });
    await stage.passing(() => counted.filter((name) => name === 'removals_held').length >= 3, 5_000);
    expect([deletions(stage), removals(stage)]).toEqual([[], []]);
    held = false;
    await stage.passing(() => removals(stage).length === 1, 5_000);
    expect(removals(stage)).toMatchObject([{ state: 'removed', message: ref?.id, attempts: 0 }]);
  });
});

describe('R21 what only one person sees in a channel', () => {
  it('R21 is on record as not removable, before it is said, and never scheduled to be deleted', async () => {
    const stage = await open();
    const { t, bench, work, asked, passing, removing } = stage;
    t.script.decide = () => HOLD;
    let recorded: readonly string[] = [];
    bench.standIn.onCall((method) => {
      if (method === 'chat.postEphemeral') recorded = t.entries.map(({ kind }) => kind);
    });
    const place: Place = { kind: 'channel', channel: GENERAL, thread: null };
    const question = asked({ place });
    await work().accept(question);
    await passing(() => stage.seen(GENERAL).length === 1);
    expect(recorded).toContain('aside');
    expect(t.entries.filter(({ kind }) => kind === 'aside')).toEqual([
      {
        kind: 'aside',
        at: expect.any(Number),
        question: question.id,
        platform: 'slack',
        tenant: expect.any(String),
        channel: GENERAL,
        removable: 'not-after-30-minutes',
      },
    ]);
    const { removals: scheduled } = await t.store.expiries.scan({ cursor: null, limit: 9 });
    expect(scheduled.map(({ ref }) => ref.channel)).toEqual([DIRECT]);
    removing();
    await passing(() => removals(stage).length === 1, 5_000);
    expect(deletions(stage).map(({ args }) => args['channel'])).toEqual([DIRECT]);
    expect(stage.seen(GENERAL)).toHaveLength(1);
  });
});
