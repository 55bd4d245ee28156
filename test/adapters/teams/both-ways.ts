/** Our adapter and the whole stand-in, both ways over real http: people press, dialogs open, forms come back. */
import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import type { TeamsStandIn } from '../../../playground/teams/types.ts';
import { createWholeTeams } from '../../../playground/teams/whole.ts';
import { createHttpServer } from '../../../src/adapters/http/server.ts';
import { systemClock } from '../../../src/adapters/system/system.ts';
import { createTeams, type TeamsOptions } from '../../../src/adapters/teams/teams.ts';
import type { OpenedView, Platform } from '../../../src/core/ports.ts';
import { FORM_ACTION, type Press, type Submit } from '../../../src/core/types.ts';
import { betweenOptions, PASSWORD, TENANT } from './between.ts';

export { TENANT };

export const HUGO = '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e04';

export interface BothWays {
  readonly platform: Platform;
  readonly standIn: TeamsStandIn;
  readonly submitted: readonly Submit[];
  readonly rejected: readonly string[];
  /** Hugo presses a button that asks for a form; resolves to the status of the answer. */
  press(): Promise<number>;
  close(): Promise<void>;
}

export const openBothWays = async (o: {
  readonly open: (press: Press, view: OpenedView) => Promise<void>;
  readonly submit: (submit: Submit, view: OpenedView) => Promise<void>;
  readonly adapter?: Partial<TeamsOptions>;
}): Promise<BothWays> => {
  const appId = randomUUID();
  const clock = systemClock();
  const app = Fastify({ forceCloseConnections: true });
  let base = '';
  let url = '';
  const whole = createWholeTeams({
    appId,
    tenantId: TENANT,
    appPassword: PASSWORD,
    publicUrl: () => base,
    messagesUrl: () => url,
    limits: false,
    people: [{ user: HUGO, name: 'Hugo', tenant: TENANT, kind: 'employee' }],
  });
  whole.routes(app);
  base = await app.listen({ host: '127.0.0.1', port: 0 });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const submitted: Submit[] = [];
  const rejected: string[] = [];
  const references = new Map<string, string>([['', whole.standIn.serviceUrl()]]);
  const teams = createTeams({
    ...betweenOptions({ appId, whole, base, clock, references, rejected }),
    accept: async () => 'accepted',
    open: o.open,
    submit: async (submit, view) => {
      submitted.push(submit);
      await o.submit(submit, view);
    },
    more: async () => undefined,
    ...o.adapter,
  });
  const server = await createHttpServer({
    host: '127.0.0.1',
    port: 0,
    opsPort: 0,
    routes: [teams.route],
    ready: () => ({ ok: true }),
    metrics: async () => '',
    log,
  });
  url = `${server.url}${teams.route.path}`;
  const { standIn } = whole;
  return {
    platform: teams.platform,
    standIn,
    submitted,
    rejected,
    press: async () => {
      const buttons = [{ action: FORM_ACTION, label: 'New', value: 'sealed' }];
      const card = { text: 'Restrictions', note: null, buttons, fallback: null };
      const channel = standIn.direct(HUGO);
      const posted = await teams.platform.post({ to: { tenant: TENANT, user: HUGO, channel }, card, key: 'k' });
      if (!posted.ok) throw new Error(`not posted: ${posted.code}`);
      return standIn.press({ user: HUGO, channel, ts: posted.ref.id, actionId: FORM_ACTION, value: 'sealed' });
    },
    close: async () => {
      await teams.stop();
      await server.close({ graceMs: 100 });
      await whole.close();
      await app.close();
    },
  };
};
