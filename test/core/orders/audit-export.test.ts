import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { ExportEntry } from '../../../src/core/audit.ts';
import { endExport, exportEndShape, exportNames, furtherExport } from '../../../src/core/orders/audit-export.ts';
import { execute } from '../../../src/core/orders/execute.ts';
import { placeOrder } from '../../../src/core/orders/place.ts';
import { confirmationsFor, type OrderOf, parseOrder } from '../../../src/core/orders/types.ts';
import { repliesIn } from '../../../src/core/replies/replies.ts';
import { orderContext } from '../../../src/core/sealing.ts';
import type { Person } from '../../../src/core/types.ts';
import { MONA } from '../../support/world.ts';
import { openPeople, type People } from './people.ts';

type Order = OrderOf<'audit-export'>;

const ALL: Order = {
  kind: 'audit-export',
  format: 'ocsf',
  person: null,
  topic: null,
  kinds: [],
  origin: null,
  since: null,
  until: null,
  names: false,
  standing: false,
};
const DAY = 24 * 60 * 60_000;

let p: People;
beforeEach(async () => {
  p = await openPeople();
});
afterEach(() => p.close());

const noted = (): readonly ExportEntry[] => p.t.entries.flatMap((entry) => (entry.kind === 'export' ? [entry] : []));
const ticketOf = async (order: Order, id?: string): Promise<string> =>
  z.string().parse((await p.order(order, id)).data['ticket']);

const OPERATOR: Person = { ...MONA, groups: ['employee', 'operators'] };
const STANDING: Order = { ...ALL, standing: true };

/** The ticket of what Mona confirmed, who is an operator. */
const standing = async (order: Order, id: string): Promise<string> => {
  p.t.script.find = async () => ({ ok: true, person: OPERATOR });
  p.t.script.accounts = async (id) => (id === 'mona' ? [{ platform: 'slack', tenant: 'T1', user: 'UMONA' }] : []);
  const by = p.world.sealer.fingerprint('mona');
  await p.world.names.of({ person: 'mona', purpose: 'officer' });
  const done = await execute(p.world, order, { id, by, confirmed: [by], at: p.clock.now(), turn: 1 });
  return done === 'another' ? '' : z.string().parse(done.data['ticket']);
};
const further = (ticket: string, order: Order = STANDING) => furtherExport(p.world, { ticket, order });

