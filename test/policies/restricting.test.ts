import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Restricting } from '../../src/core/restricting-ports.ts';
import type { RulesInForce } from '../../src/policies/authorise.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { freshCedar } from '../../src/policies/engine.ts';
import { createTrial } from '../../src/policies/reach/trial.ts';
import { createRestricting } from '../../src/policies/restricting.ts';
import { ruleOf } from '../../src/policies/restriction-rule.ts';
import { loadRestrictionTemplates } from '../../src/policies/restriction-templates.ts';
import { FIXTURE, fixturePolicy, NOON, restriction } from './support.ts';

const folders = [FIXTURE];
const catalogue = loadCatalogue({ folders });

describe('what HR restrict with', () => {
  let policy: RulesInForce;
  let restricting: Restricting;
  beforeAll(async () => {
    policy = await fixturePolicy();
    restricting = createRestricting({
      policy,
      templates: loadRestrictionTemplates({ folders, catalogue }),
      trial: createTrial({ pack: policy.pack }),
      now: () => NOON,
    });
  });

  it('offers what the pack has: topics, intents, groups, and what stands ready', () => {
    const { choices, templates } = restricting;
    expect(choices.topics.map(({ id }) => id)).toEqual(['help', 'leave', 'salary']);
    expect(choices.intents).toContainEqual({
      id: 'salary.payday',
      topic: 'salary',
      title: { en: 'Pay day', de: 'Zahltag' },
    });
    expect(choices.groups).toEqual(expect.arrayContaining(['employee', 'guest', 'payroll', 'night-shift']));
    expect(templates.map(({ id }) => id)).toEqual(['salary']);
  });

  it('reads the form, and says which field is wrong, what and how to mend it', () => {
    const read = restricting.read({ title: 'Freeze', forbids: ['salary'], until: new Date(NOON).toISOString() });
    expect(read).toEqual({
      ok: false,
      findings: [{ field: 'until', what: expect.stringContaining('past'), mend: expect.any(String) }],
    });
    expect(restricting.read({ title: 'Freeze', forbids: ['salary'] })).toMatchObject({
      ok: true,
      restriction: { id: expect.stringMatching(/^r-[0-9a-f]{16}$/), forbids: ['salary'] },
    });
  });

  it('R31 says which actions a restriction touches, as Cedar itself finds them', () => {
    const cedar = freshCedar();
    const ofCedar = (forbids: readonly string[]): readonly string[] => {
      const found = cedar.getValidRequestEnvsPolicy(ruleOf(restriction({ forbids })).json, policy.pack.schema);
      if (found.type === 'failure') throw new Error(JSON.stringify(found));
      return found.actions.map((it) => /^Action::"(.*)"$/.exec(it)?.[1] ?? it).sort();
    };
    for (const forbids of [['salary'], ['salary.payday'], ['leave', 'salary.payslip'], ['help', 'leave', 'salary']]) {
      const touched = restricting.touches(restriction({ forbids })).toSorted();
      expect({ forbids, touched }).toEqual({ forbids, touched: ofCedar(forbids) });
      expect(touched.length).toBeGreaterThan(0);
    }
  });

  it('R29 tells a restriction that is added from one that is lifted or shortened', () => {
    const compare = (before: readonly ReturnType<typeof restriction>[], after: typeof before) =>
      restricting.compare({ before, after, now: NOON });
    expect(compare([], [restriction()])).toBe('stricter');
    expect(compare([restriction()], [])).toBe('weaker');
    expect(compare([restriction()], [restriction({ until: '2027-01-01T00:00:00.000Z' })])).toBe('weaker');
    expect(compare([restriction()], [restriction({ exceptGroups: ['hr', 'payroll'] })])).toBe('weaker');
    expect(compare([restriction()], [restriction({ title: 'Thaw' })])).toBe('same');
  });

  it('R30 names the whole policy that would be in force by a hash, after checking it', async () => {
    const { hash } = await restricting.check([restriction()]);
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    await policy.apply({ restrictions: [restriction()], version: 2, hash });
    expect(policy.version).toBe(hash);
    await expect(restricting.check([restriction({ exceptGroups: ['nobody'] })])).rejects.toMatchObject({
      code: 'policy-invalid',
    });
  });
});
