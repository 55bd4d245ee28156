/**
 * People from Microsoft Entra, asked through Graph with the permissions User.Read.All and GroupMember.Read.All. Whoever is
 * asked for is known afresh for five minutes and from before for some hours; nothing is ever known from a name alone.
 */
import { SottoError } from '../../core/errors.ts';
import type { IdentifierIndex } from '../../core/identifying.ts';
import type { Clock, Directory, Found, Log, Mention, Metrics, Random } from '../../core/ports.ts';
import type { Account, Colleague, Locale } from '../../core/types.ts';
import { createMemory, OF_PEOPLE } from '../bounded/memory.ts';
import { createGraph } from './graph.ts';
import { createMembers } from './members.ts';
import { createPeopleLookup, type EntraPerson } from './people.ts';
import { createRoll } from './roll.ts';
import { checkedGraphUrl, checkedGroups, checkedStaleMs, checkedTenant, isGuid } from './settings.ts';
import { objectIdOf } from './sign-in.ts';
import {
  createSlackAccounts,
  createSlackLookup,
  type SlackAccountsOf,
  type SlackEmail,
  type SlackOwner,
} from './slack-accounts.ts';

const SLACK_ID = /^[A-Z0-9]{2,64}$/;

/** As tokens are: in lower case. A name that somebody typed behind an @ is not asked for. */
const MENTIONED = /^[uw](?=[a-z]*[0-9])[a-z0-9]{6,20}$/;

/** Each may be asked of Slack and Graph, and somebody waits. */
const MOST_MENTIONED = 3;

export interface EntraOptions {
  /** Of our tenant, a GUID. Accounts of any other are `external`. */
  readonly tenantId: string;
  /** A bearer token for Graph, from whoever keeps it fresh. */
  readonly token: () => Promise<string>;
  /** A stand-in on loopback; null: https://graph.microsoft.com. */
  readonly unsafeGraphUrl: string | null;
  /**
   * By the word that rules name, the object id of the Entra group; members of a member group count. The group `contractor` makes
   * its members contractors. A group with hidden membership seems empty to the app unless it has Member.Read.Hidden.
   */
  readonly groups: ReadonlyMap<string, string>;
  /** Of workspaces whose addresses come from single sign-on; null: nobody is known by a Slack account. */
  readonly slackEmail: SlackEmail | null;
  /** The same the other way, for writing to somebody; absent: of nobody is an account on Slack known beforehand. */
  readonly slackAccountsOf?: SlackAccountsOf;
  /** ms; how long somebody is known from before (`fresh: false`) while Graph is away. At most a day. */
  readonly staleMs?: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly random: Random;
}

export interface EntraDirectory extends Directory {
  /** Begins to read the roll of names; resolves once it is there, or after ten seconds without. */
  start(): Promise<void>;
  /** Lets go of every call under way. */
  stop(): Promise<void>;
}

