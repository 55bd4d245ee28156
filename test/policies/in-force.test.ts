import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hasCode } from '../../src/core/errors.ts';
import type { Restriction } from '../../src/core/types.ts';
import { checkRules, createPolicy, type RulesInForce } from '../../src/policies/authorise.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { freshCedar, wholeSet } from '../../src/policies/engine.ts';
import { checkPolicy } from '../../src/policies/prepare.ts';
import { cedarRequest, checkRequest } from '../../src/policies/request.ts';
import { readRules } from '../../src/policies/rules.ts';
import { actionsOf, KINDS, knownOf, PLACES, RELATIONS, schemaOf } from '../../src/policies/schema.ts';
import { validateRules } from '../../src/policies/validation.ts';
import {
  copyOfPack,
  FIXTURE,
  fixturePolicy,
  folderWith,
  NOON,
  person,
  recordingLog,
  request,
  restriction,
  thrownBy,
} from './support.ts';

const PAYSLIP = { action: 'salary.payslip' } as const;

describe('rules in force', () => {
  it('R1 refuses where a forbid fails while it is evaluated, and says so in the log', async () => {
    const { log, lines } = recordingLog();
    const rules =
      '@id("overflow") forbid (principal, action in Action::"leave", resource) when { context.denials + 9223372036854775807 > 0 };';
    const policy = await fixturePolicy({ rules, log });
    expect(policy.decide(request({ denials: 1 }))).toEqual({
      effect: 'refuse',
      why: 'policy-error',
      rules: ['overflow'],
      helps: null,
      words: {},
      contact: {},
      rights: {},
    });
    expect(lines).toEqual([
      { level: 'error', event: 'policy.rule-failed', fields: { name: 'leave.balance', code: 'overflow' } },
    ]);
  });

  it('R1 refuses where a permit fails, though another permits', async () => {
    const rules =
      '@id("overflow") permit (principal, action in Action::"leave", resource) when { context.denials + 9223372036854775807 > 0 };';
    const policy = await fixturePolicy({ rules });
    expect(policy.decide(request({ denials: 1 }))).toMatchObject({ effect: 'refuse', why: 'policy-error' });
  });

  it('R12 are copied for an action as few as cover it: one set of rules for each', async () => {
    const catalogue = loadCatalogue({ folders: [FIXTURE] });
    const { pack } = await fixturePolicy();
    expect([...pack.slices.keys()]).toEqual([...actionsOf(catalogue).keys()]);
    const idsOf = (action: string) => Object.keys(pack.slices.get(action) ?? {}).sort();
    expect(idsOf('help.capabilities')).toEqual(['guests-help-only', 'help']);
    expect(idsOf('leave.balance')).toEqual(['guests-help-only', 'own-leave', 'too-many-refusals']);
    expect(idsOf('data:pay')).toContain('payslip');
  });

  it('R21 answer from slices as all rules together would', async () => {
    const catalogue = loadCatalogue({ folders: [FIXTURE] });
    const restrictions = [restriction({ countries: ['US'] })];
    const { rules } = await checkPolicy({ catalogue, folders: [FIXTURE], restrictions });
    const policy = await fixturePolicy({ restrictions });
    const all = Object.fromEntries(rules.map((rule) => [rule.id, rule.source]));
    const ask = wholeSet(freshCedar(), schemaOf(catalogue), all);
    let permits = 0;
    for (const action of ['salary.payslip', 'salary.suspected', 'data:pay', 'leave.balance', 'help.capabilities']) {
      for (const kind of KINDS) {
        for (const place of PLACES) {
          for (const about of RELATIONS) {
            for (const [country, groups, signInAgeMinutes, denials] of [
              ['DE', [], 0, 0],
              ['US', ['payroll'], null, 0],
              ['US', ['manager'], 3, 0],
              ['DE', ['payroll'], 20, 9],
            ] as const) {
              const asked = request({
                action,
                place,
                about,
                signInAgeMinutes,
                denials,
                person: { ...person(kind, ...groups), country },
              });
              const checked = checkRequest(asked, knownOf(catalogue));
              const expected = checked === null ? null : ask(action, cedarRequest(checked));
              const decision = policy.decide(asked);
              expect({ kind: decision.effect, rules: decision.rules }).toEqual(expected);
              permits += decision.effect === 'permit' ? 1 : 0;
            }
          }
        }
      }
    }
    expect(permits).toBeGreaterThan(50);
  });

  it('R24 have the same version wherever they are loaded, and another as soon as anything differs', async () => {
    const catalogue = loadCatalogue({ folders: [FIXTURE] });
    const load = (folder: string, restrictions = [restriction()]) =>
      createPolicy({
        catalogue: loadCatalogue({ folders: [folder] }),
        folders: [folder],
        restrictions,
        restrictionsVersion: 7,
      });
    const plain = await load(FIXTURE);
    const copy = await load(copyOfPack());
    expect(plain.version).toMatch(/^[0-9a-f]{16}$/);
    expect(copy.version).toBe(plain.version);
    const others = [
      await load(FIXTURE, []),
      await load(FIXTURE, [restriction({ words: { en: 'Closed for ever.' } })]),
      await fixturePolicy({
        restrictions: [restriction()],
        rules: '@id("own-leave") permit (principal, action in Action::"leave", resource);',
      }),
      await createPolicy({
        catalogue: { ...catalogue, groups: [...catalogue.groups, 'day-shift'] },
        folders: [FIXTURE],
        restrictions: [restriction()],
        restrictionsVersion: 7,
      }),
    ];
    expect(new Set([plain, ...others].map((it) => it.version)).size).toBe(5);
    expect(plain.restrictionsVersion).toBe(7);
  });

  it('are told about before a start: findings, what nobody is permitted, and restrictions that do not fit', async () => {
    const catalogue = loadCatalogue({ folders: [FIXTURE] });
    expect(await checkRules({ catalogue, folders: [FIXTURE] })).toEqual([]);
    const spoilt = folderWith({
      'rules.cedar': '@id("help") permit (principal, action == Action::"help.suspected", resource);',
    });
    mkdirSync(join(spoilt, 'restrictions'));
    writeFileSync(join(spoilt, 'restrictions', 'x.yaml'), 'id: x\ntitle: X\nforbids: [gone]\n');
    expect(await checkRules({ catalogue, folders: [FIXTURE, spoilt] })).toEqual([
      expect.stringMatching(/x\.yaml, forbids > 0: This is no topic or intent of the pack\./),
      'rules.cedar, help.capabilities: No rule permits this to anybody, so it is always refused. Add a permit, or remove it from the pack.',
    ]);
  });

  it('refuse to load with every finding at once', async () => {
    const error = await thrownBy(() =>
      fixturePolicy({
        rules: '@id("x") permit (principal in Group::"nobody", action, resource);',
        restrictions: [restriction({ forbids: ['gone'] })],
      }),
    );
    expect(hasCode(error, 'policy-invalid')).toBe(true);
    expect(String(error)).toMatch(
      /restrictions, forbids > 0: This is no topic or intent[\s\S]*rules\.cedar, line 1, x: .*nobody/,
    );
  });
});

