import { describe, expect, it } from '@jest/globals';
import { PLAIN } from '../../src/core/commit.ts';
import { guarded, heard, readAuthorised, screened } from '../../src/core/data.ts';
import type { BackendRecord, Calling, Fetched, Held, Operation, Screen } from '../../src/core/ports.ts';
import type { Obligations, Person, PolicyRequest } from '../../src/core/types.ts';
import { EVANS_REQUEST } from '../support/requests.ts';
import { createTestWorld, EVAN, MONA, PERMIT, REFUSE, recordOf, type TestWorld } from '../support/world.ts';

const reading = async (o: {
  readonly records?: readonly BackendRecord[];
  readonly fetched?: Fetched;
  readonly list?: boolean;
  readonly bySubject?: boolean;
  readonly aboutAnybody?: true;
  readonly subject?: string | null;
  readonly permits: (request: PolicyRequest) => boolean;
  readonly asker?: Partial<Person>;
  readonly obligations?: Partial<Obligations>;
  readonly redact?: readonly string[];
  readonly holds?: Operation['holds'];
  readonly screen?: Screen['find'];
  readonly countryOf?: (id: string) => Promise<string | null>;
}): Promise<{
  readonly read: Awaited<ReturnType<typeof readAuthorised>>;
  readonly fetches: number;
  /** Whether it may be kept in memory, each time. */
  readonly kept: readonly (boolean | undefined)[];
  /** What is said of the asker, each time. */
  readonly of: readonly Calling['of'][];
  readonly asked: readonly PolicyRequest[];
}> => {
  let fetches = 0;
  const kept: (boolean | undefined)[] = [];
  const of: Calling['of'][] = [];
  const asked: PolicyRequest[] = [];
  const read = await readAuthorised({
    backend: guarded({
      backend: {
        operation: (name) =>
          name === 'pay.payslip'
            ? {
                name,
                dataClass: 'pay',
                list: o.list ?? false,
                bySubject: o.bySubject ?? true,
                ...(o.aboutAnybody === undefined ? {} : { aboutAnybody: o.aboutAnybody }),
                ...(o.holds === undefined ? {} : { holds: o.holds }),
              }
            : null,
        fetch: async ({ mayCache, of: said }) => {
          fetches += 1;
          of.push(said);
          kept.push(mayCache);
          return o.fetched ?? { ok: true, records: o.records ?? [recordOf('evan')] };
        },
      },
      policy: {
        decide: (request) => {
          asked.push(request);
          if (!o.permits(request)) return REFUSE;
          return { ...PERMIT, obligations: { ...PLAIN, ...o.obligations } };
        },
      },
      screen: { find: o.screen ?? (() => []) },
      directory: {
        ...(o.countryOf === undefined ? {} : { countryOf: o.countryOf }),
        colleague: async (id) =>
          [EVAN, MONA, { ...EVAN, id: 'erin', manager: 'evan' }].find((one) => one.id === id) ?? null,
      },
    }),
    operation: 'pay.payslip',
    subject: o.subject === undefined ? 'evan' : o.subject,
    id: 'q1',
    ...(o.redact === undefined ? {} : { redact: o.redact }),
    locale: o.asker?.locale ?? 'en',
    request: { ...EVANS_REQUEST, person: { ...EVAN, ...o.asker } },
  });
  return { read, fetches, kept, of, asked };
};

describe('what is kept in memory of an answer', () => {
  it.each<[string, Partial<Obligations>, boolean]>([
    ['may be where it is told in a plain message', {}, true],
    ['is nothing where it is hidden until a press', { show: 'hold-reveal' }, false],
    ['is nothing where it expires', { expiresSeconds: 60 }, false],
    ['is nothing where a field is left out', { redact: ['gross'] }, false],
  ])('%s', async (_, obligations, may) => {
    expect((await reading({ permits: () => true, obligations })).kept).toEqual([may]);
  });
});

const own = ({ about }: PolicyRequest): boolean => about === 'self';

