/**
 * Reports of an HR system on this machine as Workday's Report-as-a-Service gives them: each report at an address of its own with its
 * prompts as parameters, one object with `Report_Entry`, every value a text. A prompt that a report does not have, a format that is none
 * and a report that was not shared are refused.
 */
import type { FastifyInstance } from 'fastify';
import { createVendor, type Query, strangeParameter, type VendorReply, type VendorStandIn } from './vendor.ts';

type Entry = Readonly<Record<string, string>>;

export interface WorkdayReport {
  /** As it is named in its address. */
  readonly name: string;
  /** Of the description. */
  readonly operation: string;
  /** Prompts besides Employee_ID. */
  readonly prompts: readonly ('Month' | 'From' | 'To')[];
  /** Each with its Employee_ID; the latest of somebody first. */
  readonly entries: readonly Entry[];
  /** One of somebody, the latest, unless a month is asked for. */
  readonly latest: boolean;
}

const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const MONTH = /^[0-9]{4}-[0-9]{2}$/;

const error = (status: number, detail: string): VendorReply => ({
  status,
  body: { error: detail, code: `S${status}` },
});

export const createWorkdayStandIn = (o: {
  readonly reports: readonly WorkdayReport[];
  /** Of whom `wrong-subject` tells. */
  readonly other: string;
}): VendorStandIn => {
  const vendor = createVendor({ error, type: 'application/json' });

  const run = ({ prompts, entries, latest }: WorkdayReport, query: Query): VendorReply => {
    const strange = strangeParameter(query, ['format', 'Employee_ID', ...prompts]);
    if (strange !== null) return error(400, 'Validation error: the report has no such prompt.');
    // XML is what it gives where nothing is said.
    if (query['format'] !== 'json') return { status: 200, type: 'text/xml', body: '<wd:Report_Data/>' };
    const { Employee_ID: id, Month: month, From: from, To: to } = query;
    if (id === undefined) return error(400, 'Validation error: Employee_ID is required.');
    const fits = [from, to].every((day) => day === undefined || DATE.test(day));
    if (!fits || (month !== undefined && !MONTH.test(month))) return error(400, 'Validation error: that is no date.');
    const found = entries.filter(
      (entry) =>
        entry['Employee_ID'] === id &&
        (month === undefined || entry['Month'] === month) &&
        (from === undefined || (entry['To'] ?? '') >= from) &&
        (to === undefined || (entry['From'] ?? '') <= to),
    );
    return { status: 200, body: { Report_Entry: latest ? found.slice(0, 1) : found } };
  };

  const spoil = (reply: VendorReply, fault: 'wrong-subject' | 'no-subject'): VendorReply => {
    const { Report_Entry: entries = [] } = reply.body as { readonly Report_Entry?: readonly Entry[] };
    const changed = entries.map(({ Employee_ID: _id, ...rest }) =>
      fault === 'no-subject' ? rest : { ...rest, Employee_ID: o.other },
    );
    return { ...reply, body: { Report_Entry: changed } };
  };

  return {
    ...vendor.standIn,
    routes: (app: FastifyInstance) => {
      vendor.tokenRoute(app, '/standin/workday/oauth2/token');
      app.route<{ Params: { tenant: string; owner: string; report: string } }>({
        method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        url: '/standin/workday/service/customreport2/:tenant/:owner/:report',
        handler: (request, reply) => {
          const { owner, report: name } = request.params;
          const report = o.reports.find((each) => each.name === name && owner === 'ISU_Sotto');
          return vendor.answer({
            request,
            reply,
            operation: report?.operation ?? 'unknown',
            make: (query) => {
              if (request.method !== 'GET') return error(405, 'Reports are read.');
              return report === undefined
                ? error(404, 'There is no such report, or it was not shared.')
                : run(report, query);
            },
            spoil,
          });
        },
      });
    },
  };
};
