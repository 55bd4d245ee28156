/**
 * What each order does. An executor may run twice (a process dies between the deed and its receipt), so each is
 * idempotent: done again it changes nothing more and gives a receipt that is as true. It throws only where it may be tried again.
 */
import type { World } from '../world.ts';
import { auditExport } from './audit-export.ts';
import { auditLost } from './audit-lost.ts';
import { donated } from './donated.ts';
import { exportPerson } from './export.ts';
import { forget } from './forget.ts';
import { hold, lift } from './hold.ts';
import { pause, resume } from './pause.ts';
import { recall } from './recall.ts';
import { restrict } from './restrict.ts';
import { retry } from './retry.ts';
import type { Order, Ordered, OrderKind, OrderOf, Receipt } from './types.ts';

/** `another`: nothing was done here, and another process can do it. */
export type Done = Receipt | 'another';

export type Executor<K extends OrderKind> = (world: World, order: OrderOf<K>, ordered: Ordered) => Promise<Done>;

type Executors = { readonly [K in OrderKind]?: Executor<K> };

/** An order of a kind that is missing here is refused when it is placed. */
const executors: Executors = {
  pause,
  resume,
  retry,
  hold,
  lift,
  recall,
  forget,
  export: exportPerson,
  'audit-export': auditExport,
  restrict,
  donated,
  'audit-lost': auditLost,
};

/** Whether this version knows how to do it. */
export const canExecute = (kind: OrderKind): boolean => executors[kind] !== undefined;

export const execute = <K extends OrderKind>(
  world: World,
  order: OrderOf<K> & Order,
  ordered: Ordered,
): Promise<Done> => {
  const executor = executors[order.kind] as Executor<K> | undefined;
  return executor === undefined ? Promise.resolve(UNKNOWN) : executor(world, order, ordered);
};

const UNKNOWN: Receipt = {
  ok: false,
  says: ['This version does not know how to do that, so nothing was changed. Another version placed the order.'],
  data: {},
};
