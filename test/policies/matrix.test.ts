import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hasCode } from '../../src/core/errors.ts';
import { DEFAULT_PACK } from '../../src/policies/pack.ts';
import { boxesOf } from '../../src/policies/reach/boxes.ts';
import { enumerate } from '../../src/policies/reach/enumerate.ts';
import { loadTrialPack } from '../../src/policies/reach/load.ts';
import { matrixOf, matrixText } from '../../src/policies/reach/matrix.ts';
import { COLUMNS } from '../../src/policies/reach/matrix-row.ts';
import { EVER } from '../../src/policies/reach/time-cut.ts';
import { never, packWith } from './reach/support.ts';
import { thrownBy } from './support.ts';

const PAGE = join(import.meta.dirname, '../../docs/policy-matrix.md');

const rowsWith = (rules: string) => matrixOf({ pack: packWith(rules), signal: never() });

/** Rows of one action, as text. */
const linesOf = async (rules: string, action: string): Promise<readonly string[]> =>
  (await rowsWith(rules)).filter(([it]) => it === action).map((row) => row.slice(1).join(' | '));

describe('the table of what the pack that ships permits', () => {
  it('is docs/policy-matrix.md: where a change of the policy is meant, "npm run matrix" writes it anew, and the difference is for the reviewer', async () => {
    const pack = await loadTrialPack({ folders: [DEFAULT_PACK] });
    const rows = await matrixOf({ pack, signal: never() });
    const text = matrixText(rows, (action) => pack.actions.get(action) ?? '');
    expect(readFileSync(PAGE, 'utf8').split('\n')).toEqual(text.split('\n'));
    expect(rows.length).toBeLessThanOrEqual(2_000);
    expect(new Set(rows.map(([action]) => action))).toEqual(new Set(pack.actions.keys()));
  });
});

describe('the table of a policy', () => {
  it('has every request in exactly one row', async () => {
    const pack = packWith(`
      @id("a") permit (principal in Group::"employee", action in Action::"salary", resource)
      when { context.relation == Relation::"self" && (context.place == Place::"direct" || principal in Group::"payroll") };
      @id("b") permit (principal in Group::"payroll", action in Action::"salary", resource)
      when { context has signInAgeMinutes && context.signInAgeMinutes <= 15 };
      @id("c") forbid (principal in Group::"manager", action in Action::"salary", resource)
      when { principal.country == "DE" && context.denials > 3 };
    `);
    const [judged] = await enumerate({
      pack,
      rules: pack.rules,
      actions: ['salary.payslip'],
      span: EVER,
      progress: () => {},
      signal: never(),
    });
    if (judged === undefined) throw new Error('Nothing was judged.');
    const boxes = boxesOf(judged);
    expect(boxes.length).toBeLessThan(judged.count / 4);
    for (let at = 0; at < judged.count; at += 1) {
      const { person, about, place, signInAgeMinutes, denials } = judged.request(at);
      const holding = boxes.filter(
        ({ values, groups }) =>
          values.kind.includes(person.kind) &&
          values.country.includes(person.country) &&
          values.about.includes(about) &&
          values.place.includes(place) &&
          values.signInAgeMinutes.includes(signInAgeMinutes) &&
          values.denials.includes(denials) &&
          Object.entries(groups).every(([group, is]) => is.includes(person.groups.includes(group))),
      );
      expect(holding.map(({ outcome }) => outcome)).toEqual([judged.outcome(at)]);
    }
  });

  it('says what would help, how an answer is shown and by which rules', async () => {
    const lines = await linesOf(
      `@id("own") @show("hold-reveal") @expires("60") @more_time("2") @redact("iban")
       permit (principal, action == Action::"salary.payslip", resource)
       when { context.place == Place::"direct" && context has signInAgeMinutes && context.signInAgeMinutes <= 15 };`,
      'salary.payslip',
    );
    expect(lines).toEqual([
      'employee, contractor | any | direct | any | none, 16+ min |  | step-up | (not-permitted)',
      'any | any | direct | any | 0–15 min |  | answer: hold-reveal, 60 s, 2 × more time, without iban | own',
      'employee, contractor | any | group, channel, shared | any | none, 16+ min |  | step-up and private | (not-permitted)',
      'employee, contractor | any | group, channel, shared | any | 0–15 min |  | private | (not-permitted)',
      'guest, external | any | direct | any | none, 16+ min |  | refused | (not-permitted)',
      'guest, external | any | group, channel, shared | any | any |  | refused | (not-permitted)',
    ]);
  });

  it('says what else the rules read, and only where it makes a difference', async () => {
    const lines = await linesOf(
      `@id("one") permit (principal, action in Action::"leave", resource)
       when { principal.country == "DE" && context.denials < 3 && context.now < datetime("2030-01-01") && context.platform == Platform::"teams" };
       @id("two") forbid (principal, action in Action::"leave", resource)
       when { context.asked.contains(Topic::"salary") };`,
      'leave.balance',
    );
    const permitted = lines.filter((line) => line.includes('answer'));
    expect(permitted).toEqual([
      'any | any | any | any | any | platform teams; country DE; refusals 0–2; asked before nothing; from 1970-01-01 00:00 | answer: message | one',
    ]);
  });

  it('is refused where nobody would read it', async () => {
    const conditions = [
      ...['manager', 'hr', 'payroll', 'night-shift'].map((group) => `principal in Group::"${group}"`),
      'context.place == Place::"direct"',
      'context.relation == Relation::"self"',
      'context.platform == Platform::"slack"',
      'principal.country == "DE"',
    ];
    // What comes out turns with each of these: no two neighbouring requests come out alike.
    const odd = conditions.reduce((others, it) => `(${others}) == (${it})`);
    const refused = await thrownBy(() => rowsWith(`@id("odd") permit (principal, action, resource) when { ${odd} };`));
    expect(hasCode(refused, 'usage')).toBe(true);
  });

  it('is as wide as its head', async () => {
    for (const row of await rowsWith('@id("all") permit (principal, action, resource);'))
      expect(row).toHaveLength(COLUMNS.length);
  });
});
