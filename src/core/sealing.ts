/** Under which words things are sealed. Said once, since a value opens under exactly these and no others. */
import type { RestrictionChange, SealContext, SealedValue } from './ports.ts';
import { changeRecord } from './stored-restrictions.ts';
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

/** `account`: its key. */
interface Talk {
  readonly tenant: string;
  readonly account: string;
  readonly conversation: string;
}

/** Bound to the conversation and not to the question, whose id changes when it is asked once more. */
export const inboundContext = ({ tenant, account, conversation }: Talk): SealContext => ({
  tenant,
  person: account,
  purpose: 'inbound',
  record: conversation,
});

export const stateContext = ({ tenant, account, conversation }: Talk): SealContext => ({
  tenant,
  person: account,
  purpose: 'conversation',
  record: conversation,
});

/** `id`: of the question. */
export const replyContext = (o: {
  readonly tenant: string;
  readonly account: string;
  readonly id: string;
}): SealContext => ({ tenant: o.tenant, person: o.account, purpose: 'reply', record: o.id });

/** Whoever removes a message knows its place and not its reader, so this is bound to no person; the button inside is. */
export const againContext = (o: { readonly tenant: string; readonly platform: string }): SealContext => ({
  tenant: o.tenant,
  person: `${o.platform}:again`,
  purpose: 'reply',
});

export const referenceContext = (o: { readonly tenant: string; readonly key: string }): SealContext => ({
  tenant: o.tenant,
  person: o.key,
  purpose: 'reference',
});

/** Orders belong to the whole set-up, and to no person before somebody confirms one. */
export const orderContext = (id: string): SealContext => ({
  tenant: '',
  person: 'operators',
  purpose: 'order',
  record: id,
});

export const hashKeyContext = (id: string): SealContext => ({
  tenant: '',
  person: 'everybody',
  purpose: 'hash-key',
  record: id,
});

/** A draft, or what waits for a second person. */
export const proposalContext = (id: string): SealContext => ({
  tenant: '',
  person: '',
  purpose: 'proposal',
  record: id,
});

const changedContext = (record: string): SealContext => ({ tenant: '', person: '', purpose: 'restriction', record });

/** Of the detail of a change: bound to what stands beside it in plain. */
export const changeContext = (o: Pick<RestrictionChange, 'at' | 'change' | 'id'>): SealContext =>
  changedContext(changeRecord(o));

/** `id`: of the question; `owner`: the keyed hash of who asked it. */
export const decisionContext = (o: { readonly owner: string; readonly id: string }): SealContext => ({
  tenant: '',
  person: o.owner,
  purpose: 'decision',
  record: o.id,
});

/** `owner`: the keyed hash of who gave it. */
export const donationContext = (o: { readonly owner: string; readonly id: string }): SealContext => ({
  tenant: '',
  person: o.owner,
  purpose: 'donation',
  record: o.id,
});

/** `owner`: the keyed hash of whose it is; `id`: of the write. */
export const writeContext = (o: { readonly owner: string; readonly id: string }): SealContext => ({
  tenant: '',
  person: o.owner,
  purpose: 'write',
  record: o.id,
});

/** Of a credential: bound to where it is good, so that one tenant's never opens as another's. */
export const installationContext = (o: { readonly platform: string; readonly tenant: string }): SealContext => ({
  tenant: o.tenant,
  person: `${o.platform}:bot`,
  purpose: 'installation',
});

/** `owner`: the fingerprint of who signed in. */
export const grantContext = (owner: string): SealContext => ({ tenant: '', person: owner, purpose: 'grant' });

/** `owner`: the fingerprint of whose name it opens. */
export const nameKeyContext = (owner: string): SealContext => ({ tenant: '', person: owner, purpose: 'name-key' });

/** `key`: what the store knows it by, of whoever brings it. Whom it was made for stands inside, for whoever brings it does not say. */
export const signInContext = (key: string): SealContext => ({
  tenant: '',
  person: '',
  purpose: 'sign-in',
  record: key,
});

/** What a value that lies in the store was sealed under. */
export const contextOfKept = ({ kind, tenant, owner, record }: SealedValue): SealContext => {
  switch (kind) {
    case 'inbound':
      return inboundContext({ tenant, account: owner, conversation: record });
    case 'conversation':
      return stateContext({ tenant, account: owner, conversation: record });
    case 'reply':
      return replyContext({ tenant, account: owner, id: record });
    case 'again':
      return againContext({ tenant, platform: owner });
    case 'reference':
      return referenceContext({ tenant, key: record });
    case 'order':
      return orderContext(record);
    case 'hash-key':
      return hashKeyContext(record);
    case 'proposal':
      return proposalContext(record);
    case 'restriction':
      return changedContext(record);
    case 'decision':
      return decisionContext({ owner, id: record });
    case 'donation':
      return donationContext({ owner, id: record });
    case 'installation':
      return installationContext({ platform: owner, tenant });
    case 'grant':
      return grantContext(owner);
    case 'name-key':
      return nameKeyContext(owner);
    case 'write':
      return writeContext({ owner, id: record });
  }
};
