import { describe, expect, it, jest } from '@jest/globals';
import type { Log, Metrics, Namer, Recogniser } from '../../../src/core/ports.ts';
import { withNamer } from '../../../src/core/recognise/second.ts';
import type { Recognition } from '../../../src/core/types.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { SMALL_PACK } from './fixtures/small-pack.ts';

const OWN: Recognition = {
  intent: 'leave.left',
  best: 'leave.left',
  confidence: 0.6,
  topics: ['leave'],
  ranking: ['leave.left', 'pay.day', 'pay.own'],
  also: [],
};

const beside = (name: Namer['name'], own: Recognition = OWN) => {
  const clock = createFakeClock();
  const warn = jest.fn<Log['warn']>();
  const count = jest.fn<Metrics['count']>();
  const it: Recogniser = withNamer({
    own: { recognise: () => own, knows: (text) => text === 'known' },
    namer: { name },
    catalogue: SMALL_PACK,
    clock,
    log: { info: () => undefined, warn, error: () => undefined },
    metrics: { count, observe: () => undefined },
  });
  return {
    clock,
    warn,
    count,
    it,
    recognise: (text = 'how much is left') => Promise.resolve(it.recognise({ text, locale: 'en' })),
  };
};

/** Until whoever was just called waits for the model. */
const asking = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const answering = (answer: unknown, own?: Recognition) => beside(async () => answer as never, own).recognise();