describe('reading data', () => {
  it('tells the system where whoever asks works and what they speak', async () => {
    const asker = { country: 'DE', locale: 'de' } as const;
    expect((await reading({ permits: () => true, asker })).of).toEqual([asker]);
  });

  it('asks policy for the data class before the call and touches nothing when it is refused', async () => {
    const { read, fetches, asked } = await reading({ subject: 'mona', permits: own });
    expect(read).toEqual({ ok: false, why: 'refused', dataClass: 'pay', reasons: ['a-forbid'] });
    expect(fetches).toBe(0);
    expect(asked).toMatchObject([{ action: 'data:pay', about: 'other' }]);
  });

  it('refuses a record that is about somebody else than it was asked for', async () => {
    const { read } = await reading({ records: [recordOf('mona')], permits: () => true });
    expect(read).toMatchObject({ ok: false, why: 'refused', reasons: ['another-subject'] });
  });

  it('drops from a list what is not permitted, without a trace of it', async () => {
    const { read } = await reading({
      list: true,
      records: [recordOf('evan'), recordOf('mona'), recordOf('evan')],
      permits: own,
    });
    expect(read).toMatchObject({ ok: true, records: [{ subject: 'evan' }, { subject: 'evan' }] });
  });

  it('drops from a list about one person what is about others, though policy permits it, and says that there was some', async () => {
    const list = { list: true, records: [recordOf('mona'), recordOf('evan'), recordOf('erin')], permits: () => true };
    const { read } = await reading(list);
    expect(read).toMatchObject({ ok: true, records: [{ subject: 'evan' }], strayed: true });
    expect(await reading({ ...list, records: [recordOf('evan')] })).not.toHaveProperty('read.strayed');
    // Theirs are no part of what somebody asks about one of those who report to them, either.
    expect(await reading({ ...list, subject: 'erin' })).toMatchObject({ read: { records: [{ subject: 'erin' }] } });
  });

  it('leaves to policy what is about others where the list is described as about anybody, or is not about one person', async () => {
    const list = { list: true, records: [recordOf('evan'), recordOf('mona'), recordOf('erin')] };
    const permits = ({ about }: PolicyRequest): boolean => about !== 'other';
    const anybody = await reading({ ...list, permits, aboutAnybody: true });
    expect(anybody.read).toMatchObject({ ok: true, records: [{ subject: 'evan' }, { subject: 'erin' }] });
    expect(anybody).not.toHaveProperty('read.strayed');
    const whole = await reading({ ...list, permits: () => true, bySubject: false, subject: null });
    expect(whole.read).toMatchObject({ ok: true, records: { length: 3 } });
    expect(whole).not.toHaveProperty('read.strayed');
  });

  it('refuses a record without a readable subject also where it would be left out', async () => {
    const records = [recordOf('mona'), recordOf(null)];
    const { read } = await reading({ list: true, records, permits: () => true });
    expect(read).toMatchObject({ ok: false, reasons: ['no-readable-subject'] });
  });

  it('refuses everything when one record has no readable subject', async () => {
    const { read } = await reading({ list: true, records: [recordOf('evan'), recordOf(null)], permits: () => true });
    expect(read).toMatchObject({ ok: false, why: 'refused', reasons: ['no-readable-subject'] });
  });

  it('says of a list that there may be more whatever of it was left out, and never of one record', async () => {
    const fetched = (...whose: readonly string[]): Fetched => ({
      ok: true,
      records: whose.map((person) => recordOf(person)),
      more: true,
    });
    for (const whose of [['evan'], ['evan', 'mona'], ['mona', 'mona'], []])
      expect(await reading({ list: true, fetched: fetched(...whose), permits: own })).toMatchObject({
        read: { more: true },
      });
    expect(await reading({ fetched: fetched('evan'), permits: own })).not.toHaveProperty('read.more');
    expect(await reading({ list: true, permits: own })).not.toHaveProperty('read.more');
  });

  it('takes a person whom the directory does not know for somebody else', async () => {
    const { asked } = await reading({ subject: 'nobody', permits: () => false });
    expect(asked).toMatchObject([{ about: 'other' }]);
  });

  it('knows who reports to the asker', async () => {
    const { asked } = await reading({ subject: 'erin', records: [recordOf('erin')], permits: () => true });
    expect(asked).toMatchObject([{ about: 'report' }]);
  });

  it('refuses an operation about one person when nobody is named', async () => {
    const { read, fetches } = await reading({ subject: null, permits: () => true });
    expect(read).toMatchObject({ ok: false, why: 'refused', reasons: ['no-subject'] });
    expect(fetches).toBe(0);
  });

  it('needs the permission for others before it asks about several at once', async () => {
    const { fetches } = await reading({ subject: null, bySubject: false, list: true, permits: own });
    expect(fetches).toBe(0);
  });

  it('invents nothing when the backend is away', async () => {
    const { read } = await reading({ fetched: { ok: false, code: 'unreachable' }, permits: own });
    expect(read).toEqual({ ok: false, why: 'unreachable' });
  });
});

