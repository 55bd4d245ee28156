/** The embedded store: one file, one process, nothing to install. Survives a crash and a power cut. */

import { resolve } from 'node:path';
import type { Clock, Store } from '../../core/ports.ts';
import { MOST_DEAD } from '../../core/stored.ts';
import { MOST_DECISIONS } from '../../core/stored-restrictions.ts';
import { MOST_SIGN_INS } from '../../core/stored-sign-ins.ts';
import { createBudgets } from './budgets.ts';
import { createClaimRows } from './claims.ts';
import { createConversationRows, createConversations } from './conversations.ts';
import { createCounterRows, createCounters } from './counters.ts';
import { createDecisions } from './decisions.ts';
import { createDonations } from './donations.ts';
import { guarded } from './errors.ts';
import { createExpiries, createExpiryRows } from './expiries.ts';
import { createGrants } from './grants.ts';
import { createInbox } from './inbox.ts';
import { createInstallations } from './installations.ts';
import { createLooks } from './looks.ts';
import { createMarks } from './marks.ts';
import { createNameKeys } from './name-keys.ts';
import { open } from './open.ts';
import { createOrders } from './orders.ts';
import { createOrigins } from './origins.ts';
import { createPinRows, createPins } from './pins.ts';
import { createProposalRows, createProposals } from './proposals.ts';
import { createReferenceRows, createReferences } from './references.ts';
import { createRestrictionRows, createRestrictions } from './restrictions.ts';
import { createHashKeys, createSealedValues } from './sealed.ts';
import { createShredder } from './shredder.ts';
import { createSignIns } from './sign-ins.ts';
import { createSnapshots } from './snapshots.ts';
import { createStanding } from './standing.ts';
import { createTransactions } from './transactions.ts';
import { createWrites } from './writes.ts';

const MOST_WAITING = 100_000;

export interface SqliteStoreOptions {
  /** The store's file; `PATH.lock`, `PATH-wal` and `PATH-shm` lie beside it. */
  readonly path: string;
  /** Paces the shredding of the log; without it real time does, and keeps no process alive. */
  readonly clock?: Clock;
  /** Stands in leases, for whoever reads the file. */
  readonly process?: string;
  /** Unsettled questions beyond which `accept` refuses; 100,000 unless told. */
  readonly mostWaiting?: number;
  /** What this program knows of the tables; `migrations` unless told. */
  readonly migrations?: readonly string[];
  /** Dead letters beyond which the next one's words are shredded; 10,000 unless told. */
  readonly mostDead?: number;
  /** Decisions that are kept; 250,000 unless told. */
  readonly mostDecisions?: number;
  /** Links to the sign-in page, and sign-ins that were begun, at once; 50,000 unless told. */
  readonly mostSignIns?: number;
}

/**
 * Opens the store, or makes it. Everything that came in sealed is overwritten when it is deleted, and gone from the
 * log within a second. Refuses with `folder-in-use` while another process has it open, with `store-newer` where a newer
 * program wrote it, with `store-unavailable` where it cannot be read or written.
 */
export const createSqliteStore = (o: SqliteStoreOptions): Store => {
  const opened = open(resolve(o.path), o.migrations);
  const { db } = opened;
  return guarded('be opened', () => {
    try {
      const shredder = createShredder({ db, clock: o.clock });
      const transactions = createTransactions({
        db,
        onUndone: () => {
          inbox.recount();
          decisions.recount();
        },
      });
      const decisions = createDecisions({ db, transactions, shredder, most: o.mostDecisions ?? MOST_DECISIONS });
      const counterRows = createCounterRows(db);
      const conversationRows = createConversationRows(db);
      const expiryRows = createExpiryRows(db);
      const restrictionRows = createRestrictionRows(db);
      const inbox = createInbox({
        db,
        transactions,
        shredder,
        claims: createClaimRows({ db, conversations: conversationRows, process: o.process }),
        conversations: conversationRows,
        counters: counterRows,
        expiries: expiryRows,
        restrictions: restrictionRows,
        mostWaiting: o.mostWaiting ?? MOST_WAITING,
        mostDead: o.mostDead ?? MOST_DEAD,
      });
      const counters = createCounters({ rows: counterRows, transactions });
      const pinRows = createPinRows(db);
      const proposalRows = createProposalRows(db);
      const restrictions = createRestrictions({
        db,
        rows: restrictionRows,
        proposals: proposalRows,
        transactions,
        shredder,
      });
      const origins = createOrigins({ db, transactions });
      const standing = createStanding({ db, restrictions: restrictionRows, transactions });
      let closed = false;
      return {
        inbox,
        conversations: createConversations({
          db,
          transactions,
          rows: conversationRows,
          counters: counterRows,
          references: createReferenceRows(db),
          shredder,
        }),
        expiries: createExpiries({ db, rows: expiryRows, transactions }),
        budgets: createBudgets(),
        counters,
        grants: createGrants({ db, transactions, shredder }),
        signIns: createSignIns({ db, transactions, shredder, most: o.mostSignIns ?? MOST_SIGN_INS }),
        restrictions,
        origins,
        references: createReferences({ db, transactions, shredder }),
        standing,
        orders: createOrders({ db, transactions, shredder, process: o.process }),
        snapshots: createSnapshots({
          db,
          transactions,
          expiries: expiryRows,
          rows: restrictionRows,
          pins: pinRows,
          restrictions,
          standing,
          origins,
        }),
        sealed: createSealedValues({ db, transactions, shredder }),
        hashKeys: createHashKeys({ db, transactions }),
        nameKeys: createNameKeys({ db, transactions, shredder }),
        pins: createPins({ rows: pinRows, transactions }),
        decisions,
        donations: createDonations({ db, transactions, shredder }),
        looks: createLooks({ db, transactions }),
        writes: createWrites({ db, transactions, shredder }),
        marks: createMarks({ db, transactions, shredder }),
        installations: createInstallations({ db, transactions, shredder }),
        proposals: createProposals({ db, rows: proposalRows, transactions, shredder }),
        close: async () => {
          if (closed) return;
          closed = true;
          counters.close();
          transactions.close();
          shredder.close();
          guarded('be closed', () => opened.close());
        },
      };
    } catch (error) {
      opened.close();
      throw error;
    }
  });
};
