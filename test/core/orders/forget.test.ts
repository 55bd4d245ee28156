import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { Order, Receipt } from '../../../src/core/orders/types.ts';
import { lastSignIn } from '../../../src/core/sign-in/grants.ts';
import { haveSignedIn } from '../../support/signing-in.ts';
import { until } from '../../support/until.ts';
import { HOLD, IN_VIEW, PERMIT, REFUSE, recognised } from '../../support/world.ts';
import { openPeople, type People } from './people.ts';

const HOUR = 60 * 60_000;

let p: People;
beforeEach(async () => {
  p = await openPeople();
  p.t.script.decide = () => HOLD;
});
afterEach(() => p.close());

const FORGET: Order = { kind: 'forget', person: 'evan', accounts: [] };
const forget = (o: Partial<Extract<Order, { kind: 'forget' }>> = {}): Promise<Receipt> =>
  p.order({ ...FORGET, ...o } as Order);

const questions = async (): Promise<readonly string[]> => {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page === 0 || cursor !== null; page++) {
    const seen: Awaited<ReturnType<typeof p.world.store.inbox.scan>> = await p.world.store.inbox.scan({
      dueBy: null,
      cursor,
      limit: 500,
    });
    ids.push(...seen.questions.map(({ id }) => id));
    cursor = seen.cursor;
  }
  return ids.toSorted();
};
const pending = async () => (await p.world.store.expiries.scan({ cursor: null, limit: 500 })).removals;
const decided = async (): Promise<readonly string[]> => {
  const { decisions } = await p.world.store.decisions.scan({ since: 0, cursor: null, limit: 500 });
  // Those that the test put there.
  return decisions.flatMap(({ value }) => (value.startsWith('sealed-') ? [value] : [])).toSorted();
};
const keepAddress = (owner: string) =>
  p.world.store.references.keep({ tenant: 'T1', key: `D-${owner}`, owner, value: 'x', until: p.clock.now() + HOUR });
const address = (owner: string) =>
  p.world.store.references.find({ tenant: 'T1', key: `D-${owner}`, now: p.clock.now() });

/** Something of every kind, of both. */
const everything = async (): Promise<{ readonly of: Readonly<Record<'evan' | 'mona', readonly string[]>> }> => {
  const of: Record<'evan' | 'mona', string[]> = { evan: [], mona: [] };
  for (const who of ['evan', 'mona'] as const) {
    p.t.script.decide = () => HOLD;
    await p.ask(who);
    p.t.script.decide = () => PERMIT;
    await p.ask(who);
    const ends = p.clock.now() + HOUR;
    of[who].push(await p.queue(who), await p.park(who, ends), await p.bury(who, ends));
    await haveSignedIn(p.world, { person: who, at: p.clock.now(), until: ends });
    await keepAddress(`slack:${who === 'evan' ? 'UEVAN' : 'UMONA'}`);
    const owner = p.world.sealer.fingerprint(who);
    const noted = [1, 2].map((n) => ({ id: `${who}-${n}`, at: p.clock.now(), owner, value: `sealed-${who}` }));
    await p.world.store.decisions.add({ decisions: noted });
  }
  return { of };
};

