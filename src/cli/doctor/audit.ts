/** The audit logs of this folder: whether each is what was signed. */
import { createPublicKey } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { verifyAuditLogs } from '../../adapters/audit-log/verify.ts';
import type { Secrets } from '../../core/ports.ts';
import { logsOnRecord } from '../audit/logs.ts';
import { finding, type Line, ok, sentence } from './line.ts';

/** More of them takes minutes: that is for `sotto audit verify`. */
const MOST_BYTES = 64 * 1024 ** 2;

const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);

export const lookAtAudit = async (o: {
  readonly dataFolder: string;
  readonly secrets: Secrets;
}): Promise<readonly Line[]> => {
  const folder = join(o.dataFolder, 'audit');
  if (!existsSync(folder)) return [ok('audit', 'There is no audit log yet: the first start begins one.')];
  const bytes = sizeOf(folder);
  if (bytes > MOST_BYTES)
    return [
      ok(
        'audit',
        `The audit logs are ${Math.ceil(bytes / 1024 ** 2)} MiB and were not read from start to end: "sotto audit verify" does.`,
      ),
    ];
  try {
    const { accepted } = await o.secrets.get('audit-signing-key');
    const publicKey = accepted.map((key) => createPublicKey(key).export({ type: 'spki', format: 'pem' })).join('');
    const registered = (await logsOnRecord(o.dataFolder)) ?? [];
    const logs = await verifyAuditLogs({ folder, publicKey, registered });
    return logs.map(({ origin, ok: sound, entries, firstBad }) =>
      sound || firstBad === null
        ? ok('audit', `The audit log ${origin} is sound: ${entries} entries.`)
        : finding('audit', {
            what: `The audit log ${origin} is not sound: entry ${firstBad.index} (${firstBad.file}): ${firstBad.why}.`,
            why: 'Somebody altered it, or the disk did.',
            mend: 'Leave it as it is and follow docs/operations.md, "An audit log that does not verify".',
          }),
    );
  } catch (error) {
    return [sentence('audit', error instanceof Error ? error.message : String(error))];
  }
};
