/** Where chats are reached, kept sealed: an adapter sees plain words, the store never does. */
import type { Clock, Sealer, Store } from '../core/ports.ts';
import { accountKey, referenceContext } from '../core/sealing.ts';

/** A chat from which nothing was heard for so long is found by its tenant's latest address instead, ms. */
const KEPT_MS = 90 * 24 * 60 * 60_000;

export interface SealedReferences {
  keep(o: {
    readonly tenant: string;
    readonly key: string;
    /** The user of Teams whose own chat it is; empty: nobody's. */
    readonly owner: string;
    readonly value: string;
  }): Promise<void>;
  /** Null: none is known, or it does not open any more. */
  find(o: { readonly tenant: string; readonly key: string }): Promise<string | null>;
  /** Names the data key that is current: under another one it is sealed anew. */
  sealedUnder(): string;
}

export const sealedReferences = (o: {
  readonly store: Pick<Store, 'references'>;
  readonly sealer: Sealer & { keyId(): string };
  readonly clock: Pick<Clock, 'now'>;
}): SealedReferences => {
  return {
    keep: ({ tenant, key, owner, value }) =>
      o.store.references.keep({
        tenant,
        key,
        owner: owner === '' ? '' : accountKey({ platform: 'teams', tenant, user: owner, external: false }),
        value: o.sealer.seal(referenceContext({ tenant, key }), value),
        until: o.clock.now() + KEPT_MS,
      }),
    find: async ({ tenant, key }) => {
      const sealed = await o.store.references.find({ tenant, key, now: o.clock.now() });
      return sealed === null ? null : o.sealer.open(referenceContext({ tenant, key }), sealed);
    },
    sealedUnder: () => o.sealer.keyId(),
  };
};
