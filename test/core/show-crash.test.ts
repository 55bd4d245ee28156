/**
 * Every line of showing an answer may be the last before a crash. The table says which calls a showing makes, in order; the
 * process dies before each of them took effect, and after it did but before that was heard; another goes on when the lease is
 * over. Whatever the line: one answer is seen, its removal was on record before it, and it leaves.
 */
import { afterEach, describe, expect, it } from '@jest/globals';
import { createExpiring } from '../../src/core/expire.ts';
import type { Platform } from '../../src/core/ports.ts';
import type { Card, Decision, MessageRef, PlatformName } from '../../src/core/types.ts';
import { createWork } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { dyingProcess, type Fatal } from '../support/dying-process.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { createTestWorld, HOLD, IN_VIEW, PERMIT, question, type TestWorld } from '../support/world.ts';

type Call = 'post' | 'find' | 'hold' | 'update' | 'record' | 'settle' | 'release' | 'whisper';

const MORE: Decision = HOLD.effect === 'permit' ? { ...HOLD, obligations: { ...HOLD.obligations, moreTime: 1 } } : HOLD;

interface Showing {
  readonly name: string;
  readonly decision: Decision;
  readonly looksUp: boolean;
  /** Asked in a channel, so that a line is said there. */
  readonly inChannel?: boolean;
  /** Somebody removes the first placeholder before it is filled in. */
  readonly meddled?: boolean;
  /** The platform takes no post at first. */
  readonly busy?: boolean;
  /** What showing calls when nothing goes wrong. */
  readonly calls: readonly Call[];
  /** What people see of the answer; null: it is a view's button. */
  readonly answer: string;
  readonly leaves: boolean;
}

const ANSWER = 'You have 12 days.';
const HELD: readonly Call[] = ['post', 'hold', 'update', 'record', 'settle'];
const ONCE: readonly Call[] = ['post', 'record', 'settle'];

const SHOWINGS: readonly Showing[] = [
  { name: 'held and revealed', decision: HOLD, looksUp: true, calls: HELD, answer: ANSWER, leaves: true },
  { name: 'held and revealed, no look-up', decision: HOLD, looksUp: false, calls: HELD, answer: ANSWER, leaves: true },
  { name: 'with more time', decision: MORE, looksUp: true, calls: HELD, answer: ANSWER, leaves: true },
  { name: 'a message that stays', decision: PERMIT, looksUp: true, calls: ONCE, answer: ANSWER, leaves: false },
  { name: 'one that stays, no look-up', decision: PERMIT, looksUp: false, calls: HELD, answer: ANSWER, leaves: false },
  { name: 'the button of a view', decision: IN_VIEW, looksUp: true, calls: ONCE, answer: 'title of', leaves: true },
  {
    name: 'asked in a channel',
    decision: HOLD,
    looksUp: true,
    inChannel: true,
    calls: [...HELD, 'whisper'],
    answer: ANSWER,
    leaves: true,
  },
  {
    name: 'a placeholder that somebody removed',
    decision: HOLD,
    looksUp: true,
    meddled: true,
    calls: ['post', 'hold', 'update', ...HELD],
    answer: ANSWER,
    leaves: true,
  },
  {
    name: 'a platform that is busy at first',
    decision: HOLD,
    looksUp: true,
    busy: true,
    calls: ['post', 'release'],
    answer: ANSWER,
    leaves: true,
  },
];

/** A process of its own over the same store and platform; at its fatal call, and from then on, nothing of it is heard again. */
const processOf = (world: World, o: Fatal | null) => {
  const { made, over, step } = dyingProcess<Call>(o);
  const platform = (each: Platform): Platform => ({
    ...each,
    post: step('post', each.post),
    find: step('find', each.find),
    update: step('update', each.update),
    whisper: step('whisper', each.whisper),
  });
  const { inbox } = world.store;
  const watched: World = {
    ...world,
    platforms: new Map([...world.platforms].map(([name, each]): [PlatformName, Platform] => [name, platform(each)])),
    audit: {
      append: (entry) =>
        step(
          entry.kind === 'disclosure' || entry.kind === 'undeliverable' ? 'record' : null,
          world.audit.append,
        )(entry),
    },
    store: {
      ...world.store,
      inbox: {
        ...inbox,
        accept: step(null, inbox.accept),
        claim: step(null, inbox.claim),
        renew: step(null, inbox.renew),
        commit: step(null, inbox.commit),
        hold: step('hold', inbox.hold),
        settle: step('settle', inbox.settle),
        release: step('release', inbox.release),
      },
    },
  };
  return { world: watched, made, over };
};

const FAR = 8_640_000_000_000_000;
const HOUR_MS = 60 * 60_000;

let t: TestWorld;
let clock: FakeClock;
let open = false;
afterEach(async () => {
  if (open) await t.close();
  open = false;
});

/** Whether a card is the answer. */
const isAnswer = (card: Card, { answer }: Showing): boolean => card.text.startsWith(answer);

