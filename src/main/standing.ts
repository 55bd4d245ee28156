/** Standing orders as they stand in the store, in force here. */
import type { Store } from '../core/ports.ts';
import { type Covers, NOTHING_STANDS, type StandingView, standingView } from '../core/standing.ts';

export interface StandingInForce {
  view(): StandingView;
  /** Gives the version that the orders stand under. */
  refresh(): Promise<number>;
}

export const createStandingInForce = (o: {
  readonly store: { readonly standing: Pick<Store['standing'], 'current'> };
  readonly metrics: { set(name: string, values: Readonly<Record<string, number>>): void };
  readonly covers: Covers;
}): StandingInForce => {
  let view = NOTHING_STANDS;
  return {
    view: () => view,
    refresh: async () => {
      const current = await o.store.standing.current();
      view = standingView(current, o.covers);
      o.metrics.set('standing', { paused: view.paused === null ? 0 : 1, holds: view.holds.length });
      return current.version;
    },
  };
};
