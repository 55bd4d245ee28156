import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Obligations } from '../../src/core/types.ts';
import type { Notes } from '../../src/policies/annotations.ts';
import { createPolicy, type RulesInForce } from '../../src/policies/authorise.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { decideBy } from '../../src/policies/decide.ts';
import { packFolders } from '../../src/policies/pack.ts';
import { checkRequest } from '../../src/policies/request.ts';
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

describe('what is permitted by a hint and without it', () => {
  const PLAIN: Obligations = { show: 'message', expiresSeconds: null, moreTime: 0, redact: [], inPlace: true };
  const SAID = { words: {}, contact: {}, rights: {} };

  /** Permitted by the rule `all` without the group, by those of `hinted` with it. */
  const decided = (o: {
    readonly action?: string;
    readonly all: Obligations | null;
    readonly hinted: readonly Obligations[];
  }) => {
    const hinted = o.hinted.map((obligations, at) => [`hinted-${at}`, obligations] as const);
    const all = o.all === null ? [] : [['all', o.all] as const];
    const notes = new Map<string, Notes>(
      [...all, ...hinted].map(([id, obligations]) => [id, { effect: 'permit', obligations, said: SAID, priority: 0 }]),
    );
    const checked = checkRequest(
      request({
        action: o.action ?? 'leave.balance',
        person: { id: 'pia', kind: 'employee', groups: [], hints: ['payroll'], country: 'DE', fresh: true },
      }),
      { groups: new Set(['payroll']), topics: new Set() } as never,
    );
    if (checked === null) throw new Error('The request is none.');
    return decideBy({
      notes,
      request: checked,
      ask: (_, { entities }) => {
        const inGroup = JSON.stringify(entities).includes('"payroll"');
        const rules = (inGroup ? hinted : all).map(([id]) => id);
        return { kind: rules.length > 0 ? 'permit' : 'refuse', rules };
      },
    });
  };

  it('is shown with the care that either asks for', () => {
    const careful = { ...PLAIN, inPlace: undefined, show: 'view', expiresSeconds: 60, redact: ['iban'] } as const;
    const { inPlace: _, ...care } = careful;
    for (const [all, hinted] of [
      [PLAIN, care],
      [care, PLAIN],
    ] as const)
      expect(decided({ all, hinted: [hinted] })).toMatchObject({
        effect: 'permit',
        obligations: { show: 'view', expiresSeconds: 60, redact: ['iban'] },
      });
    // Both are shown for a time: the shorter counts, whichever names it.
    const brief = { ...care, expiresSeconds: 20 };
    for (const [all, hinted] of [
      [brief, care],
      [care, brief],
    ] as const)
      expect(decided({ all, hinted: [hinted] })).toMatchObject({ obligations: { expiresSeconds: 20 } });
    // What is redacted for the group alone is nobody's to see by that the group is a hint.
    expect(decided({ all: PLAIN, hinted: [{ ...PLAIN, redact: ['iban'] }] })).toMatchObject({
      obligations: { redact: ['iban'] },
    });
  });

  it('is given by the hint alone where it is harmless, is nobody’s data and passes no suspicion', () => {
    expect(decided({ all: null, hinted: [PLAIN] })).toMatchObject({ effect: 'permit' });
    for (const action of ['data:leave', 'leave.suspected'])
      expect([action, decided({ action, all: null, hinted: [PLAIN] }).effect]).toEqual([action, 'refuse']);
    for (const care of [{ show: 'view' }, { show: 'hold-reveal' }, { expiresSeconds: 60 }] as const)
      expect(decided({ all: null, hinted: [{ ...PLAIN, ...care }] })).toMatchObject({ effect: 'refuse' });
  });
});
