import { beforeAll, describe, expect, it } from '@jest/globals';
import type { PersonKind, PlaceKind, PolicyRequest, Relation } from '../../src/core/types.ts';
import { createPolicy, type RulesInForce } from '../../src/policies/authorise.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders } from '../../src/policies/pack.ts';
import { checkPolicy } from '../../src/policies/prepare.ts';
import { loadRestrictionTemplates } from '../../src/policies/restriction-templates.ts';
import { request } from './support.ts';

const folders = packFolders(null);
const catalogue = loadCatalogue({ folders });

/** The sample people, as far as policy knows them. */
const SAMPLE = {
  erin: { kind: 'employee', groups: [], country: 'DE' },
  evan: { kind: 'employee', groups: [], country: 'US' },
  mona: { kind: 'employee', groups: ['manager'], country: 'DE' },
  hugo: { kind: 'employee', groups: ['hr'], country: 'DE' },
  hana: { kind: 'employee', groups: ['hr'], country: 'DE' },
  pia: { kind: 'employee', groups: ['payroll'], country: 'DE' },
  carl: { kind: 'contractor', groups: [], country: 'DE' },
  gus: { kind: 'guest', groups: [], country: 'DE' },
  xena: { kind: 'external', groups: [], country: 'US' },
} as const satisfies Readonly<
  Record<string, { readonly kind: PersonKind; readonly groups: readonly string[]; readonly country: string }>
>;

type Name = keyof typeof SAMPLE;
const knownAs = (name: Name): PolicyRequest['person'] => ({ id: name, ...SAMPLE[name], fresh: true });
const EVERYBODY = Object.keys(SAMPLE) as readonly Name[];
const EMPLOYEES: readonly Name[] = ['erin', 'evan', 'mona', 'hugo', 'hana', 'pia'];
const STAFF: readonly Name[] = [...EMPLOYEES, 'carl'];
const PAYROLL: readonly Name[] = ['pia'];
const MANAGERS: readonly Name[] = ['mona'];
const NOBODY: readonly Name[] = [];

const PAY = [
  'salary.payslip',
  'salary.bonus',
  'salary.compensation',
  'salary.raise',
  'salary.overtime',
  'salary.deductions',
  'salary.history',
  'salary.account',
  'salary.statement',
  'data:pay',
];
const GENERAL = [
  'leave.policy',
  'leave.holidays',
  'leave.sick',
  'leave.parental',
  'leave.unpaid',
  'leave.special',
  'leave.care',
  'leave.cancel',
  'benefits.perks',
  'benefits.transport',
  'benefits.bike',
  'benefits.wellbeing',
  'benefits.childcare',
  'benefits.dependants',
  'expenses.limits',
  'expenses.howto',
  'expenses.mileage',
  'expenses.card',
  'expenses.receipts',
  'expenses.deadline',
  'expenses.booking',
  'it.password',
  'it.vpn',
  'it.mfa',
  'it.wifi',
  'it.software',
  'it.access',
  'it.hardware',
  'it.lost',
  'it.phishing',
  'it.printer',
  'it.email',
];
const OWN = [
  'leave.balance',
  'leave.booked',
  'data:leave',
  'leave.book',
  'data:leave-request',
  'leave.sickdays',
  'data:sickness',
  'benefits.pension',
  'benefits.health',
  'benefits.enrolled',
  'benefits.learning',
  'data:benefits',
  'expenses.status',
  'expenses.trips',
  'data:expenses',
  'it.tickets',
  'it.devices',
  'data:ticket',
];
const PEOPLE_INTENTS = [
  'people.contact',
  'people.manager',
  'people.team',
  'people.role',
  'people.deputy',
  'people.onboarding',
  'people.remote',
  'people.hours',
  'people.office',
  'people.training',
  'people.jobs',
  'people.certificate',
  'data:profile',
];
const TICKETS = ['it.open', 'data:ticket-request'];
const CASES = ['help.person', 'data:case'];
const SUSPICIONS = ['leave.suspected', 'benefits.suspected', 'expenses.suspected', 'it.suspected', 'people.suspected'];

interface Row {
  readonly what: string;
  readonly actions: readonly string[];
  readonly about: readonly Relation[];
  readonly places: readonly PlaceKind[];
  readonly signInAge: number | null;
  readonly permitted: readonly Name[];
}

const ALL: readonly PlaceKind[] = ['direct', 'group', 'channel', 'shared'];
const SHARED = ALL.filter((place) => place !== 'direct');
const ANY: readonly Relation[] = ['self', 'report', 'other'];

