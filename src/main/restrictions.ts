/** The restrictions that stand in the store, put in force here. */
import type { Store } from '../core/ports.ts';
import type { RulesInForce } from '../policies/authorise.ts';

/**
 * Resolves once this process decides by what stands in the store. To put rules in force takes a while, and everything in
 * flight asks for it at once when some are published: one does it, and the others find it done.
 */
export const createRefresh = (o: {
  readonly store: { readonly restrictions: Pick<Store['restrictions'], 'current'> };
  readonly policy: Pick<RulesInForce, 'apply' | 'restrictionsVersion'>;
}): (() => Promise<void>) => {
  const { store, policy } = o;
  let turn: Promise<void> = Promise.resolve();
  return async () => {
    const seen = await store.restrictions.current();
    if (seen.version === policy.restrictionsVersion) return;
    const applied = turn.then(async () => {
      if (seen.version === policy.restrictionsVersion) return;
      // Newer ones may have been put in force while this one waited; then what was seen is old.
      const { restrictions, version } = await store.restrictions.current();
      if (version !== policy.restrictionsVersion) await policy.apply({ restrictions, version });
    });
    turn = applied.catch(() => undefined);
    await applied;
  };
};
