/** Some of the sample's people as the stand-ins of products know them. `evan` is first and `mona` second: a fault gives one for the other. */
import type { ItsmData } from './itsm.ts';
import type { createPersonioStandIn } from './personio.ts';
import type { ScimUser } from './scim.ts';
import type { WorkdayReport } from './workday.ts';

const user = (id: string, displayName: string, more: Partial<ScimUser> = {}): ScimUser => ({
  id: `2819c223-7f76-453a-919d-${Buffer.from(id).toString('hex').padStart(12, '0')}`,
  userName: `${id}@example.com`,
  displayName,
  title: null,
  department: null,
  phone: null,
  office: null,
  manager: null,
  ...more,
});

const HANA = user('hana', 'Hana Okafor', { title: 'Head of HR', department: 'People', office: 'Chicago' });

export const SAMPLE_SCIM: readonly ScimUser[] = [
  user('evan', 'Evan Brooks', {
    title: 'Account Executive',
    department: 'Sales',
    phone: '+1 312 555 0142',
    office: 'Chicago',
    manager: { id: HANA.id, name: HANA.displayName },
  }),
  user('mona', 'Mona Keller', { title: 'Engineering Manager', department: 'Engineering', office: 'Berlin' }),
  HANA,
  user('carl', 'Carl Jansen'),
];

const sysId = (id: string): string => Buffer.from(id).toString('hex').padStart(32, '0');

export const SAMPLE_ITSM: ItsmData = {
  people: [
    { sys_id: sysId('evan'), email: 'evan@example.com', name: 'Evan Brooks' },
    { sys_id: sysId('mona'), email: 'mona@example.com', name: 'Mona Keller' },
    { sys_id: sysId('carl'), email: 'carl@example.com', name: 'Carl Jansen' },
  ],
  incidents: [
    {
      sys_id: sysId('incident-1'),
      number: 'INC0010001',
      short_description: 'Screen stays dark',
      state: '2',
      active: 'true',
      caller_id: sysId('evan'),
      opened_at: '2026-11-20 08:12:00',
      correlation_id: '',
    },
    {
      sys_id: sysId('incident-2'),
      number: 'INC0010002',
      short_description: 'VPN drops every hour',
      state: '1',
      active: 'true',
      caller_id: sysId('evan'),
      opened_at: '2026-11-24 15:40:00',
      correlation_id: '',
    },
    {
      sys_id: sysId('incident-3'),
      number: 'INC0010003',
      short_description: 'New headset',
      state: '7',
      active: 'false',
      caller_id: sysId('evan'),
      opened_at: '2026-10-02 09:00:00',
      correlation_id: '',
    },
    {
      sys_id: sysId('incident-4'),
      number: 'INC0010004',
      short_description: 'Badge does not open the lab',
      state: '3',
      active: 'true',
      caller_id: sysId('mona'),
      opened_at: '2026-11-25 10:05:00',
      correlation_id: '',
    },
  ],
  hardware: [
    {
      sys_id: sysId('device-1'),
      display_name: 'Laptop 14',
      serial_number: 'C02XK1ZZJG5H',
      assigned: '2025-03-04 10:00:00',
      assigned_to: sysId('evan'),
    },
    // Nobody wrote down since when, or its number.
    { sys_id: sysId('device-2'), display_name: 'Headset', serial_number: '', assigned: '', assigned_to: sysId('evan') },
    {
      sys_id: sysId('device-3'),
      display_name: 'Laptop 16',
      serial_number: 'C02YL2AAKH6J',
      assigned: '2026-01-15 08:30:00',
      assigned_to: sysId('mona'),
    },
  ],
};

/** As in the sample directory. */
const EVAN = '4702';
const MONA = '4703';

export const SAMPLE_WORKDAY: readonly WorkdayReport[] = [
  {
    name: 'Sotto_Time_Off_Balance',
    operation: 'leave.balance',
    prompts: [],
    latest: true,
    entries: [
      { Employee_ID: EVAN, Remaining: '11.5', Total: '20', Planned: '4' },
      { Employee_ID: MONA, Remaining: '18', Total: '30', Planned: '10' },
    ],
  },
  {
    name: 'Sotto_Time_Off',
    operation: 'leave.booked',
    prompts: ['From', 'To'],
    latest: false,
    entries: [
      { Employee_ID: EVAN, From: '2026-12-24', To: '2026-12-31', Status: 'Approved' },
      { Employee_ID: EVAN, From: '2027-02-08', To: '2027-02-12', Status: 'Submitted' },
    ],
  },
  {
    name: 'Sotto_Payslip',
    operation: 'pay.payslip',
    prompts: ['Month'],
    latest: true,
    entries: [
      { Employee_ID: EVAN, Month: '2026-10', Gross: '6450.00', Net: '4710.35', Currency: 'USD' },
      { Employee_ID: EVAN, Month: '2026-09', Gross: '6450.00', Net: '4702.10', Currency: 'USD' },
      { Employee_ID: MONA, Month: '2026-10', Gross: '8116.67', Net: '4802.90', Currency: 'EUR' },
    ],
  },
  {
    name: 'Sotto_Compensation',
    operation: 'pay.compensation',
    prompts: [],
    latest: true,
    entries: [
      { Employee_ID: EVAN, Annual: '77400', Currency: 'USD', Grade: 'L3' },
      { Employee_ID: MONA, Annual: '97400', Currency: 'EUR', Grade: 'L5' },
    ],
  },
  {
    name: 'Sotto_Benefits',
    operation: 'benefits.enrolled',
    prompts: [],
    latest: false,
    entries: [{ Employee_ID: EVAN, Benefit: 'Dental plan', Since: '2025-01-01' }],
  },
];

export const SAMPLE_PERSONIO = {
  people: [
    { id: '5001', email: 'evan@example.com', first_name: 'Evan', last_name: 'Brooks' },
    { id: '5002', email: 'mona@example.com', first_name: 'Mona', last_name: 'Keller' },
    { id: '5003', email: 'carl@example.com', first_name: 'Carl', last_name: 'Jansen' },
  ],
  types: ['6b1d8b0c-0000-4b43-9c54-000000000001'],
  absences: [
    {
      id: '0f9a2c61-1111-4d1e-8a55-000000000001',
      person: '5001',
      type: '6b1d8b0c-0000-4b43-9c54-000000000001',
      from: '2026-12-24',
      to: '2026-12-31',
      status: 'APPROVED',
    },
    {
      id: '0f9a2c61-1111-4d1e-8a55-000000000002',
      person: '5001',
      type: '6b1d8b0c-0000-4b43-9c54-000000000001',
      from: '2027-02-08',
      to: '2027-02-12',
      status: 'PENDING',
    },
    {
      id: '0f9a2c61-1111-4d1e-8a55-000000000003',
      person: '5002',
      type: '6b1d8b0c-0000-4b43-9c54-000000000001',
      from: '2026-12-21',
      to: '2026-12-23',
      status: 'APPROVED',
    },
  ],
} as const satisfies Parameters<typeof createPersonioStandIn>[0];
