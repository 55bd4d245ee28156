import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { hasCode } from '../../src/core/errors.ts';
import { obligationsOf } from '../../src/policies/annotations.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { freshCedar, wholeSet } from '../../src/policies/engine.ts';
import { findingText } from '../../src/policies/findings.ts';
import { checkPolicy } from '../../src/policies/prepare.ts';
import { cedarRequest, checkRequest } from '../../src/policies/request.ts';
import { splitRules } from '../../src/policies/rule-text.ts';
import { type CheckedRules, readRules } from '../../src/policies/rules.ts';
import { actionsOf, knownOf, schemaOf } from '../../src/policies/schema.ts';
import { validateRules } from '../../src/policies/validation.ts';
import { FIXTURE, fixturePolicy, folderWith, request } from './support.ts';

const catalogue = loadCatalogue({ folders: [FIXTURE] });
const sent = { schema: schemaOf(catalogue), actions: [...actionsOf(catalogue)], restrictions: [] };

/** Checked in this thread, which is safe for rules that Cedar survives; the worker does the same. */
const check = (...texts: readonly string[]): CheckedRules =>
  readRules(freshCedar(), { ...sent, files: texts.map((text, index) => ({ file: `pack-${index}`, text })) });
const said = (...texts: readonly string[]): string =>
  check(...texts)
    .findings.map(findingText)
    .join('\n');

const permit = (o: {
  readonly notes?: string;
  readonly principal?: string;
  readonly action?: string;
  readonly when?: string;
}): string =>
  `@id("r") ${o.notes ?? ''} permit (principal${o.principal ?? ''}, action${o.action ?? ''}, resource) when { ${o.when ?? 'true'} };`;

describe('the text of rules', () => {
  it('R2 is split without Cedar: strings and comments hold no ends and no brackets', () => {
    const text = '// a ; ( comment\n@id("a;\\"(") permit (x) when { "};" };\n\n@id("b") forbid (y); // end';
    expect(splitRules(text)).toEqual({
      ok: true,
      rules: [
        { text: '@id("a;\\"(") permit (x) when { "};" };', line: 2 },
        { text: '@id("b") forbid (y);', line: 4 },
      ],
    });
    expect(splitRules('')).toEqual({ ok: true, rules: [] });
  });

  it('R2 is split where Cedar would split it, whatever ends its lines', () => {
    const lines = [
      '// nobody',
      '@id("no") forbid (principal, action, resource); // none',
      '@id("all") permit (principal, action, resource);',
    ];
    for (const end of ['\n', '\r\n', '\r']) {
      const text = lines.join(end);
      const parts = freshCedar().policySetTextToParts(text);
      expect(parts).toMatchObject({ type: 'success', policies: [expect.anything(), expect.anything()] });
      expect(check(text)).toMatchObject({ findings: [], rules: [{ id: 'no' }, { id: 'all' }] });
    }
    const hidden = `// ${'x'.repeat(9)}\r${permit({ when: `${'('.repeat(140)}true${')'.repeat(140)}` })}`;
    expect(splitRules(hidden)).toMatchObject({ ok: false, what: expect.stringContaining('more than 64 deep') });
  });

  it.each([
    ['brackets within each other', permit({ when: `${'('.repeat(140)}true${')'.repeat(140)}` }), 'more than 64 deep'],
    ['sets within each other', permit({ when: `${'['.repeat(65)}1${']'.repeat(65)} == []` }), 'more than 64 deep'],
    [
      'operators in a row, which kill the validator too',
      permit({ when: `${Array(1_300).fill('1').join('+')} > 0` }),
      'more than 240 operators',
    ],
    ['conditions in a row', permit({ when: 'if true then true else '.repeat(250) }), 'more than 240 operators'],
    ['a rule of more than 4 KB', permit({ when: `"${'x'.repeat(4_096)}" == ""` }), 'longer than 4096 bytes'],
    ['a rule that is not finished', '@id("a") permit (principal, action, resource)', 'not finished'],
    ['a bracket that closes what never opened', permit({ when: 'true)' }), 'closes that did not open'],
    ['a string without an end', '@id("a) permit (principal, action, resource);', 'does not end on its line'],
    ['a file of more than 256 KB', `//${'x'.repeat(256 * 1024)}`, 'larger than'],
  ])('R2 is refused before it reaches Cedar for %s', (_, text, what) => {
    const split = splitRules(text);
    expect(split).toMatchObject({ ok: false });
    expect(split.ok ? '' : split.what).toContain(what);
  });

  it('R2 may go to the limits, all at once, and Cedar lives', () => {
    const deep = `${'('.repeat(62)}${Array(236).fill('1').join('+')} > 0${')'.repeat(62)}`;
    expect(splitRules(permit({ when: deep })).ok).toBe(true);
    expect(check(permit({ when: deep })).findings).toEqual([]);
    const sets = `${'['.repeat(62)}1${']'.repeat(62)} == ${'['.repeat(62)}2${']'.repeat(62)}`;
    expect(() => check(permit({ when: sets }))).not.toThrow();
    expect(check(permit({})).findings).toEqual([]);
  });
});

