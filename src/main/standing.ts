/** Standing orders as they stand in the store, in force here. */
import { coversOf, hashHolds } from '../core/held.ts';
import type { Sealer, Store } from '../core/ports.ts';
import { NOTHING_STANDS, type StandingView, standingView } from '../core/standing.ts';

type Keys = Pick<Sealer, 'fingerprints'>;

export interface StandingInForce {
  view(): StandingView;
  /** Says under which version of the restrictions they stood. */
  refresh(): Promise<number>;
  /**
   * What is held is known by `next` from now on as well. Before anything is hashed under its keys it is durable, also for processes
   * that have not heard of them; `rotated` puts them in force here.
   */
  rotate(next: Keys, rotated: () => void): Promise<void>;
}

export const createStandingInForce = (o: {
  readonly store: { readonly standing: Pick<Store['standing'], 'current' | 'hashHold'> };
  readonly metrics: { set(name: string, values: Readonly<Record<string, number>>): void };
  readonly sealer: Keys;
}): StandingInForce => {
  const { store, sealer } = o;
  let view = NOTHING_STANDS;
  let stands: Awaited<ReturnType<Store['standing']['current']>> | null = null;
  const known = async (keys: Keys) => {
    const current = await store.standing.current();
    return (await hashHolds(store, keys, current.holds)) ? store.standing.current() : current;
  };
  return {
    view: () => view,
    refresh: async () => {
      const current = await known(sealer);
      stands = current;
      view = standingView(current, coversOf(sealer));
      o.metrics.set('standing', { paused: view.paused === null ? 0 : 1, holds: view.holds.length });
      return current.version;
    },
    rotate: async (next, rotated) => {
      await known(next);
      rotated();
      if (stands !== null) view = standingView(stands, coversOf(sealer));
    },
  };
};
