/** Who may ask what in the simulated town: one function, so that the checker can ask again under any restrictions. */
import type { Decision, Obligations, PolicyRequest, Restriction } from '../../../src/core/types.ts';
import { topicOf } from './catalogue.ts';

const OBLIGATIONS: Readonly<Record<string, Obligations>> = {
  'salary.payslip': { show: 'hold-reveal', expiresSeconds: 6, moreTime: 0, redact: [] },
  'salary.bonus': { show: 'view', expiresSeconds: 8, moreTime: 0, redact: [] },
  'salary.all': { show: 'hold-reveal', expiresSeconds: 5, moreTime: 0, redact: [] },
  'health.note': { show: 'message', expiresSeconds: 7, moreTime: 0, redact: [] },
  'data:pay': { show: 'message', expiresSeconds: 9, moreTime: 0, redact: [] },
};

/** Data of these classes must leave again, however it was shown. */
export const LEAVES: ReadonlySet<string> = new Set(['pay', 'health']);

const STRONG_MINUTES = 15;

const refuse = (o: Partial<Extract<Decision, { effect: 'refuse' }>>): Decision => ({
  effect: 'refuse',
  why: 'not-permitted',
  rules: [],
  helps: null,
  words: {},
  contact: {},
  rights: {},
  ...o,
});

const restricts = (restriction: Restriction, { action, person }: PolicyRequest): boolean =>
  (restriction.forbids.includes(action) || restriction.forbids.includes(topicOf(action))) &&
  !restriction.exceptGroups.some((group) => person.groups.includes(group));

const permitsAtAll = (request: PolicyRequest): boolean => {
  const { action, about, person } = request;
  const payroll = person.groups.includes('payroll');
  if (action === 'salary.suspected') return payroll;
  if (action.endsWith('.suspected')) return true;
  if (action === 'salary.all') return payroll;
  switch (topicOf(action)) {
    case 'leave':
      return about !== 'other' || action === 'leave.policy';
    case 'salary':
      return about === 'self' || payroll;
    case 'health':
      return about === 'self';
    default:
      return false;
  }
};

/** The decision under these restrictions. */
export const decidedBy = (restrictions: readonly Restriction[], request: PolicyRequest): Decision => {
  const { action, person } = request;
  if (person.kind !== 'employee') return refuse({ why: 'forbidden', rules: ['no-guests'] });
  const restriction = restrictions.find((one) => restricts(one, request));
  if (restriction !== undefined) return refuse({ why: 'forbidden', rules: [restriction.id] });
  if (!permitsAtAll(request)) return refuse({});
  if (action.startsWith('salary.') && !action.endsWith('.suspected') && request.place !== 'direct')
    return refuse({ helps: 'private' });
  if (action === 'salary.bonus' && (request.signInAgeMinutes ?? Number.POSITIVE_INFINITY) > STRONG_MINUTES)
    return refuse({ helps: 'sign-in' });
  return {
    effect: 'permit',
    rules: [`may-${action}`],
    obligations: OBLIGATIONS[action] ?? { show: 'message', expiresSeconds: null, moreTime: 0, redact: [] },
  };
};