const TABLE: readonly Row[] = [
  {
    what: 'help',
    actions: ['help.capabilities', 'help.suspected'],
    about: ANY,
    places: ALL,
    signInAge: null,
    permitted: EVERYBODY,
  },
  { what: 'pay day', actions: ['salary.payday'], about: ANY, places: ALL, signInAge: null, permitted: STAFF },
  {
    what: 'own pay after a sign-in',
    actions: PAY,
    about: ['self'],
    places: ['direct'],
    signInAge: 15,
    permitted: EMPLOYEES,
  },
  {
    what: 'own pay, the sign-in too long ago',
    actions: PAY,
    about: ['self'],
    places: ['direct'],
    signInAge: 16,
    permitted: NOBODY,
  },
  {
    what: 'own pay without a sign-in',
    actions: PAY,
    about: ['self'],
    places: ['direct'],
    signInAge: null,
    permitted: NOBODY,
  },
  { what: 'own pay where others read', actions: PAY, about: ['self'], places: SHARED, signInAge: 0, permitted: NOBODY },
  {
    what: "others' pay",
    actions: PAY,
    about: ['report', 'other'],
    places: ['direct'],
    signInAge: 0,
    permitted: PAYROLL,
  },
  {
    what: "others' pay where others read",
    actions: PAY,
    about: ['report', 'other'],
    places: SHARED,
    signInAge: 0,
    permitted: NOBODY,
  },
  {
    what: "everybody's pay",
    actions: ['salary.overview'],
    about: ANY,
    places: ['direct'],
    signInAge: 0,
    permitted: PAYROLL,
  },
  {
    what: "everybody's pay where others read",
    actions: ['salary.overview'],
    about: ANY,
    places: SHARED,
    signInAge: 0,
    permitted: NOBODY,
  },
  {
    what: 'what sounds like pay',
    actions: ['salary.suspected'],
    about: ANY,
    places: ALL,
    signInAge: 0,
    permitted: PAYROLL,
  },
  {
    what: 'own leave, benefits, expenses, tickets',
    actions: OWN,
    about: ['self'],
    places: ALL,
    signInAge: null,
    permitted: EMPLOYEES,
  },
  {
    what: "others' leave, benefits, expenses, tickets",
    actions: OWN,
    about: ['other'],
    places: ALL,
    signInAge: 0,
    permitted: NOBODY,
  },
  {
    what: "reports' leave",
    actions: ['leave.balance', 'leave.booked', 'data:leave'],
    about: ['report'],
    places: ALL,
    signInAge: null,
    permitted: MANAGERS,
  },
  {
    what: "reports' other things, how often they were ill among them",
    actions: OWN.filter((it) => !['leave.balance', 'leave.booked', 'data:leave'].includes(it)),
    about: ['report'],
    places: ALL,
    signInAge: 0,
    permitted: NOBODY,
  },
  { what: 'what is the same for all', actions: GENERAL, about: ANY, places: ALL, signInAge: null, permitted: STAFF },
  {
    what: 'a ticket in their own name, whatever it is about',
    actions: TICKETS,
    about: ANY,
    places: ALL,
    signInAge: null,
    permitted: EMPLOYEES,
  },
  {
    what: 'a case that a person reads',
    actions: CASES,
    about: ANY,
    places: ALL,
    signInAge: null,
    permitted: STAFF,
  },
  { what: 'colleagues', actions: PEOPLE_INTENTS, about: ANY, places: ALL, signInAge: null, permitted: EMPLOYEES },
  {
    what: 'what sounds like anything but pay',
    actions: SUSPICIONS,
    about: ANY,
    places: ALL,
    signInAge: null,
    permitted: STAFF,
  },
];

let policy: RulesInForce;
const decide = (name: Name, action: string, about: Relation, place: PlaceKind, signInAgeMinutes: number | null) =>
  policy.decide(request({ person: knownAs(name), action, about, place, signInAgeMinutes }));

const show = (name: Name, action: string, signInAge: number | null = 0, about: Relation = 'self') => {
  const decision = decide(name, action, about, 'direct', signInAge);
  return decision.effect === 'permit' ? [decision.obligations.show, decision.obligations.expiresSeconds] : decision.why;
};

