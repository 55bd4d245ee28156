/**
 * Single sign-on: Teams hands over a token of whoever sits there, the token service exchanges it, and only if the result
 * belongs to the very account that wrote is anybody told. It proves no strong sign-in. Nothing of a token is kept or logged.
 */
import type { Clock, Log, Metrics } from '../../core/ports.ts';
import type { Account } from '../../core/types.ts';
import { codeOfFetch } from '../bounded/failure.ts';
import { inTime } from '../bounded/waiting.ts';
import { CHANNEL } from './authentication.ts';
import { fetchFields } from './fetch.ts';
import { type Fields, fieldsAt, guidAt, stringAt } from './read.ts';
import { readToken } from './token.ts';
import type { Answer } from './turns.ts';
import type { Whereabouts } from './whereabouts.ts';

/** Of the whole exchange, the app's own token and what follows included, ms; less where proving took long. */
const EXCHANGE_MS = 2_000;

/** Teams asks from every open client at once, and again after 15 s (Teams facts, section 9). ms. */
const REMEMBERED_MS = 5 * 60_000;
const MOST_REMEMBERED = 1_000;

/** Exchanges that one person may cause in a minute (Teams requirement 17). */
const MOST_PER_PERSON = 5;
const MINUTE_MS = 60_000;
const MOST_PEOPLE = 10_000;

const LONGEST_ID = 256;
const LONGEST_TOKEN = 16_000;

/** Microsoft Graph, by id and by name: what a connection may ask for beside this app itself. */
const GRAPH: readonly string[] = [
  '00000003-0000-0000-c000-000000000000',
  'https://graph.microsoft.com',
  'https://graph.microsoft.com/',
];

export interface SignIn {
  /** Answers `signin/tokenExchange`. Never rejects. */
  exchange(o: {
    readonly activity: Fields;
    readonly where: Whereabouts;
    /** ms that are left to answer. */
    readonly ms: number;
  }): Promise<Answer>;
}

export const createSignIn = (o: {
  /** Lower case. */
  readonly appId: string;
  /** Of the token service. */
  readonly oauthUrl: string;
  readonly connection: string;
  readonly appToken: () => Promise<string>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly reject: (reason: string) => void;
  readonly signedIn: (o: { readonly account: Account }) => Promise<void>;
}): SignIn => {
  const { clock } = o;
  const answers = new Map<string, { readonly answer: Promise<Answer>; readonly until: number }>();
  const spent = new Map<string, { readonly since: number; readonly count: number }>();

  const overdrawn = (person: string): boolean => {
    const now = clock.now();
    const before = spent.get(person);
    const running = before !== undefined && now - before.since < MINUTE_MS ? before : { since: now, count: 0 };
    if (running.count >= MOST_PER_PERSON) return true;
    spent.delete(person);
    spent.set(person, { ...running, count: running.count + 1 });
    forgetOldest(spent, MOST_PEOPLE);
    return false;
  };

  const atTokenService = async (sender: string, token: string, signal: AbortSignal): Promise<string | null> => {
    const query = new URLSearchParams({ userId: sender, connectionName: o.connection, channelId: CHANNEL });
    const answer = await fetchFields(`${o.oauthUrl.replace(/\/$/, '')}/api/usertoken/exchange?${query.toString()}`, {
      method: 'POST',
      signal,
      headers: { authorization: `Bearer ${await o.appToken()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    return answer === null ? null : stringAt(answer, 'token');
  };

  /** Null: it belongs to this account, is for us, and has not ended. */
  const faultOf = (text: string, { user, tenant }: Account): string | null => {
    const claims = readToken(text)?.claims ?? null;
    if (claims === null) return 'token-exchange-unreadable';
    if (guidAt(claims, 'oid') !== user || guidAt(claims, 'tid') !== tenant) return 'token-of-another';
    const { exp, aud } = claims;
    if (exp !== undefined && !(typeof exp === 'number' && exp * 1_000 > clock.now())) return 'token-exchange-expired';
    return aud === undefined || (typeof aud === 'string' && isForUs(aud, o.appId)) ? null : 'token-exchange-audience';
  };

  const exchange = async (sender: string, value: Exchange, account: Account, ms: number): Promise<Answer> => {
    const { id, connectionName } = value;
    const refused = (code: string, failureDetail: string): Answer => {
      o.metrics.count('teams_sign_ins', { outcome: 'refused' });
      o.log.warn('teams.not-signed-in', { code });
      return { status: 412, body: { id, connectionName, failureDetail } };
    };
    const done = new AbortController();
    const work = async (): Promise<Answer> => {
      const exchanged = await atTokenService(sender, value.token, done.signal);
      if (exchanged === null) return refused('exchange-refused', 'The token could not be exchanged.');
      const fault = faultOf(exchanged, account);
      if (fault !== null) {
        o.reject(fault);
        return refused(fault, 'The token is not for this account.');
      }
      await o.signedIn({ account });
      o.metrics.count('teams_sign_ins', { outcome: 'done' });
      return { status: 200, body: { id, connectionName } };
    };
    try {
      const answer = await inTime(clock, Math.min(ms, EXCHANGE_MS), work());
      return answer === 'late' ? refused('deadline', 'The token could not be exchanged in time.') : answer;
    } catch (error) {
      return refused(codeOfFetch(error), 'The token could not be exchanged.');
    } finally {
      done.abort();
    }
  };

  return {
    exchange: async ({ activity, where: { account, place }, ms }) => {
      const turnedAway = (status: number, reason: string): Answer => {
        o.reject(reason);
        return { status };
      };
      const value = exchangeIn(fieldsAt(activity, 'value'));
      if (value === null || value.connectionName !== o.connection) return turnedAway(400, 'sign-in-malformed');
      // In a channel anybody could press another's button (Teams facts, section 8).
      if (place.kind !== 'direct' || account.external) return turnedAway(400, 'sign-in-not-private');
      const name = JSON.stringify([account.tenant, place.channel, account.user, value.id]);
      const known = answers.get(name);
      if (known !== undefined && known.until > clock.now()) return known.answer;
      if (overdrawn(`${account.tenant} ${account.user}`)) return turnedAway(429, 'sign-in-throttled');
      const answer = exchange(stringAt(fieldsAt(activity, 'from'), 'id') ?? '', value, account, ms);
      // Before the exchange, not after it: concurrent deliveries share one (Teams requirement 17).
      answers.delete(name);
      answers.set(name, { answer, until: clock.now() + REMEMBERED_MS });
      forgetOldest(answers, MOST_REMEMBERED);
      return answer;
    },
  };
};

interface Exchange {
  readonly id: string;
  readonly connectionName: string;
  readonly token: string;
}

const exchangeIn = (value: Fields): Exchange | null => {
  const id = stringAt(value, 'id');
  const connectionName = stringAt(value, 'connectionName');
  const token = stringAt(value, 'token');
  if (id === null || connectionName === null || token === null) return null;
  if (id === '' || id.length > LONGEST_ID || token === '' || token.length > LONGEST_TOKEN) return null;
  return { id, connectionName, token };
};

/** The app by its id, or by the address that Teams asks for: `api://…/ID`, `api://botid-ID`. */
const isForUs = (aud: string, appId: string): boolean => {
  const audience = aud.toLowerCase();
  return audience === appId || (audience.startsWith('api://') && audience.endsWith(appId)) || GRAPH.includes(audience);
};

const forgetOldest = (map: Map<string, unknown>, most: number): void => {
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
};
