/**
 * An HR system on this machine as Personio's second interface (v2) is documented: people and absences, by ids of its own, tokens by client
 * credentials in a form, pages by a cursor. Parameters that it does not know, moments with an offset, and periods that overlap are refused.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createVendor, type Query, strangeParameter, type VendorReply, type VendorStandIn } from './vendor.ts';

export interface PersonioPerson {
  readonly id: string;
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
}

export interface PersonioAbsence {
  readonly id: string;
  /** Id of a person. */
  readonly person: string;
  readonly type: string;
  /** YYYY-MM-DD, both among it. */
  readonly from: string;
  readonly to: string;
  readonly status: 'APPROVED' | 'PENDING';
}

export interface PersonioStandIn extends VendorStandIn {
  absences(): readonly PersonioAbsence[];
}

const error = (status: number, detail: string): VendorReply => ({
  status,
  type: 'application/problem+json',
  body: { timestamp: '2026-11-27T09:00:00Z', errors: [{ title: 'Error', detail }] },
});

/** Moments of a filter have a zone, those of a period have none: it is where the person works. */
const ZONED = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/;

const half = z.strictObject({
  date_time: z.string().regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00$/),
  type: z.enum(['FIRST_HALF', 'SECOND_HALF']).optional(),
});

const written = z.strictObject({
  person: z.strictObject({ id: z.string().min(1).max(40) }),
  absence_type: z.strictObject({ id: z.string().min(1).max(40) }),
  starts_from: half,
  ends_at: half,
  comment: z.string().max(1_000).nullish(),
});

const BASE = 'https://api.personio.de/v2';

