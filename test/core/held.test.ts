import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { createExpiring } from '../../src/core/expire.ts';
import { coversOf, hashHolds, keepHeld, questionsOf } from '../../src/core/held.ts';
import { lapse } from '../../src/core/parked.ts';
import { standingView } from '../../src/core/standing.ts';
import { fillView } from '../../src/core/view.ts';
import { createWork } from '../../src/core/work.ts';
import { everySealed } from '../contracts/sealed.ts';
import { until } from '../support/until.ts';
import { HOLD, IN_VIEW, PERMIT, pressOf, REFUSE, recognised, recordOf } from '../support/world.ts';
import { accountOf, openPeople, type People } from './orders/people.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let p: People;
beforeEach(async () => {
  p = await openPeople();
});
afterEach(() => p.close());

/** Time goes by, a second at a time, until this is so. */
const passing = (so: () => boolean | Promise<boolean>): Promise<void> =>
  until(async () => {
    await p.clock.advance(1_000);
    return so();
  });

/** As the loop does. */
const sweep = async (): Promise<number> => {
  await keepHeld(p.world);
  return p.world.store.conversations.sweep({ now: p.clock.now() });
};
const talks = async (): Promise<readonly string[]> =>
  (await p.transcripts()).map(({ conversation }) => conversation).toSorted();

