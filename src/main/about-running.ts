/** What the running Sotto says of itself to `sotto doctor`. */
import type { ControlRoute } from '../adapters/control/server.ts';
import type { Clocks } from '../core/clocks.ts';
import type { ClosedBy } from '../core/pinning.ts';
import type { Clock } from '../core/ports.ts';

export const aboutRunning = (o: {
  readonly version: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Whether it holds its audit log. */
  readonly held: () => boolean;
  /** Why it answers nobody; null: it does. */
  readonly closed: () => ClosedBy | null;
  readonly clocks: Pick<Clocks, 'ahead'>;
}): ControlRoute => {
  const startedAt = o.clock.now();
  return {
    method: 'GET',
    path: '/about',
    handle: async () => ({
      status: 200,
      body: {
        version: o.version,
        pid: process.pid,
        startedAt,
        now: o.clock.now(),
        held: o.held(),
        closed: o.closed(),
        clocks: Object.fromEntries(o.clocks.ahead()),
      },
    }),
  };
};
