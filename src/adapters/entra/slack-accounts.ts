/**
 * Whose Slack account is it? Slack knows an e-mail address, Entra who has it, and so both accounts lead to one person. Only
 * for workspaces whose addresses come from single sign-on: elsewhere people change their own (Slack facts, section 5).
 */
import { z } from 'zod';
import type { Log } from '../../core/ports.ts';
import type { Account, Locale } from '../../core/types.ts';
import type { Graph } from './graph.ts';
import { guid } from './settings.ts';

/** What Slack says of an account. `stranger`: of another company. */
export type SlackAccount = {
  readonly email: string | null;
  readonly kind: 'member' | 'guest' | 'bot' | 'deactivated' | 'stranger';
  /** Of the IANA database; absent: Slack does not say. */
  readonly timeZone?: string;
  /** Absent: Slack does not say, or we do not speak it. */
  readonly locale?: Locale;
};

export type SlackEmail = (account: Account) => Promise<SlackAccount | 'unreachable'>;

/** The accounts that have this address in our workspaces, as far as Slack says. Never rejects. */
export type SlackAccountsOf = (email: string) => Promise<readonly { readonly tenant: string; readonly user: string }[]>;

export type SlackOwner =
  | {
      readonly kind: 'owner';
      readonly id: string;
      /** A guest on Slack is a guest, whatever Entra knows of the address. */
      readonly guest: boolean;
      readonly timeZone?: string;
      readonly locale?: Locale;
    }
  | { readonly kind: 'refused'; readonly why: 'unknown' | 'external' | 'deactivated' | 'bot' };

const REFUSED = { bot: 'bot', deactivated: 'deactivated', stranger: 'external' } as const;

/** An address as far as it matters here: one that a query and a directory can hold. */
const EMAIL = /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,255}$/u;

const address = z.string().max(1_000).nullish();
const users = z.object({
  value: z.array(z.object({ id: guid, mail: address, userPrincipalName: address })).max(10),
  '@odata.nextLink': z.string().optional(),
});

/** Asks for one account, `TEAM:USER`. Null: Slack or Graph could not be asked. */
export const createSlackLookup =
  (o: { readonly graph: Graph; readonly slackEmail: SlackEmail; readonly log: Log }) =>
  async (key: string): Promise<SlackOwner | null> => {
    const [tenant = '', user = ''] = key.split(':');
    const said = await o.slackEmail({ platform: 'slack', tenant, user, external: false });
    if (said === 'unreachable') return null;
    const { email, kind, timeZone, locale } = said;
    if (kind !== 'member' && kind !== 'guest') return { kind: 'refused', why: REFUSED[kind] };
    if (email === null || !EMAIL.test(email) || !email.isWellFormed()) return { kind: 'refused', why: 'unknown' };

    const quoted = `'${email.replaceAll("'", "''")}'`;
    const filter = encodeURIComponent(`mail eq ${quoted} or userPrincipalName eq ${quoted}`);
    const answer = await o.graph.ask({
      operation: 'mail',
      url: o.graph.at(`users?$filter=${filter}&$select=id,mail,userPrincipalName&$top=2`),
      shape: users,
    });
    if (!answer.ok) return null;
    const [first, ...others] = answer.body.value;
    // Graph may end a page early, even an empty one: whoever else has the address would be on the next.
    if (answer.body['@odata.nextLink'] !== undefined && others.length === 0) return null;
    if (first === undefined) return { kind: 'refused', why: 'unknown' };
    if (others.length > 0) {
      o.log.warn('entra.address-of-several', { tenant });
      return { kind: 'refused', why: 'unknown' };
    }
    const has = [first.mail, first.userPrincipalName].some((it) => it?.toLowerCase() === email.toLowerCase());
    const zone = { ...(timeZone === undefined ? {} : { timeZone }), ...(locale === undefined ? {} : { locale }) };
    return has ? { kind: 'owner', id: first.id, guest: kind === 'guest', ...zone } : null;
  };

const addresses = z.object({ id: guid, mail: address, userPrincipalName: address });

/**
 * The other way: accounts on Slack of a person of Entra, by their addresses there. As good as an address is: whoever is asked for by
 * one of these accounts is who has that address. None where Graph or Slack cannot be asked.
 */
export const createSlackAccounts =
  (o: { readonly graph: Graph; readonly slackAccountsOf: SlackAccountsOf }) =>
  async (id: string): Promise<readonly { readonly tenant: string; readonly user: string }[]> => {
    const answer = await o.graph.ask({
      operation: 'user',
      url: o.graph.at(`users/${id}?$select=id,mail,userPrincipalName`),
      shape: addresses,
    });
    if (!answer.ok || answer.body.id !== id) return [];
    const { mail, userPrincipalName } = answer.body;
    const own = [mail, userPrincipalName].flatMap((one) =>
      one !== null && one !== undefined && EMAIL.test(one) && one.isWellFormed() ? [one.toLowerCase()] : [],
    );
    const found = (await Promise.all([...new Set(own)].map((one) => o.slackAccountsOf(one)))).flat();
    return found.filter(
      (each, at) => found.findIndex(({ tenant, user }) => tenant === each.tenant && user === each.user) === at,
    );
  };
