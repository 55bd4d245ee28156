/**
 * A Slack on this machine: people who write and press, events that are signed and sent again, a Web API that refuses what
 * Slack refuses; one workspace or many, on Enterprise Grid or not. The playground, the tests and checks from outside all
 * meet this one.
 */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { systemClock, systemRandom } from '../../src/adapters/system/system.ts';
import { type ActsContext, createActs } from './acts.ts';
import { createGroupActs } from './group-acts.ts';
import { createLifecycleActs } from './lifecycle-acts.ts';
import { createLimits } from './limits.ts';
import { createOAuth } from './oauth.ts';
import { createPlaceActs } from './place-acts.ts';
import { createProbes } from './probes.ts';
import { createResponseUrls } from './response-urls.ts';
import { standInRoutes } from './routes.ts';
import { EVENTS, SCOPES } from './rules.ts';
import { createSender } from './sender.ts';
import { createHub } from './socket-hub.ts';
import { createSocketSender } from './socket-sender.ts';
import { createSocketServer } from './socket-server.ts';
import { createSockets } from './sockets.ts';
import type { Team } from './team.ts';
import { createTeams } from './teams.ts';
import { createTokens } from './tokens.ts';
import { createTriggers } from './triggers.ts';
import type { InstallationKind, SlackStandIn, SlackStandInOptions } from './types.ts';
import { createViewActs } from './view-acts.ts';
import { createWebApi } from './web-api.ts';

export const createSlackStandIn = (o: SlackStandInOptions): SlackStandIn => {
  const clock = o.clock ?? systemClock();
  const random = o.random ?? systemRandom();
  const scopes = o.scopes ?? SCOPES;
  const events = o.events ?? EVENTS;
  const homeTab = o.homeTab ?? true;
  const messagesTab = o.messagesTab ?? true;
  const limits = o.limits ?? true;
  const makeId = (): string => randomBytes(8).toString('hex').toUpperCase();
  const responses = createResponseUrls({ clock, makeId });
  const triggers = createTriggers({ clock, makeId });
  const tokens = createTokens({ appId: o.appId, clock });
  let refusing = { deleting: false, updating: false };
  const teams = createTeams({
    workspaces: [o, ...(o.workspaces ?? [])],
    appId: o.appId,
    scopes,
    homeTab,
    messagesTab,
    limits,
    tokens,
    triggers,
    refusesOwn: () => refusing,
    clock,
    makeId,
  });
  let calledAt = 'http://127.0.0.1';
  const hub = createHub({ appId: o.appId, makeId });
  const socketServer = createSocketServer({ hub, appId: o.appId, makeId, base: () => calledAt, clock });
  const sockets = createSockets({ hub, tokens, bot: teams.first.workspace.bot, appToken: o.appToken ?? null });
  const oauth = createOAuth({ appId: o.appId, app: o.oauth ?? null, scopes: SCOPES, teams, tokens, makeId, clock });
  const api = createWebApi({
    teams,
    tokens,
    globalMethods: { ...oauth.methods, 'apps.connections.open': socketServer.open },
    limits: limits ? createLimits(clock) : null,
    clock,
  });
  for (const fault of o.faults ?? []) api.fail(fault);

  let { signingSecret } = o;
  const sender =
    o.appToken === undefined
      ? createSender({ signingSecret: () => signingSecret, eventsUrl: o.eventsUrl, clock })
      : createSocketSender({ hub, clock });
  const hanging = new Set<ServerResponse>();

  const context: ActsContext = {
    teams,
    triggers,
    responses,
    homeTab,
    messagesTab,
    responseUrl: (id) => `${o.publicUrl?.() ?? calledAt}/standin/slack/response/${id}`,
    deliverForm: (fields) =>
      sender.once({ body: new URLSearchParams(fields).toString(), contentType: 'application/x-www-form-urlencoded' }),
    deliverEvent: async ({ team, name, scope, body, twice = false, installed = team.installed() }) => {
      if (installed === null || !events.includes(name)) return [];
      if (scope !== null && !installed.scopes.includes(scope)) return [];
      const copies = twice || random.fraction() < (o.duplicates ?? 0) ? 2 : 1;
      const text = JSON.stringify(body);
      return Promise.all(Array.from({ length: copies }, () => sender.event(text)));
    },
  };
  const those = (teamId: string | undefined): readonly Team[] =>
    teamId === undefined ? teams.all : [teams.named(teamId)];

  const standIn: SlackStandIn = {
    routes: (app) => {
      socketServer.attach(app);
      oauth.routes(app);
      standInRoutes(app, {
        api,
        responses,
        seen: standIn,
        hanging,
        calledAt: (origin) => {
          calledAt = origin;
        },
      });
    },
    ...createActs(context),
    ...createGroupActs(context),
    ...createPlaceActs({ ...context, appId: o.appId }),
    ...createViewActs(context),
    ...createLifecycleActs({ ...context, tokens }),

    workspaces: () =>
      teams.all.map(({ workspace: { teamId, enterpriseId, bot, general, shared }, installed }) => {
        const token = installed();
        const installation: InstallationKind = token === null ? 'none' : token.teamId === null ? 'org' : 'workspace';
        return { teamId, enterpriseId, installation, botUser: bot.user, botId: bot.id, general, shared };
      }),
    history: ({ team, user } = {}) =>
      those(team).flatMap(({ workspace }) => workspace.seen(user === undefined ? {} : { user })),
    views: ({ team, user } = {}) => those(team).flatMap(({ views }) => views.seen(user === undefined ? {} : { user })),
    home: (user, team) => {
      for (const { homes } of those(team)) {
        const home = homes.seen(user);
        if (home !== null) return home;
      }
      return null;
    },
    requests: (which) => api.requests(which),
    onChange: (listener) => {
      const stops = teams.all.map((team) => team.onChange(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    rotateTokens: oauth.rotate,
    fail: (fault) => api.fail(fault),
    onCall: (listener) => api.onCall(listener),
    botUserId: teams.first.workspace.bot.user,
    setSigningSecret: (next) => {
      signingSecret = next;
    },
    setToken: ({ team: teamId, botToken, state = 'live', expiresAt }) => {
      const { workspace } = teamId === undefined ? teams.first : teams.named(teamId);
      const present = current.get(workspace.teamId) ?? '';
      const known = tokens.find(present);
      if (botToken !== undefined && botToken !== present) {
        tokens.forget(present);
        current.set(workspace.teamId, botToken);
        tokens.issue({
          kind: 'bot',
          teamId: workspace.teamId,
          enterpriseId: workspace.enterpriseId,
          bot: workspace.bot,
          scopes,
          expiresAt: null,
          ...known,
          value: botToken,
        });
      }
      tokens.change(current.get(workspace.teamId) ?? '', { state, ...(expiresAt === undefined ? {} : { expiresAt }) });
    },
    refuseOwn: (what) => {
      refusing = { ...what };
    },
    deliverEvent: ({ body, copies = 1, lost = false }) =>
      Promise.all(Array.from({ length: copies }, () => sender.event(body, { lost }))),
    sockets,
    ...createProbes(sender),
    deliverRaw: async (raw) => {
      const { status, body } = await sender.once(raw);
      return { status, body };
    },
    envelope: (event, over, teamId) =>
      (teamId === undefined ? teams.first : teams.named(teamId)).envelopes.event(event, over),
    close: async () => {
      for (const response of hanging) response.destroy();
      await sender.close();
    },
  };
  /** The token that each workspace was set up with, or given since. */
  const current = new Map([o, ...(o.workspaces ?? [])].map(({ teamId, botToken }) => [teamId, botToken ?? '']));
  return standIn;
};