export const createPersonioStandIn = (o: {
  readonly people: readonly PersonioPerson[];
  readonly absences: readonly PersonioAbsence[];
  /** Ids of kinds of absences that can be asked for. */
  readonly types: readonly string[];
}): PersonioStandIn => {
  const vendor = createVendor({ error, type: 'application/json' });
  let absences: readonly PersonioAbsence[] = o.absences;
  let made = 0;
  /** By cursor: of what, and where it goes on. One is good for what it was given for, and nothing else. */
  const cursors = new Map<string, { readonly of: string; readonly at: number }>();

  /** A page of what was found, and the address of the next one. */
  const list = (path: string, query: Query, all: readonly unknown[], limit: number): VendorReply => {
    const { cursor, ...asked } = query;
    const of = JSON.stringify([path, Object.entries(asked).toSorted(([one], [other]) => one.localeCompare(other))]);
    const from = cursor === undefined ? { of, at: 0 } : cursors.get(cursor);
    if (from === undefined || from.of !== of) return error(400, 'The cursor is none of ours, or of something else.');
    const at = from.at + limit;
    let links = {};
    if (at < all.length) {
      const next = Buffer.from(`${cursors.size}:${at}`).toString('base64');
      cursors.set(next, { of, at });
      const again = new URLSearchParams({ ...asked, cursor: next }).toString();
      links = { next: { href: `${BASE}${path}?${again}` } };
    }
    return { status: 200, body: { _data: all.slice(from.at, at), _meta: { links } } };
  };

  const shown = ({ id, person, type, from, to, status }: PersonioAbsence): Readonly<Record<string, unknown>> => ({
    id,
    person: { id: person },
    absence_type: { id: type },
    starts_from: { date_time: `${from}T00:00:00`, type: 'FIRST_HALF' },
    ends_at: { date_time: `${to}T00:00:00`, type: 'SECOND_HALF' },
    timezone_id: 'Europe/Berlin',
    comment: null,
    approval: { status },
  });

  const persons = (query: Query): VendorReply => {
    if (strangeParameter(query, ['limit', 'cursor', 'id', 'email']) !== null) return error(400, 'Unknown parameter.');
    const limit = Number(query['limit'] ?? '10');
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > 50) return error(400, 'limit is 1 to 50.');
    const wanted = query['email']?.split(',').map((one) => one.toLowerCase());
    const found = o.people.filter(({ email }) => wanted === undefined || wanted.includes(email.toLowerCase()));
    return list('/persons', query, found, limit);
  };

  const periods = (query: Query): VendorReply => {
    const moments = [
      'starts_from.date_time.gte',
      'starts_from.date_time.lte',
      'ends_at.date_time.gte',
      'ends_at.date_time.lte',
    ];
    if (strangeParameter(query, ['limit', 'cursor', 'person.id', 'absence_type.id', ...moments]) !== null)
      return error(400, 'Unknown parameter.');
    const limit = Number(query['limit'] ?? '100');
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > 100) return error(400, 'limit is 1 to 100.');
    if (moments.some((name) => query[name] !== undefined && !ZONED.test(query[name] ?? '')))
      return error(400, 'That is no moment.');
    const day = (name: string, otherwise: string): string => query[name]?.slice(0, 10) ?? otherwise;
    const found = absences
      .filter(
        ({ person, from, to }) =>
          (query['person.id'] === undefined || query['person.id'].split(',').includes(person)) &&
          from >= day('starts_from.date_time.gte', '') &&
          from <= day('starts_from.date_time.lte', '9') &&
          to >= day('ends_at.date_time.gte', '') &&
          to <= day('ends_at.date_time.lte', '9'),
      )
      .map(shown);
    return list('/absence-periods', query, found, limit);
  };

  const create = (request: FastifyRequest, query: Query): VendorReply => {
    if (strangeParameter(query, ['skip_approval']) !== null) return error(400, 'Unknown parameter.');
    if (!/^application\/json(?:;|$)/.test(request.headers['content-type'] ?? '')) return error(415, 'JSON, please.');
    const read = written.safeParse(request.body);
    if (!read.success) return error(400, 'Invalid JSON.');
    const { person, absence_type: type, starts_from: start, ends_at: end } = read.data;
    const [from, to] = [start.date_time.slice(0, 10), end.date_time.slice(0, 10)];
    if (!o.people.some(({ id }) => id === person.id)) return error(404, 'There is no such person.');
    if (!o.types.includes(type.id) || from > to) return error(422, 'The period cannot be processed.');
    if (absences.some((it) => it.person === person.id && it.from <= to && it.to >= from))
      return error(409, 'The period overlaps another.');
    made += 1;
    const absence: PersonioAbsence = {
      id: `0f9a2c61-0000-4d1e-8a55-${`${made}`.padStart(12, '0')}`,
      person: person.id,
      type: type.id,
      from,
      to,
      status: query['skip_approval'] === 'true' ? 'APPROVED' : 'PENDING',
    };
    absences = [...absences, absence];
    return { status: 201, body: shown(absence) };
  };

  const spoil = (reply: VendorReply, fault: 'wrong-subject' | 'no-subject'): VendorReply => {
    const { _data: data } = reply.body as { readonly _data?: readonly Readonly<Record<string, unknown>>[] };
    const other = { id: o.people[1]?.id ?? '' };
    const changed = data?.map(({ person: _person, ...rest }) =>
      fault === 'no-subject' ? rest : { ...rest, person: other },
    );
    return changed === undefined ? reply : { ...reply, body: { _data: changed, _meta: { links: {} } } };
  };

  return {
    ...vendor.standIn,
    absences: () => absences,
    routes: (app: FastifyInstance) => {
      const root = '/standin/personio/v2';
      vendor.tokenRoute(app, `${root}/auth/token`);
      app.get(`${root}/persons`, (request, reply) =>
        vendor.answer({ request, reply, operation: 'lookup', make: persons }),
      );
      app.get(`${root}/absence-periods`, (request, reply) =>
        vendor.answer({ request, reply, operation: 'leave.booked', make: periods, spoil }),
      );
      app.post(`${root}/absence-periods`, (request, reply) =>
        vendor.answer({ request, reply, operation: 'leave.book', make: (query) => create(request, query), spoil }),
      );
      app.delete<{ Params: { id: string } }>(`${root}/absence-periods/:id`, (request, reply) =>
        vendor.answer({
          request,
          reply,
          operation: 'leave.unbook',
          make: () => {
            const { id } = request.params;
            if (!absences.some((it) => it.id === id)) return error(404, 'There is no such period.');
            absences = absences.filter((it) => it.id !== id);
            return { status: 204, body: null };
          },
        }),
      );
      app.route({
        method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        url: `${root}/*`,
        handler: (request, reply) =>
          vendor.answer({ request, reply, operation: 'unknown', make: () => error(404, 'There is no such endpoint.') }),
      });
    },
  };
};
