/**
 * Installing by OAuth: somebody is sent to Slack, grants what is asked, and comes back with a code. The order is the security: that we sent this very browser, once and a
 * moment ago; then the code; then whose it is, and what it may. Whatever is not wanted is given back to Slack at once, on record.
 */
import { codeOf } from '../../core/errors.ts';
import { acceptedLocale } from '../../core/languages.ts';
import type { Clock, HttpRequest, HttpResponse, Log, Metrics, Random, Route } from '../../core/ports.ts';
import type { Locale } from '../../core/types.ts';
import type { OAuth } from './install-oauth.ts';
import { type InstallTexts, type InstallWords, type PageWords, page } from './install-page.ts';
import { type Granted, missingScopes } from './install-shape.ts';
import { createInstallState } from './install-state.ts';

export const INSTALL_PATH = '/slack/install';
export const REDIRECT_PATH = '/slack/oauth_redirect';

/**
 * Exchanges of codes of everybody together; each costs a call to Slack. To open our page costs nothing and is not limited. Nobody can be told apart before Slack has
 * seen the code, so strangers may use these up: whoever is kept out by them loses nothing by it.
 */
const ATTEMPTS = { key: 'slack-install', perMinute: 60, burst: 20 } as const;

/** After so long somebody who was kept out may load the page again, s. */
const RETRY_S = 10;

/** What was there before may still be shredded; it is waited for, ms. */
const PURGE_MS = 12_000;
const PURGE_LOOK_MS = 500;

/** Of an address that comes back; Slack's codes are a tenth of that. Characters. */
const LONGEST_CODE = 1_000;

export type InstallChange = 'installed' | 'refused';

export interface InstallOptions {
  readonly appId: string;
  readonly allowed: ReadonlySet<string>;
  readonly oauth: OAuth;
  /** As people reach it, without a slash at the end. */
  readonly publicUrl: string;
  /** All that the app needs. */
  readonly scopes: readonly string[];
  readonly fingerprint: (value: string) => string;
  readonly fingerprints: (value: string) => readonly string[];
  /** Uses up a state. */
  readonly spend: (o: {
    readonly what: string;
    readonly until: number;
    readonly now: number;
  }) => Promise<'spent' | 'again' | 'full'>;
  /** One more attempt, of all processes together; false: there were too many. */
  readonly attempt: (limit: {
    readonly key: string;
    readonly perMinute: number;
    readonly burst: number;
  }) => Promise<boolean>;
  /** Keeps it, sealed. */
  readonly keep: (granted: Granted) => Promise<'installed' | 'full' | 'purging'>;
  /** Whether the bot is installed there already, so that a token of it is not to be revoked. */
  readonly stands: (tenant: string) => Promise<boolean>;
  /** Puts it on record; rejects where it could not be. */
  readonly record: (o: {
    readonly tenant: string;
    readonly change: InstallChange;
    readonly code: string | null;
  }) => Promise<void>;
  readonly reject: (reason: string) => void;
  readonly texts: InstallTexts;
  readonly clock: Clock;
  readonly random: Pick<Random, 'id'>;
  readonly log: Log;
  readonly metrics: Metrics;
}

