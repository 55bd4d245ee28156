/** The restrictions and the operators' standing orders, as they stand in the store under one version, put in force here. */
import type { Store } from '../core/ports.ts';
import type { RulesInForce } from '../policies/authorise.ts';

/**
 * Resolves once this process decides by what stands in the store. To put rules in force takes a while, and everything in
 * flight asks for it at once when some are published: one does it, and the others find it done.
 */
export const createRefresh = (o: {
  readonly store: { readonly restrictions: Pick<Store['restrictions'], 'current'> };
  readonly policy: Pick<RulesInForce, 'apply' | 'restrictionsVersion'>;
  /** Puts the standing orders in force, and says under which version. They are there before it is, so that whoever decides by it heeds them. */
  readonly standing: () => Promise<number>;
}): (() => Promise<void>) => {
  const { store, policy, standing } = o;
  let turn: Promise<void> = Promise.resolve();
  return async () => {
    const seen = await store.restrictions.current();
    if (seen.version === policy.restrictionsVersion) return;
    const applied = turn.then(async () => {
      if (seen.version === policy.restrictionsVersion) return;
      const stood = await standing();
      // Newer ones may have been put in force while this one waited; then what was seen is old.
      const { restrictions, version: restricted } = await store.restrictions.current();
      // What came between the two looks is in one of them only: under the older version it is found by the next look.
      const version = Math.min(stood, restricted);
      if (version !== policy.restrictionsVersion) await policy.apply({ restrictions, version });
    });
    turn = applied.catch(() => undefined);
    await applied;
  };
};
