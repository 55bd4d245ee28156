import { budgetsContract } from './budgets.ts';
import { conversationsContract } from './conversations.ts';
import { countersContract } from './counters.ts';
import { expiriesContract } from './expiries.ts';
import { expiriesKeptContract } from './expiries-kept.ts';
import { grantsContract } from './grants.ts';
import { inboxContract } from './inbox.ts';
import { inboxKeptContract } from './inbox-kept.ts';
import { inboxModelContract } from './inbox-model.ts';
import { inboxShowingContract } from './inbox-showing.ts';
import { inboxStatesContract } from './inbox-states.ts';
import type { MakeStore } from './opening.ts';
import { ordersContract } from './orders.ts';
import { originsContract } from './origins.ts';
import { referencesContract } from './references.ts';
import { restrictionsContract } from './restrictions.ts';
import { snapshotsContract } from './snapshots.ts';
import { standingContract } from './standing.ts';

/** Everything that a store promises, over any adapter. */
export const storeContract = (name: string, make: MakeStore): void => {
  inboxContract(name, make);
  inboxShowingContract(name, make);
  inboxStatesContract(name, make);
  inboxModelContract(name, make);
  inboxKeptContract(name, make);
  expiriesContract(name, make);
  expiriesKeptContract(name, make);
  budgetsContract(name, make);
  countersContract(name, make);
  grantsContract(name, make);
  restrictionsContract(name, make);
  standingContract(name, make);
  ordersContract(name, make);
  conversationsContract(name, make);
  originsContract(name, make);
  referencesContract(name, make);
  snapshotsContract(name, make);
};