export const createInstallRoutes = (o: InstallOptions): readonly Route[] => {
  const { clock, log, metrics, oauth } = o;
  const states = createInstallState({ ...o, clock });
  const redirectUri = `${o.publicUrl}${REDIRECT_PATH}`;
  const at = `${o.publicUrl}${INSTALL_PATH}`;

  /** Slack's own codes are counted by name; the counter bounds how many it knows. */
  const count = (outcome: string): void => metrics.count('installs', { outcome });

  const ended = (request: HttpRequest) => {
    const locale: Locale = acceptedLocale(request.headers['accept-language']);
    const texts: InstallWords = o.texts[locale];
    /** The cookie has served, whatever became of it. */
    const show = (status: number, outcome: string, words: PageWords): HttpResponse => {
      count(outcome);
      return page({ status, locale, words, cookie: states.clear });
    };
    return { texts, show };
  };

  const start = async (): Promise<HttpResponse> => {
    const { state, cookie } = states.make();
    count('begun');
    const location = oauth.authoriseUrl({ state, redirectUri, scopes: o.scopes });
    return { status: 302, headers: { location, 'set-cookie': cookie, 'cache-control': 'no-store' } };
  };

  /** Without waiting for Slack longer than whoever watches would: what could not be given back is an alarm. */
  const giveBack = async ({ tenant, installed }: Granted, code: string): Promise<void> => {
    await o.record({ tenant, change: 'refused', code }).catch((error: unknown) => {
      log.error('slack.install-not-recorded', { tenant, code: codeOf(error) });
    });
    for (const token of [installed.token, installed.refresh]) {
      if (token === null || (await oauth.revoke(token))) continue;
      log.error('slack.token-not-revoked', { tenant, code });
      metrics.count('install_tokens_not_revoked');
    }
  };

  const keepWithin = async (granted: Granted): Promise<'installed' | 'full' | 'purging'> => {
    for (let waited = 0; ; waited += PURGE_LOOK_MS) {
      const kept = await o.keep(granted);
      if (kept !== 'purging' || waited >= PURGE_MS) return kept;
      await clock.sleep(PURGE_LOOK_MS);
    }
  };

  /** It was granted and cannot be kept: nobody may use it then. Revoking it may end what stands there, so only where nothing does. */
  const notKept = async (granted: Granted, code: string): Promise<void> => {
    const { tenant } = granted;
    log.error('slack.install-not-kept', { tenant, code });
    if (await o.stands(tenant).catch(() => true)) await o.record({ tenant, change: 'refused', code });
    else await giveBack(granted, code);
  };

  /** What comes after the proof that we sent this browser. */
  const redeem = async (code: string, { texts, show }: ReturnType<typeof ended>): Promise<HttpResponse> => {
    const exchanged = await oauth.redeem({ code, redirectUri });
    if (!exchanged.ok) {
      log.warn('slack.install-failed', { code: exchanged.code });
      return show(502, exchanged.code, texts.failed({ code: exchanged.code, at }));
    }
    const { granted } = exchanged;
    const { appId, tenant, installed } = granted;
    if (appId !== o.appId || ![tenant, installed.enterprise].some((id) => id !== null && o.allowed.has(id))) {
      await giveBack(granted, appId === o.appId ? 'team-foreign' : 'app-foreign');
      return show(403, 'foreign', texts.notAllowed);
    }
    const missing = missingScopes(o.scopes, installed);
    if (missing.length > 0) {
      // Revoking a token may end the installation that stands there: then only this one is not kept.
      if (await o.stands(tenant)) await o.record({ tenant, change: 'refused', code: 'scopes-missing' });
      else await giveBack(granted, 'scopes-missing');
      return show(403, 'scopes-missing', texts.scopesMissing({ scopes: missing.join(', '), at }));
    }
    await o.record({ tenant, change: 'installed', code: null });
    const kept = await keepWithin(granted).catch(async (error: unknown) => {
      await notKept(granted, codeOf(error));
      throw error;
    });
    if (kept !== 'installed') {
      await notKept(granted, kept);
      return show(503, kept, texts.busy);
    }
    log.info('slack.installed', { tenant });
    return show(200, 'installed', texts.done);
  };

  const comeBack = async (request: HttpRequest): Promise<HttpResponse> => {
    const back = ended(request);
    const { texts, show } = back;
    const refuse = (status: number, reason: string, words: PageWords): HttpResponse => {
      o.reject(reason);
      return show(status, reason, words);
    };
    /** Nothing is used up, the cookie neither: the same page, loaded again, goes on where it was. */
    const later = (reason: string): HttpResponse => {
      o.reject(reason);
      count(reason);
      const { headers, ...said } = page({
        status: 429,
        locale: acceptedLocale(request.headers['accept-language']),
        words: texts.busy,
      });
      return { ...said, headers: { ...headers, 'retry-after': String(RETRY_S) } };
    };
    const query = new URLSearchParams(request.query ?? '');
    const one = (name: string): string | null => (query.getAll(name).length > 1 ? '' : query.get(name));
    const [state, code, error] = [one('state'), one('code'), one('error')];
    // Slack's administration pages send nobody's state: what comes so, nobody here asked for.
    if (state === null || state === '') return refuse(400, 'state-missing', texts.startHere({ at }));
    const checked = states.check({ state, cookies: request.headers['cookie'] });
    if (!checked.ok) return refuse(400, checked.code, texts.again({ at }));
    if (error !== null) return show(200, 'cancelled', texts.cancelled);
    if (code === null || code === '' || code.length > LONGEST_CODE)
      return refuse(400, 'code-missing', texts.again({ at }));
    if (!(await o.attempt(ATTEMPTS))) return later('too-many-installs');
    const spent = await o.spend({ what: checked.what, until: checked.until, now: clock.now() });
    if (spent === 'again') return refuse(400, 'state-used', texts.again({ at }));
    if (spent === 'full') return refuse(503, 'too-many-installs', texts.busy);
    return redeem(code, back);
  };

  const handled =
    (handle: (request: HttpRequest) => Promise<HttpResponse>): Route['handle'] =>
    async (request) => {
      try {
        return await handle(request);
      } catch (error) {
        log.error('slack.install-failed', { code: codeOf(error) });
        const { texts, show } = ended(request);
        return show(503, 'failed', texts.failed({ code: codeOf(error), at }));
      }
    };

  return [
    { method: 'GET', path: INSTALL_PATH, bodyLimit: 1, handle: handled(start) },
    { method: 'GET', path: REDIRECT_PATH, bodyLimit: 1, handle: handled(comeBack) },
  ];
};
