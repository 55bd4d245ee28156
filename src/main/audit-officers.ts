/**
 * Opens the names of officers in the audit log for a report of it: of those who published, approved or ordered. Names of people who asked are bound to another
 * purpose, and no name of theirs opens here.
 */
import { z } from 'zod';
import type { ControlRoute } from '../adapters/control/server.ts';
import type { SealedNames } from '../core/sealed-names.ts';

/** Together smaller than the largest body that the control socket takes. */
export const MOST_OFFICERS = 40;
export const LONGEST_SEALED = 1_024;

const asked = z.strictObject({
  officers: z
    .array(z.strictObject({ fingerprint: z.string().min(1).max(256), sealed: z.string().min(1).max(LONGEST_SEALED) }))
    .max(MOST_OFFICERS),
});

export const auditOfficerRoute = (names: Pick<SealedNames, 'open'>): ControlRoute => ({
  method: 'POST',
  path: '/audit-officers',
  handle: async ({ body }) => {
    const parsed = asked.safeParse(body);
    if (!parsed.success) return { status: 400, body: { error: 'These are no names of an audit log.' } };
    const opened: (string | null)[] = [];
    for (const { fingerprint, sealed } of parsed.data.officers)
      opened.push(await names.open({ fingerprint, name: sealed, purpose: 'officer' }));
    return { status: 200, body: { names: opened } };
  },
});
