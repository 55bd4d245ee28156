import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Decision, PolicyRequest } from '../../src/core/types.ts';
import type { RulesInForce } from '../../src/policies/authorise.ts';
import { PLACES } from '../../src/policies/schema.ts';
import { fixturePolicy, person, request } from './support.ts';

const PAYSLIP = { action: 'salary.payslip' } as const;
const NIGHT = Date.UTC(2026, 10, 12, 3);

describe('a decision', () => {
  let policy: RulesInForce;
  const decide = (changed: Partial<PolicyRequest> = {}): Decision => policy.decide(request(changed));
  const helps = (changed: Partial<PolicyRequest>): string | null => {
    const decision = decide(changed);
    return decision.effect === 'refuse' ? decision.helps : 'permitted';
  };
  beforeAll(async () => {
    policy = await fixturePolicy();
  });

  it('permits what a rule permits and names the rule', () => {
    expect(decide()).toEqual({
      effect: 'permit',
      rules: ['own-leave'],
      obligations: { show: 'message', expiresSeconds: null, moreTime: 0, redact: [] },
    });
  });

  it('refuses what no rule permits', () => {
    expect(decide({ about: 'other' })).toEqual({
      effect: 'refuse',
      why: 'not-permitted',
      rules: [],
      helps: null,
      words: {},
      contact: {},
      rights: {},
    });
  });

  it('R9 passes over groups that the directory has and no rule may name', () => {
    const crowd = Array.from({ length: 500 }, (_, n) => `Team ${n} \ud83d\ude00`);
    expect(decide({ person: person('employee', ...crowd, '__proto__', 'emploee') }).effect).toBe('permit');
  });

  it('R9 lets nobody change their kind by a group of the directory that is named like one', () => {
    expect(decide({ person: person('guest', 'employee') })).toMatchObject({
      why: 'forbidden',
      rules: ['guests-help-only'],
    });
    expect(decide({ person: person('contractor', 'employee') })).toMatchObject({ why: 'not-permitted' });
  });

  it('R18 refuses a request whose place, relation, platform, kind, country or action is none', () => {
    const wrong: readonly Readonly<Record<string, unknown>>[] = [
      { place: 'dircet' },
      { about: 'slef' },
      { platform: 'irc' },
      { action: 'leave.balanse' },
      { action: '__proto__' },
      { person: { ...person('employee'), kind: 'robot' } },
      { person: { ...person('employee'), country: 'ZZ' } },
      { person: { ...person('employee'), country: '' } },
      { person: { ...person('employee'), fresh: undefined } },
      { person: { ...person('employee'), fresh: 'true' } },
      { denials: undefined },
      { now: undefined },
      { person: undefined },
    ];
    for (const changed of wrong) {
      expect(policy.decide({ ...request(), ...changed } as PolicyRequest)).toMatchObject({
        effect: 'refuse',
        why: 'request',
        helps: null,
      });
    }
    for (const nothing of [null, undefined, 7, 'x', []]) {
      expect(policy.decide(nothing as unknown as PolicyRequest)).toMatchObject({ effect: 'refuse', why: 'request' });
    }
  });

  it('never throws, not even for a request that throws when it is read', () => {
    const hostile = new Proxy(request(), {
      get: () => {
        throw new Error('hostile');
      },
    });
    expect(policy.decide(hostile)).toMatchObject({ effect: 'refuse', why: 'request' });
    expect(decide().effect).toBe('permit');
  });

  it('R17 counts a missing sign-in, an old one and one from the future as none', () => {
    const ages: readonly (number | null)[] = [0, 14.2, 15, 15.01, 16, -0.5, null];
    expect(ages.map((signInAgeMinutes) => decide({ ...PAYSLIP, signInAgeMinutes }).effect)).toEqual([
      'permit',
      'permit',
      'permit',
      'refuse',
      'refuse',
      'refuse',
      'refuse',
    ]);
  });

  it('R19 lets rules read how often was refused, up to the limit', () => {
    expect(decide({ denials: 4 }).effect).toBe('permit');
    expect(decide({ denials: 5 })).toMatchObject({
      why: 'forbidden',
      rules: ['too-many-refusals'],
      words: { en: 'Please wait a little.', de: 'Bitte etwas warten.' },
    });
  });

  it('R37 joins what all permits ask for: strictest show, soonest end, every redaction', () => {
    expect(decide({ ...PAYSLIP, person: person('employee', 'payroll') })).toEqual({
      effect: 'permit',
      rules: ['payslip', 'payslip-payroll'],
      obligations: { show: 'view', expiresSeconds: 120, moreTime: 0, redact: ['iban', 'tax'] },
    });
  });

  it('R37 says the words of the weightiest forbid, and names all that forbade', () => {
    const asked = { ...PAYSLIP, now: NIGHT };
    expect(decide(asked)).toMatchObject({ rules: ['pay-by-day'], words: { en: 'Pay is answered by day.' } });
    expect(decide({ ...asked, denials: 9 })).toMatchObject({
      rules: ['pay-by-day', 'too-many-refusals'],
      words: { en: 'Please wait a little.' },
    });
    expect(decide({ ...asked, person: person('guest') })).toMatchObject({
      rules: ['guests-help-only', 'pay-by-day'],
      words: { en: 'Pay is answered by day.' },
    });
  });

  it('lets a rule except a group that the pack added', () => {
    expect(decide({ ...PAYSLIP, now: NIGHT, person: person('employee', 'night-shift') }).effect).toBe('permit');
  });

  it('refuses what is sensitive to whoever the directory does not vouch for just now, naming no rule', () => {
    const from = (changed: Partial<PolicyRequest>): Decision =>
      decide({ ...changed, person: { ...person('employee'), fresh: false } });
    const stale = { effect: 'refuse', why: 'stale', rules: [], helps: null, words: {}, contact: {}, rights: {} };
    expect(from(PAYSLIP)).toEqual(stale);
    expect(from({}).effect).toBe('permit');
    expect(from({ ...PAYSLIP, now: NIGHT })).toMatchObject({ why: 'forbidden', rules: ['pay-by-day'] });
  });

  it('sends nobody to sign in or to a private chat for what they would be refused there as stale', () => {
    for (const changed of [
      { signInAgeMinutes: null },
      { place: 'channel' },
      { place: 'channel', signInAgeMinutes: 90 },
    ] as const) {
      expect(decide({ ...PAYSLIP, ...changed, person: { ...person('employee'), fresh: false } })).toMatchObject({
        why: 'stale',
        helps: null,
      });
    }
    const guest = { ...person('guest'), fresh: false };
    expect(decide({ ...PAYSLIP, signInAgeMinutes: null, person: guest })).toMatchObject({ why: 'forbidden' });
  });

  it('takes an expiry alone for sensitive', async () => {
    const rules = '@id("own-leave")\n@expires("60")\npermit (principal, action in Action::"leave", resource);';
    const timed = await fixturePolicy({ rules });
    expect(timed.decide(request()).effect).toBe('permit');
    expect(timed.decide(request({ person: { ...person('employee'), fresh: false } }))).toMatchObject({ why: 'stale' });
  });

  it('R38 finds what would make it a permit by asking again', () => {
    expect(helps({ ...PAYSLIP, signInAgeMinutes: null })).toBe('sign-in');
    expect(helps({ ...PAYSLIP, signInAgeMinutes: 90 })).toBe('sign-in');
    expect(helps({ ...PAYSLIP, place: 'channel' })).toBe('private');
    expect(helps({ ...PAYSLIP, place: 'shared', signInAgeMinutes: null })).toBe('sign-in-and-private');
  });

  it('R39 offers nothing that would not help, and nothing to guests and people of other companies', () => {
    expect(helps({ ...PAYSLIP, about: 'other', signInAgeMinutes: null })).toBeNull();
    expect(helps({ ...PAYSLIP, signInAgeMinutes: null, denials: 5 })).toBeNull();
    for (const kind of ['guest', 'external'] as const) {
      for (const place of PLACES) {
        expect(helps({ ...PAYSLIP, place, signInAgeMinutes: null, person: person(kind, 'payroll') })).toBeNull();
      }
    }
  });
});