describe('to forget somebody', () => {
  it('ends and shreds everything of theirs, takes back what they were shown, and leaves everybody else alone', async () => {
    const { of } = await everything();
    const receipt = await forget();
    expect(receipt).toMatchObject({
      ok: true,
      data: {
        removed: { found: 2, alreadyLeaving: 0, gone: 0, leaving: 2 },
        shredded: { questions: 3, transcripts: 1, references: 1, signIns: 1, decisions: expect.any(Number) },
        held: { answers: [], transcripts: 0, questions: 0 },
        inFlight: 0,
        unsure: 0,
        accounts: 1,
      },
    });
    expect(await decided()).toEqual(['sealed-mona', 'sealed-mona']);
    expect(await questions()).toEqual(of.mona.toSorted());
    expect((await p.transcripts()).map(({ account }) => account)).toEqual(['slack:UMONA']);
    const now = p.clock.now();
    expect(await lastSignIn(p.world, { person: 'evan', now })).toBeNull();
    expect(await lastSignIn(p.world, { person: 'mona', now })).not.toBeNull();
    expect([await address('slack:UEVAN'), await address('slack:UMONA')]).toEqual([null, 'x']);
    const left = await pending();
    expect(left.filter(({ removeAt, then }) => then === 'remove' && removeAt <= now)).toHaveLength(2);
    expect(left).toHaveLength(4);
  });

  it('leaves no sign-in that was given while their links were ended', async () => {
    await everything();
    const { signIns } = p.world.store;
    const { end } = signIns;
    jest.spyOn(signIns, 'end').mockImplementation(async (o) => {
      const now = p.clock.now();
      await haveSignedIn(p.world, { person: 'evan', at: now, until: now + HOUR });
      return end(o);
    });
    await forget();
    expect(await lastSignIn(p.world, { person: 'evan', now: p.clock.now() })).toBeNull();
  });

  it('puts the end of each question on record, once, and whom it was about as a keyed hash only', async () => {
    const { of } = await everything();
    await forget();
    const ends = p.t.entries.flatMap((entry) =>
      entry.kind === 'undeliverable' ? [[entry.question, entry.code] as const] : [],
    );
    // The dead letter had ended before.
    expect(ends).toHaveLength(2);
    expect(new Map(ends)).toEqual(new Map(of.evan.slice(0, 2).map((id) => [id, 'forgotten'])));
    const deeds = p.t.entries.filter(({ kind }) => kind === 'deed');
    expect(deeds).toMatchObject([{ what: 'forget', on: 'person', target: p.world.sealer.fingerprint('evan') }]);
    expect(JSON.stringify(deeds)).not.toContain('evan');
  });

  it('ends no question whose end is not on record, also where the log was away for a moment', async () => {
    const [waits, dead] = [await p.queue('evan'), await p.bury('evan', p.clock.now() + HOUR)];
    p.t.script.auditFails = ({ kind }) => kind === 'undeliverable' || kind === 'dead-letter';
    await expect(p.order(FORGET, 'f1')).rejects.toMatchObject({ code: 'audit-unavailable' });
    expect(await questions()).toEqual([waits, dead].toSorted());
    p.t.script.auditFails = () => false;
    // Tried again, as an order is.
    expect((await p.order(FORGET, 'f1')).data).toMatchObject({ shredded: { questions: 2 } });
    expect(await questions()).toEqual([]);
    const ends = p.t.entries.flatMap((entry) => ('question' in entry ? [`${entry.question} ${entry.kind}`] : []));
    expect(ends.toSorted()).toEqual([`${waits} undeliverable`, `${dead} dead-letter`].toSorted());
  });

  it('puts an end on record once, also where somebody took the question up in that moment and gave it back', async () => {
    const id = await p.queue('evan');
    const { inbox } = p.world.store;
    const { drop } = inbox;
    let took = false;
    Object.assign(inbox, {
      drop: async (o: Parameters<typeof drop>[0]) => {
        if (took) return drop(o);
        took = true;
        return 'leased';
      },
    });
    expect((await forget()).data).toMatchObject({ shredded: { questions: 1 }, inFlight: 0 });
    expect(p.t.entries.filter((entry) => 'question' in entry && entry.question === id)).toHaveLength(1);
  });

  it('done again finds nothing left', async () => {
    await everything();
    await forget();
    expect((await forget()).data).toMatchObject({
      removed: { found: 2, alreadyLeaving: 2 },
      shredded: { questions: 0, transcripts: 0, references: 0, signIns: 0, decisions: 0 },
    });
  });

  it('finds them after they have left the company, by what they talked', async () => {
    await everything();
    const { directory } = p.world;
    Object.assign(directory, { accounts: async () => [] });
    p.t.script.find = async () => ({ ok: false, why: 'deactivated' });
    expect((await forget()).data).toMatchObject({
      shredded: { questions: 3, transcripts: 1, references: 1 },
      accounts: 1,
    });
  });

  it('finds what only an account leads to where the operator names it, and says where none is known', async () => {
    await p.bury('evan', p.clock.now() + HOUR);
    Object.assign(p.world.directory, { accounts: async () => [] });
    p.t.script.find = async () => ({ ok: false, why: 'unknown' });
    const none = await forget();
    expect([none.data['accounts'], none.says.join('\n')]).toEqual([0, expect.stringContaining('--account')]);
    expect(await questions()).toHaveLength(1);
    const named = await forget({ accounts: ['slack:T1:UEVAN'] });
    expect(named.data).toMatchObject({ shredded: { questions: 1 }, accounts: 1 });
    expect(await questions()).toEqual([]);
  });

  it('is not done where the directory cannot say whose a question is', async () => {
    await p.bury('mona', p.clock.now() + HOUR);
    p.t.script.find = async () => ({ ok: false, why: 'unreachable' });
    const receipt = await forget();
    expect(receipt).toMatchObject({ ok: false, data: { unsure: 1 } });
    expect(await questions()).toHaveLength(1);
  });

  it('lets a question that is being answered end, and takes its answer back', async () => {
    const { answer } = await p.askSlowly('evan');
    const answered = until(() => p.clock.sleeping() > 1).then(answer);
    const receipt = await forget();
    await answered;
    expect(receipt).toMatchObject({ ok: true, data: { removed: { found: 1 }, shredded: { transcripts: 1 } } });
    expect(await p.transcripts()).toEqual([]);
  });

  it('is not done where a question that is being answered does not end', async () => {
    const { answer } = await p.askSlowly('evan');
    const receipt = await forget();
    expect(receipt).toMatchObject({ ok: false, data: { inFlight: 1 } });
    expect(receipt.says.join('\n')).toContain('Order it again in a minute');
    await answer();
  });

  it('does not touch what is held by a hold that is placed while this goes on', async () => {
    await p.ask('evan', { conversation: 'slack:T1:before' });
    const { answer } = await p.askSlowly('evan');
    const held = until(() => p.clock.sleeping() > 1).then(async () => {
      const hold = { id: 'h1', on: 'person', what: 'evan', placedAt: p.clock.now(), by: 'f00d' } as const;
      await p.world.store.standing.placeHold(hold);
      await p.refresh();
      const dead = await p.bury('evan', p.clock.now() + HOUR);
      await answer();
      return dead;
    });
    const receipt = await forget();
    const dead = await held;
    // What was gone by then is gone.
    expect((await p.transcripts()).map(({ conversation }) => conversation)).toEqual(['slack:T1:D-evan']);
    expect(await questions()).toEqual([dead]);
    expect((await pending()).filter(({ removeAt }) => removeAt > p.clock.now())).toHaveLength(1);
    expect(receipt.data['shredded']).toMatchObject({ transcripts: 1, questions: 0 });
    expect(receipt.data['held']).toMatchObject({
      answers: [{ hold: 'h1', answers: expect.any(Number) }],
      transcripts: 1,
      questions: 1,
    });
  });

  it('does not touch what is held, and says so', async () => {
    const { of } = await everything();
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    const receipt = await forget();
    expect(receipt.data).toMatchObject({
      removed: { found: 0 },
      // What waits to be answered ends all the same: nothing is held of what was not yet.
      shredded: { questions: 1, transcripts: 0 },
      held: { answers: [{ hold: 'h1', answers: 2 }], transcripts: 1, questions: 2 },
    });
    expect(await questions()).toEqual([...of.evan.slice(1), ...of.mona].toSorted());
    expect(await p.transcripts()).toHaveLength(2);
    expect(receipt.says.join('\n')).toContain('Still held, by legal holds: 2 messages, 1 transcript, 2 questions.');
    expect(receipt.says).toContain(
      '2 messages, 1 transcript, 2 questions kept by the legal hold h1, and left as they are.',
    );
  });

  it('forgets what policy was asked for them under every key of hashes that there was, and counts it', async () => {
    const { fingerprint } = p.world.sealer;
    const older = `older-${fingerprint('evan')}`;
    Object.assign(p.world.sealer, {
      fingerprints: (value: string) => [fingerprint(value), ...(value === 'evan' ? [older] : [])],
    });
    const of = (id: string, owner: string) => ({ id, owner, at: p.clock.now(), value: `sealed-${id}` });
    const all = [of('now', fingerprint('evan')), of('then', older), of('other', fingerprint('mona'))];
    await p.world.store.decisions.add({ decisions: all });
    const receipt = await forget();
    expect(receipt.data['shredded']).toMatchObject({ decisions: 2 });
    expect(receipt.says.join('\n')).toContain('2 policy requests without words');
    expect(await decided()).toEqual(['sealed-other']);
  });

  it('leaves what policy was asked for somebody who is held, and says so', async () => {
    const owner = p.world.sealer.fingerprint('evan');
    await p.world.store.decisions.add({ decisions: [{ id: 'd', owner, at: p.clock.now(), value: 'sealed-d' }] });
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    const receipt = await forget();
    expect(receipt.data).toMatchObject({ shredded: { decisions: 0 }, held: { holds: ['h1'] } });
    expect(receipt.says.join('\n')).toMatch(/is kept by the legal hold h1, and for a month at most/);
    expect(await decided()).toEqual(['sealed-d']);
  });

  it('names each hold that keeps something, also one that keeps a question alone', async () => {
    p.t.script.decide = () => REFUSE;
    await p.ask('evan', { conversation: 'slack:T1:talk' });
    await p.ask('evan');
    const [dead] = [await p.bury('evan', p.clock.now() + HOUR)];
    await p.order({ kind: 'hold', on: 'conversation', what: 'slack:T1:talk' }, 'h-talk');
    await p.order({ kind: 'hold', on: 'conversation', what: `slack:T1:D-evan:${dead}` }, 'h-dead');
    await p.order({ kind: 'hold', on: 'person', what: 'mona' }, 'h-mona');
    const receipt = await forget();
    expect(receipt.data).toMatchObject({
      held: { answers: [{ hold: 'h-talk', answers: 1 }], transcripts: 1, questions: 1, holds: ['h-dead', 'h-talk'] },
    });
    expect(receipt.says).toContain('1 message, 1 transcript kept by the legal hold h-talk, and left as they are.');
    expect(receipt.says).toContain('1 question kept by the legal hold h-dead, and left as they are.');
  });

  it('counts in words that are English', async () => {
    expect((await forget()).says.join('\n')).toContain('0 addresses of chats');
  });

  it('takes back what told what was asked as well: a view’s button, a refusal, a question that was not understood', async () => {
    p.t.script.decide = () => IN_VIEW;
    await p.ask('evan');
    p.t.script.decide = () => REFUSE;
    await p.ask('evan');
    p.t.script.decide = () => PERMIT;
    p.t.script.recognition = recognised(null);
    await p.ask('evan');
    await p.ask('mona');
    expect((await forget()).data).toMatchObject({ removed: { found: 3 } });
    const due = await p.world.store.expiries.claim({ now: p.clock.now(), leaseMs: 1, limit: 10 });
    expect(due).toHaveLength(3);
  });

  it('leaves what told what was asked where a legal hold covers it', async () => {
    p.t.script.decide = () => REFUSE;
    await p.ask('evan');
    await p.order({ kind: 'hold', on: 'topic', what: 'leave' }, 'h1');
    expect((await forget()).data).toMatchObject({
      removed: { found: 0 },
      held: { answers: [{ hold: 'h1', answers: 1 }] },
    });
  });

  it('tells the four states apart, in words', async () => {
    const words = (await forget()).says.join('\n');
    for (const state of ['Removed through the platform', 'Shredded in our store', 'Still held', 'Never ours to remove'])
      expect(words).toContain(state);
  });

  it('leaves their name in no entry of the audit log, and says so in the receipt; others’ names stay', async () => {
    await p.ask('evan');
    await p.ask('mona');
    const readable = async (): Promise<readonly string[]> => {
      const names = p.t.entries.flatMap((entry) =>
        entry.kind === 'decision' && entry.name !== null ? [{ fingerprint: entry.person, name: entry.name }] : [],
      );
      const opened = await Promise.all(names.map((of) => p.world.names.open({ ...of, purpose: 'asker' })));
      return [...new Set(opened.flatMap((id) => (id === null ? [] : [id])))].toSorted();
    };
    expect(await readable()).toEqual(['evan', 'mona']);
    expect(JSON.stringify(p.t.entries)).not.toMatch(/"(?:evan|mona)"/);
    const receipt = await forget();
    expect(receipt.data).toMatchObject({
      shredded: { names: 1 },
      held: { auditLog: expect.stringContaining('no name opens') },
    });
    expect(receipt.says.join('\n')).toContain('1 key by which their name opens in the audit log');
    expect(receipt.says.join('\n')).toContain('can still make the keyed hash of somebody and compare');
    expect(p.t.entries.findLast(({ kind }) => kind === 'receipt')).toMatchObject({ names: 1 });
    expect(await readable()).toEqual(['mona']);
    // Whoever asks again is named again, and nothing of before comes back.
    await p.ask('evan');
    expect(await readable()).toEqual(['evan', 'mona']);
  });

  it('leaves their name readable where a legal hold is on them, and says by which', async () => {
    await p.ask('evan');
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h9');
    const receipt = await forget();
    expect(receipt.data).toMatchObject({ shredded: { names: 0 } });
    expect(receipt.says.join('\n')).toContain('opens still, for the legal hold h9');
    expect(await p.world.store.nameKeys.find({ owners: p.world.sealer.fingerprints('evan') })).not.toBeNull();
  });

  it('does nothing where that cannot go on record', async () => {
    await everything();
    p.t.script.auditFails = ({ kind }) => kind === 'deed';
    await expect(forget()).rejects.toMatchObject({ code: 'audit-unavailable' });
    expect(await questions()).toHaveLength(6);
  });
});

