import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Restriction } from '../core/types.ts';
import type { Pack } from './contents.ts';
import type { Finding } from './findings.ts';
import { restrictionFromForm } from './restriction-form.ts';
import { ruleOf } from './restriction-rule.ts';
import { MOST_FILE_BYTES } from './rule-text.ts';
import type { CheckedRules, RuleFile } from './rules.ts';
import { actionsOf, schemaOf } from './schema.ts';
import type { Rule } from './slices.ts';
import { validateRules } from './validation.ts';
import { readBounded, utf8 } from './yaml-file.ts';

/** HR's restrictions are read by people; more than this is no longer a policy that anybody knows. */
const MOST_RESTRICTIONS = 500;

/** The one file of a folder that rules stand in. */
const RULES = 'rules.cedar';

/**
 * The rules files of the folders, in order; a folder need not have one. What looks like one and would be passed over is said: a
 * forbid in it would be missed by nobody.
 */
const readRuleFiles = (folders: readonly string[], findings: Finding[]): readonly RuleFile[] =>
  folders.flatMap((folder) => {
    const found = (name: string, what: string, mend: string): void =>
      void findings.push({ file: join(folder, name), place: '', what, mend });
    const names = namesIn(folder);
    if (names === null)
      found('', 'The folder cannot be read.', 'Check that it is there and that this account may read it.');
    for (const name of names ?? []) {
      if (/\.cedar$/i.test(name) && name !== RULES)
        found(name, 'The file would not be read.', `Put its rules into ${RULES}.`);
    }
    if (!names?.includes(RULES)) return [];
    try {
      const bytes = readBounded(join(folder, RULES), MOST_FILE_BYTES);
      const text = bytes === null ? null : utf8(bytes);
      if (text !== null) return [{ file: join(folder, RULES), text }];
      found(RULES, 'The file is too large or not UTF-8.', `Save it as UTF-8, at most ${MOST_FILE_BYTES} bytes.`);
    } catch {
      found(RULES, 'The file cannot be read.', 'Check that this account may read it.');
    }
    return [];
  });

const namesIn = (folder: string): readonly string[] | null => {
  try {
    return readdirSync(folder);
  } catch {
    return null;
  }
};

/** What a pack's rules are written in, read once: what changes on the disk afterwards counts at the next start. */
export interface PackFiles {
  readonly catalogue: Pack;
  readonly files: readonly RuleFile[];
  readonly findings: readonly Finding[];
}

export const readPackFiles = (o: { readonly catalogue: Pack; readonly folders: readonly string[] }): PackFiles => {
  const findings: Finding[] = [];
  const files = readRuleFiles(o.folders, findings);
  return { catalogue: o.catalogue, files, findings };
};

/**
 * The rules that restrictions are. The store is read like any other input: what was once a valid restriction may name an
 * intent that is gone, and no two may have one id.
 */
export const rulesOf = (
  restrictions: readonly Restriction[],
  catalogue: Pack,
): { readonly rules: readonly Rule[]; readonly findings: readonly Finding[] } => {
  const found = (place: string, what: string, mend: string): Finding => ({ file: 'restrictions', place, what, mend });
  const findings: Finding[] =
    restrictions.length > MOST_RESTRICTIONS
      ? [found('', `There are more than ${MOST_RESTRICTIONS}.`, 'Lift some.')]
      : [];
  const rules = new Map<string, Rule>();
  for (const restriction of restrictions.slice(0, MOST_RESTRICTIONS)) {
    const read = restrictionFromForm(restriction, catalogue);
    if (!read.ok) {
      findings.push(...read.findings.map((finding) => ({ ...finding, file: 'restrictions' })));
      continue;
    }
    const rule = ruleOf(read.restriction);
    if (rules.has(rule.id)) {
      const mend = 'Lift the other first, or give this one its own id.';
      findings.push(found(rule.id, 'The id is taken by another restriction.', mend));
    }
    rules.set(rule.id, rule);
  }
  return { rules: [...rules.values()], findings };
};

/** Checks what was read of a pack and HR's restrictions together, in a worker; see `checkPolicy`. */
export const checkFiles = async (
  o: PackFiles & { readonly restrictions: readonly Restriction[] },
  validate: typeof validateRules = validateRules,
): Promise<CheckedRules> => {
  const restricting = rulesOf(o.restrictions, o.catalogue);
  const findings = [...o.findings, ...restricting.findings];
  const checked = await validate({
    schema: schemaOf(o.catalogue),
    actions: [...actionsOf(o.catalogue)],
    files: o.files,
    restrictions: restricting.rules,
  });
  if (findings.length === 0) return checked;
  return { findings: [...findings, ...checked.findings], rules: [], probes: [], packProbes: [], unpermitted: [] };
};

/**
 * Checks a pack's rules and HR's restrictions together, as a start would: every finding at once, and the actions that
 * nobody is permitted. Throws `policy-invalid` only where the check itself failed.
 */
export const checkPolicy = (o: {
  readonly catalogue: Pack;
  readonly folders: readonly string[];
  readonly restrictions?: readonly Restriction[];
}): Promise<CheckedRules> => checkFiles({ ...readPackFiles(o), restrictions: o.restrictions ?? [] });
