import { afterEach, describe, expect, it } from '@jest/globals';
import { repliesIn } from '../../../src/core/replies/replies.ts';
import type { Decision, Place } from '../../../src/core/types.ts';
import { HOLD, PERMIT } from '../../support/world.ts';
import { type Between, DIRECT, GENERAL, openBetween } from './between.ts';
import { EVAN } from './support.ts';

const ANSWER = 'You have 12 days.';
const LINE = repliesIn('en').answeredInPrivate;

/** How a post can fail although it was made, and although it was not. */
const AFTER = ['500-after', 'reset-after'] as const;
const BEFORE = [
  '500-before',
  'reset',
  'internal_error',
  'fatal_error',
  '429',
  'ratelimited',
  'service_unavailable',
] as const;

let b: Between | null = null;
afterEach(async () => {
  await b?.close();
  b = null;
});

const open = async (): Promise<Between> => {
  b = await openBetween();
  return b;
};

/** Asks once, and lets time go by until the question has ended; what Evan reads then. */
const answered = async (
  { t, work, asked, passing, seen, clock, bench }: Between,
  o: {
    readonly decision: Decision;
    readonly place?: Place;
    readonly fault?: { readonly method: string; readonly how: string };
  },
): Promise<readonly string[]> => {
  t.script.decide = () => o.decision;
  if (o.fault !== undefined) bench.standIn.fail(o.fault);
  await work().accept(asked(o.place === undefined ? {} : { place: o.place }));
  await passing(async () => {
    const { claimed, waiting } = await t.store.inbox.backlog();
    return t.entries.some(({ kind }) => kind === 'disclosure' || kind === 'undeliverable') && claimed + waiting === 0;
  });
  await clock.advance(60_000);
  return seen();
};

describe('R8 one answer at most, whatever becomes of the post', () => {
  it.each([...AFTER, ...BEFORE])('R8 in a private chat: %s', async (how) => {
    const stage = await open();
    const fault = { method: 'chat.postMessage', how };
    expect(await answered(stage, { decision: PERMIT, fault })).toEqual([ANSWER]);
    const { requests } = stage.bench.standIn;
    const posts = requests().filter(({ method }) => method === 'chat.postMessage');
    // What was made is found, and not made again; what was not is made once more, and not before it was looked for.
    expect(posts).toHaveLength(AFTER.some((made) => made === how) ? 1 : 2);
    expect(requests().filter(({ early }) => early)).toEqual([]);
  });

  it.each([...AFTER, ...BEFORE])('R8 held and revealed: %s', async (how) => {
    const stage = await open();
    const fault = { method: 'chat.postMessage', how };
    expect((await answered(stage, { decision: HOLD, fault })).filter((text) => text.includes('confidential'))).toEqual([
      'A confidential answer',
    ]);
  });

  it.each([...AFTER, ...BEFORE, 'message_limit_exceeded', 'update_failed'])(
    'R8 where the update fails: %s',
    async (how) => {
      const stage = await open();
      const fault = { method: 'chat.update', how };
      expect(await answered(stage, { decision: HOLD, fault })).toEqual(['A confidential answer']);
    },
  );

  it.each([...AFTER, ...BEFORE])(
    'R8 where nothing can be looked up, an orphan placeholder remains and no second answer: %s',
    async (how) => {
      const stage = await open();
      const place: Place = { kind: 'channel', channel: GENERAL, thread: null };
      // Asked in a channel, answered in a private chat of which only the person is known: no history could be read there.
      const texts = await answered(stage, { decision: PERMIT, place, fault: { method: 'chat.postMessage', how } });
      expect(texts.filter((text) => text === ANSWER)).toEqual([ANSWER]);
      expect(texts.length).toBeLessThanOrEqual(2);
      expect(stage.seen(GENERAL)).toEqual([LINE]);
    },
  );

  const IN_PLACE: Decision = {
    effect: 'permit',
    rules: ['a-permit'],
    obligations: { show: 'message', expiresSeconds: null, moreTime: 0, redact: [], inPlace: true },
  };
  const inPlace = { decision: IN_PLACE, place: { kind: 'channel', channel: GENERAL, thread: null } } as const;
  const UNCLEAR =
    'I answered you where you asked, for your eyes only. If you cannot see it there, please ask me again.';

  it.each([...AFTER, ...BEFORE, 'user_not_in_channel', 'hang-after'])(
    'R8 shown where it was asked, for the asker alone: never there and in private as well: %s',
    async (how) => {
      const stage = await open();
      const fault = { method: 'chat.postEphemeral', how };
      const inPrivate = await answered(stage, { ...inPlace, fault });
      const there = stage.seen(GENERAL).filter((text) => text === ANSWER);
      const made = [...AFTER, 'hang-after'].includes(how);
      const unclear = made || ['500-before', 'reset', 'internal_error', 'fatal_error'].includes(how);
      expect([there, inPrivate]).toEqual([made ? [ANSWER] : [], [unclear ? UNCLEAR : ANSWER]]);
      const asides = stage.bench.standIn
        .requests()
        .filter(({ method, args }) => method === 'chat.postEphemeral' && args['text'] === ANSWER);
      expect(asides).toHaveLength(1);
      const { removals } = await stage.t.store.expiries.scan({ cursor: null, limit: 9 });
      expect(removals.filter(({ ref }) => ref.channel === GENERAL)).toEqual([]);
      expect(stage.t.entries.filter(({ kind }) => kind === 'aside').length).toBeGreaterThanOrEqual(1);
    },
    40_000,
  );

  it('R8 that hangs after it was made is found after its deadline', async () => {
    const stage = await open();
    const fault = { method: 'chat.postMessage', how: 'hang-after' };
    expect(await answered(stage, { decision: PERMIT, fault })).toEqual([ANSWER]);
    expect(stage.bench.standIn.requests().filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1);
  }, 40_000);

  it('R8 where the look-up fails as well, nothing is posted before it was looked', async () => {
    const stage = await open();
    stage.bench.standIn.fail({ method: 'conversations.history', how: '500-before', times: 3 });
    expect(
      await answered(stage, { decision: PERMIT, fault: { method: 'chat.postMessage', how: '500-after' } }),
    ).toEqual([ANSWER]);
    const methods = stage.bench.standIn.requests().map(({ method }) => method);
    expect(methods.filter((method) => method === 'chat.postMessage')).toHaveLength(1);
    expect(methods.filter((method) => method === 'conversations.history').length).toBeGreaterThanOrEqual(4);
  });
});

