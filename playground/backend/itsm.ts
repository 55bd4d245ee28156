/**
 * A service desk on this machine that speaks ServiceNow's Table API as its public reference says: encoded queries, `sysparm_` parameters,
 * everything a text, references as links unless that is switched off, pages by an offset with the number of all rows in a header. One thing of it is dangerous, and is so here: **a condition on a
 * field that there is none of is passed over**, and what comes then is everybody's.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createVendor, type Query, strangeParameter, type VendorReply, type VendorStandIn } from './vendor.ts';

type Row = Readonly<Record<string, string>>;

export interface ItsmPerson {
  /** 32 hexadecimal digits. */
  readonly sys_id: string;
  readonly email: string;
  readonly name: string;
}

export interface ItsmData {
  readonly people: readonly ItsmPerson[];
  /** `caller_id` is a person's sys_id. */
  readonly incidents: readonly Row[];
  /** `assigned_to` is a person's sys_id. */
  readonly hardware: readonly Row[];
}

export interface ItsmStandIn extends VendorStandIn {
  /** As they are now, those that were opened among them. */
  incidents(): readonly Row[];
}

const PARAMETERS = [
  'sysparm_query',
  'sysparm_fields',
  'sysparm_limit',
  'sysparm_offset',
  'sysparm_display_value',
  'sysparm_exclude_reference_link',
  'sysparm_no_count',
];

const TABLES = {
  incident: {
    fields: [
      'sys_id',
      'number',
      'short_description',
      'description',
      'state',
      'category',
      'caller_id',
      'opened_at',
      'correlation_id',
      'active',
      'close_notes',
    ],
    references: ['caller_id'],
  },
  alm_hardware: {
    fields: ['sys_id', 'display_name', 'serial_number', 'assigned', 'assigned_to'],
    references: ['assigned_to'],
  },
  sys_user: { fields: ['sys_id', 'email', 'name'], references: [] },
} as const satisfies Readonly<
  Record<string, { readonly fields: readonly string[]; readonly references: readonly string[] }>
>;

type Table = keyof typeof TABLES;

const isTable = (name: string): name is Table => Object.hasOwn(TABLES, name);

const fieldsOf = (table: Table): readonly string[] => TABLES[table].fields;
const referencesOf = (table: Table): readonly string[] => TABLES[table].references;

const SYS_ID = /^[0-9a-f]{32}$/;
const CLOSED = ['6', '7', '8'];
const MOST_ROWS = 10_000;

const error = (status: number, message: string, detail: string | null = null): VendorReply => ({
  status,
  body: { error: { message, detail }, status: 'failure' },
});

const NOT_FOUND = error(404, 'No Record found', "Record doesn't exist or ACL restricts the record retrieval");

const written = z.record(z.string().max(80), z.string().max(4_000));

