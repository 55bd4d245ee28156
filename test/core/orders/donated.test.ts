import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { givenPhrases, type Phrase, sealPhrase } from '../../../src/core/donating/phrase.ts';
import { openReceipt, sealReceipt } from '../../../src/core/orders/body.ts';
import { type Order, parseOrder } from '../../../src/core/orders/types.ts';
import { DONATIONS_MS } from '../../../src/core/stored-donations.ts';
import { openPeople, type People } from './people.ts';

const LIST: Order = { kind: 'donated', remove: [] };

let p: People;
beforeEach(async () => {
  p = await openPeople();
});
afterEach(() => p.close());

const give = async (who: string, id: string, phrase: Partial<Phrase> = {}): Promise<void> => {
  const { sealer, store, clock } = p.world;
  const owner = sealer.fingerprint(who);
  const value = sealPhrase(sealer, { owner, id }, { text: `text ${id}`, meant: null, language: 'en', ...phrase });
  await store.donations.add({ id, at: clock.now(), owner, value, now: clock.now() });
};
const left = async () => (await givenPhrases(p.world)).given.map(({ id }) => id);
const iso = (at: number): string => new Date(at).toISOString();

describe('an order about donated phrases', () => {
  it('names them by ids that can hold no word, for these stand in the record', () => {
    const id = '8406ed6a7aa3f933397ed5f013fa0dba';
    expect(parseOrder({ kind: 'donated', remove: [id] })).toEqual({ kind: 'donated', remove: [id] });
    for (const remove of [['secret'], [id.slice(1)], [`${id}0`], [id.toUpperCase()], Array(501).fill(id)])
      expect(parseOrder({ kind: 'donated', remove })).toBeNull();
  });
});

describe('donated phrases', () => {
  it('are read by an order, the oldest day first, without whose they are nor when that day they came', async () => {
    const day = iso(p.clock.now()).slice(0, 10);
    await give('evan', 'd2', { text: 'any pto left', meant: 'leave.balance' });
    await p.clock.advance(1_000);
    await give('mona', 'd1', { text: 'bleibt mir was', language: 'de' });
    await p.clock.advance(24 * 60 * 60_000);
    await give('mona', 'd0', { text: 'und heute' });
    const { ok, says, data } = await p.order(LIST);
    expect(ok).toBe(true);
    expect(says[0]).toContain('3 phrases');
    const next = iso(p.clock.now()).slice(0, 10);
    expect(data).toEqual({
      phrases: [
        { id: 'd1', day, text: 'bleibt mir was', meant: null, language: 'de' },
        { id: 'd2', day, text: 'any pto left', meant: 'leave.balance', language: 'en' },
        { id: 'd0', day: next, text: 'und heute', meant: null, language: 'en' },
      ],
      leftOut: 0,
      unread: 0,
    });
    const { sealer } = p.world;
    for (const who of ['evan', 'mona', sealer.fingerprint('evan'), sealer.fingerprint('mona')])
      expect(JSON.stringify(data)).not.toContain(who);
  });

  it('are on record as read, without a word of them', async () => {
    await give('evan', 'd1', { text: 'any pto left' });
    await p.order(LIST);
    const deeds = p.t.entries.filter(({ kind }) => kind === 'deed');
    expect(deeds).toMatchObject([{ what: 'donated', on: 'phrases', target: null }]);
    expect(JSON.stringify(p.t.entries)).not.toContain('pto');
  });

  it('are read by nobody where that cannot be put on record', async () => {
    await give('evan', 'd1', { text: 'any pto left' });
    p.t.script.auditFails = () => true;
    await expect(p.order(LIST)).rejects.toThrow();
  });

  it('are shredded by their ids, on record, and no other', async () => {
    for (const id of ['d1', 'd2', 'd3']) await give('evan', id);
    const { ok, says, data } = await p.order({ kind: 'donated', remove: ['d1', 'd3', 'd9'] });
    expect([ok, says, data]).toEqual([
      true,
      ['2 phrases shredded. 1 id named none that is (still) here.'],
      { removed: 2, gone: 1 },
    ]);
    expect(await left()).toEqual(['d2']);
    const deeds = p.t.entries.flatMap((entry) => (entry.kind === 'deed' ? [entry.target] : []));
    expect(deeds).toEqual(['d1', 'd3', 'd9']);
  });

  it('fit into a receipt, and what does not is said and comes once the others are removed', async () => {
    for (let n = 0; n < 1_200; n++) await give(`p${n}`, `d${n}`, { text: 'ü'.repeat(300) });
    const receipt = await p.order(LIST);
    const { phrases } = receipt.data as { phrases: { id: string }[] };
    expect([receipt.ok, phrases.length > 200, phrases[0]?.id]).toEqual([false, true, 'd0']);
    expect(receipt.data).toMatchObject({ leftOut: 1_200 - phrases.length });
    expect(receipt.says.join('\n')).toContain('more did not fit');
    const { sealer } = p.world;
    const sealed = sealReceipt(sealer, 'o1', receipt);
    expect(openReceipt(sealer, 'o1', sealed)).toEqual(receipt);
    expect(sealed.length).toBeLessThan(400_000);
  }, 60_000);

  it('that open under no key are counted and named by nobody', async () => {
    const { store, clock } = p.world;
    await store.donations.add({ id: 'd1', at: clock.now(), owner: 'o', value: 'gone', now: clock.now() });
    await give('evan', 'd2');
    const { ok, data } = await p.order(LIST);
    expect([ok, data]).toMatchObject([false, { unread: 1, phrases: [{ id: 'd2' }] }]);
  });

  it('of a person are in their export, and in nobody else’s', async () => {
    const at = p.clock.now();
    await give('evan', 'd1', { text: 'any pto left', meant: 'leave.balance' });
    await give('mona', 'd2', { text: 'never to be read by others' });
    const { data, says } = await p.order({ kind: 'export', person: 'evan', accounts: [] });
    expect(data['phrases']).toEqual([
      {
        text: 'any pto left',
        meant: 'leave.balance',
        language: 'en',
        givenAt: iso(at),
        shreddedAt: iso(at + DONATIONS_MS),
      },
    ]);
    expect(says[0]).toContain('1 phrase');
    expect(JSON.stringify(data)).not.toContain('never to be read');
  });

  it('of a person go when they are forgotten, and a legal hold keeps them', async () => {
    await give('evan', 'd1');
    await give('mona', 'd2');
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    const held = await p.order({ kind: 'forget', person: 'evan', accounts: [] });
    expect(held.data).toMatchObject({ shredded: { donations: 0 }, held: { phrases: 1, holds: ['h1'] } });
    expect(held.says.join('\n')).toContain('1 phrase that they gave kept by the legal hold h1');
    expect(await left()).toEqual(['d1', 'd2']);
    await p.order({ kind: 'lift', id: 'h1' });
    const { data, says } = await p.order({ kind: 'forget', person: 'evan', accounts: [] });
    expect(data).toMatchObject({ shredded: { donations: 1 }, held: { phrases: 0 } });
    expect(says.join('\n')).toContain('1 phrase that they gave');
    expect(await left()).toEqual(['d2']);
  });
});
