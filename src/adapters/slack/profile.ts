import type { Clock } from '../../core/ports.ts';
import { asTimeZone } from '../../core/time-zones.ts';
import type { Account } from '../../core/types.ts';
import type { Call } from './call.ts';
import { type Fields, fieldsAt, idAt, isFields, stringAt } from './read.ts';

/** Nobody is believed for longer without being asked after (Slack requirement 12). ms. */
const FRESH_MS = 5 * 60_000;

/** A bound for memory, not a limit on people. */
const MOST_KNOWN = 10_000;

/** The longest address that mail allows. Characters. */
const LONGEST_EMAIL = 254;

const SLACKBOT = 'USLACKBOT';

/** What Slack says of an account. An address is there only where Slack has confirmed it; it is weak where people may change it. */
export interface Profile {
  readonly email: string | null;
  readonly kind: 'member' | 'guest' | 'bot' | 'deactivated' | 'stranger';
  /** Where a member or a guest says that they are; absent: Slack does not say, or there is no such place. */
  readonly timeZone?: string;
}

export interface Profiles {
  /** `unreachable`: Slack did not answer, or not with everything that matters, so nothing may rest on it. Never throws. */
  find(account: Account): Promise<Profile | 'unreachable'>;
  /** Slack says that something about this user changed. */
  forget(user: string): void;
}

/** People as Slack knows them, looked up once for all who ask at the same time. */
export const createProfiles = (o: {
  readonly call: Call;
  /** Workspaces and organisations that are ours. */
  readonly allowed: ReadonlySet<string>;
  readonly clock: Pick<Clock, 'now'>;
}): Profiles => {
  const known = new Map<string, { readonly profile: Profile; readonly until: number }>();
  const asking = new Map<string, Promise<Profile | 'unreachable'>>();

  const ask = async ({ tenant, user }: Account): Promise<Profile | 'unreachable'> => {
    const called = await o.call(tenant, 'users.info', (client) => client.users.info({ user }));
    if ('fault' in called) return 'unreachable';
    const said: unknown = called.done.user;
    return isFields(said) && stringAt(said, 'id') === user
      ? (profileOf(said, { tenant, allowed: o.allowed }) ?? 'unreachable')
      : 'unreachable';
  };

  const keep = (key: string, profile: Profile, until: number): void => {
    known.delete(key);
    const oldest = known.keys().next();
    if (known.size >= MOST_KNOWN && oldest.done === false) known.delete(oldest.value);
    known.set(key, { profile, until });
  };

  const look = (key: string, account: Account): Promise<Profile | 'unreachable'> => {
    const until = o.clock.now() + FRESH_MS;
    const asked = ask(account).then((profile) => {
      // What was forgotten meanwhile may be older than the change: whoever asked has it, nobody else gets it.
      if (asking.get(key) !== asked) return profile;
      asking.delete(key);
      if (profile !== 'unreachable') keep(key, profile, until);
      return profile;
    });
    asking.set(key, asked);
    return asked;
  };

  return {
    find: async (account) => {
      if (account.platform !== 'slack') return 'unreachable';
      if (account.external) return { email: null, kind: 'stranger' };
      const key = `${account.user}:${account.tenant}`;
      const kept = known.get(key);
      if (kept !== undefined && o.clock.now() < kept.until) return kept.profile;
      return asking.get(key) ?? look(key, account);
    },
    forget: (user) => {
      for (const kept of [known, asking])
        for (const key of kept.keys()) if (key.startsWith(`${user}:`)) kept.delete(key);
    },
  };
};

interface Home {
  readonly tenant: string;
  readonly allowed: ReadonlySet<string>;
}

/** Null where something is missing that would decide. */
const profileOf = (user: Fields, home: Home): Profile | null => {
  const kind = kindOf(user, home);
  if (kind === null) return null;
  if (kind !== 'member' && kind !== 'guest') return { email: null, kind };
  const timeZone = asTimeZone(user['tz']);
  return { email: emailOf(user), kind, ...(timeZone === null ? {} : { timeZone }) };
};

const kindOf = (user: Fields, home: Home): Profile['kind'] | null => {
  // Slack tells little else of somebody who is deactivated.
  if (user['deleted'] === true) return 'deactivated';
  if (stringAt(user, 'id') === SLACKBOT || BOTS.some((flag) => user[flag] === true)) return 'bot';
  if (DECIDING.some((flag) => typeof user[flag] !== 'boolean') || idAt(user, 'team_id') === null) return null;
  if (user['is_stranger'] === true || !isAtHome(user, home)) return 'stranger';
  // Whoever was invited and has not come yet is nobody's colleague.
  return GUESTS.some((flag) => user[flag] === true) ? 'guest' : 'member';
};

const DECIDING = ['deleted', 'is_bot', 'is_restricted', 'is_ultra_restricted'];
const BOTS = ['is_bot', 'is_workflow_bot', 'is_connector_bot'];
const GUESTS = ['is_restricted', 'is_ultra_restricted', 'is_invited_user'];

/** In an organisation the home may be another workspace of it. */
const isAtHome = (user: Fields, { tenant, allowed }: Home): boolean => {
  const organisation = fieldsAt(user, 'enterprise_user');
  const { teams } = organisation;
  const team = idAt(user, 'team_id');
  if (team === tenant || (team !== null && allowed.has(team))) return true;
  if (Array.isArray(teams) && teams.includes(tenant)) return true;
  const enterprise = idAt(organisation, 'enterprise_id');
  return enterprise !== null && allowed.has(enterprise);
};

const emailOf = (user: Fields): string | null => {
  if (user['is_email_confirmed'] !== true) return null;
  const email = stringAt(fieldsAt(user, 'profile'), 'email');
  return email !== null && email.length <= LONGEST_EMAIL && /^[^\s@]+@[^\s@]+$/.test(email) ? email : null;
};