/** Refuses with code `settings` a tenant, group, address or bound that is none. */
export const createEntraDirectory = (o: EntraOptions): EntraDirectory => {
  const { clock, log, random, slackEmail } = o;
  const tenantId = checkedTenant(o.tenantId);
  const groups = checkedGroups(o.groups);
  const staleMs = checkedStaleMs(o.staleMs ?? OF_PEOPLE.staleMs);
  const graph = createGraph({ ...o, baseUrl: checkedGraphUrl(o.unsafeGraphUrl) });
  const bounds = { ...OF_PEOPLE, staleMs, clock };
  const people = createMemory<EntraPerson>({ ...bounds, look: createPeopleLookup({ graph, groups, log }) });
  const owners =
    slackEmail === null
      ? null
      : createMemory<SlackOwner>({ ...bounds, look: createSlackLookup({ graph, slackEmail, log }) });
  const roll = createRoll({ graph, clock, log, random });
  const { slackAccountsOf } = o;
  const onSlack = slackAccountsOf === undefined ? async () => [] : createSlackAccounts({ graph, slackAccountsOf });
  const members = createMembers({ graph, roll, groups, clock, log });

  const personOf = async (
    id: string,
    through: {
      readonly guest: boolean;
      readonly fresh: boolean;
      readonly anew: boolean;
      /** As the platform says; it counts where Entra names none. */
      readonly locale?: Locale;
    },
  ): Promise<Found> => {
    const known = await people.get(id, through);
    if (known === null) return { ok: false, why: 'unreachable' };
    const { value } = known;
    if (value.kind === 'refused') return { ok: false, why: value.why };
    const fresh = known.fresh && through.fresh;
    const locale = (value.saysLanguage ? undefined : through.locale) ?? value.person.locale;
    const person = { ...value.person, locale, fresh };
    return { ok: true, person: through.guest ? { ...person, kind: 'guest', groups: [] } : person };
  };

  const findOnTeams = async ({ tenant, user }: Account, anew: boolean): Promise<Found> => {
    if (tenant.toLowerCase() !== tenantId) return { ok: false, why: 'external' };
    if (!isGuid(user)) return { ok: false, why: 'unknown' };
    return personOf(user.toLowerCase(), { guest: false, fresh: true, anew });
  };

  const findOnSlack = async ({ tenant, user }: Account, anew: boolean): Promise<Found> => {
    if (owners === null || !SLACK_ID.test(tenant) || !SLACK_ID.test(user)) return { ok: false, why: 'unknown' };
    const known = await owners.get(`${tenant}:${user}`, { anew });
    if (known === null) return { ok: false, why: 'unreachable' };
    const { value, fresh } = known;
    if (value.kind === 'refused') return { ok: false, why: value.why };
    const { timeZone, locale } = value;
    const found = await personOf(value.id, {
      guest: value.guest,
      fresh,
      anew,
      ...(locale === undefined ? {} : { locale }),
    });
    if (!found.ok || timeZone === undefined) return found;
    return { ok: true, person: { ...found.person, timeZone } };
  };

  /** "@U0MONA0000": whoever has that account, as it is with whoever asks. One of another company, a guest's or a bot's is nobody's. */
  const mentionedOnSlack = async ({
    tokens,
    asker,
    where,
  }: Parameters<Directory['mentions']>[0]): Promise<readonly Mention[]> => {
    if (owners === null || where?.platform !== 'slack' || asker.kind === 'guest' || asker.kind === 'external')
      return [];
    const { byId } = roll.current();
    const mentions: Mention[] = [];
    const at = tokens.flatMap((token, place) => (tokens[place - 1] === '@' && MENTIONED.test(token) ? [place] : []));
    for (const start of at.slice(0, MOST_MENTIONED)) {
      const user = (tokens[start] ?? '').toUpperCase();
      if (!SLACK_ID.test(where.tenant)) continue;
      const known = await owners.get(`${where.tenant}:${user}`);
      const person = known?.value.kind === 'owner' && !known.value.guest ? byId.get(known.value.id) : undefined;
      if (person !== undefined) mentions.push({ start, length: 1, people: [person] });
    }
    return mentions;
  };

  /** Refuses with code `directory-unavailable`: who is not known is not nobody. */
  const sure = (): IdentifierIndex => {
    const { identifiers, managersKnown } = roll.current();
    if (managersKnown) return identifiers;
    throw new SottoError(
      'directory-unavailable',
      'The people could not be read from Microsoft Entra for half an hour, so nobody can tell whom a system means. Check that Graph can be reached.',
    );
  };

  return {
    find: async (account, { anew } = { anew: false }) => {
      if (account.external) return { ok: false, why: 'external' };
      return account.platform === 'teams' ? findOnTeams(account, anew) : findOnSlack(account, anew);
    },
    mentions: async (asked) => {
      const { names, managersKnown } = roll.current();
      const mentions = [...names.mentions(asked), ...(await mentionedOnSlack(asked))];
      if (managersKnown) return mentions;
      return mentions.map((mention) => ({ ...mention, people: mention.people.map(withoutManager) }));
    },
    /** Refuses with code `directory-unavailable` as `mentions` does: who is not known is not nobody. */
    colleague: async (id) => {
      const { byId, managersKnown } = roll.current();
      const colleague = byId.get(id.toLowerCase()) ?? null;
      return colleague === null || managersKnown ? colleague : withoutManager(colleague);
    },
    countryOf: async (id) => {
      const { active, left } = roll.current();
      const own = id.toLowerCase();
      return active.get(own)?.country ?? left.get(own) ?? null;
    },
    // Whose manager is not known is nobody's report.
    reports: async (asked) => {
      const { reporting, managersKnown } = roll.current();
      return managersKnown ? reporting.reports({ ...asked, manager: asked.manager.toLowerCase() }) : [];
    },
    identifier: async (asked) => sure().identifier({ ...asked, person: asked.person.toLowerCase() }),
    identified: async (asked) => sure().identified(asked),
    forget: (account) => {
      if (account === null) owners?.forget(null);
      else if (account.platform === 'slack') owners?.forget(`${account.tenant}:${account.user}`);
    },
    members,
    // On Teams the account is the person's own object; on Slack whichever has their address.
    accounts: async (id) => {
      if (!isGuid(id)) return [];
      const own = id.toLowerCase();
      return [
        { platform: 'teams', tenant: tenantId, user: own },
        ...(await onSlack(own)).map((account) => ({ platform: 'slack' as const, ...account })),
      ];
    },
    signInOf: async (identity) => {
      const id = objectIdOf(identity, tenantId);
      if (id === null) return { ok: false, why: 'unknown' };
      const known = await people.get(id, { anew: true });
      if (known === null) return { ok: false, why: 'unreachable' };
      const { value } = known;
      if (value.kind === 'person') return { ok: true, person: value.person.id };
      return { ok: false, why: value.why === 'unreachable' ? 'unreachable' : 'unknown' };
    },
    start: () => roll.start(),
    stop: async () => {
      roll.stop();
      graph.stop();
    },
  };
};

/** Whose manager is not known is nobody's report. */
const withoutManager = (colleague: Colleague): Colleague => ({ ...colleague, manager: null });
