import { describe, expect, it } from '@jest/globals';
import { SOMEBODY } from '../../src/core/backend-ports.ts';
import type { Backend, Fetched } from '../../src/core/ports.ts';

/** A backend under test, and what happens in the system behind it. */
export interface BackendStage {
  readonly backend: Backend;
  /** What the next request meets instead of its answer. */
  readonly fail: (fault: 'hang' | '500' | 'wrong-subject' | 'no-subject') => void;
  /** Operations that the system was asked for, oldest first; who somebody is there is `lookup`. */
  readonly asked: () => readonly string[];
}

/**
 * What the suite finds there. `evan` and `mona` are people of the system, and nobody is called `nobody`; what it calls them is
 * `called`, where it does not go by the directory's ids.
 */
export interface BackendSample {
  readonly called?: (person: string) => string;
  /** One record of each of the two. Null: the system gives nothing but lists. */
  readonly one: { readonly operation: string; readonly dataClass: string; readonly fields: readonly string[] } | null;
  /** That nobody has one is another thing here than that there is nobody. */
  readonly absent: 'not-found' | 'nothing';
  /** Several records of `evan`'s, and none of somebody else's. Absent: the system has no list. */
  readonly list?: {
    readonly operation: string;
    readonly dataClass: string;
    readonly fields: readonly string[];
    readonly count: number;
    readonly none: { readonly operation: string; readonly person: string };
  };
  /** A list that comes in so many pages, all of it about one person. Absent: every list comes in one piece. */
  readonly paged?: {
    readonly make: () => Promise<BackendStage>;
    readonly operation: string;
    readonly person: string;
    readonly count: number;
    readonly pages: number;
    /** Of each record, something that no other has. */
    readonly field: string;
  };
  /** Not about one person. Absent: there is none. */
  readonly whole?: { readonly operation: string; readonly dataClass: string };
  /** Asked with a slot, of which there is a later and an earlier record of `evan`'s. Absent: none is asked with one. */
  readonly bySlot?: {
    readonly operation: string;
    readonly slot: string;
    /** Of the record, which repeats the slot's value. */
    readonly field: string;
    readonly latest: string;
    readonly earlier: string;
    readonly never: string;
  };
  /** A list of `evan`'s, cut by a period. Absent: none is. */
  readonly byPeriod?: {
    readonly operation: string;
    readonly slot: string;
    /** A period, and how many records lie within it. */
    readonly within: readonly (readonly [string, number])[];
  };
}

/** The sample that ships: two stretches of leave, the first over Christmas of 2026; a payslip of October 2026 and earlier ones. */
export const SAMPLE: BackendSample = {
  one: { operation: 'leave.balance', dataClass: 'leave', fields: ['planned', 'remaining', 'total'] },
  absent: 'not-found',
  list: {
    operation: 'leave.booked',
    dataClass: 'leave',
    fields: ['from', 'to', 'status'],
    count: 2,
    none: { operation: 'people.team', person: 'evan' },
  },
  whole: { operation: 'pay.overview', dataClass: 'pay' },
  bySlot: {
    operation: 'pay.payslip',
    slot: 'month',
    field: 'month',
    latest: '2026-10',
    earlier: '2026-09',
    never: '2019-01',
  },
  byPeriod: {
    operation: 'leave.booked',
    slot: 'period',
    within: [
      ['2026-12-01/2026-12-31', 1],
      ['2026-12-30/2027-02-15', 2],
      ['2027-06-01/2027-06-30', 0],
    ],
  },
};

