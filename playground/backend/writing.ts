/**
 * What the stand-in HR system lets be changed: leave that is booked and taken back, tickets, cases. As strict as a real one: one
 * idempotency key does one thing once, and the same key with something else is refused (draft-ietf-httpapi-idempotency-key-header, 2.6);
 * tickets know no such key, and are found by the reference that whoever opened them gave.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

type Json = Readonly<Record<string, unknown>>;

/** Something that was done here, once. */
export interface Deed {
  readonly operation: 'leave.book' | 'it.open' | 'case.open';
  /** Its number, as people are told it. */
  readonly number: string;
  /** In whose name. */
  readonly person: string;
  /** What was sent for it. */
  readonly body: Json;
  readonly withdrawn: boolean;
}

export interface WritingOptions {
  readonly guard: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  /** Whether somebody of this id works here. */
  readonly knows: (person: string) => boolean;
  readonly note: (operation: string, path: string, person: string) => void;
  /** Sends the answer, or meets it with the fault that was asked for. `act` does what is asked; it may be done and its answer lost. */
  readonly answer: (
    request: FastifyRequest,
    reply: FastifyReply,
    act: () => { readonly code: number; readonly body: Json },
  ) => Promise<unknown>;
}

export interface Writing {
  routes(app: FastifyInstance): void;
  /** All that was done since the start, oldest first; the newest thousand are kept. */
  deeds(): readonly Deed[];
  /** What a list of somebody's leave or tickets holds besides: the newest last. */
  added(list: 'leave/booked' | 'tickets', person: string): readonly Json[];
}

const MOST_DEEDS = 1_000;

const KEY = /^[\x21-\x7e]{8,64}$/;

const day = z.iso.date();
const line = (most: number) => z.string().trim().min(1).max(most);

const booking = z.strictObject({ from: day, to: day }).refine(({ from, to }) => from <= to);
const ticket = z.strictObject({
  person: z.string(),
  kind: z.enum(['device', 'program', 'network', 'other']),
  title: line(100),
  details: z.string().max(2_000),
  reference: z.string().regex(KEY),
});
const helpCase = z.strictObject({
  person: z.string(),
  about: z.enum(['hr', 'it', 'other']),
  message: line(2_000),
});

const DAY_MS = 24 * 60 * 60_000;

/** From Monday to Friday; nobody's public holidays. */
const workingDays = ({ from, to }: { readonly from: string; readonly to: string }): number => {
  let days = 0;
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS) {
    const weekday = new Date(at).getUTCDay();
    if (weekday !== 0 && weekday !== 6) days += 1;
  }
  return days;
};

/** A year of leave at a time; nobody books more. */
const MOST_DAYS = 366;

