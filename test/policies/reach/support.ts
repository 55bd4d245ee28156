import { loadCatalogue } from '../../../src/policies/catalogue.ts';
import { type Cedar, freshCedar } from '../../../src/policies/engine.ts';
import type { TrialPack } from '../../../src/policies/reach/enumerate.ts';
import { type CheckedRules, readRules } from '../../../src/policies/rules.ts';
import { actionsOf, knownOf, schemaOf } from '../../../src/policies/schema.ts';
import type { Rule } from '../../../src/policies/slices.ts';
import { FIXTURE } from '../support.ts';

export const catalogue = loadCatalogue({ folders: [FIXTURE] });
export const schema = schemaOf(catalogue);
export const actions = actionsOf(catalogue);
export const known = knownOf(catalogue);

const cedar: Cedar = freshCedar();

export const read = (text: string): CheckedRules =>
  readRules(cedar, { schema, actions: [...actions], files: [{ file: 'rules', text }], restrictions: [] });

/** The rules of a text that is known to be right. */
export const rulesOf = (text: string): readonly Rule[] => {
  const { rules, findings } = read(text);
  if (findings.length > 0) throw new Error(JSON.stringify(findings));
  return rules;
};

/** The fixture's catalogue with these rules instead of its own. */
export const packWith = (text: string): TrialPack => ({ catalogue, schema, actions, rules: rulesOf(text) });

export const never = (): AbortSignal => new AbortController().signal;
