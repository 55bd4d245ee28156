/**
 * A Microsoft Graph on this machine, as far as a directory needs it, and as strict: it refuses a token it does not know, a
 * property that there is none of, a twenty-first group. Every request is kept, its token is not.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { shown, type UserQuery, userQueryOf } from './query.ts';
import { createTenant, type GraphGroup, type GraphUser, type Tenant } from './tenant.ts';

export interface GraphRequest {
  readonly at: number;
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly operation: 'user' | 'users' | 'groups' | 'members' | 'unknown';
  readonly status: number;
}

/**
 * `outage`: 503. `throttled`: 429 with `Retry-After`. `malformed`: answers that are none. `half`: whoever asks for fewer than
 * twenty groups at once, which is the last part of many, gets 503.
 */
export type GraphMode = 'ok' | 'outage' | 'throttled' | 'hang' | 'malformed' | 'half';

export interface GraphStandIn {
  routes(app: FastifyInstance): void;
  readonly tenant: Tenant;
  /** What it does from now on. `seconds`: of the pause that it asks for when it throttles. */
  setMode(
    mode: GraphMode,
    o?: {
      /** Null: it does not say for how long. */
      readonly seconds?: number | null;
    },
  ): void;
  /** So many of the next calls are refused, as if the token had just ended. */
  refuse(times: number): void;
  /** What the app was not granted. Graph says nothing of it: fields are null, and hidden groups empty. */
  lacks(permissions: readonly ('User.Read.All' | 'Member.Read.Hidden')[]): void;
  /** Lists by filter begin with a page on which there is nobody, and go on elsewhere. */
  setSparse(is: boolean): void;
  /** The next link of a page, instead of the right one. */
  linkTo(url: string | null): void;
  /** Every request since the start, oldest first; the newest ten thousand are kept. */
  requests(): readonly GraphRequest[];
}

export interface GraphStandInOptions {
  readonly users: readonly GraphUser[];
  readonly groups: readonly GraphGroup[];
  /** Whether this bearer token is one for Graph. */
  readonly accepts: (token: string) => boolean;
  /** Of a list, whatever more was asked for; small, so that the sample has several pages. */
  readonly pageSize?: number;
}

/** What Graph gives as null to an app that may read no more than names. */
const UNREADABLE = {
  accountEnabled: null as unknown as boolean,
  userType: null,
  country: null,
  usageLocation: null,
  department: null,
  preferredLanguage: null,
  employeeId: null,
  manager: null,
} satisfies Partial<GraphUser>;

const PREFIX = '/standin/graph';
const MOST_REQUESTS = 10_000;
const MOST_IDS = 20;
const PAUSE_SECONDS = 5;
const MOST_MEMBERS = 999;
const DEFAULT_MEMBERS = 100;

const groupIds = z.strictObject({ groupIds: z.array(z.guid()).min(1).max(MOST_IDS) });

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const error = (status: number, code: string, message: string): Reply => ({
  status,
  body: { error: { code, message } },
});

const NOT_FOUND = error(404, 'Request_ResourceNotFound', 'There is no such resource.');
const BAD_REQUEST = error(400, 'Request_BadRequest', 'The request is not understood.');
const UNAVAILABLE = error(503, 'serviceNotAvailable', 'The service is not available.');

