/**
 * An HR system on this machine: answers what the sample's description asks, refuses everything else, and keeps a list of
 * every request, which is how a test proves that a refused question never reached it.
 */
import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parse } from 'yaml';
import { z } from 'zod';
import { createWriting, type Deed } from './writing.ts';

const text = z.string();
const item = z.record(z.string(), z.union([text, z.number()]));

const personData = z.strictObject({
  currency: text,
  profile: item,
  role: item.optional(),
  deputy: text.optional(),
  manager: text.optional(),
  leave: item.optional(),
  sickdays: item.optional(),
  booked: z.array(item).optional(),
  payslip: item.optional(),
  bonus: item.optional(),
  compensation: item.optional(),
  raise: item.optional(),
  overtime: item.optional(),
  deductions: item.optional(),
  payHistory: z.array(item).optional(),
  payAccount: item.optional(),
  payStatement: item.optional(),
  pension: item.optional(),
  health: item.optional(),
  benefits: z.array(item).optional(),
  learning: item.optional(),
  expenses: z.array(item).optional(),
  trips: z.array(item).optional(),
  tickets: z.array(item).optional(),
  devices: z.array(item).optional(),
  team: z.array(item),
  /** By the last part of the path: older records of the same kind, which are found by what they are asked for. */
  earlier: z.record(text, z.array(item)).optional(),
});

type PersonData = z.infer<typeof personData>;
type Json = Readonly<Record<string, unknown>>;

export interface BackendRequest {
  readonly at: number;
  readonly operation: string;
  readonly path: string;
  /** Whose data was asked for; null: everybody's. */
  readonly subject: string | null;
}

/** What the next request meets instead of its answer. `lost`: it is done, and its answer is lost on the way. */
export type BackendFault = 'hang' | '500' | 'reset' | 'lost' | 'wrong-subject' | 'no-subject';

export interface BackendStandIn {
  routes(app: FastifyInstance): void;
  /** Every request since the start, oldest first; the newest ten thousand are kept. */
  requests(): readonly BackendRequest[];
  /** All that was written here since the start, oldest first. */
  deeds(): readonly Deed[];
  /** Called before a request is answered. */
  onRequest(listener: (request: BackendRequest) => void): () => void;
  fail(fault: BackendFault): void;
  /** From now on this token is asked for, and no other is good; null: none is asked for, as at the start. */
  setToken(token: string | null): void;
  /** Requests that were turned away without a good token. Nothing was looked up for them, and none is in `requests`. */
  refused(): number;
}

const MOST_REQUESTS = 10_000;

/** The last part of the path, and what answers it: one record, or a list. */
const RECORDS: Readonly<
  Record<string, { readonly operation: string; readonly of: (data: PersonData) => Json | undefined }>
> = {
  leave: { operation: 'leave.balance', of: (data) => data.leave },
  sickdays: { operation: 'leave.sickdays', of: (data) => data.sickdays },
  payslip: { operation: 'pay.payslip', of: (data) => data.payslip },
  bonus: { operation: 'pay.bonus', of: (data) => data.bonus },
  compensation: { operation: 'pay.compensation', of: (data) => data.compensation },
  raise: { operation: 'pay.raise', of: (data) => data.raise },
  overtime: { operation: 'pay.overtime', of: (data) => data.overtime },
  deductions: { operation: 'pay.deductions', of: (data) => data.deductions },
  'pay-account': { operation: 'pay.account', of: (data) => data.payAccount },
  'pay-statement': { operation: 'pay.statement', of: (data) => data.payStatement },
  pension: { operation: 'benefits.pension', of: (data) => data.pension },
  health: { operation: 'benefits.health', of: (data) => data.health },
  learning: { operation: 'benefits.learning', of: (data) => data.learning },
  profile: { operation: 'people.contact', of: (data) => data.profile },
  role: { operation: 'people.role', of: (data) => data.role },
  deputy: {
    operation: 'people.deputy',
    of: (data) => (data.deputy === undefined ? undefined : { deputy: data.deputy }),
  },
  manager: {
    operation: 'people.manager',
    of: (data) => (data.manager === undefined ? undefined : { manager: data.manager }),
  },
};

