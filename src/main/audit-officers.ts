/**
 * Opens the names of officers in the audit log for a report of it: of those who published, approved or ordered. Names of people who asked are bound to another
 * purpose, and no name of theirs opens here. That it happened is on record before any opens.
 */
import { z } from 'zod';
import type { ControlRoute } from '../adapters/control/server.ts';
import { safely } from '../core/safely.ts';
import type { World } from '../core/world.ts';

/** Together smaller than the largest body that the control socket takes. */
export const MOST_OFFICERS = 40;
export const LONGEST_SEALED = 1_024;

const asked = z.strictObject({
  officers: z
    .array(z.strictObject({ fingerprint: z.string().min(1).max(256), sealed: z.string().min(1).max(LONGEST_SEALED) }))
    .max(MOST_OFFICERS),
});

export const auditOfficerRoute = ({
  audit,
  clock,
  names,
}: {
  readonly audit: Pick<World['audit'], 'append'>;
  readonly clock: Pick<World['clock'], 'now'>;
  readonly names: Pick<World['names'], 'open'>;
}): ControlRoute => ({
  method: 'POST',
  path: '/audit-officers',
  handle: async ({ body }) => {
    const parsed = safely(asked, body);
    if (!parsed.success) return { status: 400, body: { error: 'These are no names of an audit log.' } };
    const { officers } = parsed.data;
    const people = [...new Set(officers.map(({ fingerprint }) => fingerprint))];
    if (people.length > 0) await audit.append({ kind: 'opened', at: clock.now(), people });
    const opened: (string | null)[] = [];
    for (const { fingerprint, sealed } of officers)
      opened.push(await names.open({ fingerprint, name: sealed, purpose: 'officer' }));
    return { status: 200, body: { names: opened } };
  },
});
