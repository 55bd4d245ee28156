import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  PEOPLE_PER_TENANT,
  PERSON_PER_MINUTE,
  TENANT_PER_MINUTE,
  throttled,
  topicThrottle,
} from '../../src/core/throttle.ts';
import type { Account, Person } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import {
  createTestWorld,
  EVAN,
  GUS,
  MONA,
  PERMIT,
  question,
  REFUSE,
  recognised,
  type TestWorld,
} from '../support/world.ts';

/** The same world, in which each topic may be asked about so often a minute. */
const limited = (world: World, mostPerMinute: number): World => ({
  ...world,
  catalogue: {
    ...world.catalogue,
    topics: new Map([...world.catalogue.topics].map(([id, topic]) => [id, { ...topic, mostPerMinute }])),
  },
});

describe('the throttle of a person and of a tenant', () => {
  it('lets through up to its limits, and says how long to wait beyond either', () => {
    expect(throttled({ person: PERSON_PER_MINUTE, tenant: TENANT_PER_MINUTE })).toBeNull();
    expect(throttled({ person: PERSON_PER_MINUTE + 1, tenant: 1 })).toBe(60);
    expect(throttled({ person: 1, tenant: TENANT_PER_MINUTE + 1 })).toBe(60);
  });

  it('lets nothing through that was not counted', () => {
    expect([throttled({ person: 1 }), throttled({ tenant: 1 }), throttled({})]).toEqual([60, 60, 60]);
  });
});

