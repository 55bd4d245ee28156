import type { Call } from './call.ts';
import { idAt, isFields } from './read.ts';

/** The account that has this address in a workspace; null: nobody's, or Slack does not say. Never throws. */
export type AccountByAddress = (o: { readonly tenant: string; readonly email: string }) => Promise<string | null>;

/**
 * The other way than `Profiles`: for writing to somebody of whom the directory knows the address. It says nothing of who asks; whoever
 * writes there looks up first whose account it is.
 */
export const createAccountByAddress =
  (o: { readonly call: Call; readonly allowed: ReadonlySet<string> }): AccountByAddress =>
  async ({ tenant, email }) => {
    if (!o.allowed.has(tenant)) return null;
    const called = await o.call(tenant, 'users.lookupByEmail', (client) => client.users.lookupByEmail({ email }));
    if ('fault' in called) return null;
    const said: unknown = called.done.user;
    return isFields(said) ? idAt(said, 'id') : null;
  };