describe('the check of rules', () => {
  let fixture = '';
  beforeAll(() => {
    fixture = readFileSync(join(FIXTURE, 'rules.cedar'), 'utf8');
  });

  it('passes the fixture and names what nobody is permitted', () => {
    expect(check(fixture)).toMatchObject({ findings: [], unpermitted: [] });
    expect(check(permit({ action: ' in Action::"leave"' })).unpermitted).toEqual([
      'help.capabilities',
      'salary.payday',
      'salary.payslip',
      'help.suspected',
      'salary.suspected',
      'data:pay',
    ]);
  });

  it.each([
    ['R7 an action that is none', permit({ action: ' == Action::"leave.balanse"' }), 'leave.balanse'],
    ['R7 a group that is none', permit({ principal: ' in Group::"emploee"' }), 'emploee'],
    ['R18 a place that is none', permit({ when: 'context.place == Place::"dircet"' }), 'dircet'],
    ['R18 a relation that is none', permit({ when: 'context.relation == Relation::"slef"' }), 'slef'],
    ['R18 a platform that is none', permit({ when: 'context.platform == Platform::"slakc"' }), 'slakc'],
    ['R18 a kind that is none', permit({ when: 'principal.kind == Kind::"geust"' }), 'geust'],
    ['R7 an attribute that is none', permit({ when: 'context.palce == Place::"direct"' }), 'palce'],
    ['R7 a comparison of different types', permit({ when: 'context.hour < "6"' }), 'expected'],
    [
      'R17 an optional attribute that is read unguarded',
      permit({ when: 'context.signInAgeMinutes <= 15' }),
      'signInAgeMinutes',
    ],
    [
      'R17 a stale sign-in that is written so that a missing one is an error',
      permit({ when: '!(context has signInAgeMinutes) || context.signInAgeMinutes > 15' }),
      'signInAgeMinutes',
    ],
    ['R7 a template', '@id("r") permit (principal in ?principal, action, resource);', 'template'],
    ['a place compared with a person', permit({ when: '!(context.place == principal)' }), 'a Place with a User'],
    [
      'a kind looked for among groups',
      permit({ when: '![Group::"hr"].contains(principal.kind)' }),
      'a Group with a Kind',
    ],
    ['a place that is in a group', permit({ when: '!(context.place in Group::"hr")' }), 'a Place with a Group'],
    ['R15 look-alike letters', permit({ when: 'principal.country == "D\u0415"' }), 'mixed'],
    ['an effect that is none', '@id("r") premit (principal, action, resource);', 'premit'],
    ['R10 a rule without an id', 'permit (principal, action, resource);', 'The rule has no @id'],
    ['R10 two rules of one id', `${permit({})}\n${permit({})}`, 'taken by another rule'],
    ['R10 an id that HR has', permit({}).replace('"r"', '"hr:r"'), '@id must be'],
    ['R36 an annotation that is unknown', permit({ notes: '@expiers("120")' }), '@expiers'],
    ['R36 an annotation without a value', permit({ notes: '@expires' }), '@expires has no value'],
    [
      'R36 a show mode that is none',
      permit({ notes: '@show("whisper")' }),
      'must be one of: message, hold-reveal, view',
    ],
    ['R36 an end that is no number', permit({ notes: '@expires("2m")' }), '@expires must be'],
    ['R36 an end of no time', permit({ notes: '@expires("0")' }), '@expires must be'],
    ['R36 more time that is no number', permit({ notes: '@expires("60") @more_time("once")' }), '@more_time must be'],
    ['R36 more time more often than five times', permit({ notes: '@expires("60") @more_time("6")' }), 'from 0 to 5'],
    ['R36 more of no time', permit({ notes: '@more_time("1")' }), 'without @expires'],
    [
      'R36 more time of a view',
      permit({ notes: '@show("view") @expires("60") @more_time("1")' }),
      '@more_time stands on a view',
    ],
    ['R36 more time on a forbid', permit({ notes: '@more_time("1")' }).replace('permit', 'forbid'), '@more_time'],
    ['R36 fields that are none', permit({ notes: '@redact("iban;tax")' }), '@redact must be'],
    ['R36 whom to ask on a permit', permit({ notes: '@contact_en("HR")' }), '@contact_en'],
    ['R36 a right on a permit', permit({ notes: '@rights_de("Ja.")' }), '@rights_de'],
    ['R36 a priority that is none', permit({ notes: '@priority("1")' }), '@priority'],
    ['R36 an end on a forbid', permit({ notes: '@expires("120")' }).replace('permit', 'forbid'), '@expires'],
    [
      'R11 an annotation that stands twice',
      permit({ notes: '@show("view") @show("message")' }),
      'duplicate annotation',
    ],
  ])('%s stops the load', (_, text, what) => {
    expect(said(text)).toContain(what);
  });

  it('R11 are read with their annotations once, for what Cedar says of a decision names rules and nothing else', () => {
    const text = '@id("r") @reply_en("No.") @priority("7") forbid (principal, action, resource);';
    const { rules } = check(text);
    expect(rules.map(({ notes }) => [notes.said.words, notes.priority])).toEqual([[{ en: 'No.' }, 7]]);
    const ask = wholeSet(freshCedar(), schemaOf(catalogue), { r: text });
    const checked = checkRequest(request(), knownOf(catalogue));
    expect(checked === null ? null : ask('leave.balance', cedarRequest(checked))).toEqual({
      kind: 'refuse',
      rules: ['r'],
    });
    expect(said('@id("r") @reply_en permit (principal, action, resource);')).toContain('@reply_en');
  });

  it('R15 stops at look-alike letters in a name, where one script is fine in another language', () => {
    expect(said(permit({ when: 'principal.country == "D\u0415"' }))).toContain('mixed');
    expect(said(permit({ notes: '@show("message")' }))).toBe('');
  });

  it('R36 says how to mend more time that cannot be given', () => {
    expect(said(permit({ notes: '@more_time("1")' }))).toContain('beside @expires, not on a view');
  });

  it.each([
    ['beside an end', '@in_place("ephemeral") @expires("60")', 'cannot be removed when its time is up'],
    ['with a placeholder', '@in_place("ephemeral") @show("hold-reveal")', 'shown with care is shown in private'],
    ['in a view', '@in_place("ephemeral") @show("view")', 'shown with care is shown in private'],
    ['with another word', '@in_place("channel")', 'must be one of: private, ephemeral'],
  ])('R36 lets no answer stand where it was asked %s', (_, notes, what) => {
    expect(said(permit({ notes }))).toContain(what);
  });

  it('R36 takes an answer for one pair of eyes on a permit alone', () => {
    expect(said(permit({ notes: '@in_place("ephemeral")' }))).toBe('');
    expect(said('@id("r") @in_place("ephemeral") forbid (principal, action, resource);')).toContain('@in_place');
  });

  it('R37 answers in private unless all rules that apply say otherwise', () => {
    const inPlace = (...notes: readonly string[]) =>
      obligationsOf(
        check(...notes.map((note, index) => permit({ notes: note }).replace('"r"', `"r${index}"`))).rules.map(
          (rule) => rule.notes,
        ),
      ).inPlace === true;
    expect(inPlace('@in_place("ephemeral")', '@in_place("ephemeral")')).toBe(true);
    expect(inPlace('@in_place("ephemeral")', '')).toBe(false);
    expect(inPlace('@in_place("ephemeral")', '@in_place("private")')).toBe(false);
    expect(inPlace('@in_place("ephemeral")', '@expires("60")')).toBe(false);
    expect(inPlace('@in_place("ephemeral")', '@show("view")')).toBe(false);
  });

  it('R37 gives the least more time of the rules that set a time, and none in a view', () => {
    const obligations = (...notes: readonly string[]) =>
      obligationsOf(
        check(...notes.map((note, index) => permit({ notes: note }).replace('"r"', `"r${index}"`))).rules.map(
          (rule) => rule.notes,
        ),
      );
    expect(obligations('@show("hold-reveal") @expires("60") @more_time("2")', '').moreTime).toBe(2);
    expect(obligations('@expires("60") @more_time("2")', '@expires("90") @more_time("1")').moreTime).toBe(1);
    expect(obligations('@expires("60") @more_time("2")', '@expires("90")').moreTime).toBe(0);
    expect(obligations('@expires("60") @more_time("2")', '@show("view")')).toMatchObject({ show: 'view', moreTime: 0 });
    expect(obligations('').moreTime).toBe(0);
  });

  it('R17 accepts the forbid that counts a missing sign-in as stale', () => {
    const text =
      '@id("r") forbid (principal, action, resource) unless { context has signInAgeMinutes && context.signInAgeMinutes <= 15 };';
    expect(said(text)).toBe('');
  });

  it('R16 stops where a rule names an intent that the pack has no longer', async () => {
    const folder = folderWith({ 'rules.cedar': permit({ action: ' == Action::"leave.sabbatical"' }) });
    const { findings } = await checkPolicy({ catalogue, folders: [FIXTURE, folder] });
    expect(findings.map(findingText).join('\n')).toMatch(/rules\.cedar, line 1, r: .*leave\.sabbatical/);
  });

  it('R16 refuses an intent that no rule permits', async () => {
    const policy = await fixturePolicy({
      rules: '@id("help") permit (principal, action == Action::"help.suspected", resource);',
    });
    expect(policy.decide(request({ action: 'help.capabilities' }))).toMatchObject({
      effect: 'refuse',
      why: 'not-permitted',
      rules: [],
    });
  });

  it('lays a later file over an earlier one by id', () => {
    const { rules } = check(
      fixture,
      '@id("own-leave") @show("view") permit (principal, action in Action::"leave", resource);',
    );
    expect(rules.filter((rule) => rule.id === 'own-leave').map((rule) => rule.notes.obligations.show)).toEqual([
      'view',
    ]);
    expect(rules).toHaveLength(check(fixture).rules.length);
  });

  it('names what looks like rules and would be passed over, where a forbid would be missed by nobody', async () => {
    const forbid = '@id("no") forbid (principal, action, resource);';
    const catalogue = loadCatalogue({ folders: [FIXTURE] });
    const foundIn = async (folder: string) =>
      (await checkPolicy({ catalogue, folders: [FIXTURE, folder] })).findings.map(({ file, what }) => [file, what]);
    for (const name of ['contractors.cedar', 'Rules.cedar', 'rules.CEDAR']) {
      const folder = folderWith({ [name]: forbid });
      expect(await foundIn(folder)).toEqual([[join(folder, name), 'The file would not be read.']]);
    }
    const mounted = folderWith({});
    symlinkSync(join(mounted, 'gone'), join(mounted, 'rules.cedar'));
    expect(await foundIn(mounted)).toEqual([[join(mounted, 'rules.cedar'), 'The file cannot be read.']]);
    expect(await foundIn(join(mounted, 'nowhere'))).toMatchObject([[expect.any(String), 'The folder cannot be read.']]);
    expect(await foundIn(folderWith({ 'notes.txt': 'x' }))).toEqual([]);
  });

  it('names all findings of all files at once', () => {
    const broken = said('@id("a") permit (', permit({ notes: '@x' }), permit({ principal: ' in Group::"nobody"' }));
    expect(broken.split('\n')).toHaveLength(3);
    expect(broken).toMatch(/pack-0, line 1: [\s\S]*pack-1, line 1: [\s\S]*pack-2, line 1, r: /);
  });
});

