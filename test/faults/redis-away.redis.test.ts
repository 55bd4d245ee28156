/** Redis goes away under questions from both platforms: it stands still, or it is killed and started again. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pressView, type TalkMessage } from '../../playground/talk.ts';
import { createRedisStore } from '../../src/adapters/redis/store.ts';
import { repliesIn } from '../../src/core/replies/replies.ts';
import { type PlatformName, VIEW_ACTION } from '../../src/core/types.ts';
import { makeCrowd, type Somebody } from '../support/crowd.ts';
import { type Fleet, openFleet, type Said } from '../support/fleet.ts';
import { ALL_ANSWERED, disclosedOf, OWN_LEAVE, reckon } from '../support/reckoning.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { haveSignedInWith } from '../support/signing-in.ts';
import { until } from '../support/until.ts';

const PLATFORMS = ['slack', 'teams'] as const;

/** What was on its way when Redis stopped may still be answered as before; after this it may not, ms. */
const NOTICED_MS = 3_000;

/** The platforms wait longer than this for an answer, ms; a busy machine has its share in it. */
const PATIENCE_MS = 3_000;

const EVERY_MS = 250;

/** The last three ask other things than the rest. */
const PEOPLE = makeCrowd({ count: 60, payroll: 1 });
const CROWD = PEOPLE.slice(0, -3);
const [EARNER, CURIOUS, PAYROLL] = PEOPLE.slice(-3) as [Somebody, Somebody, Somebody];

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each([
  { how: 'stands still for twenty seconds', awayMs: 20_000, leave: 'pause', comeBack: 'resume' },
  { how: 'is killed with -9 and is there again later', awayMs: 6_000, leave: 'kill', comeBack: 'start' },
] as const)('a Redis that $how', ({ awayMs, leave, comeBack }) => {
  let redis: RedisServer;
  let fleet: Fleet;
  beforeEach(async () => {
    redis = await startRedis();
    fleet = await openFleet(1, { people: PEOPLE, store: redis.url, expiresSeconds: 4 });
    await Promise.all(fleet.processes.map((one) => one.start()));
  }, 120_000);
  afterEach(async () => {
    redis.resume();
    await fleet.end();
    await redis.end();
  });

  const readiness = async (): Promise<readonly number[]> => {
    const [one] = fleet.processes;
    const answers = await Promise.all([one?.url(), one?.opsUrl()].map((url) => fetch(`${url}/health/ready`)));
    return answers.map(({ status }) => status);
  };
  /** Digits only, for a figure is written with a comma. */
  const digits = (text: string): string => text.replace(/\D/g, '');
  const paySlipOf = ({ annual }: Somebody): string => digits((annual / 20).toFixed(2));
  const bot = (on: PlatformName, who: Somebody): readonly TalkMessage[] =>
    fleet.talks[on].messages(who).filter(({ from }) => from === 'sotto');

  it('is 503 to the platforms, "try again" to who presses, shows nothing wrong, and all is as before afterwards', async () => {
    const shows = (): boolean => bot('teams', PAYROLL).some(({ text }) => digits(text).includes(String(EARNER.annual)));
    const withButton = (on: PlatformName, view: boolean): TalkMessage | undefined =>
      bot(on, CURIOUS).find(({ buttons }) => buttons.some(({ action }) => (action === VIEW_ACTION) === view));
    const store = await createRedisStore({ url: redis.url });
    const now = Date.now();
    const as = { store, dataKey: fleet.secret('data-key') };
    await haveSignedInWith(as, { person: CURIOUS.id, at: now, until: now + 900_000 });
    await store.close();
    for (const on of PLATFORMS) {
      await fleet.say({ on, who: CURIOUS, text: 'show me my last payslip' });
      await fleet.say({ on, who: CURIOUS, text: 'how tall is a giraffe when it is born?' });
    }
    await until(() => PLATFORMS.every((on) => [true, false].every((view) => withButton(on, view) !== undefined)));
    const viewed = async (on: PlatformName): Promise<string> => {
      const message = withButton(on, true);
      const view = message && (await pressView(fleet.talks[on], { person: CURIOUS, message }));
      return view?.text ?? 'no view came';
    };
    const pressed = async (on: PlatformName): Promise<number> => {
      const message = withButton(on, false);
      const [button] = message?.buttons ?? [];
      if (message === undefined || button === undefined) throw new Error('there is no button');
      return fleet.talks[on].press({ person: CURIOUS, ...message, ...button });
    };

    const asked: { readonly on: PlatformName; readonly who: Somebody; readonly at: number }[] = [];
    const said: Said[] = [];
    const first: { readonly at: number; readonly ms: number; readonly status: number }[] = [];
    const pending: Promise<void>[] = [];
    const ask = async (on: PlatformName, who: Somebody): Promise<void> => {
      const at = Date.now();
      asked.push({ on, who, at });
      const one = await fleet.say({ on, who, text: OWN_LEAVE });
      said.push(one);
      if (on === 'slack') first.push({ at, ms: Date.now() - at, status: one.delivered });
    };
    let asking = true;
    const trickle = (async () => {
      for (let n = 0; asking; n++) {
        const who = CROWD[Math.floor(n / 2) % CROWD.length];
        if (who !== undefined) pending.push(ask(n % 2 === 0 ? 'slack' : 'teams', who));
        await sleep(EVERY_MS);
      }
    })();
    await fleet.say({ on: 'teams', who: PAYROLL, text: `what does ${EARNER.name} earn?` });
    await until(shows);

    await redis[leave]();
    const away = Date.now();
    await until(async () => (await readiness()).every((status) => status === 503));
    for (const on of PLATFORMS) {
      const words = await viewed(on);
      expect([on, words]).toEqual([on, expect.stringContaining('Please try again')]);
      expect(digits(words)).not.toContain(paySlipOf(CURIOUS));
    }
    expect(await pressed('slack')).toBe(200);
    expect(bot('slack', CURIOUS).at(-1)).toMatchObject({ text: repliesIn('en').tryAgain, ephemeral: true });
    // Teams has no such way: it is answered 503 as for a question, and sends it again.
    const onTeams = pressed('teams');
    await sleep(Math.max(0, away + awayMs - Date.now()));
    expect(await readiness()).toEqual([503, 503]);
    // Its end came meanwhile: it cannot leave while nobody knows of it, and must as soon as somebody does.
    expect(shows()).toBe(true);

    await redis[comeBack]();
    const back = Date.now();
    await until(async () => (await readiness()).every((status) => status === 200));
    await until(() => !shows());
    for (const on of PLATFORMS) expect(digits(await viewed(on))).toContain(paySlipOf(CURIOUS));
    expect([await pressed('slack'), await onTeams]).toEqual([200, 200]);
    // Redis may have taken what was asked in its last moment; nobody waits for that to be let go of after a whole lease.
    const early = asked.filter(({ at }) => at > away - EVERY_MS).slice(0, 6);
    const again = await Promise.all(early.map(({ on, who }) => fleet.say({ on, who, text: OWN_LEAVE })));
    await until(() => disclosedOf(fleet, again) === again.length);
    asking = false;
    await trickle;
    await Promise.all(pending);
    said.push(...again);
    await until(async () => {
      await sleep(500);
      return disclosedOf(fleet, said) === said.length;
    }, 150_000);

    const meanwhile = [...first, ...fleet.teamsDeliveries].filter(
      ({ at, ms }) => at > away + NOTICED_MS && at + ms < back,
    );
    expect(meanwhile.length).toBeGreaterThan(awayMs / 1_000);
    expect(new Set(meanwhile.map(({ status }) => status))).toEqual(new Set([503]));
    expect(Math.max(...meanwhile.map(({ ms }) => ms))).toBeLessThan(PATIENCE_MS);
    // A placeholder on Teams whose reference Redis never heard of stands for ever; it tells nothing.
    const { placeholders, unrecorded, ...reckoned } = reckon(fleet, said);
    expect({ ...reckoned, unrecorded: unrecorded - placeholders, placeholders: 0 }).toEqual(ALL_ANSWERED);
  }, 300_000);
});
