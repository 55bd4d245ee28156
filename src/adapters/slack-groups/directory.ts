/**
 * People from Slack alone, for companies without another directory: members of our workspaces, and the groups that rules name by Slack's
 * user groups. In Slack members may change those, so what they say is a hint (`Person.hints`) unless the admin declared
 * that only admins can.
 */
import { SottoError } from '../../core/errors.ts';
import type { Clock, Directory, Found, Log, Random } from '../../core/ports.ts';
import type { Account, Locale, Member, PersonKind } from '../../core/types.ts';
import { createMemory, OF_PEOPLE } from '../bounded/memory.ts';
import { colleagueOf, createRoll, mentionKey } from './roll.ts';
import { createSignInOf } from './sign-in.ts';
import type { SlackAsked, SlackMember } from './slack.ts';

const SLACK_ID = /^[A-Z0-9]{2,32}$/;

/** What is told of a user group that changed, in the place of an account. */
const USER_GROUP = /^S[A-Z0-9]+$/;

/** Whose members are contractors, whatever else they are: it takes away, so a hint is enough. */
const CONTRACTOR = 'contractor';

const REFUSED = { bot: 'bot', deactivated: 'deactivated', stranger: 'external' } as const;

export interface SlackGroupsOptions {
  /** Our workspaces, `T…`. */
  readonly tenants: readonly string[];
  readonly slack: SlackAsked;
  /** By the word that rules name, the id of Slack's user group, `S…`. */
  readonly groups: ReadonlyMap<string, string>;
  /** Where everybody works: Slack does not know. ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Whether only admins may change user groups, as the admin declared for every workspace: then they count in full. */
  readonly adminsOnly: boolean;
  /** Workspaces whose addresses come from single sign-on: a sign-in is somebody's there alone. */
  readonly emailVerified: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
}

export interface SlackGroupsDirectory extends Directory {
  /** Begins to read the roll of names; resolves once it is there, or after ten seconds without. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const createSlackGroupsDirectory = (o: SlackGroupsOptions): SlackGroupsDirectory => {
  const { clock, log, slack } = o;
  const bounds = { ...OF_PEOPLE, clock };
  const members = createMemory<SlackMember | 'unknown'>({
    ...bounds,
    look: async (key) => {
      const [tenant = '', user = ''] = key.split(':');
      const said = await slack.member({ tenant, user });
      return said === 'unreachable' ? null : said;
    },
  });
  const groups = createMemory<ReadonlyMap<string, ReadonlySet<string>>>({
    ...bounds,
    look: async (tenant) => {
      const said = await slack.groups(tenant);
      return said === 'unreachable' ? null : said;
    },
  });
  const roll = createRoll(o);

  /** Every group of every workspace, by `TENANT:USER`. Null: one of them could not be had, or a group that rules name is in none of them. */
  const groupsNow = async (
    anew: boolean,
  ): Promise<{ readonly words: (member: SlackMember) => readonly string[]; readonly fresh: boolean } | null> => {
    const asked = await Promise.all(
      o.tenants.map(async (tenant) => [tenant, await groups.get(tenant, { anew })] as const),
    );
    const known = asked.flatMap(([tenant, found]) => (found === null ? [] : [{ tenant, ...found }]));
    if (known.length < o.tenants.length) return null;
    const missing = [...o.groups].find(([, id]) => !known.some(({ value }) => value.has(id)));
    if (missing !== undefined) {
      // Whoever is in it is not known, and unknown is never none.
      log.error('slack-groups.group-missing', { name: missing[0] });
      return null;
    }
    const words = ({ tenant, user, elsewhere }: SlackMember): readonly string[] =>
      [...o.groups].flatMap(([word, id]) =>
        known.some(
          (it) => (it.tenant === tenant || elsewhere.includes(it.tenant)) && it.value.get(id)?.has(user) === true,
        )
          ? [word]
          : [],
      );
    return { words, fresh: known.every(({ fresh }) => fresh) };
  };

