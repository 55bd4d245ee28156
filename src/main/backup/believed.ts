/** Logs that were put together from their backups, as far as they can be believed. */
import { join } from 'node:path';
import { invalid } from '../../adapters/archive/header.ts';
import type { Step } from '../../adapters/audit-log/assemble.ts';
import { salvageLog } from '../../adapters/audit-log/salvage.ts';
import { verifyAuditLogs } from '../../adapters/audit-log/verify.ts';

export interface RestoredLog {
  readonly origin: string;
  readonly entries: number;
}

export interface Believed {
  readonly logs: readonly RestoredLog[];
  /** Of those that did not come back whole: why, by origin. */
  readonly torn: ReadonlyMap<string, string>;
}

/** How a restore goes on all the same. */
export const PAUSED_INSTEAD =
  'Or restore with --paused: then what can be believed of the log comes back, and nobody is answered until an operator has ended the pause.';

/**
 * Refuses with `backup-invalid` a log that is not as it was signed. Where `salvage` is set, such a log is cut back to its last sound checkpoint
 * instead, or left out. Whoever signed is believed where the vault says so, or a log that it vouches for; keys in a backup only tell the
 * signatures apart.
 */
export const believedLogs = async (o: {
  /** Of all logs. */
  readonly folder: string;
  /** Of the vault, as PEM. */
  readonly publicKey: string;
  /** By origin: sizes that a log can be cut back to. */
  readonly steps: ReadonlyMap<string, readonly Step[]>;
  readonly salvage: boolean;
}): Promise<Believed> => {
  const torn = new Map<string, string>();
  for (;;) {
    const verified = await verifyAuditLogs(o);
    // One that was cut stays in question where another log says that it went on; and it may have vouched for others.
    const bad = verified.filter(({ ok, origin }) => !ok && !torn.has(origin));
    if (bad.length === 0) return { logs: verified.map(({ origin, entries }) => ({ origin, entries })), torn };
    for (const { origin, firstBad } of bad) {
      const what = `The audit log ${origin} does not come back as it was signed (entry ${firstBad?.index}: ${firstBad?.why}).`;
      const how =
        'Keep the backups as evidence; take them from the other place, or put the signing key back under which it was written.';
      if (!o.salvage) throw invalid(`${what} Nothing was changed. ${how} ${PAUSED_INSTEAD}`);
      const left = await salvageLog({
        folder: join(o.folder, origin),
        publicKey: o.publicKey,
        steps: o.steps.get(origin) ?? [],
      });
      const rest = left === 0 ? 'it is left out' : `its first ${left} entries come back`;
      torn.set(origin, `${what} So ${rest}, and what else it tells is in no log here. ${how}`);
    }
  }
};
