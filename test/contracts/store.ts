import { budgetsContract } from './budgets.ts';
import { conversationsContract } from './conversations.ts';
import { countersContract } from './counters.ts';
import { expiriesContract } from './expiries.ts';
import { expiriesKeptContract } from './expiries-kept.ts';
import { grantsContract } from './grants.ts';
import { inboxContract } from './inbox.ts';
import { inboxModelContract } from './inbox-model.ts';
import { inboxShowingContract } from './inbox-showing.ts';
import type { MakeStore } from './opening.ts';
import { originsContract } from './origins.ts';
import { referencesContract } from './references.ts';
import { restrictionsContract } from './restrictions.ts';

/** Everything that a store promises, over any adapter. */
export const storeContract = (name: string, make: MakeStore): void => {
  inboxContract(name, make);
  inboxShowingContract(name, make);
  inboxModelContract(name, make);
  expiriesContract(name, make);
  expiriesKeptContract(name, make);
  budgetsContract(name, make);
  countersContract(name, make);
  grantsContract(name, make);
  restrictionsContract(name, make);
  conversationsContract(name, make);
  originsContract(name, make);
  referencesContract(name, make);
};