describe('an order to take the audit log out', () => {
  it('needs two people where it looks at one human being or opens names, and is never standing then', () => {
    expect(confirmationsFor(ALL)).toBe(1);
    expect(confirmationsFor({ kind: 'export', person: 'evan', accounts: [] })).toBe(2);
    expect(confirmationsFor({ ...ALL, topic: 'salary', standing: true })).toBe(1);
    for (const looks of [{ person: 'evan' }, { names: true }]) {
      expect(confirmationsFor({ ...ALL, ...looks })).toBe(2);
      expect(parseOrder({ ...ALL, ...looks })).not.toBeNull();
      expect(parseOrder({ ...ALL, ...looks, standing: true })).toBeNull();
    }
    for (const wrong of [{ format: 'cef' }, { kinds: ['NO'] }, { origin: '../x' }, { since: -1 }, { person: 'a b' }])
      expect(parseOrder({ ...ALL, ...wrong })).toBeNull();
  });

  it('says in one sentence what is meant, in both languages, and what that means for the person', () => {
    const about: Order = {
      ...ALL,
      person: 'evan',
      topic: 'salary',
      kinds: ['decision'],
      since: 0,
      until: 60_000,
      names: true,
    };
    for (const [language, told] of [
      [
        'en',
        [
          'The person can see that it happened',
          'names of the people in them are opened',
          'before 1970-01-01 00:01 UTC',
        ],
      ],
      [
        'de',
        ['Die Person kann sehen, dass es geschehen ist', 'Die Namen der Menschen darin', 'vor 1970-01-01 00:01 UTC'],
      ],
    ] as const) {
      const { what } = repliesIn(language).orders;
      for (const part of ['evan', 'salary', 'decision', '1970-01-01 00:00 UTC', ...told])
        expect(what(about)).toContain(part);
      expect(what(ALL)).toContain(language === 'en' ? 'all entries' : 'alle Einträge');
      expect(what({ ...ALL, standing: true })).toMatch(/thirty days|Dreißig Tage/);
    }
  });

  it('is refused at once where it names a kind, a log or a topic that there is not', async () => {
    expect(await placeOrder(p.world, { ...ALL, kinds: ['decision', 'nonsense'] })).toMatchObject({
      ok: false,
      says: expect.stringContaining('no kind of entry "nonsense"'),
    });
    expect(await placeOrder(p.world, { ...ALL, origin: 'nonsense' })).toMatchObject({
      ok: false,
      says: expect.stringContaining('no log nonsense'),
    });
    expect(await placeOrder(p.world, { ...ALL, topic: 'nonsense' })).toMatchObject({
      ok: false,
      says: expect.stringContaining('no topic "nonsense"'),
    });
  });

  it('is on record before its word is given: where it cannot be, nothing is given', async () => {
    p.t.script.auditFails = ({ kind }) => kind === 'export';
    await expect(p.order(ALL)).rejects.toThrow('The log is full');
  });

  it('says on record whose it is, what is meant, and how far it came, by hashes alone', async () => {
    const ticket = await ticketOf({ ...ALL, person: 'evan', topic: 'leave', since: 5 }, 'o-1');
    const { origin } = await p.world.store.origins.lease({ home: 'h', holder: 'a', now: 0, leaseMs: 1 });
    const origins = [{ origin, from: 0, to: 7 }];
    const other = [{ origin: 'some-words', from: 0, to: 7 }];
    expect(await endExport(p.world, { ticket, change: 'done', entries: 3, origins: other })).toBe(false);
    expect(await endExport(p.world, { ticket, change: 'done', entries: 3, origins })).toBe(true);
    const evan = p.world.sealer.fingerprint('evan');
    const same = { order: 'o-1', person: evan, topic: 'leave', since: 5, until: null, by: ['f00d'], format: 'ocsf' };
    expect(noted()).toMatchObject([
      { ...same, change: 'begun', entries: null, origins: [] },
      { ...same, change: 'done', entries: 3, origins },
    ]);
    expect(JSON.stringify(noted())).not.toContain('evan"');
  });

  it('gives the hashes of the person under every key, and none of anybody where it is about nobody', async () => {
    const { data } = await p.order({ ...ALL, person: 'evan' });
    expect(data['fingerprints']).toEqual([...p.world.sealer.fingerprints('evan')]);
    expect((await p.order(ALL)).data['fingerprints']).toBeNull();
  });

  it('is good for once, unless it was confirmed for thirty days; then each time is on record', async () => {
    for (const once of [
      { ...ALL, topic: 'leave' },
      { ...ALL, person: 'evan' },
    ])
      expect(await further(await standing(once, 'o-1'), { ...once, standing: true })).toBeNull();
    const ticket = await standing(STANDING, 'o-2');
    await p.clock.advance(29 * DAY);
    expect(await further(ticket)).toMatchObject({ fingerprints: null, ticket: expect.any(String) });
    expect(noted().filter(({ order }) => order === 'o-2')).toHaveLength(2);
    await p.clock.advance(DAY);
    expect(await further(ticket)).toBeNull();
    expect(noted().filter(({ order }) => order === 'o-2')).toHaveLength(2);
  });

  it('goes on as what was confirmed and as nothing else, so that what is on record is what was taken', async () => {
    const ticket = await standing({ ...STANDING, topic: 'leave', kinds: ['decision'] }, 'o-2');
    for (const other of [
      STANDING,
      { ...STANDING, topic: 'leave' },
      { ...STANDING, topic: 'leave', kinds: ['decision'], names: true },
      { ...STANDING, topic: 'leave', kinds: ['decision'], person: 'evan' },
      { ...STANDING, topic: 'leave', kinds: ['decision'], format: 'native' as const },
      { ...STANDING, topic: 'leave', kinds: ['decision'], since: 0 },
      { ...STANDING, topic: 'leave', kinds: ['decision'], until: 9 },
      { ...STANDING, topic: 'leave', kinds: ['decision'], origin: 'a' },
      { ...STANDING, topic: 'leave', kinds: ['decision'], standing: false },
    ])
      expect(await further(ticket, other)).toBeNull();
    expect(noted()).toHaveLength(1);
    expect(await further(ticket, { ...STANDING, topic: 'leave', kinds: ['decision'] })).not.toBeNull();
  });

  it('goes on only while whoever confirmed it is an operator, and waits where nobody can say that they are', async () => {
    const ticket = await standing(STANDING, 'o-2');
    expect(await further(ticket)).not.toBeNull();
    for (const now of [
      { ok: true, person: { ...OPERATOR, groups: ['employee'] } },
      { ok: true, person: { ...OPERATOR, groups: ['hr'] } },
      { ok: true, person: { ...OPERATOR, kind: 'guest' } },
      { ok: true, person: { ...OPERATOR, id: 'evan' } },
      { ok: false, why: 'unknown' },
    ] as const) {
      p.t.script.find = async () => now;
      expect(await further(ticket)).toBeNull();
    }
    for (const away of [
      { ok: false, why: 'unreachable' },
      { ok: true, person: { ...OPERATOR, fresh: false } },
    ] as const) {
      p.t.script.find = async () => away;
      await expect(further(ticket)).rejects.toMatchObject({ code: 'directory-unavailable' });
    }
    p.t.script.find = async () => ({ ok: true, person: OPERATOR });
    expect(await further(ticket)).not.toBeNull();
    expect(noted().filter(({ order }) => order === 'o-2')).toHaveLength(3);
    await p.world.names.forget('mona');
    await p.clock.advance(10 * 60_000);
    expect(await further(ticket)).toBeNull();
  });

  it('opens names for a day, where that was confirmed, and as what they were sealed for alone', async () => {
    const name = (await p.world.names.of({ person: 'evan', purpose: 'asker' })) ?? '';
    const fingerprint = p.world.sealer.fingerprint('evan');
    const asked = (ticket: string, purpose: 'asker' | 'officer' = 'asker') =>
      exportNames(p.world, { ticket, names: [{ fingerprint, name, purpose }] });
    const ticket = await ticketOf({ ...ALL, names: true }, 'o-1');
    expect(await asked(ticket)).toEqual(['evan']);
    expect(await asked(ticket, 'officer')).toEqual([null]);
    for (const no of [await ticketOf(ALL, 'o-2'), await ticketOf({ ...ALL, person: 'evan' }, 'o-3'), `o-9.${ticket}`])
      expect(await asked(no)).toBeNull();
    await p.clock.advance(DAY);
    expect(await asked(ticket)).toEqual(['evan']);
    await p.clock.advance(1);
    expect(await asked(ticket)).toBeNull();
  });

  it('believes no ticket but its own, and none for longer than it may last', async () => {
    const ticket = await ticketOf(ALL, 'o-3');
    const end = { change: 'done' as const, entries: 1, origins: [] };
    const [first = ''] = ticket.slice(-5);
    const changed = `${ticket.slice(0, -5)}${first === 'A' ? 'B' : 'A'}${ticket.slice(-4)}`;
    const other = `o-4${ticket.slice('o-3'.length)}`;
    // Sealed for an order, and no ticket.
    const body = `o-3.${p.world.sealer.seal(orderContext('o-3'), JSON.stringify({ order: ALL }))}`;
    for (const no of ['', 'o-3', 'o-3.', changed, other, body]) {
      expect(await endExport(p.world, { ...end, ticket: no })).toBe(false);
      expect(await further(no, { ...ALL, standing: true })).toBeNull();
    }
    await p.clock.advance(DAY);
    expect(await endExport(p.world, { ...end, ticket })).toBe(true);
    await p.clock.advance(1_000);
    expect(await endExport(p.world, { ...end, ticket })).toBe(false);
    expect(
      exportEndShape.safeParse({ ...end, ticket, origins: [{ origin: 'Some words', from: 0, to: 1 }] }).success,
    ).toBe(false);
  });
});

