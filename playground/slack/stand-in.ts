/** A Slack on this machine: people who write and press, a workspace that remembers, a Web API that refuses like the real one. */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createLimits } from './rules.ts';
import { createSender, SLACK_RETRIES_MS } from './sender.ts';
import type { SeenMessage, SlackCall, SlackFault, SlackStandIn, SlackStandInOptions } from './types.ts';
import { type Answer, type Arguments, perform, refusal } from './web-api.ts';
import { createWorkspace } from './workspace.ts';

const MOST_CALLS = 20_000;

const eventId = (): string => `Ev${randomBytes(8).toString('hex').toUpperCase()}`;

export const createSlackStandIn = (o: SlackStandInOptions): SlackStandIn => {
  const now = o.now ?? Date.now;
  const { teamId, appId } = o;
  const workspace = createWorkspace({ people: o.people, teamId, now });
  const sender = createSender({
    eventsUrl: o.eventsUrl,
    signingSecret: o.signingSecret,
    now,
    retryAfterMs: o.retryAfterMs ?? SLACK_RETRIES_MS,
  });
  const limits = createLimits(now);
  const calls: SlackCall[] = [];
  const faults = new Map<string, SlackFault[]>();
  const callListeners = new Set<(method: string, args: Arguments) => void>();
  /** response_url: five uses within thirty minutes. */
  const responses = new Map<
    string,
    { uses: number; readonly until: number; readonly channel: string; readonly user: string }
  >();

  const note = (method: string, args: Arguments, answer: Answer): void => {
    calls.push({ at: now(), method, ok: answer.ok, ...(answer.ok ? {} : { error: answer.error }), arguments: args });
    if (calls.length > MOST_CALLS) calls.shift();
  };

  const call = async (method: string, request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const args = argumentsOf(request);
    for (const listener of callListeners) listener(method, args);
    const refused = refusal({ method, token: tokenOf(request), botToken: o.botToken });
    if (refused !== null) {
      note(method, args, refused);
      return refused;
    }
    const wait = o.limits === false ? 0 : limits.wait(method, String(args['channel'] ?? ''));
    const fault = faults.get(method)?.shift();
    if (wait > 0 || fault === '429') {
      note(method, args, { ok: false, error: 'ratelimited' });
      return reply
        .code(429)
        .header('retry-after', String(Math.max(1, wait)))
        .send({ ok: false, error: 'ratelimited' });
    }
    if (fault === 'hang') return new Promise(() => undefined);
    if (fault === 'reset') return request.raw.destroy();
    if (fault === '500-before') return reply.code(500).send('');
    if (fault !== undefined && fault !== '500-after' && fault !== 'reset-after') {
      note(method, args, { ok: false, error: fault });
      return { ok: false, error: fault };
    }
    const answer = perform({ method, args, workspace, teamId, appId, now: now() });
    note(method, args, answer);
    if (fault === '500-after') return reply.code(500).send('');
    if (fault === 'reset-after') return request.raw.destroy();
    return answer;
  };

  const respond = (id: string, request: FastifyRequest, reply: FastifyReply): unknown => {
    const response = responses.get(id);
    if (response === undefined || response.until < now() || response.uses >= 5)
      return reply.code(404).send({ ok: false, error: 'expired_url' });
    response.uses += 1;
    const args = argumentsOf(request);
    note('response_url', args, { ok: true });
    const ts = workspace.nextTs();
    workspace.add({
      channel: response.channel,
      ts,
      user: workspace.botUserId,
      bot: true,
      text: String(args['text'] ?? ''),
      blocks: [],
      ephemeralFor: response.user,
    });
    return { ok: true };
  };

  const envelope: SlackStandIn['envelope'] = ({ user, text, channel }) => {
    const at = workspace.channel(channel ?? user);
    const person = workspace.person(user);
    if (at === undefined || person === undefined)
      throw new Error(`no channel or person for ${user} in ${channel ?? 'private'}`);
    if (!at.members.has(user)) throw new Error(`${user} is not in ${at.id}`);
    const ts = workspace.nextTs();
    const said = at.kind === 'im' ? escaped(text) : `<@${workspace.botUserId}> ${escaped(text)}`;
    return {
      token: 'verification-token',
      team_id: teamId,
      context_team_id: teamId,
      context_enterprise_id: null,
      api_app_id: appId,
      type: 'event_callback',
      event_id: eventId(),
      event_time: Math.floor(now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: teamId,
          user_id: workspace.botUserId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: at.kind === 'shared',
      event: {
        type: at.kind === 'im' ? 'message' : 'app_mention',
        user,
        ts,
        client_msg_id: randomBytes(16).toString('hex'),
        text: said,
        team: person.team,
        ...(person.team === teamId ? {} : { user_team: person.team, source_team: person.team }),
        channel: at.id,
        event_ts: ts,
        ...(at.kind === 'im' ? { channel_type: 'im' } : {}),
      },
    };
  };

  return {
    botUserId: workspace.botUserId,
    routes: (app) => addRoutes(app, { call, respond, history: () => workspace.all(), requests: () => calls }),
    say: async ({ times = 1, ...said }) => {
      const body = envelope(said);
      const { channel, ts, text, user } = body['event'] as { channel: string; ts: string; text: string; user: string };
      workspace.add({ channel, ts, user, bot: false, text, blocks: [] });
      const statuses = await Promise.all(Array.from({ length: times }, () => sender.event(body)));
      return { channel, ts, eventId: String(body['event_id']), status: statuses.at(-1) ?? 0 };
    },
    press: async ({ user, channel, ts, actionId, value }) => {
      const message = workspace.find(channel, ts);
      const person = workspace.person(user);
      const id = randomBytes(8).toString('hex');
      responses.set(id, { uses: 0, until: now() + 30 * 60_000, channel, user });
      return sender.form({
        payload: JSON.stringify({
          type: 'block_actions',
          user: { id: user, username: user.toLowerCase(), name: user.toLowerCase(), team_id: person?.team ?? teamId },
          api_app_id: appId,
          token: 'verification-token',
          container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
          trigger_id: `${now()}.1.${randomBytes(8).toString('hex')}`,
          team: { id: teamId, domain: 'sotto' },
          enterprise: null,
          is_enterprise_install: false,
          channel: { id: channel, name: channel.startsWith('D') ? 'directmessage' : 'general' },
          message: {
            type: 'message',
            user: workspace.botUserId,
            bot_id: workspace.botId,
            ts,
            text: message?.text ?? '',
            blocks: message?.blocks ?? [],
          },
          response_url: `${o.publicUrl()}/standin/slack/response/${id}`,
          actions: [
            {
              type: 'button',
              action_id: actionId,
              block_id: 'b',
              value,
              action_ts: workspace.nextTs(),
              text: { type: 'plain_text', text: '…' },
            },
          ],
        }),
      });
    },
    history: (which) => (which?.user === undefined ? workspace.all() : workspace.seenBy(which.user)),
    requests: () => calls,
    onChange: (listener) => workspace.onChange(listener),
    onCall: (listener) => {
      callListeners.add(listener);
      return () => callListeners.delete(listener);
    },
    fail: ({ method, how, times = 1 }) => {
      faults.set(method, [...(faults.get(method) ?? []), ...Array.from({ length: times }, () => how)]);
    },
    envelope,
    deliverRaw: (delivery) => sender.raw(delivery),
    close: () => sender.close(),
  };
};

/** Slack escapes what people type before any app sees it. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const tokenOf = (request: FastifyRequest): string | null => {
  const { authorization } = request.headers;
  return authorization?.startsWith('Bearer ') === true ? authorization.slice(7) : null;
};

/** Forms and JSON alike; the server may hand over the bytes or what it made of them. */
const argumentsOf = (request: FastifyRequest): Arguments => {
  const { body } = request;
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : typeof body === 'string' ? body : '';
  const fields =
    request.headers['content-type']?.startsWith('application/json') === true
      ? JSON.parse(text || '{}')
      : Object.fromEntries(new URLSearchParams(text));
  const { token: _, ...args } = fields as Record<string, unknown>;
  return args;
};

const addRoutes = (
  app: FastifyInstance,
  o: {
    readonly call: (method: string, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
    readonly respond: (id: string, request: FastifyRequest, reply: FastifyReply) => unknown;
    readonly history: () => readonly SeenMessage[];
    readonly requests: () => readonly SlackCall[];
  },
): void => {
  app.post<{ Params: { method: string } }>('/standin/slack/api/:method', (request, reply) =>
    o.call(request.params.method, request, reply),
  );
  app.post<{ Params: { id: string } }>('/standin/slack/response/:id', async (request, reply) =>
    o.respond(request.params.id, request, reply),
  );
  app.get('/standin/slack/history', async () => ({ messages: o.history() }));
  app.get('/standin/slack/requests', async () => ({ requests: o.requests() }));
};