const LISTS: Readonly<
  Record<string, { readonly operation: string; readonly of: (data: PersonData) => readonly Json[] | undefined }>
> = {
  'leave/booked': { operation: 'leave.booked', of: (data) => data.booked },
  'pay-history': { operation: 'pay.history', of: (data) => data.payHistory },
  benefits: { operation: 'benefits.enrolled', of: (data) => data.benefits },
  expenses: { operation: 'expenses.status', of: (data) => data.expenses },
  trips: { operation: 'expenses.trips', of: (data) => data.trips },
  tickets: { operation: 'it.tickets', of: (data) => data.tickets },
  devices: { operation: 'it.devices', of: (data) => data.devices },
  team: { operation: 'people.team', of: (data) => data.team },
};

/** By the last part of the path, what may be asked besides, and how it is written. */
const ASKED: Readonly<Record<string, readonly (keyof typeof WRITTEN)[]>> = {
  payslip: ['month'],
  overtime: ['month'],
  deductions: ['month'],
  bonus: ['year'],
  'pay-statement': ['year'],
  'leave/booked': ['from', 'to'],
};

const WRITTEN = {
  month: /^\d{4}-(?:0[1-9]|1[0-2])$/,
  year: /^\d{4}$/,
  from: /^\d{4}-\d\d-\d\d$/,
  to: /^\d{4}-\d\d-\d\d$/,
} as const;

type Asked = { readonly [K in keyof typeof WRITTEN]?: string };

/** As strict as a real system: what it does not know, or cannot read, is a bad request. */
const askedIn = (allowed: readonly (keyof typeof WRITTEN)[], query: unknown): Asked | null => {
  const read = z.record(z.string(), z.string()).safeParse(query);
  if (!read.success) return null;
  const fits = Object.entries(read.data).every(([name, value]) =>
    allowed.some((it) => it === name && WRITTEN[it].test(value)),
  );
  return fits ? read.data : null;
};

