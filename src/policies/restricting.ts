import type { Restricting } from '../core/restricting-ports.ts';
import type { Restriction } from '../core/types.ts';
import type { RulesInForce } from './authorise.ts';
import { coveredBy } from './loaded-pack.ts';
import { restrictionFromForm } from './restriction-form.ts';
import { ruleOf } from './restriction-rule.ts';
import { groupsOf } from './schema.ts';
import { compareRestrictions } from './strictness.ts';

/** What HR restrict with: what there is to restrict, their form read strictly, and what a change means. */
export const createRestricting = (o: {
  readonly policy: Pick<RulesInForce, 'pack' | 'check'>;
  /** Ready to be switched on, from the pack. */
  readonly templates: readonly Restriction[];
  /** What trying a change out is done by. */
  readonly trial: Pick<Restricting, 'dryRun' | 'reach'>;
  readonly now: () => number;
}): Restricting => {
  const { catalogue, actions } = o.policy.pack;
  return {
    choices: {
      topics: [...catalogue.topics.values()].map(({ id, title }) => ({ id, title })),
      intents: [...catalogue.intents.values()].map(({ id, topic, title }) => ({ id, topic, title })),
      groups: groupsOf(catalogue),
    },
    templates: o.templates,
    read: (input) => {
      const read = restrictionFromForm(input, catalogue, o.now());
      if (read.ok) return read;
      const findings = read.findings.map(({ what, mend }, n) => ({ field: read.fields[n] ?? '', what, mend }));
      return { ok: false, findings };
    },
    compare: ({ before, after, now }) => compareRestrictions({ before, after, now, actions }),
    check: (restrictions) => o.policy.check(restrictions),
    touches: (restriction) => coveredBy(ruleOf(restriction), actions),
    dryRun: o.trial.dryRun,
    reach: o.trial.reach,
  };
};
