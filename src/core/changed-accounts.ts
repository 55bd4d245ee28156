/**
 * Accounts of which a platform says that they changed: what is remembered of them is forgotten here at once, and in every other process
 * within a second (Slack requirement 12). One process hears of it; the others find it in the store, where it stands for a while.
 */
import { codeOf } from './errors.ts';
import type { Clock, Log, References, Sealer } from './ports.ts';
import { referenceContext } from './sealing.ts';
import { packParts, unpackParts } from './stored.ts';
import type { Account } from './types.ts';

export type ChangedAccount = Pick<Account, 'platform' | 'tenant' | 'user'>;

/** Under which it stands in the store, beside the chats of tenants: no tenant and no account is called so. */
const TENANT = 'changed-accounts';
const OWNER = 'changed';
/** Written last, and every time anew: the one that is looked at each second. */
const LATEST = 'latest';

/** Longer than clocks differ and than a process sleeps between two looks, ms. */
const STANDS_MS = 60_000;
const LOOK_EVERY_MS = 1_000;

/** What is kept of one owner, at most: as many or more changed, and then everybody is forgotten. */
const MOST_FOUND = 100;

/** What lasts is said again after so long, ms. */
const SAY_EVERY_MS = 60_000;

export interface ChangedAccounts {
  /** Forgotten here when it is called; durable, for the others, when it resolves. Refuses as the store does. */
  note(account: ChangedAccount): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export const createChangedAccounts = (o: {
  readonly store: { readonly references: Pick<References, 'find' | 'keep' | 'of'> };
  readonly sealer: Pick<Sealer, 'seal'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Null: everybody. */
  readonly forget: (account: ChangedAccount | null) => void;
}): ChangedAccounts => {
  const { clock, forget, log } = o;
  const { references } = o.store;
  const stopping = new AbortController();
  /** By key, until when what was seen stands. */
  let seen: ReadonlyMap<string, number> = new Map();
  let latest: string | null = null;
  let loop: Promise<void> = Promise.resolve();

  const keep = (key: string, owner: string): Promise<void> => {
    // Sealed anew each time, so no two are the same.
    const value = o.sealer.seal(referenceContext({ tenant: TENANT, key }), '');
    return references.keep({ tenant: TENANT, key, owner, value, until: clock.now() + STANDS_MS });
  };

  const look = async (): Promise<void> => {
    const now = clock.now();
    const said = await references.find({ tenant: TENANT, key: LATEST, now });
    if (said === latest || said === null) return;
    const found = await references.of({ tenant: TENANT, owner: OWNER, now });
    if (found.length >= MOST_FOUND) forget(null);
    else {
      for (const { key, until } of found) {
        if (seen.get(key) === until) continue;
        const [platform, tenant = '', user = ''] = unpackParts(key);
        if (platform === 'slack' || platform === 'teams') forget({ platform, tenant, user });
      }
    }
    seen = new Map(found.map(({ key, until }) => [key, until]));
    latest = said;
  };

  return {
    note: async (account) => {
      forget(account);
      const { platform, tenant, user } = account;
      await keep(packParts([platform, tenant, user]), OWNER);
      await keep(LATEST, '');
    },
    start: () => {
      loop = (async () => {
        let saidAt = Number.NEGATIVE_INFINITY;
        while (!stopping.signal.aborted) {
          await look().catch((error: unknown) => {
            // What changed meanwhile nobody can tell.
            forget(null);
            const now = clock.now();
            if (now - saidAt < SAY_EVERY_MS) return;
            saidAt = now;
            log.error('changed-accounts.failed', { code: codeOf(error) });
          });
          await clock.sleep(LOOK_EVERY_MS, stopping.signal);
        }
      })();
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
};