describe('whoever the audit log is searched for', () => {
  const looks = (who: string) =>
    p.world.store.looks.of({ owners: p.world.sealer.fingerprints(who), now: p.clock.now() });

  it('can see it from before the first line is given, and how much was taken out once that is known', async () => {
    const began = p.clock.now();
    const ticket = await ticketOf({ ...ALL, person: 'evan' }, 'o-1');
    expect(await looks('evan')).toEqual([{ id: 'o-1', at: began, what: 'log', entries: null }]);
    await endExport(p.world, { ticket, change: 'done', entries: 12, origins: [] });
    expect(await looks('evan')).toEqual([{ id: 'o-1', at: began, what: 'log', entries: 12 }]);
    expect(await looks('mona')).toEqual([]);
    // Said again, it never becomes less.
    for (const [entries, stands] of [
      [0, 12],
      [13, 13],
    ] as const) {
      expect(await endExport(p.world, { ticket, change: 'done', entries, origins: [] })).toBe(true);
      expect(await looks('evan')).toMatchObject([{ id: 'o-1', entries: stands }]);
    }
    await p.order({ ...ALL, topic: 'leave' });
    expect(await looks('evan')).toHaveLength(1);
  });

  it('can see it although a hold stands, and after they were forgotten, by whomever that was ordered', async () => {
    await p.order({ kind: 'hold', on: 'person', what: 'evan' });
    await p.order({ ...ALL, person: 'evan' }, 'o-2');
    await p.order({ kind: 'forget', person: 'evan', accounts: [] });
    expect((await looks('evan')).map(({ id }) => id)).toEqual(['o-2']);
  });

  it('is not searched for where it could not be told', async () => {
    p.world.store.looks.put = async () => 'full';
    expect(await p.order({ ...ALL, person: 'evan' })).toMatchObject({ ok: false, data: {} });
    expect(noted().map(({ change }) => change)).toEqual(['begun', 'failed']);
    p.world.store.looks.put = async () => {
      throw new Error('the store is away');
    };
    await expect(p.order({ ...ALL, person: 'evan' })).rejects.toThrow('the store is away');
  });

  it('sees as well that what is kept of them was handed out', async () => {
    await p.order({ kind: 'export', person: 'evan', accounts: [] }, 'o-3');
    expect(await looks('evan')).toMatchObject([{ id: 'o-3', what: 'export' }]);
  });
});
