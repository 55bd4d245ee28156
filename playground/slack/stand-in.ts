/**
 * A Slack on this machine: people who write and press, events that are signed and sent again, a Web API that refuses what
 * Slack refuses. The playground, the tests and checks from outside all meet this one.
 */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { systemClock, systemRandom } from '../../src/adapters/system/system.ts';
import { escaped } from '../typed.ts';
import { createEnvelopes } from './envelopes.ts';
import { createHomes } from './homes.ts';
import { createLimits } from './limits.ts';
import { createMethods } from './methods.ts';
import { createResponseUrls } from './response-urls.ts';
import { standInRoutes } from './routes.ts';
import { LONGEST, SCOPES } from './rules.ts';
import { createSender } from './sender.ts';
import { createTriggers } from './triggers.ts';
import type { Delivered, SlackStandIn, SlackStandInOptions, StandInPerson, TokenState } from './types.ts';
import { createUsersInfo, createUsersLookupByEmail, userOf } from './users.ts';
import { createViewActs } from './view-acts.ts';
import { createViews } from './views.ts';
import { createWebApi } from './web-api.ts';
import { BOT_USER, createWorkspace } from './workspace.ts';

export const createSlackStandIn = (o: SlackStandInOptions): SlackStandIn => {
  const clock = o.clock ?? systemClock();
  const random = o.random ?? systemRandom();
  const scopes = o.scopes ?? SCOPES;
  const makeId = (): string => randomBytes(8).toString('hex').toUpperCase();
  const workspace = createWorkspace({ teamId: o.teamId, people: o.people, clock });
  const envelopes = createEnvelopes({ appId: o.appId, teamId: o.teamId, makeId, now: () => clock.now() });
  const responses = createResponseUrls({ workspace, clock, makeId });
  const triggers = createTriggers({ clock, makeId });
  const views = createViews({ appId: o.appId, teamId: o.teamId, triggers, clock, makeId });
  const homes = createHomes({ appId: o.appId, enabled: o.homeTab ?? true, workspace, clock, makeId });
  let { signingSecret } = o;
  const sender = createSender({ signingSecret: () => signingSecret, eventsUrl: o.eventsUrl, clock });

  let token: { botToken: string; state: TokenState } = { botToken: o.botToken, state: 'live' };
  let refusing = { deleting: false, updating: false };
  let calledAt = 'http://127.0.0.1';
  const hanging = new Set<ServerResponse>();
  const api = createWebApi({
    methods: {
      ...createMethods({ workspace, appId: o.appId, makeId, refusesOwn: () => refusing }),
      ...views.methods,
      ...homes.methods,
      'users.info': createUsersInfo({ workspace, appId: o.appId, scopes }),
      'users.lookupByEmail': createUsersLookupByEmail({ workspace, scopes }),
    },
    token: () => token,
    scopes,
    limits: o.limits === false ? null : createLimits(clock),
    clock,
  });
  for (const fault of o.faults ?? []) api.fail(fault);

  const someone = (user: string): StandInPerson => {
    const person = workspace.person(user);
    if (person === null) throw new Error(`Nobody in the stand-in has the account "${user}".`);
    return person;
  };
  const responseUrl = (id: string): string => `${o.publicUrl?.() ?? calledAt}/standin/slack/response/${id}`;
  const deliverForm = (fields: Readonly<Record<string, string>>): Promise<Delivered> =>
    sender.once({ body: new URLSearchParams(fields).toString(), contentType: 'application/x-www-form-urlencoded' });
  const sendForm = async (fields: Readonly<Record<string, string>>): Promise<number> =>
    (await deliverForm(fields)).status;

  return {
    routes: (app) =>
      standInRoutes(app, {
        api,
        responses,
        history: (user) => workspace.seen(user === undefined ? {} : { user }),
        views: (user) => views.seen(user === undefined ? {} : { user }),
        home: homes.seen,
        requests: () => api.requests(),
        hanging,
        calledAt: (origin) => {
          calledAt = origin;
        },
      }),

    say: async ({ user, text, channel: where, twice = false }) => {
      const person = someone(user);
      const channel = where === undefined || where === null ? workspace.direct(user) : workspace.channel(where);
      if (channel === null || !channel.members.has(user)) throw new Error(`${person.name} is not in "${where}".`);
      // What people type is escaped by Slack's clients and servers, and cut.
      const typed = escaped(text.toWellFormed().slice(0, LONGEST.text).toWellFormed());
      const message = workspace.add({
        channel,
        user,
        text: channel.kind === 'direct' ? typed : `<@${BOT_USER}> ${typed}`,
        blocks: [],
        metadata: null,
        threadTs: null,
        ephemeralFor: null,
      });
      const needed = channel.kind === 'direct' ? 'im:history' : 'app_mentions:read';
      if (!scopes.includes(needed) || !channel.botIsIn) return { channel: channel.id, ts: message.ts, delivered: 0 };
      const body = JSON.stringify(envelopes.said(message, person));
      const copies = twice || random.fraction() < (o.duplicates ?? 0) ? 2 : 1;
      const statuses = await Promise.all(Array.from({ length: copies }, () => sender.event(body)));
      return { channel: channel.id, ts: message.ts, delivered: statuses.at(-1) ?? 0 };
    },

    press: async ({ user, channel, ts, actionId, value }) => {
      const person = someone(user);
      const message = workspace.find(channel, ts);
      if (message === null) throw new Error(`There is no message ${ts} in ${channel} whose button could be pressed.`);
      const id = responses.open({ user, channel: message.channel, message });
      const payload = envelopes.pressed({
        person,
        message,
        actionId,
        value,
        actionTs: workspace.nextTs(),
        responseUrl: responseUrl(id),
        triggerId: triggers.issue(user),
      });
      return sendForm({ payload: JSON.stringify(payload) });
    },

    ...createViewActs({
      views,
      homes,
      workspace,
      envelopes,
      triggers,
      homeTab: o.homeTab ?? true,
      someone,
      deliver: (payload) => deliverForm({ payload: JSON.stringify(payload) }),
      event: (body) => sender.event(JSON.stringify(body)),
    }),

    changePerson: async ({ user, to }) => {
      const changed = workspace.changePerson(someone(user), to);
      if (!scopes.includes('users:read')) return;
      const event = { type: 'user_change', user: userOf(changed, { scopes, teamId: o.teamId }) };
      await sender.event(JSON.stringify(envelopes.event({ ...event, cache_ts: Math.floor(clock.now() / 1_000) })));
    },

    command: async ({ user, command, text }) => {
      const person = someone(user);
      const channel = workspace.direct(user);
      if (channel === null) throw new Error(`${person.name} has no private chat.`);
      const id = responses.open({ user, channel, message: null });
      const triggerId = triggers.issue(user);
      return sendForm(envelopes.command({ person, channel, command, text, responseUrl: responseUrl(id), triggerId }));
    },

    history: (which) => workspace.seen(which),
    views: (which) => views.seen(which),
    requests: () => api.requests(),
    onChange: (listener) => {
      const stops = [workspace.onChange(listener), views.onChange(listener), homes.onChange(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    fail: (fault) => api.fail(fault),
    onCall: (listener) => api.onCall(listener),
    botUserId: BOT_USER,
    setSigningSecret: (next) => {
      signingSecret = next;
    },
    setToken: ({ botToken = token.botToken, state = 'live' }) => {
      token = { botToken, state };
    },
    refuseOwn: (what) => {
      refusing = { ...what };
    },
    deliverRaw: async (raw) => {
      const { status, body } = await sender.once(raw);
      return { status, body };
    },
    envelope: (event, over) => envelopes.event(event, over),
    close: async () => {
      for (const response of hanging) response.destroy();
      await sender.close();
    },
  };
};
