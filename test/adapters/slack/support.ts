/** Our adapter and the stand-in, joined by real http in both directions. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { createSlackStandIn } from '../../../playground/slack/stand-in.ts';
import type { Json, SlackStandIn, SlackStandInOptions } from '../../../playground/slack/types.ts';
import { createSealer } from '../../../src/adapters/sealer/sealer.ts';
import { createSlack, type Slack, type SlackOptions } from '../../../src/adapters/slack/slack.ts';
import { systemClock } from '../../../src/adapters/system/system.ts';
import type { HttpResponse, LogFields, OpenedView, Route } from '../../../src/core/ports.ts';
import type { Inbound, Opened, Press, Submit } from '../../../src/core/types.ts';
import { until } from '../../support/until.ts';

export const APP = 'A0SOTTO000';
export const TEAM = 'T0SOTTO000';
export const PARTNER = 'T0PARTNER0';
export const EVAN = 'U0EVAN0000';
export const XENA = 'U0XENA0000';
export const SECRET = 'signing-secret-of-the-tests-0001';
export const TOKEN = 'xoxb-token-of-the-tests';
export const APP_TOKEN = 'xapp-1-token-of-the-tests';

/** By a data key of its own, or by others that are accepted beside it. */
export const sealerOf = (...keys: readonly [number, ...number[]]) => {
  const [current, ...accepted] = keys.map((key) => Buffer.alloc(32, key).toString('base64'));
  return createSealer({ dataKey: { current: current ?? '', accepted: [current ?? '', ...accepted] } });
};

export interface SlackBench {
  readonly slack: Slack;
  readonly standIn: SlackStandIn;
  /** As the adapter was made. */
  readonly options: SlackOptions;
  /** Address of the one route. */
  readonly url: string;
  /** Address of the stand-in's Web API, with a slash at the end. */
  readonly unsafeApiUrl: string;
  /** Every body that Slack delivered, with its content type. */
  readonly delivered: { readonly type: string; readonly body: string }[];
  readonly accepted: Inbound[];
  /** Presses that opened a view, with the view. */
  readonly opened: { readonly press: Press; readonly view: OpenedView }[];
  /** Forms that were sent, with the view. */
  readonly submitted: { readonly submit: Submit; readonly view: OpenedView }[];
  /** Who looked at the bot's own page. */
  readonly homes: Opened[];
  readonly rejected: string[];
  /** Everything that was logged, as one would read it. */
  readonly logged: string[];
  close(): Promise<void>;
}

export const openSlack = async (
  o: {
    readonly adapter?: Partial<SlackOptions>;
    readonly standIn?: Partial<SlackStandInOptions>;
    /** How events come in; default: http. */
    readonly via?: 'http' | 'socket';
    /** Whether a socket is waited for; default: it is. */
    readonly connects?: boolean;
  } = {},
): Promise<SlackBench> => {
  const clock = o.adapter?.clock ?? systemClock();
  let url = '';
  const standIn = createSlackStandIn({
    appId: APP,
    teamId: TEAM,
    signingSecret: SECRET,
    botToken: TOKEN,
    ...(o.via === 'socket' ? { appToken: APP_TOKEN } : {}),
    eventsUrl: () => url,
    clock,
    limits: false,
    people: [
      { user: EVAN, name: 'Evan', kind: 'employee' },
      { user: XENA, name: 'Xena', team: PARTNER, kind: 'external' },
    ],
    ...o.standIn,
  });
  const app = Fastify({ forceCloseConnections: true });
  standIn.routes(app);
  const base = await app.listen({ host: '127.0.0.1', port: 0 });

  const accepted: Inbound[] = [];
  const opened: { readonly press: Press; readonly view: OpenedView }[] = [];
  const submitted: { readonly submit: Submit; readonly view: OpenedView }[] = [];
  const homes: Opened[] = [];
  const rejected: string[] = [];
  const logged: string[] = [];
  const note = (event: string, fields?: LogFields): void => {
    logged.push(JSON.stringify({ event, ...fields }));
  };
  const options: SlackOptions = {
    appId: APP,
    teamIds: [TEAM],
    events:
      o.via === 'socket'
        ? {
            via: 'socket',
            appToken: async () => ({ current: APP_TOKEN, accepted: [APP_TOKEN] }),
            random: { fraction: () => 0 },
          }
        : { via: 'http', signingSecret: async () => ({ current: SECRET, accepted: [SECRET] }) },
    botToken: async () => ({ current: TOKEN, accepted: [TOKEN] }),
    sealer: sealerOf(1),
    unsafeApiUrl: `${base}/standin/slack/api/`,
    unsafeUnpaced: o.standIn?.limits !== true,
    clock,
    log: { info: note, warn: note, error: note },
    metrics: { count: () => undefined, observe: () => undefined },
    reject: (reason) => rejected.push(reason),
    accept: async (inbound) => {
      accepted.push(inbound);
      return 'accepted';
    },
    open: async (press, view) => {
      opened.push({ press, view });
    },
    submit: async (submit, view) => {
      submitted.push({ submit, view });
      await view.reveal({ text: 'Taken.', note: null, buttons: [], fallback: null });
    },
    opened: async (opened) => {
      homes.push(opened);
    },
    more: async (_press, say) => say({ text: 'More.', note: null, buttons: [], fallback: null }),
    texts: {
      tryAgain: 'Please press again.',
      commandTaken: 'Taken.',
      viewMoment: 'One moment.',
      viewExpired: 'This has expired.',
      viewClose: 'Close',
      viewTitle: 'Confidential',
    },
    ...o.adapter,
  };
  let slack: Slack;
  try {
    slack = createSlack(options);
  } catch (error) {
    await app.close();
    throw error;
  }
  const delivered: { readonly type: string; readonly body: string }[] = [];
  const { route } = slack;
  const server = await serveRoute(route, (type, body) => delivered.push({ type, body }));
  url = `${server.base}${route?.path ?? ''}`;
  if (slack.socket !== null) {
    slack.socket.start();
    await until(() => o.connects === false || slack.socket?.connected() === true);
  }
  return {
    slack,
    standIn,
    options,
    url,
    unsafeApiUrl: `${base}/standin/slack/api/`,
    delivered,
    accepted,
    opened,
    submitted,
    homes,
    rejected,
    logged,
    close: async () => {
      await slack.stop();
      await standIn.close();
      await server.close();
      await app.close();
    },
  };
};