export const createGraphStandIn = (o: GraphStandInOptions): GraphStandIn => {
  const tenant = createTenant(o);
  const pageSize = o.pageSize ?? 4;
  const requests: GraphRequest[] = [];
  const pages = new Map<string, { readonly query: UserQuery; readonly from: number }>();
  const memberPages = new Map<string, { readonly group: string; readonly from: number }>();
  let mode: GraphMode = 'ok';
  let seconds: number | null = PAUSE_SECONDS;
  let refusals = 0;
  let sparse = false;
  // As an app is set up by the guide.
  let lacking: ReadonlySet<string> = new Set(['Member.Read.Hidden']);
  const seen = (user: GraphUser): GraphUser => (lacking.has('User.Read.All') ? { ...user, ...UNREADABLE } : user);
  const isSeen = (group: string): boolean => !tenant.isHidden(group) || !lacking.has('Member.Read.Hidden');
  let link: string | null = null;

  /** `begun`: it is not the first page. */
  const listed = (query: UserQuery, from: number, base: string, begun: boolean): Reply => {
    const all = tenant.users().filter((user) => query.matches?.(user) ?? true);
    const to = from + (sparse && !begun && query.matches !== null ? 0 : Math.min(query.top, pageSize));
    const token = `page-${pages.size + 1}`;
    if (to < all.length) pages.set(token, { query, from: to });
    return {
      status: 200,
      body: {
        '@odata.context': `${base}/v1.0/$metadata#users`,
        ...(to < all.length ? { '@odata.nextLink': link ?? `${base}/v1.0/users?$skiptoken=${token}` } : {}),
        value: all.slice(from, to).map((user) => shown(seen(user), query, tenant.user)),
      },
    };
  };

  const users = (query: Readonly<Record<string, unknown>>, base: string): Reply => {
    const { $skiptoken: token, ...others } = query;
    if (token !== undefined) {
      const page = typeof token === 'string' && Object.keys(others).length === 0 ? pages.get(token) : undefined;
      return page === undefined ? BAD_REQUEST : listed(page.query, page.from, base, true);
    }
    const asked = userQueryOf(query, 'all');
    return asked === null ? BAD_REQUEST : listed(asked, 0, base, false);
  };

  const user = (id: string, query: Readonly<Record<string, unknown>>): Reply => {
    const asked = userQueryOf(query, 'one');
    const found = tenant.user(id.toLowerCase());
    if (asked === null) return BAD_REQUEST;
    return found === null ? NOT_FOUND : { status: 200, body: shown(seen(found), asked, tenant.user) };
  };

  const memberships = (id: string, query: Readonly<Record<string, unknown>>, body: unknown): Reply => {
    const asked = groupIds.safeParse(body);
    if (!asked.success || Object.keys(query).length > 0) return BAD_REQUEST;
    if (mode === 'half' && asked.data.groupIds.length < MOST_IDS) return UNAVAILABLE;
    if (tenant.user(id.toLowerCase()) === null) return NOT_FOUND;
    const ids = asked.data.groupIds.map((group) => group.toLowerCase());
    if (!ids.every((group) => tenant.isGroup(group))) return NOT_FOUND;
    return {
      status: 200,
      body: { value: ids.filter((group) => isSeen(group) && tenant.isIn(id.toLowerCase(), group)) },
    };
  };

  /**
   * The users among a group's members, also through other groups. A kind of member is only asked for by an advanced query, which says
   * that it may be answered from what was so a moment ago and wants the count.
   */
  const members = (asked: {
    readonly group: string;
    readonly query: Readonly<Record<string, unknown>>;
    readonly consistency: unknown;
    readonly base: string;
  }): Reply => {
    const { $skiptoken: token, $select: select, $count: count, $top: top, ...others } = asked.query;
    const group = asked.group.toLowerCase();
    const whole = select === 'id' && count === 'true' && Object.keys(others).length === 0;
    const page = typeof token === 'string' ? memberPages.get(token) : { group, from: 0 };
    const most = top === undefined ? DEFAULT_MEMBERS : Number(top);
    if (asked.consistency !== 'eventual' || !whole || page?.group !== group) return BAD_REQUEST;
    if (!Number.isSafeInteger(most) || most < 1 || most > MOST_MEMBERS) return BAD_REQUEST;
    if (!tenant.isGroup(group)) return NOT_FOUND;
    const all = isSeen(group) ? tenant.membersOf(group) : [];
    const to = page.from + Math.min(most, pageSize);
    const next = `members-${memberPages.size + 1}`;
    if (to < all.length) memberPages.set(next, { group, from: to });
    const path = `${asked.base}/v1.0/groups/${group}/transitiveMembers/microsoft.graph.user`;
    return {
      status: 200,
      body: {
        '@odata.context': `${asked.base}/v1.0/$metadata#users(id)`,
        '@odata.count': all.length,
        ...(to < all.length
          ? { '@odata.nextLink': link ?? `${path}?$select=id&$count=true&$top=${most}&$skiptoken=${next}` }
          : {}),
        value: all.slice(page.from, to).map(({ id }) => ({ id })),
      },
    };
  };

  const answer = async (
    request: FastifyRequest,
    reply: FastifyReply,
    operation: GraphRequest['operation'],
    make: (query: Readonly<Record<string, unknown>>) => Reply,
  ): Promise<unknown> => {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const isKnown = bearer !== undefined && o.accepts(bearer) && refusals <= 0;
    refusals -= 1;
    const { status, body } = isKnown
      ? (faultOf(mode) ?? make({ ...(request.query as Readonly<Record<string, unknown>>) }))
      : error(401, 'InvalidAuthenticationToken', 'The access token is not valid.');
    requests.push({ at: Date.now(), method: request.method, url: request.url, operation, status });
    if (requests.length > MOST_REQUESTS) requests.shift();
    if (isKnown && mode === 'hang') return new Promise(() => undefined);
    if (status === 429 && seconds !== null) reply.header('retry-after', `${seconds}`);
    if (isKnown && mode === 'malformed') return reply.code(200).send({ value: 'none', id: 7 });
    return reply.code(status).send(body);
  };

  return {
    tenant,
    routes: (app) => {
      const baseOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}${PREFIX}`;
      app.get(`${PREFIX}/v1.0/users`, (request, reply) =>
        answer(request, reply, 'users', (query) => users(query, baseOf(request))),
      );
      app.get<{ Params: { id: string } }>(`${PREFIX}/v1.0/users/:id`, (request, reply) =>
        answer(request, reply, 'user', (query) => user(request.params.id, query)),
      );
      app.post<{ Params: { id: string } }>(`${PREFIX}/v1.0/users/:id/checkMemberGroups`, (request, reply) =>
        answer(request, reply, 'groups', (query) => memberships(request.params.id, query, request.body)),
      );
      app.get<{ Params: { id: string } }>(
        `${PREFIX}/v1.0/groups/:id/transitiveMembers/microsoft.graph.user`,
        (request, reply) =>
          answer(request, reply, 'members', (query) =>
            members({
              group: request.params.id,
              query,
              consistency: request.headers['consistencylevel'],
              base: baseOf(request),
            }),
          ),
      );
      app.get(`${PREFIX}/requests`, async () => ({ requests }));
      app.route({
        method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        url: `${PREFIX}/*`,
        handler: (request, reply) => answer(request, reply, 'unknown', () => NOT_FOUND),
      });
    },
    setMode: (next, { seconds: pause = PAUSE_SECONDS } = {}) => {
      mode = next;
      seconds = pause;
    },
    refuse: (times) => {
      refusals = times;
    },
    lacks: (permissions) => {
      lacking = new Set(permissions);
    },
    setSparse: (is) => {
      sparse = is;
    },
    linkTo: (url) => {
      link = url;
    },
    requests: () => requests,
  };
};

const faultOf = (mode: GraphMode): Reply | null => {
  if (mode === 'outage') return UNAVAILABLE;
  return mode === 'throttled' ? error(429, 'TooManyRequests', 'Too many requests.') : null;
};