describe('a foreign model beside the recogniser', () => {
  it('is shown the text, the ids to choose from, and what the own guards suspect', async () => {
    const name = jest.fn<Namer['name']>(async () => ({ intent: null }));
    await beside(name).recognise('how much is left');
    expect(name).toHaveBeenCalledTimes(1);
    expect(name.mock.calls[0]?.[0]).toMatchObject({
      text: 'how much is left',
      locale: 'en',
      intents: [...SMALL_PACK.intents.keys()],
      suspected: ['leave'],
    });
  });

  it('names what was not recognised', async () => {
    const unknown = { ...OWN, intent: null, topics: [] };
    expect(await answering({ intent: 'pay.day', confidence: 0.8 }, unknown)).toEqual({
      intent: 'pay.day',
      best: 'pay.day',
      confidence: 0.8,
      topics: [],
      ranking: ['pay.day', 'leave.left', 'pay.own'],
      also: [],
      own: unknown,
    });
  });

  it('leaves out nothing of four things that the own recogniser heard', async () => {
    const heard = ['leave.left', 'leave.team', 'pay.own', 'pay.other'];
    const four = { ...OWN, intent: heard[0] ?? null, also: heard.slice(1) };
    expect(await answering({ intent: 'pay.day' }, four)).toMatchObject({ intent: 'pay.day', also: heard });
  });

  it('names nothing of another topic where a guard doubted, and what is of that topic', async () => {
    const doubted = { ...OWN, intent: null, topics: [], doubted: ['pay'] };
    const { recognise, count, warn } = beside(async () => ({ intent: 'leave.left', confidence: 1 }), doubted);
    expect(await recognise()).toEqual(doubted);
    expect(count.mock.calls).toEqual([['namings', { outcome: 'doubted' }]]);
    expect(warn).not.toHaveBeenCalled();
    expect(await answering({ intent: 'pay.own' }, doubted)).toMatchObject({ intent: 'pay.own', topics: [] });
  });

  it('says beside what it names what was heard here, which alone tells whether a talk goes on', async () => {
    expect((await answering({ intent: 'pay.day' })).own).toEqual(OWN);
    expect((await answering({ intent: 'leave.left' })).own).toBeUndefined();
  });

  it('leaves what the own recogniser heard to be judged beside, and what that heard beside as well', async () => {
    const pay = { ...OWN, intent: 'pay.own', best: 'pay.own', topics: ['pay'], also: ['leave.left', 'pay.day'] };
    expect(await answering({ intent: 'pay.day' }, pay)).toMatchObject({
      intent: 'pay.day',
      topics: ['pay'],
      also: ['pay.own', 'leave.left'],
    });
  });

  it('leaves what the own recogniser heard of another topic as a suspicion', async () => {
    const named = await answering({ intent: 'pay.day' }, { ...OWN, topics: [] });
    expect(named).toMatchObject({ intent: 'pay.day', topics: ['leave'] });
  });

  it('takes no suspicion away, whichever intent it names', async () => {
    for (const intent of SMALL_PACK.intents.keys()) {
      const named = await answering({ intent, confidence: 1 }, { ...OWN, intent: null, topics: ['pay', 'leave'] });
      expect(named).toMatchObject({ intent, topics: ['pay', 'leave'] });
    }
  });

  it('makes surer what both say', async () => {
    expect(await answering({ intent: 'leave.left', confidence: 0.9 })).toEqual({ ...OWN, confidence: 0.9 });
    expect(await answering({ intent: 'leave.left', confidence: 0.2 })).toEqual(OWN);
  });

  it('leaves unknown what both do not know', async () => {
    const unknown = { ...OWN, intent: null };
    expect(await answering({ intent: null }, unknown)).toEqual(unknown);
  });

  it.each([
    ['none', { intent: null }],
    ['stranger', { intent: 'salary.everything' }],
    ['stranger', { intent: '__proto__' }],
    ['stranger', { intent: 'constructor' }],
    ['malformed', undefined],
    ['malformed', null],
    ['malformed', 'pay.day'],
    ['malformed', 17],
    ['malformed', {}],
    ['malformed', { intent: ['pay.day'] }],
    ['malformed', { intent: { toString: (): string => 'pay.day' } }],
    ['malformed', { intent: 'pay.day', confidence: '1' }],
    ['malformed', { intent: 'pay.day', confidence: Number.NaN }],
    ['malformed', { intent: 'pay.day', confidence: 1.1 }],
    ['malformed', { intent: 'pay.day', confidence: -1 }],
  ] as const)('counts as %s where it answers %j', async (outcome, answer) => {
    const { recognise, count } = beside(async () => answer as never);
    expect(await recognise()).toEqual(OWN);
    expect(count.mock.calls).toEqual([['namings', { outcome }]]);
  });

  it('counts as none where it throws, at once or later, or where its answer does', async () => {
    const throwing = {
      get intent(): string {
        throw new Error('no');
      },
    };
    const thenable = {
      get then(): never {
        throw new Error('no');
      },
    };
    for (const name of [
      () => {
        throw new Error('at once');
      },
      async () => Promise.reject(new Error('later')),
      async () => throwing,
      () => thenable as never,
      () => undefined as never,
    ] satisfies Namer['name'][]) {
      expect(await beside(name).recognise()).toEqual(OWN);
    }
  });

  it('has each property read once, so that nothing changes after it was looked at', async () => {
    let reads = 0;
    const turning = {
      get intent(): string {
        reads += 1;
        return reads === 1 ? 'pay.day' : '__proto__';
      },
    };
    expect(await answering(turning)).toMatchObject({ intent: 'pay.day' });
    expect(reads).toBe(1);
  });

  it('cannot add to the ids that it may name', async () => {
    const { recognise } = beside(async ({ intents }) => {
      (intents as string[]).push('salary.everything');
      return { intent: 'salary.everything' };
    });
    expect(await recognise()).toEqual(OWN);
    expect(await recognise()).toEqual(OWN);
  });

  it('is waited for 300 ms, is told to stop then, and what it says later counts for nothing', async () => {
    let aborted = false;
    let say: (named: { readonly intent: string }) => void = () => undefined;
    const { recognise, clock, count } = beside(({ signal }) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise((resolve) => {
        say = resolve;
      });
    });
    let ended: Recognition | null = null;
    const asked = recognise().then((recognition) => {
      ended = recognition;
    });
    await asking();
    await clock.advance(299);
    expect(ended).toBeNull();
    await clock.advance(1);
    await asked;
    expect(ended).toEqual(OWN);
    expect(aborted).toBe(true);
    say({ intent: 'pay.day' });
    expect(count.mock.calls).toEqual([['namings', { outcome: 'late' }]]);
  });

  it('leaves no sleeper behind once it has answered', async () => {
    const { recognise, clock } = beside(async () => ({ intent: 'pay.day' }));
    await recognise();
    expect(clock.sleeping()).toBe(0);
  });

  it('is not asked while fifty answers of its are owed', async () => {
    const name = jest.fn<Namer['name']>(() => new Promise(() => undefined));
    const { recognise, clock, count } = beside(name);
    const asked = Array.from({ length: 52 }, () => recognise());
    await asking();
    await clock.advance(300);
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 52 }, () => OWN));
    expect(name).toHaveBeenCalledTimes(50);
    expect(count.mock.calls.filter(([, labels]) => labels?.['outcome'] === 'busy')).toHaveLength(2);
  });

  it('is not shown a text of more than 4,000 characters', async () => {
    const name = jest.fn<Namer['name']>(async () => ({ intent: 'pay.day' }));
    expect(await beside(name).recognise('a'.repeat(4_001))).toEqual(OWN);
    expect(name).not.toHaveBeenCalled();
  });

  it('is said to fail once a minute, by a code and without words', async () => {
    const { recognise, warn, clock } = beside(async () => Promise.reject(new Error('how much is left')));
    await recognise();
    await recognise();
    expect(warn.mock.calls).toEqual([['namer.not-heard', { code: 'failed' }]]);
    await clock.advance(60_000);
    await recognise();
    expect(warn).toHaveBeenCalledTimes(2);
  });

  it('changes nothing about which words are known', () => {
    const { it: both } = beside(async () => ({ intent: null }));
    expect([both.knows('known'), both.knows('else')]).toEqual([true, false]);
  });
});
