/** Some of the sample's people as the stand-ins of products know them. `evan` is first and `mona` second: a fault gives one for the other. */
import type { ScimUser } from './scim.ts';

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