/** Finds a word for what it stands for, as the real one finds the thing. */
const words: Screen['find'] = ({ text }) =>
  (['iban', 'card', 'national-id', 'secret'] as const).filter((kind: Held) => text.includes(kind));

const texts = (fields: Readonly<Record<string, string>>): BackendRecord['fields'] =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { type: 'text', value }] as const));

describe('what stands in a record and must not leave', () => {
  const records = [recordOf('evan', texts({ bank: 'a bank', note: 'an iban and a card' }))];

  it('refuses the whole answer, and tells the field and the kind and no value', async () => {
    const { read } = await reading({ records, screen: words, permits: own });
    expect(read).toEqual({
      ok: false,
      why: 'surprise',
      found: [
        { field: 'note', kind: 'iban' },
        { field: 'note', kind: 'card' },
      ],
    });
  });

  it('is none where the field is declared to hold it', async () => {
    const holds = new Map<string, readonly Held[]>([['note', ['iban', 'card']]]);
    expect(await reading({ records, screen: words, holds, permits: own })).toMatchObject({ read: { ok: true } });
  });

  it('is one where another field is declared to hold it, or this one something else', async () => {
    const holds = new Map<string, readonly Held[]>([
      ['bank', ['iban', 'card']],
      ['note', ['card']],
    ]);
    const { read } = await reading({ records, screen: words, holds, permits: own });
    expect(read).toMatchObject({ ok: false, found: [{ field: 'note', kind: 'iban' }] });
  });

  it('is not looked for in a field that this person does not see, by the rule of the question or of the data', async () => {
    const looked: string[] = [];
    const screen: Screen['find'] = (o) => {
      looked.push(o.text);
      return words(o);
    };
    for (const hidden of [{ redact: ['note'] }, { obligations: { redact: ['note'] } }])
      expect(await reading({ records, screen, permits: own, ...hidden })).toMatchObject({ read: { ok: true } });
    expect(new Set(looked)).toEqual(new Set(['a bank']));
  });

  it('is not looked for in a record that this person does not get', async () => {
    const { read } = await reading({
      list: true,
      records: [recordOf('evan', texts({ note: 'nothing' })), recordOf('mona', texts({ note: 'a secret' }))],
      screen: words,
      permits: own,
    });
    expect(read).toMatchObject({ ok: true, records: [{ subject: 'evan' }] });
  });

  it('is found in a long whole number as well, and not in what a description says itself', async () => {
    const looked: string[] = [];
    await reading({
      records: [
        recordOf('evan', {
          card: { type: 'number', value: 4111111111111111 },
          days: { type: 'number', value: 12.5 },
          since: { type: 'date', value: '2026-01-01' },
          status: { type: 'choice', words: { en: 'secret', de: 'secret' } },
          other: { type: 'none' },
        }),
      ],
      screen: ({ text }) => {
        looked.push(text);
        return [];
      },
      permits: own,
    });
    expect(looked).toEqual(['4111111111111111']);
  });

  it('is told of at most eight times, however much there is', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`field${at}`, 'iban card secret']));
    const { read } = await reading({ records: [recordOf('evan', texts(many))], screen: words, permits: own });
    expect(read).toMatchObject({ ok: false, why: 'surprise', found: { length: 8 } });
  });

  it('is looked for as in the country of whom a record is about, and as in the asker’s where that is not known', async () => {
    const looked: string[] = [];
    const screen: Screen['find'] = ({ text, country }) => {
      looked.push(`${text} ${country}`);
      return [];
    };
    const of = (person: string) => recordOf(person, texts({ note: person }));
    const countryOf = async (id: string) => (id === 'mona' ? 'DE' : null);
    const records = [of('evan'), of('mona'), of('erin')];
    await reading({ list: true, aboutAnybody: true, records, screen, permits: () => true, countryOf });
    expect(looked).toEqual(['evan US', 'mona DE', 'erin US']);
  });

  it('refuses where it cannot be looked for', async () => {
    const screen = () => {
      throw new Error('broken');
    };
    await expect(reading({ records, screen, permits: own })).rejects.toThrow('broken');
  });

  it('is found in what came another way, by the same screen, and by no backend that is not guarded', async () => {
    const t = createTestWorld();
    try {
      t.script.screen = words;
      const o = { fields: texts({ a: 'a secret', b: 'a card' }), holds: undefined, redact: ['b'], country: null };
      expect(screened({ ...o, backend: t.world.backend })).toEqual([{ field: 'a', kind: 'secret' }]);
      expect(screened({ ...o, backend: { operation: () => null } })).toBeNull();
    } finally {
      await t.close();
    }
  });
});