describe('what a conversation remembers', () => {
  it('ends so long after its first turn, whatever is said, however it ends and however often', async () => {
    const ways = {
      answer: () => {
        p.t.script.decide = () => PERMIT;
      },
      'held answer': () => {
        p.t.script.decide = () => HOLD;
      },
      refusal: () => {
        p.t.script.decide = () => REFUSE;
      },
      nothing: () => {
        p.t.script.recognition = recognised(null);
      },
      mistake: () => {
        p.t.script.decide = () => {
          throw new Error('the engine broke');
        };
      },
    };
    type Way = keyof typeof ways;
    const names: readonly Way[] = ['answer', 'held answer', 'refusal', 'nothing', 'mistake'];
    const turn = fc.record({ way: fc.constantFrom(...names), pause: fc.integer({ min: 0, max: 9 * HOUR }) });
    let talk = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 2, maxLength: 8 }), async (turns) => {
        talk += 1;
        const conversation = `slack:T1:talk-${talk}`;
        let ends: number | null = null;
        for (const { way, pause } of turns) {
          await p.clock.advance(pause);
          p.t.script.recognition = recognised('leave.balance');
          ways[way]();
          const now = p.clock.now();
          await p.ask('evan', { conversation });
          if (ends === null || now >= ends) ends = now + 24 * HOUR;
          const kept = (await p.transcripts()).find((transcript) => transcript.conversation === conversation);
          expect([way, kept?.until]).toEqual([way, ends]);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('is gone at that moment, although somebody went on talking', async () => {
    for (let hour = 0; hour < 24; hour += 6) {
      await p.ask('evan');
      await p.clock.advance(6 * HOUR - 1);
    }
    expect(await talks()).toEqual(['slack:T1:D-evan']);
    await p.clock.advance(4);
    expect(await sweep()).toBe(1);
    expect(await talks()).toEqual([]);
  });
});

describe('a legal hold on what conversations remember', () => {
  it.each([
    ['person', 'evan'],
    ['conversation', 'slack:T1:D-evan'],
    ['topic', 'leave'],
  ] as const)('on a %s keeps what it covers, and nothing else, until it is lifted', async (on, what) => {
    await p.ask('evan');
    p.t.script.recognition = recognised('salary.payslip');
    await p.ask('mona');
    await p.clock.advance(HOUR);
    await p.order({ kind: 'hold', on, what }, 'h1');
    await p.clock.advance(23 * HOUR + 1);
    expect(await sweep()).toBe(1);
    expect(await talks()).toEqual(['slack:T1:D-evan']);
    await p.clock.advance(400 * 24 * HOUR);
    expect(await sweep()).toBe(0);
    await p.order({ kind: 'lift', id: 'h1' });
    expect(await sweep()).toBe(1);
    expect(await talks()).toEqual([]);
  });

  it('on a topic keeps a talk in which it came up long before the turns that are left', async () => {
    await p.ask('evan');
    p.t.script.recognition = recognised(null);
    for (let n = 0; n < 25; n++) {
      await p.clock.advance(5 * MINUTE);
      await p.ask('evan');
    }
    await p.order({ kind: 'hold', on: 'topic', what: 'leave' }, 'h1');
    await p.clock.advance(30 * HOUR);
    expect(await sweep()).toBe(0);
    expect(await talks()).toEqual(['slack:T1:D-evan']);
  });

  it('gives back its own deadline when it is lifted before', async () => {
    await p.ask('evan');
    const [before] = await p.transcripts();
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.refresh();
    await p.clock.advance(HOUR);
    await p.ask('evan');
    const [held] = await p.transcripts();
    expect(held?.until).toBeGreaterThan(p.clock.now() + 1_000 * 24 * HOUR);
    await p.order({ kind: 'lift', id: 'h1' });
    expect((await p.transcripts())[0]?.until).toBe(before?.until);
  });

  it('keeps a talk that goes on past its end, and begins a new one when it is lifted, also in a process that does not know yet', async () => {
    await p.ask('evan');
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.refresh();
    await p.clock.advance(24 * HOUR - MINUTE);
    await keepHeld(p.world);
    await p.clock.advance(10 * HOUR);
    await p.ask('evan');
    const turns = async () => (await p.order({ kind: 'export', person: 'evan', accounts: [] })).data['transcripts'];
    expect(await turns()).toMatchObject([{ turns: [{ verdict: 'answer' }, { verdict: 'answer' }] }]);
    await p.order({ kind: 'lift', id: 'h1' });
    // This process believes for a moment longer that it stands; what it commits is judged anew.
    await p.ask('evan');
    expect(await turns()).toMatchObject([{ turns: [{ verdict: 'answer' }] }]);
    expect((await p.transcripts())[0]?.until).toBeLessThanOrEqual(p.clock.now() + 24 * HOUR);
  });

  it('keeps the talk of somebody who cannot be looked up just now, and lets it go where they are not held', async () => {
    await p.ask('evan');
    await p.ask('mona');
    const own = (await p.transcripts()).find(({ account }) => account === 'slack:UMONA')?.until;
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.refresh();
    await p.clock.advance(23 * HOUR);
    await keepHeld(p.world);
    p.t.script.find = async () => ({ ok: false, why: 'unreachable' });
    await p.ask('evan');
    await p.ask('mona');
    await keepHeld(p.world);
    const ends = Object.fromEntries((await p.transcripts()).map(({ account, until: end }) => [account, end]));
    expect(ends['slack:UMONA']).toBe(own);
    expect(ends['slack:UEVAN']).toBeGreaterThan(p.clock.now() + 1_000 * 24 * HOUR);
  });

  it('is moved far ahead when it is placed, so that no outage over its end lets it go or has it begun anew', async () => {
    await p.ask('evan');
    await p.ask('mona');
    const own = (await p.transcripts()).find(({ account }) => account === 'slack:UMONA')?.until;
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.refresh();
    const ends = Object.fromEntries((await p.transcripts()).map(({ account, until: end }) => [account, end]));
    expect(ends['slack:UMONA']).toBe(own);
    expect(ends['slack:UEVAN']).toBeGreaterThan(p.clock.now() + 1_000 * 24 * HOUR);
    // Nothing runs; then the first that comes is a question.
    await p.clock.advance(24 * HOUR + MINUTE);
    await p.ask('evan');
    const { transcripts } = (await p.order({ kind: 'export', person: 'evan', accounts: [] })).data;
    expect(transcripts).toMatchObject([{ turns: [{ verdict: 'answer' }, { verdict: 'answer' }] }]);
  });

  it('stays while another one covers it', async () => {
    await p.ask('evan');
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.order({ kind: 'hold', on: 'topic', what: 'leave' }, 'h2');
    await p.clock.advance(24 * HOUR - MINUTE);
    await keepHeld(p.world);
    await p.clock.advance(HOUR);
    await p.order({ kind: 'lift', id: 'h1' });
    expect(await sweep()).toBe(0);
    await p.order({ kind: 'lift', id: 'h2' });
    expect(await sweep()).toBe(1);
  });

  it('is looked after by the loop that sweeps, and where that fails nothing is swept', async () => {
    await p.close();
    p = await openPeople({ conversationMs: 90_000 });
    await p.ask('evan');
    await p.ask('mona');
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    const { store } = p.world;
    let away = false;
    let asked = 0;
    const current = async () => {
      if (!away) return store.standing.current();
      asked += 1;
      throw new Error('away');
    };
    const work = createWork({ ...p.world, store: { ...store, standing: { ...store.standing, current } } });
    work.start();
    await p.clock.advance(100_000);
    await passing(async () => (await talks()).length < 2);
    expect(await talks()).toEqual(['slack:T1:D-evan']);
    away = true;
    await p.order({ kind: 'lift', id: 'h1' });
    await passing(() => asked >= 2);
    expect(await talks()).toEqual(['slack:T1:D-evan']);
    away = false;
    await passing(async () => (await talks()).length === 0);
    await work.stop({ graceMs: 0 });
  });
});

describe('the loop that sweeps', () => {
  it('shreds what was proposed and asked when its time is over, also while somebody is held', async () => {
    const now = p.clock.now();
    const { store, sealer } = p.world;
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    for (const [id, ends] of [
      ['over', now + MINUTE],
      ['waits', now + 24 * HOUR],
    ] as const)
      await store.proposals.put({ id, state: 'waiting', body: `sealed-${id}`, until: ends, now });
    const month = 30 * 24 * HOUR;
    const of = (id: string, at: number) => ({ id, at, owner: sealer.fingerprint('evan'), value: `sealed-${id}` });
    await store.decisions.add({ decisions: [of('old', now - month + MINUTE), of('new', now)] });
    const lie = async () =>
      (await everySealed(store.sealed, 500)).flatMap(({ kind, record }) =>
        kind === 'proposal' || kind === 'decision' ? [record] : [],
      );
    expect((await lie()).toSorted()).toEqual(['new', 'old', 'over', 'waits']);
    const work = createWork(p.world);
    work.start();
    await p.clock.advance(2 * MINUTE);
    await passing(async () => (await lie()).length <= 2);
    expect((await lie()).toSorted()).toEqual(['new', 'waits']);
    await work.stop({ graceMs: 0 });
  });
});

describe('a legal hold on questions that were set aside', () => {
  const kept = async (): Promise<readonly string[]> => {
    const ids: string[] = [];
    for await (const { id, inbound } of questionsOf(p.world)) if (inbound !== '') ids.push(id);
    return ids;
  };
  const sweepWords = async (): Promise<void> => {
    await keepHeld(p.world);
    await p.world.store.inbox.sweep({ now: p.clock.now() });
  };

  it('keeps the words of what is dead, of whoever is held, and lets them go within the hour when it is lifted', async () => {
    const ends = p.clock.now() + 10 * MINUTE;
    const dead = await p.bury('evan', ends);
    await p.bury('mona', ends);
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.clock.advance(9 * MINUTE);
    await sweepWords();
    await p.clock.advance(2 * MINUTE);
    await sweepWords();
    expect(await kept()).toEqual([dead]);
    for (let hour = 0; hour < 3; hour++) {
      await p.clock.advance(HOUR - 2 * MINUTE);
      await sweepWords();
      await p.clock.advance(2 * MINUTE);
      await sweepWords();
      expect(await kept()).toEqual([dead]);
    }
    await p.order({ kind: 'lift', id: 'h1' });
    await p.clock.advance(HOUR + MINUTE);
    await sweepWords();
    expect(await kept()).toEqual([]);
  });

  it('lets what waits for somebody end in its time, and keeps its words as those of a dead letter', async () => {
    const [held, other] = [await p.park('evan', p.clock.now() + MINUTE), await p.park('mona', p.clock.now() + MINUTE)];
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.refresh();
    const states = async () => {
      const found: string[] = [];
      for await (const { id, state } of questionsOf(p.world)) found.push(`${id} ${state}`);
      return found;
    };
    expect((await states()).toSorted()).toEqual([`${held} parked`, `${other} parked`].toSorted());
    const work = createWork(p.world);
    await p.clock.advance(MINUTE);
    // Nobody has come to end it when the sweep comes by.
    await sweepWords();
    expect(await kept()).toEqual([held]);
    work.start();
    await passing(async () => (await states()).length === 1 && (await states())[0] === `${held} dead`);
    expect(await kept()).toEqual([held]);
    const ends = p.t.entries.flatMap((entry) => (entry.kind === 'decision' ? [[entry.question, entry.reasons]] : []));
    expect(ends).toHaveLength(2);
    expect(new Set(ends.map(([question]) => question))).toEqual(new Set([held, other]));
    // That its words are kept is on record.
    const aside = p.t.entries.filter(({ kind }) => kind === 'dead-letter');
    expect(aside).toMatchObject([{ question: held, change: 'set-aside', code: 'held' }]);
    await work.stop({ graceMs: 0 });
  });

  it('keeps the words of what waited in vain, although a sweep comes by while its end is being recorded', async () => {
    const id = await p.park('evan', p.clock.now() + 10 * MINUTE);
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.refresh();
    await p.clock.advance(10 * MINUTE + 1);
    const claims = await p.world.store.inbox.claim({ now: p.clock.now(), leaseMs: MINUTE, limit: 1 });
    expect(claims).toMatchObject([{ id, overdue: true }]);
    await sweepWords();
    for (const claim of claims) await lapse(p.world, claim);
    expect(await kept()).toEqual([id]);
    expect(await p.world.store.inbox.census({ now: p.clock.now() })).toMatchObject({ dead: 1 });
  });

  it('says in both logs where so much lies there already that the words are lost', async () => {
    const id = await p.park('evan', p.clock.now() + 1_000);
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.clock.advance(2_000);
    const { inbox } = p.world.store;
    const asked: (boolean | undefined)[] = [];
    const errors: string[] = [];
    const full = async (o: Parameters<typeof inbox.bury>[0]) => {
      asked.push(o.held);
      await inbox.bury(o);
      return 'full' as const;
    };
    const world = {
      ...p.world,
      log: { ...p.world.log, error: (event: string) => void errors.push(event) },
      store: { ...p.world.store, inbox: { ...inbox, bury: full } },
    };
    for (const claim of await inbox.claim({ now: p.clock.now(), leaseMs: MINUTE, limit: 1 })) await lapse(world, claim);
    expect([asked, errors]).toEqual([[true], ['dead-letters.full']]);
    expect(p.t.entries.at(-1)).toMatchObject({ kind: 'dead-letter', question: id, change: 'shredded', code: 'held' });
  });

  it('keeps those of somebody who has left, whose account the directory does not know any more', async () => {
    const ends = p.clock.now() + 10 * MINUTE;
    const [dead, waits] = [await p.bury('evan', ends), await p.park('evan', ends)];
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.refresh();
    const { directory } = p.world;
    p.t.script.find = async ({ user }) => ({ ok: false, why: user === 'UEVAN' ? 'deactivated' : 'unknown' });
    Object.assign(directory, { accounts: async () => [], colleague: async () => null });
    await p.clock.advance(9 * MINUTE);
    await sweepWords();
    await p.clock.advance(2 * MINUTE);
    const work = createWork(p.world);
    work.start();
    await passing(async () => (await p.world.store.inbox.census({ now: p.clock.now() })).dead === 2);
    await sweepWords();
    expect((await kept()).toSorted()).toEqual([dead, waits].toSorted());
    await work.stop({ graceMs: 0 });
  });

  it('keeps them where the directory cannot say just now whose they are', async () => {
    const ends = p.clock.now() + MINUTE;
    const dead = await p.bury('mona', ends);
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    p.t.script.find = async () => ({ ok: false, why: 'unreachable' });
    await sweepWords();
    await p.clock.advance(2 * MINUTE);
    await sweepWords();
    expect(await kept()).toEqual([dead]);
  });
});

describe('a legal hold on answers in chats', () => {
  it('keeps them past their time, and they leave when it is lifted, the overdue ones at once', async () => {
    p.t.script.decide = () => HOLD;
    await p.ask('evan');
    await p.ask('mona');
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.refresh();
    const expiring = createExpiring(p.world);
    expiring.start();
    await p.clock.advance(10 * MINUTE);
    await passing(() => p.t.messages.length < 2);
    expect(p.t.messages.map(({ ref }) => ref.channel)).toEqual(['D-evan']);
    await p.ask('evan');
    const receipt = await p.order({ kind: 'lift', id: 'h1' });
    expect(receipt.data).toMatchObject({ lifted: true, overdue: 1 });
    const lifted = p.clock.now();
    await passing(() => p.t.messages.length < 2);
    expect(p.clock.now() - lifted).toBeLessThan(30_000);
    // The younger one has its own time.
    expect(p.t.messages).toHaveLength(1);
    await passing(() => p.t.messages.length === 0);
    expect(p.clock.now() - lifted).toBeGreaterThan(90_000);
    await expiring.stop({ graceMs: 0 });
  });

  it('is let go by the last that covers it, and not by another', async () => {
    p.t.script.decide = () => HOLD;
    await p.ask('evan');
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.order({ kind: 'hold', on: 'topic', what: 'leave' }, 'h2');
    await p.clock.advance(10 * MINUTE);
    const deadline = async () => (await p.world.store.expiries.scan({ cursor: null, limit: 9 })).removals[0]?.removeAt;
    const before = await deadline();
    expect((await p.order({ kind: 'lift', id: 'h1' })).data).toMatchObject({ overdue: 0 });
    expect(await deadline()).toBe(before);
    expect((await p.order({ kind: 'lift', id: 'h2' })).data).toMatchObject({ overdue: 1 });
    expect(await deadline()).toBe(p.clock.now());
  });

  it('keeps what is known of those that stay in the chat, until it is lifted', async () => {
    p.t.script.decide = () => PERMIT;
    await p.ask('evan');
    await p.order({ kind: 'hold', on: 'topic', what: 'leave' }, 'h1');
    await p.refresh();
    await p.clock.advance(8 * 24 * HOUR);
    const expiring = createExpiring(p.world);
    expiring.start();
    await p.clock.advance(MINUTE);
    const recall = { kind: 'recall', intent: null, topic: 'leave', since: null } as const;
    expect((await p.order(recall)).data).toMatchObject({ found: 0, held: [{ hold: 'h1', answers: 1 }] });
    await p.order({ kind: 'lift', id: 'h1' });
    const known = async () => (await p.world.store.expiries.scan({ cursor: null, limit: 10 })).removals.length;
    await passing(async () => (await known()) === 0);
    // It was to stay, and stays.
    expect(p.t.messages).toHaveLength(1);
    await expiring.stop({ graceMs: 0 });
  });
});

describe('a window that shows pay', () => {
  const opened = async (): Promise<void> => {
    p.t.script.decide = () => IN_VIEW;
    await p.ask('evan');
    const [message] = p.t.messages;
    const press = pressOf(message?.card.buttons[0], message?.ref ?? null, { account: accountOf('evan') });
    await fillView(p.world, press, p.t.openView());
    expect(p.t.views[0]?.card?.text).toContain('12 days');
  };

  it('is emptied when its time is up, also where a legal hold stands', async () => {
    await opened();
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.refresh();
    const expiring = createExpiring(p.world);
    expiring.start();
    await p.clock.advance(3 * MINUTE);
    await passing(() => p.t.views[0]?.card?.text === 'blanked');
    await expiring.stop({ graceMs: 0 });
  });

  it('is emptied by a recall and by a forgetting, also where a legal hold stands, and no hold says that it keeps it', async () => {
    await opened();
    const hold = await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    // The message with its button, which tells what was asked.
    expect(hold.data).toMatchObject({ answers: 1 });
    await p.refresh();
    const recall = { kind: 'recall', intent: null, topic: 'leave', since: null } as const;
    expect((await p.order(recall)).data).toMatchObject({ found: 1, held: [] });
    expect((await p.order({ kind: 'forget', person: 'evan', accounts: [] })).data).toMatchObject({
      removed: { found: 1 },
      held: { answers: [{ hold: 'h1', answers: 1 }] },
    });
  });
});

describe('a legal hold outlives the data key', () => {
  const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
  /** As main does: what is held is known by the new key before anything is hashed under it. */
  const rotate = async (current: number, ...others: readonly number[]): Promise<void> => {
    const dataKey = { current: keyOf(current), accepted: [current, ...others].map(keyOf) };
    await hashHolds(p.world.store, createSealer({ dataKey }), (await p.world.store.standing.current()).holds);
    p.t.rotate(dataKey);
    await p.refresh();
  };
  const remove = async (): Promise<void> => {
    const expiring = createExpiring(p.world);
    expiring.start();
    await p.clock.advance(3 * MINUTE);
    for (let second = 0; second < 5; second++) await passing(() => true);
    await expiring.stop({ graceMs: 0 });
  };
  const channels = () => p.t.messages.map(({ ref }) => ref.channel);

  it('for answers given before it was rotated, also once the old one has left the vault', async () => {
    p.t.script.decide = () => HOLD;
    await p.ask('evan');
    await p.ask('mona');
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await rotate(8);
    await remove();
    expect(channels()).toEqual(['D-evan']);
    await p.order({ kind: 'lift', id: 'h1' });
    await p.refresh();
    await remove();
    expect(channels()).toEqual([]);
  });

  it('for answers given after it, also in a process that has not heard of the new key', async () => {
    p.t.script.decide = () => HOLD;
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await rotate(8, 7);
    await p.ask('evan');
    await p.ask('mona');
    const standing = await p.world.store.standing.current();
    const old = createSealer({ dataKey: { current: keyOf(3), accepted: [keyOf(3)] } });
    const there = { ...p.world, standing: () => standingView(standing, coversOf(old)) };
    const expiring = createExpiring(there);
    expiring.start();
    await p.clock.advance(3 * MINUTE);
    await passing(() => p.t.messages.length < 2);
    for (let second = 0; second < 5; second++) await passing(() => true);
    expect(channels()).toEqual(['D-evan']);
    await expiring.stop({ graceMs: 0 });
  });

  it.each([
    ['person', 'evan'],
    ['topic', 'leave'],
  ] as const)('for what conversations remember, where a %s is held', async (on, what) => {
    await p.ask('evan');
    await p.order({ kind: 'hold', on, what }, 'h1');
    await rotate(8);
    await sweep();
    await p.clock.advance(24 * HOUR + MINUTE);
    await sweep();
    expect(await talks()).toEqual(['slack:T1:D-evan']);
    await p.order({ kind: 'lift', id: 'h1' });
    await sweep();
    // Nobody can read it any more, and nothing keeps it.
    expect(await talks()).toEqual([]);
  });
});

describe('what a hold covers', () => {
  it('is told when it is placed, and is on record with who is meant as a keyed hash only', async () => {
    p.t.script.decide = () => HOLD;
    p.t.script.fetch = () => ({ ok: true, records: [recordOf('evan')] });
    await p.ask('evan');
    await p.ask('mona');
    const receipt = await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    expect(receipt).toMatchObject({ ok: true, data: { hold: 'h1', on: 'person', answers: 1, transcripts: 1 } });
    expect(p.t.entries.filter(({ kind }) => kind === 'deed')).toEqual([
      {
        kind: 'deed',
        at: expect.any(Number),
        order: 'h1',
        by: 'f00d',
        byName: null,
        what: 'hold',
        on: 'person',
        target: p.world.sealer.fingerprint('evan'),
      },
    ]);
    // Done again, as after a crash, it is the same hold.
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    expect((await p.world.store.standing.current()).holds).toHaveLength(1);
  });

  it('may be somebody whom nobody knows, which is said', async () => {
    const { ok, says } = await p.order({ kind: 'hold', on: 'person', what: 'nobody' }, 'h1');
    expect([ok, says.join('\n')]).toEqual([true, expect.stringContaining('knows nobody with that id')]);
    const topic = await p.order({ kind: 'hold', on: 'topic', what: 'weather' }, 'h2');
    expect(topic.says.join('\n')).toContain('no topic of that name');
  });

  it('is lifted by whoever goes on where one died that had lifted it, and what is overdue leaves all the same', async () => {
    p.t.script.decide = () => HOLD;
    for (const who of ['evan', 'mona', 'evan'] as const) await p.ask(who);
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.order({ kind: 'hold', on: 'person', what: 'mona' }, 'h2');
    await p.refresh();
    await p.clock.advance(200_000);
    // One of them was tried in vain before: that has its own time to be tried again.
    const [failed] = await p.world.store.expiries.claim({ now: p.clock.now(), leaseMs: 1_000, limit: 1 });
    if (failed === undefined) throw new Error('nothing is due');
    await p.world.store.expiries.fail({ removal: failed, retryAt: p.clock.now() + HOUR, code: 'odd' });
    // A process that got as far as the deed, and no further.
    await p.world.store.standing.liftHold({ id: 'h1' });
    const receipt = await p.order({ kind: 'lift', id: 'h1' }, 'l1');
    expect(receipt).toMatchObject({ ok: true, data: { lifted: true, standing: 1, overdue: 1 } });
    expect(receipt.says[0]).toContain('does not stand any more');
    const due = await p.world.store.expiries.claim({ now: p.clock.now(), leaseMs: 1_000, limit: 9 });
    expect(due.map(({ ref, removeAt }) => [ref.channel, removeAt === p.clock.now()])).toEqual([
      ['D-mona', false],
      ['D-evan', true],
    ]);
  });

  it('is not placed where that cannot go on record', async () => {
    p.t.script.auditFails = ({ kind }) => kind === 'deed';
    await expect(p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1')).rejects.toMatchObject({
      code: 'audit-unavailable',
    });
    expect((await p.world.store.standing.current()).holds).toEqual([]);
  });
});