export const createBackendStandIn = ({ dataFile }: { readonly dataFile: string }): BackendStandIn => {
  const { people } = z
    .strictObject({ people: z.record(z.string(), personData) })
    .parse(parse(readFileSync(dataFile, 'utf8')));
  const requests: BackendRequest[] = [];
  const listeners = new Set<(request: BackendRequest) => void>();
  let fault: BackendFault | null = null;
  let token: string | null = null;
  let refused = 0;

  /** Before anything is looked up. */
  const guard = async ({ headers }: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (token === null || headers.authorization === `Bearer ${token}`) return;
    refused += 1;
    return reply.code(401).header('www-authenticate', 'Bearer').send({ error: 'unauthorized' });
  };

  const note = (operation: string, path: string, subject: string | null): void => {
    const request = { at: Date.now(), operation, path, subject };
    requests.push(request);
    if (requests.length > MOST_REQUESTS) requests.shift();
    for (const listener of listeners) listener(request);
  };

  /** Does what is asked and sends the answer, or meets it with the fault that was asked for. */
  const acted = async (
    request: FastifyRequest,
    reply: FastifyReply,
    act: () => { readonly code: number; readonly body: Json },
  ): Promise<unknown> => {
    const met = fault;
    fault = null;
    if (met === 'hang') return new Promise(() => undefined);
    if (met === 'reset') return request.raw.destroy();
    if (met === '500') return reply.code(500).send({ error: 'internal' });
    const { code, body } = act();
    if (met === 'lost') return request.raw.destroy();
    return reply.code(code).send(met === null ? body : spoilt(body, met));
  };
  const answer = (request: FastifyRequest, reply: FastifyReply, body: Json): Promise<unknown> =>
    acted(request, reply, () => ({ code: 200, body }));

  const person = (id: string): PersonData | undefined => (Object.hasOwn(people, id) ? people[id] : undefined);
  const writing = createWriting({ guard, note, answer: acted, knows: (id) => person(id) !== undefined });
  const addedTo = (path: string, id: string): readonly Json[] =>
    path === 'leave/booked' || path === 'tickets' ? writing.added(path, id) : [];

  return {
    routes: (app) => {
      const aboutOne = (
        path: string,
        operation: string,
        of: (data: PersonData, whose: Json, asked: Asked) => Json | undefined,
      ): void => {
        app.get<{ Params: { id: string }; Querystring: unknown }>(
          `/standin/backend/people/:id/${path}`,
          { onRequest: guard },
          async (request, reply) => {
            const { id } = request.params;
            const asked = askedIn(ASKED[path] ?? [], request.query);
            if (asked === null) return reply.code(400).send({ error: 'bad_request' });
            note(operation, request.url, id);
            const data = person(id);
            const body = data === undefined ? undefined : of(data, { person: id, currency: data.currency }, asked);
            return body === undefined ? reply.code(404).send({ error: 'not_found' }) : answer(request, reply, body);
          },
        );
      };
      for (const [path, { operation, of }] of Object.entries(RECORDS)) {
        aboutOne(path, operation, (data, whose, asked) => {
          const latest = of(data);
          const all = latest === undefined ? [] : [latest, ...(data.earlier?.[path] ?? [])];
          const record = all.find((each) => Object.entries(asked).every(([name, value]) => each[name] === value));
          return record === undefined ? undefined : { ...whose, ...record };
        });
      }
      for (const [path, { operation, of }] of Object.entries(LISTS)) {
        aboutOne(path, operation, (data, whose, { from = '', to = '9' }) => {
          const within = (each: Json): boolean =>
            !('from' in each) || (String(each['to']) >= from && String(each['from']) <= to);
          const listed = of(data);
          const items = listed && [...listed, ...addedTo(path, String(whose['person']))].filter(within);
          return items === undefined ? undefined : { items: items.map((each) => ({ ...whose, ...each })) };
        });
      }
      app.get('/standin/backend/pay/overview', { onRequest: guard }, async (request, reply) => {
        note('pay.overview', request.url, null);
        const items = Object.entries(people).flatMap(([id, { currency, profile, compensation }]) =>
          compensation === undefined
            ? []
            : [{ person: id, name: profile['name'], currency, annual: compensation['annual'] }],
        );
        return answer(request, reply, { items });
      });
      writing.routes(app);
      // As strict as a real system: what is asked in another way is no question, and nothing is noted or done.
      const paths = [...Object.keys(RECORDS), ...Object.keys(LISTS)].map((path) => `/people/:id/${path}`);
      for (const path of [...paths, '/pay/overview', '/requests', '/history']) {
        app.route({
          method: ['POST', 'PUT', 'PATCH', 'DELETE'],
          url: `/standin/backend${path}`,
          // Before any body is looked at.
          onRequest: async (_, reply) => reply.code(405).header('allow', 'GET').send({ error: 'method_not_allowed' }),
          handler: async () => ({}),
        });
      }
      app.get('/standin/backend/requests', async () => ({ requests }));
      // What people would see of an HR system is nothing; what it was asked is what there is to tell.
      app.get('/standin/backend/history', async () => ({
        history: requests.map(({ at, operation, subject }) => ({ at, operation, subject })),
      }));
    },
    requests: () => requests,
    deeds: writing.deeds,
    onRequest: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fail: (next) => {
      fault = next;
    },
    setToken: (next) => {
      token = next;
    },
    refused: () => refused,
  };
};

/** The answer as a broken system would give it: about somebody else, or about nobody. */
const spoilt = (body: Json, fault: 'wrong-subject' | 'no-subject'): Json => {
  const spoil = (record: Json): Json => {
    const { person: _, ...rest } = record;
    return fault === 'no-subject' ? rest : { ...rest, person: 'mona' };
  };
  const { items } = body;
  return Array.isArray(items) ? { items: items.map(spoil) } : spoil(body);
};
