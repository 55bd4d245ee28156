/** The restrictions and the operators' standing orders, as they stand in the store under one version, put in force here. */
import { SottoError } from '../core/errors.ts';
import type { Store } from '../core/ports.ts';
import type { RulesInForce } from '../policies/authorise.ts';

/** Orders and restrictions are changed by hand: who meets a change between two looks so often has a store that lies. */
const MOST_LOOKS = 16;

/**
 * Resolves once this process decides by what stands in the store. To put rules in force takes a while, and everything in
 * flight asks for it at once when some are published: one does it, and the others find it done. Refuses with code `deadline`
 * where what stands changes faster than it can be read.
 */
export const createRefresh = (o: {
  readonly store: { readonly restrictions: Pick<Store['restrictions'], 'current'> };
  readonly policy: Pick<RulesInForce, 'apply' | 'restrictionsVersion'>;
  /**
   * Puts the standing orders in force, and says under which version they stood. They are there before the version is, so that
   * whoever decides by it heeds them.
   */
  readonly standing: () => Promise<number>;
}): (() => Promise<void>) => {
  const { store, policy, standing } = o;
  let turn: Promise<void> = Promise.resolve();
  return async () => {
    const seen = await store.restrictions.current();
    if (seen.version === policy.restrictionsVersion) return;
    const applied = turn.then(async () => {
      if (seen.version === policy.restrictionsVersion) return;
      for (let look = 0; look < MOST_LOOKS; look++) {
        const stood = await standing();
        // Newer ones may have been put in force while this one waited; then what was seen is old.
        const { restrictions, version, hash } = await store.restrictions.current();
        // What came between the two is in the second alone. Under its version it would never be looked for again.
        if (version !== stood) continue;
        if (version !== policy.restrictionsVersion) await policy.apply({ restrictions, version, hash });
        return;
      }
      throw new SottoError('deadline', 'What operators and HR ordered changes faster than it can be read. Try again.');
    });
    turn = applied.catch(() => undefined);
    await applied;
  };
};
