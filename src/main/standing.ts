/** Standing orders as they stand in the store, in force here. */
import { coversOf, hashHolds } from '../core/held.ts';
import type { Sealer, Store } from '../core/ports.ts';
import { NOTHING_STANDS, type StandingView, standingView } from '../core/standing.ts';

type Keys = Pick<Sealer, 'fingerprints'>;

export interface StandingInForce {
  view(): StandingView;
  /** Says under which version of the restrictions they stood. */
  refresh(): Promise<number>;
}

export const createStandingInForce = (o: {
  readonly store: { readonly standing: Pick<Store['standing'], 'current' | 'hashHold'> };
  readonly metrics: { set(name: string, values: Readonly<Record<string, number>>): void };
  readonly sealer: Keys;
}): StandingInForce => {
  const { store, sealer } = o;
  let view = NOTHING_STANDS;
  /** Every hold knows how what it covers is hashed here, also for processes that hash otherwise. */
  const known = async () => {
    const current = await store.standing.current();
    return (await hashHolds(store, sealer, current.holds)) ? store.standing.current() : current;
  };
  return {
    view: () => view,
    refresh: async () => {
      const current = await known();
      view = standingView(current, coversOf(sealer));
      o.metrics.set('standing', { paused: view.paused === null ? 0 : 1, holds: view.holds.length });
      return current.version;
    },
  };
};
