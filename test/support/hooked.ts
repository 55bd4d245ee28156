/** Webhooks of a service desk and of payroll, for a Sotto between stand-ins: their description, their secrets, and whoever reports by them. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signWebhook } from '../../src/adapters/bounded/webhooks.ts';

export const DESK_SECRET = `whsec_${Buffer.from('the desk signs by these 32 bytes').toString('base64')}`;
export const PAY_SECRET = 'payroll-signs-by-these-characters';

const DESCRIPTION = `backend: desk
baseUrl: http://127.0.0.1:9
operations: {}
hooks:
  ticket-closed:
    proof: { standard: { secret: desk-hook } }
    id: event
    subject: who
    data: ticket
    bytes: 4096
    fields: { number: text, title: text, note: { type: text, optional: true } }
    intent: it.tickets
    say: { en: "{number} is closed: {title}.", de: "{number} ist geschlossen: {title}." }
  payslip-ready:
    proof:
      hmac: { secret: pay-hook, header: x-pay-signature, timestamp: { header: x-pay-time } }
    subject: who
    data: pay
    fields: { month: text }
    intent: salary.payslip
    say: { en: "Your payslip of {month} is there.", de: "Deine Abrechnung für {month} ist da." }
`;

/** By its name in the vault, what each of these systems proves itself by. */
export const HOOK_SECRETS: ReadonlyMap<string, string> = new Map([
  ['desk-hook', DESK_SECRET],
  ['pay-hook', PAY_SECRET],
]);

/** Before anything is started. */
export const describeHooks = (fleet: {
  readonly folder: string;
  putSecret(name: string, value: string): void;
}): void => {
  writeFileSync(join(fleet.folder, 'backends', 'desk.yaml'), DESCRIPTION);
  for (const [name, secret] of HOOK_SECRETS) fleet.putSecret(name, secret);
};

export interface Sending {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const ticketClosed = (o: {
  readonly event: string;
  readonly who: string;
  readonly number?: string;
  readonly title?: string;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly secret?: string;
  readonly at?: number;
}): Sending => {
  const { event, who, number = 'INC-1', title = 'Printer', more = {} } = o;
  const body = JSON.stringify({ event, who, number, title, ...more });
  const signed = signWebhook({ secret: o.secret ?? DESK_SECRET, id: event, at: o.at ?? Date.now(), body });
  return { path: '/hooks/ticket-closed', headers: { 'content-type': 'application/json', ...signed }, body };
};

export const payslipReady = (o: { readonly who: string; readonly month: string }): Sending => {
  const body = JSON.stringify(o);
  const stamp = String(Math.floor(Date.now() / 1_000));
  const mac = createHmac('sha256', PAY_SECRET).update(`${stamp}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-pay-time': stamp, 'x-pay-signature': mac };
  return { path: '/hooks/payslip-ready', headers, body };
};

/** The status that it was answered with; 0: it was not. */
export const report = async (url: string, { path, headers, body }: Sending): Promise<number> => {
  try {
    const options = { method: 'POST', headers: { connection: 'close', ...headers }, body };
    return (await fetch(`${url}${path}`, options)).status;
  } catch {
    return 0;
  }
};