describe('a handler that wants to read past the check', () => {
  const payslipOf = async (backend: TestWorld['world']['backend'], own: object = {}) =>
    readAuthorised({
      ...own,
      backend,
      operation: 'salary.payslip',
      subject: 'mona',
      id: 'q1',
      locale: 'en',
      request: {
        person: EVAN,
        platform: 'slack',
        place: 'direct',
        signInAgeMinutes: 0,
        denials: 0,
        asked: [],
        refused: [],
        now: 0,
      },
    });

  /** All that hangs on a value, its prototypes' own names among it. */
  const within = (value: unknown, seen = new Set<unknown>()): ReadonlySet<unknown> => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return seen;
    seen.add(value);
    if (value instanceof Map) for (const pair of value) for (const each of pair) within(each, seen);
    for (let of: object | null = value; of !== null && of !== Object.prototype; of = Object.getPrototypeOf(of)) {
      for (const name of Reflect.ownKeys(of)) {
        try {
          within(Reflect.get(value, name), seen);
        } catch {
          // What cannot be read is out of reach as well.
        }
      }
    }
    return seen;
  };

  it('finds nothing in its world that fetches, and no fetch comes of calling all that the backend has', async () => {
    const t = createTestWorld();
    try {
      const asked = { operation: 'salary.payslip', subject: 'mona', asker: 'evan', id: 'q1' };
      const { backend } = t.world;
      for (const each of within(backend)) {
        if (typeof each !== 'function') continue;
        for (const call of [
          () => each(asked),
          () => each.call(backend, 'salary.payslip'),
          () => new (each as new (o: unknown) => unknown)(asked),
        ]) {
          try {
            await call();
          } catch {
            // It is not even called so.
          }
        }
      }
      const named = [...within(t.world)].filter((each) => typeof each === 'object' && each !== null);
      expect(named.length).toBeGreaterThan(20);
      for (const each of named) expect(Reflect.ownKeys(each as object)).not.toContain('fetch');
      expect(t.calls.filter((call) => call.startsWith('backend'))).toEqual([]);
    } finally {
      await t.close();
    }
  });

  it('cannot put a check of its own in place of the two', async () => {
    const t = createTestWorld();
    t.script.decide = () => REFUSE;
    const { backend } = t.world;
    try {
      expect(() => Object.assign(backend, { operation: () => null })).toThrow();
      expect(() => Object.defineProperty(backend, 'fetch', { value: async () => null })).toThrow();
      // Nor does it bring who decides, who is whose, or another asker than who is judged.
      const own = {
        policy: { decide: () => PERMIT },
        directory: { colleague: async () => ({ ...MONA, manager: 'evan' }) },
        asker: MONA,
      };
      expect(await payslipOf(backend, own)).toMatchObject({ ok: false, why: 'refused', dataClass: 'salary' });
      expect(t.calls.filter((call) => call.startsWith('backend'))).toEqual([]);
      // What is not the backend that was guarded opens nothing, however much it looks like it.
      t.script.decide = () => PERMIT;
      const alike = [
        { ...backend },
        Object.create(backend),
        new Proxy(backend, {}),
        { operation: () => ({ name: 'salary.payslip', dataClass: 'leave', list: true, bySubject: false }) },
      ];
      for (const one of alike) expect(await payslipOf(one)).toEqual({ ok: false, why: 'unreachable' });
      // Whoever listens hears that something is read, and neither what nor anything that reads.
      const told: unknown[][] = [];
      const listening = heard(backend, {
        before: (...o: unknown[]) => void told.push(o),
        after: (...o: unknown[]) => void told.push(o),
      });
      t.script.decide = () => REFUSE;
      expect(await payslipOf(listening)).toMatchObject({ ok: false, why: 'refused', dataClass: 'salary' });
      expect(t.calls.filter((call) => call.startsWith('backend'))).toEqual([]);
      t.script.decide = () => PERMIT;
      t.script.fetch = () => ({ ok: true, records: [recordOf('mona')] });
      expect(await payslipOf(listening)).toMatchObject({ ok: true });
      expect(told).toEqual([[], []]);
    } finally {
      await t.close();
    }
  });
});