describe('the worker that validates', () => {
  const dies = new URL('./fixtures/dies.ts', import.meta.url);
  const hangs = new URL('./fixtures/hangs.ts', import.meta.url);
  const failure = async (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => null,
      (error: unknown) => error,
    );

  it('R22 R23 is where rules are read, and what it finds comes back as it is', async () => {
    const files = [{ file: 'rules', text: permit({ principal: ' in Group::"nobody"' }) }];
    const { findings } = await validateRules({ ...sent, files });
    expect(findings).toMatchObject([{ file: 'rules', place: 'line 1, r', what: expect.stringContaining('nobody') }]);
    expect(readRules(freshCedar(), { ...sent, files }).findings).toHaveLength(1);
    const main = readFileSync(fileURLToPath(new URL('../../src/policies/authorise.ts', import.meta.url)), 'utf8');
    expect(main).not.toMatch(/import \{[^}]*\} from '\.\/rules\.ts'/);
  });

  it('R23 refuses where it dies', async () => {
    const error = await failure(validateRules({ ...sent, files: [] }, { worker: dies }));
    expect(hasCode(error, 'policy-invalid')).toBe(true);
    expect(String(error)).toContain('killed the validator');
  });

  it('R23 refuses where it does not answer in time', async () => {
    const error = await failure(validateRules({ ...sent, files: [] }, { worker: hangs, deadlineMs: 300 }));
    expect(hasCode(error, 'policy-invalid')).toBe(true);
    expect(String(error)).toContain('300 ms');
  });
});