describe('after somebody was forgotten', () => {
  it('no sealed value of theirs is left in the store, and every one of others', async () => {
    const steps = ['ask', 'ask held', 'queue', 'park', 'bury', 'hold conversation'] as const;
    const step = fc.tuple(fc.constantFrom(...steps), fc.constantFrom('evan' as const, 'mona' as const));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (list) => {
        const folder = mkdtempSync(join(tmpdir(), 'sotto-forget-'));
        const q = await openPeople({ folder });
        const sealed: Record<string, Set<string>> = { 'slack:UEVAN': new Set(), 'slack:UMONA': new Set() };
        const { seal } = q.world.sealer;
        Object.assign(q.world.sealer, {
          seal: (context: Parameters<typeof seal>[0], plain: string) => {
            const value = seal(context, plain);
            sealed[context.person]?.add(value);
            return value;
          },
        });
        const left = (of: string): number => {
          const db = new DatabaseSync(join(folder, 'sotto.db'), { readOnly: true });
          const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
          const rows = tables.flatMap(({ name }) => db.prepare(`SELECT * FROM "${String(name)}"`).all());
          db.close();
          return rows.flatMap((row) => Object.values(row)).filter((value) => sealed[of]?.has(String(value))).length;
        };
        let held = false;
        try {
          for (const [what, who] of list) {
            const ends = q.clock.now() + HOUR;
            q.t.script.decide = () => (what === 'ask held' ? HOLD : PERMIT);
            if (what === 'ask' || what === 'ask held')
              await q.ask(who, { conversation: `own-${who}-${q.clock.now()}` });
            if (what === 'queue') await q.queue(who);
            if (what === 'park') await q.park(who, ends);
            if (what === 'bury') await q.bury(who, ends);
            if (what === 'hold conversation' && who === 'evan') {
              held = true;
              await q.ask('evan', { conversation: 'held-talk' });
              await q.order({ kind: 'hold', on: 'conversation', what: 'held-talk' }, 'h1');
              await q.refresh();
            }
            await q.clock.advance(1);
          }
          const others = left('slack:UMONA');
          await q.order(FORGET);
          // Of the one talk that is held, its memory.
          expect([list, left('slack:UEVAN')]).toEqual([list, held ? 1 : 0]);
          expect(left('slack:UMONA')).toBe(others);
        } finally {
          await q.close();
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 12 },
    );
  });
});
