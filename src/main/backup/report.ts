/** What a restore brought back, and what it could not. */
import type { LateOrder } from '../../adapters/audit-log/orders.ts';
import { restrictionsHash } from '../../core/backed-up.ts';
import type { Stands } from '../../core/ports.ts';
import type { RestoredLog } from './believed.ts';
import type { Chosen } from './choose.ts';

export interface RestoreReport {
  readonly archive: string;
  readonly madeAt: number;
  /** What came after the archive and is lost, ms. */
  readonly lostMs: number;
  readonly restrictions: { readonly count: number; readonly hash: string; readonly archive: string };
  readonly paused: boolean;
  readonly holds: number;
  readonly recalls: number;
  readonly references: number;
  readonly removals: number;
  /** Of these, whose time had come by now. */
  readonly due: number;
  readonly logs: readonly (RestoredLog & {
    /** Entries that were on record and are in no backup. */
    readonly lost: number;
  })[];
  /** As they stood when the archive was made. */
  readonly settings: Readonly<Record<string, string>>;
  /** What somebody should know. */
  readonly notes: readonly string[];
}

export const reportOf = async (of: {
  readonly now: number;
  readonly chosen: Chosen;
  readonly stands: Stands;
  readonly logs: readonly RestoredLog[];
  readonly away: readonly string[];
  /** Why what stands could be weaker than what was in force. */
  readonly reasons: readonly string[];
  readonly undone: readonly LateOrder[];
}): Promise<RestoreReport> => {
  const { now, chosen, stands, logs } = of;
  const { body, standing } = chosen;
  const counts = { references: 0, removals: 0, due: 0 };
  for await (const row of body.rows()) {
    if (row.is === 'reference') counts.references += 1;
    if (row.is === 'removal') {
      counts.removals += 1;
      if (row.then === 'remove' && row.at <= now) counts.due += 1;
    }
  }
  const onRecord = new Map(standing.stands.origins.map(({ origin, size }) => [origin, size]));
  const told = logs.map((log) => ({ ...log, lost: Math.max(0, (onRecord.get(log.origin) ?? 0) - log.entries) }));
  const missing = standing.stands.origins
    .filter(({ origin, size }) => size > 0 && !logs.some((log) => log.origin === origin))
    .map(({ origin, size }) => ({ origin, entries: 0, lost: size }));
  return {
    archive: body.found.name,
    madeAt: body.header.madeAt,
    lostMs: Math.max(0, now - body.header.madeAt),
    restrictions: {
      count: stands.restrictions.length,
      hash: restrictionsHash(stands.restrictions),
      archive: standing.found.name,
    },
    paused: stands.paused !== null,
    holds: stands.holds.length,
    recalls: stands.recalls.length,
    ...counts,
    logs: [...told, ...missing],
    settings: body.settings,
    notes: [
      ...of.away,
      ...of.reasons,
      // What is a reason was said.
      ...chosen.passedOver.filter((why) => !of.reasons.some((reason) => reason.includes(why))),
      ...[...new Set(of.undone.map(({ what }) => what))].map((what) => {
        const at = Math.max(...of.undone.filter((order) => order.what === what).map((order) => order.at));
        return `After this archive was made, "sotto ${what}" was ordered (last at ${new Date(at).toISOString()}): give the order again, for what it took away is back.`;
      }),
    ].map((note) => note.replaceAll(' Nothing was changed.', '')),
  };
};
