/** A webhook as a description has it, with a vault and somebody who takes what comes: everything of it can be looked at. */
import { createHmac } from 'node:crypto';
import { backendOf, hooksOf } from '../../../../src/adapters/backend/describing/read.ts';
import { parseDescription } from '../../../../src/adapters/backend/description.ts';
import { createHooks, type Hooks } from '../../../../src/adapters/backend/hooks/hooks.ts';
import { signWebhook } from '../../../../src/adapters/bounded/webhooks.ts';
import { createMetrics } from '../../../../src/adapters/metrics/metrics.ts';
import { SottoError } from '../../../../src/core/errors.ts';
import type { HookReport, HttpRequest, HttpResponse, Route, Secret } from '../../../../src/core/ports.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';

export const WHSEC = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const OTHER_WHSEC = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
export const HMAC_SECRET = 'a-secret-of-the-system-of-tickets';

export const BODY = {
  event: 'evt-1',
  about: 'evan',
  ticket: { number: 'INC-77', closed: '2026-10-01', state: 3 },
  internal: 'not declared',
};

export const hooksYaml = (proof: string, more = ''): string => `backend: tickets
baseUrl: http://127.0.0.1:9
limits:
  perMinute: 1000
  depth: 5
operations: {}
hooks:
  ticket-closed:
    proof:
${proof
  .trim()
  .split('\n')
  .map((line) => `      ${line}`)
  .join('\n')}
    subject: about
    data: ticket
    bytes: 2048
    fields:
      number: { type: text, from: $.ticket.number }
      closed: { type: date, from: $.ticket.closed }
      state:
        type: choice
        from: $.ticket.state
        values: { "3": { en: closed, de: geschlossen } }
    intent: it.tickets
    say: { en: "{number} is {state}.", de: "{number} ist {state}." }
${more}`;

export const STANDARD = 'standard: { secret: hook-secret }';
export const HMAC = `hmac:
  secret: hook-secret
  header: x-signature
  prefix: sha256=
  timestamp: { header: x-sent-at }`;

export interface HookStage {
  readonly clock: FakeClock;
  readonly secrets: Map<string, Secret | 'away'>;
  readonly taken: HookReport[];
  readonly rejected: string[];
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly hooks: Hooks;
  readonly route: Route;
  outcome: Awaited<ReturnType<Parameters<typeof createHooks>[0]['take']>>;
  /** Times the vault was asked. */
  asked: number;
  send(request: Partial<HttpRequest>): Promise<HttpResponse>;
}

export const openHook = (o: {
  readonly proof: string;
  readonly more?: string;
  readonly sendOf?: Parameters<typeof createHooks>[0]['sendOf'];
}): HookStage => {
  const parsed = parseDescription(hooksYaml(o.proof, o.more ?? ''));
  if (!parsed.ok) throw new Error(parsed.findings.join('\n'));
  const clock = createFakeClock();
  const metrics = createMetrics();
  const secrets = new Map<string, Secret | 'away'>();
  const taken: HookReport[] = [];
  const rejected: string[] = [];
  const note = (): void => undefined;
  const hooks = createHooks({
    hooks: new Map(hooksOf(parsed.data, backendOf(parsed.data)).map((hook) => [hook.name, hook])),
    secrets: {
      get: async (name) => {
        stage.asked += 1;
        const secret = secrets.get(name);
        if (secret === 'away') throw new SottoError('secrets-unavailable', 'The vault is away.');
        if (secret === undefined) throw new SottoError('secret-missing', `There is no ${name}.`);
        return secret;
      },
    },
    take: async (report) => {
      taken.push(report);
      return stage.outcome;
    },
    reject: (reason) => void rejected.push(reason),
    clock,
    metrics,
    log: { info: note, warn: note, error: note },
    ...(o.sendOf === undefined ? {} : { sendOf: o.sendOf }),
  });
  const [route] = hooks.routes;
  if (route === undefined) throw new Error('There is no route.');
  const stage: HookStage = {
    clock,
    secrets,
    taken,
    rejected,
    metrics,
    hooks,
    route,
    outcome: 'taken',
    asked: 0,
    send: (request) =>
      route.handle({
        headers: {},
        body: Buffer.alloc(0),
        caller: { address: '198.51.100.7', secure: true },
        ...request,
      }),
  };
  return stage;
};

export const secretOf = (...accepted: readonly string[]): Secret => ({ current: accepted[0] ?? '', accepted });

export const bytesOf = (body: unknown): Buffer => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

/** What Standard Webhooks asks for. */
export const standardHeaders = (o: {
  readonly at: number;
  readonly body: Buffer;
  readonly id?: string;
  readonly secret?: string;
}): Record<string, string> => ({
  'content-type': 'application/json',
  ...signWebhook({ secret: o.secret ?? WHSEC, id: o.id ?? 'msg_1', at: o.at, body: o.body }),
});

export const hmacHeaders = (o: {
  readonly at: number;
  readonly body: Buffer;
  readonly secret?: string;
  readonly algorithm?: 'sha256' | 'sha512';
  readonly encoding?: 'hex' | 'base64';
  readonly prefix?: string;
  readonly signed?: string;
}): Record<string, string> => {
  const stamp = String(Math.floor(o.at / 1_000));
  const [before = '', after = ''] = (o.signed ?? '{timestamp}.{body}').replace('{timestamp}', stamp).split('{body}');
  const mac = createHmac(o.algorithm ?? 'sha256', o.secret ?? HMAC_SECRET)
    .update(before)
    .update(o.body)
    .update(after)
    .digest(o.encoding ?? 'hex');
  return { 'content-type': 'application/json', 'x-sent-at': stamp, 'x-signature': `${o.prefix ?? 'sha256='}${mac}` };
};