export const createItsmStandIn = (data: ItsmData): ItsmStandIn => {
  const vendor = createVendor({ error, type: 'application/json' });
  const tables: Record<Table, Row[]> = {
    incident: [...data.incidents],
    alm_hardware: [...data.hardware],
    sys_user: data.people.map((person) => ({ ...person })),
  };
  let made = 0;

  /** `caller_id.email`: over a reference to its field. Undefined: there is none. */
  const at = (table: Table, row: Row, name: string): string | undefined => {
    const [own = '', through, ...more] = name.split('.');
    if (!fieldsOf(table).includes(own) || more.length > 0) return undefined;
    if (through === undefined) return row[own] ?? '';
    if (!referencesOf(table).includes(own) || !fieldsOf('sys_user').includes(through)) return undefined;
    return tables.sys_user.find(({ sys_id }) => sys_id === row[own])?.[through] ?? '';
  };

  const shown = (table: Table, row: Row, query: Query): Readonly<Record<string, unknown>> => {
    const names = query['sysparm_fields']?.split(',') ?? fieldsOf(table);
    const plain = query['sysparm_exclude_reference_link'] === 'true';
    return Object.fromEntries(
      names.flatMap((name): (readonly [string, unknown])[] => {
        const value = at(table, row, name);
        // Of what there is none nothing is said, either.
        if (value === undefined) return [];
        if (plain || !referencesOf(table).includes(name) || value === '') return [[name, value]];
        return [[name, { link: `https://example.service-now.com/api/now/table/sys_user/${value}`, value }]];
      }),
    );
  };

  const search = (table: Table, query: Query): VendorReply => {
    const conditions = (query['sysparm_query'] ?? '').split('^').filter((part) => part !== '');
    if (conditions.some((part) => part === 'NQ' || /^OR(?!DERBY)/.test(part)))
      return error(400, 'This stand-in reads no alternatives.');
    let rows = [...tables[table]];
    for (const condition of conditions) {
      const order = /^ORDERBY(DESC)?([a-z_.]+)$/.exec(condition);
      if (order !== null) {
        const [, down, name = ''] = order;
        rows = rows.sort((one, other) => (at(table, one, name) ?? '').localeCompare(at(table, other, name) ?? ''));
        if (down !== undefined) rows.reverse();
        continue;
      }
      const equals = /^([a-z_.]+)=(.*)$/.exec(condition);
      if (equals === null) return error(400, 'The query is not understood.');
      const [, name = '', value = ''] = equals;
      // Passed over, as the product does unless glide.invalid_query.returns_no_rows says otherwise.
      if (rows[0] === undefined || at(table, rows[0], name) === undefined) continue;
      rows = rows.filter((row) => at(table, row, name)?.toLowerCase() === value.toLowerCase());
    }
    const [limit = 0, offset = 0] = [query['sysparm_limit'] ?? `${MOST_ROWS}`, query['sysparm_offset'] ?? '0'].map(
      Number,
    );
    if (![limit, offset].every((one) => Number.isSafeInteger(one) && one >= 0)) return error(400, 'That is no number.');
    return {
      status: 200,
      headers: query['sysparm_no_count'] === 'true' ? {} : { 'x-total-count': `${rows.length}` },
      body: { result: rows.slice(offset, offset + Math.min(limit, MOST_ROWS)).map((row) => shown(table, row, query)) },
    };
  };

  const bodyOf = (request: FastifyRequest): Row | VendorReply => {
    if (!/^application\/json(?:;|$)/.test(request.headers['content-type'] ?? ''))
      return error(415, 'Unsupported media type');
    const read = written.safeParse(request.body);
    return read.success ? read.data : error(400, 'Exception while reading request');
  };

  const isReply = (read: Row | VendorReply): read is VendorReply => typeof read['status'] === 'number';

  /** Fields that the table does not have are passed over, as the product does. */
  const own = (row: Row): Row =>
    Object.fromEntries(Object.entries(row).filter(([name]) => fieldsOf('incident').includes(name)));

  const create = (request: FastifyRequest, query: Query): VendorReply => {
    const read = bodyOf(request);
    if (isReply(read)) return read;
    const row = own(read);
    const isPerson = tables.sys_user.some(({ sys_id }) => sys_id === row['caller_id']);
    if (!isPerson) return error(400, 'Operation failed', 'caller_id is nobody');
    made += 1;
    const sys_id = made.toString(16).padStart(32, 'f');
    const opened: Row = {
      state: '1',
      active: 'true',
      ...row,
      sys_id,
      number: `INC${String(10_100 + made).padStart(7, '0')}`,
      opened_at: '2026-11-27 09:00:00',
    };
    tables.incident.push(opened);
    return {
      status: 201,
      headers: { location: `/standin/itsm/api/now/table/incident/${sys_id}` },
      body: { result: shown('incident', opened, query) },
    };
  };

  const change = (request: FastifyRequest, id: string, query: Query): VendorReply => {
    const read = bodyOf(request);
    if (isReply(read)) return read;
    const place = tables.incident.findIndex(({ sys_id }) => sys_id === id);
    const before = tables.incident[place];
    if (!SYS_ID.test(id) || before === undefined) return NOT_FOUND;
    const after: Row = { ...before, ...own(read), sys_id: id };
    tables.incident[place] = { ...after, active: CLOSED.includes(after['state'] ?? '') ? 'false' : 'true' };
    return { status: 200, body: { result: shown('incident', tables.incident[place] ?? after, query) } };
  };

  const spoil = (reply: VendorReply, fault: 'wrong-subject' | 'no-subject'): VendorReply => {
    const { result } = reply.body as { readonly result?: readonly Row[] | Row };
    const changed = (row: Row): Row => {
      const { caller_id, assigned_to: _assigned, ...rest } = row;
      if (fault === 'no-subject') return rest;
      const other = data.people[1]?.sys_id ?? '';
      return { ...rest, ...(caller_id === undefined ? { assigned_to: other } : { caller_id: other }) };
    };
    if (result === undefined) return reply;
    return { ...reply, body: { result: Array.isArray(result) ? result.map(changed) : changed(result as Row) } };
  };

  return {
    ...vendor.standIn,
    incidents: () => tables.incident,
    routes: (app: FastifyInstance) => {
      vendor.tokenRoute(app, '/standin/itsm/oauth_token.do');
      const root = '/standin/itsm/api/now/table';
      const known = (query: Query, make: () => VendorReply): VendorReply =>
        strangeParameter(query, PARAMETERS) === null ? make() : error(400, 'A parameter is not known.');
      app.get<{ Params: { table: string } }>(`${root}/:table`, (request, reply) => {
        const { table } = request.params;
        return vendor.answer({
          request,
          reply,
          operation: operationOf(table, request.query as Query),
          make: (query) =>
            known(query, () => (isTable(table) ? search(table, query) : error(400, `Invalid table ${table}`))),
          spoil,
        });
      });
      app.post(`${root}/incident`, (request, reply) =>
        vendor.answer({
          request,
          reply,
          operation: 'it.open',
          make: (query) => known(query, () => create(request, query)),
          spoil,
        }),
      );
      app.patch<{ Params: { id: string } }>(`${root}/incident/:id`, (request, reply) =>
        vendor.answer({
          request,
          reply,
          operation: 'it.withdraw',
          make: (query) => known(query, () => change(request, request.params.id, query)),
          spoil,
        }),
      );
      app.route({
        method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        url: '/standin/itsm/*',
        handler: (request, reply) =>
          vendor.answer({
            request,
            reply,
            operation: 'unknown',
            make: () => error(403, 'The operation is not permitted.'),
          }),
      });
    },
  };
};

const operationOf = (table: string, { sysparm_query: query = '' }: Query): string => {
  if (table === 'sys_user') return 'lookup';
  if (table === 'alm_hardware') return 'it.devices';
  return query.startsWith('correlation_id=') ? 'it.opened' : 'it.tickets';
};
