/**
 * Slack's OAuth: the page on which somebody grants what an app asks for, the code that comes of it, and the tokens. Stricter than Slack: a code is good once, and so is
 * a refresh token, without the short time in which Slack still takes it again.
 */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../src/core/ports.ts';
import { textOf } from './methods.ts';
import type { Teams } from './teams.ts';
import type { Token, Tokens } from './tokens.ts';
import type { Json, OAuthApp } from './types.ts';
import type { GlobalMethod } from './web-api.ts';

const CODE_MS = 10 * 60_000;
const EXPIRES_SECONDS = 43_200;

/** Expiring tokens of one installation that are good at once. */
const MOST_ACTIVE = 2;

/** How the app is installed by whoever grants it. */
export type Grant = 'workspace' | 'org';

interface Code {
  readonly teamId: string;
  readonly grant: Grant;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly until: number;
  used: boolean;
}

export interface OAuth {
  readonly methods: Readonly<Record<string, GlobalMethod>>;
  /** The page that asks, and the addresses behind its links. */
  routes(app: FastifyInstance): void;
  /** Switches rotation on for the app; nobody can switch it off. */
  rotate(): void;
}

const refused = (error: string): Json => ({ ok: false, error });

export const createOAuth = (o: {
  readonly appId: string;
  /** Null: it cannot be installed so. */
  readonly app: OAuthApp | null;
  /** Scopes that there are. */
  readonly scopes: readonly string[];
  readonly teams: Teams;
  readonly tokens: Tokens;
  readonly makeId: () => string;
  readonly clock: Pick<Clock, 'now'>;
}): OAuth => {
  const { app, tokens, teams, makeId, clock } = o;
  const codes = new Map<string, Code>();
  /** Refresh tokens that were not used, with the token that they came with. */
  const refreshing = new Map<string, string>();
  const exchanged = new Map<string, string>();
  let rotating = app?.rotation ?? false;

  const clientFault = (args: Json, authorization: string | undefined): string | null => {
    const basic =
      authorization?.startsWith('Basic ') === true ? Buffer.from(authorization.slice(6), 'base64').toString() : '';
    const [id = '', secret = ''] =
      basic === '' ? [textOf(args, 'client_id'), textOf(args, 'client_secret')] : basic.split(':', 2);
    if (app === null || id !== app.clientId) return 'invalid_client_id';
    return app.clientSecrets().includes(secret) ? null : 'bad_client_secret';
  };

  const issue = (from: Pick<Token, 'teamId' | 'enterpriseId' | 'bot' | 'scopes'>): Json => {
    const { teamId, enterpriseId, bot, scopes } = from;
    const prefix = rotating ? 'xoxe.xoxb-1-' : 'xoxb-';
    const value = `${prefix}${makeId()}`;
    const expiresAt = rotating ? clock.now() + EXPIRES_SECONDS * 1_000 : null;
    tokens.issue({ value, kind: 'bot', teamId, enterpriseId, bot, scopes, expiresAt });
    const refresh = `xoxe-1-${makeId()}`;
    if (rotating) {
      refreshing.set(refresh, value);
      forgetOldest(from);
    }
    const team = teamId === null ? null : { id: teamId, name: teams.named(teamId).workspace.name };
    return {
      ok: true,
      app_id: o.appId,
      authed_user: { id: 'U0INSTALLER' },
      scope: scopes.join(','),
      token_type: 'bot',
      access_token: value,
      bot_user_id: bot.user,
      team,
      enterprise: enterpriseId === null ? null : { id: enterpriseId, name: `Enterprise ${enterpriseId}` },
      is_enterprise_install: teamId === null,
      ...(rotating ? { expires_in: EXPIRES_SECONDS, refresh_token: refresh } : {}),
    };
  };

  /** What was issued in this installation and expires, the oldest first. */
  const active = new Map<string, string[]>();
  const forgetOldest = ({ teamId, enterpriseId }: Pick<Token, 'teamId' | 'enterpriseId'>): void => {
    const key = teamId ?? enterpriseId ?? '';
    const newest = [...refreshing.values()].at(-1) ?? '';
    const all = [...(active.get(key) ?? []), newest];
    for (const value of all.slice(0, -MOST_ACTIVE)) tokens.change(value, { state: 'token_revoked' });
    active.set(key, all.slice(-MOST_ACTIVE));
  };

  const redeem = (args: Json): Json => {
    const code = codes.get(textOf(args, 'code'));
    if (code === undefined || code.until <= clock.now()) return refused('invalid_code');
    if (code.used) return refused('invalid_code');
    if (textOf(args, 'redirect_uri') !== code.redirectUri) return refused('bad_redirect_uri');
    code.used = true;
    const { workspace } = teams.named(code.teamId);
    const { enterpriseId, bot } = workspace;
    const teamId = code.grant === 'org' ? null : code.teamId;
    return issue({ teamId, enterpriseId, bot, scopes: code.scopes });
  };

  const refresh = (args: Json): Json => {
    const given = textOf(args, 'refresh_token');
    const token = tokens.find(refreshing.get(given) ?? '');
    // Once: whoever comes second has lost the installation.
    refreshing.delete(given);
    if (token === null || token.state === 'account_inactive') return refused('invalid_refresh_token');
    // The first refresh ends the token that was exchanged.
    const long = [...exchanged].find(([, value]) => value === token.value)?.[0];
    if (long !== undefined) tokens.change(long, { state: 'token_revoked' });
    return issue(token);
  };

  const methods: Readonly<Record<string, GlobalMethod>> = {
    'oauth.v2.access': (args, { authorization }) => {
      const fault = clientFault(args, authorization);
      if (fault !== null) return refused(fault);
      const grant = textOf(args, 'grant_type') || 'authorization_code';
      if (grant === 'refresh_token') return refresh(args);
      return grant === 'authorization_code' ? redeem(args) : refused('invalid_grant_type');
    },
    'oauth.v2.exchange': (args, { authorization }) => {
      const fault = clientFault(args, authorization);
      if (fault !== null) return refused(fault);
      if (!rotating) return refused('token_rotation_not_enabled');
      const given = textOf(args, 'token');
      if (exchanged.has(given)) return refused('token_already_exchanged');
      const checked = tokens.check(given);
      if ('error' in checked || checked.token.expiresAt !== null) return refused('invalid_token');
      const said = issue(checked.token);
      exchanged.set(given, textOf(said, 'access_token'));
      const { authed_user: _user, is_enterprise_install: _whole, ...rest } = said;
      return { ...rest, is_enterprise_install: checked.token.teamId === null };
    },
    'auth.revoke': (args, { authorization }) => {
      const value = authorization?.startsWith('Bearer ') === true ? authorization.slice(7) : textOf(args, 'token');
      if (value === '') return refused('not_authed');
      const test = args['test'] === true || ['1', 'true'].includes(textOf(args, 'test'));
      if (refreshing.has(value)) {
        if (!test) refreshing.delete(value);
        return { ok: true, revoked: !test };
      }
      const checked = tokens.check(value);
      if ('error' in checked) return refused(checked.error);
      if (!test) tokens.change(value, { state: 'token_revoked' });
      return { ok: true, revoked: !test };
    },
  };

  /** Why Slack's page would not ask; null: it asks. */
  const askFault = (query: Readonly<Record<string, string | undefined>>): string | null => {
    if (app === null || query['client_id'] !== app.clientId) return 'invalid_client_id';
    if (!app.redirectUrls().some((url) => query['redirect_uri'] === url)) return 'bad_redirect_uri';
    const asked = (query['scope'] ?? '').split(',').filter((scope) => scope !== '');
    return asked.length === 0 || asked.some((scope) => !o.scopes.includes(scope)) ? 'invalid_scope' : null;
  };

  const backTo = (query: Readonly<Record<string, string | undefined>>): string => {
    const { redirect_uri: redirectUri = '', state, as = '', team: teamId = '', without = '' } = query;
    const url = new URL(redirectUri);
    if (state !== undefined) url.searchParams.set('state', state);
    if (as === 'deny') {
      url.searchParams.set('error', 'access_denied');
      return url.toString();
    }
    const code = `${makeId()}.${makeId()}`;
    const scopes = (query['scope'] ?? '').split(',').filter((scope) => !without.split(',').includes(scope));
    const grant = as === 'org' ? 'org' : 'workspace';
    codes.set(code, { teamId, grant, scopes, redirectUri, until: clock.now() + CODE_MS, used: false });
    url.searchParams.set('code', code);
    return url.toString();
  };

  return {
    methods,
    rotate: () => {
      rotating = true;
    },
    routes: (app) => {
      app.get<{ Querystring: Record<string, string | undefined> }>(
        '/standin/slack/oauth/v2/authorize',
        async ({ query, url }, reply) => {
          const fault = askFault(query);
          if (fault !== null) return reply.code(400).type('text/plain').send(fault);
          const { as, team } = query;
          const known = teams.all.find(({ workspace }) => workspace.teamId === team);
          if (as === 'deny' || (known !== undefined && (as === 'workspace' || as === 'org'))) {
            if (as === 'org' && known?.workspace.enterpriseId === null)
              return reply.code(400).type('text/plain').send('not_enterprise');
            return reply.redirect(backTo(query), 302);
          }
          const link = (words: string, more: string): string =>
            `<li><a href="${escaped(`${url}&${more}`)}">${escaped(words)}</a></li>`;
          const links = teams.all.flatMap(({ workspace: { teamId, name, enterpriseId } }) => [
            link(`Install in ${name}`, `as=workspace&team=${teamId}`),
            ...(enterpriseId === null ? [] : [link(`Install in all of ${enterpriseId}`, `as=org&team=${teamId}`)]),
          ]);
          return reply
            .type('text/html; charset=utf-8')
            .send(
              `<!doctype html><title>Stand-in for Slack</title><ul>${links.join('')}${link('Cancel', 'as=deny')}</ul>`,
            );
        },
      );
    },
  };
};

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
