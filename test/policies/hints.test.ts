import { beforeAll, describe, expect, it } from '@jest/globals';
import { createPolicy, type RulesInForce } from '../../src/policies/authorise.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders } from '../../src/policies/pack.ts';
import { loadRestrictionTemplates } from '../../src/policies/restriction-templates.ts';
import { request } from './support.ts';

const folders = packFolders(null);
const catalogue = loadCatalogue({ folders });

describe('a group that only the chat platform vouches for', () => {
  let policy: RulesInForce;
  let restricted: RulesInForce;
  beforeAll(async () => {
    const restrictions = loadRestrictionTemplates({ catalogue, folders });
    policy = await createPolicy({ catalogue, folders, restrictions: [], restrictionsVersion: 0 });
    restricted = await createPolicy({
      catalogue,
      folders,
      restrictions: restrictions.filter(({ forbids }) => forbids.includes('salary')),
      restrictionsVersion: 1,
    });
  });

  const asked = (o: {
    readonly action: string;
    readonly groups?: readonly string[];
    readonly hints?: readonly string[];
    readonly about?: 'self' | 'other';
    readonly kind?: 'employee' | 'guest';
  }) =>
    request({
      action: o.action,
      about: o.about ?? 'other',
      place: 'direct',
      signInAgeMinutes: 1,
      person: {
        id: 'pia',
        kind: o.kind ?? 'employee',
        groups: o.groups ?? [],
        ...(o.hints === undefined ? {} : { hints: o.hints }),
        country: 'DE',
        fresh: true,
      },
    });
  const effect = (by: RulesInForce, o: Parameters<typeof asked>[0]): string => by.decide(asked(o)).effect;

  it('never gives somebody else’s pay, which the same group of a directory does', () => {
    const action = 'salary.compensation';
    expect(effect(policy, { action, groups: ['payroll'] })).toBe('permit');
    expect(effect(policy, { action, hints: ['payroll'] })).toBe('refuse');
    expect(effect(policy, { action: 'data:pay', groups: ['payroll'] })).toBe('permit');
    expect(effect(policy, { action: 'data:pay', hints: ['payroll'] })).toBe('refuse');
  });

  it('never leads past a suspicion', () => {
    expect(effect(policy, { action: 'salary.suspected', groups: ['payroll'] })).toBe('permit');
    expect(effect(policy, { action: 'salary.suspected', hints: ['payroll'] })).toBe('refuse');
  });

  it('lets nobody out of a restriction that leaves out that group', () => {
    const action = 'salary.payslip';
    expect(effect(restricted, { action, about: 'self', groups: ['payroll'] })).toBe('permit');
    expect(effect(restricted, { action, about: 'self', hints: ['payroll'] })).toBe('refuse');
  });

  it('takes nothing from whoever has it without the group, and gives nothing to a guest', () => {
    expect(effect(policy, { action: 'salary.payslip', about: 'self', hints: ['payroll', 'hr', 'manager'] })).toBe(
      'permit',
    );
    for (const action of ['salary.payslip', 'leave.balance', 'data:leave'])
      expect(effect(policy, { action, about: 'self', kind: 'guest', hints: ['payroll', 'employee'] })).toBe('refuse');
  });

  it('decides as no group at all does, for every action, where nothing forbids it', () => {
    for (const { id } of catalogue.intents.values())
      for (const about of ['self', 'other'] as const) {
        const without = policy.decide(asked({ action: id, about }));
        const hinted = policy.decide(asked({ action: id, about, hints: ['payroll', 'hr'] }));
        // What is given beyond that is the same words for everybody, or nothing that is shown with care.
        if (without.effect === 'refuse' && hinted.effect === 'permit')
          expect([id, hinted.obligations.show, hinted.obligations.expiresSeconds]).toEqual([id, 'message', null]);
        else expect([id, hinted.effect]).toEqual([id, without.effect]);
      }
  });
});

describe('a restriction on a group that only the chat platform vouches for', () => {
  it('forbids all the same: a hint can take away', async () => {
    const [template] = loadRestrictionTemplates({ catalogue, folders }).filter(({ forbids }) =>
      forbids.includes('salary'),
    );
    if (template === undefined) throw new Error('The pack has no restriction on salary.');
    const policy = await createPolicy({
      catalogue,
      folders,
      restrictions: [{ ...template, appliesTo: ['hr'], exceptGroups: [] }],
      restrictionsVersion: 1,
    });
    const by = (person: { readonly groups: readonly string[]; readonly hints?: readonly string[] }) =>
      policy.decide(
        request({
          action: 'salary.payslip',
          about: 'self',
          place: 'direct',
          signInAgeMinutes: 1,
          person: { id: 'hugo', kind: 'employee', country: 'DE', fresh: true, ...person },
        }),
      ).effect;
    expect([by({ groups: [] }), by({ groups: ['hr'] }), by({ groups: [], hints: ['hr'] })]).toEqual([
      'permit',
      'refuse',
      'refuse',
    ]);
  });
});