describe('the pack that ships', () => {
  beforeAll(async () => {
    policy = await createPolicy({ catalogue, folders, restrictions: [], restrictionsVersion: 0 });
  });

  it.each(TABLE)('permits $what to $permitted', ({ actions, about, places, signInAge, permitted }) => {
    for (const action of actions) {
      for (const relation of about) {
        for (const place of places) {
          const allowed = EVERYBODY.filter(
            (name) => decide(name, action, relation, place, signInAge).effect === 'permit',
          );
          expect({ action, relation, place, allowed }).toEqual({ action, relation, place, allowed: permitted });
        }
      }
    }
  });

  it('has every action in the table above, so that none is permitted unseen', () => {
    const listed = new Set(TABLE.flatMap((row) => row.actions));
    const intents = [...catalogue.intents.keys()];
    const classes = [...catalogue.topics.values()].flatMap((topic) => topic.dataClasses.map((it) => `data:${it}`));
    const suspicions = [...catalogue.topics.keys()].map((topic) => `${topic}.suspected`);
    expect([...intents, ...classes, ...suspicions].filter((action) => !listed.has(action))).toEqual([]);
  });

  it('shows one’s own pay in a view, others’ pay and health by placeholder first, for a time, and the rest as messages that stay', () => {
    for (const action of PAY) {
      expect(show('erin', action)).toEqual(['view', 120]);
      expect(show('pia', action, null, 'other')).toEqual(['hold-reveal', 120]);
    }
    expect(show('pia', 'salary.overview')).toEqual(['hold-reveal', 120]);
    for (const action of ['benefits.health', 'leave.sickdays', 'data:sickness']) {
      expect(show('erin', action)).toEqual(['hold-reveal', 300]);
    }
    for (const action of ['leave.balance', 'benefits.pension', 'people.contact', 'salary.payday']) {
      expect(show('erin', action)).toEqual(['message', null]);
    }
  });

  it('says to employees what would help for their own pay, and to guests and other companies nothing', () => {
    const helps = (name: Name, place: PlaceKind, age: number | null) => {
      const decision = decide(name, 'salary.payslip', 'self', place, age);
      return decision.effect === 'refuse' ? decision.helps : 'permitted';
    };
    expect([helps('erin', 'direct', null), helps('erin', 'channel', 1), helps('erin', 'channel', null)]).toEqual([
      'sign-in',
      'private',
      'sign-in-and-private',
    ]);
    expect([helps('carl', 'direct', null), helps('gus', 'channel', null), helps('xena', 'shared', null)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('refuses guests and other companies by one rule, whatever groups the directory gives them', () => {
    for (const name of ['gus', 'xena'] as const) {
      for (const action of [...PAY, ...OWN, ...GENERAL, ...PEOPLE_INTENTS, ...TICKETS, ...CASES]) {
        const person = { ...knownAs(name), groups: ['payroll', 'manager', 'employee', 'contractor'] };
        expect(policy.decide(request({ person, action }))).toMatchObject({
          why: 'forbidden',
          rules: ['guests-help-only'],
        });
      }
    }
  });

  it('gives once more time for one’s own health insurance and sick days, and for nothing that is opened or of others', () => {
    const more = (name: Name, action: string, about: Relation = 'self') => {
      const decision = decide(name, action, about, 'direct', 0);
      return decision.effect === 'permit' ? decision.obligations.moreTime : decision.why;
    };
    expect(more('erin', 'benefits.health')).toBe(1);
    expect(more('erin', 'leave.sickdays')).toBe(1);
    expect(more('erin', 'salary.payslip')).toBe(0);
    expect(more('pia', 'salary.payslip', 'other')).toBe(0);
    expect(more('erin', 'leave.balance')).toBe(0);
  });

  it('keeps pay and health from whoever the directory cannot vouch for just now, and goes on with the rest', () => {
    const asked = (name: Name, action: string, about: Relation = 'self') =>
      policy.decide(request({ person: { ...knownAs(name), fresh: false }, action, about }));
    for (const action of [...PAY, 'benefits.health', 'leave.sickdays']) {
      expect([action, asked('erin', action)]).toMatchObject([action, { effect: 'refuse', why: 'stale' }]);
    }
    expect(asked('pia', 'salary.payslip', 'other')).toMatchObject({ effect: 'refuse', why: 'stale' });
    for (const action of ['leave.balance', 'data:leave', 'salary.payday', 'people.contact', 'it.suspected']) {
      expect([action, asked('erin', action).effect]).toEqual([action, 'permit']);
    }
  });

  it('leaves no intent and no data without a permit', async () => {
    expect(await checkPolicy({ catalogue, folders })).toMatchObject({ findings: [], unpermitted: [] });
  });

  it('has the restriction "salary" ready: switched on, it closes pay to all but payroll, in words of both languages', async () => {
    const templates = loadRestrictionTemplates({ folders, catalogue });
    expect(templates.map((template) => template.id)).toEqual(['salary']);
    const restricted = await createPolicy({ catalogue, folders, restrictions: templates, restrictionsVersion: 1 });
    for (const action of [...PAY, 'salary.payday', 'salary.overview', 'salary.suspected']) {
      for (const name of EMPLOYEES.filter((it) => it !== 'pia')) {
        const decision = restricted.decide(request({ person: knownAs(name), action }));
        expect(decision).toMatchObject({ why: 'forbidden', rules: ['hr:salary'], helps: null });
        expect(decision.effect === 'refuse' ? Object.keys(decision.words).sort() : []).toEqual(['de', 'en']);
      }
      expect(restricted.decide(request({ person: knownAs('pia'), action })).effect).toBe('permit');
    }
    expect(restricted.decide(request({ person: knownAs('erin') })).effect).toBe('permit');
  });
});