describe('the throttle of a topic', () => {
  let t: TestWorld;
  let work: Work;
  let clock: FakeClock;
  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    work = createWork(limited(t.world, 3));
  });
  afterEach(async () => {
    const stopped = work.stop({ graceMs: 2_000 });
    await clock.advance(3_000);
    await stopped;
    await t.close();
  });

  const settled = (): number => t.calls.filter((call) => call.startsWith('settle')).length;
  const ask = async (account?: Account): Promise<void> => {
    const before = settled();
    await work.accept(question({ conversation: `c${before}`, ...(account === undefined ? {} : { account }) }));
    await until(() => settled() > before);
  };
  const verdicts = (): readonly string[] =>
    t.entries.flatMap((entry) => (entry.kind === 'decision' ? [entry.verdict] : []));

  it('answers as often as the topic says and then says what was too much, without asking the backend', async () => {
    for (let i = 0; i < 4; i++) await ask();
    expect(verdicts()).toEqual(['answer', 'answer', 'answer', 'throttled']);
    expect(t.calls.filter((call) => call.startsWith('backend'))).toHaveLength(3);
    expect(t.messages.at(-1)?.card.text).toBe(
      'Those were too many questions about topic leave at once. Please try again in 60 seconds.',
    );
    expect(t.entries.findLast(({ kind }) => kind === 'decision')).toMatchObject({
      reasons: ['throttled-topic'],
      intent: 'leave.balance',
      topics: ['leave'],
      show: null,
    });
  });

  it('counts what was refused as well: whoever asks the same again and again is guessing', async () => {
    t.script.recognition = recognised('salary.payslip', ['salary']);
    t.script.decide = () => REFUSE;
    for (let i = 0; i < 4; i++) await ask();
    expect(verdicts()).toEqual(['refuse', 'refuse', 'refuse', 'throttled']);
  });

  it('counts a suspicion that was refused under the topic that was suspected', async () => {
    t.script.recognition = recognised('leave.balance', ['salary']);
    t.script.decide = ({ action }) => (action === 'salary.suspected' ? REFUSE : PERMIT);
    for (let i = 0; i < 4; i++) await ask();
    t.script.recognition = recognised('leave.balance');
    await ask();
    expect(verdicts()).toEqual(['refuse', 'refuse', 'refuse', 'throttled', 'answer']);
  });

  it('is one person’s, whichever account they use, and nobody else’s', async () => {
    const other: Account = { platform: 'slack', tenant: 'T1', user: 'UOTHER', external: false };
    for (let i = 0; i < 3; i++) await ask();
    await ask(other);
    t.script.find = async () => ({ ok: true, person: MONA });
    t.script.fetch = () => ({
      ok: true,
      records: [{ subject: 'mona', fields: { days: { type: 'number', value: 1 } } }],
    });
    await ask(other);
    expect(verdicts()).toEqual(['answer', 'answer', 'answer', 'throttled', 'answer']);
  });

  it('lets a person ask again when the minute is over', async () => {
    for (let i = 0; i < 4; i++) await ask();
    await clock.advance(120_000);
    await ask();
    expect(verdicts().at(-1)).toBe('answer');
  });

  it('tells guests no more than any other no', async () => {
    const guest: Person = GUS;
    t.script.find = async () => ({ ok: true, person: guest });
    t.script.decide = () => REFUSE;
    for (let i = 0; i < 5; i++) {
      // A no to an outsider waits for its step of time.
      const passing = setInterval(() => void clock.advance(100), 5);
      await ask().finally(() => clearInterval(passing));
    }
    expect(new Set(verdicts())).toEqual(new Set(['refuse']));
    expect(new Set(t.messages.map(({ card }) => card.text)).size).toBe(1);
  });

  it('stops a tenant that asks about one topic what many people may ask', () => {
    const most = 2;
    const throttle = (person: Person) =>
      topicThrottle(limited(t.world, most))({
        person,
        tenant: 'T1',
        judgement: {
          verdict: 'answer',
          intent: t.world.catalogue.intents.get('leave.balance') ?? null,
          topics: ['leave'],
          about: 'self',
          subject: person,
          candidates: [],
          slots: {},
          asks: null,
          asksSelf: false,
          also: [],
          reasons: [],
          obligations: null,
          onSuspicion: false,
          guessed: false,
          restsOn: null,
          signInMinutes: null,
          policy: 'v1',
          restrictions: 0,
          suspected: [],
          relation: null,
          refusedTopic: null,
          words: {},
          contact: {},
          rights: {},
          suggestions: [],
          heard: null,
          nearest: null,
          request: {
            person,
            platform: 'slack',
            place: 'direct',
            signInAgeMinutes: null,
            denials: 0,
            asked: [],
            refused: [],
            now: clock.now(),
          },
        },
      });
    const people = Array.from({ length: most * PEOPLE_PER_TENANT + 1 }, (_, i): Person => ({ ...EVAN, id: `p${i}` }));
    expect(people.map(throttle).map((topic) => topic?.id ?? null)).toEqual([
      ...people.slice(1).map(() => null),
      'leave',
    ]);
  });

  it('counts one question once, however often it is judged', () => {
    const throttle = topicThrottle(limited(t.world, 1));
    const o = {
      person: EVAN,
      tenant: 'T1',
      judgement: {
        verdict: 'refuse' as const,
        intent: null,
        topics: ['leave'],
        about: null,
        subject: null,
        candidates: [],
        slots: {},
        asks: null,
        asksSelf: false,
        also: [],
        reasons: [],
        obligations: null,
        onSuspicion: false,
        guessed: false,
        restsOn: null,
        signInMinutes: null,
        policy: 'v1',
        restrictions: 0,
        suspected: [],
        relation: null,
        refusedTopic: 'leave',
        words: {},
        contact: {},
        rights: {},
        suggestions: [],
        heard: null,
        nearest: null,
        request: {
          person: EVAN,
          platform: 'slack' as const,
          place: 'direct' as const,
          signInAgeMinutes: null,
          denials: 0,
          asked: [],
          refused: [],
          now: clock.now(),
        },
      },
    };
    expect([throttle(o), throttle(o), throttle(o)]).toEqual([null, null, null]);
    expect(topicThrottle(limited(t.world, 1))(o)?.id).toBe('leave');
  });

  it('keeps no name of a person or a topic in the keys of its counts', async () => {
    const keys: string[] = [];
    const { counters } = t.store;
    const watched = {
      ...t.world.store,
      counters: {
        ...counters,
        share: (o: Parameters<typeof counters.share>[0]) => {
          keys.push(o.key);
          return counters.share(o);
        },
      },
    };
    await work.stop({ graceMs: 0 });
    work = createWork({ ...limited(t.world, 3), store: watched });
    await ask();
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(key).toMatch(/^topic:[0-9a-f]{32}$/);
  });
});
