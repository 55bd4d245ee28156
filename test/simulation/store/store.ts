/**
 * A correct store in memory: its verbs are atomic, it outlives its processes, and it notes what really happened. It is
 * held by the same contract suites as the adapters. What goes wrong on the way to it is `../network.ts`.
 */
import type { Store } from '../../../src/core/ports.ts';
import { createCounters } from './counters.ts';
import { createDecisions } from './decisions.ts';
import { createDonations } from './donations.ts';
import { createExpiries } from './expiries.ts';
import { createGrants, createSignIns } from './grants.ts';
import { createInbox } from './inbox.ts';
import { createInstallations } from './installations.ts';
import { createLooks } from './looks.ts';
import { createMarks } from './marks.ts';
import { createNameKeys } from './name-keys.ts';
import { createOrders } from './orders.ts';
import { createOrigins } from './origins.ts';
import { createBudgets, createConversations, createReferences, createStanding } from './others.ts';
import { createPins, createProposals, createRestrictions } from './restrictions.ts';
import { createHashKeys, createSealedValues } from './sealed.ts';
import { createSnapshots } from './snapshots.ts';
import { emptyTables, type Shelf } from './tables.ts';
import { createWrites } from './writes.ts';

export const createSimulatedStore = (shelf: Shelf): Store => ({
  inbox: createInbox(shelf),
  conversations: createConversations(shelf),
  expiries: createExpiries(shelf),
  counters: createCounters(shelf),
  grants: createGrants(shelf),
  signIns: createSignIns(shelf),
  restrictions: createRestrictions(shelf),
  origins: createOrigins(shelf),
  references: createReferences(shelf),
  budgets: createBudgets(shelf),
  standing: createStanding(shelf),
  orders: createOrders(shelf),
  snapshots: createSnapshots(shelf),
  sealed: createSealedValues(shelf),
  hashKeys: createHashKeys(shelf),
  pins: createPins(shelf),
  decisions: createDecisions(shelf),
  donations: createDonations(shelf),
  writes: createWrites(shelf),
  looks: createLooks(shelf),
  marks: createMarks(shelf),
  nameKeys: createNameKeys(shelf),
  installations: createInstallations(shelf),
  proposals: createProposals(shelf),
  close: async () => undefined,
});

/** One that nobody listens to, for the contract suites. */
export const createPlainStore = (): Store => createSimulatedStore({ tables: emptyTables(), note: () => undefined });
