/** The store for several processes and machines: one Redis, or whatever speaks its protocol and runs its scripts. */

import { setTimeout as pause } from 'node:timers/promises';
import type { Log, Store } from '../../core/ports.ts';
import { MOST_DEAD } from '../../core/stored.ts';
import { MOST_DECISIONS } from '../../core/stored-restrictions.ts';
import { MOST_SIGN_INS } from '../../core/stored-sign-ins.ts';
import { addressOf, type RedisTls } from './address.ts';
import { createAdopting } from './adopting.ts';
import { createBudgets } from './budgets.ts';
import { createTokens } from './claims.ts';
import { connect, type Passwords } from './connection.ts';
import { createConversations } from './conversations.ts';
import { createCounterRows, createCounters } from './counters.ts';
import { createCounting } from './counting.ts';
import { createDecisions } from './decisions.ts';
import { createDonations } from './donations.ts';
import { createExpiries } from './expiries.ts';
import { createGrants } from './grants.ts';
import { createInbox } from './inbox.ts';
import { createInstallations } from './installations.ts';
import { createKeys, SHARDS } from './keys.ts';
import { createLooking } from './looking.ts';
import { createLooks } from './looks.ts';
import { createMarks } from './marks.ts';
import { createNameKeys } from './name-keys.ts';
import { inspect } from './open.ts';
import { createOrders } from './orders.ts';
import { createOrigins } from './origins.ts';
import { createPaging } from './paging.ts';
import { createPins } from './pins.ts';
import { createProposals } from './proposals.ts';
import { createReferences } from './references.ts';
import { createRestrictions } from './restrictions.ts';
import { type SchemaStep, schemaSteps } from './schema.ts';
import { createHashKeys, createSealedValues } from './sealed.ts';
import { createShards } from './shards.ts';
import { createSignIns } from './sign-ins.ts';
import { createSnapshots } from './snapshots.ts';
import { createStanding } from './standing.ts';
import { createStrays } from './strays.ts';
import { createWrites } from './writes.ts';

const MOST_WAITING = 100_000;

/** What was counted last is sent before the end, if that is soon. */
const COUNTS_MS = 1_000;

export interface RedisStoreOptions {
  /** `redis://[USER@]HOST[:PORT][/DB]`, or `rediss://…` for TLS. Never with a password in it. */
  readonly url: string;
  /** What Redis may take, the likeliest first; none: it asks for none. Asked again whenever a connection is lost. */
  readonly passwords?: Passwords;
  /** For `rediss://`: whom to trust and how to prove ourselves. Asked again whenever a connection is lost. */
  readonly tls?: () => Promise<RedisTls>;
  /** Hears of lost connections, and at the start of settings that make the store less durable. */
  readonly log?: Log;
  /** Stands in leases, for whoever reads the keys. */
  readonly process?: string;
  /** Unsettled questions of one tenant beyond which `accept` refuses, about: each of its shards takes an equal part. 100,000 unless told. */
  readonly mostWaiting?: number;
  /** What this program knows of the layout; `schemaSteps` unless told. */
  readonly schema?: readonly SchemaStep[];
  /** Dead letters of one tenant, shared out likewise; 10,000 unless told. */
  readonly mostDead?: number;
  /** Decisions that are kept; 250,000 unless told. */
  readonly mostDecisions?: number;
  /** Links to the sign-in page, and sign-ins that were begun, at once; 50,000 unless told. */
  readonly mostSignIns?: number;
  /** What every key begins with; `sotto:` unless told. */
  readonly prefix?: string;
}

/**
 * Connects, and looks whether this Redis can be trusted. What came in sealed is deleted when its time is over; a copy stays in the
 * append-only file until Redis rewrites it. Refuses with `settings` for an address that cannot be used, with `store-newer` where a
 * newer program wrote there, with `store-in-use` where older ones run that could not read what this one writes, with `store-unavailable` where Redis does not answer or would evict keys. Later every failure is `store-unavailable`.
 */
export const createRedisStore = async (o: RedisStoreOptions): Promise<Store> => {
  const addressNow = async () => addressOf({ url: o.url, tls: await o.tls?.() });
  const connection = await connect({ address: await addressNow(), addressNow, passwords: o.passwords, log: o.log });
  try {
    const prefix = o.prefix ?? 'sotto:';
    const keys = createKeys(prefix);
    const schema = o.schema ?? schemaSteps;
    await inspect({ connection, keys, schema, log: o.log });
    const shards = createShards({ connection, keys });
    const paging = createPaging({ connection, keys, shards });
    const looking = createLooking({ connection, shards, base: keys.base });
    const counterRows = createCounterRows({ connection, keys });
    const strays = createStrays({ connection, keys });
    const counting = createCounting({ add: counterRows.add });
    const counters = createCounters({ connection, keys, rows: counterRows, counting });
    const references = createReferences({ connection, keys, shards, paging });
    return {
      inbox: createInbox({
        connection,
        keys,
        shards,
        looking,
        counting,
        strays,
        newToken: createTokens(o.process),
        mostWaiting: Math.max(1, Math.ceil((o.mostWaiting ?? MOST_WAITING) / SHARDS)),
        mostDead: Math.max(1, Math.ceil((o.mostDead ?? MOST_DEAD) / SHARDS)),
      }),
      conversations: createConversations({ connection, keys, shards, paging }),
      expiries: createExpiries({ connection, keys, shards, adopting: createAdopting({ connection, keys }) }),
      budgets: createBudgets({ connection, keys }),
      counters,
      grants: createGrants({ connection, keys }),
      signIns: createSignIns({ connection, keys, most: o.mostSignIns ?? MOST_SIGN_INS }),
      restrictions: createRestrictions({ connection, keys, shards }),
      origins: createOrigins({ connection, keys, version: schema.length }),
      references,
      standing: createStanding({ connection, keys, shards }),
      orders: createOrders({ connection, keys, process: o.process }),
      snapshots: createSnapshots({
        connection,
        keys,
        prefix,
        shards,
        paging,
        keep: references.keep,
      }),
      sealed: createSealedValues({ connection, keys, shards, paging }),
      hashKeys: createHashKeys({ connection, keys }),
      nameKeys: createNameKeys({ connection, keys }),
      pins: createPins({ connection, keys }),
      decisions: createDecisions({ connection, keys, most: o.mostDecisions ?? MOST_DECISIONS, log: o.log }),
      donations: createDonations({ connection, keys }),
      looks: createLooks({ connection, keys }),
      writes: createWrites({ connection, keys }),
      marks: createMarks({ connection, keys }),
      installations: createInstallations({ connection, keys }),
      proposals: createProposals({ connection, keys }),
      close: async () => {
        strays.close();
        const counted = Promise.all([counting.sent(), counters.close()]);
        await Promise.race([counted, pause(COUNTS_MS, undefined, { ref: false })]);
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
};
