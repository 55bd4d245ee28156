/** What `sotto audit export` asks the running Sotto, beside its order: to go on with what may go on, and to put on record how far it came. */
import { z } from 'zod';
import type { ControlRoute } from '../adapters/control/server.ts';
import {
  endExport,
  exportEndShape,
  exportNames,
  exportNamesShape,
  furtherExport,
} from '../core/orders/audit-export.ts';
import { parseOrder } from '../core/orders/types.ts';
import { safely } from '../core/safely.ts';
import type { World } from '../core/world.ts';

const furtherShape = z.strictObject({ ticket: z.string().max(20_000), order: z.unknown() });

const WRONG = {
  status: 400,
  body: { error: 'That is no export of this version. "sotto audit export --help" says how it is given.' },
};

export const auditExportRoutes = (world: World): readonly ControlRoute[] => [
  {
    method: 'POST',
    path: '/audit-export/further',
    handle: async ({ body }) => {
      const asked = safely(furtherShape, body);
      const order = asked.success ? parseOrder(asked.data.order) : null;
      if (!asked.success || order?.kind !== 'audit-export') return WRONG;
      return { status: 200, body: { may: await furtherExport(world, { ticket: asked.data.ticket, order }) } };
    },
  },
  {
    method: 'POST',
    path: '/audit-export/names',
    handle: async ({ body }) => {
      const asked = safely(exportNamesShape, body);
      if (!asked.success) return WRONG;
      const ids = await exportNames(world, asked.data);
      return ids === null
        ? { status: 409, body: { error: 'No names are opened for that (any more). Order it again, with --names.' } }
        : { status: 200, body: { ids } };
    },
  },
  {
    method: 'POST',
    path: '/audit-export/end',
    handle: async ({ body }) => {
      const asked = safely(exportEndShape, body);
      if (!asked.success) return WRONG;
      return { status: 200, body: { noted: await endExport(world, asked.data) } };
    },
  },
];
