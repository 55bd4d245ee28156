/** Tries changes of the policy out before they come into force: what they would have done, and who still reaches what. */
import { SottoError } from '../../core/errors.ts';
import type { Restricting } from '../../core/restricting-ports.ts';
import type { Restriction } from '../../core/types.ts';
import { ruleOf } from '../restriction-rule.ts';
import type { Rule } from '../slices.ts';
import { dryRun } from './dry-run.ts';
import { enumerate, type TrialPack } from './enumerate.ts';
import { reachRows } from './reach-rows.ts';
import { momentOf } from './window.ts';

export interface TrialOptions {
  readonly pack: TrialPack;
  /** For tests. */
  readonly worker?: URL;
  readonly deadlineMs?: number;
  readonly budget?: number;
}

/** The intents that these topics and intents are. Refuses with `usage` where one is neither. */
const intentsOf = ({ catalogue }: TrialPack, of: readonly string[]): readonly string[] => {
  const unknown = of.find((it) => !catalogue.topics.has(it) && !catalogue.intents.has(it));
  if (unknown !== undefined) {
    throw new SottoError('usage', `The pack has no topic or intent "${unknown}". Name one that it has.`);
  }
  return [...catalogue.intents.values()]
    .filter(({ id, topic }) => of.includes(id) || of.includes(topic))
    .map(({ id }) => id);
};

export const createTrial = (o: TrialOptions): Pick<Restricting, 'dryRun' | 'reach'> => {
  const { pack } = o;
  const rulesWith = (restrictions: readonly Restriction[]): readonly Rule[] => [
    ...pack.rules,
    ...restrictions.map(ruleOf),
  ];
  return {
    dryRun: (run) => dryRun({ ...o, ...run, rules: { before: rulesWith(run.before), after: rulesWith(run.after) } }),
    reach: async ({ restrictions, of, now, progress, signal }) => {
      const actions = intentsOf(pack, of);
      const topics = actions.map((action) => pack.actions.get(action));
      const touching = restrictions.filter(({ forbids }) =>
        forbids.some((it) => actions.includes(it) || topics.includes(it)),
      );
      const span = { from: momentOf(touching, now), one: true };
      const judged = await enumerate({ ...o, rules: rulesWith(restrictions), actions, span, progress, signal });
      return { cells: judged.reduce((sum, { count }) => sum + count, 0), rows: reachRows(judged) };
    },
  };
};
