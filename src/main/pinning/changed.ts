/** What the store says was done to the restrictions last, as far as it was Sotto who said it. */
import type { Sealer, Store } from '../../core/ports.ts';
import { readDetail } from '../../core/restricting/history.ts';
import type { Stored } from './verdict.ts';

export const newestChange =
  (o: { readonly store: Pick<Store, 'restrictions'>; readonly sealer: Sealer }) =>
  async (): Promise<Stored['changed']> => {
    const [change] = await o.store.restrictions.changes({ before: null, limit: 1 });
    return change === undefined ? null : { version: change.version, to: readDetail(o, change)?.to ?? null };
  };
