/**
 * A SCIM 2.0 directory on this machine, from RFC 7643 (schema) and RFC 7644 (protocol): searched by filters, which it reads strictly, and
 * by pages. It refuses attributes and filters that it does not know, where products differ in what they pass over.
 */
import type { FastifyInstance } from 'fastify';
import { createVendor, type Query, strangeParameter, type VendorReply, type VendorStandIn } from './vendor.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

export interface ScimUser {
  readonly id: string;
  readonly userName: string;
  readonly displayName: string;
  readonly title: string | null;
  readonly department: string | null;
  readonly phone: string | null;
  readonly office: string | null;
  /** Display name of their manager. */
  readonly manager: { readonly id: string; readonly name: string } | null;
}

type Resource = Readonly<Record<string, unknown>>;

/** Attributes that can be asked for, lower case: names of attributes have none (RFC 7643, 2.1). */
const ATTRIBUTES: ReadonlyMap<string, string> = new Map(
  [
    'userName',
    'displayName',
    'title',
    'active',
    'emails',
    'phoneNumbers',
    'addresses',
    `${ENTERPRISE}:department`,
    `${ENTERPRISE}:manager`,
  ].map((name) => [name.toLowerCase(), name]),
);

/** `userName eq "…"`, with `and active eq true` behind it or not: text between quotes is a JSON string. */
const FILTER = /^username eq ("(?:[^"\\]|\\.)*")(?: and active eq (true|false))?$/i;

const MOST_RESULTS = 200;
const DEFAULT_RESULTS = 100;

const error = (status: number, detail: string, scimType?: string): VendorReply => ({
  status,
  body: { schemas: [ERROR], status: `${status}`, ...(scimType === undefined ? {} : { scimType }), detail },
});

const whole = (user: ScimUser, base: string): Resource => ({
  schemas: [CORE, ENTERPRISE],
  id: user.id,
  meta: { resourceType: 'User', location: `${base}/Users/${user.id}` },
  userName: user.userName,
  displayName: user.displayName,
  active: true,
  ...(user.title === null ? {} : { title: user.title }),
  emails: [
    { value: `private.${user.id}@mail.example`, type: 'home' },
    { value: user.userName, type: 'work', primary: true },
  ],
  ...(user.phone === null ? {} : { phoneNumbers: [{ value: user.phone, type: 'work' }] }),
  ...(user.office === null ? {} : { addresses: [{ type: 'work', locality: user.office }] }),
  [ENTERPRISE]: {
    ...(user.department === null ? {} : { department: user.department }),
    ...(user.manager === null ? {} : { manager: { value: user.manager.id, displayName: user.manager.name } }),
  },
});

/** `id` and `schemas` come whatever was asked for ("returned": "always"). */
const only = (resource: Resource, attributes: readonly string[] | null): Resource => {
  if (attributes === null) return resource;
  const extension = resource[ENTERPRISE] as Resource;
  const inExtension = attributes.flatMap((name) =>
    name.startsWith(`${ENTERPRISE}:`) ? [name.slice(ENTERPRISE.length + 1)] : [],
  );
  const entries = attributes.filter((name) => name in resource).map((name) => [name, resource[name]] as const);
  const own = inExtension.filter((name) => name in extension).map((name) => [name, extension[name]] as const);
  return {
    schemas: resource['schemas'],
    id: resource['id'],
    ...Object.fromEntries(entries),
    ...(own.length === 0 ? {} : { [ENTERPRISE]: Object.fromEntries(own) }),
  };
};

export const createScimStandIn = ({ users }: { readonly users: readonly ScimUser[] }): VendorStandIn => {
  const vendor = createVendor({ error, type: 'application/scim+json' });

  const attributesIn = (query: Query): readonly string[] | null | 'unknown' => {
    const asked = query['attributes']?.split(',').map((name) => ATTRIBUTES.get(name.trim().toLowerCase()) ?? null);
    if (asked === undefined) return null;
    const known = asked.filter((name) => name !== null);
    return known.length === asked.length ? known : 'unknown';
  };

  const search = (query: Query, base: string): VendorReply => {
    const strange = strangeParameter(query, ['filter', 'attributes', 'startIndex', 'count']);
    if (strange !== null) return error(400, 'A parameter is not known.', 'invalidSyntax');
    const attributes = attributesIn(query);
    if (attributes === 'unknown') return error(400, 'An attribute is not known.', 'invalidValue');
    const match = query['filter'] === undefined ? null : FILTER.exec(query['filter']);
    if (query['filter'] !== undefined && match === null)
      return error(400, 'The filter is not understood.', 'invalidFilter');
    let wanted: string | null = null;
    try {
      wanted = match === null ? null : String(JSON.parse(match[1] ?? '""')).toLowerCase();
    } catch {
      return error(400, 'The filter is not understood.', 'invalidFilter');
    }
    const numbers = [query['startIndex'] ?? '1', query['count'] ?? `${DEFAULT_RESULTS}`];
    if (!numbers.every((text) => /^[0-9]{1,6}$/.test(text))) return error(400, 'That is no number.', 'invalidValue');
    const [start = 1, count = 0] = numbers.map(Number);
    const found =
      match?.[2] === 'false' ? [] : users.filter((it) => wanted === null || it.userName.toLowerCase() === wanted);
    const from = Math.max(1, start);
    const page = found.slice(from - 1, from - 1 + Math.min(count, MOST_RESULTS));
    return {
      status: 200,
      body: {
        schemas: [LIST],
        totalResults: found.length,
        startIndex: from,
        itemsPerPage: page.length,
        // Left out where there is nothing (RFC 7644, 3.4.2).
        ...(page.length === 0 ? {} : { Resources: page.map((user) => only(whole(user, base), attributes)) }),
      },
    };
  };

  const spoil = (reply: VendorReply, fault: 'wrong-subject' | 'no-subject'): VendorReply => {
    const body = reply.body as Readonly<Record<string, unknown>>;
    const resources = (body['Resources'] ?? []) as readonly Resource[];
    const changed = resources.map(({ userName: _name, ...rest }) =>
      fault === 'no-subject' ? rest : { ...rest, userName: users[1]?.userName },
    );
    return { ...reply, body: { ...body, Resources: changed } };
  };

  return {
    ...vendor.standIn,
    routes: (app: FastifyInstance) => {
      vendor.tokenRoute(app, '/standin/scim/oauth2/token');
      app.get('/standin/scim/v2/Users', (request, reply) =>
        vendor.answer({
          request,
          reply,
          operation: operationOf(request.query as Query),
          make: (query) => search(query, '/standin/scim/v2'),
          spoil,
        }),
      );
      app.route({
        method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        url: '/standin/scim/v2/*',
        handler: (request, reply) =>
          vendor.answer({ request, reply, operation: 'unknown', make: () => error(404, 'There is no such resource.') }),
      });
    },
  };
};

/** By what is asked for: every operation of the description asks for something else. */
const operationOf = ({ attributes = '' }: Query): string => {
  if (attributes.includes(':manager')) return 'people.manager';
  return attributes.includes('title') ? 'people.role' : 'people.contact';
};