/** What every backend promises the core. */
export const backendContract = (
  name: string,
  make: () => Promise<BackendStage>,
  sample: BackendSample = SAMPLE,
): void => {
  const { called: calledBy = (person: string) => person, list, paged, whole, bySlot, byPeriod } = sample;
  const one = sample.one ?? list;
  if (one === undefined) throw new Error('A backend without an operation cannot be held to anything.');
  const isList = sample.one === null;
  /** With everything that the core hands over with a call. */
  const fetching = (
    { backend }: Pick<BackendStage, 'backend'>,
    operation: string,
    subject: string,
    slots?: Readonly<Record<string, string>>,
  ): Promise<Fetched> =>
    backend.fetch({
      operation,
      subject,
      asker: 'evan',
      id: 'question-1',
      ...(sample.called === undefined ? {} : { called: { subject: calledBy(subject), asker: calledBy('evan') } }),
      ...(slots === undefined ? {} : { slots }),
    });
  const none: Fetched = sample.absent === 'nothing' ? { ok: true, records: [] } : { ok: false, code: 'not-found' };
  /** A promise that only a system can keep that has such a thing. */
  const where = (has: unknown): ((title: string, test: () => Promise<void>) => void) =>
    has === undefined ? () => undefined : it;

  describe(`${name} keeps the promises of a backend`, () => {
    it('knows an operation by name, with its data class and whom it is about, and no other', async () => {
      const { backend } = await make();
      const { operation, dataClass } = one;
      expect(backend.operation(operation)).toMatchObject({ name: operation, dataClass, list: isList, bySubject: true });
      if (list !== undefined) expect(backend.operation(list.operation)).toMatchObject({ list: true, bySubject: true });
      if (whole !== undefined)
        expect(backend.operation(whole.operation)).toMatchObject({
          dataClass: whole.dataClass,
          list: true,
          bySubject: false,
        });
      for (const unknown of ['leave.everything', '', '__proto__', 'toString']) {
        expect([unknown, backend.operation(unknown)]).toEqual([unknown, null]);
      }
    });

    it('says with which slots an operation is asked', async () => {
      const { backend } = await make();
      const slot = (own: string, part = false) => [{ name: own, needed: false, part }];
      if (bySlot !== undefined) expect(backend.operation(bySlot.operation)?.slots).toEqual(slot(bySlot.slot));
      if (byPeriod !== undefined)
        expect(backend.operation(byPeriod.operation)?.slots).toEqual(slot(byPeriod.slot, true));
      if (one.operation !== byPeriod?.operation) expect(backend.operation(one.operation)?.slots ?? []).toEqual([]);
    });

    where(bySlot)(
      'gives the record of the month or the year that is asked for, the latest where none is, and none where there is none',
      async () => {
        const stage = await make();
        const { operation = '', slot = '', field = '', latest, earlier = '', never = '' } = bySlot ?? {};
        const asked = async (slots?: Readonly<Record<string, string>>) => {
          const fetched = await fetching(stage, operation, 'evan', slots);
          return fetched.ok ? fetched.records.map(({ fields }) => fields[field]) : fetched;
        };
        expect(await asked()).toEqual([{ type: 'text', value: latest }]);
        expect(await asked({})).toEqual([{ type: 'text', value: latest }]);
        expect(await asked({ [slot]: earlier })).toEqual([{ type: 'text', value: earlier }]);
        expect(await asked({ [slot]: never })).toEqual(none.ok ? [] : none);
      },
    );

    where(byPeriod)('gives of a list what lies within the period that is asked for', async () => {
      const stage = await make();
      const { operation = '', slot = '', within = [] } = byPeriod ?? {};
      for (const [period, count] of within) {
        const fetched = await fetching(stage, operation, 'evan', { [slot]: period });
        expect([period, fetched.ok ? fetched.records.length : fetched.code]).toEqual([period, count]);
      }
    });

    where(bySlot)('is asked with nothing that is no value of a slot, whatever stands in its place', async () => {
      const stage = await make();
      const { operation = '', slot = '', field = '', latest } = bySlot ?? {};
      const asked = (value: string) => fetching(stage, operation, 'evan', { [slot]: value, other: 'x' });
      expect(await asked('')).toMatchObject({ ok: true, records: [{ fields: { [field]: { value: latest } } }] });
      const before = stage.asked().length;
      for (const value of [
        '../..',
        '2026-09&year=1',
        '2026-09#',
        'a b',
        '%2e',
        '2026-09/',
        'ä',
        '\uD800',
        'x'.repeat(70),
      ])
        expect([value, await asked(value)]).toEqual([value, { ok: false, code: 'not-found' }]);
      expect(stage.asked().slice(before)).not.toContain(operation);
    });

    it('asks the system nothing when it is only asked about its operations, or for one that it does not know', async () => {
      const stage = await make();
      const before = stage.asked().length;
      stage.backend.operation(one.operation);
      expect(await fetching(stage, 'pay.everything', 'evan')).toMatchObject({ ok: false });
      expect(stage.asked().length).toBe(before);
    });

    it('gives each record with its subject and its declared fields alone, and asks once', async () => {
      const stage = await make();
      const before = stage.asked().length;
      const fetched = await fetching(stage, one.operation, 'evan');
      const records = fetched.ok ? fetched.records : [];
      expect(records).toHaveLength(isList ? (list?.count ?? 0) : 1);
      for (const { subject, fields } of records)
        expect([subject, ...Object.keys(fields).sort()]).toEqual([calledBy('evan'), ...[...one.fields].sort()]);
      expect(
        stage
          .asked()
          .slice(before)
          .filter((it) => it !== 'lookup'),
      ).toEqual([one.operation]);
    });

    where(list)('gives a list with a subject for each record, and an empty one as empty', async () => {
      const stage = await make();
      const { operation = '', count, none: empty } = list ?? {};
      const several = await fetching(stage, operation, 'evan');
      expect(several.ok && several.records.map(({ subject }) => subject)).toEqual(
        Array.from({ length: count ?? 0 }, () => calledBy('evan')),
      );
      expect(await fetching(stage, empty?.operation ?? '', empty?.person ?? '')).toEqual({ ok: true, records: [] });
    });

    where(paged)(
      'gives a list that comes in pages whole, each record once, or nothing of it where a page fails',
      async () => {
        const { make: crowd = make, operation = '', person = '', count = 0, pages = 0, field = '' } = paged ?? {};
        const stage = await crowd();
        const asking = () => stage.asked().filter((it) => it === operation).length;
        const fetched = await fetching(stage, operation, person);
        expect(fetched.ok && [fetched.records.length, fetched.more]).toEqual([count, undefined]);
        expect(fetched.ok && new Set(fetched.records.map(({ fields }) => JSON.stringify(fields[field]))).size).toBe(
          count,
        );
        expect(fetched.ok && new Set(fetched.records.map(({ subject }) => subject))).toEqual(
          new Set([calledBy(person)]),
        );
        expect(asking()).toBe(pages);
        stage.fail('500');
        expect(await fetching(stage, operation, person)).toEqual({ ok: false, code: 'unreachable' });
      },
    );

    it('says that somebody is not there, which is another thing than not being reachable', async () => {
      const stage = await make();
      expect(await fetching(stage, one.operation, 'nobody')).toEqual(none);
      // Who somebody is there is asked first, and not what fails here.
      await fetching(stage, one.operation, 'evan');
      stage.fail('500');
      expect(await fetching(stage, one.operation, 'evan')).toEqual({ ok: false, code: 'unreachable' });
      stage.fail('hang');
      expect(await fetching(stage, one.operation, 'evan')).toEqual({ ok: false, code: 'unreachable' });
      expect(await fetching(stage, one.operation, 'evan')).toMatchObject({ ok: true });
    });

    it('says whom a record is about as the record does, not as it was asked for', async () => {
      const stage = await make();
      await fetching(stage, one.operation, 'evan');
      await fetching(stage, one.operation, 'mona');
      stage.fail('wrong-subject');
      const subjects = async () => {
        const fetched = await fetching(stage, one.operation, 'evan');
        return fetched.ok ? [...new Set(fetched.records.map(({ subject }) => subject))] : fetched.code;
      };
      // Where the system has an id of its own, somebody else's stands for nobody.
      expect([[calledBy('mona')], [SOMEBODY]]).toContainEqual(await subjects());
      stage.fail('no-subject');
      expect(await subjects()).toEqual([null]);
    });
  });
};
