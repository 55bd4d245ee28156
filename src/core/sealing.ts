/** Under which words things are sealed. Said once, since a value opens under exactly these and no others. */
import type { SealContext } from './ports.ts';
import type { Account, PlatformName } from './types.ts';

/** An account as a key: the platform and its user id; the tenant stands beside it wherever it is used. */
export const accountKey = (account: Account): string => `${account.platform}:${account.user}`;

/** The platform of such a key. */
export const platformOf = (key: string): PlatformName => (key.startsWith('teams:') ? 'teams' : 'slack');

export const contextOf = (account: Account, purpose: SealContext['purpose']): SealContext => ({
  tenant: account.tenant,
  person: accountKey(account),
  purpose,
});
