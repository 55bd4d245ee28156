/** The rules by which is judged: the pack's, what HR restricts and what operators ordered, as the store has them. */
import type { Clock, Log, Sealer, Store } from '../core/ports.ts';
import type { Restricting } from '../core/restricting-ports.ts';
import type { StandingView } from '../core/standing.ts';
import { createPolicy, type PolicyOptions, type RulesInForce } from '../policies/authorise.ts';
import { createTrial } from '../policies/reach/trial.ts';
import { createRestricting } from '../policies/restricting.ts';
import { loadRestrictionTemplates } from '../policies/restriction-templates.ts';
import { createRefresh } from './restrictions.ts';
import { createStandingInForce } from './standing.ts';

export interface Judging {
  readonly policy: RulesInForce;
  /** What HR restrict with; a change is tried out in a worker. */
  readonly restricting: Restricting;
  readonly standing: () => StandingView;
  /** Puts in force what stands in the store by now; see `createRefresh`. */
  readonly refresh: () => Promise<void>;
}

export const openJudging = async (o: {
  readonly pack: Pick<PolicyOptions, 'catalogue' | 'folders'>;
  readonly store: Store;
  readonly sealer: Sealer;
  readonly metrics: Parameters<typeof createStandingInForce>[0]['metrics'];
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}): Promise<Judging> => {
  const { store, log } = o;
  const { restrictions, version } = await store.restrictions.current();
  const policy = await createPolicy({ ...o.pack, restrictions, restrictionsVersion: version, log });
  const standing = createStandingInForce(o);
  await standing.refresh();
  const restricting = createRestricting({
    policy,
    templates: loadRestrictionTemplates(o.pack),
    trial: createTrial({ pack: policy.pack }),
    now: () => o.clock.now(),
  });
  return {
    policy,
    restricting,
    standing: standing.view,
    refresh: createRefresh({ store, policy, standing: standing.refresh }),
  };
};
