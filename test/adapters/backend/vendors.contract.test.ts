import { backendContract } from '../../contracts/backend.ts';
import { type VendorName, vendorStage } from '../../support/vendors.ts';

const stage =
  (name: VendorName, crowded = false) =>
  async () => {
    // The calls that hang are waited for.
    const { backend, standIn } = await vendorStage(name, { timeoutMs: crowded ? 5_000 : 1_000, crowded });
    return {
      backend,
      fail: standIn.fail,
      asked: () => standIn.requests().map(({ operation }) => operation),
    };
  };

/** Of `evan`: over Christmas of 2026, and in February after it. */
const PERIODS = {
  operation: 'leave.booked',
  slot: 'period',
  within: [
    ['2026-12-01/2026-12-31', 1],
    ['2026-12-30/2027-02-15', 2],
    ['2027-06-01/2027-06-30', 0],
  ],
} as const;

const byEmail = (person: string): string => `${person}@example.com`;

backendContract('a SCIM directory', stage('scim'), {
  called: byEmail,
  one: { operation: 'people.contact', dataClass: 'profile', fields: ['name', 'email', 'phone', 'office'] },
  absent: 'nothing',
});

const NUMBERS: Readonly<Record<string, string>> = { evan: '4702', mona: '4703', carl: '4707', nobody: '4799' };

backendContract('a service desk with a table API', stage('itsm'), {
  called: byEmail,
  one: null,
  absent: 'not-found',
  list: {
    operation: 'it.tickets',
    dataClass: 'ticket',
    fields: ['number', 'title', 'status'],
    count: 2,
    none: { operation: 'it.tickets', person: 'carl' },
  },
  paged: {
    make: stage('itsm', true),
    operation: 'it.tickets',
    person: 'pia',
    count: 130,
    pages: 3,
    field: 'number',
  },
});

backendContract('an HR system behind reports', stage('workday'), {
  called: (person) => NUMBERS[person] ?? person,
  one: { operation: 'leave.balance', dataClass: 'leave', fields: ['remaining', 'total', 'planned'] },
  absent: 'nothing',
  list: {
    operation: 'leave.booked',
    dataClass: 'leave',
    fields: ['from', 'to', 'status'],
    count: 2,
    none: { operation: 'leave.booked', person: 'mona' },
  },
  bySlot: {
    operation: 'pay.payslip',
    slot: 'month',
    field: 'month',
    latest: '2026-10',
    earlier: '2026-09',
    never: '2019-01',
  },
  byPeriod: PERIODS,
});

backendContract('an HR system with absences', stage('personio'), {
  called: byEmail,
  one: null,
  absent: 'not-found',
  list: {
    operation: 'leave.booked',
    dataClass: 'leave',
    fields: ['from', 'to', 'status'],
    count: 2,
    none: { operation: 'leave.booked', person: 'carl' },
  },
  paged: {
    make: stage('personio', true),
    operation: 'leave.booked',
    person: 'pia',
    count: 130,
    pages: 2,
    field: 'from',
  },
  byPeriod: PERIODS,
});
