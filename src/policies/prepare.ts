import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Restriction } from '../core/types.ts';
import type { Pack } from './contents.ts';
import type { Finding } from './findings.ts';
import { restrictionFromForm, ruleOf } from './restrictions.ts';
import { MOST_FILE_BYTES } from './rule-text.ts';
import type { CheckedRules, RuleFile } from './rules.ts';
import { actionsOf, schemaOf } from './schema.ts';
import { validateRules } from './validation.ts';
import { readBounded, utf8 } from './yaml-file.ts';

/** HR's restrictions are read by people; more than this is no longer a policy that anybody knows. */
const MOST_RESTRICTIONS = 500;

/** The rules files of the folders, in order; a folder need not have one. */
const readRuleFiles = (folders: readonly string[], findings: Finding[]): readonly RuleFile[] =>
  folders.flatMap((folder) => {
    const file = join(folder, 'rules.cedar');
    if (!existsSync(file)) return [];
    try {
      const bytes = readBounded(file, MOST_FILE_BYTES);
      const text = bytes === null ? null : utf8(bytes);
      if (text !== null) return [{ file, text }];
      findings.push({
        file,
        place: '',
        what: 'The file is too large or not UTF-8.',
        mend: `Save it as UTF-8, at most ${MOST_FILE_BYTES} bytes.`,
      });
    } catch {
      findings.push({
        file,
        place: '',
        what: 'The file cannot be read.',
        mend: 'Check that this account may read it.',
      });
    }
    return [];
  });

/**
 * Checks a pack's rules and HR's restrictions together, as a start would: every finding at once, and the actions that
 * nobody is permitted. Throws `policy-invalid` only where the check itself failed.
 */
export const checkPolicy = async (o: {
  readonly catalogue: Pack;
  readonly folders: readonly string[];
  readonly restrictions?: readonly Restriction[];
}): Promise<CheckedRules> => {
  const findings: Finding[] = [];
  const files = readRuleFiles(o.folders, findings);
  const restrictions = o.restrictions ?? [];
  if (restrictions.length > MOST_RESTRICTIONS) {
    findings.push({
      file: 'restrictions',
      place: '',
      what: `There are more than ${MOST_RESTRICTIONS}.`,
      mend: 'Lift some.',
    });
  }
  // The store is read like any other input: what was once a valid restriction may name an intent that is gone.
  const rules = restrictions.slice(0, MOST_RESTRICTIONS).flatMap((restriction) => {
    const read = restrictionFromForm(restriction, o.catalogue);
    if (read.ok) return [ruleOf(read.restriction)];
    findings.push(...read.findings.map((finding) => ({ ...finding, file: 'restrictions' })));
    return [];
  });
  const checked = await validateRules({
    schema: schemaOf(o.catalogue),
    actions: [...actionsOf(o.catalogue)],
    files,
    restrictions: rules,
  });
  if (findings.length === 0) return checked;
  return { findings: [...findings, ...checked.findings], rules: [], probes: [], unpermitted: [] };
};
