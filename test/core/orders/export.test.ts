import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openReceipt, sealReceipt } from '../../../src/core/orders/body.ts';
import { placeOrder } from '../../../src/core/orders/place.ts';
import type { OrderOf } from '../../../src/core/orders/types.ts';
import { repliesIn } from '../../../src/core/replies/replies.ts';
import { haveSignedIn } from '../../support/signing-in.ts';
import { HOLD, PERMIT, REFUSE, recognised } from '../../support/world.ts';
import { openPeople, type People } from './people.ts';

const HOUR = 60 * 60_000;
const EXPORT: OrderOf<'export'> = { kind: 'export', person: 'evan', accounts: [] };

let p: People;
beforeEach(async () => {
  p = await openPeople();
});
afterEach(() => p.close());

const iso = (at: number): string => new Date(at).toISOString();

describe('an export of a person', () => {
  it('needs two people, and says so in one sentence with every account that is taken for theirs', async () => {
    const with2 = { ...EXPORT, accounts: ['slack:T1:UOLD'] };
    const placed = await placeOrder(p.world, with2);
    expect(placed).toMatchObject({ ok: true, needed: 2, says: expect.stringContaining('slack:T1:UOLD') });
    for (const language of ['en', 'de'] as const)
      for (const order of [with2, { ...with2, kind: 'forget' as const }]) {
        const { what } = repliesIn(language).orders;
        expect(what(order)).toContain('slack:T1:UOLD');
        expect(what({ ...order, accounts: [] })).not.toContain('slack');
      }
  });

  it('is nobody’s way to what somebody else wrote: an account that the directory knows as theirs is refused, and so is a forgetting of it', async () => {
    for (const one of [EXPORT, { ...EXPORT, kind: 'forget' as const }]) {
      const order = { ...one, accounts: ['slack:T1:UOLD', 'slack:T1:UMONA'] };
      expect(await placeOrder(p.world, order)).toMatchObject({
        ok: false,
        says: 'slack:T1:UMONA is the account of somebody else.',
      });
      expect(await placeOrder(p.world, { ...order, accounts: ['slack:T1:UEVAN'] })).toMatchObject({ ok: true });
    }
    for (const find of [
      async () => ({ ok: false, why: 'stale' }) as const,
      async () => Promise.reject(new Error('away')),
    ]) {
      p.t.script.find = find;
      expect(await placeOrder(p.world, { ...EXPORT, accounts: ['slack:T1:UOLD'] })).toMatchObject({
        ok: false,
        says: expect.stringContaining('cannot say just now'),
      });
    }
  });

  it('holds all that is kept of them, opened, and of nobody else', async () => {
    const now = p.clock.now();
    const ends = now + HOUR;
    for (const who of ['mona', 'evan'] as const) {
      p.t.script.decide = () => HOLD;
      await p.ask(who);
      p.t.script.decide = () => REFUSE;
      await p.ask(who);
      await p.park(who, ends);
    }
    await p.queue('evan', { text: 'what about my leave, secretly?' });
    await p.queue('mona', { text: 'never to be read by others' });
    await haveSignedIn(p.world, { person: 'evan', at: now, until: ends });
    const value = p.world.sealer.seal({ tenant: 'T1', person: 'chat', purpose: 'reference' }, 'https://smba.example');
    await p.world.store.references.keep({ tenant: 'T1', key: 'chat', owner: 'slack:UEVAN', value, until: ends });
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    await p.order({ kind: 'hold', on: 'person', what: 'mona' }, 'h2');
    const { ok, data } = await p.order(EXPORT);
    expect(ok).toBe(true);
    expect(data).toMatchObject({
      person: 'evan',
      accounts: [{ tenant: 'T1', account: 'slack:UEVAN' }],
      transcripts: [
        {
          conversation: 'slack:T1:D-evan',
          startedAt: iso(now),
          turns: [
            {
              verdict: 'answer',
              intent: 'leave.balance',
              topics: ['leave'],
              refused: null,
              subject: 'evan',
              slots: {},
            },
            { verdict: 'refuse', intent: 'leave.balance', refused: 'leave' },
          ],
          before: [],
        },
      ],
      questions: [
        { state: 'parked', shreddedAt: iso(ends) },
        { state: 'queued', words: 'what about my leave, secretly?', shreddedAt: null },
      ],
      answers: [
        { answer: true, message: { platform: 'slack', tenant: 'T1' }, removedAt: iso(now + 120_000) },
        // Of a refusal.
        { answer: false, message: { platform: 'slack', tenant: 'T1' }, knownUntil: iso(now + 7 * 24 * 3_600_000) },
      ],
      signIn: iso(now),
      ownToken: null,
      chatAddresses: [{ chat: 'chat', address: 'https://smba.example' }],
      holds: [{ id: 'h1', on: 'person' }],
      auditFingerprints: [p.world.sealer.fingerprint('evan')],
    });
    expect(JSON.stringify(data)).not.toMatch(/mona|never to be read/i);
  });

  it('has the topics of turns that there is no room for', async () => {
    p.t.script.decide = () => PERMIT;
    await p.ask('evan');
    const asked = p.clock.now();
    p.t.script.recognition = recognised(null);
    for (let n = 0; n < 20; n++) await p.ask('evan');
    const { data } = await p.order(EXPORT);
    expect(data).toMatchObject({
      transcripts: [{ before: [{ topic: 'leave', askedLast: new Date(asked).toISOString(), refusedLast: null }] }],
    });
  });

  it('says how many policy requests of theirs are kept, and nothing more of them', async () => {
    const of = (who: string, n: number) => ({
      id: `${who}-${n}`,
      owner: p.world.sealer.fingerprint(who),
      at: p.clock.now() + (n % 7),
      value: 'sealed-request',
    });
    const many = Array.from({ length: 700 }, (_, n) => of(n % 2 === 0 ? 'mona' : 'evan', n));
    await p.world.store.decisions.add({ decisions: many });
    const { scan } = p.world.store.decisions;
    const sleep = jest.spyOn(p.world.clock, 'sleep');
    const turns = (): number => sleep.mock.calls.filter(([ms]) => ms === 1).length;
    let pages = 0;
    const watched = jest.spyOn(p.world.store.decisions, 'scan').mockImplementation((o) => {
      expect(turns()).toBe(pages);
      pages += 1;
      return scan(o);
    });
    const { data, says } = await p.order(EXPORT);
    watched.mockRestore();
    sleep.mockRestore();
    // However many there are, everybody else has a turn between two pages.
    expect(pages).toBe(2);
    expect(data['policyRequests']).toBe(350);
    expect(says.join('\n')).toContain('350 policy requests without words');
    expect(JSON.stringify(data)).not.toContain('sealed-request');
  });

  it('of somebody of whom nothing is kept says that', async () => {
    const { ok, data, says } = await p.order(EXPORT);
    expect(ok).toBe(true);
    expect(data).toMatchObject({
      transcripts: [],
      questions: [],
      answers: [],
      signIn: null,
      ownToken: null,
      chatAddresses: [],
      holds: [],
    });
    expect(says.join('\n')).toContain('Not in it: ');
  });

  it('changes nothing, and is on record', async () => {
    p.t.script.decide = () => PERMIT;
    await p.ask('evan');
    const before = [await p.transcripts(), await p.world.store.expiries.scan({ cursor: null, limit: 500 })];
    await p.order(EXPORT);
    expect([await p.transcripts(), await p.world.store.expiries.scan({ cursor: null, limit: 500 })]).toEqual(before);
    expect(p.t.entries.filter(({ kind }) => kind === 'deed')).toMatchObject([{ what: 'export', on: 'person' }]);
  });

  it('is cut where it would be too large to be kept, which is said', async () => {
    const ref = { platform: 'slack', tenant: 'T1', channel: 'D1' } as const;
    p.t.script.decide = () => PERMIT;
    await p.ask('evan');
    const [shown] = (await p.world.store.expiries.scan({ cursor: null, limit: 1 })).removals;
    if (shown === undefined) throw new Error('nothing was shown');
    for (let i = 0; i < 2_000; i++)
      await p.world.store.expiries.schedule({ ...shown, ref: { ...ref, id: `${i}-${'x'.repeat(50)}` } });
    const receipt = await p.order(EXPORT);
    expect(receipt.ok).toBe(false);
    expect(JSON.stringify(receipt.data).length).toBeLessThan(201_000);
    expect(receipt.says.join('\n')).toMatch(/too large for one receipt: \d+ messages/);
    expect(receipt.data['leftOut']).toMatchObject({ questions: 0, transcripts: 0, chatAddresses: 0 });
    expect(receipt.data['leftOut']).not.toMatchObject({ answers: 0 });
    expect(receipt.data['questions']).toEqual([]);
    expect(receipt.data['transcripts']).toHaveLength(1);
  });

  it('is cut and not impossible where it is many long questions that are too large, in whatever script', async () => {
    for (let i = 0; i < 12; i++) await p.queue('evan', { text: '語'.repeat(8_000) });
    p.t.script.decide = () => HOLD;
    await p.ask('evan', { conversation: 'slack:T1:another' });
    const receipt = await p.order(EXPORT);
    expect(openReceipt(p.world.sealer, 'o1', sealReceipt(p.world.sealer, 'o1', receipt))).toEqual(receipt);
    expect(receipt).toMatchObject({ ok: false, data: { leftOut: { answers: 0, transcripts: 0, questions: 6 } } });
    // Nothing is left out but what is too large.
    expect(receipt.data['answers']).toHaveLength(1);
    expect(receipt.data['questions']).toHaveLength(6);
    expect(receipt.says.join('\n')).toContain('too large for one receipt: 6 questions were left out');
  });

  it('names every hold that covers something of theirs, and none that does not', async () => {
    p.t.script.decide = () => PERMIT;
    await p.ask('evan');
    await p.ask('evan', { conversation: 'slack:T1:talked' });
    await p.world.store.conversations.shred({ tenant: 'T1', conversation: 'slack:T1:talked' });
    await p.queue('evan', { conversation: 'slack:T1:waits' });
    for (const [on, what] of [
      ['topic', 'leave'],
      ['topic', 'salary'],
      ['conversation', 'slack:T1:D-evan'],
      ['conversation', 'slack:T1:D-mona'],
      ['conversation', 'slack:T1:talked'],
      ['conversation', 'slack:T1:waits'],
      ['person', 'mona'],
    ] as const)
      await p.order({ kind: 'hold', on, what }, `${on} ${what}`);
    const { data } = await p.order(EXPORT);
    const named = [data['holds']].flat().flatMap((hold) => (hold as { readonly id: string }).id);
    expect(named.toSorted()).toEqual([
      'conversation slack:T1:D-evan',
      'conversation slack:T1:talked',
      'conversation slack:T1:waits',
      'topic leave',
    ]);
  });

  it('counts in words that are English', async () => {
    p.t.script.decide = () => HOLD;
    await p.ask('evan');
    await p.queue('evan');
    expect((await p.order(EXPORT)).says[0]).toBe(
      '1 transcript, 1 question, 1 message in chats, 0 addresses of chats, 0 phrases, no sign-in, 0 policy requests without words.',
    );
  });
});