describe('R17 before an answer is shown', () => {
  it('R17 its place, its end and its rules are on record, and with them whose installation it is', async () => {
    const stage = await open();
    const { t, bench, asked } = stage;
    const atUpdate: Promise<unknown>[] = [];
    bench.standIn.onCall((method, args) => {
      if (method !== 'chat.update') return;
      const scanned = t.store.expiries.scan({ cursor: null, limit: 5 });
      const decided = t.entries.flatMap((entry) => (entry.kind === 'decision' ? [entry.policy] : []));
      atUpdate.push(scanned.then(({ removals }) => ({ removals, decided, ts: args['ts'], channel: args['channel'] })));
    });
    const now = stage.clock.now();
    await answered(stage, { decision: HOLD });
    expect(atUpdate).toHaveLength(1);
    const { removals, decided, ts, channel } = (await atUpdate[0]) as {
      readonly removals: readonly { readonly ref: unknown; readonly removeAt: number }[];
      readonly decided: readonly string[];
      readonly ts: string;
      readonly channel: string;
    };
    const { account } = asked();
    expect(removals).toMatchObject([
      {
        ref: { platform: 'slack', tenant: account.tenant, channel, id: ts },
        about: expect.any(String),
        then: 'remove',
      },
    ]);
    expect(removals[0]?.removeAt).toBeGreaterThanOrEqual(now + 120_000);
    expect([channel, decided]).toEqual([DIRECT, ['v1']]);
  });

  it('R17 a crash leaves "unknown", and whoever comes next finds out: one answer, and it leaves', async () => {
    const stage = await open();
    const { t, bench, world, work, asked, passing, seen, removing } = stage;
    t.script.decide = () => HOLD;
    // This process dies as the answer of its post arrives.
    const platform = bench.slack.platform;
    const dead = Promise.withResolvers<never>();
    dead.promise.catch(() => undefined);
    let posted = false;
    const dying = {
      ...platform,
      post: async (o: Parameters<typeof platform.post>[0]) => {
        await platform.post(o);
        posted = true;
        return dead.promise;
      },
    };
    // What is dead renews nothing.
    const { store } = world;
    const first = work({
      ...world,
      platforms: new Map([['slack', dying]]),
      store: { ...store, inbox: { ...store.inbox, renew: async () => 'lost' } },
    });
    await first.accept(asked());
    await passing(() => posted);
    work();
    await passing(() => t.entries.some(({ kind }) => kind === 'disclosure'), 2_000);
    expect(seen()).toEqual(['A confidential answer']);
    expect(bench.standIn.requests().filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1);
    removing();
    await passing(() => t.entries.some(({ kind }) => kind === 'removal'), 5_000);
    expect(seen()).toEqual([]);
    expect(bench.standIn.history({ user: EVAN })).toEqual([]);
  });
});