  /** What somebody is, with the groups that they are in: those that count in full, and those that are hints. */
  const standingOf = (kind: SlackMember['kind'], words: readonly string[]) => {
    const guest = kind !== 'member';
    const named = guest ? [] : words.filter((word) => word !== CONTRACTOR);
    const is: PersonKind = guest ? 'guest' : words.includes(CONTRACTOR) ? 'contractor' : 'employee';
    return { kind: is, ...(o.adminsOnly || guest ? { groups: named } : { groups: [], hints: named }) };
  };

  const find = async ({ tenant, user }: Account, anew: boolean): Promise<Found> => {
    if (!o.tenants.includes(tenant) || !SLACK_ID.test(user)) return { ok: false, why: 'unknown' };
    const [known, inGroups] = await Promise.all([members.get(`${tenant}:${user}`, { anew }), groupsNow(anew)]);
    if (known === null) return { ok: false, why: 'unreachable' };
    const { value: member } = known;
    if (member === 'unknown') return { ok: false, why: 'unknown' };
    if (member.kind !== 'member' && member.kind !== 'guest') return { ok: false, why: REFUSED[member.kind] };
    if (inGroups === null) return { ok: false, why: 'unreachable' };
    const locale: Locale = member.locale ?? 'en';
    return {
      ok: true,
      person: {
        ...colleagueOf(member),
        ...standingOf(member.kind, inGroups.words(member)),
        country: o.country,
        locale,
        ...(member.timeZone === undefined ? {} : { timeZone: member.timeZone }),
        fresh: known.fresh && inGroups.fresh,
      },
    };
  };

  return {
    find: async (account, { anew } = { anew: false }) => {
      if (account.external) return { ok: false, why: 'external' };
      return account.platform === 'slack' ? find(account, anew) : { ok: false, why: 'unknown' };
    },
    forget: (account) => {
      if (account === null) {
        members.forget(null);
        groups.forget(null);
      } else if (account.platform === 'slack') {
        // Any member may change one as often as they like; asked too often, Slack answers nobody, and nobody would be known at all.
        if (USER_GROUP.test(account.user)) groups.doubt(account.tenant);
        else members.forget(`${account.tenant}:${account.user}`);
      }
    },
    mentions: async (asked) => {
      const { names, byMention } = roll.current();
      const { tokens, asker, where } = asked;
      const outsider = asker.kind === 'guest' || asker.kind === 'external';
      const named = tokens.flatMap((token, start) => {
        if (tokens[start - 1] !== '@' || where?.platform !== 'slack' || outsider) return [];
        const person = byMention.get(mentionKey(where.tenant, token));
        return person === undefined ? [] : [{ start, length: 1, people: [person] }];
      });
      return [...names.mentions(asked), ...named];
    },
    colleague: async (id) => roll.current().byId.get(id) ?? null,
    reports: async () => [],
    accounts: async (id) =>
      (roll.current().accounts.get(id) ?? []).map(({ tenant, user }) => ({ platform: 'slack', tenant, user })),
    signInOf: createSignInOf({ slack, declared: o.emailVerified }),
    members: async () => {
      const { accounts } = roll.current();
      const inGroups = await groupsNow(false);
      if (inGroups === null) throw unavailable();
      return [...accounts].flatMap(([id, own]): readonly Member[] => {
        const [member] = own.filter(({ kind }) => kind === 'member' || kind === 'guest');
        if (member === undefined) return [];
        return [{ id, ...standingOf(member.kind, inGroups.words(member)), country: o.country }];
      });
    },
    start: () => roll.start(),
    stop: async () => {
      roll.stop();
    },
  };
};

const unavailable = (): SottoError =>
  new SottoError(
    'directory-unavailable',
    'Who is in the user groups could not be read from Slack, so people cannot be counted or told something just now. Check that the app has the scope usergroups:read, that each group of SOTTO_SLACK_GROUPS exists, and that Slack can be reached.',
  );