describe('a restriction that is applied', () => {
  const ask = (policy: RulesInForce, ...groups: readonly string[]) =>
    policy.decide(request({ ...PAYSLIP, person: person('employee', ...groups) }));

  it('R23 comes into force, is told by its words, and is lifted again', async () => {
    const policy = await fixturePolicy();
    const before = policy.version;
    expect(ask(policy).effect).toBe('permit');
    await policy.apply({ restrictions: [restriction()], version: 2, hash: null });
    expect(ask(policy)).toMatchObject({
      why: 'forbidden',
      rules: ['hr:freeze'],
      words: { en: 'Closed until Monday.' },
      helps: null,
    });
    expect(ask(policy, 'payroll').effect).toBe('permit');
    expect(policy.decide(request()).effect).toBe('permit');
    expect([policy.restrictionsVersion, policy.version === before]).toEqual([2, false]);
    await policy.apply({ restrictions: [], version: 3, hash: null });
    expect(ask(policy).effect).toBe('permit');
    expect([policy.restrictionsVersion, policy.version]).toEqual([3, before]);
  });

  it('forbids the intents, data and suspicions of a topic, and of an intent only itself', async () => {
    const policy = await fixturePolicy({ restrictions: [restriction({ exceptGroups: [] })] });
    const forbidden = (action: string) =>
      policy.decide(request({ action, person: person('employee', 'payroll') })).rules.includes('hr:freeze');
    expect(
      ['salary.payday', 'salary.payslip', 'salary.suspected', 'data:pay', 'leave.balance', 'data:leave'].map(forbidden),
    ).toEqual([true, true, true, true, false, false]);
    await policy.apply({
      restrictions: [restriction({ exceptGroups: [], forbids: ['salary.payday'] })],
      version: 2,
      hash: null,
    });
    expect(['salary.payday', 'salary.payslip', 'data:pay'].map(forbidden)).toEqual([true, false, false]);
  });

  it('R23 keeps the old set where the new one is not valid', async () => {
    const policy = await fixturePolicy({ restrictions: [restriction()] });
    const before = policy.version;
    for (const wrong of [
      restriction({ forbids: ['gone'] }),
      restriction({ exceptGroups: ['nobody'] }),
      restriction({ until: '2026-12-31' }),
    ]) {
      const error = await thrownBy(() => policy.apply({ restrictions: [wrong], version: 2, hash: null }));
      expect(hasCode(error, 'policy-invalid')).toBe(true);
    }
    const twice = await thrownBy(() =>
      policy.apply({ restrictions: [restriction(), restriction({ title: 'Other' })], version: 2, hash: null }),
    );
    expect(String(twice)).toContain('hr:freeze: The id is taken');
    expect([policy.version, policy.restrictionsVersion]).toEqual([before, 1]);
    expect(ask(policy)).toMatchObject({ rules: ['hr:freeze'] });
  });

  it('stay as they are where only their version rises, at once and without being checked again', async () => {
    const { log, lines } = recordingLog();
    const policy = await fixturePolicy({ restrictions: [restriction()], log });
    const { version } = policy;
    const before = policy.decide(request(PAYSLIP));
    await policy.apply({ restrictions: [restriction()], version: 7, hash: null });
    expect([policy.restrictionsVersion, policy.version, policy.decide(request(PAYSLIP))]).toEqual([7, version, before]);
    expect(lines.filter(({ event }) => event === 'policy.in-force')).toEqual([]);
    await policy.apply({ restrictions: [], version: 8, hash: null });
    expect(lines.filter(({ event }) => event === 'policy.in-force')).toHaveLength(1);
    await policy.apply({ restrictions: [restriction()], version: 9, hash: null });
    expect([policy.restrictionsVersion, policy.version, policy.decide(request(PAYSLIP))]).toEqual([9, version, before]);
  });

  it('takes its turn: the newest wins, and an older version is refused', async () => {
    const policy = await fixturePolicy();
    const [, older] = await Promise.allSettled([
      policy.apply({ restrictions: [restriction()], version: 5, hash: null }),
      policy.apply({ restrictions: [], version: 4, hash: null }),
    ]);
    expect(older.status).toBe('rejected');
    expect(policy.restrictionsVersion).toBe(5);
    expect(ask(policy)).toMatchObject({ rules: ['hr:freeze'] });
  });

  it('R23 that was checked by whoever published it is put in force without another check, where both come to the same hash', async () => {
    let checks = 0;
    const receiver = await fixturePolicy({
      validate: (rules) => {
        checks += 1;
        return validateRules(rules);
      },
    });
    const publisher = await fixturePolicy();
    const first = [restriction()];
    const { hash } = await publisher.check(first);
    expect(publisher.version).not.toBe(hash);
    await receiver.apply({ restrictions: first, version: 2, hash });
    expect([checks, receiver.version, receiver.restrictionsVersion]).toEqual([1, hash, 2]);
    expect(ask(receiver)).toMatchObject({ rules: ['hr:freeze'] });
    expect(ask(receiver, 'payroll').effect).toBe('permit');
    expect(receiver.decide(request()).effect).toBe('permit');
    // What is said of other rules is not believed, nor where nobody said anything.
    const second = [restriction({ countries: ['DE'] })];
    await receiver.apply({ restrictions: second, version: 3, hash });
    await receiver.apply({ restrictions: [], version: 4, hash: null });
    expect([checks, receiver.restrictionsVersion]).toEqual([3, 4]);
    expect(ask(receiver).effect).toBe('permit');
    await receiver.apply({ restrictions: second, version: 5, hash: (await publisher.check(second)).hash });
    expect([checks, ask(receiver).effect]).toEqual([3, 'refuse']);
  });

  it('are checked two at a time before they are published, some wait, and more are refused; what was published waits for none', async () => {
    let begun = 0;
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const policy = await fixturePolicy({
      validate: async (rules) => {
        begun += 1;
        // The first is the start, and the last what was published.
        if (begun > 1 && begun < 4) await opened;
        return readRules(freshCedar(), rules);
      },
    });
    const checks = Array.from({ length: 10 }, () => policy.check([restriction()]));
    await policy.apply({ restrictions: [restriction()], version: 2, hash: null });
    expect([begun, ask(policy).effect]).toEqual([4, 'refuse']);
    expect(hasCode(await thrownBy(() => policy.check([])), 'usage')).toBe(true);
    open();
    expect(new Set((await Promise.all(checks)).map(({ hash }) => hash))).toEqual(new Set([policy.version]));
    expect((await policy.check([])).hash).not.toBe(policy.version);
  });

  it('R30 is named by one hash, which another pack or another restriction does not have', async () => {
    const policy = await fixturePolicy();
    const other = await fixturePolicy({
      rules: '@id("more") forbid (principal, action in Action::"leave", resource);',
    });
    const named = async (of: RulesInForce, ...restrictions: readonly Restriction[]) =>
      (await of.check(restrictions)).hash;
    const hashes = [
      await named(policy),
      await named(policy, restriction()),
      await named(policy, restriction({ until: '2027-01-01T00:00:00.000Z' })),
      await named(policy, restriction({ words: {} })),
      await named(other, restriction()),
    ];
    expect(new Set(hashes).size).toBe(5);
    expect([await named(policy), hashes[0]]).toEqual([policy.version, policy.version]);
    const wrong = await thrownBy(() => policy.check([restriction({ forbids: ['gone'] })]));
    expect(hasCode(wrong, 'policy-invalid')).toBe(true);
  });

  it('R32 freezes pay for all but payroll until its date, and ends by itself', async () => {
    const policy = await fixturePolicy({ restrictions: [restriction({ until: '2026-12-31T00:00:00.000Z' })] });
    const at = (now: number, ...groups: readonly string[]) =>
      policy.decide(request({ ...PAYSLIP, now, person: person('employee', ...groups) })).effect;
    expect(at(NOON)).toBe('refuse');
    expect(at(NOON, 'payroll')).toBe('permit');
    expect(at(Date.UTC(2026, 11, 31) - 1)).toBe('refuse');
    expect(at(Date.UTC(2027, 0, 4, 12))).toBe('permit');
  });

  it('holds in the countries that it names, and for anybody in any country where it names none', async () => {
    const policy = await fixturePolicy({ restrictions: [restriction({ countries: ['FR', 'US'] })] });
    const from = (country: string) =>
      policy.decide(request({ ...PAYSLIP, person: { ...person('employee'), country } })).effect;
    expect([from('DE'), from('US'), from('FR')]).toEqual(['permit', 'refuse', 'refuse']);
  });
});