/** The least http server that hands a route what its port promises. */
const serveRoute = async (
  /** Null: nothing is there. */
  route: Route | null,
  seen: (type: string, body: string) => void,
): Promise<{ readonly base: string; close(): Promise<void> }> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headersDistinct).map(([name, values]) => [name, values?.join(', ')]),
      );
      const body = Buffer.concat(chunks);
      seen(headers['content-type'] ?? '', body.toString('utf8'));
      void (route?.handle({ headers, body }) ?? Promise.resolve({ status: 404 })).then((answer: HttpResponse) => {
        response.writeHead(answer.status, answer.headers);
        response.end(answer.body);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** An event of a message as Slack sends it, with anything in it changed. */
export const messageEvent = (over: Json = {}): Json => ({
  type: 'message',
  channel_type: 'im',
  channel: 'D0EVAN0000',
  user: EVAN,
  team: TEAM,
  text: 'how many days of leave have I left?',
  ts: '1771442483.260129',
  event_ts: '1771442483.260129',
  ...over,
});

/** The body of a press, with anything in it changed. */
export const pressPayload = (over: Json = {}): Json => ({
  type: 'block_actions',
  user: { id: EVAN, username: 'evan', name: 'evan', team_id: TEAM },
  api_app_id: APP,
  container: { type: 'message', message_ts: '1.000001', channel_id: 'D0EVAN0000', is_ephemeral: false },
  team: { id: TEAM, domain: 'example' },
  enterprise: null,
  is_enterprise_install: false,
  channel: { id: 'D0EVAN0000', name: 'directmessage' },
  response_url: 'https://hooks.slack.com/actions/T/1/x',
  actions: [{ action_id: 'sotto.ask', block_id: 'b', type: 'button', value: 'sealed', action_ts: '1771442490.000100' }],
  ...over,
});

export const formOf = (payload: Json): string => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
export const FORM = 'application/x-www-form-urlencoded';

/** The body of a form that was sent, with anything in it changed. */
export const submitPayload = (over: Json = {}): Json => ({
  type: 'view_submission',
  user: { id: EVAN, username: 'evan', name: 'evan', team_id: TEAM },
  api_app_id: APP,
  trigger_id: '1.2.abc',
  team: { id: TEAM, domain: 'example' },
  enterprise: null,
  is_enterprise_install: false,
  view: {
    id: 'V0FORM0000',
    team_id: TEAM,
    type: 'modal',
    callback_id: 'sotto.form',
    private_metadata: 'sealed',
    state: { values: { 'b.words': { words: { type: 'plain_text_input', value: 'x' } } } },
    hash: '1771442490.abcd',
    app_id: APP,
    app_installed_team_id: TEAM,
  },
  response_urls: [],
  ...over,
});

/** How the store may fail to take something. */
export const STORES_AWAY = [
  { what: 'says that it cannot', accept: async () => 'unavailable' as const },
  { what: 'throws', accept: async () => Promise.reject(new Error('store gone')) },
  { what: 'never answers', accept: () => new Promise<never>(() => undefined) },
];

/** A store that takes a moment, and says when it has taken it. */
export const slowly = (order: string[]) => async () => {
  await new Promise((resolve) => setTimeout(resolve, 100));
  order.push('accepted');
  return 'accepted' as const;
};