/** The stage, and what was ever seen of the answer on the platform. */
const stageFor = (showing: Showing) => {
  clock = createFakeClock();
  t = createTestWorld({ clock });
  open = true;
  t.script.decide = () => showing.decision;
  t.script.looksUp = showing.looksUp;
  let busy = showing.busy === true;
  t.script.post = () => {
    if (!busy) return null;
    busy = false;
    return { ok: false, fault: 'later', code: 'ratelimited' };
  };
  let meddled = showing.meddled !== true;
  const seen: { readonly at: 'once' | 'twice'; readonly onRecord: boolean }[] = [];
  const slack = t.world.platforms.get('slack');
  if (slack === undefined) throw new Error('no platform');
  const look = async (ref: MessageRef, card: Card): Promise<void> => {
    if (!isAnswer(card, showing)) return;
    const onRecord = (await t.store.expiries.sooner({ ref, removeAt: FAR })) !== null;
    const others = t.messages.filter((message) => message.ref.id !== ref.id && isAnswer(message.card, showing));
    seen.push({ at: others.length === 0 ? 'once' : 'twice', onRecord });
  };
  const platform: Platform = {
    ...slack,
    post: async (o) => {
      const posted = await slack.post(o);
      if (posted.ok) await look(posted.ref, o.card);
      return posted;
    },
    update: async (o) => {
      if (!meddled && isAnswer(o.card, showing)) {
        meddled = true;
        t.messages.splice(0, 1);
      }
      // What is on record counts from before the words are there.
      await look(o.ref, o.card);
      return slack.update(o);
    },
  };
  return { world: { ...t.world, platforms: new Map<PlatformName, Platform>([['slack', platform]]) }, seen };
};

const asked = ({ inChannel }: Showing) =>
  question(inChannel === true ? { place: { kind: 'channel', channel: 'C1', thread: null } } : {});

/** Lets time pass in small steps, so that whatever is due runs between them. */
const pass = async (ms: number, stepMs = 1_000): Promise<void> => {
  for (let left = ms; left > 0; left -= stepMs) {
    await clock.advance(Math.min(stepMs, left));
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
};

const settled = (): boolean => t.calls.includes('settle shown') || t.calls.includes('settle undeliverable');
const turns = async (enough: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 400 && !enough(); turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Runs one process after another, each to its death and the last to the end. */
const live = async (showing: Showing, deaths: readonly Fatal[]) => {
  const { world, seen } = stageFor(showing);
  const made: (readonly Call[])[] = [];
  for (const [index, death] of [...deaths, null].entries()) {
    const one = processOf(world, death);
    const work = createWork(one.world);
    let over = false;
    void one.over.then(() => {
      over = true;
    });
    if (index === 0) await work.accept(asked(showing));
    if (index > 0 || showing.busy === true) work.start();
    await turns(() => over || settled());
    await turns(() => over || one.made.length >= showing.calls.length);
    for (let tries = 0; tries < 200 && !over && !settled(); tries++) await pass(1_000);
    made.push(one.made);
    // Its lease runs out.
    if (death !== null) await pass(world.leaseMs + 5_000);
    else await work.stop({ graceMs: 0 });
  }
  return { world, seen, made };
};

/** What must be so at the end, whatever happened. */
const check = async (showing: Showing, { world, seen }: Awaited<ReturnType<typeof live>>): Promise<void> => {
  expect(t.calls).toContain('settle shown');
  await until(async () => (await t.store.inbox.backlog()).claimed === 0);
  expect(await t.store.inbox.backlog()).toEqual({ waiting: 0, claimed: 0 });
  expect(t.entries.filter(({ kind }) => kind === 'decision')).toHaveLength(1);
  expect(t.entries.filter(({ kind }) => kind === 'disclosure').length).toBeGreaterThan(0);
  expect(t.messages.filter(({ card }) => isAnswer(card, showing))).toHaveLength(1);
  expect(seen.map(({ at }) => at)).not.toContain('twice');
  if (showing.leaves && showing.answer === ANSWER) expect(seen.map(({ onRecord }) => onRecord)).not.toContain(false);
  // A placeholder that nobody can find again may remain where posts cannot be looked up, and tells nothing.
  const orphans = t.messages.filter(({ card }) => card.text.startsWith('One moment'));
  if (showing.looksUp) expect(orphans).toEqual([]);
  if (!showing.leaves) return;
  const expiring = createExpiring(world);
  expiring.start();
  // The longest first: what is left behind by an answer, a view's button, the rest.
  await pass(showing.decision === MORE ? HOUR_MS + 200_000 : showing.decision === IN_VIEW ? 800_000 : 130_000, 20_000);
  const stopped = expiring.stop({ graceMs: 0 });
  await clock.advance(1_000);
  await stopped;
  expect(t.messages.filter(({ card }) => !card.text.startsWith('One moment'))).toEqual([]);
  expect(await t.store.expiries.next()).toBeNull();
};

describe.each(SHOWINGS)('showing an answer: $name', (showing) => {
  it('makes the calls of the table', async () => {
    const lived = await live(showing, []);
    expect(lived.made[0]?.slice(0, showing.calls.length)).toEqual(showing.calls);
    await check(showing, lived);
  });

  const lines = showing.calls.map((call, fatal) => ({ line: `${fatal + 1} ${call}`, fatal }));
  it.each(lines)('survives a death before line $line', async ({ fatal }) => {
    await check(showing, await live(showing, [{ fatal, when: 'before' }]));
  });
  it.each(lines)('survives a death after line $line', async ({ fatal }) => {
    await check(showing, await live(showing, [{ fatal, when: 'after' }]));
  });
});

describe('two deaths, one after the other', () => {
  const [held] = SHOWINGS as [Showing];
  const pairs = [0, 1, 2, 3, 4].flatMap((first) => [0, 1, 2, 3, 4].map((second) => [first, second] as const));
  it.each(pairs)('after call %i of the first process and call %i of the second', async (first, second) => {
    const deaths = [
      { fatal: first, when: 'after' as const },
      { fatal: second, when: 'after' as const },
    ];
    await check(held, await live(held, deaths));
  });
});
