import { describe, expect, it } from '@jest/globals';
import type { Backend } from '../../src/core/ports.ts';

/**
 * A backend under test, filled with the sample's data: `evan` and `mona` have leave (one record) and `evan` has two
 * stretches of it booked (a list), the first over Christmas of 2026; his latest payslip is of October 2026, his bonus of 2025 is an
 * earlier one. Nobody is called `nobody`.
 */
export interface BackendStage {
  readonly backend: Backend;
  /** What the next request meets instead of its answer. */
  readonly fail: (fault: 'hang' | '500' | 'wrong-subject' | 'no-subject') => void;
  /** Operations that the system was asked for, oldest first. */
  readonly asked: () => readonly string[];
}

/** What every backend promises the core. */
export const backendContract = (name: string, make: () => Promise<BackendStage>): void => {
  const ids = { asker: 'evan', id: 'question-1' };

  describe(`${name} keeps the promises of a backend`, () => {
    it('knows an operation by name, with its data class and whom it is about, and no other', async () => {
      const { backend } = await make();
      expect(backend.operation('leave.balance')).toEqual({
        name: 'leave.balance',
        dataClass: 'leave',
        list: false,
        bySubject: true,
      });
      expect(backend.operation('leave.booked')).toMatchObject({ list: true, bySubject: true });
      expect(backend.operation('pay.overview')).toMatchObject({ dataClass: 'pay', list: true, bySubject: false });
      for (const unknown of ['leave.everything', '', '__proto__', 'toString']) {
        expect([unknown, backend.operation(unknown)]).toEqual([unknown, null]);
      }
    });

    it('says with which slots an operation is asked', async () => {
      const { backend } = await make();
      const slot = (name: string, part = false) => [{ name, needed: false, part }];
      expect(backend.operation('pay.payslip')?.slots).toEqual(slot('month'));
      expect(backend.operation('pay.bonus')?.slots).toEqual(slot('year'));
      expect(backend.operation('leave.booked')?.slots).toEqual(slot('period', true));
      expect(backend.operation('leave.balance')?.slots ?? []).toEqual([]);
    });

    it('gives the record of the month or the year that is asked for, the latest where none is, and none where there is none', async () => {
      const { backend } = await make();
      const month = async (slots?: Readonly<Record<string, string>>) => {
        const o = { operation: 'pay.payslip', subject: 'evan', ...ids, ...(slots === undefined ? {} : { slots }) };
        const fetched = await backend.fetch(o);
        return fetched.ok ? fetched.records.map(({ fields }) => fields['month']) : fetched.code;
      };
      expect(await month()).toEqual([{ type: 'text', value: '2026-10' }]);
      expect(await month({})).toEqual([{ type: 'text', value: '2026-10' }]);
      expect(await month({ month: '2026-09' })).toEqual([{ type: 'text', value: '2026-09' }]);
      expect(await month({ month: '2019-01' })).toBe('not-found');
      const bonus = { operation: 'pay.bonus', subject: 'evan', ...ids, slots: { year: '2025' } };
      expect(await backend.fetch(bonus)).toMatchObject({
        ok: true,
        records: [{ fields: { year: { value: '2025' } } }],
      });
    });

    it('gives of a list what lies within the period that is asked for', async () => {
      const { backend } = await make();
      const from = async (period: string) => {
        const fetched = await backend.fetch({ operation: 'leave.booked', subject: 'evan', ...ids, slots: { period } });
        return fetched.ok ? fetched.records.map(({ fields }) => fields['from']) : fetched.code;
      };
      expect(await from('2026-12-01/2026-12-31')).toEqual([{ type: 'date', value: '2026-12-24' }]);
      expect(await from('2026-12-30/2027-02-15')).toHaveLength(2);
      expect(await from('2027-06-01/2027-06-30')).toEqual([]);
    });

    it('is asked with nothing that is no value of a slot, whatever stands in its place', async () => {
      const { backend } = await make();
      const asked = (month: string) =>
        backend.fetch({ operation: 'pay.payslip', subject: 'evan', ...ids, slots: { month, other: 'x' } });
      expect(await asked('')).toMatchObject({ ok: true, records: [{ fields: { month: { value: '2026-10' } } }] });
      for (const month of [
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
        expect([month, await asked(month)]).toEqual([month, { ok: false, code: 'not-found' }]);
    });

    it('asks the system nothing when it is only asked about its operations, or for one that it does not know', async () => {
      const { backend, asked } = await make();
      const before = asked().length;
      backend.operation('pay.payslip');
      expect(await backend.fetch({ operation: 'pay.everything', subject: 'evan', ...ids })).toMatchObject({
        ok: false,
      });
      expect(asked().length).toBe(before);
    });

    it('gives one record with its subject, and asks once', async () => {
      const { backend, asked } = await make();
      const before = asked().length;
      const fetched = await backend.fetch({ operation: 'leave.balance', subject: 'evan', ...ids });
      expect(fetched).toMatchObject({ ok: true, records: [{ subject: 'evan' }] });
      expect(fetched.ok && Object.keys(fetched.records[0]?.fields ?? {}).sort()).toEqual([
        'planned',
        'remaining',
        'total',
      ]);
      expect(asked().slice(before)).toEqual(['leave.balance']);
    });

    it('gives a list with a subject for each record, and an empty one as empty', async () => {
      const { backend } = await make();
      const booked = await backend.fetch({ operation: 'leave.booked', subject: 'evan', ...ids });
      expect(booked).toMatchObject({ ok: true, records: [{ subject: 'evan' }, { subject: 'evan' }] });
      const none = await backend.fetch({ operation: 'people.team', subject: 'evan', ...ids });
      expect(none).toEqual({ ok: true, records: [] });
    });

    it('says that somebody is not there, which is another thing than not being reachable', async () => {
      const { backend, fail } = await make();
      const fetch = (subject: string) => backend.fetch({ operation: 'leave.balance', subject, ...ids });
      expect(await fetch('nobody')).toEqual({ ok: false, code: 'not-found' });
      fail('500');
      expect(await fetch('evan')).toEqual({ ok: false, code: 'unreachable' });
      fail('hang');
      expect(await fetch('evan')).toEqual({ ok: false, code: 'unreachable' });
      expect(await fetch('evan')).toMatchObject({ ok: true });
    });

    it('says whom a record is about as the record does, not as it was asked for', async () => {
      const { backend, fail } = await make();
      fail('wrong-subject');
      const other = await backend.fetch({ operation: 'leave.balance', subject: 'evan', ...ids });
      expect(other).toMatchObject({ ok: true, records: [{ subject: 'mona' }] });
      fail('no-subject');
      const nobody = await backend.fetch({ operation: 'leave.balance', subject: 'evan', ...ids });
      expect(nobody).toMatchObject({ ok: true, records: [{ subject: null }] });
    });
  });
};