export const createWriting = (o: WritingOptions): Writing => {
  const deeds: Deed[] = [];
  /** By key: what was asked with it, and what was answered. */
  const keys = new Map<string, { readonly asked: string; readonly code: number; readonly body: Json }>();
  let tickets = 3_000;
  let cases = 7_000;
  let bookings = 500;

  const add = (deed: Omit<Deed, 'withdrawn'>): void => {
    deeds.push({ ...deed, withdrawn: false });
    if (deeds.length > MOST_DEEDS) deeds.shift();
  };
  const standing = (operation: Deed['operation'], person: string): readonly Deed[] =>
    deeds.filter((deed) => deed.operation === operation && deed.person === person && !deed.withdrawn);

  const bad = (reply: FastifyReply, code = 400): unknown => reply.code(code).send({ error: 'bad_request' });

  /** Does it once for one key. */
  const once = (
    request: FastifyRequest,
    reply: FastifyReply,
    act: () => { readonly code: number; readonly body: Json },
  ): unknown => {
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string' || !KEY.test(key)) return bad(reply);
    const asked = JSON.stringify([request.method, request.url, request.body ?? null]);
    const known = keys.get(key);
    if (known !== undefined && known.asked !== asked) return reply.code(422).send({ error: 'key_used_otherwise' });
    return o.answer(request, reply, () => {
      if (known !== undefined) return known;
      const done = act();
      keys.set(key, { asked, ...done });
      if (keys.size > MOST_DEEDS) for (const [oldest] of keys) if (keys.delete(oldest)) break;
      return done;
    });
  };

  const leave = (app: FastifyInstance): void => {
    const path = '/standin/backend/people/:id/leave/bookings';
    app.post<{ Params: { id: string } }>(path, { onRequest: o.guard }, async (request, reply) => {
      const { id } = request.params;
      const read = booking.safeParse(request.body);
      if (!read.success) return bad(reply);
      o.note('leave.book', request.url, id);
      if (!o.knows(id)) return bad(reply, 404);
      const { from, to } = read.data;
      const overlaps = standing('leave.book', id).some(
        ({ body }) => String(body['from']) <= to && String(body['to']) >= from,
      );
      return once(request, reply, () => {
        if (overlaps || (Date.parse(to) - Date.parse(from)) / DAY_MS >= MOST_DAYS)
          return { code: 422, body: { error: overlaps ? 'overlap' : 'too_long' } };
        const number = `L${++bookings}`;
        add({ operation: 'leave.book', number, person: id, body: { from, to } });
        return {
          code: 201,
          body: { person: id, id: number, from, to, days: workingDays({ from, to }), status: 'requested' },
        };
      });
    });
    app.delete<{ Params: { id: string; number: string } }>(
      `${path}/:number`,
      { onRequest: o.guard },
      async (request, reply) => {
        const { id, number } = request.params;
        o.note('leave.unbook', request.url, id);
        const at = deeds.findIndex((deed) => deed.person === id && deed.number === number);
        const deed = deeds[at];
        if (deed === undefined) return bad(reply, 404);
        return once(request, reply, () => {
          deeds[at] = { ...deed, withdrawn: true };
          const { from, to } = deed.body;
          return { code: 200, body: { person: id, id: number, from, to, status: 'withdrawn' } };
        });
      },
    );
  };

  const desk = (app: FastifyInstance): void => {
    const url = '/standin/backend/tickets';
    app.post(url, { onRequest: o.guard }, async (request, reply) => {
      const read = ticket.safeParse(request.body);
      if (!read.success) return bad(reply);
      const { person, title } = read.data;
      o.note('it.open', request.url, person);
      if (!o.knows(person)) return bad(reply, 404);
      // It knows no key: what is sent twice stands there twice.
      return o.answer(request, reply, () => {
        const number = `IT-${++tickets}`;
        add({ operation: 'it.open', number, person, body: read.data });
        return { code: 201, body: { person, number, title, status: 'open' } };
      });
    });
    app.get<{ Querystring: unknown }>(url, { onRequest: o.guard }, async (request, reply) => {
      const asked = z.strictObject({ reference: z.string().regex(KEY) }).safeParse(request.query);
      if (!asked.success) return bad(reply);
      o.note('it.opened', request.url, '');
      const items = deeds
        .filter(({ operation, body }) => operation === 'it.open' && body['reference'] === asked.data.reference)
        .map(({ person, number, body }) => ({ person, number, title: body['title'], status: 'open' }));
      return o.answer(request, reply, () => ({ code: 200, body: { items } }));
    });
    app.post('/standin/backend/cases', { onRequest: o.guard }, async (request, reply) => {
      const read = helpCase.safeParse(request.body);
      if (!read.success) return bad(reply);
      const { person } = read.data;
      o.note('case.open', request.url, person);
      if (!o.knows(person)) return bad(reply, 404);
      return once(request, reply, () => {
        const number = `C-${++cases}`;
        add({ operation: 'case.open', number, person, body: read.data });
        return { code: 201, body: { person, number } };
      });
    });
  };

  return {
    routes: (app) => {
      leave(app);
      desk(app);
      app.get('/standin/backend/deeds', async () => ({ deeds }));
    },
    deeds: () => deeds,
    added: (list, person) =>
      list === 'tickets'
        ? standing('it.open', person).map(({ number, body }) => ({ number, title: body['title'], status: 'open' }))
        : standing('leave.book', person).map(({ body }) => ({
            from: body['from'],
            to: body['to'],
            status: 'requested',
          })),
  };
};
