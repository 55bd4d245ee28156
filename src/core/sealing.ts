/** Under which words things are sealed. Said once, since a value opens under exactly these and no others. */
import type { SealContext } from './ports.ts';
import type { Account } from './types.ts';

/** An account as a key: the platform and its user id; the tenant stands beside it wherever it is used. */
export const accountKey = (account: Account): string => `${account.platform}:${account.user}`;

export const contextOf = (account: Account, purpose: SealContext['purpose']): SealContext => ({
  tenant: account.tenant,
  person: accountKey(account),
  purpose,
});
