import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Order } from '../../../src/core/orders/types.ts';
import { HOLD, PERMIT, REFUSE } from '../../support/world.ts';
import { openPeople, type People } from './people.ts';

const HOUR = 60 * 60_000;
const EXPORT: Order = { kind: 'export', person: 'evan', accounts: [] };

let p: People;
beforeEach(async () => {
  p = await openPeople();
});
afterEach(() => p.close());

const iso = (at: number): string => new Date(at).toISOString();

describe('an export of a person', () => {
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
    await p.world.store.grants.give({ person: 'evan', at: now, until: ends });
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
            { verdict: 'answer', intent: 'leave.balance', topics: ['leave'] },
            { verdict: 'refuse', intent: 'leave.balance' },
          ],
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
      chatAddresses: [{ chat: 'chat', address: 'https://smba.example' }],
      holds: [{ id: 'h1', on: 'person' }],
      auditFingerprints: [p.world.sealer.fingerprint('evan')],
    });
    expect(JSON.stringify(data)).not.toMatch(/mona|never to be read/i);
  });

  it('of somebody of whom nothing is kept says that', async () => {
    const { ok, data, says } = await p.order(EXPORT);
    expect(ok).toBe(true);
    expect(data).toMatchObject({
      transcripts: [],
      questions: [],
      answers: [],
      signIn: null,
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
    expect(receipt.says.join('\n')).toContain('too large');
    expect(Number(receipt.data['answersLeftOut'])).toBeGreaterThan(0);
  });
});
