/**
 * Single sign-on: Teams hands over a token of whoever sits there, Entra exchanges it now (whoever was blocked or signed out meanwhile gets none), and
 * only if the result belongs to the very account that wrote is anybody told. By itself it proves no strong sign-in: that is judged from Teams' own token by
 * whoever is told. Nothing of a token is kept or logged.
 */
import { createHash } from 'node:crypto';
import { createMemoryBudgets } from '../../core/budget.ts';
import type { Budgets, Clock, Log, Metrics } from '../../core/ports.ts';
import { packParts } from '../../core/stored.ts';
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

/** In any minute one person may cause at most five exchanges, over all processes (Teams requirement 17). */
const OF_A_PERSON = { perMinute: 2, burst: 3 } as const;

/** Of all processes one exchanges what has one id; it is forgotten after a minute, in which Teams has sent its last copy. */
const OF_AN_ID = { perMinute: 1, burst: 1 } as const;

const LONGEST_ID = 256;
const LONGEST_TOKEN = 16_000;

/** Microsoft Graph, by id and by name: what a connection may ask for beside this app itself. */
const GRAPH: readonly string[] = [
  '00000003-0000-0000-c000-000000000000',
  'https://graph.microsoft.com',
  'https://graph.microsoft.com/',
];

/** Somebody sits at Teams as this account, as Entra says just now. */
export interface SeenInTeams {
  readonly account: Account;
  /** What Teams handed over, of Entra, not verified here: good for nothing but to be judged. Never to be kept or logged. */
  readonly token: string;
  /** Name of the sign-in link beside which Teams was asked; anything, where it was asked beside none. */
  readonly name: string;
}

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
  /** Shared with the other processes of the bot; absent: this is the only one. */
  readonly budgets?: Budgets;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly reject: (reason: string) => void;
  readonly signedIn: (seen: SeenInTeams) => Promise<void>;
  /** What Teams was asked under this name it has answered, whatever came of it. */
  readonly answered?: (name: string) => void;
}): SignIn => {
  const { clock } = o;
  const budgets = o.budgets ?? createMemoryBudgets();
  const answers = new Map<string, { readonly answer: Promise<Answer>; readonly until: number }>();

  /** Whether one more may be made under this name; names are hashed, since ids of a client may be anything. */
  const mayTake = async (
    tenant: string,
    what: string,
    name: string,
    limit: { readonly perMinute: number; readonly burst: number },
  ): Promise<boolean> => {
    const key = packParts(['teams', tenant, `${what} ${createHash('sha256').update(name).digest('base64url')}`]);
    return (await budgets.take({ key, want: 1, ...limit, now: clock.now() })).granted === 1;
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

  /** Null: it belongs to this account, is for us, and has not ended. What it does not say counts against it. */
  const faultOf = (text: string, { user, tenant }: Account): string | null => {
    const claims = readToken(text)?.claims ?? null;
    if (claims === null) return 'token-exchange-unreadable';
    if (guidAt(claims, 'oid') !== user || guidAt(claims, 'tid') !== tenant) return 'token-of-another';
    const { exp, aud } = claims;
    if (!(typeof exp === 'number' && exp * 1_000 > clock.now())) return 'token-exchange-expired';
    return typeof aud === 'string' && isForUs(aud, o.appId) ? null : 'token-exchange-audience';
  };

  const exchange = async (sender: string, name: string, value: Exchange, account: Account, ms: number) => {
    const { id, connectionName } = value;
    const refused = (code: string, failureDetail: string): Answer => {
      o.metrics.count('teams_sign_ins', { outcome: 'refused' });
      o.log.warn('teams.not-signed-in', { code });
      return { status: 412, body: { id, connectionName, failureDetail } };
    };
    const done = new AbortController();
    const work = async (): Promise<Answer> => {
      // Another process has it, and its answer counts: this client has nothing more to do.
      if (!(await mayTake(account.tenant, 'exchange', name, OF_AN_ID)))
        return { status: 200, body: { id, connectionName } };
      if (!(await mayTake(account.tenant, 'exchanges', account.user, OF_A_PERSON))) {
        o.reject('sign-in-throttled');
        return { status: 429 };
      }
      const exchanged = await atTokenService(sender, value.token, done.signal);
      if (exchanged === null) return refused('exchange-refused', 'The token could not be exchanged.');
      const fault = faultOf(exchanged, account);
      if (fault !== null) {
        o.reject(fault);
        return refused(fault, 'The token is not for this account.');
      }
      await o.signedIn({ account, token: value.token, name: id });
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
      const name = packParts([account.tenant, place.channel, account.user, value.id]);
      const known = answers.get(name);
      if (known !== undefined && known.until > clock.now()) return known.answer;
      const answer = exchange(stringAt(fieldsAt(activity, 'from'), 'id') ?? '', name, value, account, ms);
      // Before the exchange, not after it: concurrent deliveries share one (Teams requirement 17).
      answers.delete(name);
      answers.set(name, { answer, until: clock.now() + REMEMBERED_MS });
      forgetOldest(answers, MOST_REMEMBERED);
      o.answered?.(value.id);
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
  const named = [`/${appId}`, `/botid-${appId}`].some((end) => audience.endsWith(end));
  return audience === appId || (audience.startsWith('api://') && named) || GRAPH.includes(audience);
};

const forgetOldest = (map: Map<string, unknown>, most: number): void => {
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
};
