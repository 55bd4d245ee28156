/** What the commands on this machine may ask the running Sotto. Nothing here changes what people see without a confirmation. */
import type { ControlResponse, ControlRoute } from '../adapters/control/server.ts';
import { expiryRows } from '../core/census.ts';
import type { Expiring } from '../core/expire.ts';
import { MOST_LETTERS, orderState, placeOrder } from '../core/orders/place.ts';
import { parseOrder } from '../core/orders/types.ts';
import type { Resealing } from '../core/resealing.ts';
import { unmetNeeds } from '../core/unmet.ts';
import type { World } from '../core/world.ts';
import type { OpenAudit } from './audit.ts';
import { auditExportRoutes } from './audit-export.ts';
import { auditOfficerRoute } from './audit-officers.ts';

const ok = (body: unknown): ControlResponse => ({ status: 200, body });

export const controlRoutes = (
  world: World,
  {
    expiring,
    resealing,
    audit,
  }: {
    readonly expiring: Pick<Expiring, 'lateness'>;
    readonly resealing: Pick<Resealing, 'state'>;
    readonly audit: Pick<OpenAudit, 'registered' | 'losses'>;
  },
): readonly ControlRoute[] => [
  ...auditExportRoutes(world),
  auditOfficerRoute(world),
  {
    method: 'POST',
    path: '/order',
    handle: async ({ body }) => {
      const order = parseOrder(body);
      // One about restrictions is made of the draft that it is about, by the route for that; people's own word comes from their chats.
      if (order === null || order.kind === 'restrict' || (order.kind === 'forget' && order.self === true))
        return {
          status: 400,
          body: { error: 'That is no order of this version. "sotto COMMAND --help" says how it is given.' },
        };
      const placed = await placeOrder(world, order);
      return placed.ok ? { status: 201, body: placed } : { status: 409, body: { error: placed.says } };
    },
  },
  {
    method: 'GET',
    path: '/order/',
    handle: async ({ rest }) => {
      const state = await orderState(world, rest);
      return state === null ? { status: 404, body: { error: 'There is no such order (any more).' } } : ok(state);
    },
  },
  {
    method: 'GET',
    path: '/dead',
    handle: async () => {
      const now = world.clock.now();
      const { inbox } = world.store;
      const [letters, census] = await Promise.all([inbox.dead({ limit: MOST_LETTERS }), inbox.census({ now })]);
      return ok({ now, letters, census });
    },
  },
  {
    method: 'GET',
    path: '/expiries',
    handle: async () => ok({ now: world.clock.now(), rows: await expiryRows(world), lateness: expiring.lateness() }),
  },
  {
    method: 'GET',
    path: '/unmet',
    handle: async () => ok(await unmetNeeds(world)),
  },
  {
    method: 'GET',
    path: '/data-key',
    handle: async () => ok({ now: world.clock.now(), ...resealing.state() }),
  },
  {
    method: 'GET',
    path: '/audit-logs',
    handle: async () => ok({ logs: await audit.registered(), missed: audit.losses.open() }),
  },
  {
    method: 'GET',
    path: '/standing',
    handle: async () => {
      const { paused, holds } = await world.store.standing.current();
      return ok({
        paused,
        holds: holds.map(({ id, on, what, placedAt, by }) => ({ id, on, what, placedAt, by })),
      });
    },
  },
];
