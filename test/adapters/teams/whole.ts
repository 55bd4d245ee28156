/**
 * The whole way on Teams: people and the Connector as the stand-in plays them, our adapter both ways over real http, and the core
 * behind it with a real store. What may be slow or wrong beyond that is played. Several processes may share the store and the bot.
 */
import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import { createEnvelopes } from '../../../playground/teams/envelopes.ts';
import type { Answered, Json, TeamsStandIn } from '../../../playground/teams/types.ts';
import { createWholeTeams } from '../../../playground/teams/whole.ts';
import { createHttpServer } from '../../../src/adapters/http/server.ts';
import { systemClock } from '../../../src/adapters/system/system.ts';
import { createTeams, type Teams } from '../../../src/adapters/teams/teams.ts';
import type { Clock, Store } from '../../../src/core/ports.ts';
import { createWork, type Work } from '../../../src/core/work.ts';
import type { World } from '../../../src/core/world.ts';
import { createTestWorld, type TestWorld } from '../../support/world.ts';
import { betweenOptions, PASSWORD, TENANT } from './between.ts';

export { TENANT };

export const EVAN = '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e02';
const WARMING = { kind: 'personal', id: 'a:1warming' } as const;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** One process of the bot. */
export interface TeamsProcess extends TestWorld {
  readonly work: Work;
  readonly rejected: readonly string[];
}

export interface TeamsWhole {
  readonly standIn: TeamsStandIn;
  readonly processes: readonly TeamsProcess[];
  /** Every activity that Teams sent, as it was. */
  readonly sent: readonly Json[];
  /** Sends this activity to that process, rightly signed. */
  deliver(activity: Json, process?: number): Promise<Answered>;
  /** Plants an address for a chat among those that are kept; '' for the tenant's latest. */
  setReference(channel: string, address: string): void;
  /** Texts of the bot's messages that Evan sees now, cards read as they are. */
  seen(): readonly string[];
  close(): Promise<void>;
}

export const openTeamsWhole = async (
  o: {
    /** Of each process; default: one, with a store of its own. */
    readonly stores?: readonly (Store | null)[];
    readonly clock?: Clock;
    /** The same world, worse. */
    readonly around?: (world: World) => World;
  } = {},
): Promise<TeamsWhole> => {
  const appId = randomUUID();
  const clock = o.clock ?? systemClock();
  const app = Fastify({ forceCloseConnections: true });
  let base = '';
  let target = '';
  const sent: Json[] = [];
  const people = [{ user: EVAN, name: 'Evan Brooks', tenant: TENANT, kind: 'employee' }] as const;
  const whole = createWholeTeams({
    appId,
    tenantId: TENANT,
    appPassword: PASSWORD,
    publicUrl: () => base,
    messagesUrl: () => target,
    limits: false,
    people,
    around: (send) => (activity) => {
      sent.push(activity);
      return send(activity);
    },
  });
  whole.routes(app);
  base = await app.listen({ host: '127.0.0.1', port: 0 });
  const { standIn } = whole;
  const envelopes = createEnvelopes({ appId, tenant: TENANT, serviceUrl: standIn.serviceUrl, now: () => clock.now() });
  const references = new Map<string, string>([['', standIn.serviceUrl()]]);

  const start = async (store: Store | null) => {
    const played = createTestWorld({ clock });
    const ready = Promise.withResolvers<Work>();
    const rejected: string[] = [];
    const teams: Teams = createTeams({
      ...betweenOptions({ appId, whole, base, clock, references, rejected }),
      accept: async (inbound) => (await ready.promise).accept(inbound),
      open: async (press, view) => (await ready.promise).open(press, view),
      submit: async (submit, view) => (await ready.promise).submit(submit, view),
      more: async (press, say) => (await ready.promise).more(press, say),
    });
    const world: World = {
      ...played.world,
      ...(store === null ? {} : { store }),
      platforms: new Map([['teams', teams.platform]]),
    };
    const work = createWork(o.around?.(world) ?? world);
    ready.resolve(work);
    work.start();
    const server = await createHttpServer({
      host: '127.0.0.1',
      port: 0,
      opsPort: 0,
      routes: [teams.route],
      ready: () => ({ ok: true }),
      metrics: async () => '',
      log: silent,
    });
    return {
      ...played,
      work,
      rejected,
      url: `${server.url}${teams.route.path}`,
      end: async () => {
        await server.close({ graceMs: 100 });
        await work.stop({ graceMs: 0 });
        await teams.stop();
        await played.close();
      },
    };
  };
  const processes: Awaited<ReturnType<typeof start>>[] = [];
  for (const store of o.stores ?? [null]) processes.push(await start(store));
  // Each has read the keys before anything is asked of it, however busy the machine is.
  const [evan] = people;
  for (const { url } of processes) {
    target = url;
    for (let tries = 0; tries < 20; tries++) {
      const typing = {
        ...envelopes.message({ person: evan, chat: WARMING, text: '', mention: false }),
        type: 'typing',
      };
      if ((await standIn.deliver(typing)).status === 200) break;
    }
  }
  sent.length = 0;
  target = processes[0]?.url ?? '';

  return {
    standIn,
    processes,
    sent,
    deliver: (activity, process = 0) => {
      // Asked for as soon as it is sent, before anything else is.
      target = processes[process]?.url ?? '';
      const answered = standIn.deliver(activity);
      target = processes[0]?.url ?? '';
      return answered;
    },
    setReference: (channel, address) => void references.set(channel, address),
    seen: () =>
      standIn
        .history({ user: EVAN })
        .filter(({ bot }) => bot !== null)
        .map(({ text, attachments }) => `${text}${JSON.stringify(attachments)}`),
    close: async () => {
      for (const one of processes) await one.end();
      await whole.close();
      await app.close();
      // How long it took is the machine's; what was said and called is ours.
      const wrong = whole.complaints().filter(({ what }) => what !== 'late');
      if (wrong.length > 0) throw new Error(`Teams was answered or called wrongly: ${JSON.stringify(wrong)}`);
    },
  };
};

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
