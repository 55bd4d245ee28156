import type { PolicyRequest } from '../../../src/core/types.ts';
import { loadCatalogue } from '../../../src/policies/catalogue.ts';
import { type Cedar, freshCedar } from '../../../src/policies/engine.ts';
import type { Known } from '../../../src/policies/reach/cuts.ts';
import type { TrialPack } from '../../../src/policies/reach/enumerate.ts';
import { type CheckedRules, readRules } from '../../../src/policies/rules.ts';
import { actionsOf, groupsOf, schemaOf } from '../../../src/policies/schema.ts';
import type { Rule } from '../../../src/policies/slices.ts';
import { FIXTURE } from '../support.ts';

export const catalogue = loadCatalogue({ folders: [FIXTURE] });
export const schema = schemaOf(catalogue);
export const actions = actionsOf(catalogue);
export const known: Known = { groups: groupsOf(catalogue), topics: [...catalogue.topics.keys()] };

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

/** A request without what stands for nothing, so that two are compared by what rules may read. */
export const keyOf = (request: PolicyRequest): string => JSON.stringify(request);

export const never = (): AbortSignal => new AbortController().signal;
