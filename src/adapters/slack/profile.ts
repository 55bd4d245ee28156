import type { Clock } from '../../core/ports.ts';
import { asTimeZone } from '../../core/time-zones.ts';
import type { Account, Locale } from '../../core/types.ts';
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
  /** The language that they use Slack in, where we speak it; absent: Slack does not say, or we do not speak it. */
  readonly locale?: Locale;
}

export interface Profiles {
  /**
   * `unreachable`: Slack did not answer, or not with everything that matters, so nothing may rest on it. `anew`: asked past what is
   * remembered, for whoever remembers it themselves or must know it as of now. Never throws.
   */
  find(account: Account, o?: { readonly anew: boolean }): Promise<Profile | 'unreachable'>;
  /** The language that they use Slack in, also of whoever is none of us; null: Slack does not say, or we do not speak it. Never throws. */
  locale(account: Account): Promise<Locale | null>;
  /** Something about this user changed; null: about whom is not known. */
  forget(user: string | null): void;
  /** Nobody of a workspace is known any more; null: nobody at all. */
  forgetTenant(tenant: string | null): void;
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
    const called = await o.call(tenant, 'users.info', (client) => client.users.info({ user, include_locale: true }));
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

  const said = async (account: Account, anew = false): Promise<Profile | 'unreachable'> => {
    if (account.platform !== 'slack') return 'unreachable';
    const key = `${account.user}:${account.tenant}`;
    // What is on its way may have been answered before.
    if (anew) return look(key, account);
    const kept = known.get(key);
    if (kept !== undefined && o.clock.now() < kept.until) return kept.profile;
    return asking.get(key) ?? look(key, account);
  };

  return {
    // The event itself says who is of another company; Slack need not be asked for that.
    find: async (account, { anew } = { anew: false }) =>
      account.platform === 'slack' && account.external ? { email: null, kind: 'stranger' } : said(account, anew),
    locale: async (account) => {
      const profile = await said(account);
      return profile === 'unreachable' ? null : (profile.locale ?? null);
    },
    forget: (user) => {
      for (const kept of [known, asking])
        for (const key of kept.keys()) if (user === null || key.startsWith(`${user}:`)) kept.delete(key);
    },
    forgetTenant: (tenant) => {
      for (const kept of [known, asking])
        for (const key of kept.keys()) if (tenant === null || key.endsWith(`:${tenant}`)) kept.delete(key);
    },
  };
};

interface Home {
  readonly tenant: string;
  readonly allowed: ReadonlySet<string>;
}

/** Null where something is missing that would decide. */
export const profileOf = (user: Fields, home: Home): Profile | null => {
  const kind = kindOf(user, home);
  if (kind === null) return null;
  const locale = localeOf(user);
  const spoken = locale === null ? {} : { locale };
  if (kind !== 'member' && kind !== 'guest') return { email: null, kind, ...spoken };
  const timeZone = asTimeZone(user['tz']);
  return { email: emailOf(user), kind, ...(timeZone === null ? {} : { timeZone }), ...spoken };
};

/** As in "de-DE"; Slack says it where it is asked for it. */
const localeOf = (user: Fields): Locale | null => {
  const language = (stringAt(user, 'locale') ?? '').split('-', 1)[0]?.toLowerCase();
  return language === 'de' || language === 'en' ? language : null;
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

/**
 * In an organisation the home may be another workspace of it. A workspace that is not on the list itself proves nothing: which one it is may be the
 * word of whoever pressed. So there the person's organisation must be.
 */
const isAtHome = (user: Fields, { tenant, allowed }: Home): boolean => {
  const organisation = fieldsAt(user, 'enterprise_user');
  const { teams } = organisation;
  const team = idAt(user, 'team_id');
  if (team !== null && allowed.has(team)) return true;
  if (allowed.has(tenant) && Array.isArray(teams) && teams.includes(tenant)) return true;
  const enterprise = idAt(organisation, 'enterprise_id');
  return enterprise !== null && allowed.has(enterprise);
};

const emailOf = (user: Fields): string | null => {
  if (user['is_email_confirmed'] !== true) return null;
  const email = stringAt(fieldsAt(user, 'profile'), 'email');
  return email !== null && email.length <= LONGEST_EMAIL && /^[^\s@]+@[^\s@]+$/.test(email) ? email : null;
};
