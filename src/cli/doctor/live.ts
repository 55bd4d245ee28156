/** `sotto doctor --live`: has the running Sotto send one harmless message, and waits until it is known what became of it. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { SottoError } from '../../core/errors.ts';
import type { LiveReport, LiveTrip } from '../../core/live/types.ts';
import { askRunning } from '../order.ts';

const LOOK_EVERY_MS = 500;

/** Longer than all of its calls may take together, ms. */
const MOST_MS = 4 * 60_000;

const code = z.string().max(200);
const ms = z.number().nonnegative();

const tripShape = z.object({
  platform: z.enum(['slack', 'teams']),
  tenant: z.string().max(200),
  looked: z.array(
    z.object({
      at: z.enum(['token', 'scopes', 'way-in']),
      ok: z.boolean(),
      code,
      ms,
      values: z.array(z.string().max(200)).max(300).optional(),
    }),
  ),
  steps: z.array(
    z.object({
      step: z.enum(['post', 'hold', 'reveal', 'find', 'leave', 'missing', 'again']),
      ok: z.boolean(),
      code,
      at: ms,
      ms,
    }),
  ),
  state: z.enum(['removed', 'blanked', 'pending', 'stays', 'unverified', 'lost', 'not-posted']),
  limits: z.object({ removals: z.number(), updates: z.number() }).nullable(),
});

const reportShape = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), at: ms, trips: z.array(tripShape) }),
  z.object({ ok: z.literal(false), says: z.string().max(2_000) }),
]);

export interface Lived {
  readonly at: number;
  readonly trips: readonly LiveTrip[];
}

/** `person`: an operator's id in the directory. Refuses with code `usage` where no Sotto runs, or it was not begun. */
export const goLive = async ({ person }: { readonly person: string }): Promise<Lived> => {
  const { id } = await askRunning({
    method: 'POST',
    path: '/live',
    body: { person },
    shape: z.object({ id: z.string() }),
  });
  const report = await reported(id);
  if (!report.ok) throw new SottoError('usage', report.says);
  return { at: report.at, trips: report.trips };
};

const reported = async (id: string): Promise<LiveReport> => {
  const shape = z.object({ report: reportShape.nullable() });
  for (const end = Date.now() + MOST_MS; Date.now() < end; await pause(LOOK_EVERY_MS)) {
    const { report } = await askRunning({ path: `/live/${id}`, shape });
    if (report !== null) return report as LiveReport;
  }
  throw new SottoError(
    'usage',
    'The running Sotto has not said in time what became of the message. It leaves within a minute by itself; the log says more.',
  );
};
